//! wasm-bindgen: the npm package's side of the boundary. DESIGN.md, "The JavaScript boundary", has the protocol and what it saves.

// wasm-bindgen's generated code is not written to our lints.
#![allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value)]

use std::cell::UnsafeCell;
use std::time::Duration;

use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::{
    Body, Claims, Code, ConfigError, Envelope, ExpectedBody, Reason, Rejection, Request, SignatureParameters, Signer, UnixTime, Verifier, VerifierBuilder,
};

/// Returned by `authenticate`: the signature lists headers that were not handed over; `wanted` names them.
const MORE_HEADERS: u32 = 255;

/// The text that crosses the boundary, and the hash that does: kept, so that a verification allocates neither.
struct Shared {
    text: UnsafeCell<Vec<u8>>,
    hash: UnsafeCell<[u8; 32]>,
}

// SAFETY: a WebAssembly instance without threads runs one call at a time.
unsafe impl Sync for Shared {}

static SHARED: Shared = Shared { text: UnsafeCell::new(Vec::new()), hash: UnsafeCell::new([0; 32]) };

/// Where the host writes text, with room for at least `capacity` bytes. It may move with the next call.
#[wasm_bindgen]
pub fn buffer(capacity: usize) -> *mut u8 {
    // SAFETY: no other reference lives, since the exports that read it do not call out while they do.
    let text = unsafe { &mut *SHARED.text.get() };
    if text.len() < capacity {
        text.resize(capacity, 0);
    }
    text.as_mut_ptr()
}

/// Where the host writes a body's SHA-256.
#[wasm_bindgen(js_name = hashSlot)]
pub fn hash_slot() -> *mut u8 {
    SHARED.hash.get().cast()
}

fn shared_hash() -> &'static [u8; 32] {
    // SAFETY: the host writes between calls only, and no export writes it.
    unsafe { &*SHARED.hash.get() }
}

/// The first `length` bytes of what the host wrote; `None` where it had more than fits.
fn shared_text(length: usize) -> Option<&'static [u8]> {
    // SAFETY: the host writes between calls only; `buffer` is not called from within an export.
    let text: &'static [u8] = unsafe { &*SHARED.text.get() };
    text.get(..length)
}

/// The host's lines, `name:value` joined by LF. A value that holds an LF leaves one in the last line, where the core refuses it.
fn lines(text: &[u8], count: usize) -> impl Iterator<Item = (&str, &[u8])> {
    text.splitn(count.max(1), |byte| *byte == b'\n').filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        Some((str::from_utf8(name).ok()?, value.get(1..)?))
    })
}

/// The request in the host's lines; the pseudo names `(method)` and `(target)` carry the request line.
fn request(text: &[u8], count: usize) -> Request<'_> {
    let mut request = Request::new(lines(text, count).filter(|(name, _)| !matches!(*name, "(method)" | "(target)")));
    for (name, value) in lines(text, count) {
        // Bytes that are no text cannot be signed: U+FFFD is refused as malformed.
        let value = str::from_utf8(value).unwrap_or("\u{fffd}");
        match name {
            "(method)" => request = request.method(value),
            "(target)" => request = request.target(value),
            _ => {}
        }
    }
    request
}

/// Milliseconds since 1970, rounded down to a second.
fn time(milliseconds: f64) -> Result<UnixTime, ConfigError> {
    let seconds = (milliseconds / 1000.0).floor();
    whole(seconds).ok_or(ConfigError::TimeOutOfRange).and_then(|seconds| Ok(UnixTime::from_seconds(seconds)?))
}

/// A whole number that a double holds exactly.
#[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Checked in the same line.
fn whole(number: f64) -> Option<u64> {
    (number.is_finite() && (0.0..=9_007_199_254_740_991.0).contains(&number)).then(|| number.floor() as u64)
}

fn bound(number: f64) -> Result<u64, ConfigError> {
    whole(number).ok_or(ConfigError::BoundOutOfRange)
}

fn size(number: f64) -> Result<usize, ConfigError> {
    usize::try_from(bound(number)?).map_err(|_| ConfigError::BoundOutOfRange)
}

#[allow(clippy::needless_pass_by_value)] // The form that map_err wants.
fn thrown(error: ConfigError) -> JsValue {
    JsValue::from_str(error.message())
}

#[allow(clippy::as_conversions)] // A fieldless enum of u8.
fn number(code: Code) -> u32 {
    code as u32
}

/// A verifier, in its two lives: being configured, and prepared.
#[wasm_bindgen]
pub struct Core {
    builder: Result<VerifierBuilder, ConfigError>,
    required: Vec<String>,
    verifier: Option<Verifier>,
    expected: Option<ExpectedBody>,
    ticket: u32,
    wanted: String,
    refused: Result<Option<Rejection>, ConfigError>,
}

