//! The grammar of the `Signature` header, and its parameters. Knows neither keys nor what was signed.

use std::borrow::Cow;
use std::fmt;

use crate::base64::{self, NoHash};
use crate::eights::{self, is_word};
use crate::error::{Excerpt, Reason, Rejection, decimal};
use crate::names::{self, CREATED, EXPIRES, Names, QUOTED, TOKEN, WEBHOOK_HEADERS, is_of};

/// The parameters that are known, in the order in which Drone writes them.
const KNOWN: [&str; 6] = ["keyId", "algorithm", "created", "expires", "signature", "headers"];

/// The places of the known parameters in [`KNOWN`].
pub(crate) mod parameter {
    pub(crate) const KEY_ID: usize = 0;
    pub(crate) const ALGORITHM: usize = 1;
    pub(crate) const CREATED: usize = 2;
    pub(crate) const EXPIRES: usize = 3;
    pub(crate) const SIGNATURE: usize = 4;
    pub(crate) const HEADERS: usize = 5;
}

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
#[derive(Clone, Default)]
pub struct SignatureParameters<'t> {
    /// What was parsed; behind it the values that are not in it as they stand. One text and not six, which would be a sixth of the code.
    text: Cow<'t, str>,
    /// Where in it each of [`KNOWN`] begins and ends.
    spans: [Option<(usize, usize)>; KNOWN.len()],
    /// The bytes of the signature, where it was parsed.
    mac: Option<[u8; 32]>,
}

impl<'t> SignatureParameters<'t> {
    /// Step 3: parses the value of a `Signature` header, or what follows the scheme in `Authorization: Signature`.
    ///
    /// Names of parameters are compared without case; unknown ones are ignored.
    ///
    /// # Errors
    /// `signature_malformed`; `signature_duplicated` for a known parameter that is there twice.
    pub fn parse(text: &'t str) -> Result<Self, Rejection> {
        let mut parameters = Self::default();
        parameters.read(text)?;
        Ok(parameters)
    }

    /// The same into parameters that are empty, where they are to be kept: to move them costs more than to read a date.
    pub(crate) fn read(&mut self, text: &'t str) -> Result<(), Rejection> {
        self.text = Cow::Borrowed(text);
        Parser { rest: text.as_bytes(), length: text.len(), parameters: self }.list()?;
        self.check().map_err(malformed)
    }

    /// Another text for a parameter; the one before, if any, stays where it is and is not looked at again.
    pub(crate) fn set(&mut self, which: usize, value: &str) {
        let value = self.add(value);
        if let Some(span) = self.spans.get_mut(which) {
            *span = Some(value);
        }
    }

    /// Puts a value behind the text; gives where it stands.
    fn add(&mut self, value: &str) -> (usize, usize) {
        let start = self.text.len();
        self.text.to_mut().push_str(value);
        (start, self.text.len())
    }

    /// The parameter is not there.
    pub(crate) fn leave_out(&mut self, which: usize) {
        if let Some(span) = self.spans.get_mut(which) {
            *span = None;
        }
    }

    /// The text of a parameter.
    pub(crate) fn get(&self, which: usize) -> Option<&str> {
        let (start, end) = self.span(which)?;
        self.text.get(start..end)
    }

    fn span(&self, which: usize) -> Option<(usize, usize)> {
        *self.spans.get(which)?
    }

