package dronewebhooks

import (
	"math"
	"net/http"
	"strings"
	"time"
)

// ExtensionHeaders are what Drone signs on its extension calls (config, convert, validate, admission, secret, registry, environ), in its order:
// for [WithRequiredHeaders], and for [SignOptions].
func ExtensionHeaders() []string {
	return []string{"accept", "accept-encoding", "content-type", "date", "digest"}
}

// Option is one setting of [New], [NewWebhooks], [Explain]. Only a secret is required.
type Option func(*settings)

type refusalHook = func(*Error, *http.Request)

type keyed struct {
	// keyID counts only where any is false.
	any    bool
	keyID  string
	secret string
}

type settings struct {
	secrets         []keyed
	tolerance       *time.Duration
	requiredHeaders []string
	requiredGiven   bool
	maxBodyBytes    *int64
	maxHeaderBytes  *int
	maxHeaders      *int
	clock           func() time.Time
	onRefused       []refusalHook
	capacity        *int
	attempts        *int
	backoff         func(int) time.Duration
	cacheFolder     string
	reveal          bool
	mistake         *Error
}

// WithSecret gives the value of DRONE_WEBHOOK_SECRET, as it stands: nothing is trimmed or decoded. It may hold any bytes.
func WithSecret(secret string) Option { return WithSecrets(secret) }

// WithSecrets gives several secrets, for the time in which they are rotated. Each may have signed a request.
func WithSecrets(secrets ...string) Option {
	return func(s *settings) {
		if len(secrets) == 0 {
			s.wrong(configInvalid("WithSecrets has no secret: give the value of DRONE_WEBHOOK_SECRET"))
		}
		for _, secret := range secrets {
			s.secrets = append(s.secrets, keyed{any: true, secret: secret})
		}
	}
}

// WithKey gives the secrets of one keyId, where there are several senders. A keyId that no option names is then refused.
func WithKey(keyID string, secrets ...string) Option {
	return func(s *settings) {
		if len(secrets) == 0 {
			s.wrong(configInvalid("WithKey has no secret for keyId %q", keyID))
		}
		for _, secret := range secrets {
			s.secrets = append(s.secrets, keyed{keyID: keyID, secret: secret})
		}
	}
}

// WithTolerance sets how far the signed time and the clock may be apart, either way. Default 5 minutes; parts of a second do not count.
func WithTolerance(tolerance time.Duration) Option {
	return func(s *settings) { s.tolerance = &tolerance }
}

// WithRequiredHeaders sets what must be signed. Default date and digest; digest and one of date and (created) must be among them.
func WithRequiredHeaders(names ...string) Option {
	return func(s *settings) { s.requiredHeaders, s.requiredGiven = names, true }
}

// WithMaxBodyBytes sets the largest body, in bytes. Default 4 MiB.
func WithMaxBodyBytes(bytes int64) Option {
	return func(s *settings) { s.maxBodyBytes = &bytes }
}

// WithMaxHeaderBytes sets the most bytes, names and values together, of the headers that are looked at. Default 16 KiB.
func WithMaxHeaderBytes(bytes int) Option {
	return func(s *settings) { s.maxHeaderBytes = &bytes }
}

// WithMaxHeaders sets the most header lines of a request. Default 256.
func WithMaxHeaders(lines int) Option {
	return func(s *settings) { s.maxHeaders = &lines }
}

// WithClock sets the time, asked for once a request. Default [time.Now].
func WithClock(clock func() time.Time) Option {
	return func(s *settings) {
		if clock == nil {
			s.wrong(configInvalid("WithClock wants a function that gives the time, not nil"))
		}
		s.clock = clock
	}
}

// WithOnRefused sets a function that [Verifier.Middleware] and [Webhooks] tell of each refused request, for logs and metrics.
// The request's headers are as they came, and nothing in them is to be believed.
func WithOnRefused(hook func(*Error, *http.Request)) Option {
	return func(s *settings) {
		if hook == nil {
			s.wrong(configInvalid("WithOnRefused wants a function, not nil"))
		}
		s.onRefused = append(s.onRefused, hook)
	}
}

// WithCapacity sets the most deliveries that wait to be handled by [Webhooks], those that failed and wait for another attempt included. Default 1000.
func WithCapacity(deliveries int) Option {
	return func(s *settings) { s.capacity = &deliveries }
}

