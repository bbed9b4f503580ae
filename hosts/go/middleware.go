package dronewebhooks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"
)

type deliveryKey struct{}

// DeliveryFromContext is the delivery that [Verifier.Middleware] has verified; nil in a request that did not come through it.
func DeliveryFromContext(ctx context.Context) *Delivery {
	delivery, _ := ctx.Value(deliveryKey{}).(*Delivery)
	return delivery
}

// Middleware hands webhooks on to next, and nothing else: with the delivery in the context, and a body that can be read once more. A forgery is answered from its
// headers, before its body is read, and its connection is closed.
//
// What is refused is answered 405 (not a POST), 401, 413, 422 (authentic, and no webhook), 431 or 500: the status and its name alone. Drone waits for the answer
// inside the build and sends nothing again, so next must be quick and lose nothing; [Webhooks] answers first.
func (v *Verifier) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		delivery, ok := v.receive(w, r)
		if !ok {
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), deliveryKey{}, delivery)))
	})
}

// receive gives a webhook, or has answered.
func (v *Verifier) receive(w http.ResponseWriter, r *http.Request) (*Delivery, bool) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		answer(w, r, http.StatusMethodNotAllowed, unread)
		return nil, false
	}
	delivery, err := v.verifyWebhook(r)
	if err == nil {
		return delivery, true
	}
	v.tell(err, r)
	status := statusOf(err)
	// A body that does not match is answered like a forged header, to the byte. Of one that is no webhook all is well but what it says.
	if status == http.StatusUnprocessableEntity {
		answer(w, r, status, read)
	} else {
		answer(w, r, status, unread)
	}
	return nil, false
}

func (v *Verifier) verifyWebhook(r *http.Request) (*Delivery, error) {
	delivery, err := v.VerifyRequest(r)
	if err != nil {
		return nil, err
	}
	content, err := delivery.readContent()
	if err != nil {
		return nil, err
	}
	if !content.isWebhook {
		const message = "the request is authentic, but not a webhook: its body has no action, as in the calls of Drone's extensions"
		return nil, &Error{Code: CodePayloadMalformed, Message: message}
	}
	// Nothing is accepted that has no id.
	if _, err := delivery.tryFacts(); err != nil {
		return nil, err
	}
	return delivery, nil
}

// tell tells of a refusal. Where nobody listens, mistakes of the receiver's own are logged; forgeries are not, or anybody could fill the log.
func (v *Verifier) tell(err error, r *http.Request) {
	var refused *Error
	if !errors.As(err, &refused) {
		refused = &Error{Code: CodeConfigInvalid, Message: err.Error(), cause: err}
	}
	v.mu.Lock()
	hooks := v.hooks
	v.mu.Unlock()
	for _, hook := range hooks {
		guard(func() { hook(refused, r) })
	}
	if len(hooks) == 0 && refused.Status() >= 500 {
		log.Print(err)
	}
}

func (v *Verifier) onRefused(hook refusalHook) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.hooks = append(v.hooks[:len(v.hooks):len(v.hooks)], hook)
}

func statusOf(err error) int {
	var refused *Error
	switch {
	case !errors.As(err, &refused):
		return http.StatusInternalServerError
	case errors.Is(err, errClosed):
		return http.StatusServiceUnavailable
	case refused.Code == CodeBodyNotBytes:
		// The sender is gone or speaks no HTTP: here it can be nothing else.
		return http.StatusBadRequest
	default:
		return refused.Status()
	}
}

// How long a connection stays open after a refusal, for what its sender is still writing; as long as net/http itself waits for that.
const lingering = 500 * time.Millisecond

// Whether the body was read to its end.
const (
	unread = false
	read   = true
)

// answer writes a status and its name, and closes a connection on which a body is still to come.
func answer(w http.ResponseWriter, r *http.Request, status int, bodyRead bool) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if !bodyRead && r.ProtoMajor < 2 {
		// Otherwise the server would read on before it answers. HTTP/2 has streams to close, which the server does.
		w.Header().Set("Connection", "close")
		// After the answer it takes what is on its way, 256 KB at most: who still writes would be reset, and Drone skips the endpoints that follow then. But it
		// waits for that as long as the sender likes, unless it is told not to.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(lingering)) // fails where somebody has wrapped the writer
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, nameOf(status)+"\n")
}

// nameOf has the names of RFC 9110, where net/http keeps older ones.
func nameOf(status int) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return "Content Too Large"
	case http.StatusUnprocessableEntity:
		return "Unprocessable Content"
	default:
		return http.StatusText(status)
	}
}

// guard runs a hook of the user's, whose panic is not a delivery's business.
func guard(hook func()) {
	defer func() {
		if cause := recover(); cause != nil {
			log.Printf("drone-webhooks: a hook has panicked: %v", cause)
		}
	}()
	hook()
}

func panicked(cause any) error {
	if err, ok := cause.(error); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic: %v", cause)
}
