package dronewebhooks_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

// vector is a line of hosts/conformance.
type vector struct {
	Name    string
	Code    *string
	Config  config
	Now     int64
	Method  string
	URL     string
	Headers []struct {
		Name, Value string
		Times       int
	}
	Body   []part
	Expect map[string]any
	Causes []string
	Sender string

	Secret                  []byte
	Date, Digest, Signature string
}

type config struct {
	Secrets         [][]byte
	Keys            map[string][][]byte
	Tolerance       *int64
	RequiredHeaders []string
	MaxBodyBytes    *int64
	MaxHeaderBytes  *int
	MaxHeaders      *int
}

type part struct {
	Base64 []byte
	Times  int
}

func vectors(t testing.TB, name string) []vector {
	t.Helper()
	file, err := os.Open("../conformance/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []vector
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var each vector
		if err := json.Unmarshal(lines.Bytes(), &each); err != nil {
			t.Fatal(err)
		}
		all = append(all, each)
	}
	if err := lines.Err(); err != nil || len(all) == 0 {
		t.Fatalf("%d vectors: %v", len(all), err)
	}
	return all
}

func (v vector) options() []dw.Option {
	options := []dw.Option{dw.WithClock(func() time.Time { return time.Unix(v.Now, 999_999_999) })}
	if v.Config.Keys == nil || v.Config.Secrets != nil {
		options = append(options, dw.WithSecrets(texts(v.Config.Secrets)...))
	}
	for keyID, secrets := range v.Config.Keys {
		options = append(options, dw.WithKey(keyID, texts(secrets)...))
	}
	if v.Config.Tolerance != nil {
		options = append(options, dw.WithTolerance(time.Duration(*v.Config.Tolerance)*time.Second))
	}
	if v.Config.RequiredHeaders != nil {
		options = append(options, dw.WithRequiredHeaders(v.Config.RequiredHeaders...))
	}
	if v.Config.MaxBodyBytes != nil {
		options = append(options, dw.WithMaxBodyBytes(*v.Config.MaxBodyBytes))
	}
	if v.Config.MaxHeaderBytes != nil {
		options = append(options, dw.WithMaxHeaderBytes(*v.Config.MaxHeaderBytes))
	}
	if v.Config.MaxHeaders != nil {
		options = append(options, dw.WithMaxHeaders(*v.Config.MaxHeaders))
	}
	return options
}

func texts(secrets [][]byte) []string {
	var all []string
	for _, secret := range secrets {
		all = append(all, string(secret))
	}
	return all
}

func (v vector) body() []byte {
	var body []byte
	for _, part := range v.Body {
		body = append(body, bytes.Repeat(part.Base64, part.Times)...)
	}
	return body
}

func (v vector) header() http.Header {
	header := http.Header{}
	for _, line := range v.Headers {
		for range line.Times {
			header.Add(line.Name, line.Value)
		}
	}
	return header
}

// request is as a server hands it over, whatever is in its headers.
func (v vector) request(body io.Reader) *http.Request {
	return &http.Request{Method: v.Method, RequestURI: v.URL, Header: v.header(), Body: io.NopCloser(body), ContentLength: -1}
}

func (v vector) verifier(t testing.TB) (*dw.Verifier, error) {
	verifier, err := dw.New(v.options()...)
	if err == nil {
		t.Cleanup(verifier.Close)
	}
	return verifier, err
}

// wanted is the code of a vector; "" for none.
func (v vector) wanted() string {
	if v.Code == nil {
		return ""
	}
	return *v.Code
}

func codeOf(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var refused *dw.Error
	if !errors.As(err, &refused) {
		t.Fatalf("%v is no refusal", err)
	}
	if refused.Message == "" || len(refused.Message) > 1024 {
		t.Errorf("the message has %d bytes: %q", len(refused.Message), refused.Message)
	}
	return string(refused.Code)
}

