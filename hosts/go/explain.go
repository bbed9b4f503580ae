package dronewebhooks

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Explanation is a request, explained. It is for people who hold the secret: do not send it to the network.
type Explanation struct {
	// OK tells whether the request is accepted, its payload included.
	OK bool `json:"ok"`
	// Code is why it is refused; empty for one that is accepted.
	Code Code `json:"code"`
	// Steps are all eleven, in the order of verification.
	Steps []ExplainedStep `json:"steps"`
	// SigningString is what the signature must be over, where it can be told.
	SigningString string `json:"signingString"`
	// Causes are what went wrong, the best first; none for a request that is accepted, nor for a refusal that no cause explains.
	Causes []Cause `json:"causes"`
}

// ExplainedStep is one step of the verification.
type ExplainedStep struct {
	// Step is its name: bounds, signature, parameters, algorithm, key, policy, signing_string, mac, freshness, body, payload.
	Step string `json:"step"`
	// Status is passed, failed, or skipped where steps before it gave nothing to work on.
	Status string `json:"status"`
	// Code is, of a failed step, why it refuses the request.
	Code Code `json:"code"`
	// Received is what the request has for it, at most 2 KiB.
	Received string `json:"received"`
	// Computed is what was made of it, or is asked of it; for mac nothing without [WithRevealedMAC].
	Computed string `json:"computed"`
	// Message is what that means, in a sentence; may change.
	Message string `json:"message"`
}

// Cause is something that went wrong, and is known to have. It holds no secret.
type Cause struct {
	// Code is stable, such as secret_whitespace or body_reserialized.
	Code string `json:"code"`
	// Message, Evidence and Fix are what it is, what of this request shows it, and what to do about it; they may change.
	Message  string `json:"message"`
	Evidence string `json:"evidence"`
	Fix      string `json:"fix"`
	// Sender is who has sent it, for other_sender: GitHub, Gitea, GitLab, Bitbucket or Harness.
	Sender string `json:"sender"`
}

// Explain says why a request is refused: every step, also after one has failed, and the cause, tried on the bytes. The options are those of [New]. It compiles a
// module of its own on first use, which takes some 80 ms.
//
// Its errors are [ErrConfigInvalid] for a mistake in the options, or that the module cannot be run.
func Explain(header http.Header, body []byte, options ...Option) (*Explanation, error) {
	return explain(received{header: header}, body, options)
}

// ExplainRequest is the same with the request's method, target and host, and the body that was read from it.
func ExplainRequest(r *http.Request, body []byte, options ...Option) (*Explanation, error) {
	return explain(receivedOf(r), body, options)
}

func explain(r received, body []byte, options []Option) (*Explanation, error) {
	s, err := newSettings(options)
	if err != nil {
		return nil, err
	}
	e, err := engineFor(s.cacheFolder)
	if err != nil {
		return nil, err
	}
	pool, err := e.explain()
	if err != nil {
		return nil, err
	}
	record := append(appendU32(nil, flag(s.reveal)), s.record()...)
	record = append(record, r.record(s.seconds(), nil, true)...)
	record = appendU32(appendU32(record, 1), uint32(len(body)))
	explained := &Explanation{}
	err = pool.with(func(in *instance) error {
		found, err := in.ask(in.explain, record, body)
		if err == nil {
			err = found.refusal()
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal(found.answer, explained); err != nil {
			return fmt.Errorf("%w: %w", errAnswer, err)
		}
		return nil
	})
	clear(record) // of the secrets
	if err != nil {
		return nil, err
	}
	return explained, nil
}
