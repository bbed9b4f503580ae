//! The grammar of the `Signature` header, and its parameters. Knows neither keys nor what was signed.

use std::borrow::Cow;
use std::fmt;

use crate::base64;
use crate::error::{Excerpt, Reason, Rejection, decimal};
use crate::names::{self, CREATED, EXPIRES, is_token};

/// The parameters of one signature (draft-cavage-http-signatures-12, section 2.1). Nothing here is authentic by itself.
///
/// `Display` prints them as Drone does; parsing what was printed gives the same parameters.
///
/// ```
/// use drone_webhooks::SignatureParameters;
/// let text = r#"keyId="hmac-key",algorithm="hmac-sha256",signature="UzFi1A1EQTz0BKRbApaQhLfhaJQVgcmAItvF93RKR8Y=",headers="date digest""#;
/// let parameters = SignatureParameters::parse(text)?;
/// assert_eq!(parameters.key_id(), "hmac-key");
/// assert_eq!(parameters.signed_headers().collect::<Vec<_>>(), ["date", "digest"]);
/// assert_eq!(parameters.to_string(), text);
/// # Ok::<(), drone_webhooks::Rejection>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureParameters<'a> {
    pub(crate) key_id: Cow<'a, str>,
    pub(crate) algorithm: Option<Cow<'a, str>>,
    pub(crate) created: Option<u64>,
    pub(crate) expires: Option<Expires<'a>>,
    /// In lower case. `None` where the parameter is absent, which stands for `(created)`.
    pub(crate) headers: Option<Cow<'a, str>>,
    /// Canonical base64.
    pub(crate) signature: Cow<'a, str>,
}

/// The parameter `expires`, which may have a fraction (draft-cavage-http-signatures-12, section 2.1.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expires<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) seconds: u64,
}

impl<'a> SignatureParameters<'a> {
    /// Step 3: parses the value of a `Signature` header, or what follows the scheme in `Authorization: Signature`.
    ///
    /// Names of parameters are compared without case; unknown ones are ignored.
    ///
    /// # Errors
    /// `signature_malformed`; `signature_duplicated` for a known parameter that is there twice.
    pub fn parse(text: &'a str) -> Result<Self, Rejection> {
        let mut raw = RawParameters::default();
        let mut rest = skip_whitespace(text);
        loop {
            let ((name, value), after) = parameter(rest)?;
            set(&mut raw, name, value)?;
            rest = skip_whitespace(after);
            if rest.is_empty() {
                return interpret(raw);
            }
            rest = skip_whitespace(rest.strip_prefix(',').ok_or_else(|| malformed("a comma is missing between two parameters"))?);
        }
    }

    /// The keyId. It is not signed: it only chooses the key.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The algorithm, if named. It is not signed.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.algorithm.as_deref()
    }

    /// `created`, in seconds since 1970. Signed only where `(created)` is in the list.
    #[must_use]
    pub fn created(&self) -> Option<u64> {
        self.created
    }

    /// `expires`, in whole seconds since 1970. Signed only where `(expires)` is in the list.
    #[must_use]
    pub fn expires(&self) -> Option<u64> {
        self.expires.as_ref().map(|expires| expires.seconds)
    }

    /// The names of what was signed, in lower case and in their order; an absent list stands for `(created)`.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> + Clone {
        self.list().split(' ')
    }

    /// The same as one text.
    pub(crate) fn list(&self) -> &str {
        self.headers.as_deref().unwrap_or(CREATED)
    }

    /// The signature, in canonical base64.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The MAC; `None` where the signature has another length, and can match nothing.
    pub(crate) fn mac(&self) -> Option<[u8; 32]> {
        base64::decode(self.signature.as_bytes())
    }

    /// Step 4: `hmac-sha256`, or `hs2019` and absent, where the key decides.
    pub(crate) fn check_algorithm(&self) -> Result<(), Rejection> {
        match self.algorithm.as_deref() {
            None | Some("hmac-sha256" | "hs2019") => Ok(()),
            Some(other) => Err(Reason::AlgorithmUnsupported { algorithm: Excerpt::new(other) }.into()),
        }
    }

    pub(crate) fn signs(&self, name: &str) -> bool {
        names::contains(self.list(), name)
    }
}

