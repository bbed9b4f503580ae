package dronewebhooks_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

func TestEightGoroutinesGiveNoWrongVerdictIn100000Verifications(t *testing.T) {
	const goroutines, each, ring = 8, 12_500, 64
	verifier := newVerifier(t)
	headers := make([]http.Header, ring)
	bodies := make([][]byte, ring)
	for at := range ring {
		headers[at], bodies[at] = sign(t, fmt.Sprintf(`{"event":"build","action":"updated","build":{"number":%d}}`, at))
	}
	var wrong atomic.Int64
	var all sync.WaitGroup
	for worker := range goroutines {
		all.Go(func() {
			for at := range each {
				good, header, body := forge(at+worker, headers[at%ring], bodies[at%ring])
				delivery, err := verifier.Verify(header, body)
				if !good && errors.Is(err, dw.ErrSignatureMismatch) || !good && errors.Is(err, dw.ErrDigestMismatch) {
					continue
				}
				if !good || err != nil || at%1000 == 0 && delivery.Event() != "build" {
					wrong.Add(1)
				}
			}
		})
	}
	all.Wait()
	if wrong.Load() != 0 {
		t.Errorf("%d of %d verdicts are wrong", wrong.Load(), goroutines*each)
	}
}

// forge makes every second request a forgery, of its signature or of its body.
func forge(at int, header http.Header, body []byte) (bool, http.Header, []byte) {
	switch at % 4 {
	case 1:
		forged := header.Clone()
		forged.Set("Date", time.Now().UTC().Add(-time.Minute).Format(http.TimeFormat))
		return false, forged, body
	case 3:
		return false, header, append([]byte{' '}, body...)
	default:
		return true, header, body
	}
}

func TestCloseWaitsForCallsInFlightAndRefusesLaterOnes(t *testing.T) {
	verifier := newVerifier(t)
	header, body := sign(t, `{"event":"user","action":"created"}`)
	kept, err := verifier.Verify(header, body)
	if err != nil {
		t.Fatal(err)
	}
	authenticated, err := verifier.Authenticate(header)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for {
				_, err := verifier.Verify(header, body)
				if err == nil {
					continue
				}
				if !errors.Is(err, dw.ErrConfigInvalid) {
					t.Error(err)
				}
				return
			}
		})
	}
	for range 3 {
		all.Go(verifier.Close)
	}
	all.Wait()
	verifier.Close()
	if _, err := authenticated.Finish(body); !errors.Is(err, dw.ErrConfigInvalid) {
		t.Error(err)
	}
	if kept.ID() == "" || kept.Event() != "user" {
		t.Error("a delivery does not outlive its verifier")
	}
}

func TestABodyMayBeHandedOverAgainAfterARefusal(t *testing.T) {
	verifier := newVerifier(t)
	header, body := sign(t, `{}`)
	authenticated, err := verifier.Authenticate(header)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := authenticated.Finish([]byte("{ }")); !errors.Is(err, dw.ErrDigestMismatch) {
			t.Error(err)
		}
		if _, err := authenticated.Finish(body); err != nil {
			t.Error(err)
		}
	}
}

func TestTheTimeCountsWhenTheHeadersCome(t *testing.T) {
	now := time.Now()
	verifier := newVerifier(t, dw.WithClock(func() time.Time { return now }))
	header, body := sign(t, `{}`)
	authenticated, err := verifier.Authenticate(header)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	if _, err := authenticated.Finish(body); err != nil {
		t.Error(err)
	}
	if _, err := verifier.Verify(header, body); !errors.Is(err, dw.ErrDateTooOld) {
		t.Error(err)
	}
}

func TestNamesOfHeadersMayBeInAnyCaseAndForm(t *testing.T) {
	verifier := newVerifier(t)
	header, body := sign(t, `{}`)
	other := http.Header{}
	for name, values := range header {
		other[strings.ToLower(name)] = values
	}
	if _, err := verifier.Verify(other, body); err != nil {
		t.Error(err)
	}
	for name := range header {
		twice := header.Clone()
		twice[strings.ToUpper(name)] = header[name]
		for range 20 {
			want := map[string]error{"Signature": dw.ErrSignatureDuplicated}[name]
			if want == nil {
				want = dw.ErrSignatureMismatch
			}
			if _, err := verifier.Verify(twice, body); !errors.Is(err, want) {
				t.Errorf("%s twice: %v", name, err)
			}
		}
	}
}

