//! What happened to the headers on the way: what is gone is put back, what was copied badly is made plain, and named when the request then is authentic.

use std::borrow::Cow;

use super::cause::{Cause, CauseCode};
use super::facts::{Facts, Hashed};
use super::mac::{ACCEPT_ENCODINGS, Case, accepted_types};
use super::text::{shown, unbase64};
use crate::base64::encode;
use crate::digest::digest_header;
use crate::error::{Code, Rejection};
use crate::request::Request;
use crate::time::UnixTime;
use crate::verifier::Verifier;

/// A request as it was before, by a confirmed cause.
pub(super) struct Repaired {
    pub(super) cause: Cause,
    lines: Lines,
}

type Lines = Vec<(String, Vec<u8>)>;

impl Repaired {
    pub(super) fn lines(&self) -> impl Iterator<Item = (&str, &[u8])> {
        borrowed(&self.lines)
    }
}

fn borrowed(lines: &Lines) -> impl Iterator<Item = (&str, &[u8])> {
    lines.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
}

/// What is needed to try a repair.
pub(super) struct Way<'w> {
    pub(super) verifier: &'w Verifier,
    pub(super) request: &'w Request<'w>,
    pub(super) facts: &'w Facts<'w>,
    pub(super) body: Option<&'w Hashed<'w>>,
    pub(super) secrets: &'w [&'w [u8]],
    pub(super) now: UnixTime,
}

