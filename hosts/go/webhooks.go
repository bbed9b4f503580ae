package dronewebhooks

import (
	"context"
	"errors"
	"log"
	"net/http"
	"sync"
)

// Handler handles a delivery. Where it fails or panics, all handlers of the delivery are called again later.
type Handler func(ctx context.Context, delivery *Delivery) error

// Webhooks receives webhooks: an [http.Handler] that verifies them, answers, and then hands them to handlers, one delivery after another.
//
// Deliveries wait in memory and are lost with the process; Drone does not send them again. Where none may be lost, store them in a handler behind
// [Verifier.Middleware], before it answers.
//
// Handling is at least once: use [Delivery.ID] to make it idempotent. It is tried five times, after pauses of 1, 2, 4 and 8 seconds. What is lost or failed is
// written to the log where no hook is registered.
type Webhooks struct {
	verifier  *Verifier
	queue     *queue
	lifecycle lifecycle

	mu            sync.Mutex
	registrations []registration
	errorHooks    []func(error, *Delivery)
}

type registration struct {
	// Empty for every delivery.
	name    string
	handler Handler
}

// NewWebhooks takes the options of [New], and besides [WithCapacity], [WithAttempts] and [WithBackoff]. Close it at the end.
//
// Its errors are those of [New].
func NewWebhooks(options ...Option) (*Webhooks, error) {
	verifier, err := New(options...)
	if err != nil {
		return nil, err
	}
	w := &Webhooks{verifier: verifier, lifecycle: newLifecycle()}
	w.queue = newQueue(verifier.settings, w.handle)
	return w, nil
}

// On registers a handler for an event (build), an event and action (build.created), or what becomes of a build, once per build although Drone repeats itself:
// build.completed (its status is final), build.failed (failure or error), build.fixed (success, and the last build of the same repository and branch that
// succeeded or failed had failed). Names that are not known here are taken as they are.
func (w *Webhooks) On(name string, handler Handler) *Webhooks {
	w.mu.Lock()
	defer w.mu.Unlock()
	// A new list, so that one that is being gone through stays as it is.
	w.registrations = append(w.registrations[:len(w.registrations):len(w.registrations)], registration{name, handler})
	return w
}

// OnAny registers a handler for every delivery, also those of events and actions that are not known here.
func (w *Webhooks) OnAny(handler Handler) *Webhooks { return w.On("", handler) }

// OnRefused registers a hook for refused requests, for logs and metrics. The request's headers are as they came, and nothing in them is to be believed.
func (w *Webhooks) OnRefused(hook func(*Error, *http.Request)) *Webhooks {
	w.verifier.onRefused(hook)
	return w
}

// OnError registers a hook for failed handlers, each time they fail, and for deliveries that are lost: [ErrQueueFull], [ErrQueueClosed].
func (w *Webhooks) OnError(hook func(error, *Delivery)) *Webhooks {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.errorHooks = append(w.errorHooks[:len(w.errorHooks):len(w.errorHooks)], hook)
	return w
}

// ServeHTTP answers 202 for a delivery, 200 for one that was accepted before, 503 where the queue is full or closed, and what it refuses as
// [Verifier.Middleware] does. Mount it at a path of a [http.ServeMux].
func (w *Webhooks) ServeHTTP(response http.ResponseWriter, r *http.Request) {
	delivery, ok := w.verifier.receive(response, r)
	if !ok {
		return
	}
	accepted, err := w.Accept(delivery)
	switch {
	case err != nil:
		answer(response, r, http.StatusServiceUnavailable, read)
	case accepted:
		answer(response, r, http.StatusAccepted, read)
	default:
		answer(response, r, http.StatusOK, read)
	}
}

// Accept puts a delivery, verified in another way, into the queue, and tells whether it is new. It does not wait for handlers.
//
// Its errors are [ErrQueueFull], [ErrQueueClosed], or that the module cannot be run; hooks are told of them as well.
func (w *Webhooks) Accept(delivery *Delivery) (bool, error) {
	facts, err := delivery.tryFacts()
	if err == nil {
		var accepted bool
		if accepted, err = w.queue.accept(delivery, facts.id); err == nil {
			return accepted, nil
		}
	}
	if !w.failed(err, delivery) {
		// All of it: this is the only place where it still is.
		log.Printf("drone-webhooks: a delivery is lost: %v: %s", err, delivery.body)
	}
	return false, err
}

// Close stops accepting, and waits until what was accepted is handled; what has failed before is tried a last time. When the context is done it gives up,
// and its error says how many deliveries are lost. The context of the handler that is still running is then done as well.
func (w *Webhooks) Close(ctx context.Context) error {
	err := w.queue.close(ctx)
	w.verifier.Close()
	return err
}

func (w *Webhooks) handle(ctx context.Context, delivery *Delivery) error {
	w.mu.Lock()
	registrations := w.registrations
	w.mu.Unlock()
	names := w.namesOf(delivery, registrations)
	var all []error
	for _, each := range registrations {
		if each.name != "" && !names[each.name] {
			continue
		}
		if err := run(ctx, each.handler, delivery); err != nil {
			all = append(all, err)
			if !w.failed(err, delivery) {
				log.Printf("drone-webhooks: a handler of delivery %s has failed: %v", delivery.ID(), err)
			}
		}
	}
	return errors.Join(all...)
}

func run(ctx context.Context, handler Handler, delivery *Delivery) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = panicked(cause)
		}
	}()
	return handler(ctx, delivery)
}

func (w *Webhooks) namesOf(delivery *Delivery, registrations []registration) map[string]bool {
	names := map[string]bool{}
	if event := delivery.Event(); event != "" {
		names[event], names[event+"."+delivery.Action()] = true, true
	}
	// What nobody asks for needs no memory.
	for _, each := range registrations {
		if isLifecycle(each.name) {
			for _, name := range w.lifecycle.of(delivery) {
				names[name] = true
			}
			break
		}
	}
	return names
}

// failed tells the hooks; false where there is none.
func (w *Webhooks) failed(err error, delivery *Delivery) bool {
	w.mu.Lock()
	hooks := w.errorHooks
	w.mu.Unlock()
	for _, hook := range hooks {
		guard(func() { hook(err, delivery) })
	}
	return len(hooks) > 0
}
