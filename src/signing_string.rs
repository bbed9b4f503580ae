//! The bytes that were signed, rebuilt from what was received. Knows neither keys nor clocks.

use crate::error::{Excerpt, Reason, Rejection, decimal};
use crate::names::{self, CREATED, EXPIRES, REQUEST_TARGET};
use crate::request::{DEFAULT_MAX_HEADER_BYTES, DEFAULT_MAX_HEADERS, Headers, Request};
use crate::signature::SignatureParameters;

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
    let mut headers = Headers::new(request, DEFAULT_MAX_HEADERS, DEFAULT_MAX_HEADER_BYTES, "")?;
    let expires = expires.map(decimal);
    build(&mut headers, &names::join(names), created, expires.as_deref())
}

/// Step 7: every signed header is there, and its line is rebuilt from the bytes received.
pub(crate) fn of_signature(headers: &mut Headers<'_, '_>, parameters: &SignatureParameters<'_>) -> Result<String, Rejection> {
    build(headers, parameters.list(), parameters.created, parameters.expires.as_ref().map(|expires| expires.text.as_ref()))
}

fn build(headers: &mut Headers<'_, '_>, list: &str, created: Option<u64>, expires: Option<&str>) -> Result<String, Rejection> {
    headers.need(list)?;
    let mut text = String::with_capacity(192);
    for name in list.split(' ') {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(name);
        text.push_str(": ");
        let found = match (name, created, expires) {
            (REQUEST_TARGET, ..) => {
                text.push_str(&headers.request_target()?);
                true
            }
            (CREATED, Some(created), _) => {
                text.push_str(&decimal(created));
                true
            }
            (EXPIRES, _, Some(expires)) => {
                text.push_str(expires);
                true
            }
            (CREATED | EXPIRES, ..) => false,
            _ => headers.append(name, &mut text)?,
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