func TestHostAndRequestTargetAreTakenFromTheRequest(t *testing.T) {
	names := []string{"(request-target)", "host", "date", "digest"}
	verifier := newVerifier(t, dw.WithRequiredHeaders(names...))
	body := []byte(`{}`)
	outgoing, err := http.NewRequest(http.MethodPost, "http://ci.example.com/hook?a=b", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := dw.SignRequest(outgoing, body, dw.SignOptions{Secret: secret, SignedHeaders: names}); err != nil {
		t.Fatal(err)
	}
	incoming := func(change func(*http.Request)) *http.Request {
		r := &http.Request{Method: "POST", RequestURI: "/hook?a=b", Host: "ci.example.com", Header: outgoing.Header, Body: http.NoBody}
		change(r)
		return r
	}
	for name, change := range map[string]func(*http.Request){
		"another host":   func(r *http.Request) { r.Host = "evil.example.com" },
		"another path":   func(r *http.Request) { r.RequestURI = "/other" },
		"another method": func(r *http.Request) { r.Method = "PUT" },
	} {
		if _, err := verifier.AuthenticateRequest(incoming(change)); !errors.Is(err, dw.ErrSignatureMismatch) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := verifier.AuthenticateRequest(incoming(func(*http.Request) {})); err != nil {
		t.Error(err)
	}
	if _, err := verifier.Authenticate(outgoing.Header); !errors.Is(err, dw.ErrHeaderMissing) {
		t.Error(err)
	}
}

func TestTheHostCountsAsAHeader(t *testing.T) {
	header, _ := sign(t, `{}`)
	verifier := newVerifier(t, dw.WithMaxHeaders(3))
	if _, err := verifier.AuthenticateRequest(&http.Request{Method: "POST", Header: header}); err != nil {
		t.Error(err)
	}
	if _, err := verifier.AuthenticateRequest(&http.Request{Method: "POST", Header: header, Host: "ci.example.com"}); !errors.Is(err, dw.ErrHeadersTooLarge) {
		t.Error(err)
	}
}

func TestABodyIsReadOnlyUpToItsBoundAndCanBeReadAgain(t *testing.T) {
	verifier := newVerifier(t, dw.WithMaxBodyBytes(1000))
	header, body := sign(t, `{"event":"user","action":"created"}`)
	r := &http.Request{Method: "POST", Header: header, Body: closer{bytes.NewReader(body)}, ContentLength: -1}
	if _, err := verifier.VerifyRequest(r); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if _, err := again.ReadFrom(r.Body); err != nil || !bytes.Equal(again.Bytes(), body) {
		t.Errorf("%q: %v", again.Bytes(), err)
	}
	endless := &endless{}
	r = &http.Request{Method: "POST", Header: header, Body: closer{endless}, ContentLength: -1}
	if _, err := verifier.VerifyRequest(r); !errors.Is(err, dw.ErrBodyTooLarge) {
		t.Error(err)
	}
	if endless.read > 2000 {
		t.Errorf("%d bytes were read", endless.read)
	}
	r = &http.Request{Method: "POST", Header: header, Body: closer{endless}, ContentLength: 1 << 40}
	endless.read = 0
	if _, err := verifier.VerifyRequest(r); !errors.Is(err, dw.ErrBodyTooLarge) || endless.read > 0 {
		t.Errorf("%d bytes were read: %v", endless.read, err)
	}
	header.Set("Signature", "forged")
	r.ContentLength = -1
	if _, err := verifier.VerifyRequest(r); !errors.Is(err, dw.ErrSignatureMalformed) || endless.read > 0 {
		t.Errorf("%d bytes of a forgery were read: %v", endless.read, err)
	}
}

type closer struct {
	reader interface{ Read([]byte) (int, error) }
}

func (c closer) Read(to []byte) (int, error) { return c.reader.Read(to) }
func (c closer) Close() error                { return nil }

type endless struct{ read int }

func (e *endless) Read(to []byte) (int, error) {
	e.read += len(to)
	return len(to), nil
}

func TestASmallerBoundOfTheServerIsTooLargeAsWell(t *testing.T) {
	verifier := newVerifier(t)
	header, body := sign(t, `{"event":"user","action":"created"}`)
	r := &http.Request{Method: "POST", Header: header, ContentLength: -1, Body: http.MaxBytesReader(nil, closer{bytes.NewReader(body)}, 10)}
	if _, err := verifier.VerifyRequest(r); !errors.Is(err, dw.ErrBodyTooLarge) {
		t.Error(err)
	}
}

func TestASignatureThatOmitsOrNamesItsParametersIsAccepted(t *testing.T) {
	verifier := newVerifier(t, dw.WithRequiredHeaders("(created)", "digest"))
	now := time.Now()
	for name, options := range map[string]dw.SignOptions{
		"created":          {Algorithm: "hs2019", SignedHeaders: []string{"(created)", "digest"}, Created: now},
		"expires":          {Algorithm: "hs2019", SignedHeaders: []string{"(created)", "(expires)", "digest"}, Created: now, Expires: now.Add(time.Minute)},
		"without a name":   {OmitAlgorithm: true, SignedHeaders: []string{"(created)", "digest"}, Created: now},
		"with another key": {KeyID: "deploy", Algorithm: "hs2019", SignedHeaders: []string{"(created)", "digest"}, Created: now},
	} {
		options.Secret = secret
		header, err := dw.Sign([]byte(`{}`), options)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := verifier.Verify(header, []byte(`{}`)); err != nil {
			t.Errorf("%s: %v: %s", name, err, header.Get("Signature"))
		}
	}
}

func TestMistakesInSigningAreConfigInvalid(t *testing.T) {
	for name, options := range map[string]dw.SignOptions{
		"no secret":                  {},
		"nothing to sign":            {Secret: secret, SignedHeaders: []string{}},
		"a header that is not there": {Secret: secret, SignedHeaders: []string{"date", "digest", "host"}},
		"a name that is none":        {Secret: secret, SignedHeaders: []string{"date digest"}},
		"created without its place":  {Secret: secret, SignedHeaders: []string{"(created)", "digest"}},
	} {
		if header, err := dw.Sign([]byte(`{}`), options); !errors.Is(err, dw.ErrConfigInvalid) {
			t.Errorf("%s: %v, %v", name, header, err)
		}
	}
}

func TestErrorsAreComparedByTheirCode(t *testing.T) {
	_, err := newVerifier(t).Verify(http.Header{}, nil)
	var refused *dw.Error
	if !errors.As(err, &refused) || refused.Code != dw.CodeSignatureMissing || refused.Status() != 401 {
		t.Fatal(err)
	}
	if !errors.Is(err, dw.ErrSignatureMissing) || errors.Is(err, dw.ErrSignatureMismatch) {
		t.Error("the wrong sentinel")
	}
	if text := fmt.Errorf("hook: %w", err).Error(); !strings.Contains(text, "signature_missing: no Signature header") {
		t.Error(text)
	}
	if dw.ErrBodyTooLarge.Status() != 413 || dw.Code("unheard of").Status() != 500 {
		t.Error("the wrong status")
	}
}
