//! Every step's own verdict on a request, by the functions that the verifier calls. Knows no words and no causes.

use crate::claims;
use crate::digest::{Body, ExpectedBody, sha256};
use crate::error::{Reason, Rejection};
use crate::event::Envelope;
use crate::request::{Headers, Request, Sought};
use crate::signature::SignatureParameters;
use crate::signing_string;
use crate::time::UnixTime;
use crate::verifier::Verifier;

/// What a step says; `None` where a step before left nothing to work on.
pub(super) type Verdict<T = ()> = Option<Result<T, Rejection>>;

/// A body and its hash, which is made once.
#[derive(Clone, Copy)]
pub(super) struct Hashed<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) hash: [u8; 32],
}

impl<'b> Hashed<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, hash: sha256(&[bytes]) }
    }

    pub(super) fn as_body(&self) -> Body<'_> {
        Body::Sha256 { hash: &self.hash, length: u64::try_from(self.bytes.len()).unwrap_or(u64::MAX) }
    }
}

/// Steps 1 to 11. Unlike the verifier, this does not stop at the first refusal.
pub(super) struct Facts<'b> {
    pub(super) bounds: Result<(), Rejection>,
    pub(super) signature: Result<String, Rejection>,
    pub(super) parameters: Verdict<SignatureParameters<'b>>,
    pub(super) algorithm: Verdict,
    pub(super) key: Verdict,
    pub(super) policy: Verdict,
    pub(super) signing_string: Verdict<String>,
    pub(super) mac: Verdict,
    pub(super) freshness: Verdict,
    pub(super) body: Verdict,
    pub(super) payload: Verdict<Envelope<'b>>,
}

/// What a step works on, if the step before gave it.
fn given<T>(verdict: Option<&Result<T, Rejection>>) -> Option<&T> {
    verdict?.as_ref().ok()
}

impl<'b> Facts<'b> {
    #[inline(never)]
    pub(super) fn find(verifier: &Verifier, request: &Request<'b>, body: Option<&Hashed<'b>>, now: UnixTime) -> Self {
        let policy = &verifier.policy;
        let mut headers = Headers::new(request, policy.max_headers, policy.max_header_bytes, policy.needed());
        let bounds = headers.as_ref().map(|_| ()).map_err(Clone::clone);
        if bounds.is_err() {
            // What is over the bounds can still be looked at here.
            headers = Headers::new(request, usize::MAX, usize::MAX, Sought::NONE);
        }
        let signature = request.signature();
        let parameters = signature.as_ref().ok().map(|text| SignatureParameters::parse(text));
        let read = given(parameters.as_ref());
        let chosen = read.map(|parameters| verifier.keys.choose(parameters.key_id()));
        let signing_string: Verdict<String> = read.map(|parameters| {
            let bytes = signing_string::of_signature(headers.as_mut().map_err(|refused| refused.clone())?, parameters)?;
            Ok(signing_string::text(bytes.into_owned()))
        });
        let mac = match (read, &chosen, given(signing_string.as_ref())) {
            (Some(parameters), Some(Ok(keys)), Some(text)) => Some(keys.authenticate(text.as_bytes(), parameters.mac())),
            _ => None,
        };
        Self {
            bounds,
            algorithm: read.map(SignatureParameters::check_algorithm),
            policy: read.map(|parameters| policy.admit(parameters)),
            freshness: read.map(|parameters| fresh(verifier, request, parameters, now)),
            key: chosen.map(|chosen| chosen.map(|_| ())),
            body: body.map(|body| ExpectedBody::new(request.digests(), policy.max_body_bytes).check(&body.as_body())),
            payload: body.map(|body| read_payload(request, body.bytes)),
            signature: signature.map(str::to_owned),
            signing_string,
            mac,
            parameters,
        }
    }

    pub(super) fn given_parameters(&self) -> Option<&SignatureParameters<'b>> {
        given(self.parameters.as_ref())
    }

    pub(super) fn given_signing_string(&self) -> Option<&str> {
        given(self.signing_string.as_ref()).map(String::as_str)
    }

    /// Whether the headers are authentic, whatever the clock says and whatever the policy wants besides.
    pub(super) fn is_authentic(&self) -> bool {
        matches!(self.mac, Some(Ok(())))
    }
}

/// Step 9.
fn fresh(verifier: &Verifier, request: &Request<'_>, parameters: &SignatureParameters<'_>, now: UnixTime) -> Result<(), Rejection> {
    let times = claims::signed_times(request, parameters)?;
    times.check(now, verifier.policy.tolerance)?;
    times.signed_at().map(|_| ()).ok_or(Reason::DateMalformed.into())
}

/// Step 11 for a body whose digest is the step before's business.
fn read_payload<'b>(request: &Request<'_>, body: &'b [u8]) -> Result<Envelope<'b>, Rejection> {
    let envelope = Envelope::read(body)?;
    envelope.check(request)?;
    Ok(envelope)
}
