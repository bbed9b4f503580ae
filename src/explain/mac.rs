//! Why the MAC is not the right one: another form of it, of the secret, or of the signing string. Each is tried, and only what verifies is named.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::cause::{Cause, CauseCode};
use super::text::{hex, to_url_alphabet, unbase64, unhex};
use crate::base64::encode;
use crate::date;
use crate::key::Key;
use crate::request::Request;
use crate::signature::SignatureParameters;
use crate::time::UnixTime;

/// How many secrets are tried in other forms: rotation has two.
pub(super) const MAX_SECRETS: usize = 8;

/// How far around a date another one is looked for, in seconds: a proxy's own date is that near. Twice as many MACs, of two blocks each.
const DATE_SEARCH: u64 = 15 * 60;

/// With up to so many names every order of them is tried; there are 120 of five.
const MAX_PERMUTED: usize = 5;

/// An HMAC pads its key with zeros: one zero is the empty key, which [`Key`] does not take.
const EMPTY_KEY: &[u8] = &[0];

/// A signature that does not match.
pub(super) struct Case<'c> {
    pub(super) request: &'c Request<'c>,
    pub(super) parameters: &'c SignatureParameters,
    pub(super) signing_string: &'c str,
    /// Those of the keyId, as they stand.
    pub(super) secrets: &'c [&'c [u8]],
    pub(super) now: UnixTime,
}

impl Case<'_> {
    pub(super) fn explain(&self) -> Option<Cause> {
        let keys: Vec<Key> = self.secrets.iter().filter_map(|secret| Key::new(secret).ok()).collect();
        if let Some(cause) = self.signature_form(&keys) {
            return Some(cause);
        }
        let mac = self.parameters.mac()?;
        self.secret_form(&mac)
            .or_else(|| self.signing_string_form(&keys, &mac))
            .or_else(|| self.accept_encoding(&keys, &mac))
            .or_else(|| self.date(&keys, &mac).map(|found| self.date_cause(&found)))
    }

    fn signature_form(&self, keys: &[Key]) -> Option<Cause> {
        let text = self.parameters.signature().as_bytes();
        let digits = unhex(text).map(|mac| (mac, "its 64 characters are hexadecimal digits of the right MAC"));
        let encoded_digits = || Some((unhex(&unbase64(text)?)?, "it is base64 of the hexadecimal digits of the right MAC"));
        [digits, encoded_digits()].into_iter().flatten().find_map(|(mac, evidence)| {
            let mac: [u8; 32] = mac.try_into().ok()?;
            made_by(keys, self.signing_string, &mac).then(|| CauseCode::SignatureHex.shown_by(evidence))
        })
    }

    fn secret_form(&self, mac: &[u8; 32]) -> Option<Cause> {
        let fits = |secret: &[u8]| Key::new(secret).is_ok_and(|key| made_by(&[key], self.signing_string, mac));
        if fits(EMPTY_KEY) {
            return Some(CauseCode::SecretEmptyAtSender.shown_by("the signature verifies with an empty key"));
        }
        let forms = self.secrets.iter().flat_map(|secret| forms(secret));
        forms.into_iter().find(|form| fits(&form.secret)).map(|form| form.code.shown_by(format!("the signature verifies with the secret {}", form.how)))
    }

    fn signing_string_form(&self, keys: &[Key], mac: &[u8; 32]) -> Option<Cause> {
        self.strings().into_iter().find(|(_, _, text)| made_by(keys, text, mac)).map(|(code, evidence, _)| code.shown_by(evidence))
    }

    /// Signing strings that other programs make of the same request, the smallest change first.
    fn strings(&self) -> Vec<(CauseCode, String, String)> {
        let text = self.signing_string;
        let lines: Vec<&str> = text.split('\n').collect();
        let mut strings = Vec::new();
        let mut add = |code, how: &str, text| strings.push((code, format!("the signature verifies over the lines {how}"), text));
        add(CauseCode::SigningStringTrailingNewline, "with one more line feed at the end", [text, "\n"].concat());
        add(CauseCode::SigningStringCrlf, "joined by CR LF", lines.join("\r\n"));
        add(CauseCode::SigningStringCrlf, "each ended by CR LF", [&lines.join("\r\n"), "\r\n"].concat());
        add(CauseCode::SigningStringComma, "joined by \", \"", lines.join(", "));
        add(CauseCode::SigningStringComma, "joined by \",\"", lines.join(","));
        add(CauseCode::SigningStringNameCase, "with capitalised names", renamed(&lines, capitalised));
        add(CauseCode::SigningStringNameCase, "with names in upper case", renamed(&lines, str::to_ascii_uppercase));
        add(CauseCode::SigningStringNameCase, "with names in the case of the request", renamed(&lines, |name| self.received_name(name)));
        for order in self.orders(&lines) {
            let names = order.iter().map(|line| name_of(line)).collect::<Vec<_>>().join(" ");
            add(CauseCode::SigningStringOrder, &format!("in the order \"{names}\""), order.join("\n"));
        }
        strings
    }

    fn received_name(&self, name: &str) -> String {
        let received = self.request.lines().iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        received.map_or_else(|| name.to_owned(), |(received, _)| (*received).to_owned())
    }

    fn orders<'t>(&self, lines: &[&'t str]) -> Vec<Vec<&'t str>> {
        if lines.len() <= MAX_PERMUTED {
            return permutations(lines);
        }
        let in_request = self.request.lines().iter().filter_map(|(name, _)| lines.iter().find(|line| name_of(line).eq_ignore_ascii_case(name)).copied());
        vec![lines.iter().rev().copied().collect(), in_request.collect()]
    }

    /// What clients and proxies send; Drone's extension calls are signed over `identity` or `gzip`.
    fn accept_encoding(&self, keys: &[Key], mac: &[u8; 32]) -> Option<Cause> {
        if !self.parameters.signs("accept-encoding") {
            return None;
        }
        let sent = ACCEPT_ENCODINGS.iter().find(|value| made_by(keys, &self.with_value("accept-encoding", value), mac))?;
        Some(CauseCode::AcceptEncodingRewritten.shown_by(format!("the signature verifies with \"Accept-Encoding: {sent}\"")))
    }

    /// Another date near the one received, or near now.
    fn date(&self, keys: &[Key], mac: &[u8; 32]) -> Option<String> {
        if !self.parameters.signs("date") {
            return None;
        }
        let received: Vec<&[u8]> = self.request.values("date").collect();
        if received.len() > 1 {
            let one = received.iter().filter_map(|value| str::from_utf8(value).ok()).find(|value| made_by(keys, &self.with_value("date", value), mac));
            if one.is_some() {
                return one.map(str::to_owned);
            }
        }
        let (before, after) = around(&self.with_value("date", MARK))?;
        let dates = received.first().and_then(|value| date::parse(value)).into_iter().chain([self.now.seconds()]);
        let near = |middle: u64| (0..=DATE_SEARCH).flat_map(move |distance| [middle.checked_sub(distance), middle.checked_add(distance)]).flatten();
        let texts = dates.flat_map(near).filter_map(|seconds| UnixTime::from_seconds(seconds).ok()).map(UnixTime::http_date);
        texts.into_iter().find(|text| made_by(keys, &[before.as_str(), text, &after].concat(), mac))
    }

    /// The date that was signed, for a request whose own was put there by us.
    pub(super) fn find_date(&self) -> Option<String> {
        let keys: Vec<Key> = self.secrets.iter().filter_map(|secret| Key::new(secret).ok()).collect();
        self.date(&keys, &self.parameters.mac()?)
    }

    fn date_cause(&self, found: &str) -> Cause {
        let received = self.request.values("date").map(super::text::shown).collect::<Vec<_>>().join(", ");
        CauseCode::DateRewritten.shown_by(format!("the signature verifies with \"Date: {found}\", and \"{received}\" was received"))
    }

    /// The signing string with another value for one of its names.
    fn with_value(&self, name: &str, value: &str) -> String {
        let changed = |line: &str| if name_of(line) == name { [name, ": ", value].concat() } else { line.to_owned() };
        self.signing_string.split('\n').map(changed).collect::<Vec<_>>().join("\n")
    }
}

