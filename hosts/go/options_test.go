package dronewebhooks_test

import (
	"errors"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	dw "github.com/drone-webhooks/drone-webhooks/hosts/go"
)

const secret = "d8fa5c314f7b1f5cac27d34e157e3459"

func TestMistakesInTheOptionsAreConfigInvalid(t *testing.T) {
	good := dw.WithSecret(secret)
	mistakes := map[string][]dw.Option{
		"no options":                              nil,
		"no secret":                               {dw.WithTolerance(time.Minute)},
		"an empty secret":                         {dw.WithSecret("")},
		"an empty list of secrets":                {dw.WithSecrets()},
		"an empty secret among others":            {dw.WithSecrets(secret, "")},
		"a keyId without a secret":                {dw.WithKey("hmac-key")},
		"a keyId with an empty secret":            {dw.WithKey("hmac-key", "")},
		"a negative tolerance":                    {good, dw.WithTolerance(-1)},
		"a negative largest body":                 {good, dw.WithMaxBodyBytes(-1)},
		"a largest body that no memory holds":     {good, dw.WithMaxBodyBytes(math.MaxInt32 + 1)},
		"negative bytes of headers":               {good, dw.WithMaxHeaderBytes(-1)},
		"more bytes of headers than 32 bits hold": {good, dw.WithMaxHeaderBytes(math.MaxInt32 + 1)},
		"a negative number of headers":            {good, dw.WithMaxHeaders(-1)},
		"no required headers":                     {good, dw.WithRequiredHeaders()},
		"required headers without digest":         {good, dw.WithRequiredHeaders("date")},
		"required headers in one text":            {good, dw.WithRequiredHeaders("date digest")},
		"a required header without a name":        {good, dw.WithRequiredHeaders("date", "digest", "")},
		"no hook":                                 {good, dw.WithOnRefused(nil)},
		"no clock":                                {good, dw.WithClock(nil)},
		"no folder for the cache":                 {good, dw.WithCompilationCache("")},
		"no option":                               {good, nil},
		"a negative capacity":                     {good, dw.WithCapacity(-1)},
		"negative attempts":                       {good, dw.WithAttempts(-1)},
	}
	for name, options := range mistakes {
		t.Run(name, func(t *testing.T) {
			for what, try := range map[string]func() error{
				"New":         func() error { _, err := dw.New(options...); return err },
				"NewWebhooks": func() error { _, err := dw.NewWebhooks(options...); return err },
				"Explain":     func() error { _, err := dw.Explain(http.Header{}, nil, options...); return err },
			} {
				err := try()
				if !errors.Is(err, dw.ErrConfigInvalid) {
					t.Errorf("%s gives %v", what, err)
				} else if strings.Contains(err.Error(), secret) {
					t.Errorf("%s has the secret in its message", what)
				}
			}
		})
	}
}

func TestACacheThatIsNoFolderIsConfigInvalid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := dw.New(dw.WithSecret(secret), dw.WithCompilationCache(file)); !errors.Is(err, dw.ErrConfigInvalid) {
		t.Error(err)
	}
}

func TestTheCompilationCacheIsFilledOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "cache")
	for range 2 {
		verifier, err := dw.New(dw.WithSecret(secret), dw.WithCompilationCache(folder))
		if err != nil {
			t.Fatal(err)
		}
		header, body := sign(t, `{}`)
		if _, err := verifier.Verify(header, body); err != nil {
			t.Error(err)
		}
		verifier.Close()
	}
	files := 0
	err := filepath.WalkDir(folder, func(_ string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			files++
		}
		return err
	})
	if err != nil || files != 1 {
		t.Errorf("%d files: %v", files, err)
	}
}

