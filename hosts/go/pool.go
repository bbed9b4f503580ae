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
	// As many slots as there can be instances; nil in one for which none was made yet.
	slots chan *instance
	make  func() (*instance, error)

	closing sync.Once
	closed  chan struct{}
}

var errClosed = configInvalid("the verifier was closed")

func newPool(maker func() (*instance, error)) *pool {
	size := runtime.GOMAXPROCS(0)
	p := &pool{slots: make(chan *instance, size), make: maker, closed: make(chan struct{})}
	for range size {
		p.slots <- nil
	}
	return p
}

// with lends an instance. Where that traps, or gives what it cannot, it is thrown away and another one tried once: a delivery comes only once.
func (p *pool) with(use func(*instance) error) error {
	err := p.once(use)
	if err == nil || isOurs(err) {
		return err
	}
	if err = p.once(use); err == nil || isOurs(err) {
		return err
	}
	return fmt.Errorf("drone-webhooks: the module failed: %w", err)
}

func (p *pool) once(use func(*instance) error) error {
	in, err := p.take()
	if err != nil {
		return err
	}
	// Also when use panics, so that no slot is ever lost.
	keep := false
	defer func() { p.give(in, keep) }()
	err = use(in)
	keep = err == nil || isOurs(err)
	return err
}

// isOurs tells a refusal, after which the instance is as good as before.
func isOurs(err error) bool {
	var refused *Error
	return errors.As(err, &refused)
}

func (p *pool) take() (*instance, error) {
	select {
	case <-p.closed:
		return nil, errClosed
	default:
	}
	select {
	case <-p.closed:
		return nil, errClosed
	case in := <-p.slots:
		if in != nil {
			return in, nil
		}
	}
	in, err := p.make()
	if err != nil {
		p.slots <- nil
		return nil, err
	}
	return in, nil
}

func (p *pool) give(in *instance, keep bool) {
	if !keep || in.memory.Size() > largestMemory {
		in.close()
		in = nil
	}
	p.slots <- in
}

// close waits for the calls in flight and gives everything up. It may be called again, and at any time.
func (p *pool) close() {
	p.closing.Do(func() {
		close(p.closed)
		for range cap(p.slots) {
			if in := <-p.slots; in != nil {
				in.close()
			}
		}
	})
}