    /// The keyId. It is not signed: it only chooses the key.
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.get(parameter::KEY_ID).unwrap_or_default()
    }

    /// The algorithm, if named. It is not signed.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.get(parameter::ALGORITHM)
    }

    /// `created`, in seconds since 1970. Signed only where `(created)` is in the list.
    #[must_use]
    #[inline]
    pub fn created(&self) -> Option<u64> {
        integer(self.get(parameter::CREATED)?)
    }

    /// `expires`, in whole seconds since 1970. Signed only where `(expires)` is in the list.
    #[must_use]
    #[inline]
    pub fn expires(&self) -> Option<u64> {
        seconds(self.get(parameter::EXPIRES)?)
    }

    /// The names of what was signed, in lower case and in their order; an absent list stands for `(created)`.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> + Clone {
        self.names()
    }

    pub(crate) fn names(&self) -> Names<'_> {
        names::iter(self.list())
    }

    /// The same as one text.
    pub(crate) fn list(&self) -> &str {
        self.get(parameter::HEADERS).unwrap_or(CREATED)
    }

    /// The signature, in canonical base64.
    #[must_use]
    pub fn signature(&self) -> &str {
        self.get(parameter::SIGNATURE).unwrap_or_default()
    }

    /// The MAC; `None` where the signature has another length, and can match nothing.
    pub(crate) fn mac(&self) -> Option<[u8; 32]> {
        self.mac
    }

    /// Step 4: `hmac-sha256`, or `hs2019` and absent, where the key decides.
    pub(crate) fn check_algorithm(&self) -> Result<(), Rejection> {
        match self.algorithm() {
            None | Some("hmac-sha256" | "hs2019") => Ok(()),
            Some(other) => Err(Reason::AlgorithmUnsupported { algorithm: Excerpt::new(other) }.into()),
        }
    }

    pub(crate) fn signs(&self, name: &str) -> bool {
        names::contains(self.list(), name)
    }

    /// Step 3 after the grammar. The list becomes one of small letters.
    fn check(&mut self) -> Result<(), &'static str> {
        let (Some(_), Some(signature)) = (self.span(parameter::KEY_ID), self.get(parameter::SIGNATURE)) else {
            return Err("keyId or signature is missing");
        };
        self.mac = match base64::decode(signature.as_bytes()) {
            Ok(mac) => Some(mac),
            Err(NoHash::OtherLength) => None,
            Err(NoHash::NotCanonical) => return Err("signature is not canonical base64"),
        };
        if self.span(parameter::CREATED).is_some() && self.created().is_none() {
            return Err("created is not an integer");
        }
        if self.span(parameter::EXPIRES).is_some() && self.expires().is_none() {
            return Err("expires is not a number of seconds");
        }
        // As Drone has it on every webhook: nothing to look for.
        if self.list() == WEBHOOK_HEADERS {
            return Ok(());
        }
        if let Some((start, end)) = self.span(parameter::HEADERS)
            && self.list().bytes().any(|byte| byte.is_ascii_uppercase())
        {
            self.text.to_mut().get_mut(start..end).unwrap_or_default().make_ascii_lowercase();
        }
        self.check_list()
    }

    /// The list of signed headers. Draft 2.3 makes both an error: a signed time with an algorithm that starts with `hmac`, and a signed `(expires)` with a fraction.
    /// An absent list is left to the policy, which it cannot satisfy and which says so more clearly.
    pub(crate) fn check_list(&self) -> Result<(), &'static str> {
        let Some(list) = self.get(parameter::HEADERS) else { return Ok(()) };
        names::check(list)?;
        if !list.as_bytes().contains(&b'(') {
            return Ok(()); // No pseudo-header, as nearly always.
        }
        let signs_expires = self.signs(EXPIRES);
        if (signs_expires || self.signs(CREATED)) && self.algorithm().is_some_and(|algorithm| algorithm.starts_with("hmac")) {
            return Err("(created) and (expires) cannot be signed with an algorithm that starts with hmac");
        }
        if signs_expires && self.get(parameter::EXPIRES).is_some_and(|expires| integer(expires).is_none()) {
            return Err("a signed (expires) must be an integer");
        }
        Ok(())
    }

    /// The header's value, as Drone writes it: the times as numbers, all others quoted.
    pub(crate) fn print(&self) -> String {
        let mut text = String::with_capacity(192);
        for (which, name) in KNOWN.iter().enumerate() {
            let Some(value) = self.get(which) else { continue };
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(name);
            text.push('=');
            if matches!(which, parameter::CREATED | parameter::EXPIRES) {
                text.push_str(value);
            } else {
                push_quoted(&mut text, value);
            }
        }
        text
    }
}

impl fmt::Display for SignatureParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.print())
    }
}

impl fmt::Debug for SignatureParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignatureParameters({self})")
    }
}

/// In whatever order they came.
impl PartialEq for SignatureParameters<'_> {
    fn eq(&self, other: &Self) -> bool {
        (0..KNOWN.len()).all(|which| self.get(which) == other.get(which))
    }
}

impl Eq for SignatureParameters<'_> {}

/// All values are ASCII: the grammar has no others.
fn push_quoted(text: &mut String, value: &str) {
    text.push('"');
    for byte in value.bytes() {
        if matches!(byte, b'"' | b'\\') {
            text.push('\\');
        }
        text.push(char::from(byte));
    }
    text.push('"');
}

#[cold]
#[inline(never)]
fn malformed(reason: &'static str) -> Rejection {
    Reason::SignatureMalformed { reason }.into()
}

struct Parser<'p, 't> {
    rest: &'t [u8],
    /// Of the whole text.
    length: usize,
    parameters: &'p mut SignatureParameters<'t>,
}

