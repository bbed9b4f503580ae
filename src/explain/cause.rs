//! The catalogue of causes: stable codes, what each means, and what to do about it. Knows no request.

use std::fmt;

/// The stable name of a cause, the same on every host.
///
/// ```
/// use drone_webhooks::explain::CauseCode;
/// assert_eq!(CauseCode::BodyNewlineAdded.as_str(), "body_newline_added");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CauseCode {
    /// One side's secret has white space at an end that the other's has not.
    SecretWhitespace,
    /// One side's secret has quotation marks around it.
    SecretQuoted,
    /// One side decoded the secret from hexadecimal digits.
    SecretHexDecoded,
    /// One side decoded the secret from base64.
    SecretBase64Decoded,
    /// The sender has no secret, and signs with an empty key.
    SecretEmptyAtSender,
    /// All else is well formed, and nothing explains it.
    SecretWrong,
    /// The right MAC in hexadecimal digits.
    SignatureHex,
    /// The right MAC in the URL's alphabet of base64, or without padding.
    SignatureBase64url,
    /// The lines were joined by commas.
    SigningStringComma,
    /// The lines were joined by CR LF.
    SigningStringCrlf,
    /// A line feed stood behind the last line.
    SigningStringTrailingNewline,
    /// The names were not in lower case.
    SigningStringNameCase,
    /// The lines were in another order than the list says.
    SigningStringOrder,
    /// The body was parsed and printed again.
    BodyReserialized,
    /// A line end was added behind the body.
    BodyNewlineAdded,
    /// A line end behind the body was taken away.
    BodyNewlineRemoved,
    /// Line ends in the body were converted.
    BodyCrlf,
    /// A byte order mark was put before the body.
    BodyBom,
    /// The body was decoded in one character set and encoded in another.
    BodyCharset,
    /// Less arrived than Content-Length says.
    BodyTruncated,
    /// No body arrived.
    BodyMissing,
    /// The body is another one than was signed, and nothing else explains it.
    BodyChanged,
    /// A redirect made it a GET without a body.
    Redirected,
    /// `Date` was replaced on the way.
    DateRewritten,
    /// `Accept-Encoding` was replaced on the way.
    AcceptEncodingRewritten,
    /// A header was taken away on the way, or another value put in its place.
    HeaderStripped,
    /// Quotation marks were made typographic when the request was copied.
    TypographicQuotes,
    /// The clocks are whole or half hours apart.
    TimeZone,
    /// The clocks are apart.
    ClockSkew,
    /// Authentic, and old.
    Replayed,
    /// Another system sent it, which signs in its own way.
    OtherSender,
}

use CauseCode as C;

