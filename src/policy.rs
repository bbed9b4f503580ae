//! What a receiver demands of a signature, and its bounds. Knows no request.

use crate::digest::DEFAULT_MAX_BODY_BYTES;
use crate::error::{ConfigError, Excerpt, Reason, Rejection};
use crate::freshness::DEFAULT_TOLERANCE;
use crate::names::{self, CREATED, WEBHOOK_HEADERS};
use crate::request::{DEFAULT_MAX_HEADER_BYTES, DEFAULT_MAX_HEADERS, Sought};
use crate::signature::SignatureParameters;
use crate::time::UnixTime;

/// What Drone signs on its extension calls (config, convert, validate, admission, secret, registry, environ), in its order.
pub const EXTENSION_HEADERS: [&str; 5] = ["accept", "accept-encoding", "content-type", "date", "digest"];

/// Where the signature is: looked at in every request, before what the policy requires.
const SIGNATURE_HEADERS: &str = "signature authorization ";

#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// What is looked at in every request: the headers of the signature, then the required ones.
    needed: Sought<'static>,
    /// In seconds.
    pub(crate) tolerance: u64,
    pub(crate) max_headers: usize,
    pub(crate) max_header_bytes: usize,
    pub(crate) max_body_bytes: u64,
}

fn needed(required: &str) -> Sought<'static> {
    let mut names = SIGNATURE_HEADERS.to_owned();
    names.push_str(required);
    Sought::of(names)
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            needed: needed(WEBHOOK_HEADERS),
            tolerance: DEFAULT_TOLERANCE.as_secs(),
            max_headers: DEFAULT_MAX_HEADERS,
            max_header_bytes: DEFAULT_MAX_HEADER_BYTES,
            max_body_bytes: DEFAULT_MAX_BODY_BYTES,
        }
    }
}

impl Policy {
    pub(crate) fn require(&mut self, list: &str) {
        self.needed = needed(list);
    }

    pub(crate) fn required(&self) -> &str {
        self.needed.list().get(SIGNATURE_HEADERS.len()..).unwrap_or_default()
    }

    /// The headers of step 1.
    pub(crate) fn needed(&self) -> Sought<'_> {
        self.needed.borrowed()
    }

    /// Their names.
    pub(crate) fn needed_names(&self) -> &str {
        self.needed.list()
    }

    /// The floor: without a signed digest the body is anybody's, without a signed time a request is good for ever.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let requires = |name: &str| names::contains(self.required(), name);
        if self.required().is_empty() {
            return Err(ConfigError::RequiredHeadersTooWeak);
        }
        if names::check(self.required()).is_err() {
            return Err(ConfigError::HeaderListInvalid);
        }
        if !requires("digest") || !(requires("date") || requires(CREATED)) {
            return Err(ConfigError::RequiredHeadersTooWeak);
        }
        if self.tolerance > UnixTime::MAX.seconds() {
            return Err(ConfigError::ToleranceOutOfRange);
        }
        Ok(())
    }

    /// Step 6: every required header is in the signature's list.
    pub(crate) fn admit(&self, parameters: &SignatureParameters<'_>) -> Result<(), Rejection> {
        if parameters.list() == self.required() {
            return Ok(()); // As Drone has it: nothing to look for.
        }
        match names::iter(self.required()).find(|required| !parameters.signs(required)) {
            None => Ok(()),
            Some(header) => Err(Reason::HeaderNotSigned { header: Excerpt::new(header) }.into()),
        }
    }
}