#[wasm_bindgen]
impl Core {
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self { builder: Ok(Verifier::builder()), required: Vec::new(), verifier: None, expected: None, ticket: 0, wanted: String::new(), refused: Ok(None) }
    }

    /// Adds a secret: for one keyId, or for any.
    pub fn secret(&mut self, key_id: Option<String>, secret: Vec<u8>) {
        let secret = Zeroizing::new(secret);
        self.configure(|builder| {
            Ok(match key_id {
                None => builder.secret(&*secret),
                Some(key_id) => builder.secret_for(key_id, &*secret),
            })
        });
    }

    /// Adds a required header; the first replaces the default list.
    pub fn require(&mut self, name: String) {
        self.required.push(name);
    }

    pub fn limits(&mut self, tolerance_seconds: f64, max_body_bytes: f64, max_header_bytes: f64, max_headers: f64) {
        self.configure(|builder| {
            let tolerance = Duration::from_secs(whole(tolerance_seconds).ok_or(ConfigError::ToleranceOutOfRange)?);
            Ok(builder.tolerance(tolerance).max_body_bytes(bound(max_body_bytes)?).max_header_bytes(size(max_header_bytes)?).max_headers(size(max_headers)?))
        });
    }

    /// Ends the configuration.
    ///
    /// # Errors
    /// The message of `config_invalid`.
    pub fn prepare(&mut self) -> Result<(), JsValue> {
        if !self.required.is_empty() {
            let required = std::mem::take(&mut self.required);
            self.configure(|builder| Ok(builder.required_headers(required)));
        }
        let builder = std::mem::replace(&mut self.builder, Err(ConfigError::NoSecret));
        self.verifier = Some(builder.and_then(VerifierBuilder::build).map_err(thrown)?);
        Ok(())
    }

    fn configure(&mut self, change: impl FnOnce(VerifierBuilder) -> Result<VerifierBuilder, ConfigError>) {
        let builder = std::mem::replace(&mut self.builder, Err(ConfigError::NoSecret));
        self.builder = builder.and_then(change);
    }

    /// The names that are looked at in every request, separated by one space.
    pub fn needed(&self) -> String {
        self.verifier.as_ref().map(|verifier| spaced(verifier.needed_headers())).unwrap_or_default()
    }

    /// Steps 1 to 9. `complete`: the host has handed over every header that `wanted` named.
    pub fn authenticate(&mut self, length: usize, count: usize, headers: usize, now_ms: f64, complete: bool) -> u32 {
        // State is reset on entry: whatever came before, refused or not, decides nothing here.
        self.expected = None;
        self.ticket = self.ticket.wrapping_add(1);
        let Some(verifier) = &self.verifier else { return self.refuse_config(ConfigError::NoSecret) };
        let now = match time(now_ms) {
            Ok(now) => now,
            Err(error) => return self.refuse_config(error),
        };
        let Some(text) = shared_text(length) else {
            return self.refuse(Reason::HeadersTooLarge { bounded: "bytes in the headers that are looked at", limit: length }.into());
        };
        let request = request(text, count).header_count(headers);
        match verifier.authenticate(&request, now) {
            Ok(authenticated) => {
                self.expected = Some(authenticated.expected());
                0
            }
            // It may be missing because the host was not asked for it yet.
            Err(refused) if !complete && refused.code() == Code::HeaderMissing => self.want(text, count),
            Err(refused) => self.refuse(refused),
        }
    }

    fn want(&mut self, text: &'static [u8], count: usize) -> u32 {
        let signature = lines(text, count).find_map(|(name, value)| signature_of(name, value));
        let parameters = signature.and_then(|text| SignatureParameters::parse(text).ok());
        self.wanted = parameters.map(|parameters| spaced(parameters.signed_headers())).unwrap_or_default();
        MORE_HEADERS
    }

    /// After 255: the names of all signed headers, separated by one space.
    pub fn wanted(&self) -> String {
        self.wanted.clone()
    }

    /// Which `authenticate` it was whose success `finish` continues.
    pub fn ticket(&self) -> u32 {
        self.ticket
    }

    /// Step 10 with the body.
    pub fn finish(&mut self, body: &[u8]) -> u32 {
        self.finish_with(Body::Bytes(body))
    }

    /// Step 10 with the body's SHA-256 in the hash slot.
    #[wasm_bindgen(js_name = finishHashed)]
    pub fn finish_hashed(&mut self, length: f64) -> u32 {
        self.finish_with(Body::Sha256 { hash: shared_hash(), length: whole(length).unwrap_or(u64::MAX) })
    }

    fn finish_with(&mut self, body: Body<'_>) -> u32 {
        let Some(expected) = self.expected.take() else { return self.refuse(Reason::SignatureMissing.into()) };
        match expected.check(&body) {
            Ok(()) => 0,
            Err(refused) => self.refuse(refused),
        }
    }

    /// What a person should know of the last refusal.
    pub fn message(&self) -> String {
        match &self.refused {
            Ok(refused) => refused.as_ref().map(Rejection::message).unwrap_or_default(),
            Err(error) => error.message().to_owned(),
        }
    }

    fn refuse(&mut self, refused: Rejection) -> u32 {
        let code = number(refused.code());
        self.refused = Ok(Some(refused));
        code
    }

    fn refuse_config(&mut self, error: ConfigError) -> u32 {
        self.refused = Err(error);
        number(error.code())
    }
}

