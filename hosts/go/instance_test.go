package dronewebhooks

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const secret = "d8fa5c314f7b1f5cac27d34e157e3459"

func newTestVerifier(t testing.TB, options ...Option) *Verifier {
	t.Helper()
	v, err := New(append([]Option{WithSecret(secret)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

func signed(t testing.TB, body string) http.Header {
	t.Helper()
	header, err := Sign([]byte(body), SignOptions{Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	return header
}

func corrupt(in *instance) {
	memory, _ := in.memory.Read(0, in.memory.Size())
	for at := range memory {
		memory[at] = 0xff
	}
}

// idle gives the instances that were made so far.
func idle(p *pool) []*instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.idle)
}

func TestAnInstanceWhoseMemoryIsCorruptIsThrownAwayAndTheDeliveryIsNotLost(t *testing.T) {
	v := newTestVerifier(t)
	header := signed(t, "{}")
	before := idle(v.pool)
	for _, in := range before {
		corrupt(in)
	}
	if len(before) == 0 {
		t.Fatal("there is no instance to corrupt")
	}
	if _, err := v.Verify(header, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	for _, in := range before {
		if !in.module.IsClosed() {
			t.Error("an instance that has trapped is kept")
		}
	}
	header.Set("Signature", strings.Replace(header.Get("Signature"), `signature="`, `signature="AAAA`, 1))
	if _, err := v.Verify(header, []byte("{}")); err == nil {
		t.Fatal("a forgery is accepted after a trap")
	}
}

func TestAVerdictOfACorruptInstanceIsNeverAcceptance(t *testing.T) {
	v := newTestVerifier(t)
	forged := http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}, "Digest": {"SHA-256=RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="},
		"Signature": {`keyId="hmac-key",algorithm="hmac-sha256",signature="UzFi1A1EQTz0BKRbApaQhLfhaJQVgcmAItvF93RKR8Y=",headers="date digest"`}}
	for fill := range 256 {
		for _, in := range idle(v.pool) {
			memory, _ := in.memory.Read(0, in.memory.Size())
			for at := range memory {
				memory[at] = byte(fill)
			}
		}
		if _, err := v.Verify(forged, []byte("{}")); !errors.Is(err, ErrSignatureMismatch) {
			t.Fatalf("memory full of %d: %v", fill, err)
		}
	}
}

func TestATrapIsAnErrorAndNotACode(t *testing.T) {
	v := newTestVerifier(t)
	err := v.pool.with(func(in *instance) error {
		corrupt(in)
		_, err := in.askVerifier(in.authenticate, received{header: signed(t, "{}")}.record(time.Now().Unix(), v.needed, false))
		return err
	})
	var refused *Error
	if err == nil || errors.As(err, &refused) {
		t.Fatalf("it gives %v", err)
	}
	if len(idle(v.pool)) != 0 {
		t.Error("the instance is kept")
	}
	if _, err := v.Verify(signed(t, "{}"), []byte("{}")); err != nil {
		t.Error(err)
	}
}

// A module with one export, `abi_version`, that gives 2.
var otherVersion = []byte("\x00asm\x01\x00\x00\x00\x01\x05\x01\x60\x00\x01\x7f\x03\x02\x01\x00\x07\x0f\x01\x0babi_version\x00\x00\x0a\x06\x01\x04\x00\x41\x02\x0b")

func TestAModuleOfAnotherVersionIsRefused(t *testing.T) {
	e, err := newEngine(otherVersion, "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSettings([]Option{WithSecret(secret)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = newVerifier(e, s)
	if err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Fatalf("it gives %v", err)
	}
}

func TestWhatIsNoModuleIsRefused(t *testing.T) {
	for name, module := range map[string]string{"noise": "noise", "empty": "\x00asm\x01\x00\x00\x00"} {
		e, err := newEngine([]byte(module), "")
		if err == nil {
			_, err = e.instance(e.module)
		}
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestMemoryThatGrewIsGivenBack(t *testing.T) {
	v := newTestVerifier(t, WithMaxHeaderBytes(8<<20))
	long := http.Header{"Signature": {strings.Repeat("x", 4<<20)}}
	if _, err := v.Verify(long, nil); !errors.Is(err, ErrSignatureMalformed) {
		t.Fatal(err)
	}
	if left := idle(v.pool); len(left) != 0 {
		t.Fatalf("an instance of %d bytes is kept", left[0].memory.Size())
	}
	if _, err := v.Verify(signed(t, "{}"), []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if left := idle(v.pool); len(left) != 1 || left[0].memory.Size() > largestMemory {
		t.Fatal("after a usual request the instance is kept")
	}
}

func TestABodyIsNeverCopiedIntoAnInstanceWithKeys(t *testing.T) {
	v := newTestVerifier(t, WithMaxBodyBytes(100<<20))
	body := fmt.Sprintf(`{"event":"user","action":"created","note":%q}`, strings.Repeat("x", 40<<20))
	delivery, err := v.Verify(signed(t, body), []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range idle(v.pool) {
		if in.memory.Size() > largestMemory {
			t.Errorf("it has %d bytes", in.memory.Size())
		}
	}
	if _, err := delivery.Payload(); err != nil {
		t.Error(err)
	}
}

func TestThePoolIsBounded(t *testing.T) {
	v := newTestVerifier(t)
	header := signed(t, "{}")
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for range 50 {
				if _, err := v.Verify(header, []byte("{}")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if made := len(idle(v.pool)); made > runtime.GOMAXPROCS(0) {
		t.Errorf("%d instances were made", made)
	}
}

func TestAPanicWhileAnInstanceIsLentLosesNoSlot(t *testing.T) {
	v := newTestVerifier(t)
	for range 2 * cap(v.pool.tokens) {
		func() {
			defer func() { _ = recover() }()
			_ = v.pool.with(func(*instance) error { panic("mine") })
		}()
	}
	if _, err := v.Verify(signed(t, "{}"), []byte("{}")); err != nil {
		t.Error(err)
	}
}

func TestKeysAreNotInWhatIsPrinted(t *testing.T) {
	v := newTestVerifier(t)
	decimal := strings.Trim(fmt.Sprint([]byte(secret)), "[]")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{v, v.pool, v.engine} {
			text := fmt.Sprintf(verb, value)
			if strings.Contains(text, secret) || strings.Contains(text, decimal) {
				t.Errorf("%s of a %T has the secret", verb, value)
			}
		}
	}
}

func TestTheBufferHoldsNoSecretAfterwards(t *testing.T) {
	v := newTestVerifier(t)
	_ = signed(t, "{}")
	_, err := Explain(http.Header{}, nil, WithSecret(secret))
	if err != nil {
		t.Fatal(err)
	}
	explainer, err := v.engine.explain()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, p := range []*pool{v.pool, v.engine.blank, explainer} {
		for _, in := range idle(p) {
			found++
			memory, _ := in.memory.Read(0, in.memory.Size())
			if strings.Contains(string(memory), secret) {
				t.Error("an instance has the secret in its memory")
			}
		}
	}
	if found < 3 {
		t.Fatalf("%d instances were looked at", found)
	}
}
