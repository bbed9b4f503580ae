//! Why the MAC is not the right one: another form of it, of the secret, or of the signing string. Each is tried, two together after each alone, and only what
//! verifies is named.

use subtle::ConstantTimeEq;

use super::cause::{Cause, CauseCode};
use super::secret::forms;
use super::text::{unbase64, unhex};
use crate::date;
use crate::key::Key;
use crate::request::Request;
use crate::signature::SignatureParameters;
use crate::time::UnixTime;

/// How many secrets are tried in other forms: rotation has two.
pub(super) const MAX_SECRETS: usize = 8;

/// How many bytes are run through HMAC to find one fault: Drone's two headers with eight secrets and every date take 5.5 MB. Signed headers of many KB get fewer dates.
const ALONE: usize = 6 * 1024 * 1024;

/// How many more are for a secret and a signing string that are both in another form: two headers have 1,000 such pairs, 0.2 MB; five have 25,000.
const TOGETHER: usize = 4 * 1024 * 1024;

/// What a MAC costs besides its text: two blocks that are hashed in any case.
const OVERHEAD: usize = 128;

/// Of a longer one no other form is made: servers take 16 KiB of headers.
const LONG: usize = 64 * 1024;

/// How far around a date another one is looked for, in seconds: a proxy's own date is that near. Twice as many MACs, of two blocks each.
const DATE_SEARCH: u64 = 15 * 60;

/// With up to so many names every order of them is tried; there are 120 of five.
const MAX_PERMUTED: usize = 5;

/// An HMAC pads its key with zeros: one zero is the empty key, which [`Key`] does not take.
const EMPTY_KEY: &[u8] = &[0];

/// A signature that does not match.
pub(super) struct Case<'c> {
    pub(super) request: &'c Request<'c>,
    pub(super) parameters: &'c SignatureParameters<'c>,
    pub(super) signing_string: &'c str,
    /// Those of the keyId, as they stand.
    pub(super) secrets: &'c [&'c [u8]],
    pub(super) now: UnixTime,
}

/// What one fault is, and what shows it.
type Fault = (CauseCode, String);

/// A signing string in another form, by one fault or two.
struct Variant {
    faults: Vec<Fault>,
    text: String,
}

impl Variant {
    #[inline(never)]
    fn over(code: CauseCode, how: &str, text: String) -> Self {
        Self { faults: vec![(code, format!("the signature verifies over the lines {how}"))], text }
    }
}

/// A MAC that is looked for, and what is left to spend on it.
struct Tries {
    mac: [u8; 32],
    left: usize,
}

impl Tries {
    fn new(mac: [u8; 32]) -> Self {
        Self { mac, left: ALONE }
    }

    fn spend(&mut self, length: usize) -> bool {
        let left = self.left.checked_sub(length.saturating_add(OVERHEAD));
        self.left = left.unwrap_or_default();
        left.is_some()
    }

    /// `None` where it is none, or where nothing is left to try it.
    fn key(&mut self, secret: &[u8]) -> Option<Key> {
        if self.spend(secret.len()) { Key::new(secret).ok() } else { None }
    }

    /// Whether this key gives the MAC.
    fn fits(&mut self, key: &Key, text: &str) -> bool {
        self.spend(text.len()) && bool::from(key.mac(text.as_bytes()).ct_eq(&self.mac))
    }

    fn any_fits(&mut self, keys: &[Key], text: &str) -> bool {
        keys.iter().any(|key| self.fits(key, text))
    }
}

