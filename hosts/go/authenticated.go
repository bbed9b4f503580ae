package dronewebhooks

import "net/http"

// Authenticated is a request whose headers are authentic and fresh; its body is still to come. It holds no instance of the module, so it may wait for a slow sender.
type Authenticated struct {
	verifier *Verifier
	head     []byte
}

// Authenticate does steps 1 to 9, from the headers alone: a forgery is refused before its body is read. The time counts when the headers come, however long
// the body takes. Signatures over (request-target) or host need [Verifier.AuthenticateRequest].
//
// Its errors are an [*Error] for each refusal of those steps, or that the module cannot be run.
func (v *Verifier) Authenticate(header http.Header) (*Authenticated, error) {
	return v.authenticated(received{header: header})
}

// AuthenticateRequest is the same for a request as net/http hands it to a handler. It does not read the body.
func (v *Verifier) AuthenticateRequest(r *http.Request) (*Authenticated, error) {
	return v.authenticated(receivedOf(r))
}

func (v *Verifier) authenticated(r received) (*Authenticated, error) {
	now := v.settings.seconds()
	var head []byte
	err := v.pool.with(func(in *instance) error {
		var err error
		head, err = v.authenticate(in, r, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Authenticated{verifier: v, head: head}, nil
}

// Finish does step 10: whether this is the body that was signed. It may be called again after a refusal.
//
// Its errors are [ErrBodyTooLarge], [ErrDigestMalformed], [ErrDigestUnsupported], [ErrDigestMismatch], or that the module cannot be run.
func (a *Authenticated) Finish(body []byte) (*Delivery, error) {
	err := a.resume(func(in *instance) error { return a.verifier.finish(in, body) })
	if err != nil {
		return nil, err
	}
	return &Delivery{engine: a.verifier.engine, head: a.head, body: body}, nil
}

// tooLarge is the refusal of a body that has at least so many bytes, more than the bound.
func (a *Authenticated) tooLarge(length int64) error {
	return a.resume(func(in *instance) error { return a.verifier.finishHashed(in, [32]byte{}, length) })
}

// resume makes an instance's state this request's. That costs an HMAC more than to keep the instance, which would wait for a slow sender.
func (a *Authenticated) resume(then func(*instance) error) error {
	return a.verifier.pool.with(func(in *instance) error {
		found, err := in.askVerifier(in.authenticate, a.head)
		if err == nil {
			err = found.refusal()
		}
		if err != nil {
			return err
		}
		return then(in)
	})
}