func sign(t testing.TB, body string) (http.Header, []byte) {
	t.Helper()
	header, err := dw.Sign([]byte(body), dw.SignOptions{Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	return header, []byte(body)
}

func newVerifier(t testing.TB, options ...dw.Option) *dw.Verifier {
	t.Helper()
	verifier, err := dw.New(append([]dw.Option{dw.WithSecret(secret)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(verifier.Close)
	return verifier
}

func TestATimeThatCannotBeIsConfigInvalidBeforeTheRequestIsLookedAt(t *testing.T) {
	for _, now := range []time.Time{time.Unix(-1, 0), time.Unix(253_402_300_800, 0), {}} {
		verifier := newVerifier(t, dw.WithClock(func() time.Time { return now }))
		if _, err := verifier.Verify(http.Header{}, nil); !errors.Is(err, dw.ErrConfigInvalid) {
			t.Errorf("%v: %v", now, err)
		}
		if _, err := dw.Sign(nil, dw.SignOptions{Secret: secret, Now: now}); !now.IsZero() && !errors.Is(err, dw.ErrConfigInvalid) {
			t.Errorf("%v: %v", now, err)
		}
	}
}

func TestTheLargestNumbersAreNumbers(t *testing.T) {
	verifier := newVerifier(t, dw.WithTolerance(math.MaxInt64), dw.WithMaxBodyBytes(math.MaxInt32), dw.WithMaxHeaderBytes(math.MaxInt32), dw.WithMaxHeaders(math.MaxInt32))
	if verifier.MaxBodyBytes() != math.MaxInt32 {
		t.Error(verifier.MaxBodyBytes())
	}
	header, err := dw.Sign(nil, dw.SignOptions{Secret: secret, Now: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.Verify(header, nil); err != nil {
		t.Error("a Date of 1970 is within such a tolerance:", err)
	}
}

func TestEveryOptionCounts(t *testing.T) {
	header, body := sign(t, `{"event":"user","action":"created"}`)
	late := func() time.Time { return time.Now().Add(6 * time.Minute) }
	for name, each := range map[string]struct {
		options []dw.Option
		want    error
	}{
		"the clock":                      {[]dw.Option{dw.WithClock(late)}, dw.ErrDateTooOld},
		"the tolerance":                  {[]dw.Option{dw.WithClock(late), dw.WithTolerance(10 * time.Minute)}, nil},
		"a tolerance with half a second": {[]dw.Option{dw.WithClock(late), dw.WithTolerance(361500 * time.Millisecond)}, nil},
		"the largest body":               {[]dw.Option{dw.WithMaxBodyBytes(int64(len(body) - 1))}, dw.ErrBodyTooLarge},
		"the largest body, exactly":      {[]dw.Option{dw.WithMaxBodyBytes(int64(len(body)))}, nil},
		"the most bytes of headers":      {[]dw.Option{dw.WithMaxHeaderBytes(100)}, dw.ErrHeadersTooLarge},
		"the most headers":               {[]dw.Option{dw.WithMaxHeaders(2)}, dw.ErrHeadersTooLarge},
		"the most headers, exactly":      {[]dw.Option{dw.WithMaxHeaders(3)}, nil},
		"what is required":               {[]dw.Option{dw.WithRequiredHeaders(dw.ExtensionHeaders()...)}, dw.ErrHeaderNotSigned},
		"a second secret":                {[]dw.Option{dw.WithSecret("another")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newVerifier(t, each.options...).Verify(header, body)
			if !errors.Is(err, each.want) {
				t.Errorf("it gives %v", err)
			}
		})
	}
}

func TestKeysAreChosenByKeyID(t *testing.T) {
	verifier, err := dw.New(dw.WithKey("one", "secret one"), dw.WithKey("two", "old", "secret two"))
	if err != nil {
		t.Fatal(err)
	}
	defer verifier.Close()
	for _, each := range []struct {
		keyID, secret string
		want          error
	}{{"one", "secret one", nil}, {"two", "secret two", nil}, {"one", "secret two", dw.ErrSignatureMismatch}, {"three", "secret one", dw.ErrKeyUnknown}} {
		header, err := dw.Sign(nil, dw.SignOptions{Secret: each.secret, KeyID: each.keyID})
		if err != nil {
			t.Fatal(err)
		}
		delivery, err := verifier.Verify(header, nil)
		if !errors.Is(err, each.want) {
			t.Errorf("%v gives %v", each, err)
		} else if err == nil && delivery.KeyID() != each.keyID {
			t.Errorf("the keyId is %q", delivery.KeyID())
		}
	}
}