impl Case<'_> {
    /// All that was wrong at once: the secret, the text of the MAC, the signing string. Nothing where that was not found.
    pub(super) fn explain(&self) -> Vec<Cause> {
        let Some((mac, form)) = self.stated_mac() else { return Vec::new() };
        let mut tries = Tries::new(mac);
        let Some((secret, string)) = self.find(&mut tries, form.is_some()) else { return Vec::new() };
        let faults: Vec<Fault> = secret.into_iter().chain(form).chain(string).collect();
        let together = if faults.len() > 1 { ", once the other causes of the signature are gone too" } else { "" };
        faults.into_iter().map(|(code, evidence)| code.shown_by(evidence + together)).collect()
    }

    /// The MAC, and the fault of its text if it has one.
    #[inline(never)]
    fn stated_mac(&self) -> Option<([u8; 32], Option<Fault>)> {
        if let Some(mac) = self.parameters.mac() {
            return Some((mac, None));
        }
        let text = self.parameters.signature().as_bytes();
        let digits = unhex(text).map(|mac| (mac, "its 64 characters are hexadecimal digits of the right MAC"));
        let (mac, evidence) = digits.or_else(|| Some((unhex(&unbase64(text)?)?, "it is base64 of the hexadecimal digits of the right MAC")))?;
        Some((mac.try_into().ok()?, Some((CauseCode::SignatureHex, evidence.to_owned()))))
    }

    /// The fault of the secret, and those of the signing string. `as_it_stands`: whether both can be right.
    #[inline(never)]
    fn find(&self, tries: &mut Tries, as_it_stands: bool) -> Option<(Option<Fault>, Vec<Fault>)> {
        let keys: Vec<Key> = self.secrets.iter().filter_map(|secret| tries.key(secret)).collect();
        if as_it_stands && tries.any_fits(&keys, self.signing_string) {
            return Some((None, Vec::new()));
        }
        let secrets = self.other_keys(tries);
        if let Some((fault, _)) = secrets.iter().find(|(_, key)| tries.fits(key, self.signing_string)) {
            return Some((Some(fault.clone()), Vec::new()));
        }
        let mut strings = self.strings();
        if let Some(at) = strings.iter().position(|variant| tries.any_fits(&keys, &variant.text)) {
            return Some((None, strings.swap_remove(at).faults));
        }
        if let Some(found) = self.date(&keys, tries) {
            return Some((None, vec![self.date_fault(&found)]));
        }
        tries.left = TOGETHER;
        let pair = |variant: Variant| {
            let (fault, _) = secrets.iter().find(|(_, key)| tries.fits(key, &variant.text))?;
            Some((Some(fault.clone()), variant.faults))
        };
        strings.into_iter().find_map(pair)
    }

    /// Those of the secrets in other forms.
    #[inline(never)]
    fn other_keys(&self, tries: &mut Tries) -> Vec<(Fault, Key)> {
        let mut keys = Vec::new();
        if let Some(key) = tries.key(EMPTY_KEY) {
            keys.push(((CauseCode::SecretEmptyAtSender, "the signature verifies with an empty key".to_owned()), key));
        }
        for secret in self.secrets.iter().filter(|secret| secret.len() <= LONG) {
            let of_form = |form: super::secret::Form| {
                let key = tries.key(&form.secret)?;
                Some(((form.code, format!("the signature verifies with the secret {}", form.how)), key))
            };
            keys.extend(forms(secret).into_iter().filter_map(of_form));
        }
        keys
    }

    /// Signing strings that other programs make of the same request, the smallest change first, and then those of headers that proxies write anew.
    #[inline(never)]
    fn strings(&self) -> Vec<Variant> {
        let text = self.signing_string;
        if text.len() > LONG {
            return Vec::new();
        }
        let lines: Vec<&str> = text.split('\n').collect();
        let mut strings = joined(&lines);
        let by_case = |how, text| Variant::over(CauseCode::SigningStringNameCase, how, text);
        strings.push(by_case("with capitalised names", renamed(&lines, &capitalised)));
        strings.push(by_case("with names in upper case", renamed(&lines, &str::to_ascii_uppercase)));
        strings.push(by_case("with names in the case of the request", renamed(&lines, &|name| self.received_name(name))));
        strings.extend(self.orders(&lines).iter().map(|order| ordered(order)));
        strings.extend(self.rewritten());
        strings
    }

    #[inline(never)]
    fn received_name(&self, name: &str) -> String {
        let received = self.request.lines().find(|(other, _)| other.eq_ignore_ascii_case(name));
        received.map_or_else(|| name.to_owned(), |(received, _)| received.to_owned())
    }

    #[inline(never)]
    fn orders<'t>(&self, lines: &[&'t str]) -> Vec<Vec<&'t str>> {
        if lines.len() <= MAX_PERMUTED {
            return permutations(lines);
        }
        let in_request = self.request.lines().filter_map(|(name, _)| lines.iter().find(|line| name_of(line).eq_ignore_ascii_case(name)).copied());
        vec![lines.iter().rev().copied().collect(), in_request.collect()]
    }

    /// Values that Drone's extension calls and others send, in place of what a proxy made of them; the last two also together.
    #[inline(never)]
    fn rewritten(&self) -> Vec<Variant> {
        let kinds: Vec<String> = ACCEPTED.iter().map(|kind| accepted(kind)).collect();
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        let encodings = self.rewritten_header(self.signing_string, "accept-encoding", CauseCode::AcceptEncodingRewritten, &ACCEPT_ENCODINGS);
        let mut variants = self.rewritten_header(self.signing_string, "accept", CauseCode::HeaderStripped, &kinds);
        let types = self.rewritten_header(self.signing_string, "content-type", CauseCode::HeaderStripped, &CONTENT_TYPES);
        for variant in &types {
            for other in self.rewritten_header(&variant.text, "accept-encoding", CauseCode::AcceptEncodingRewritten, &ACCEPT_ENCODINGS) {
                variants.push(Variant { faults: [other.faults, variant.faults.clone()].concat(), text: other.text });
            }
        }
        encodings.into_iter().chain(types).chain(variants).collect()
    }

    #[inline(never)]
    fn rewritten_header(&self, text: &str, name: &str, code: CauseCode, values: &[&str]) -> Vec<Variant> {
        let received = self.request.values(name).map(super::text::shown).collect::<Vec<_>>().join(", ");
        let Some((before, after)) = around(text, name).filter(|_| self.parameters.signs(name)) else { return Vec::new() };
        let sent = values.iter().filter(|value| **value != received);
        let variant = |value: &&str| {
            let evidence = format!("the signature verifies with \"{}: {value}\", and \"{received}\" was received", capitalised(name));
            Variant { faults: vec![(code, evidence)], text: [&before, *value, &after].concat() }
        };
        sent.map(variant).collect()
    }

    /// Another date near the one received, or near now.
    #[inline(never)]
    fn date(&self, keys: &[Key], tries: &mut Tries) -> Option<String> {
        let (before, after) = around(self.signing_string, "date").filter(|_| self.parameters.signs("date"))?;
        let mut fits = |date: &str| tries.any_fits(keys, &[&before, date, &after].concat());
        let received: Vec<&[u8]> = self.request.dates().collect();
        if received.len() > 1 {
            let one = received.iter().take(MAX_DATES).filter_map(|value| str::from_utf8(value).ok()).find(|value| fits(value));
            if one.is_some() {
                return one.map(str::to_owned);
            }
        }
        let dates = received.first().and_then(|value| date::parse(value)).into_iter().chain([self.now.seconds()]);
        let near = |middle: u64| (0..=DATE_SEARCH).flat_map(move |distance| [middle.checked_sub(distance), middle.checked_add(distance)]).flatten();
        let mut texts = dates.flat_map(near).filter_map(|seconds| UnixTime::from_seconds(seconds).ok()).map(UnixTime::http_date);
        texts.find(|text| fits(text))
    }

    /// The date that was signed, for a request whose own was put there by us.
    pub(super) fn find_date(&self) -> Option<String> {
        let mut tries = Tries::new(self.parameters.mac()?);
        let keys: Vec<Key> = self.secrets.iter().filter_map(|secret| tries.key(secret)).collect();
        self.date(&keys, &mut tries)
    }

    fn date_fault(&self, found: &str) -> Fault {
        let received = super::text::cut(self.request.dates().take(MAX_DATES).map(super::text::shown).collect::<Vec<_>>().join(", "));
        (CauseCode::DateRewritten, format!("the signature verifies with \"Date: {found}\", and \"{received}\" was received"))
    }
}

