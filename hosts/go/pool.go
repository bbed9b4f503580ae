package dronewebhooks

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
)

// pool lends instances to one caller at a time. There are at most as many as goroutines can run: a call is all computing and takes microseconds, so more
// would take memory and save nobody's time. Who comes when all are lent waits.
type pool struct {
	make func() (*instance, error)
	// One token for each instance that may be lent.
	tokens chan struct{}

	mu sync.Mutex
	// The last one that came back goes first: it is the one in the processor's caches, and no more are made than are needed at once.
	idle []*instance

	closing sync.Once
	closed  chan struct{}
}

var errClosed = configInvalid("the verifier was closed")

func newPool(maker func() (*instance, error)) *pool {
	size := runtime.GOMAXPROCS(0)
	p := &pool{make: maker, tokens: make(chan struct{}, size), closed: make(chan struct{})}
	for range size {
		p.tokens <- struct{}{}
	}
	return p
}

// with lends an instance. Where that traps, or gives what it cannot, it is thrown away and a new one tried once: a delivery comes only once.
func (p *pool) with(use func(*instance) error) error {
	err := p.once(p.pop, use)
	if err == nil || isOurs(err) {
		return err
	}
	if err = p.once(p.make, use); err == nil || isOurs(err) {
		return err
	}
	return fmt.Errorf("drone-webhooks: the module failed: %w", err)
}

// isOurs tells a refusal, after which the instance is as good as before.
func isOurs(err error) bool {
	var refused *Error
	return errors.As(err, &refused)
}

func (p *pool) once(get func() (*instance, error), use func(*instance) error) error {
	select {
	case <-p.closed:
		return errClosed
	default:
	}
	select {
	case <-p.closed:
		return errClosed
	case <-p.tokens:
	}
	defer func() { p.tokens <- struct{}{} }()
	in, err := get()
	if err != nil {
		return err
	}
	// Thrown away also when use panics.
	keep := false
	defer func() { p.push(in, keep) }()
	err = use(in)
	keep = err == nil || isOurs(err)
	return err
}

// pop gives one that is idle, or a new one.
func (p *pool) pop() (*instance, error) {
	p.mu.Lock()
	last := len(p.idle) - 1
	if last < 0 {
		p.mu.Unlock()
		return p.make()
	}
	in := p.idle[last]
	p.idle = p.idle[:last]
	p.mu.Unlock()
	return in, nil
}

func (p *pool) push(in *instance, keep bool) {
	if !keep || in.memory.Size() > largestMemory {
		in.close()
		return
	}
	p.mu.Lock()
	p.idle = append(p.idle, in)
	p.mu.Unlock()
}

// close waits for the calls in flight and gives everything up. It may be called again, and at any time.
func (p *pool) close() {
	p.closing.Do(func() {
		close(p.closed)
		for range cap(p.tokens) {
			<-p.tokens
		}
		for _, in := range p.idle {
			in.close()
		}
		p.idle = nil
	})
}
