//! A host's text as a request: lines `name: value`, joined by LF. Knows the framing, and no header.

use crate::{Request, eights};

/// All that LFs separate: where it begins, name and value. A host writes a colon into each line; a line without one, which is what an LF has cut off, has an empty name, and is there all the same.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
}

fn lines(text: &[u8]) -> Lines<'_> {
    // No text is no line.
    Lines { text, at: usize::from(text.is_empty()) }
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t str, &'t [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let (line, _) = split_at(self.text.get(at..)?, b'\n');
        self.at = at.wrapping_add(line.len()).wrapping_add(1);
        let (name, value) = split_at(line, b':');
        Some(match (str::from_utf8(name), value) {
            (Ok(name), Some(value)) => (at, name, value),
            _ => (at, "", line),
        })
    }
}

/// What comes before the first such byte, and what after it.
#[inline(never)]
fn split_at(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let end = eights::position(text, separator).unwrap_or(text.len());
    let (before, rest) = text.split_at_checked(end).unwrap_or_default();
    (before, rest.get(1..))
}

/// The request in `count` lines; the pseudo names `(method)` and `(target)` carry the request line. `None` where there are others: a value holds an LF, and what follows it would be another header.
pub(super) fn request(text: &[u8], count: usize) -> Option<Request<'_>> {
    let mut request = Request::in_text(text);
    let mut found = 0_usize;
    for (at, name, value) in lines(text) {
        found = found.wrapping_add(1);
        // Nothing is kept of more lines than were written.
        if found > count {
            return None;
        }
        match name {
            "(method)" => request = request.method(text_of(value)),
            "(target)" => request = request.target(text_of(value)),
            _ if name.starts_with('(') => (),
            _ => request.add_line(at, name, value),
        }
    }
    (found == count).then_some(request)
}

/// The value of the line with this pseudo name.
#[cfg(feature = "js")]
pub(super) fn find<'t>(text: &'t [u8], name: &str) -> Option<&'t str> {
    lines(text).find(|(_, found, _)| *found == name).map(|(_, _, value)| text_of(value))
}

/// What follows the space. Bytes that are no text cannot be signed: U+FFFD is refused as malformed.
fn text_of(value: &[u8]) -> &str {
    str::from_utf8(value.strip_prefix(b" ").unwrap_or(value)).unwrap_or("\u{fffd}")
}

/// A whole number that a double holds exactly.
#[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Checked in the same line.
pub(super) fn whole(number: f64) -> Option<u64> {
    (number.is_finite() && (0.0..=9_007_199_254_740_991.0).contains(&number)).then(|| number.floor() as u64)
}
