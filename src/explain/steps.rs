//! The steps in words: what was received, what was computed, what that means. Finds nothing out and knows no causes.

use super::facts::{Facts, Hashed};
use super::text::{cut, lines_of, shown};
use super::{Outcome, ReceivedBody, Step};
use crate::base64::encode;
use crate::claims;
use crate::error::{Code, Rejection};
use crate::names;
use crate::request::{Request, trimmed};
use crate::time::UnixTime;
use crate::verifier::Verifier;

/// The names of the steps, in the order of verification.
pub const STEPS: [&str; 11] = ["bounds", "signature", "parameters", "algorithm", "key", "policy", "signing_string", "mac", "freshness", "body", "payload"];

/// What the steps are told from.
pub(super) struct Told<'a> {
    pub(super) verifier: &'a Verifier,
    pub(super) request: &'a Request<'a>,
    pub(super) facts: &'a Facts<'a>,
    pub(super) body: &'a ReceivedBody<'a>,
    pub(super) hashed: Option<&'a Hashed<'a>>,
    pub(super) now: UnixTime,
    /// The MACs of the keys chosen, where they may be shown.
    pub(super) macs: Option<Vec<[u8; 32]>>,
}

/// What a step has to show: received, computed, and what is said when it passes.
type Shown = (Option<String>, Option<String>, &'static str);

pub(super) fn tell(told: &Told<'_>) -> Vec<Step> {
    let mut steps = told.of_the_signature();
    steps.extend(told.of_what_is_signed());
    steps
}

/// A verdict without what the step has found.
fn outcome<T>(verdict: Option<&Result<T, Rejection>>) -> Option<Result<(), Rejection>> {
    verdict.map(|verdict| verdict.as_ref().map(|_| ()).map_err(Clone::clone))
}

#[inline(never)]
fn step(name: &'static str, verdict: Option<&Result<(), Rejection>>, (received, computed, passed): Shown) -> Step {
    let (outcome, code, message) = match verdict {
        Some(Ok(())) => (Outcome::Passed, None, passed.to_owned()),
        Some(Err(refused)) => (Outcome::Failed, Some(refused.code()), refused.message()),
        None => (Outcome::Skipped, None, "not run: a step before gave nothing to work on".to_owned()),
    };
    Step { name, outcome, code, received, computed, message }
}

impl Told<'_> {
    #[inline(never)]
    fn of_the_signature(&self) -> Vec<Step> {
        let facts = self.facts;
        let [bounds, signature, parameters, algorithm, key, policy, ..] = STEPS;
        vec![
            step(bounds, Some(&facts.bounds), self.bounds()),
            step(signature, outcome(Some(&facts.signature)).as_ref(), self.signature()),
            step(parameters, outcome(facts.parameters.as_ref()).as_ref(), self.parameters()),
            step(algorithm, facts.algorithm.as_ref(), self.algorithm()),
            step(key, facts.key.as_ref(), self.key()),
            step(policy, facts.policy.as_ref(), self.policy()),
        ]
    }

    #[inline(never)]
    fn of_what_is_signed(&self) -> Vec<Step> {
        let facts = self.facts;
        let [.., signing_string, mac, freshness, body, payload] = STEPS;
        vec![
            step(signing_string, outcome(facts.signing_string.as_ref()).as_ref(), self.signing_string()),
            step(mac, facts.mac.as_ref(), self.mac()),
            step(freshness, facts.freshness.as_ref(), self.freshness()),
            self.body_step(body),
            step(payload, outcome(facts.payload.as_ref()).as_ref(), self.payload()),
        ]
    }

    #[inline(never)]
    fn bounds(&self) -> Shown {
        let policy = &self.verifier.policy;
        let needed = policy.needed();
        let lines = self.request.lines().filter(|(name, _)| needed.find(name).is_some());
        let bytes: usize = lines.map(|(name, value)| name.len().saturating_add(trimmed(value).len())).sum();
        let received = format!("{} headers; {bytes} bytes in those that are looked at", self.request.line_count());
        let computed = format!("at most {} headers; {} bytes in {}", policy.max_headers, policy.max_header_bytes, listed(names::iter(needed.list())));
        (Some(received), Some(computed), "the headers are within their bounds, and ASCII")
    }

    #[inline(never)]
    fn signature(&self) -> Shown {
        let lines = ["signature", "authorization"].iter().flat_map(|name| self.request.values(name).map(move |value| (*name, value)));
        // Authorization of another scheme holds a password, and is nobody's business here.
        let of_signature =
            |(name, value): &(&str, &[u8])| *name == "signature" || value.get(..9).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"signature"));
        (lines_of(lines.filter(of_signature).map(|(_, value)| shown(value))), None, "there is one signature")
    }

    #[inline(never)]
    fn parameters(&self) -> Shown {
        let computed = self.facts.given_parameters().map(|parameters| {
            let number = |name: &str, value: Option<u64>| value.map(|value| format!("{name}: {value}"));
            let texts = [
                Some(format!("keyId: {}", parameters.key_id())),
                parameters.algorithm().map(|algorithm| format!("algorithm: {algorithm}")),
                number("created", parameters.created()),
                number("expires", parameters.expires()),
                Some(format!("headers: {}", parameters.list())),
                Some(format!("signature: {}", parameters.signature())),
            ];
            cut(texts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
        });
        (self.facts.signature.as_ref().ok().map(|text| cut(text.clone())), computed, "the parameters of the signature parse")
    }

    #[inline(never)]
    fn algorithm(&self) -> Shown {
        let received = self.facts.given_parameters().map(|parameters| cut(parameters.algorithm().unwrap_or("(not named: the key decides)").to_owned()));
        (received, Some("hmac-sha256, or hs2019".to_owned()), "the algorithm is HMAC with SHA-256")
    }

    #[inline(never)]
    fn key(&self) -> Shown {
        (self.facts.given_parameters().map(|parameters| cut(parameters.key_id().to_owned())), None, "there is a secret for this keyId")
    }

    #[inline(never)]
    fn policy(&self) -> Shown {
        let received = self.facts.given_parameters().map(|parameters| parameters.list().to_owned());
        (received, Some(self.verifier.policy.required().to_owned()), "everything that must be signed is signed")
    }

    #[inline(never)]
    fn signing_string(&self) -> Shown {
        let received = self.facts.given_parameters().map(|parameters| parameters.list().to_owned());
        (received, self.facts.given_signing_string().map(str::to_owned), "every signed header is in the request")
    }

    #[inline(never)]
    fn mac(&self) -> Shown {
        let computed = self.macs.as_ref().and_then(|macs| lines_of(macs.iter().map(|mac| encode(mac))));
        (
            self.facts.given_parameters().map(|parameters| cut(parameters.signature().to_owned())),
            computed,
            "the signature is that of the signing string, by this secret",
        )
    }

    #[inline(never)]
    fn freshness(&self) -> Shown {
        let parameters = self.facts.given_parameters();
        let times = parameters.and_then(|parameters| claims::signed_times(self.request, parameters).ok());
        let received = parameters.map(|parameters| {
            let date = parameters.signs("date").then(|| self.request.dates().map(shown).collect::<Vec<_>>().join(", "));
            let number = |name: &str, value: Option<u64>| value.filter(|_| parameters.signs(name)).map(|value| format!("{name}: {value}"));
            let texts = [date, number("(created)", parameters.created()), number("(expires)", parameters.expires())];
            cut(texts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
        });
        let apart = times.and_then(|times| times.signed_at()).map(|signed| format!("; {} s apart", signed.seconds().abs_diff(self.now.seconds())));
        let computed = format!("now {}{}; at most {} s", self.now, apart.unwrap_or_default(), self.verifier.policy.tolerance);
        (received, Some(computed), "it was signed within the tolerance")
    }

    #[inline(never)]
    fn body_step(&self, name: &'static str) -> Step {
        let received = lines_of(self.request.digests().map(shown));
        if let ReceivedBody::NotBytes { message, .. } = self.body {
            let message = (*message).to_owned();
            return Step { name, outcome: Outcome::Failed, code: Some(Code::BodyNotBytes), received, computed: None, message };
        }
        let computed = self.hashed.map(|body| format!("SHA-256={}; {} bytes", encode(&body.hash), body.bytes.len()));
        step(name, self.facts.body.as_ref(), (received, computed, "the body is the one that was signed"))
    }

    #[inline(never)]
    fn payload(&self) -> Shown {
        let computed = self.facts.payload.as_ref().and_then(|verdict| verdict.as_ref().ok()).map(|envelope| {
            let word = |name: &str, value: Option<&str>| value.map(|value| format!("{name}: {value}"));
            let texts = [word("event", envelope.event()), word("action", envelope.action())];
            let said = texts.into_iter().flatten().collect::<Vec<_>>().join("\n");
            if said.is_empty() { "no webhook: the body has no action, as those of extension calls".to_owned() } else { cut(said) }
        });
        (lines_of(self.request.values("x-drone-event").map(shown)), computed, "the body is a JSON object, and X-Drone-Event agrees with it")
    }
}

#[inline(never)]
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