impl<'t> Parser<'_, 't> {
    /// `1#param`, separated by `OWS "," OWS`; here without the empty elements that RFC 7230, section 7, has.
    fn list(&mut self) -> Result<(), Rejection> {
        self.skip_whitespace();
        loop {
            self.parameter()?;
            self.skip_whitespace();
            if self.rest.is_empty() {
                return Ok(());
            }
            self.expect(b',', "a comma is missing between two parameters")?;
            self.skip_whitespace();
        }
    }

    /// `param = token BWS "=" BWS ( token / quoted-string )` (RFC 7235, section 2.1): a name and its value.
    fn parameter(&mut self) -> Result<(), Rejection> {
        const NO_VALUE: &str = "a parameter has no value";
        let name = self.token("a parameter has no name")?;
        self.skip_whitespace();
        self.expect(b'=', NO_VALUE)?;
        self.skip_whitespace();
        let span = if let [b'"', rest @ ..] = self.rest {
            self.rest = rest;
            self.quoted_string()?
        } else {
            let start = self.at();
            self.token(NO_VALUE)?;
            (start, self.at())
        };
        self.keep(name, span)
    }

    /// The value that stands there belongs to this name. One of a parameter that nobody knows takes no part.
    fn keep(&mut self, name: &[u8], value: (usize, usize)) -> Result<(), Rejection> {
        let which = match name.len() {
            5 if is_word(name, b"keyid") => parameter::KEY_ID,
            7 if is_word(name, b"created") => parameter::CREATED,
            7 if is_word(name, b"expires") => parameter::EXPIRES,
            7 if is_word(name, b"headers") => parameter::HEADERS,
            9 if is_word(name, b"algorithm") => parameter::ALGORITHM,
            9 if is_word(name, b"signature") => parameter::SIGNATURE,
            _ => return Ok(()),
        };
        match (self.parameters.spans.get_mut(which).and_then(|span| span.replace(value)), KNOWN.get(which)) {
            (Some(_), Some(what)) => Err(Reason::SignatureDuplicated { what }.into()),
            _ => Ok(()),
        }
    }

    /// `token = 1*tchar` (RFC 7230, section 3.2.6): letters, digits and fifteen signs.
    #[inline]
    fn token(&mut self, otherwise: &'static str) -> Result<&'t [u8], Rejection> {
        let token = self.run(TOKEN);
        if token.is_empty() { Err(malformed(otherwise)) } else { Ok(token) }
    }

    /// The bytes of this kind that come next.
    #[inline]
    fn run(&mut self, kind: u8) -> &'t [u8] {
        let end = self.rest.iter().position(|byte| !is_of(kind, *byte)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        run
    }

    /// `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE` (RFC 7230, section 3.2.6): printable ASCII and HTAB, a backslash escapes the next.
    /// Where the value stands, without its escapes.
    fn quoted_string(&mut self) -> Result<(usize, usize), Rejection> {
        let start = self.at();
        self.rest = self.rest.get(eights::leading_quoted(self.rest)..).unwrap_or_default();
        self.run(QUOTED);
        let end = self.at();
        if let [b'"', rest @ ..] = self.rest {
            // As nearly always, it stands there as it is.
            self.rest = rest;
            return Ok((start, end));
        }
        let mut value = self.parameters.text.as_bytes().get(start..end).unwrap_or_default().to_vec();
        loop {
            let byte = match self.take() {
                // ASCII, all of it.
                Some(b'"') => return Ok(self.parameters.add(str::from_utf8(&value).unwrap_or_default())),
                Some(b'\\') => self.take(),
                other => other,
            };
            match byte {
                Some(byte @ (b'\t' | b' '..=b'~')) => value.push(byte),
                Some(_) => return Err(malformed("a quoted string holds a control character")),
                None => return Err(malformed("a quoted string has no end")),
            }
        }
    }

    /// Where in the text the parser is.
    fn at(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    /// `OWS = *( SP / HTAB )`, the same as `BWS`.
    #[inline]
    fn skip_whitespace(&mut self) {
        while let [b' ' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8, otherwise: &'static str) -> Result<(), Rejection> {
        if self.take() == Some(byte) { Ok(()) } else { Err(malformed(otherwise)) }
    }

    /// Nothing where what comes next is not ASCII: there the grammar has nothing.
    #[inline]
    fn take(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first().filter(|(byte, _)| byte.is_ascii())?;
        self.rest = rest;
        Some(*byte)
    }
}

/// A decimal integer in its one canonical form: what printing it gives again. Digits, no sign, no leading zero.
fn integer(text: &str) -> Option<u64> {
    let number = text.bytes().fold(0, |number: u64, byte| number.wrapping_mul(10).wrapping_add(u64::from(byte.wrapping_sub(b'0'))));
    (decimal(number) == text).then_some(number)
}

/// An integer with an optional fraction of up to nine digits (draft-cavage-http-signatures-12, section 2.1.5), without the fraction.
fn seconds(text: &str) -> Option<u64> {
    let point = text.bytes().position(|byte| byte == b'.').unwrap_or(text.len());
    let (whole, fraction) = text.split_at_checked(point)?;
    let fits = fraction.is_empty() || (2..=10).contains(&fraction.len());
    let digits = fraction.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    integer(whole).filter(|_| fits && digits)
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