// Every way in which a request can be verified.
var ways = map[string]func(*dw.Verifier, vector) (*dw.Delivery, error){
	"VerifyRequest": func(verifier *dw.Verifier, v vector) (*dw.Delivery, error) {
		return verifier.VerifyRequest(v.request(bytes.NewReader(v.body())))
	},
	"AuthenticateRequest and Finish": func(verifier *dw.Verifier, v vector) (*dw.Delivery, error) {
		authenticated, err := verifier.AuthenticateRequest(v.request(http.NoBody))
		if err != nil {
			return nil, err
		}
		return authenticated.Finish(v.body())
	},
	"Verify": func(verifier *dw.Verifier, v vector) (*dw.Delivery, error) {
		if v.needsLine() {
			return verifier.VerifyRequest(v.request(bytes.NewReader(v.body())))
		}
		return verifier.Verify(v.header(), v.body())
	},
	"Authenticate and Finish": func(verifier *dw.Verifier, v vector) (*dw.Delivery, error) {
		authenticate := func() (*dw.Authenticated, error) { return verifier.Authenticate(v.header()) }
		if v.needsLine() {
			authenticate = func() (*dw.Authenticated, error) { return verifier.AuthenticateRequest(v.request(http.NoBody)) }
		}
		authenticated, err := authenticate()
		if err != nil {
			return nil, err
		}
		return authenticated.Finish(v.body())
	},
}

// The request line counts only where it is signed.
func (v vector) needsLine() bool {
	return strings.Contains(strings.Join(v.header().Values("Signature"), " "), "(request-target)") ||
		strings.Contains(strings.Join(v.header().Values("Authorization"), " "), "(request-target)")
}

func TestEveryVerdictIsTheOneOfTheVectors(t *testing.T) {
	all := append(vectors(t, "verdicts"), vectors(t, "mutations")...)
	for way, verify := range ways {
		t.Run(way, func(t *testing.T) {
			for _, each := range all {
				t.Run(each.Name, func(t *testing.T) {
					verifier, err := each.verifier(t)
					var delivery *dw.Delivery
					if err == nil {
						delivery, err = verify(verifier, each)
					}
					if err == nil {
						_, err = delivery.Payload()
					}
					if code := codeOf(t, err); code != each.wanted() {
						t.Fatalf("the code is %q, not %q: %v", code, each.wanted(), err)
					}
					if err == nil {
						checkTold(t, delivery, each.Expect)
					}
				})
			}
		})
	}
}

func checkTold(t *testing.T, delivery *dw.Delivery, expect map[string]any) {
	t.Helper()
	told, err := json.Marshal(map[string]any{
		"id": delivery.ID(), "keyId": delivery.KeyID(), "signedAt": delivery.SignedAt().Unix(), "signedHeaders": delivery.SignedHeaders(),
		"event": orNull(delivery.Event()), "action": orNull(delivery.Action()),
	})
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := json.Unmarshal(told, &values); err != nil {
		t.Fatal(err)
	}
	for name, want := range expect {
		found, known := values[name]
		if !known || !sameJSON(found, want) {
			t.Errorf("%s is %v, not %v", name, found, want)
		}
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func sameJSON(a, b any) bool {
	first, _ := json.Marshal(a)
	second, _ := json.Marshal(b)
	return bytes.Equal(first, second)
}

func TestOneVerifierKeepsNothingOfWhatItHasRefused(t *testing.T) {
	// By configuration and time, so that many vectors go through one verifier.
	verifiers := map[string]*dw.Verifier{}
	for round := range 2 {
		for _, each := range vectors(t, "verdicts") {
			key, _ := json.Marshal([]any{each.Config, each.Now})
			if verifiers[string(key)] == nil {
				verifier, err := each.verifier(t)
				if err != nil {
					continue
				}
				verifiers[string(key)] = verifier
			}
			delivery, err := verifiers[string(key)].VerifyRequest(each.request(bytes.NewReader(each.body())))
			if err == nil {
				_, err = delivery.Payload()
			}
			if code := codeOf(t, err); code != each.wanted() {
				t.Fatalf("round %d, %s: the code is %q, not %q", round, each.Name, code, each.wanted())
			}
		}
	}
	if len(verifiers) > 200 {
		t.Fatalf("%d verifiers share nothing", len(verifiers))
	}
}

func TestWhatRealServersSignedIsSignedAgain(t *testing.T) {
	for _, each := range vectors(t, "signed") {
		signed, err := dw.Sign(each.body(), dw.SignOptions{Secret: string(each.Secret), Now: time.Unix(each.Now, 0)})
		if err != nil {
			t.Fatal(err)
		}
		if signed.Get("Date") != each.Date || signed.Get("Digest") != each.Digest || signed.Get("Signature") != each.Signature {
			t.Errorf("%s: %v", each.Name, signed)
		}
	}
}