impl SignatureParameters<'_> {
    /// The header's value, as Drone writes it.
    pub(crate) fn print(&self) -> String {
        let mut text = String::with_capacity(160);
        push_quoted(&mut text, "keyId=", &self.key_id);
        if let Some(algorithm) = &self.algorithm {
            push_quoted(&mut text, ",algorithm=", algorithm);
        }
        if let Some(created) = self.created {
            text.push_str(",created=");
            text.push_str(&decimal(created));
        }
        if let Some(expires) = &self.expires {
            text.push_str(",expires=");
            text.push_str(&expires.text);
        }
        push_quoted(&mut text, ",signature=", &self.signature);
        if let Some(headers) = &self.headers {
            push_quoted(&mut text, ",headers=", headers);
        }
        text
    }
}

impl fmt::Display for SignatureParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.print())
    }
}

fn push_quoted(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
}

/// The texts of the known parameters, each at most once, in the order of [`KNOWN`].
type RawParameters<'a> = [Option<Cow<'a, str>>; KNOWN.len()];

const KNOWN: [&str; 6] = ["keyId", "signature", "algorithm", "created", "expires", "headers"];

fn set<'a>(raw: &mut RawParameters<'a>, name: &str, value: Cow<'a, str>) -> Result<(), Rejection> {
    for (what, slot) in KNOWN.iter().zip(raw) {
        if name.eq_ignore_ascii_case(what) {
            return if slot.replace(value).is_some() { Err(Reason::SignatureDuplicated { what }.into()) } else { Ok(()) };
        }
    }
    Ok(())
}

