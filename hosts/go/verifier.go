package dronewebhooks

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// Verifier verifies requests with the same secrets and options. It may be used by any number of goroutines.
type Verifier struct {
	settings *settings
	engine   *engine
	pool     *pool
	// The headers that are looked at in every request, in lower case.
	needed       []string
	maxBodyBytes int64

	mu    sync.Mutex
	hooks []refusalHook
}

// New prepares secrets and options for any number of requests. The first one of a program also compiles the module.
//
// Its errors are [ErrConfigInvalid] for a mistake in the options, or that the module cannot be run.
func New(options ...Option) (*Verifier, error) {
	s, err := newSettings(options)
	if err != nil {
		return nil, err
	}
	e, err := engineFor(s.cacheFolder)
	if err != nil {
		return nil, err
	}
	return newVerifier(e, s)
}

func newVerifier(e *engine, s *settings) (*Verifier, error) {
	v := &Verifier{settings: s, engine: e, hooks: s.onRefused}
	v.pool = newPool(v.instance)
	// One is made at once: the mistakes in the options are its.
	if err := v.pool.with(func(*instance) error { return nil }); err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

// instance makes an instance with a verifier in it.
func (v *Verifier) instance() (*instance, error) {
	in, err := v.engine.instance(v.engine.module)
	if err != nil {
		return nil, err
	}
	record := v.settings.record()
	made, err := in.ask(in.newVerifier, record)
	clear(record) // of the secrets
	if err == nil {
		err = made.refusal()
	}
	if err != nil {
		in.close()
		return nil, err
	}
	answer := reader{rest: made.answer}
	in.verifier = answer.u32()
	maxBodyBytes, needed := answer.u64(), answer.text()
	// The same for each instance, and only the first is made while nobody else looks.
	if v.needed == nil {
		v.maxBodyBytes, v.needed = int64(maxBodyBytes), strings.Split(needed, " ")
	}
	return in, answer.err
}

// MaxBodyBytes is the largest body, in bytes: stop reading there.
func (v *Verifier) MaxBodyBytes() int64 { return v.maxBodyBytes }

// Verify verifies a request whose body is in memory: its headers, then that the body is the one that was signed. Signatures over (request-target) or host
// need [Verifier.VerifyRequest].
//
// Its errors are an [*Error] for each refusal of steps 1 to 10, or that the module cannot be run. The body must not be changed while the delivery is in use.
func (v *Verifier) Verify(header http.Header, body []byte) (*Delivery, error) {
	return v.verify(received{header: header}, body)
}

func (v *Verifier) verify(r received, body []byte) (*Delivery, error) {
	now := v.settings.seconds()
	var head []byte
	err := v.pool.with(func(in *instance) error {
		var err error
		if head, err = v.authenticate(in, r, now); err != nil {
			return err
		}
		return v.finish(in, body)
	})
	if err != nil {
		return nil, err
	}
	return &Delivery{engine: v.engine, head: head, body: body}, nil
}

// authenticate gives the head that was accepted.
func (v *Verifier) authenticate(in *instance, r received, now int64) ([]byte, error) {
	head := r.record(now, v.needed, false)
	found, err := in.askVerifier(in.authenticate, head)
	if err == nil && found.code == moreHeaders {
		head = r.record(now, found.names(), true)
		found, err = in.askVerifier(in.authenticate, head)
	}
	if err != nil {
		return nil, err
	}
	return head, found.refusal()
}

// finish follows an authenticate of the same instance. The body is hashed here, after its headers are known to be authentic, and never copied.
func (v *Verifier) finish(in *instance, body []byte) error {
	var hash [sha256.Size]byte
	// Of one that is too large the module looks at the length alone.
	if int64(len(body)) <= v.maxBodyBytes {
		hash = sha256.Sum256(body)
	}
	return v.finishHashed(in, hash, int64(len(body)))
}

func (v *Verifier) finishHashed(in *instance, hash [sha256.Size]byte, length int64) error {
	var room [4 + sha256.Size + 8]byte
	record := appendU32(room[:0], 2)
	record = append(record, hash[:]...)
	record = appendU64(record, uint64(length))
	found, err := in.askVerifier(in.finish, record)
	if err != nil {
		return err
	}
	return found.refusal()
}

// Close wipes the keys in the module and gives its memory back. It waits for the calls in flight; later ones are refused with [ErrConfigInvalid]. It may be
// called again. Deliveries live on. The strings that New was given are Go's, which cannot be wiped.
func (v *Verifier) Close() { v.pool.close() }

// String says what it is, and none of its secrets.
func (v *Verifier) String() string {
	return fmt.Sprintf("dronewebhooks.Verifier(%d bytes at most)", v.maxBodyBytes)
}

// GoString is the same.
func (v *Verifier) GoString() string { return v.String() }
