//! Verifies the webhooks that [Drone CI](https://www.drone.io) signs, and says why it refuses one.
//!
//! No I/O, no clock, no randomness: the caller hands over headers, body and the time. Start at [`Verifier`].
//!
//! - [`Verifier::authenticate`] needs the headers only, so a forgery is refused before its body is read.
//! - [`Authenticated::finish`] compares the body with the signed digest and gives the only [`Verified`] there is.
//! - `Verified::payload` (feature `json`, on by default) gives the typed event.
//! - `explain` (feature `explain`) tells every step of a refusal, and what caused it.
//!
//! Specifications: draft-cavage-http-signatures-12 (signature), RFC 2104 (HMAC), RFC 3230 (`Digest`), RFC 7231 (`Date`), RFC 8259 (JSON).

#![cfg_attr(test, allow(clippy::arithmetic_side_effects))] // Sums over small numbers of the tests' own.

mod base64;
mod claims;
mod date;
mod digest;
mod eights;
mod equal;
mod error;
mod event;
#[cfg(feature = "explain")]
pub mod explain;
mod freshness;
mod json;
mod key;
mod names;
#[cfg(feature = "json")]
pub mod payload;
mod policy;
mod request;
mod signature;
mod signer;
mod signing_string;
mod time;
#[cfg(feature = "typescript")]
pub mod typescript;
mod verifier;

#[cfg(all(any(feature = "js", feature = "js-explain", feature = "abi"), target_arch = "wasm32"))]
mod bindings;

pub use claims::{Claims, delivery_id};
pub use digest::{Body, DEFAULT_MAX_BODY_BYTES, ExpectedBody, digest_header};
pub use error::{Code, ConfigError, Excerpt, Reason, Rejection};
pub use event::Envelope;
pub use freshness::DEFAULT_TOLERANCE;
pub use json::MAX_DEPTH;
pub use names::MAX_SIGNED_HEADERS;
pub use policy::EXTENSION_HEADERS;
pub use request::{DEFAULT_MAX_HEADER_BYTES, DEFAULT_MAX_HEADERS, Request};
pub use signature::SignatureParameters;
pub use signer::{SignedHeaders, Signer};
pub use signing_string::signing_string;
pub use time::{TimeOutOfRange, UnixTime};
pub use verifier::{Authenticated, Verified, Verifier, VerifierBuilder};
