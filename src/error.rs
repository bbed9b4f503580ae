//! Every refusal and every set-up error: its stable code, and what a person needs to know. Knows no request.
//!
//! What is said here never holds a secret, nor the MAC or digest that would have been right. Its text is put together without `format!`, which would be a fifth of the WebAssembly module.

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
/// use drone_webhooks::{Body, Code, Reason, Request, UnixTime, Verifier};
/// let verifier = Verifier::new("d8fa5c314f7b1f5cac27d34e157e3459")?;
/// let request = Request::new([("Date", b"Sun, 22 Nov 2026 06:11:53 GMT".as_slice())]);
/// let refused = verifier.verify(&request, Body::Bytes(b"{}"), UnixTime::from_seconds(1_795_327_913)?).unwrap_err();
/// assert_eq!(refused.code(), Code::SignatureMissing);
/// assert_eq!(refused.reason(), &Reason::SignatureMissing);
/// # Ok::<(), drone_webhooks::ConfigError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection(Box<Reason>); // A box: every step hands refusals on, and a pointer is cheaper to hand on than what a person needs to know.

impl Rejection {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code()
    }

    /// What a person needs to know.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.0
    }

    /// The text for logs.
    #[must_use]
    pub fn message(&self) -> String {
        self.0.message()
    }
}

impl From<Reason> for Rejection {
    #[cold]
    #[inline(never)]
    fn from(reason: Reason) -> Self {
        Self(Box::new(reason))
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for Rejection {}

/// The facts of a refusal, one variant for each code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
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
        header: Excerpt,
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
        algorithm: Excerpt,
    },
    /// See [`Code::KeyUnknown`].
    KeyUnknown {
        /// The keyId that was named.
        key_id: Excerpt,
    },
    /// See [`Code::HeaderNotSigned`].
    HeaderNotSigned {
        /// The first required name that is not in the list.
        header: Excerpt,
    },
    /// See [`Code::HeaderMissing`].
    HeaderMissing {
        /// The first signed name that is not in the request.
        header: Excerpt,
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
        signed: Option<Excerpt>,
    },
}

impl Reason {
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

impl Reason {
    fn message(&self) -> String {
        match self {
            Self::HeadersTooLarge { bounded, limit } => fill("more than % %", &[&decimal(u64::try_from(*limit).unwrap_or(u64::MAX)), bounded]),
            Self::HeaderMalformed { header } => fill("the header % holds bytes that are not ASCII, or CR, LF or NUL", &[header.as_str()]),
            Self::SignatureMissing => fill("no Signature header: not from Drone, or a proxy removed it", &[]),
            Self::SignatureDuplicated { what } => fill("% is there more than once", &[what]),
            Self::SignatureMalformed { reason } => fill("the Signature header does not parse: %", &[reason]),
            Self::AlgorithmUnsupported { algorithm } => fill("algorithm \"%\" is not hmac-sha256 or hs2019", &[algorithm.as_str()]),
            Self::KeyUnknown { key_id } => fill("no secret is configured for keyId \"%\"", &[key_id.as_str()]),
            Self::HeaderNotSigned { header } => fill("% must be signed and is not in the signature's list", &[header.as_str()]),
            Self::HeaderMissing { header } => fill("% is signed and not in the request", &[header.as_str()]),
            Self::SignatureMismatch => fill("no configured secret gives this signature: another secret, or a signed header was changed", &[]),
            Self::DateMalformed => fill("the signed Date is no HTTP-date", &[]),
            Self::DateTooOld { date, now, tolerance } | Self::DateInFuture { date, now, tolerance } => {
                fill("signed at %, it is %: more than % s apart", &[&date.http_date(), &now.http_date(), &decimal(*tolerance)])
            }
            Self::CreatedInFuture { created, now } => fill("created at %, it is %: in the future", &[&decimal(*created), &decimal(now.seconds())]),
            Self::SignatureExpired { expired, now } => fill("expired at %, it is %", &[&decimal(*expired), &decimal(now.seconds())]),
            Self::BodyTooLarge { limit } => fill("the body has more than % bytes", &[&decimal(*limit)]),
            Self::DigestMalformed { reason } => fill("the Digest header does not parse: %", &[reason]),
            Self::DigestUnsupported => fill("the Digest header has no SHA-256", &[]),
            Self::DigestMismatch => fill("the body is not the one that was signed: changed, parsed and printed again, or lost in a redirect", &[]),
            Self::PayloadMalformed { reason, offset } => {
                fill("the body is authentic, but % (byte %)", &[reason, &decimal(u64::try_from(*offset).unwrap_or(u64::MAX))])
            }
            Self::EventMismatch { signed: Some(signed) } => fill("X-Drone-Event is not the event of the body, \"%\"", &[signed.as_str()]),
            Self::EventMismatch { signed: None } => fill("X-Drone-Event is there, and the body has no event", &[]),
        }
    }
}

/// The template, which is ASCII, with the values in place of its `%`, one after another.
#[inline(never)]
fn fill(template: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut text = String::with_capacity(128); // What most of them have room in.
    for byte in template.bytes() {
        match byte {
            b'%' => text.push_str(values.next().copied().unwrap_or_default()),
            ascii => text.push(char::from(ascii)),
        }
    }
    text
}

/// An integer in decimal digits, without leading zeros.
pub(crate) fn decimal(number: u64) -> String {
    let mut text = if number < 10 { String::with_capacity(20) } else { decimal(number / 10) };
    text.push(u8::try_from(number % 10).map_or('?', |digit| char::from(digit.wrapping_add(b'0'))));
    text
}

/// The beginning of a text from the request, for a log: at most 48 characters, and nothing but printable ASCII.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Excerpt {
    text: [u8; Self::MAX],
    length: usize,
}

