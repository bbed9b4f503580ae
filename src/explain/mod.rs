//! Why a request was refused: every step of the verification told, and the causes that explain it. For people who hold the secret; never for the network.
//!
//! The steps are those of the verifier, by the same functions. A cause is no guess: what may have happened is undone on the bytes, and named when the request
//! then verifies, freshness apart, since a request that is looked at later is always old. Where nothing is confirmed, a residual says what is left.
//!
//! ```
//! use drone_webhooks::explain::{CauseCode, Explainer};
//! use drone_webhooks::{Code, Request, Signer, UnixTime};
//!
//! let now = UnixTime::from_seconds(1_795_327_913)?;
//! let signed = Signer::new("secret")?.sign(&Request::default(), b"{}", now)?;
//! let headers = signed.headers();
//! let request = Request::new(headers.iter().map(|(name, value)| (*name, value.as_bytes())));
//!
//! let explanation = Explainer::new("secret")?.explain(&request, b"{}\n".into(), now);
//! assert_eq!(explanation.code, Some(Code::DigestMismatch));
//! assert_eq!(explanation.causes[0].code, CauseCode::BodyNewlineAdded);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// `#[inline(never)]` in here: the JVM interprets methods above 8,000 bytes of bytecode for ever, and what has one caller would be inlined into it.

mod body;
mod cause;
mod clock;
mod facts;
mod mac;
mod reprint;
mod secret;
mod steps;
mod text;
mod undo;
mod way;

use zeroize::Zeroizing;

pub use cause::{Cause, CauseCode};
pub use steps::STEPS;

use crate::error::{Code, ConfigError, Reason};
use crate::event::Envelope;
use crate::key::Key;
use crate::names::CREATED;
use crate::request::Request;
use crate::time::UnixTime;
use crate::verifier::{Verifier, VerifierBuilder};
use body::Search;
use facts::{Facts, Hashed};
use mac::{Case, MAX_SECRETS};
use way::{Repaired, Way};

/// Tells why requests are refused. It keeps the secrets as they stand, since it tries them in other forms; they are wiped when it is dropped.
pub struct Explainer {
    verifier: Verifier,
    secrets: Vec<(Option<String>, Zeroizing<Vec<u8>>)>,
    reveal: bool,
}

/// The body that a host has.
#[derive(Clone, Copy, Debug)]
pub enum ReceivedBody<'b> {
    /// The raw bytes.
    Bytes(&'b [u8]),
    /// Something else, `body_not_bytes`. In Rust there is no such body; other hosts have parsers.
    NotBytes {
        /// What it is, and how to get at the bytes.
        message: &'b str,
        /// What the host prints for it, if it is what a parser made.
        printed: Option<&'b [u8]>,
    },
}

impl<'b> From<&'b [u8]> for ReceivedBody<'b> {
    fn from(bytes: &'b [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'b, const N: usize> From<&'b [u8; N]> for ReceivedBody<'b> {
    fn from(bytes: &'b [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Passed,
    /// It refuses the request.
    Failed,
    /// Steps before it gave nothing to work on.
    Skipped,
}

impl Outcome {
    /// `passed`, `failed` or `skipped`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One step of the verification. Nothing in it is secret, but for the MACs that [`Explainer::reveal`] asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// One of [`STEPS`].
    pub name: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it refuses the request.
    pub code: Option<Code>,
    /// What the request has for it, at most 2 KiB. Bytes that are no UTF-8 are shown as U+FFFD.
    pub received: Option<String>,
    /// What was made of it, or asked of it.
    pub computed: Option<String>,
    /// What that means, in a sentence.
    pub message: String,
}

/// A refusal, or an acceptance, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// Why it is refused; `None`: it verifies, and its payload can be read. The verifier's own word.
    pub code: Option<Code>,
    /// Every step, in the order of [`STEPS`].
    pub steps: Vec<Step>,
    /// What the signature must be over, where it can be told.
    pub signing_string: Option<String>,
    /// The best first. None for a request that is accepted as it was received, nor for a refusal that no cause explains.
    pub causes: Vec<Cause>,
}

impl Explanation {
    /// Whether it verifies, and its payload can be read.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.code.is_none()
    }

    /// For a host that made the quotation marks of these headers plain before: that is a cause, if the request is authentic without them.
    pub fn note_plain_quotes<T: AsRef<str>>(&mut self, headers: &[T]) {
        let authentic = self.steps.iter().any(|step| step.name == "mac" && step.outcome == Outcome::Passed);
        if authentic && !headers.is_empty() {
            let names: Vec<&str> = headers.iter().map(AsRef::as_ref).collect();
            self.causes.insert(0, CauseCode::TypographicQuotes.shown_by(format!("the signature verifies with plain characters in {}", names.join(", "))));
        }
    }
}

