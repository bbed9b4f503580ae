package dronewebhooks

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"
)

// Delivery is a request that is authentic and fresh. What it says is read when it is asked for; it outlives its verifier, and may be used by any number of goroutines.
type Delivery struct {
	engine *engine
	// The headers that were accepted, from which everything can be told again.
	head []byte
	body []byte

	mu      sync.Mutex
	facts   *facts
	content *content
}

type facts struct {
	id, keyID     string
	signedAt      time.Time
	signedHeaders []string
}

type content struct {
	event, action string
	// An action that is there may be empty.
	isWebhook bool
	payload   *Payload
}

// ID is the same for the same request, on every host, and for nothing else: use it to drop what was handled before. 64 hex digits; empty only where the module
// cannot be run any more.
func (d *Delivery) ID() string { return d.readFacts().id }

// SignedAt is the signed time.
func (d *Delivery) SignedAt() time.Time { return d.readFacts().signedAt }

// KeyID is the keyId of the signature, which chose the key and is not itself signed; empty where there was none.
func (d *Delivery) KeyID() string { return d.readFacts().keyID }

// SignedHeaders is what was signed: names in lower case, in their order.
func (d *Delivery) SignedHeaders() []string { return slices.Clone(d.readFacts().signedHeaders) }

// Body is the body's bytes, as they were signed. They must not be changed.
func (d *Delivery) Body() []byte { return d.body }

// Event is user, repo or build, as the signed body says; what a later Drone sends may have another name. Empty for a body that is no webhook, such as Drone's
// extension calls, and for one whose [Delivery.Payload] is an error.
func (d *Delivery) Event() string {
	if read, err := d.readContent(); err == nil {
		return read.event
	}
	return ""
}

// Action is created, updated, deleted, enabled or disabled, as the signed body says; empty where Event is.
func (d *Delivery) Action() string {
	if read, err := d.readContent(); err == nil {
		return read.action
	}
	return ""
}

// Payload is the body, parsed. It is read once; the same pointer is given every time.
//
// Its errors are [ErrPayloadMalformed], [ErrEventMismatch] (the header X-Drone-Event, which is not signed, says something else), [ErrDigestMismatch] (the bytes
// were changed after they were verified), or that the module cannot be run.
func (d *Delivery) Payload() (*Payload, error) {
	read, err := d.readContent()
	if err != nil {
		return nil, err
	}
	return read.payload, nil
}

// MarshalJSON is for logs and queues: id, event, action, signedAt, keyId, payload; no headers. Fails as [Delivery.Payload].
func (d *Delivery) MarshalJSON() ([]byte, error) {
	read, err := d.readContent()
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		ID       string          `json:"id"`
		Event    string          `json:"event,omitempty"`
		Action   string          `json:"action,omitempty"`
		SignedAt time.Time       `json:"signedAt"`
		KeyID    string          `json:"keyId"`
		Payload  json.RawMessage `json:"payload"`
	}{d.ID(), read.event, read.action, d.SignedAt(), d.KeyID(), d.body})
}

func (d *Delivery) readFacts() *facts {
	read, err := d.tryFacts()
	if err != nil {
		return &facts{}
	}
	return read
}

// tryFacts keeps successes only: the module may be able to run again.
func (d *Delivery) tryFacts() (*facts, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.facts != nil {
		return d.facts, nil
	}
	err := d.engine.blank.with(func(in *instance) error {
		found, err := in.ask(in.facts, d.head)
		if err == nil {
			err = found.refusal()
		}
		if err != nil {
			return err
		}
		answer := reader{rest: found.answer}
		signedAt := time.Unix(int64(answer.u64()), 0).UTC()
		read := &facts{signedAt: signedAt, id: answer.text(), keyID: answer.text(), signedHeaders: strings.Split(answer.text(), " ")}
		d.facts = read
		return answer.err
	})
	return d.facts, err
}

func (d *Delivery) readContent() (*content, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.content != nil {
		return d.content, nil
	}
	read := &content{payload: &Payload{}}
	if err := d.engine.blank.with(d.judge(read)); err != nil {
		return nil, err
	}
	// The module has found it to be a JSON object, so that it can only be read; and it was told that these are the bytes that were signed.
	if err := json.Unmarshal(d.body, read.payload); err != nil {
		return nil, &Error{Code: CodePayloadMalformed, Message: "the body is authentic, but " + err.Error()}
	}
	d.content = read
	return read, nil
}

// judge has the module compare the body's digest once more, and say whether it is JSON, and of what event.
func (d *Delivery) judge(read *content) func(*instance) error {
	return func(in *instance) error {
		hash := sha256.Sum256(d.body)
		form := append(appendU32(nil, 3), hash[:]...)
		form = appendU32(form, uint32(len(d.body)))
		found, err := in.ask(in.payload, d.head, form, d.body)
		if err == nil {
			err = found.refusal()
		}
		if err != nil {
			return err
		}
		answer := reader{rest: found.answer}
		read.event = answer.text()
		read.action, read.isWebhook = answer.optionalText()
		return answer.err
	}
}
