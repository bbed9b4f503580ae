package dronewebhooks

import (
	"math"
	"net/http"
	"time"
)

// SignOptions say how [Sign] signs. Only the secret is required; the defaults are what Drone does.
type SignOptions struct {
	// Secret is the value of DRONE_WEBHOOK_SECRET as it stands.
	Secret string
	// Now is the time for Date. Default: now.
	Now time.Time
	// KeyID defaults to hmac-key.
	KeyID string
	// Algorithm is what the signature says of itself, hmac-sha256 or hs2019; it is always HMAC-SHA256. Default hmac-sha256. Created and Expires want hs2019.
	Algorithm string
	// OmitAlgorithm leaves the parameter out.
	OmitAlgorithm bool
	// SignedHeaders is what is signed, in this order. Default date and digest; [ExtensionHeaders] for Drone's extension calls.
	SignedHeaders []string
	// Created and Expires are the parameters of these names, in whole seconds. Default: none.
	Created, Expires time.Time
}

// Sign signs a body as a Drone server does, and gives the headers Date, Digest and Signature. For tests, tools, and gateways that sign anew.
//
// Its errors are [ErrConfigInvalid] for a mistake in the options, or that the module cannot be run.
func Sign(body []byte, options SignOptions) (http.Header, error) {
	return sign(received{}, body, options)
}

// SignRequest is the same for a request that is to be sent, whose other headers, method and URL can be signed too. It sets the three headers, and leaves the body to the caller.
func SignRequest(r *http.Request, body []byte, options SignOptions) error {
	from := receivedOf(r)
	if from.host == "" && r.URL != nil {
		from.host = r.URL.Host
	}
	signed, err := sign(from, body, options)
	if err != nil {
		return err
	}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	for name, values := range signed {
		r.Header[name] = values
	}
	return nil
}

func sign(r received, body []byte, options SignOptions) (http.Header, error) {
	if len(options.SignedHeaders) == 0 && options.SignedHeaders != nil {
		return nil, configInvalid("SignedHeaders is empty, so that nothing would be signed")
	}
	if options.Now.IsZero() {
		options.Now = time.Now()
	}
	e, err := anyEngine()
	if err != nil {
		return nil, err
	}
	record := append(options.record(), r.record(options.Now.Unix(), nil, true)...)
	record = appendU32(record, 1)
	record = appendU32(record, uint32(len(body)))
	header := http.Header{}
	err = e.blank.with(func(in *instance) error {
		found, err := in.ask(in.sign, record, body)
		if err == nil {
			err = found.refusal()
		}
		if err != nil {
			return err
		}
		answer := reader{rest: found.answer}
		header.Set("Date", answer.text())
		header.Set("Digest", answer.text())
		header.Set("Signature", answer.text())
		return answer.err
	})
	clear(record) // of the secret
	if err != nil {
		return nil, err
	}
	return header, nil
}

func (o SignOptions) record() []byte {
	record := appendText(nil, o.Secret)
	record = appendOptional(record, o.KeyID)
	switch {
	case o.OmitAlgorithm:
		record = appendU32(record, 1)
	case o.Algorithm == "":
		record = appendU32(record, 0)
	default:
		record = appendText(appendU32(record, 2), o.Algorithm)
	}
	record = appendList(record, o.SignedHeaders)
	record = appendU64(record, optionalTime(o.Created))
	return appendU64(record, optionalTime(o.Expires))
}

// The smallest number stands for none.
func optionalTime(t time.Time) uint64 {
	if t.IsZero() {
		return 1 << 63
	}
	return uint64(max(t.Unix(), math.MinInt64+1))
}