impl Explainer {
    /// For one secret, the value of `DRONE_WEBHOOK_SECRET` as it stands, and the default policy.
    ///
    /// # Errors
    /// [`ConfigError::EmptySecret`].
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        Self::with(Verifier::builder(), [(None, secret)])
    }

    /// For several secrets, each for one keyId or for any, and the policy of `settings`, which holds no secrets.
    ///
    /// # Errors
    /// Those of [`VerifierBuilder::build`].
    #[inline(never)]
    pub fn with<S: AsRef<[u8]>>(mut settings: VerifierBuilder, secrets: impl IntoIterator<Item = (Option<String>, S)>) -> Result<Self, ConfigError> {
        let mut kept = Vec::new();
        for (key_id, secret) in secrets {
            settings = match &key_id {
                None => settings.secret(&secret),
                Some(key_id) => settings.secret_for(key_id, &secret),
            };
            kept.push((key_id, Zeroizing::new(secret.as_ref().to_vec())));
        }
        Ok(Self { verifier: settings.build()?, secrets: kept, reveal: false })
    }

    /// Whether the step `mac` shows the right MAC. With it anybody who reads the explanation can send this request, whoever made it.
    #[must_use]
    pub fn reveal(mut self, reveal: bool) -> Self {
        self.reveal = reveal;
        self
    }

    /// Explains a request. It takes a few milliseconds, and a quarter of a second for a body of 5 MB that nothing explains; what is tried is bounded.
    #[must_use]
    #[inline(never)]
    pub fn explain(&self, request: &Request<'_>, body: ReceivedBody<'_>, now: UnixTime) -> Explanation {
        let hashed = match body {
            ReceivedBody::Bytes(bytes) => Some(Hashed::new(bytes)),
            ReceivedBody::NotBytes { .. } => None,
        };
        let facts = Facts::find(&self.verifier, request, hashed.as_ref(), now);
        let code = self.verdict(request, hashed.as_ref(), now);
        let secrets = self.secrets_of(&facts);
        let macs = facts.given_signing_string().filter(|_| self.reveal).map(|text| {
            let keys = secrets.iter().filter_map(|secret| Key::new(secret).ok());
            keys.map(|key| key.mac(text.as_bytes())).collect()
        });
        let told = steps::Told { verifier: &self.verifier, request, facts: &facts, body: &body, hashed: hashed.as_ref(), now, macs };
        let causes = if code.is_none() { Vec::new() } else { self.causes(&told, &secrets) };
        Explanation { code, steps: steps::tell(&told), signing_string: facts.given_signing_string().map(str::to_owned), causes }
    }

    /// What the verifier says, and then the reader of the payload: no other code decides it.
    #[inline(never)]
    fn verdict(&self, request: &Request<'_>, body: Option<&Hashed<'_>>, now: UnixTime) -> Option<Code> {
        let Some(body) = body else { return Some(Code::BodyNotBytes) };
        let verified = self.verifier.verify(request, body.as_body(), now).map(|_| ());
        verified.and_then(|()| Envelope::of(request, body.bytes, Some(&body.hash))).err().map(|refused| refused.code())
    }

    /// The secrets that step 5 chooses, as they stand.
    #[inline(never)]
    fn secrets_of(&self, facts: &Facts<'_>) -> Vec<&[u8]> {
        let key_id = facts.given_parameters().map(crate::SignatureParameters::key_id);
        let named = self.secrets.iter().any(|(name, _)| name.is_some() && name.as_deref() == key_id);
        let wanted = key_id.filter(|_| named);
        self.secrets.iter().filter(|(name, _)| name.as_deref() == wanted).map(|(_, secret)| secret.as_slice()).take(MAX_SECRETS).collect()
    }

    #[inline(never)]
    fn causes(&self, told: &steps::Told<'_>, secrets: &[&[u8]]) -> Vec<Cause> {
        let steps::Told { request, facts, hashed, now, .. } = *told;
        let way = Way { verifier: &self.verifier, request, facts, body: hashed, secrets, now };
        if way.is_broken() {
            // A repair is confirmed when it makes the request authentic, also by what is found wrong with its MAC then.
            let repaired = [way.plain_quotes(), way.standard_base64()].into_iter().flatten().find_map(|repaired| self.causes_after(&repaired, told, secrets));
            if let Some(causes) = repaired.or_else(|| self.causes_after(&way.put_back()?, told, secrets)) {
                return causes;
            }
        }
        let mut causes = causes_of(told, mac_causes(told, secrets), false);
        causes.extend(way.residual());
        causes
    }

    /// The repair, and what else is found then; `None` where it does not make the request authentic.
    #[inline(never)]
    fn causes_after(&self, repaired: &Repaired, told: &steps::Told<'_>, secrets: &[&[u8]]) -> Option<Vec<Cause>> {
        let request = told.request.with_lines(repaired.lines());
        let facts = Facts::find(&self.verifier, &request, told.hashed, told.now);
        let told = steps::Told { verifier: &self.verifier, request: &request, facts: &facts, macs: None, ..*told };
        let signature = mac_causes(&told, secrets);
        if signature.is_empty() && !facts.is_authentic() {
            return None;
        }
        let others = causes_of(&told, signature, true);
        Some([vec![repaired.cause.clone()], others].concat())
    }
}

