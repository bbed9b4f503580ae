package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

var errRefused = errors.New("refused")

// verifyByHand is what somebody would write who reads the page on signatures with care: form, algorithm, what must be signed, MAC, freshness, digest.
func verifyByHand(secret []byte, header http.Header, body []byte, now time.Time) error {
	values := header.Values("Signature")
	if len(values) != 1 {
		return errRefused
	}
	parameters := map[string]string{}
	for _, part := range strings.Split(values[0], ",") {
		name, value, found := strings.Cut(part, "=")
		if !found || len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
			return errRefused
		}
		if _, twice := parameters[name]; twice {
			return errRefused
		}
		parameters[name] = value[1 : len(value)-1]
	}
	if algorithm := parameters["algorithm"]; algorithm != "hmac-sha256" && algorithm != "hs2019" {
		return errRefused
	}
	names := strings.Fields(parameters["headers"])
	if !slices.Contains(names, "date") || !slices.Contains(names, "digest") {
		return errRefused
	}
	var signed strings.Builder
	for at, name := range names {
		lines := header.Values(name)
		if len(lines) == 0 {
			return errRefused
		}
		if at > 0 {
			signed.WriteByte('\n')
		}
		signed.WriteString(name + ": " + strings.Join(lines, ", "))
	}
	given, err := base64.StdEncoding.DecodeString(parameters["signature"])
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed.String()))
	if !hmac.Equal(given, mac.Sum(nil)) {
		return errRefused
	}
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil || now.Sub(date).Abs() > 5*time.Minute {
		return errRefused
	}
	encoded, found := strings.CutPrefix(header.Get("Digest"), "SHA-256=")
	if !found || len(body) > 4<<20 {
		return errRefused
	}
	digest, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if subtle.ConstantTimeCompare(digest, sum[:]) != 1 {
		return errRefused
	}
	return nil
}
