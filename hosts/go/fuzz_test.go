package dronewebhooks

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// FuzzHeaders: whatever is in the headers, there is a verdict, the same from both phases, and acceptance only of what was signed. Longer: go test -fuzz FuzzHeaders
func FuzzHeaders(f *testing.F) {
	// The same in every process that fuzzes.
	now := time.Unix(1_795_327_913, 0)
	v := newTestVerifier(f, WithClock(func() time.Time { return now }))
	const body = `{"event":"user","action":"created"}`
	good, err := Sign([]byte(body), SignOptions{Secret: secret, Now: now})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Signature", good.Get("Signature"), good.Get("Date"), good.Get("Digest"), "user", "X-Other", "v")
	f.Add("Authorization", "Signature "+good.Get("Signature"), good.Get("Date"), good.Get("Digest"), "", "", "")
	f.Add("signature", strings.Replace(good.Get("Signature"), "date digest", "date digest x-other (request-target) host", 1), "", "\xff\x00", "\r\n", "x-other", "\t ")
	f.Add("Signature", strings.Repeat("x", 40_000), strings.Repeat(" ", 40_000), "SHA-256=", "user", "Date", good.Get("Date"))
	f.Add("Signature", good.Get("Signature"), good.Get("Date"), good.Get("Digest"), "user", "DIGEST", good.Get("Digest"))
	f.Fuzz(func(t *testing.T, name, signature, date, digest, event, other, value string) {
		header := http.Header{"Date": {date}, "Digest": {digest}, "X-Drone-Event": {event}}
		header[name] = append(header[name], signature)
		header[other] = append(header[other], value)
		delivery, err := v.Verify(header, []byte(body))
		var refused *Error
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		authenticated, phase := v.Authenticate(header)
		if phase == nil {
			_, phase = authenticated.Finish([]byte(body))
		}
		if (err == nil) != (phase == nil) || err != nil && !errors.Is(phase, &Error{Code: refused.Code}) {
			t.Fatalf("%v, and in two phases %v", err, phase)
		}
		if err == nil && (date != good.Get("Date") && strings.Trim(date, " \t") != good.Get("Date") || len(delivery.ID()) != 64) {
			t.Fatalf("%q is accepted", date)
		}
		if err == nil && !delivery.SignedAt().Equal(now) {
			t.Fatalf("%v is accepted", delivery.SignedAt())
		}
	})
}
