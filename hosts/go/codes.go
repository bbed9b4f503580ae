// Code generated from src/error.rs by `cargo xtask generate`. DO NOT EDIT.

package dronewebhooks

// Every code, in the order of verification; what is wrong with the set-up comes last.
const (
	CodeHeadersTooLarge      Code = "headers_too_large"
	CodeHeaderMalformed      Code = "header_malformed"
	CodeSignatureMissing     Code = "signature_missing"
	CodeSignatureDuplicated  Code = "signature_duplicated"
	CodeSignatureMalformed   Code = "signature_malformed"
	CodeAlgorithmUnsupported Code = "algorithm_unsupported"
	CodeKeyUnknown           Code = "key_unknown"
	CodeHeaderNotSigned      Code = "header_not_signed"
	CodeHeaderMissing        Code = "header_missing"
	CodeSignatureMismatch    Code = "signature_mismatch"
	CodeDateMalformed        Code = "date_malformed"
	CodeDateTooOld           Code = "date_too_old"
	CodeDateInFuture         Code = "date_in_future"
	CodeCreatedInFuture      Code = "created_in_future"
	CodeSignatureExpired     Code = "signature_expired"
	CodeBodyTooLarge         Code = "body_too_large"
	CodeDigestMalformed      Code = "digest_malformed"
	CodeDigestUnsupported    Code = "digest_unsupported"
	CodeDigestMismatch       Code = "digest_mismatch"
	CodePayloadMalformed     Code = "payload_malformed"
	CodeEventMismatch        Code = "event_mismatch"
	CodeConfigInvalid        Code = "config_invalid"
	CodeBodyNotBytes         Code = "body_not_bytes"
)

// What an [*Error] is compared with, by [errors.Is].
var (
	ErrHeadersTooLarge      = &Error{Code: CodeHeadersTooLarge}
	ErrHeaderMalformed      = &Error{Code: CodeHeaderMalformed}
	ErrSignatureMissing     = &Error{Code: CodeSignatureMissing}
	ErrSignatureDuplicated  = &Error{Code: CodeSignatureDuplicated}
	ErrSignatureMalformed   = &Error{Code: CodeSignatureMalformed}
	ErrAlgorithmUnsupported = &Error{Code: CodeAlgorithmUnsupported}
	ErrKeyUnknown           = &Error{Code: CodeKeyUnknown}
	ErrHeaderNotSigned      = &Error{Code: CodeHeaderNotSigned}
	ErrHeaderMissing        = &Error{Code: CodeHeaderMissing}
	ErrSignatureMismatch    = &Error{Code: CodeSignatureMismatch}
	ErrDateMalformed        = &Error{Code: CodeDateMalformed}
	ErrDateTooOld           = &Error{Code: CodeDateTooOld}
	ErrDateInFuture         = &Error{Code: CodeDateInFuture}
	ErrCreatedInFuture      = &Error{Code: CodeCreatedInFuture}
	ErrSignatureExpired     = &Error{Code: CodeSignatureExpired}
	ErrBodyTooLarge         = &Error{Code: CodeBodyTooLarge}
	ErrDigestMalformed      = &Error{Code: CodeDigestMalformed}
	ErrDigestUnsupported    = &Error{Code: CodeDigestUnsupported}
	ErrDigestMismatch       = &Error{Code: CodeDigestMismatch}
	ErrPayloadMalformed     = &Error{Code: CodePayloadMalformed}
	ErrEventMismatch        = &Error{Code: CodeEventMismatch}
	ErrConfigInvalid        = &Error{Code: CodeConfigInvalid}
	ErrBodyNotBytes         = &Error{Code: CodeBodyNotBytes}
)

// The module's number for a code is its place here, counted from 1.
var codes = [...]struct {
	code   Code
	status int
}{
	{CodeHeadersTooLarge, 431},
	{CodeHeaderMalformed, 401},
	{CodeSignatureMissing, 401},
	{CodeSignatureDuplicated, 401},
	{CodeSignatureMalformed, 401},
	{CodeAlgorithmUnsupported, 401},
	{CodeKeyUnknown, 401},
	{CodeHeaderNotSigned, 401},
	{CodeHeaderMissing, 401},
	{CodeSignatureMismatch, 401},
	{CodeDateMalformed, 401},
	{CodeDateTooOld, 401},
	{CodeDateInFuture, 401},
	{CodeCreatedInFuture, 401},
	{CodeSignatureExpired, 401},
	{CodeBodyTooLarge, 413},
	{CodeDigestMalformed, 401},
	{CodeDigestUnsupported, 401},
	{CodeDigestMismatch, 401},
	{CodePayloadMalformed, 422},
	{CodeEventMismatch, 422},
	{CodeConfigInvalid, 500},
	{CodeBodyNotBytes, 500},
}
