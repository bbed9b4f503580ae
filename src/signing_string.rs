//! The bytes that were signed, rebuilt from what was received. Knows neither keys nor clocks.

use std::borrow::Cow;

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
    let list = names::join(names);
    headers.need(&list)?;
    build(&mut headers, &list, &times.each_ref().map(|(name, time)| (*name, time.as_deref()))).map(text)
}

/// A signing string as text, which it always is: the values were checked to be ASCII, and the names were text.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// Step 7: every signed header is there, and its line is rebuilt from the bytes received; or found as it was, where the host has written it so.
pub(crate) fn of_signature<'a>(headers: &mut Headers<'_, 'a>, parameters: &SignatureParameters<'_>) -> Result<Cow<'a, [u8]>, Rejection> {
    headers.need(parameters.list())?;
    match headers.signing_string_in_text(parameters.list()) {
        Some(text) => Ok(Cow::Borrowed(text)),
        None => build(headers, parameters.list(), &times(parameters)).map(Cow::Owned),
    }
}

/// The same for a signer, who gives the values of `date` and `digest`.
pub(crate) fn of_signer(headers: &mut Headers<'_, '_>, parameters: &SignatureParameters<'_>, date: &str, digest: &str) -> Result<Vec<u8>, Rejection> {
    let [created, expires] = times(parameters);
    headers.need(parameters.list())?;
    build(headers, parameters.list(), &[created, expires, ("date", Some(date)), ("digest", Some(digest))])
}

/// The names of the pseudo-headers, and what the parameters have for them.
fn times<'p>(parameters: &'p SignatureParameters<'_>) -> [(&'static str, Option<&'p str>); 2] {
    [(CREATED, parameters.get(parameter::CREATED)), (EXPIRES, parameters.get(parameter::EXPIRES))]
}

/// Of headers that were looked at. `given`: what is not taken from the request.
fn build(headers: &mut Headers<'_, '_>, list: &str, given: &[(&str, Option<&str>)]) -> Result<Vec<u8>, Rejection> {
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

    #[cfg(not(target_arch = "wasm32"))]
    mod in_text {
        use super::*;
        use proptest::prelude::*;

        /// Of lines as a host has them in its text.
        fn found(lines: &[(&str, &str)], list: &str) -> Option<String> {
            let written: Vec<_> = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            let text = written.join("\n");
            let mut request = Request::in_text(text.as_bytes());
            let mut rest = text.as_bytes();
            for ((name, _), line) in lines.iter().zip(&written) {
                request.add_line(text.len() - rest.len(), name, &rest[name.len() + 1..line.len()]);
                rest = rest.get(line.len() + 1..).unwrap_or_default();
            }
            let headers = Headers::new(&request, usize::MAX, usize::MAX, Sought::NONE).unwrap();
            headers.signing_string_in_text(list).map(|text| String::from_utf8(text.to_vec()).unwrap())
        }

        const SIGNATURE: (&str, &str) = ("signature", "s");
        const DATE: (&str, &str) = ("date", "d");
        const DIGEST: (&str, &str) = ("digest", "SHA-256=x");

        #[test]
        fn it_stands_there_where_the_lines_follow_each_other() {
            let text = "date: d\ndigest: SHA-256=x";
            for lines in [[SIGNATURE, DATE, DIGEST], [DATE, DIGEST, SIGNATURE]] {
                assert_eq!(found(&lines, "date digest").as_deref(), Some(text));
            }
            assert_eq!(found(&[("x", "1"), DATE], "x date").as_deref(), Some("x: 1\ndate: d"));
        }

        #[test]
        fn it_does_not_where_anything_lies_between_or_is_there_twice() {
            let not: [&[(&str, &str)]; 8] = [
                &[DATE, SIGNATURE, DIGEST],
                &[DIGEST, DATE],
                &[DATE, DIGEST, DATE],
                &[DIGEST, DATE, DIGEST],
                &[DATE, DIGEST, ("DATE", "d")],
                &[("date", " d"), DIGEST],
                &[("date", "d\t"), DIGEST],
                &[("Date", "d"), DIGEST],
            ];
            for lines in not {
                assert_eq!(found(lines, "date digest"), None, "{lines:?}");
            }
            assert_eq!(found(&[("x", "1"), ("X", "2")], "x"), None);
        }

        proptest! {
            #[test]
            fn where_it_is_found_it_is_the_one_that_would_be_put_together(
                lines in prop::collection::vec((prop::sample::select(vec!["date", "digest", "Digest", "signature", "x-a", "x-b"]), "[a-c ,:]{0,3}"), 1..6),
                from in 0..3_usize, count in 1..4_usize,
            ) {
                let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let list: Vec<_> = lines.iter().skip(from).take(count).map(|(name, _)| name.to_ascii_lowercase()).collect();
                let list: Vec<_> = list.iter().map(String::as_str).collect();
                if names::check(&list.join(" ")).is_ok() && let Some(found) = found(&lines, &list.join(" ")) {
                    let request = Request::new(lines.iter().map(|(name, value)| (*name, value.as_bytes())));
                    prop_assert_eq!(Ok(found), signing_string(&request, &list, None, None));
                }
            }
        }
    }
}
