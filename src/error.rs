//! Every refusal and every set-up error: its stable code, and what a person needs to know. Knows no request.
//!
//! What is said here never holds a secret, nor the MAC or digest that would have been right.

use core::fmt;

use crate::time::{TimeOutOfRange, UnixTime};

/// The stable name of a refusal or of a set-up error, the same on every host.
///
/// ```
/// use drone_webhooks::Code;
/// assert_eq!(Code::SignatureMismatch.as_str(), "signature_mismatch");
/// assert_eq!(Code::BodyTooLarge.status(), 413);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Code {
    /// More headers, or more bytes in the headers that are looked at, than the bounds allow.
    HeadersTooLarge = 1,
    /// A header that is looked at holds bytes that are not ASCII, or CR, LF or NUL.
    HeaderMalformed,
    /// No `Signature`, and no `Authorization: Signature …`.
    SignatureMissing,
    /// More than one signature, or one of its parameters twice.
    SignatureDuplicated,
    /// The parameters of the signature do not parse.
    SignatureMalformed,
    /// An algorithm other than `hmac-sha256` or `hs2019`.
    AlgorithmUnsupported,
    /// The keyId names no key.
    KeyUnknown,
    /// A header that the policy requires is not in the list of signed headers.
    HeaderNotSigned,
    /// A signed header is not in the request.
    HeaderMissing,
    /// No secret gives this MAC for this signing string.
    SignatureMismatch,
    /// The signed `Date` is no HTTP-date.
    DateMalformed,
    /// The signed `Date` is older than the tolerance.
    DateTooOld,
    /// The signed `Date` is further in the future than the tolerance.
    DateInFuture,
    /// The signed `(created)` is in the future.
    CreatedInFuture,
    /// The signed `(expires)` is past, or the signed `(created)` older than the tolerance.
    SignatureExpired,
    /// The body is larger than the bound.
    BodyTooLarge,
    /// The `Digest` header does not parse, or names SHA-256 twice.
    DigestMalformed,
    /// The `Digest` header has no SHA-256.
    DigestUnsupported,
    /// The body is not the one that was signed.
    DigestMismatch,
    /// The authentic body is not a JSON object within the bounds.
    PayloadMalformed,
    /// `X-Drone-Event`, which is not signed, differs from the signed event.
    EventMismatch,
    /// The verifier is set up wrongly: not the sender's fault.
    ConfigInvalid,
    /// The host handed over something that is not the raw body. Never made by the core: in Rust a body is bytes by its type.
    BodyNotBytes,
}

impl Code {
    /// Every code, in the order of verification; set-up errors last.
    pub const ALL: &'static [Self] = &[
        Self::HeadersTooLarge,
        Self::HeaderMalformed,
        Self::SignatureMissing,
        Self::SignatureDuplicated,
        Self::SignatureMalformed,
        Self::AlgorithmUnsupported,
        Self::KeyUnknown,
        Self::HeaderNotSigned,
        Self::HeaderMissing,
        Self::SignatureMismatch,
        Self::DateMalformed,
        Self::DateTooOld,
        Self::DateInFuture,
        Self::CreatedInFuture,
        Self::SignatureExpired,
        Self::BodyTooLarge,
        Self::DigestMalformed,
        Self::DigestUnsupported,
        Self::DigestMismatch,
        Self::PayloadMalformed,
        Self::EventMismatch,
        Self::ConfigInvalid,
        Self::BodyNotBytes,
    ];

    /// The code as it is written everywhere: `snake_case` ASCII.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HeadersTooLarge => "headers_too_large",
            Self::HeaderMalformed => "header_malformed",
            Self::SignatureMissing => "signature_missing",
            Self::SignatureDuplicated => "signature_duplicated",
            Self::SignatureMalformed => "signature_malformed",
            Self::AlgorithmUnsupported => "algorithm_unsupported",
            Self::KeyUnknown => "key_unknown",
            Self::HeaderNotSigned => "header_not_signed",
            Self::HeaderMissing => "header_missing",
            Self::SignatureMismatch => "signature_mismatch",
            Self::DateMalformed => "date_malformed",
            Self::DateTooOld => "date_too_old",
            Self::DateInFuture => "date_in_future",
            Self::CreatedInFuture => "created_in_future",
            Self::SignatureExpired => "signature_expired",
            Self::BodyTooLarge => "body_too_large",
            Self::DigestMalformed => "digest_malformed",
            Self::DigestUnsupported => "digest_unsupported",
            Self::DigestMismatch => "digest_mismatch",
            Self::PayloadMalformed => "payload_malformed",
            Self::EventMismatch => "event_mismatch",
            Self::ConfigInvalid => "config_invalid",
            Self::BodyNotBytes => "body_not_bytes",
        }
    }

    /// The HTTP status a receiver answers with. Answer with the status and its own text only: the code is for your logs, not for the network.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::HeadersTooLarge => 431,
            Self::BodyTooLarge => 413,
            Self::PayloadMalformed | Self::EventMismatch => 422,
            Self::ConfigInvalid | Self::BodyNotBytes => 500,
            _ => 401,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a request was refused. [`Rejection::code`] is stable; the text is for logs and may change.