fn interpret(raw: RawParameters<'_>) -> Result<SignatureParameters<'_>, Rejection> {
    let [key_id, signature, algorithm, created, expires, headers] = raw;
    let (Some(key_id), Some(signature)) = (key_id, signature) else { return Err(malformed("keyId or signature is missing")) };
    if !base64::is_canonical(&signature) {
        return Err(malformed("signature is not canonical base64"));
    }
    let created = match created {
        None => None,
        Some(text) => Some(integer(&text).ok_or_else(|| malformed("created is not an integer"))?),
    };
    let expires = match expires {
        None => None,
        Some(text) => Some(Expires::parse(text).ok_or_else(|| malformed("expires is not a number of seconds"))?),
    };
    let headers = headers.map(lower_case);
    if let Some(list) = &headers {
        names::check(list).map_err(malformed)?;
        check_times(list, algorithm.as_deref(), expires.as_ref())?;
    }
    Ok(SignatureParameters { key_id, algorithm, created, expires, headers, signature })
}

/// Draft 2.3 makes both an error: a signed time with an algorithm that starts with `hmac`, and a signed `(expires)` with a fraction.
/// An absent list is left to the policy, which it cannot satisfy and which says so more clearly.
fn check_times(list: &str, algorithm: Option<&str>, expires: Option<&Expires<'_>>) -> Result<(), Rejection> {
    let signs_expires = names::contains(list, EXPIRES);
    if (signs_expires || names::contains(list, CREATED)) && algorithm.is_some_and(|algorithm| algorithm.starts_with("hmac")) {
        return Err(malformed("(created) and (expires) cannot be signed with an algorithm that starts with hmac"));
    }
    if signs_expires && expires.is_some_and(|expires| expires.text.contains('.')) {
        return Err(malformed("a signed (expires) must be an integer"));
    }
    Ok(())
}

fn malformed(reason: &'static str) -> Rejection {
    Reason::SignatureMalformed { reason }.into()
}

/// `param = token BWS "=" BWS ( token / quoted-string )` (RFC 7235, section 2.1): a name and its value.
fn parameter(text: &str) -> Result<((&str, Cow<'_, str>), &str), Rejection> {
    let (name, rest) = token(text);
    if name.is_empty() {
        return Err(malformed("a parameter has no name"));
    }
    let rest = skip_whitespace(rest).strip_prefix('=').ok_or_else(|| malformed("a parameter has no value"))?;
    let rest = skip_whitespace(rest);
    let (value, rest) = if rest.starts_with('"') {
        quoted_string(rest)?
    } else {
        let (value, rest) = token(rest);
        if value.is_empty() {
            return Err(malformed("a parameter has no value"));
        }
        (Cow::Borrowed(value), rest)
    };
    Ok(((name, value), rest))
}

/// `token = 1*tchar` (RFC 7230, section 3.2.6): letters, digits and fifteen signs; here it may be empty.
fn token(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !is_token(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE` (RFC 7230, section 3.2.6): printable ASCII and HTAB, a backslash escapes the next.
fn quoted_string(text: &str) -> Result<(Cow<'_, str>, &str), Rejection> {
    const UNFINISHED: &str = "a quoted string has no end";
    let inner = text.get(1..).unwrap_or_default();
    let mut unescaped = String::new();
    let mut copied = 0;
    let mut bytes = inner.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        let literal = match byte {
            b'"' => {
                let (value, rest) = (inner.get(copied..at).unwrap_or_default(), inner.get(at.saturating_add(1)..).unwrap_or_default());
                if copied == 0 {
                    return Ok((Cow::Borrowed(value), rest));
                }
                unescaped.push_str(value);
                return Ok((Cow::Owned(unescaped), rest));
            }
            b'\\' => {
                unescaped.push_str(inner.get(copied..at).unwrap_or_default());
                copied = at.saturating_add(1);
                bytes.next().ok_or_else(|| malformed(UNFINISHED))?.1
            }
            literal => literal,
        };
        if !matches!(literal, b'\t' | b' '..=b'~') {
            return Err(malformed("a quoted string holds a control character"));
        }
    }
    Err(malformed(UNFINISHED))
}

/// `OWS = *( SP / HTAB )`, the same as `BWS`.
fn skip_whitespace(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// A decimal integer in its one canonical form: digits, no sign, no leading zero.
fn integer(text: &str) -> Option<u64> {
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| canonical)
}

impl<'a> Expires<'a> {
    /// An integer with an optional fraction of up to nine digits.
    fn parse(text: Cow<'a, str>) -> Option<Self> {
        let mut parts = text.splitn(2, '.');
        let seconds = integer(parts.next()?)?;
        let fraction = parts.next().unwrap_or("0");
        let fits = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
        fits.then_some(Self { text, seconds })
    }
}

fn lower_case(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    const MAC: &str = "UzFi1A1EQTz0BKRbApaQhLfhaJQVgcmAItvF93RKR8Y=";

    #[track_caller]
    fn refused(text: &str, code: Code) {
        assert_eq!(SignatureParameters::parse(text).map_err(|refused| refused.code()), Err(code), "{text}");
    }

    #[test]
    fn quoted_pairs_are_unescaped_and_escaped_again() {
        let text = format!(r#"keyId="a\"b\\c",signature="{MAC}",headers="date""#);
        let parameters = SignatureParameters::parse(&text).unwrap();
        assert_eq!(parameters.key_id(), r#"a"b\c"#);
        assert_eq!(parameters.to_string(), text);
    }

    #[test]
    fn white_space_and_tokens_are_taken_where_the_grammar_has_them() {
        let text = format!("KEYID = a\t,\tcreated=12 , expires = 13.5,signature=\"{MAC}\",headers=\"Date DIGEST\", other=\"x\", other=y");
        let parameters = SignatureParameters::parse(&text).unwrap();
        assert_eq!((parameters.created(), parameters.expires()), (Some(12), Some(13)));
        assert_eq!(parameters.signed_headers().collect::<Vec<_>>(), ["date", "digest"]);
    }

    #[test]
    fn a_known_parameter_twice_is_duplicated_in_any_case() {
        refused(&format!(r#"keyId="a",keyid="b",signature="{MAC}""#), Code::SignatureDuplicated);
        refused(&format!(r#"keyId="a",signature="{MAC}", keyId="a",signature="{MAC}""#), Code::SignatureDuplicated);
    }

    #[test]
    fn what_is_not_the_grammar_is_malformed() {
        for text in ["", ",", "keyId", "keyId=", "keyId=\"a", "keyId=\"a\\", "=a", "keyId=\"a\" signature=b", "keyId=\"a\",", "keyId=\"\u{7f}\""] {
            refused(text, Code::SignatureMalformed);
        }
        for headers in ["", " ", "date  digest", "date date", "Date date", " date", "date ", "da(te", "(created"] {
            refused(&format!(r#"keyId="a",signature="{MAC}",headers="{headers}""#), Code::SignatureMalformed);
        }
        for created in ["-1", "01", "1.5", "1e3", "18446744073709551616", "\"\"", "+1"] {
            refused(&format!(r#"keyId="a",signature="{MAC}",created={created}"#), Code::SignatureMalformed);
        }
        for expires in ["-1", "1.", ".5", "1.0000000001", "1.5.5", "01.5"] {
            refused(&format!(r#"keyId="a",signature="{MAC}",expires={expires}"#), Code::SignatureMalformed);
        }
    }

    #[test]
    fn an_absent_list_stands_for_created() {
        let text = format!(r#"keyId="a",signature="{MAC}""#);
        assert_eq!(SignatureParameters::parse(&text).unwrap().signed_headers().collect::<Vec<_>>(), ["(created)"]);
    }
}