impl Way<'_> {
    /// Whether a repair may help: only where the signature could not be compared. Headers that are over their bounds, say, need none to be authentic.
    #[inline(never)]
    pub(super) fn is_broken(&self) -> bool {
        !(self.facts.is_authentic() || self.facts.mac.is_some() && self.facts.bounds.is_ok())
    }

    fn is_authentic(&self, lines: &Lines) -> bool {
        Facts::find(self.verifier, &self.request.with_lines(borrowed(lines)), None, self.now).is_authentic()
    }

    fn lines(&self) -> Lines {
        self.request.lines().map(|(name, value)| (name.to_owned(), value.to_vec())).collect()
    }

    /// Not confirmed yet.
    #[inline(never)]
    pub(super) fn plain_quotes(&self) -> Option<Repaired> {
        let mut lines = self.lines();
        let mut changed = Vec::new();
        for (name, value) in &mut lines {
            if let Some(plain) = plain_value(value) {
                *value = plain;
                changed.push(name.to_ascii_lowercase());
            }
        }
        if changed.is_empty() {
            return None;
        }
        let evidence = format!("the signature verifies with plain characters in {}", changed.join(", "));
        Some(Repaired { cause: CauseCode::TypographicQuotes.shown_by(evidence), lines })
    }

    /// Not confirmed yet.
    #[inline(never)]
    pub(super) fn standard_base64(&self) -> Option<Repaired> {
        if !matches!(&self.facts.parameters, Some(Err(refused)) if refused.code() == Code::SignatureMalformed) {
            return None;
        }
        let mut lines = self.lines();
        let mut changed = false;
        for (name, value) in &mut lines {
            if matches!(name.to_ascii_lowercase().as_str(), "signature" | "authorization")
                && let Some(standard) = str::from_utf8(value).ok().and_then(with_standard_base64)
            {
                *value = standard.into_bytes();
                changed = true;
            }
        }
        changed.then(|| {
            let evidence = "the signature verifies once it is written in standard base64, with + and /, padded";
            Repaired { cause: CauseCode::SignatureBase64url.shown_by(evidence), lines }
        })
    }

    /// The one signed header that is not there, with a value that it can have had.
    #[inline(never)]
    pub(super) fn put_back(&self) -> Option<Repaired> {
        let missing = self.missing();
        let [name] = missing.as_slice() else { return None };
        let value = match name.as_str() {
            "digest" => self.first_authentic(name, [digest_header(self.body?.bytes)]),
            "date" => self.lost_date(),
            "accept-encoding" => self.first_authentic(name, ACCEPT_ENCODINGS.map(str::to_owned)),
            "content-type" => self.first_authentic(name, ["application/json".to_owned()]),
            "accept" => self.first_authentic(name, accepted_types()),
            _ => None,
        }?;
        let evidence = format!("{name} is signed and not in the request; the signature verifies with \"{value}\"");
        Some(Repaired { cause: CauseCode::HeaderStripped.shown_by(evidence), lines: self.with(name, &value) })
    }

    /// The signed names that the request does not have.
    fn missing(&self) -> Vec<String> {
        let Some(parameters) = self.facts.given_parameters() else { return Vec::new() };
        parameters.names().filter(|name| !name.starts_with('(') && self.request.values(name).next().is_none()).map(str::to_owned).collect()
    }

    fn with(&self, name: &str, value: &str) -> Lines {
        let mut lines = self.lines();
        lines.push((name.to_owned(), value.as_bytes().to_vec()));
        lines
    }

    #[inline(never)]
    fn first_authentic(&self, name: &str, values: impl IntoIterator<Item = String>) -> Option<String> {
        values.into_iter().find(|value| self.is_authentic(&self.with(name, value)))
    }

    #[inline(never)]
    fn lost_date(&self) -> Option<String> {
        let lines = self.with("date", &self.now.http_date());
        let request = self.request.with_lines(borrowed(&lines));
        let facts = Facts::find(self.verifier, &request, None, self.now);
        let (parameters, signing_string) = (facts.given_parameters()?, facts.given_signing_string()?);
        Case { request: &request, parameters, signing_string, secrets: self.secrets, now: self.now }.find_date()
    }

    /// What is left to say where there is no signature to look at, or where what is gone cannot be guessed.
    #[inline(never)]
    pub(super) fn residual(&self) -> Option<Cause> {
        if matches!(&self.facts.signature, Err(refused) if refused.code() == Code::SignatureMissing) {
            return self.other_sender().or_else(|| self.stripped_signature());
        }
        let is_missing = |verdict: &Result<String, Rejection>| matches!(verdict, Err(refused) if refused.code() == Code::HeaderMissing);
        let missing = self.missing();
        if missing.is_empty() || !self.facts.signing_string.as_ref().is_some_and(is_missing) {
            return None;
        }
        Some(CauseCode::HeaderStripped.shown_by(format!("{} is signed and not in the request", missing.join(", "))))
    }

    #[inline(never)]
    fn other_sender(&self) -> Option<Cause> {
        if self.has("x-drone-event") {
            return None;
        }
        let agent = self.request.values("user-agent").next().map(shown).unwrap_or_default();
        let (sender, marks, _) =
            SENDERS.iter().find(|(_, marks, agents)| marks.iter().any(|name| self.has(name)) || agents.iter().any(|name| agent.starts_with(name)))?;
        let shown_by = marks.iter().find(|name| self.has(name)).map_or_else(|| format!("User-Agent is {agent}"), |name| format!("it has the header {name}"));
        Some(Cause { sender: Some(sender), ..CauseCode::OtherSender.shown_by(shown_by) })
    }

    /// Only for what Drone otherwise sends: its event, or the digest of this very body beside a date.
    #[inline(never)]
    fn stripped_signature(&self) -> Option<Cause> {
        let of_this_body = self.has("date") && self.body.is_some_and(|body| self.request.digests().any(|value| value == digest_of(body).as_bytes()));
        let evidence = match (self.has("x-drone-event"), of_this_body) {
            (true, _) => "X-Drone-Event is there, and Signature is not",
            (false, true) => "Date and the Digest of this body are there, and Signature is not",
            (false, false) => return None,
        };
        Some(CauseCode::HeaderStripped.shown_by(evidence))
    }

    fn has(&self, name: &str) -> bool {
        self.request.values(name).next().is_some()
    }
}

fn digest_of(body: &Hashed<'_>) -> String {
    format!("SHA-256={}", encode(&body.hash))
}