/// In place of a date; no header holds it.
const MARK: &str = "\0";

pub(super) const ACCEPT_ENCODINGS: [&str; 12] = [
    "identity",
    "gzip",
    "gzip, deflate",
    "gzip, deflate, br",
    "gzip, deflate, br, zstd",
    "gzip, br",
    "br, gzip",
    "deflate, gzip",
    "gzip,deflate",
    "br",
    "*",
    "",
];

fn around(text: &str) -> Option<(String, String)> {
    text.split_once(MARK).map(|(before, after)| (before.to_owned(), after.to_owned()))
}

fn name_of(line: &str) -> &str {
    line.split_once(": ").map_or(line, |(name, _)| name)
}

fn renamed(lines: &[&str], rename: impl Fn(&str) -> String) -> String {
    let renamed = |line: &&str| line.split_once(": ").map_or_else(|| (*line).to_owned(), |(name, value)| [&rename(name), ": ", value].concat());
    lines.iter().map(renamed).collect::<Vec<_>>().join("\n")
}

/// `content-type` as `Content-Type`.
fn capitalised(name: &str) -> String {
    let mut start = true;
    let capitalise = |character: char| {
        let upper = if start { character.to_ascii_uppercase() } else { character };
        start = matches!(character, '-' | '(');
        upper
    };
    name.chars().map(capitalise).collect()
}

fn permutations<'t>(lines: &[&'t str]) -> Vec<Vec<&'t str>> {
    let mut orders = vec![Vec::new()];
    for line in lines {
        let longer = |order: &Vec<&'t str>| {
            let insert = |at| {
                let mut order = order.clone();
                order.insert(at, *line);
                order
            };
            (0..=order.len()).map(insert).collect::<Vec<_>>()
        };
        orders = orders.iter().flat_map(longer).collect();
    }
    orders
}

/// Whether one of the keys gives this MAC.
fn made_by(keys: &[Key], text: &str, mac: &[u8; 32]) -> bool {
    keys.iter().any(|key| bool::from(key.mac(text.as_bytes()).ct_eq(mac)))
}

/// A secret in another form.
struct Form {
    code: CauseCode,
    how: String,
    secret: Zeroizing<Vec<u8>>,
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
fn forms(secret: &[u8]) -> Vec<Form> {
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

    #[test]
    fn an_empty_key_is_one_zero() {
        // HMAC-SHA256 with an empty key over an empty text.
        assert_eq!(encode(&Key::new(EMPTY_KEY).unwrap().mac(b"")), "thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0=");
    }

    #[test]
    fn every_order_is_tried_once() {
        let orders = permutations(&["a", "b", "c", "d"]);
        let different: std::collections::BTreeSet<_> = orders.iter().collect();
        assert_eq!((orders.len(), different.len()), (24, 24));
    }

    #[test]
    fn names_are_capitalised_at_every_word() {
        assert_eq!(capitalised("x-drone-event"), "X-Drone-Event");
        assert_eq!(capitalised("(request-target)"), "(Request-Target)");
    }

    #[test]
    fn a_secret_is_never_tried_empty_in_place_of_another_form() {
        assert!(forms(b"  ").iter().all(|form| !form.secret.is_empty() || Key::new(&form.secret).is_err()));
    }
}
