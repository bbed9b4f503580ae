package dronewebhooks

import "fmt"

// Code is the stable name of a refusal, or of a mistake in the set-up; the same on every host. The constants are all there are.
type Code string

// Status is the HTTP status to answer with: 401, and 413, 422, 431 or 500. Answer with the status alone, because the code would help a forger.
func (c Code) Status() int {
	for _, each := range codes {
		if each.code == c {
			return each.status
		}
	}
	return 500
}

// Error is a refusal, or a mistake in the set-up ([CodeConfigInvalid], [CodeBodyNotBytes]). Use [errors.As] to get at it, and [errors.Is] with
// a sentinel such as [ErrSignatureMismatch] to compare its code. It holds no secret.
//
// Other errors come from this package only where the module cannot be run at all.
type Error struct {
	// Code says why. It is stable.
	Code Code
	// Message is for logs and may change.
	Message string
	cause   error
}

// Error is the code and the message, for logs.
func (e *Error) Error() string {
	if e.Message == "" {
		return "drone-webhooks: " + string(e.Code)
	}
	return fmt.Sprintf("drone-webhooks: %s: %s", e.Code, e.Message)
}

// Status is the HTTP status to answer with, as [Code.Status].
func (e *Error) Status() int { return e.Code.Status() }

// Is tells whether target is the sentinel of the same code.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Message == "" && other.Code == e.Code
}

// Unwrap gives what broke a body off, for [CodeBodyNotBytes]; otherwise nil.
func (e *Error) Unwrap() error { return e.cause }

func configInvalid(format string, values ...any) *Error {
	return &Error{Code: CodeConfigInvalid, Message: fmt.Sprintf(format, values...)}
}

func brokenOff(cause error) *Error {
	return &Error{Code: CodeBodyNotBytes, Message: "the body broke off on its way: " + cause.Error(), cause: cause}
}
