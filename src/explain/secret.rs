//! The forms that people make of a secret. Knows no request and no MAC.

use zeroize::Zeroizing;

use super::cause::CauseCode;
use super::text::{hex, to_url_alphabet, unbase64, unhex};
use crate::base64::encode;

/// A secret in another form.
pub(super) struct Form {
    pub(super) code: CauseCode,
    pub(super) how: String,
    pub(super) secret: Zeroizing<Vec<u8>>,
}

const SPACES: [(&str, &str); 9] = [
    ("", ""),
    ("\n", "a line feed"),
    ("\r\n", "CR LF"),
    (" ", "a space"),
    ("  ", "two spaces"),
    ("\t", "a tab"),
    ("\r", "a carriage return"),
    (" \n", "a space and a line feed"),
    ("\u{feff}", "a byte order mark"),
];

const QUOTES: [(&str, &str); 5] = [("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’")];

/// What people make of a secret, on either side: what this side may have made is undone, what the other may have made is done.
pub(super) fn forms(secret: &[u8]) -> Vec<Form> {
    let mut forms = Vec::new();
    let mut add = |code, how: &str, secret: Vec<u8>| forms.push(Form { code, how: how.to_owned(), secret: Zeroizing::new(secret) });
    let trimmed = invisible_trimmed(secret);
    for (how, other) in [
        ("without the white space at its end", secret.trim_ascii_end()),
        ("without the white space at its start", secret.trim_ascii_start()),
        ("without the white space around it", trimmed),
        ("without the line feed at its end", secret.strip_suffix(b"\n").unwrap_or(secret)),
    ] {
        if other != secret {
            add(CauseCode::SecretWhitespace, how, other.to_vec());
        }
    }
    for (open, close) in QUOTES {
        if let Some(inner) = trimmed.strip_prefix(open.as_bytes()).and_then(|rest| rest.strip_suffix(close.as_bytes())) {
            add(CauseCode::SecretQuoted, &format!("without the {open} around it"), inner.to_vec());
        }
        for inner in as_it_stands_too(trimmed, secret) {
            add(CauseCode::SecretQuoted, &format!("with {open} around it"), [open.as_bytes(), inner, close.as_bytes()].concat());
        }
    }
    decoded_and_encoded(secret, trimmed, &mut add);
    // Last, because there are most of them.
    for (before, before_name) in SPACES {
        for (after, after_name) in SPACES {
            let how = match (before_name, after_name) {
                ("", "") => continue,
                ("", after) => format!("with {after} behind it"),
                (before, "") => format!("with {before} before it"),
                (before, after) => format!("with {before} before it and {after} behind it"),
            };
            for inner in as_it_stands_too(trimmed, secret) {
                add(CauseCode::SecretWhitespace, &how, [before.as_bytes(), inner, after.as_bytes()].concat());
            }
        }
    }
    forms
}

/// White space may also belong to a secret.
fn as_it_stands_too<'s>(trimmed: &'s [u8], secret: &'s [u8]) -> impl Iterator<Item = &'s [u8]> {
    [trimmed, secret].into_iter().take(if trimmed == secret { 1 } else { 2 })
}

fn decoded_and_encoded(secret: &[u8], trimmed: &[u8], add: &mut impl FnMut(CauseCode, &str, Vec<u8>)) {
    encoded(secret, add);
    // Bytes that were made a text of, one character for each.
    if let Some(bytes) = str::from_utf8(secret).ok().filter(|text| !text.is_ascii()).and_then(bytes_of_latin_1) {
        encoded(&bytes, add);
    }
    if let Some(decoded) = unhex(trimmed) {
        add(CauseCode::SecretHexDecoded, "decoded from its hexadecimal digits", decoded);
    }
    if let Some(decoded) = unbase64(trimmed) {
        add(CauseCode::SecretBase64Decoded, "decoded from base64", decoded);
    }
}

fn bytes_of_latin_1(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

fn encoded(secret: &[u8], add: &mut impl FnMut(CauseCode, &str, Vec<u8>)) {
    for upper in [false, true] {
        add(CauseCode::SecretHexDecoded, "as the hexadecimal digits of its bytes", hex(secret, upper));
    }
    let padded = Zeroizing::new(encode(secret));
    let url = Zeroizing::new(to_url_alphabet(&padded));
    for text in [padded.as_str(), padded.trim_end_matches('='), &url, url.trim_end_matches('=')] {
        add(CauseCode::SecretBase64Decoded, "as the base64 of its bytes", text.as_bytes().to_vec());
    }
}

/// Without what nobody sees at either end.
fn invisible_trimmed(mut secret: &[u8]) -> &[u8] {
    const INVISIBLE: [&str; 4] = ["\u{feff}", "\u{200b}", "\u{a0}", "\0"];
    loop {
        let mut rest = secret.trim_ascii();
        for character in INVISIBLE {
            rest = rest.strip_prefix(character.as_bytes()).unwrap_or(rest);
            rest = rest.strip_suffix(character.as_bytes()).unwrap_or(rest);
        }
        if rest.len() == secret.len() {
            return rest;
        }
        secret = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;

    #[test]
    fn a_secret_is_never_tried_empty_in_place_of_another_form() {
        assert!(forms(b"  ").iter().all(|form| !form.secret.is_empty() || Key::new(&form.secret).is_err()));
    }
}
