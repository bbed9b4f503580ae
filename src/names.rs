//! Lists of header names as one text: lower case, one space between two. Knows nothing of what the names stand for.
//!
//! One text and not a vector of texts: it is how the signature has it and how the signing string wants it, and it is a third of the code.

/// How many names a list of signed headers may have. Drone's longest has five; each costs a look-up.
pub const MAX_SIGNED_HEADERS: usize = 16;

/// What Drone signs on a webhook.
pub(crate) const WEBHOOK_HEADERS: &str = "date digest";

/// The pseudo-header for method and path.
pub(crate) const REQUEST_TARGET: &str = "(request-target)";
/// The pseudo-header for the parameter `created`.
pub(crate) const CREATED: &str = "(created)";
/// The pseudo-header for the parameter `expires`.
pub(crate) const EXPIRES: &str = "(expires)";

/// The names of a list, in their order. A type of its own, since `str::split` is compiled anew wherever it is used.
#[derive(Clone)]
pub(crate) struct Names<'l> {
    left: Option<&'l str>,
}

pub(crate) fn iter(list: &str) -> Names<'_> {
    Names { left: Some(list) }
}

impl<'l> Iterator for Names<'l> {
    type Item = &'l str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'l str> {
        let list = self.left?;
        let end = list.bytes().position(|byte| byte == b' ').unwrap_or(list.len());
        let (name, rest) = list.split_at_checked(end)?;
        self.left = rest.get(1..);
        Some(name)
    }
}

/// Whether a name is in a list.
#[inline(never)]
pub(crate) fn contains(list: &str, name: &str) -> bool {
    // Most often it is not, and too long to be.
    name.len() <= list.len() && iter(list).any(|candidate| candidate == name)
}

/// Names from anywhere as one list, in lower case. A name that holds a space is no token and must not become two.
pub(crate) fn join<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let mut list = String::new();
    for name in names {
        if !list.is_empty() {
            list.push(' ');
        }
        let name = name.as_ref();
        let one = !name.is_empty() && !name.bytes().any(|byte| byte == b' ');
        list.push_str(if one { name } else { "?:" });
    }
    list.make_ascii_lowercase();
    list
}

/// Whether every name is a token or one of the three pseudo-headers, none is there twice, and there are not too many.
pub(crate) fn check(list: &str) -> Result<(), &'static str> {
    let mut before = 0_usize;
    for (count, name) in iter(list).enumerate() {
        if count >= MAX_SIGNED_HEADERS {
            return Err("more than 16 signed headers");
        }
        let pseudo = matches!(name, REQUEST_TARGET | CREATED | EXPIRES);
        if name.is_empty() || !(pseudo || name.bytes().all(is_token)) {
            return Err("the list of signed headers holds something that is no header name");
        }
        if contains(list.get(..before).unwrap_or_default(), name) {
            return Err("a header is signed twice");
        }
        before = before.saturating_add(name.len()).saturating_add(1);
    }
    Ok(())
}

/// Whether a byte is a `tchar` (RFC 7230, section 3.2.6): a letter, a digit or one of fifteen signs.
pub(crate) fn is_token(byte: u8) -> bool {
    is_of(TOKEN, byte)
}

/// The bytes of a token.
pub(crate) const TOKEN: u8 = 1;
/// The bytes of a quoted string that stand for themselves: `qdtext` (RFC 7230, section 3.2.6), but for what is not ASCII.
pub(crate) const QUOTED: u8 = 2;

/// Whether a byte is of one of these kinds.
pub(crate) fn is_of(kinds: u8, byte: u8) -> bool {
    KINDS.get(usize::from(byte)).is_some_and(|kind| kind & kinds != 0)
}

#[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::indexing_slicing, clippy::arithmetic_side_effects)] // While it is compiled.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let is = byte as u8;
        if matches!(is, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'^'..=b'z' | b'|' | b'~') {
            kinds[byte] |= TOKEN;
        }
        if matches!(is, b'\t' | b' ' | b'!' | b'#'..=b'[' | b']'..=b'~') {
            kinds[byte] |= QUOTED;
        }
        byte += 1;
    }
    kinds
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_tokens_and_pseudo_headers_once() {
        for good in ["date digest", "(request-target) (created) (expires) x-a", "date"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["", " ", "date  digest", "date date", " date", "date ", "da(te", "(created", "(other)", "x:y"] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(check(&join((0..16).map(|at| format!("x-{at}")))).is_ok());
        assert!(check(&join((0..17).map(|at| format!("x-{at}")))).is_err());
    }

    #[test]
    fn a_token_is_made_of_the_characters_of_the_rfc() {
        for byte in 0..=u8::MAX {
            assert_eq!(is_token(byte), byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte), "{byte}");
        }
    }

    #[test]
    fn names_with_spaces_do_not_become_two() {
        assert!(check(&join(["date", "digest", "x note"])).is_err());
        assert!(check(&join(["date", ""])).is_err());
        assert_eq!(join(["Date", "DIGEST"]), "date digest");
    }
}
