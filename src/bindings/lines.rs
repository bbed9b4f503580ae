//! A host's text as a request: lines `name:value`, joined by LF. Knows the framing, and no header.

use crate::{Request, eights};

/// The host's lines: names and values. No value holds an LF: the host writes a CR for it, which is malformed as it is.
struct Lines<'t> {
    text: Option<&'t [u8]>,
    left: usize,
}

fn lines(text: &[u8], count: usize) -> Lines<'_> {
    Lines { text: Some(text), left: count }
}

impl<'t> Iterator for Lines<'t> {
    type Item = (&'t str, &'t [u8]);

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left))
    }

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let text = self.text?;
            let (line, rest) = if self.left > 1 { split_at(text, b'\n') } else { (text, None) };
            self.left = self.left.saturating_sub(1);
            self.text = rest;
            if let (name, Some(value)) = split_at(line, b':')
                && let Ok(name) = str::from_utf8(name)
            {
                return Some((name, value));
            }
        }
    }
}

/// What comes before the first such byte, and what after it.
#[inline(never)]
fn split_at(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let end = eights::position(text, separator).unwrap_or(text.len());
    let (before, rest) = text.split_at_checked(end).unwrap_or_default();
    (before, rest.get(1..))
}

/// The request in `count` lines; the pseudo names `(method)` and `(target)` carry the request line.
pub(super) fn request(text: &[u8], count: usize) -> Request<'_> {
    let mut request = Request::new(lines(text, count).filter(|(name, _)| !name.starts_with('(')));
    // Pseudo names come first, where there are any.
    if text.first() == Some(&b'(') {
        for (name, value) in lines(text, count) {
            request = match name {
                "(method)" => request.method(text_of(value)),
                "(target)" => request.target(text_of(value)),
                _ => request,
            };
        }
    }
    request
}

/// The value of the line with this pseudo name.
#[cfg(feature = "js")]
pub(super) fn find<'t>(text: &'t [u8], count: usize, name: &str) -> Option<&'t str> {
    lines(text, count).find(|(found, _)| *found == name).map(|(_, value)| text_of(value))
}

/// Whether no value holds an LF.
#[cfg(feature = "js")]
pub(super) fn hold_no_more(text: &[u8], count: usize) -> bool {
    text.split(|byte| *byte == b'\n').count() <= count
}

/// Bytes that are no text cannot be signed: U+FFFD is refused as malformed.
fn text_of(value: &[u8]) -> &str {
    str::from_utf8(value).unwrap_or("\u{fffd}")
}

/// A whole number that a double holds exactly.
#[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Checked in the same line.
pub(super) fn whole(number: f64) -> Option<u64> {
    (number.is_finite() && (0.0..=9_007_199_254_740_991.0).contains(&number)).then(|| number.floor() as u64)
}