/// Name, headers of its own, beginnings of its User-Agent. Some send the headers of others too: those come first.
const SENDERS: [(&str, &[&str], &[&str]); 5] = [
    ("Gitea", &["x-gitea-event", "x-gitea-signature", "x-forgejo-event"], &["Gitea", "Forgejo"]),
    ("GitLab", &["x-gitlab-event", "x-gitlab-token"], &["GitLab/"]),
    ("Bitbucket", &["x-event-key", "x-hook-uuid"], &["Bitbucket-Webhooks/", "Atlassian HttpClient"]),
    ("Harness", &["x-harness-trigger", "x-harness-signature", "x-gitness-trigger", "x-gitness-signature"], &["Harness", "Gitness"]),
    ("GitHub", &["x-github-event", "x-github-delivery", "x-hub-signature-256", "x-hub-signature"], &["GitHub-Hookshot/"]),
];

/// A header's value in plain characters, if it has others. Platforms that read headers as Latin-1 show UTF-8 as two or three characters.
fn plain_value(value: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(value).ok()?;
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect();
    let decoded = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    match without_typography(decoded.as_deref().unwrap_or(text)) {
        Cow::Owned(plain) => Some(plain.into_bytes()),
        Cow::Borrowed(_) => None,
    }
}

/// What word processors make of quotation marks, hyphens and spaces, undone. The text itself where it has none of them.
#[inline(never)]
pub(super) fn without_typography(text: &str) -> Cow<'_, str> {
    let plain = |character: char| match character {
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '＂' => Some("\""),
        '‘' | '’' | '‚' | '‛' | '′' => Some("'"),
        '‐' | '‑' | '–' | '—' => Some("-"),
        '\u{a0}' | '\u{2009}' | '\u{202f}' => Some(" "),
        '\u{200b}' | '\u{feff}' => Some(""),
        _ => None,
    };
    if !text.chars().any(|character| plain(character).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut changed = String::with_capacity(text.len());
    for character in text.chars() {
        match plain(character) {
            Some(other) => changed.push_str(other),
            None => changed.push(character),
        }
    }
    Cow::Owned(changed)
}

/// A `Signature` header whose parameter `signature` is rewritten; `None` where it has none, or one that is no base64 in any alphabet.
#[inline(never)]
fn with_standard_base64(header: &str) -> Option<String> {
    const NAME: &str = "signature=";
    let lower = header.to_ascii_lowercase();
    let starts = |at: usize| at == 0 || matches!(lower.as_bytes().get(at.wrapping_sub(1)), Some(b',' | b' ' | b'\t'));
    let at = lower.match_indices(NAME).map(|(at, _)| at).find(|at| starts(*at))?;
    let (before, after) = header.split_at_checked(at.saturating_add(NAME.len()))?;
    let quoted = after.starts_with('"');
    let inner = after.strip_prefix('"').unwrap_or(after);
    let end = inner.find(if quoted { '"' } else { ',' }).unwrap_or(inner.len());
    let (value, rest) = inner.split_at_checked(end)?;
    let rest = if quoted { rest.get(1..).unwrap_or_default() } else { rest };
    let standard = encode(&unbase64(value.as_bytes())?);
    Some([before, "\"", &standard, "\"", rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_rewritten_and_nothing_else() {
        assert_eq!(
            with_standard_base64(r#"keyId="signature=",signature="_-8",headers="a""#).as_deref(),
            Some(r#"keyId="signature=",signature="/+8=",headers="a""#)
        );
        assert_eq!(with_standard_base64("Signature signature=_-8,headers=date").as_deref(), Some("Signature signature=\"/+8=\",headers=date"));
        assert_eq!(with_standard_base64("signature=\"a!\""), None);
        assert_eq!(with_standard_base64("keyId=\"a\""), None);
    }

    #[test]
    fn typography_is_undone_also_where_it_was_read_as_latin_1() {
        assert_eq!(without_typography("“a” ‘b’"), "\"a\" 'b'");
        assert!(matches!(without_typography("é"), Cow::Borrowed(_)));
        let read_as_latin_1: String = "“a”".bytes().map(char::from).collect();
        assert_eq!(plain_value(read_as_latin_1.as_bytes()).as_deref(), Some(b"\"a\"".as_slice()));
        assert_eq!(plain_value(b"plain"), None);
        assert_eq!(plain_value(b"\xff"), None);
    }
}