///
/// ```
/// use drone_webhooks::{Body, Code, Request, UnixTime, Verifier};
/// let verifier = Verifier::new("d8fa5c314f7b1f5cac27d34e157e3459")?;
/// let request = Request::new([("Date", b"Sun, 22 Nov 2026 06:11:53 GMT".as_slice())]);
/// let refused = verifier.verify(&request, Body::Bytes(b"{}"), UnixTime::from_seconds(1_795_327_913)?).unwrap_err();
/// assert_eq!(refused.code(), Code::SignatureMissing);
/// # Ok::<(), drone_webhooks::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// See [`Code::HeadersTooLarge`].
    HeadersTooLarge {
        /// What is bounded.
        bounded: &'static str,
        /// The bound.
        limit: usize,
    },
    /// See [`Code::HeaderMalformed`].
    HeaderMalformed {
        /// The header's name, in lower case.
        header: String,
    },
    /// See [`Code::SignatureMissing`].
    SignatureMissing,
    /// See [`Code::SignatureDuplicated`].
    SignatureDuplicated {
        /// What is there twice: `signature`, or the name of a parameter.
        what: &'static str,
    },
    /// See [`Code::SignatureMalformed`].
    SignatureMalformed {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// See [`Code::AlgorithmUnsupported`].
    AlgorithmUnsupported {
        /// The algorithm that was named.
        algorithm: String,
    },
    /// See [`Code::KeyUnknown`].
    KeyUnknown {
        /// The keyId that was named.
        key_id: String,
    },
    /// See [`Code::HeaderNotSigned`].
    HeaderNotSigned {
        /// The first required name that is not in the list.
        header: String,
    },
    /// See [`Code::HeaderMissing`].
    HeaderMissing {
        /// The first signed name that is not in the request.
        header: String,
    },
    /// See [`Code::SignatureMismatch`].
    SignatureMismatch,
    /// See [`Code::DateMalformed`].
    DateMalformed,
    /// See [`Code::DateTooOld`].
    DateTooOld {
        /// The signed date.
        date: UnixTime,
        /// The receiver's clock.
        now: UnixTime,
        /// How far they may be apart, in seconds.
        tolerance: u64,
    },
    /// See [`Code::DateInFuture`].
    DateInFuture {
        /// The signed date.
        date: UnixTime,
        /// The receiver's clock.
        now: UnixTime,
        /// How far they may be apart, in seconds.
        tolerance: u64,
    },
    /// See [`Code::CreatedInFuture`].
    CreatedInFuture {
        /// The signed `(created)`, in seconds since 1970.
        created: u64,
        /// The receiver's clock.
        now: UnixTime,
    },
    /// See [`Code::SignatureExpired`].
    SignatureExpired {
        /// When it ceased to be valid, in seconds since 1970.
        expired: u64,
        /// The receiver's clock.
        now: UnixTime,
    },
    /// See [`Code::BodyTooLarge`].
    BodyTooLarge {
        /// The bound, in bytes.
        limit: u64,
    },
    /// See [`Code::DigestMalformed`].
    DigestMalformed {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// See [`Code::DigestUnsupported`].
    DigestUnsupported,
    /// See [`Code::DigestMismatch`].
    DigestMismatch,
    /// See [`Code::PayloadMalformed`].
    PayloadMalformed {
        /// What is wrong with it.
        reason: &'static str,
        /// Where, in bytes from the start of the body.
        offset: usize,
    },
    /// See [`Code::EventMismatch`].
    EventMismatch {
        /// The signed event, if the body has one.
        signed: Option<String>,
    },
}

impl Rejection {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::HeadersTooLarge { .. } => Code::HeadersTooLarge,
            Self::HeaderMalformed { .. } => Code::HeaderMalformed,
            Self::SignatureMissing => Code::SignatureMissing,
            Self::SignatureDuplicated { .. } => Code::SignatureDuplicated,
            Self::SignatureMalformed { .. } => Code::SignatureMalformed,
            Self::AlgorithmUnsupported { .. } => Code::AlgorithmUnsupported,
            Self::KeyUnknown { .. } => Code::KeyUnknown,
            Self::HeaderNotSigned { .. } => Code::HeaderNotSigned,
            Self::HeaderMissing { .. } => Code::HeaderMissing,
            Self::SignatureMismatch => Code::SignatureMismatch,
            Self::DateMalformed => Code::DateMalformed,
            Self::DateTooOld { .. } => Code::DateTooOld,
            Self::DateInFuture { .. } => Code::DateInFuture,
            Self::CreatedInFuture { .. } => Code::CreatedInFuture,
            Self::SignatureExpired { .. } => Code::SignatureExpired,
            Self::BodyTooLarge { .. } => Code::BodyTooLarge,
            Self::DigestMalformed { .. } => Code::DigestMalformed,
            Self::DigestUnsupported => Code::DigestUnsupported,
            Self::DigestMismatch => Code::DigestMismatch,
            Self::PayloadMalformed { .. } => Code::PayloadMalformed,
            Self::EventMismatch { .. } => Code::EventMismatch,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeadersTooLarge { bounded, limit } => write!(f, "more than {limit} {bounded}"),
            Self::HeaderMalformed { header } => write!(f, "the header {header} holds bytes that are not ASCII, or CR, LF or NUL"),
            Self::SignatureMissing => {
                f.write_str("no Signature header: the request is not from Drone, or the sender has no DRONE_WEBHOOK_SECRET, or a proxy removed the header")
            }
            Self::SignatureDuplicated { what } => write!(f, "{what} is there more than once"),
            Self::SignatureMalformed { reason } => write!(f, "the Signature header does not parse: {reason}"),
            Self::AlgorithmUnsupported { algorithm } => write!(f, "algorithm {} is not hmac-sha256 or hs2019", Excerpt(algorithm)),
            Self::KeyUnknown { key_id } => write!(f, "no secret is configured for keyId {}", Excerpt(key_id)),
            Self::HeaderNotSigned { header } => write!(f, "{header} must be signed and is not in the signature's list"),
            Self::HeaderMissing { header } => write!(f, "{header} is signed and not in the request"),
            Self::SignatureMismatch => f.write_str("no configured secret gives this signature: another secret, or a signed header changed on the way"),
            Self::DateMalformed => f.write_str("the signed Date is no HTTP-date"),
            Self::DateTooOld { date, now, tolerance } => write!(f, "signed at {date}, it is {now}: older than the tolerance of {tolerance} s"),
            Self::DateInFuture { date, now, tolerance } => {
                write!(f, "signed at {date}, it is {now}: in the future by more than the tolerance of {tolerance} s")
            }
            Self::CreatedInFuture { created, now } => write!(f, "created at {created} s, it is {now}: in the future"),
            Self::SignatureExpired { expired, now } => write!(f, "expired at {expired} s, it is {now}"),
            Self::BodyTooLarge { limit } => write!(f, "the body has more than {limit} bytes"),
            Self::DigestMalformed { reason } => write!(f, "the Digest header does not parse: {reason}"),
            Self::DigestUnsupported => f.write_str("the Digest header has no SHA-256"),
            Self::DigestMismatch => {
                f.write_str("the body is not the one that was signed: it was changed, parsed and printed again, decoded, or lost in a redirect")
            }
            Self::PayloadMalformed { reason, offset } => write!(f, "the body is authentic, but {reason} (byte {offset})"),
            Self::EventMismatch { signed: Some(signed) } => write!(f, "X-Drone-Event, which is not signed, is not the signed event {}", Excerpt(signed)),
            Self::EventMismatch { signed: None } => f.write_str("X-Drone-Event is there, and the signed body has no event"),
        }
    }
}