fn spaced<'t>(names: impl Iterator<Item = &'t str>) -> String {
    let mut text = String::new();
    for name in names {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(name);
    }
    text
}

/// The signature's parameters in a line, from either header.
fn signature_of<'t>(name: &str, value: &'t [u8]) -> Option<&'t str> {
    let text = str::from_utf8(value).ok()?.trim_matches([' ', '\t']);
    match name {
        "signature" => Some(text),
        // The host sends `Authorization` only with this scheme.
        "authorization" => text.get("signature".len()..),
        _ => None,
    }
}

/// Of lines that were authentic: id, signed at (seconds), signed names, keyId; one a line.
///
/// # Errors
/// A message, for lines that cannot have been authentic.
#[wasm_bindgen]
pub fn details(length: usize, count: usize) -> Result<String, JsValue> {
    let request = request(shared_text(length).unwrap_or_default(), count);
    let claims = Claims::read(&request).map_err(|refused| JsValue::from_str(&refused.message()))?;
    let signed_at = claims.signed_at().http_date();
    Ok([&claims.id(), "\n", &signed_at, "\n", &spaced(claims.signed_headers()), "\n", claims.key_id()].concat())
}

/// Step 11, of lines that were authentic and may end with `x-drone-event`: `code << 8 | shape`.
#[wasm_bindgen]
pub fn payload(length: usize, count: usize, body: &[u8], hashed: bool) -> u32 {
    let request = request(shared_text(length).unwrap_or_default(), count);
    let hash = hashed.then(shared_hash);
    match Claims::read(&request).and_then(|claims| claims.envelope(body, hash)) {
        Ok(envelope) => shape(&envelope),
        Err(refused) => number(refused.code()) << 8,
    }
}

/// The message of what `payload` refuses, made again: it is asked for once in a long while.
#[wasm_bindgen(js_name = payloadMessage)]
pub fn payload_message(length: usize, count: usize, body: &[u8]) -> String {
    let request = request(shared_text(length).unwrap_or_default(), count);
    let refused = Claims::read(&request).and_then(|claims| claims.envelope(body, None)).err();
    refused.map_or_else(String::new, |refused| refused.message())
}

/// Where a host finds the event: 0 no webhook, 1 the body's own, 2 user, 3 repo, 4 build, 5 nowhere.
fn shape(envelope: &Envelope<'_>) -> u32 {
    match (envelope.action(), envelope.names_event(), envelope.event()) {
        (None, _, _) => 0,
        (_, true, _) => 1,
        (_, _, Some("user")) => 2,
        (_, _, Some("repo")) => 3,
        (_, _, Some("build")) => 4,
        _ => 5,
    }
}

/// The text of a code, empty past the last.
#[wasm_bindgen(js_name = codeName)]
pub fn code_name(code: u32) -> String {
    find(code).map_or("", Code::as_str).to_owned()
}

/// The HTTP status of a code, 0 past the last.
#[wasm_bindgen(js_name = codeStatus)]
pub fn code_status(code: u32) -> u16 {
    find(code).map_or(0, Code::status)
}

fn find(code: u32) -> Option<Code> {
    Code::ALL.iter().copied().find(|candidate| number(*candidate) == code)
}

/// Signs over the names (separated by one space), with the other headers in lines: date, digest and signature, one a line.
///
/// # Errors
/// The message of `config_invalid`.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments)] // Flat, because an object would cost a reflection for each field.
pub fn sign(
    secret: Vec<u8>,
    key_id: String,
    algorithm: Option<String>,
    names: &str,
    text: &str,
    count: usize,
    now_ms: f64,
    created: Option<f64>,
    expires: Option<f64>,
    body: &[u8],
) -> Result<String, JsValue> {
    let secret = Zeroizing::new(secret);
    let headers = || -> Result<String, ConfigError> {
        let seconds = |number: f64| time(number * 1000.0);
        let mut signer = Signer::new(&*secret)?.key_id(key_id).algorithm(algorithm.as_deref()).signed_headers(names.split(' '));
        if let Some(created) = created.map(seconds).transpose()? {
            signer = signer.created(created);
        }
        if let Some(expires) = expires.map(seconds).transpose()? {
            signer = signer.expires(expires);
        }
        let made = signer.sign(&request(text.as_bytes(), count), body, time(now_ms)?)?;
        Ok([&made.date, "\n", &made.digest, "\n", &made.signature].concat())
    };
    headers().map_err(thrown)
}
