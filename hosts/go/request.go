package dronewebhooks

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

// VerifyRequest verifies a request as net/http hands it to a handler. Its body is read only if its headers are authentic, and only up to its bound; then r.Body
// gives it once more, from its start.
//
// Its errors are those of [Verifier.Verify], and [ErrBodyNotBytes] with a cause for a body that breaks off.
func (v *Verifier) VerifyRequest(r *http.Request) (*Delivery, error) {
	authenticated, err := v.AuthenticateRequest(r)
	if err != nil {
		return nil, err
	}
	body, err := authenticated.read(r)
	if err != nil {
		return nil, err
	}
	return authenticated.Finish(body)
}

// read reads the body up to its bound, and puts it back.
func (a *Authenticated) read(r *http.Request) ([]byte, error) {
	limit := a.verifier.maxBodyBytes
	if r.ContentLength > limit {
		return nil, a.tooLarge(r.ContentLength)
	}
	if r.Body == nil {
		return nil, nil
	}
	var body bytes.Buffer
	if r.ContentLength > 0 {
		body.Grow(int(min(r.ContentLength, firstRead)) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(io.LimitReader(r.Body, limit+1)); err != nil {
		// A bound that somebody else set, and that is smaller.
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return nil, a.tooLarge(max(tooLarge.Limit, limit) + 1)
		}
		return nil, brokenOff(err)
	}
	if int64(body.Len()) > limit {
		return nil, a.tooLarge(int64(body.Len()))
	}
	r.Body = readAgain{bytes.NewReader(body.Bytes()), r.Body}
	return body.Bytes(), nil
}

// A sender says how long its body is before it sends anything: no more room is made for that than this.
const firstRead = 64 << 10

// readAgain is a body that was read, closed as the first one was.
type readAgain struct {
	io.Reader
	io.Closer
}
