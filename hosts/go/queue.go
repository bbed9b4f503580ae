package dronewebhooks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	defaultCapacity = 1000
	defaultAttempts = 5
	// Ids that are remembered, some 10 MB. Beyond it deliveries are refused: a duplicate could not be told any more.
	mostRemembered = 100_000
	firstPause     = time.Second
	longestPause   = time.Minute
	// How long the handlers of a delivery may take, before their context is done.
	handlingTime = 10 * time.Minute
)

// ErrQueueFull is told where deliveries come faster than they are handled. The sender is answered 503; Drone ignores that, and the delivery is lost.
var ErrQueueFull = errors.New("drone-webhooks: too many deliveries wait to be handled")

// ErrQueueClosed is the same for what comes after [Webhooks.Close].
var ErrQueueClosed = errors.New("drone-webhooks: the queue was closed")

// queue holds deliveries in memory until they are handled, one after another. It is lost with the process.
type queue struct {
	handle   func(context.Context, *Delivery) error
	now      func() time.Time
	backoff  func(attempt int) time.Duration
	capacity int
	attempts int
	remember time.Duration

	// Done when closing has to end.
	context context.Context
	cancel  context.CancelFunc
	ended   chan struct{}

	mu      sync.Mutex
	changed *sync.Cond
	closing bool
	ready   []waiting
	paused  map[*time.Timer]waiting
	// Those that are ready, paused, or in hand.
	unhandled int
	// Until when an id is known; expiries has the same in the order in which they came, and so expire.
	known    map[string]struct{}
	expiries []expiry
}

type waiting struct {
	delivery *Delivery
	attempt  int
}

type expiry struct {
	id string
	at time.Time
}

func newQueue(s *settings, handle func(context.Context, *Delivery) error) *queue {
	q := &queue{
		handle: handle, now: s.clock, backoff: s.backoff,
		capacity: defaultCapacity, attempts: defaultAttempts, remember: rememberFor(s.tolerance),
		ended: make(chan struct{}), paused: map[*time.Timer]waiting{}, known: map[string]struct{}{},
	}
	if s.capacity != nil {
		q.capacity = *s.capacity
	}
	if s.attempts != nil {
		q.attempts = max(1, *s.attempts)
	}
	if q.backoff == nil {
		q.backoff = func(attempt int) time.Duration { return min(firstPause<<min(attempt-1, 10), longestPause) }
	}
	q.changed = sync.NewCond(&q.mu)
	q.context, q.cancel = context.WithCancel(context.Background())
	go q.run()
	return q
}

// rememberFor is how long a replay could be accepted: until the signed time, which may be in the future by the tolerance, and twice the tolerance after it.
func rememberFor(tolerance *time.Duration) time.Duration {
	longest := 24 * 365 * time.Hour // so that three of them are no overflow
	return 3*min(orDefault(tolerance, 5*time.Minute, func(d time.Duration) time.Duration { return d }), longest) + time.Second
}

// accept tells whether the delivery is new; then it will be handled.
func (q *queue) accept(delivery *Delivery, id string) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	q.forget(now)
	if _, found := q.known[id]; found {
		return false, nil
	}
	if q.closing {
		return false, ErrQueueClosed
	}
	if q.unhandled >= q.capacity || len(q.known) >= mostRemembered {
		return false, ErrQueueFull
	}
	q.known[id] = struct{}{}
	q.expiries = append(q.expiries, expiry{id, now.Add(q.remember)})
	q.unhandled++
	q.enqueue(waiting{delivery, 1})
	return true, nil
}

func (q *queue) forget(now time.Time) {
	for len(q.expiries) > 0 && q.expiries[0].at.Before(now) {
		delete(q.known, q.expiries[0].id)
		q.expiries = q.expiries[1:]
	}
}

func (q *queue) enqueue(next waiting) {
	q.ready = append(q.ready, next)
	q.changed.Broadcast()
}

func (q *queue) run() {
	defer close(q.ended)
	for {
		next, ok := q.next()
		if !ok {
			return
		}
		ctx, cancel := context.WithTimeout(q.context, handlingTime)
		err := q.handle(ctx, next.delivery)
		cancel()
		q.settle(next, err)
	}
}

// next waits for a delivery; false once the queue is closed and empty.
func (q *queue) next() (waiting, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.ready) == 0 {
		if q.closing && q.unhandled == 0 {
			return waiting{}, false
		}
		q.changed.Wait()
	}
	next := q.ready[0]
	q.ready[0] = waiting{} // or the array would hold on to its body
	q.ready = q.ready[1:]
	return next, true
}

// settle has a failed delivery tried again after a pause, unless it was the last time, or the queue is closing.
func (q *queue) settle(done waiting, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err == nil || done.attempt >= q.attempts || q.closing {
		q.unhandled--
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(q.backoff(done.attempt), func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		if again, found := q.paused[timer]; found {
			delete(q.paused, timer)
			q.enqueue(again)
		}
	})
	q.paused[timer] = waiting{done.delivery, done.attempt + 1}
}

// close handles what waits, what is paused at once and for the last time, and gives up when the context is done.
func (q *queue) close(ctx context.Context) error {
	q.mu.Lock()
	q.closing = true
	for timer, again := range q.paused {
		timer.Stop()
		delete(q.paused, timer)
		q.enqueue(again)
	}
	q.changed.Broadcast()
	q.mu.Unlock()
	select {
	case <-q.ended:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	lost := q.unhandled
	q.unhandled -= len(q.ready)
	q.ready = nil
	q.cancel()
	q.changed.Broadcast()
	return fmt.Errorf("drone-webhooks: %d deliveries were not handled, and are lost with the process: %w", lost, ctx.Err())
}