/// Confirmed causes in the order of the steps, then what is left. `signature`: those of the MAC.
#[inline(never)]
fn causes_of(told: &steps::Told<'_>, signature: Vec<Cause>, repaired: bool) -> Vec<Cause> {
    let facts = told.facts;
    let authentic = facts.is_authentic() || !signature.is_empty();
    let body = body_causes(told);
    // The date that was received is then not the one that was signed.
    let date_is_signed = authentic && signature.iter().all(|cause| cause.code != CauseCode::DateRewritten);
    let clock = facts.freshness.as_ref().filter(|_| date_is_signed).and_then(|verdict| clock::cause(verdict.as_ref().err()?, signed_created(facts)));
    let secret = (signature.is_empty() && !repaired && is_only_the_mac_wrong(facts)).then(|| {
        CauseCode::SecretWrong
            .shown_by("the request is well formed, and no form of the secret, the signature or the signing string that is known here verifies")
    });
    let changed = match told.hashed {
        Some(hashed) if body.is_empty() && authentic && is_another_body(facts) => Some(body::residual(told.request, hashed.bytes)),
        _ => None,
    };
    signature.into_iter().chain(body).chain([clock, secret, changed].into_iter().flatten()).collect()
}

#[inline(never)]
fn mac_causes(told: &steps::Told<'_>, secrets: &[&[u8]]) -> Vec<Cause> {
    let facts = told.facts;
    match (&facts.mac, facts.given_parameters(), facts.given_signing_string()) {
        (Some(Err(_)), Some(parameters), Some(signing_string)) => Case { request: told.request, parameters, signing_string, secrets, now: told.now }.explain(),
        _ => Vec::new(),
    }
}

fn signed_created(facts: &Facts<'_>) -> Option<u64> {
    let parameters = facts.given_parameters()?;
    parameters.created().filter(|_| parameters.signs(CREATED))
}

fn is_another_body(facts: &Facts<'_>) -> bool {
    matches!(&facts.body, Some(Err(refused)) if refused.code() == Code::DigestMismatch)
}

#[inline(never)]
fn body_causes(told: &steps::Told<'_>) -> Vec<Cause> {
    match told.body {
        ReceivedBody::Bytes(bytes) if is_another_body(told.facts) => Search::new(told.request, bytes).explain(),
        ReceivedBody::NotBytes { printed: Some(printed), .. } => Search::new(told.request, printed).explain_parsed().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether all else is well formed, so that the secret is what is left.
#[inline(never)]
fn is_only_the_mac_wrong(facts: &Facts<'_>) -> bool {
    let has_mac = facts.given_parameters().is_some_and(|parameters| parameters.mac().is_some());
    let well_formed = facts.bounds.is_ok() && matches!((&facts.algorithm, &facts.policy), (Some(Ok(())), Some(Ok(()))));
    let has_date = !matches!(&facts.freshness, Some(Err(refused)) if matches!(refused.reason(), Reason::DateMalformed));
    has_mac && well_formed && has_date && matches!(facts.mac, Some(Err(_)))
}

impl std::fmt::Debug for Explainer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Explainer({} secrets, redacted)", self.secrets.len())
    }
}