// WithAttempts sets how often [Webhooks] hand a delivery to the handlers before it is given up. Default 5.
func WithAttempts(attempts int) Option {
	return func(s *settings) { s.attempts = &attempts }
}

// WithBackoff sets the pause of [Webhooks] after a failed attempt, 1 for the first. Default 1 s, doubled each time, at most 1 minute.
func WithBackoff(pause func(attempt int) time.Duration) Option {
	return func(s *settings) { s.backoff = pause }
}

// WithCompilationCache sets a folder in which the compiled module is kept, which makes the start of later programs some 20 ms shorter.
// Default none. What is in the folder is run as machine code: nobody else may be able to write there.
func WithCompilationCache(folder string) Option {
	return func(s *settings) {
		if folder == "" {
			s.wrong(configInvalid("WithCompilationCache wants a folder"))
		}
		s.cacheFolder = folder
	}
}

// WithRevealedMAC makes [Explain] show the right MAC. Whoever reads it can send this request, whoever made it. Other calls do not look at it.
func WithRevealedMAC() Option {
	return func(s *settings) { s.reveal = true }
}

// The first mistake is told.
func (s *settings) wrong(mistake *Error) {
	if s.mistake == nil {
		s.mistake = mistake
	}
}

// newSettings gives them checked as far as the module, which checks the rest, could not: numbers that cannot be handed over.
func newSettings(options []Option) (*settings, error) {
	s := &settings{clock: time.Now}
	for _, option := range options {
		if option == nil {
			s.wrong(configInvalid("an option is nil"))
			continue
		}
		option(s)
	}
	if s.tolerance != nil && *s.tolerance < 0 {
		s.wrong(configInvalid("the tolerance must not be negative, and is %v", *s.tolerance))
	}
	s.checkBound("WithMaxBodyBytes", s.maxBodyBytes)
	s.checkCount("WithMaxHeaderBytes", s.maxHeaderBytes)
	s.checkCount("WithMaxHeaders", s.maxHeaders)
	s.checkCount("WithCapacity", s.capacity)
	s.checkCount("WithAttempts", s.attempts)
	// Otherwise one would be two for the module, which keeps its default where it is told none at all.
	if s.requiredGiven && len(s.requiredHeaders) == 0 {
		s.wrong(configInvalid("WithRequiredHeaders has no name: digest, and date or (created), must be among them"))
	}
	for _, name := range s.requiredHeaders {
		if name == "" || strings.Contains(name, " ") {
			s.wrong(configInvalid("WithRequiredHeaders has %q, which is no header name", name))
		}
	}
	if s.mistake != nil {
		return nil, s.mistake
	}
	return s, nil
}

func (s *settings) checkCount(option string, count *int) {
	if count != nil {
		bound := int64(*count)
		s.checkBound(option, &bound)
	}
}

func (s *settings) checkBound(option string, bound *int64) {
	if bound != nil && (*bound < 0 || *bound > math.MaxInt32) {
		s.wrong(configInvalid("%s wants a number from 0 to %d, not %d", option, math.MaxInt32, *bound))
	}
}

// record is the configuration, as new_verifier takes it. It holds secrets.
func (s *settings) record() []byte {
	var record []byte
	record = appendU64(record, orDefault(s.tolerance, none64, func(d time.Duration) uint64 { return uint64(d / time.Second) }))
	record = appendU64(record, orDefault(s.maxBodyBytes, none64, func(n int64) uint64 { return uint64(n) }))
	record = appendU32(record, orDefault(s.maxHeaderBytes, none, func(n int) uint32 { return uint32(n) }))
	record = appendU32(record, orDefault(s.maxHeaders, none, func(n int) uint32 { return uint32(n) }))
	record = appendList(record, s.requiredHeaders)
	record = appendU32(record, uint32(len(s.secrets)))
	for _, each := range s.secrets {
		if each.any {
			record = appendU32(record, none)
		} else {
			record = appendText(record, each.keyID)
		}
		record = appendText(record, each.secret)
	}
	return record
}

func orDefault[T, R any](value *T, fallback R, convert func(T) R) R {
	if value == nil {
		return fallback
	}
	return convert(*value)
}

// seconds is the clock's time as the module takes it: whole seconds since 1970, rounded down.
func (s *settings) seconds() int64 { return s.clock().Unix() }
