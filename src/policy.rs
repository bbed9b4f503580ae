//! What a receiver demands of a signature, and its bounds. Knows no request.

use crate::digest::DEFAULT_MAX_BODY_BYTES;
use crate::error::{ConfigError, Rejection};
use crate::freshness::DEFAULT_TOLERANCE;
use crate::request::{DEFAULT_MAX_HEADER_BYTES, DEFAULT_MAX_HEADERS};
use crate::signature::{CREATED, MAX_SIGNED_HEADERS, SignatureParameters, check_names};
use crate::time::UnixTime;

/// What Drone signs on its extension calls (config, convert, validate, admission, secret, registry, environ), in its order.
pub const EXTENSION_HEADERS: [&str; 5] = ["accept", "accept-encoding", "content-type", "date", "digest"];

/// What Drone signs on a webhook.
pub(crate) const WEBHOOK_HEADERS: [&str; 2] = ["date", "digest"];

#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) required: Vec<String>,
    /// In seconds.
    pub(crate) tolerance: u64,
    pub(crate) max_headers: usize,
    pub(crate) max_header_bytes: usize,
    pub(crate) max_body_bytes: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            required: WEBHOOK_HEADERS.map(str::to_owned).to_vec(),
            tolerance: DEFAULT_TOLERANCE.as_secs(),
            max_headers: DEFAULT_MAX_HEADERS,
            max_header_bytes: DEFAULT_MAX_HEADER_BYTES,
            max_body_bytes: DEFAULT_MAX_BODY_BYTES,
        }
    }
}

impl Policy {
    /// The floor: without a signed digest the body is anybody's, without a signed time a request is good for ever.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.required.len() > MAX_SIGNED_HEADERS || check_names(&self.required).is_err() {
            return Err(ConfigError::HeaderListInvalid);
        }
        let requires = |name: &str| self.required.iter().any(|required| required == name);
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
        match self.required.iter().find(|required| !parameters.signs(required)) {
            None => Ok(()),
            Some(header) => Err(Rejection::HeaderNotSigned { header: header.clone() }),
        }
    }

    /// The names of step 1: looked at in every request.
    pub(crate) fn needed(&self) -> impl Iterator<Item = &str> + Clone {
        ["signature", "authorization"].into_iter().chain(self.required.iter().map(String::as_str))
    }
}