impl core::error::Error for Rejection {}

/// Text from outside, quoted for a log: at most 64 characters, nothing but printable ASCII.
struct Excerpt<'a>(&'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars().take(64) {
            let printable = if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
            fmt::Write::write_char(f, printable)?;
        }
        f.write_str("\"")
    }
}

/// Why a verifier or a signer cannot be built: code [`Code::ConfigInvalid`], and never the sender's fault.
///
/// ```
/// use drone_webhooks::{ConfigError, Verifier};
/// assert_eq!(Verifier::new("").unwrap_err(), ConfigError::EmptySecret);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// No secret was given.
    NoSecret,
    /// A secret is empty: Drone signs with an empty key when `DRONE_WEBHOOK_SECRET` is not set, and anybody can do that.
    EmptySecret,
    /// A time before 1970 or after the year 9999, or no number.
    TimeOutOfRange,
    /// A tolerance that is negative, no number, or longer than the calendar of HTTP.
    ToleranceOutOfRange,
    /// A bound that is no number, or below zero, or beyond what the platform can address.
    BoundOutOfRange,
    /// The required headers must hold `digest`, and `date` or `(created)`: else the body or the time would not be authentic.
    RequiredHeadersTooWeak,
    /// A name in a list of headers is no header name, is there twice, or is one of more than 16.
    HeaderListInvalid,
    /// A header that is to be signed has no value, or the value cannot be sent.
    HeaderValueInvalid,
    /// A keyId or algorithm that cannot be written into a header.
    KeyIdInvalid,
}

impl ConfigError {
    /// Always [`Code::ConfigInvalid`].
    #[must_use]
    pub const fn code(&self) -> Code {
        Code::ConfigInvalid
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSecret => "no secret: give the value of DRONE_WEBHOOK_SECRET",
            Self::EmptySecret => "a secret is empty: with an empty secret anybody can sign; set DRONE_WEBHOOK_SECRET on both sides",
            Self::TimeOutOfRange => "now is not a time between 1970 and the year 9999",
            Self::ToleranceOutOfRange => "tolerance is not a number of seconds from 0 up",
            Self::BoundOutOfRange => "a bound is not a number from 0 up",
            Self::RequiredHeadersTooWeak => "the required headers must hold digest, and date or (created)",
            Self::HeaderListInvalid => "the list of headers holds something that is no header name, a name twice, or more than 16 names",
            Self::HeaderValueInvalid => "a header that is to be signed has no value, or one that is not ASCII or has a line break",
            Self::KeyIdInvalid => "a keyId or algorithm must be printable ASCII",
        })
    }
}

impl core::error::Error for ConfigError {}

impl From<TimeOutOfRange> for ConfigError {
    fn from(_: TimeOutOfRange) -> Self {
        Self::TimeOutOfRange
    }
}
