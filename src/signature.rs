//! The grammar of the `Signature` header, and its parameters. Knows neither keys nor what was signed.

use std::borrow::Cow;
use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::error::Rejection;

/// How many names a list of signed headers may have. Drone's longest has five; each costs a look-up.
pub const MAX_SIGNED_HEADERS: usize = 16;

/// The pseudo-header for method and path.
pub(crate) const REQUEST_TARGET: &str = "(request-target)";
/// The pseudo-header for the parameter `created`.
pub(crate) const CREATED: &str = "(created)";
/// The pseudo-header for the parameter `expires`.
pub(crate) const EXPIRES: &str = "(expires)";

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
    /// `None` where the parameter is absent, which stands for `(created)`.
    pub(crate) headers: Option<Vec<Cow<'a, str>>>,
    pub(crate) signature: Vec<u8>,
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
            raw.set(name, value)?;
            rest = skip_whitespace(after);
            if rest.is_empty() {
                return raw.parse();
            }
            rest = rest.strip_prefix(',').map(skip_whitespace).ok_or_else(|| malformed("a comma is missing between two parameters"))?;
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
        let absent = self.headers.is_none().then_some(CREATED);
        absent.into_iter().chain(self.headers.iter().flatten().map(Cow::as_ref))
    }

    /// The signature's bytes: 32 for an HMAC-SHA256 that can match.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Step 4: `hmac-sha256`, or `hs2019` and absent, where the key decides.
    pub(crate) fn check_algorithm(&self) -> Result<(), Rejection> {
        match self.algorithm.as_deref() {
            None | Some("hmac-sha256" | "hs2019") => Ok(()),
            Some(other) => Err(Rejection::AlgorithmUnsupported { algorithm: other.to_owned() }),
        }
    }

    pub(crate) fn signs(&self, name: &str) -> bool {
        self.signed_headers().any(|signed| signed == name)
    }
}

impl fmt::Display for SignatureParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "keyId={}", Quoted(&self.key_id))?;
        if let Some(algorithm) = &self.algorithm {
            write!(f, ",algorithm={}", Quoted(algorithm))?;
        }
        if let Some(created) = self.created {
            write!(f, ",created={created}")?;
        }
        if let Some(expires) = &self.expires {
            write!(f, ",expires={}", expires.text)?;
        }
        write!(f, ",signature=\"{}\"", STANDARD.encode(&self.signature))?;
        if let Some(headers) = &self.headers {
            write!(f, ",headers=\"{}\"", headers.join(" "))?;
        }
        Ok(())
    }
}

struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            if matches!(c, '"' | '\\') {
                f.write_str("\\")?;
            }
            fmt::Write::write_char(f, c)?;
        }
        f.write_str("\"")
    }
}

/// The texts of the known parameters, each at most once.
#[derive(Default)]
struct RawParameters<'a> {
    key_id: Option<Cow<'a, str>>,
    signature: Option<Cow<'a, str>>,
    algorithm: Option<Cow<'a, str>>,
    created: Option<Cow<'a, str>>,
    expires: Option<Cow<'a, str>>,
    headers: Option<Cow<'a, str>>,
}

impl<'a> RawParameters<'a> {
    fn set(&mut self, name: &str, value: Cow<'a, str>) -> Result<(), Rejection> {
        let known = [
            ("keyId", &mut self.key_id),
            ("signature", &mut self.signature),
            ("algorithm", &mut self.algorithm),
            ("created", &mut self.created),
            ("expires", &mut self.expires),
            ("headers", &mut self.headers),
        ];
        for (what, slot) in known {
            if name.eq_ignore_ascii_case(what) {
                if slot.is_some() {
                    return Err(Rejection::SignatureDuplicated { what });
                }
                *slot = Some(value);
                break;
            }
        }
        Ok(())
    }

    fn parse(self) -> Result<SignatureParameters<'a>, Rejection> {
        let signature = self.signature.ok_or_else(|| malformed("signature is missing"))?;
        let parameters = SignatureParameters {
            key_id: self.key_id.ok_or_else(|| malformed("keyId is missing"))?,
            // `STANDARD` is canonical: padded, no stray bits, no white space. Another text for the same bytes would be another signature for the same request.
            signature: STANDARD.decode(signature.as_bytes()).map_err(|_| malformed("signature is not canonical base64"))?,
            algorithm: self.algorithm,
            created: self.created.map(|text| integer(&text).ok_or_else(|| malformed("created is not an integer"))).transpose()?,
            expires: self.expires.map(expires).transpose()?,
            headers: self.headers.map(header_list).transpose()?,
        };
        check_times(&parameters)?;
        Ok(parameters)
    }
}