/// How many lines of `Date` are looked at: a proxy adds one.
const MAX_DATES: usize = 8;

/// The rest of a signing string, before and behind the value of a name.
fn around(text: &str, name: &str) -> Option<(String, String)> {
    let start = if text.split('\n').next().map(name_of) == Some(name) { 0 } else { text.find(&["\n", name, ": "].concat())?.saturating_add(1) };
    let (before, rest) = text.split_at_checked(start.saturating_add(name.len()).saturating_add(2))?;
    let end = rest.find('\n').unwrap_or(rest.len());
    Some((before.to_owned(), rest.get(end..)?.to_owned()))
}

/// What extension calls accept.
const ACCEPTED: [&str; 8] = ["admission.v1", "config.v1", "convert.v1", "validate.v1", "secret.v1", "registry.v1", "env.v1", "env.v2"];

fn accepted(kind: &str) -> String {
    format!("application/vnd.drone.{kind}+json")
}

/// What an extension call may have in `Accept`.
pub(super) fn accepted_types() -> impl Iterator<Item = String> {
    ACCEPTED.into_iter().map(accepted)
}

/// What Drone sends, and what others make of it.
const CONTENT_TYPES: [&str; 6] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=utf-8",
    "application/json; charset=UTF-8",
    "application/json;charset=UTF-8",
    "",
];

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

