//! The bytes that were signed, rebuilt from what was received. Knows neither keys nor clocks.

use crate::error::{Excerpt, Reason, Rejection, decimal};
use crate::names::{self, CREATED, EXPIRES, REQUEST_TARGET};
use crate::request::{DEFAULT_MAX_HEADER_BYTES, DEFAULT_MAX_HEADERS, Headers, Request, Sought, append};
use crate::signature::{SignatureParameters, parameter};

/// The signing string of these names over this request (draft-cavage-http-signatures-12, section 2.3): lines `name: value` joined by one LF, none at the end.
/// It is a building block for people who debug their own code; verification needs no call of it.
///
/// ```
/// use drone_webhooks::{Request, signing_string};
/// let request = Request::new([("Date", b"Sun, 22 Nov 2026 06:11:53 GMT".as_slice()), ("Digest", b"SHA-256=Tj4KCoFd5vLLScnQMniXdOwmNUdlSU7S+Ag0ZL/ASTQ=".as_slice())]);
/// assert_eq!(
///     signing_string(&request, &["date", "digest"], None, None)?,
///     "date: Sun, 22 Nov 2026 06:11:53 GMT\ndigest: SHA-256=Tj4KCoFd5vLLScnQMniXdOwmNUdlSU7S+Ag0ZL/ASTQ=",
/// );
/// # Ok::<(), drone_webhooks::Rejection>(())
/// ```
///
/// `created` and `expires` are seconds since 1970, for the pseudo-headers of these names.
///
/// # Errors
/// `header_missing`, `header_malformed`, `headers_too_large` (with the default bounds).
pub fn signing_string(request: &Request<'_>, names: &[&str], created: Option<u64>, expires: Option<u64>) -> Result<String, Rejection> {
    let mut headers = Headers::new(request, DEFAULT_MAX_HEADERS, DEFAULT_MAX_HEADER_BYTES, Sought::NONE)?;
    let times = [(CREATED, created.map(decimal)), (EXPIRES, expires.map(decimal))];
    build(&mut headers, &names::join(names), &times.each_ref().map(|(name, time)| (*name, time.as_deref()))).map(text)
}

/// A signing string as text, which it always is: the values were checked to be ASCII, and the names were text.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// Step 7: every signed header is there, and its line is rebuilt from the bytes received.
pub(crate) fn of_signature(headers: &mut Headers<'_, '_>, parameters: &SignatureParameters<'_>) -> Result<Vec<u8>, Rejection> {
    build(headers, parameters.list(), &times(parameters))
}

/// The same for a signer, who gives the values of `date` and `digest`.
pub(crate) fn of_signer(headers: &mut Headers<'_, '_>, parameters: &SignatureParameters<'_>, date: &str, digest: &str) -> Result<Vec<u8>, Rejection> {
    let [created, expires] = times(parameters);
    build(headers, parameters.list(), &[created, expires, ("date", Some(date)), ("digest", Some(digest))])
}

/// The names of the pseudo-headers, and what the parameters have for them.
fn times<'p>(parameters: &'p SignatureParameters<'_>) -> [(&'static str, Option<&'p str>); 2] {
    [(CREATED, parameters.get(parameter::CREATED)), (EXPIRES, parameters.get(parameter::EXPIRES))]
}

/// `given`: what is not taken from the request.
fn build(headers: &mut Headers<'_, '_>, list: &str, given: &[(&str, Option<&str>)]) -> Result<Vec<u8>, Rejection> {
    headers.need(list)?;
    let mut text = Vec::with_capacity(192);
    for name in names::iter(list) {
        if !text.is_empty() {
            text.push(b'\n');
        }
        append(&mut text, name.as_bytes());
        append(&mut text, b": ");
        let found = if let Some((_, value)) = given.iter().find(|(given, _)| *given == name) {
            append(&mut text, value.unwrap_or_default().as_bytes());
            value.is_some()
        } else if name == REQUEST_TARGET {
            headers.append_request_target(&mut text)?
        } else {
            headers.append(name, &mut text)
        };
        if !found {
            return Err(Reason::HeaderMissing { header: Excerpt::new(name) }.into());
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_gives_the_line_of_the_draft() {
        let request = Request::new([
            ("X-Example", b" one ".as_slice()),
            ("x-empty", b"".as_slice()),
            ("HOST", b"example.org".as_slice()),
            ("x-example", b"two".as_slice()),
        ])
        .method("GET")
        .target("/foo?a=b");
        let names = ["(request-target)", "(created)", "(expires)", "host", "x-empty", "x-example"];
        assert_eq!(
            signing_string(&request, &names, Some(1), Some(2)).unwrap(),
            "(request-target): get /foo?a=b\n(created): 1\n(expires): 2\nhost: example.org\nx-empty: \nx-example: one, two"
        );
    }

    #[test]
    fn what_is_not_in_the_request_is_named() {
        let request = Request::new([]).method("GET");
        for name in ["(request-target)", "(created)", "(expires)", "date"] {
            assert_eq!(signing_string(&request, &[name], None, None), Err(Reason::HeaderMissing { header: Excerpt::new(name) }.into()));
        }
    }
}