/// Code, its text, what it means, what to do.
type Entry = (CauseCode, &'static str, &'static str, &'static str);

const AS_IT_STANDS: &str = "Both sides must hold the same bytes: the value of DRONE_WEBHOOK_SECRET as it stands";

/// In the order of the contract.
#[rustfmt::skip]
const CATALOGUE: [Entry; 31] = [
    (C::SecretWhitespace, "secret_whitespace", "The secret of one side has white space at an end, and that of the other has not.",
        "Remove the white space on that side, often a line feed at the end of a file: read it with a trim, or write the file with printf '%s'."),
    (C::SecretQuoted, "secret_quoted", "The secret of one side has quotation marks around it, and that of the other has not.",
        "Remove the quotation marks on that side: in an env file of Docker they are part of the value."),
    (C::SecretHexDecoded, "secret_hex_decoded", "One side decoded the secret from hexadecimal digits; the key is the digits themselves.",
        "Use the secret as text: 32 hexadecimal digits are a key of 32 bytes, not of 16. Remove the call that decodes them."),
    (C::SecretBase64Decoded, "secret_base64_decoded", "One side decoded the secret from base64; the key is the text itself.",
        "Use the secret as text, and remove the call that decodes it."),
    (C::SecretEmptyAtSender, "secret_empty_at_sender", "The sender signs with an empty key: it has no secret.",
        "Set DRONE_WEBHOOK_SECRET at the Drone server and restart it. Until then anybody can sign."),
    (C::SecretWrong, "secret_wrong", "The signature was made with another secret, or a signed header was changed in a way that is not known here.",
        "Compare DRONE_WEBHOOK_SECRET of the Drone server with the secret of the receiver; restart the server after a change."),
    (C::SignatureHex, "signature_hex", "The signature is the right MAC, in hexadecimal digits in place of base64.",
        "Have the sender print the MAC in base64: base64(hmac(…)) over the bytes, not over their digits."),
    (C::SignatureBase64url, "signature_base64url", "The signature is the right MAC, in another form of base64: the URL's alphabet, or without padding.",
        "Have the sender print it in standard base64, with + and /, padded by =."),
    (C::SigningStringComma, "signing_string_comma", "The sender joined the lines of the signing string by commas.",
        "Join them by one line feed. A comma joins the values of one header that is there several times."),
    (C::SigningStringCrlf, "signing_string_crlf", "The sender joined the lines of the signing string by CR LF.",
        "Join them by one line feed (0x0A)."),
    (C::SigningStringTrailingNewline, "signing_string_trailing_newline", "The sender signed one more line feed behind the last line.",
        "Join the lines, and put nothing behind the last: println and echo add a line feed, printf '%s' does not."),
    (C::SigningStringNameCase, "signing_string_name_case", "The sender signed header names that are not in lower case.",
        "Write the names in lower case in the signing string, whatever their case in the request."),
    (C::SigningStringOrder, "signing_string_order", "The sender signed the lines in another order than its list of headers says.",
        "Write the lines in the order of the list in headers=\"…\"."),
    (C::BodyReserialized, "body_reserialized", "The body was parsed and printed again: the data is the same, the bytes are not.",
        "Hand over the raw bytes as they came from the socket, before any parser: express.raw(), await request.arrayBuffer(), request.get_data(), io.ReadAll(r.Body)."),
    (C::BodyNewlineAdded, "body_newline_added", "A line end was added behind the body.",
        "Hand over the bytes as they arrived. Editors and echo end a file with a line feed: save with curl -o, write with printf '%s'."),
    (C::BodyNewlineRemoved, "body_newline_removed", "A line end behind the body is gone.",
        "Hand over the bytes as they arrived, without a trim; with curl use --data-binary, since -d takes line ends away."),
    (C::BodyCrlf, "body_crlf", "The line ends of the body were converted between LF and CR LF.",
        "Read and write the body as bytes, not as text: open files in binary mode, and keep git from converting them."),
    (C::BodyBom, "body_bom", "A byte order mark was put before the body.",
        "Save and send the body as UTF-8 without a byte order mark."),
    (C::BodyCharset, "body_charset", "The body was decoded in one character set and encoded in another.",
        "Hand over the bytes without decoding them. Where text cannot be avoided, decode and encode as UTF-8."),
    (C::BodyTruncated, "body_truncated", "Less of the body arrived than its Content-Length says.",
        "Read the body to its end before verifying it, and look for a limit on the way: of a proxy, a parser, a copy."),
    (C::BodyMissing, "body_missing", "The body is empty, and one that is not was signed.",
        "Something read the body before, or did not pass it on: verify before any parser, and hand over what was read."),
    (C::BodyChanged, "body_changed", "The body is not the one that was signed, and nothing known here makes the one of the other.",
        "Hand over the raw bytes as they came from the socket. If you do, somebody changed the body on its way: refuse it."),
    (C::Redirected, "redirected", "A redirect (301, 302 or 303) made the delivery a GET without a body.",
        "Set DRONE_WEBHOOK_ENDPOINT to the final address: with https, and with or without the last slash as the receiver wants it."),
    (C::DateRewritten, "date_rewritten", "The Date header was replaced on the way; the signature is over another one nearby.",
        "Have the proxy pass Date on as it came."),
    (C::AcceptEncodingRewritten, "accept_encoding_rewritten", "The Accept-Encoding header, which extension calls sign, was replaced on the way.",
        "Have the proxy pass Accept-Encoding on as it came, or reach the extension without the proxy."),
    (C::HeaderStripped, "header_stripped", "A header that belongs to the signature was removed on the way, or replaced.",
        "Have the proxy pass the header on, and hand all headers of the request to the verifier."),
    (C::TypographicQuotes, "typographic_quotes", "Quotation marks became typographic ones when the request was copied.",
        "Copy the request as plain text, with \" and ', not by way of a word processor, a chat or a wiki."),
    (C::TimeZone, "time_zone", "Authentic, but the clocks are whole or half hours apart: local time was taken for GMT.",
        "Set both clocks to the right time, and print Date in GMT. Do not raise the tolerance."),
    (C::ClockSkew, "clock_skew", "Authentic, but signed at a time outside the tolerance: a clock is wrong, or the delivery was slow.",
        "Synchronise both clocks by NTP. For a request that was saved, give its own time as now."),
    (C::Replayed, "replayed", "Authentic, but old: it was sent again, or saved and looked at later.",
        "Refuse it. To look at a request that was saved, give its own time as now."),
    (C::OtherSender, "other_sender", "Another system sent it, which does not sign as Drone does.",
        "Point that system's webhook at a receiver of its own; this address is for Drone."),
];

impl CauseCode {
    /// Every code, in the order of the contract.
    pub fn all() -> impl Iterator<Item = Self> {
        CATALOGUE.iter().map(|entry| entry.0)
    }

    fn entry(self) -> Entry {
        CATALOGUE.iter().find(|entry| entry.0 == self).copied().unwrap_or((self, "", "", AS_IT_STANDS))
    }

    /// The code as it is written everywhere: `snake_case` ASCII.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.entry().1
    }

    /// What is wrong, in one sentence.
    #[must_use]
    pub fn message(self) -> &'static str {
        self.entry().2
    }

    /// What to do about it.
    #[must_use]
    pub fn fix(self) -> &'static str {
        self.entry().3
    }

    /// What this request shows of it.
    pub(super) fn shown_by(self, evidence: impl Into<String>) -> Cause {
        Cause { code: self, evidence: evidence.into(), sender: None }
    }
}

impl fmt::Display for CauseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a request was refused. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// Which one.
    pub code: CauseCode,
    /// What of this request shows it.
    pub evidence: String,
    /// The system that sent it, for `other_sender`: GitHub, Gitea, GitLab, Bitbucket, Harness.
    pub sender: Option<&'static str>,
}