/// The lines joined in other ways.
#[inline(never)]
fn joined(lines: &[&str]) -> Vec<Variant> {
    use CauseCode::{SigningStringComma, SigningStringCrlf, SigningStringTrailingNewline};
    [
        (SigningStringTrailingNewline, "with one more line feed at the end", "\n", "\n"),
        (SigningStringCrlf, "joined by CR LF", "\r\n", ""),
        (SigningStringCrlf, "each ended by CR LF", "\r\n", "\r\n"),
        (SigningStringComma, "joined by \", \"", ", ", ""),
        (SigningStringComma, "joined by \",\"", ",", ""),
    ]
    .map(|(code, how, between, end)| Variant::over(code, how, [lines.join(between).as_str(), end].concat()))
    .into()
}

#[inline(never)]
fn ordered(lines: &[&str]) -> Variant {
    let names = lines.iter().map(|line| name_of(line)).collect::<Vec<_>>().join(" ");
    Variant::over(CauseCode::SigningStringOrder, &format!("in the order \"{names}\""), lines.join("\n"))
}

fn name_of(line: &str) -> &str {
    line.split_once(": ").map_or(line, |(name, _)| name)
}

#[inline(never)]
fn renamed(lines: &[&str], rename: &dyn Fn(&str) -> String) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64::encode;

    #[test]
    fn an_empty_key_is_one_zero() {
        // HMAC-SHA256 with an empty key over an empty text.
        assert_eq!(encode(&Key::new(EMPTY_KEY).unwrap().mac(b"")), "thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0=");
    }

    #[test]
    fn what_is_run_through_hmac_is_bounded() {
        let signature = format!(r#"keyId="a",signature="{}",headers="date x""#, encode(&[0; 32]));
        let parameters = SignatureParameters::parse(&signature).unwrap();
        for length in [10, 1000, 14_000, 100_000, 7 * 1024 * 1024] {
            let x = "x".repeat(length);
            let signing_string = format!("date: Sun, 22 Nov 2026 06:11:53 GMT\nx: {x}");
            let request = Request::new([("date", b"Sun, 22 Nov 2026 06:11:53 GMT".as_slice()), ("x", x.as_bytes())]);
            let long = "k".repeat(LONG);
            let secrets = [b"secret".as_slice(), long.as_bytes()];
            let case = Case {
                request: &request,
                parameters: &parameters,
                signing_string: &signing_string,
                secrets: &secrets,
                now: UnixTime::from_seconds(0).unwrap(),
            };
            let mut tries = Tries::new([0; 32]);
            assert!(case.find(&mut tries, false).is_none());
            assert!(tries.left < TOGETHER || length > LONG, "{length}: pairs are tried too");
            // Not even a single one is tried beyond what may be spent.
            tries.left = 100;
            assert!(!tries.fits(&Key::new(b"secret").unwrap(), &signing_string) && tries.left == 0);
        }
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
    fn the_value_of_a_name_is_replaced_wherever_it_stands() {
        let parts = |text, name| around(text, name).map(|(before, after)| [before.as_str(), "<>", &after].concat());
        assert_eq!(parts("date: a\ndigest: b", "date").as_deref(), Some("date: <>\ndigest: b"));
        assert_eq!(parts("date: a\ndigest: b", "digest").as_deref(), Some("date: a\ndigest: <>"));
        assert_eq!(parts("x-date: date: a\ndate: b", "date").as_deref(), Some("x-date: date: a\ndate: <>"));
        assert_eq!(parts("digest: b", "date"), None);
    }
}