/// Draft 2.3 makes both an error: a signed time with an algorithm that starts with `hmac`, and a signed `(expires)` with a fraction.
/// An absent list is left to the policy, which it cannot satisfy and which says so more clearly.
fn check_times(parameters: &SignatureParameters<'_>) -> Result<(), Rejection> {
    let listed = |name: &str| parameters.headers.iter().flatten().any(|header| header == name);
    if !listed(CREATED) && !listed(EXPIRES) {
        return Ok(());
    }
    if parameters.algorithm.as_deref().is_some_and(|algorithm| algorithm.starts_with("hmac")) {
        return Err(malformed("(created) and (expires) cannot be signed with an algorithm that starts with hmac"));
    }
    if listed(EXPIRES) && parameters.expires.as_ref().is_some_and(|expires| expires.text.contains('.')) {
        return Err(malformed("a signed (expires) must be an integer"));
    }
    Ok(())
}

fn malformed(reason: &'static str) -> Rejection {
    Rejection::SignatureMalformed { reason }
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

/// Whether a byte is a `tchar` (RFC 7230, section 3.2.6).
pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE` (RFC 7230, section 3.2.6): printable ASCII and HTAB, a backslash escapes the next.
fn quoted_string(text: &str) -> Result<(Cow<'_, str>, &str), Rejection> {
    let unfinished = || malformed("a quoted string has no end");
    let inner = text.strip_prefix('"').ok_or_else(unfinished)?;
    let mut unescaped: Option<String> = None;
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        let literal = match c {
            '"' => {
                let (value, rest) = inner.split_at_checked(at).ok_or_else(unfinished)?;
                let rest = rest.strip_prefix('"').ok_or_else(unfinished)?;
                return Ok((unescaped.map_or(Cow::Borrowed(value), Cow::Owned), rest));
            }
            '\\' => {
                unescaped.get_or_insert_with(|| inner.get(..at).unwrap_or_default().to_owned());
                chars.next().ok_or_else(unfinished)?.1
            }
            literal => literal,
        };
        if !matches!(literal, '\t' | ' '..='~') {
            return Err(malformed("a quoted string holds a control character"));
        }
        if let Some(unescaped) = &mut unescaped {
            unescaped.push(literal);
        }
    }
    Err(unfinished())
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

/// An integer with an optional fraction of up to nine digits.
fn expires(text: Cow<'_, str>) -> Result<Expires<'_>, Rejection> {
    let (whole, fraction) = text.split_once('.').map_or((text.as_ref(), None), |(whole, fraction)| (whole, Some(fraction)));
    let fraction_fits = fraction.is_none_or(|digits| (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let seconds = integer(whole).filter(|_| fraction_fits).ok_or_else(|| malformed("expires is not a number of seconds"))?;
    Ok(Expires { text, seconds })
}

/// Names separated by one space, none empty, none twice, at most [`MAX_SIGNED_HEADERS`]; in lower case.
fn header_list(text: Cow<'_, str>) -> Result<Vec<Cow<'_, str>>, Rejection> {
    let names: Vec<Cow<'_, str>> = match text {
        Cow::Borrowed(text) => text.split(' ').take(MAX_SIGNED_HEADERS.saturating_add(1)).map(lower_case).collect(),
        Cow::Owned(text) => text.split(' ').take(MAX_SIGNED_HEADERS.saturating_add(1)).map(|name| Cow::Owned(name.to_ascii_lowercase())).collect(),
    };
    if names.len() > MAX_SIGNED_HEADERS {
        return Err(malformed("more than 16 signed headers"));
    }
    check_names(&names).map_err(malformed)?;
    Ok(names)
}

fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
}

/// Whether every name is a token or one of the three pseudo-headers, and none is there twice.
pub(crate) fn check_names<T: AsRef<str> + PartialEq>(names: &[T]) -> Result<(), &'static str> {
    for (at, name) in names.iter().enumerate() {
        let text = name.as_ref();
        let pseudo = matches!(text, REQUEST_TARGET | CREATED | EXPIRES);
        if text.is_empty() || !(pseudo || text.bytes().all(is_token)) {
            return Err("the list of signed headers holds something that is no header name");
        }
        if names.iter().take(at).any(|earlier| earlier == name) {
            return Err("a header is signed twice");
        }
    }
    Ok(())
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