impl Excerpt {
    const MAX: usize = 48;

    #[cold]
    #[inline(never)]
    pub(crate) fn new(text: &str) -> Self {
        let mut excerpt = Self { text: [0; Self::MAX], length: text.len().min(Self::MAX) };
        for (slot, byte) in excerpt.text.iter_mut().zip(text.bytes()) {
            *slot = if matches!(byte, b' '..=b'~') { byte } else { b'?' };
        }
        excerpt
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.get(..self.length).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Why a verifier or a signer cannot be built: code [`Code::ConfigInvalid`], and never the sender's fault.
///
/// ```
/// use drone_webhooks::{ConfigError, Verifier};
/// assert_eq!(Verifier::new("").unwrap_err(), ConfigError::EmptySecret);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl ConfigError {
    /// The text for whoever sets the receiver up.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        match self {
            Self::NoSecret => "no secret: give the value of DRONE_WEBHOOK_SECRET",
            Self::EmptySecret => "a secret is empty, and with an empty one anybody can sign",
            Self::TimeOutOfRange => "now is not a time between 1970 and the year 9999",
            Self::ToleranceOutOfRange => "tolerance is not a number of seconds from 0 up",
            Self::BoundOutOfRange => "a bound is not a number from 0 up",
            Self::RequiredHeadersTooWeak => "the required headers must hold digest, and date or (created)",
            Self::HeaderListInvalid => "the list of headers holds what is no header name, a name twice, or more than 16 names",
            Self::HeaderValueInvalid => "a header to be signed has no value, or one that is not ASCII or has a line break",
            Self::KeyIdInvalid => "a keyId or algorithm must be printable ASCII",
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for ConfigError {}

impl From<TimeOutOfRange> for ConfigError {
    fn from(_: TimeOutOfRange) -> Self {
        Self::TimeOutOfRange
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 1, 9, 10, 300, 1_795_327_913, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }

    #[test]
    fn an_excerpt_is_short_and_printable() {
        assert_eq!(Excerpt::new("a\tb\u{e9}").as_str(), "a?b??");
        assert_eq!(Excerpt::new(&"x".repeat(100)).as_str(), "x".repeat(48));
    }

    #[test]
    fn every_code_is_once_in_the_list_and_has_its_own_name() {
        let names: std::collections::BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
