//! wasm-bindgen: the npm package's side of the boundary. DESIGN.md, "The JavaScript boundary", has the protocol and what it saves.

// wasm-bindgen's generated code is not written to our lints.
#![allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value)]

use std::time::Duration;

use wasm_bindgen::prelude::*;

use super::exchange;
use super::lines::{self, request, whole};
use super::slots::Slots;
use crate::{
    Body, Claims, Code, ConfigError, Envelope, ExpectedBody, Reason, Rejection, Request, SignatureParameters, Signer, UnixTime, Verifier, VerifierBuilder,
};

/// Returned by `authenticate`: the signature lists headers that were not handed over; `text` names them.
const MORE_HEADERS: u32 = 255;
/// Returned by `authenticate`: there are other lines than the host has written, so a value holds an LF.
const OTHER_LINES: u32 = 254;

/// Milliseconds since 1970, rounded down to a second.
fn time(milliseconds: f64) -> Result<UnixTime, ConfigError> {
    let seconds = (milliseconds / 1000.0).floor();
    whole(seconds).ok_or(ConfigError::TimeOutOfRange).and_then(|seconds| Ok(UnixTime::from_seconds(seconds)?))
}

#[allow(clippy::as_conversions)] // A fieldless enum of u8.
fn number(code: Code) -> u32 {
    code as u32
}

static CORES: Slots<Core> = Slots::new();

/// A verifier, in its two lives: being configured, and prepared.
pub(super) struct Core {
    /// Until it is prepared.
    builder: Option<VerifierBuilder>,
    verifier: Option<Verifier>,
    max_header_bytes: usize,
    expected: Option<ExpectedBody>,
    ticket: u32,
    said: Said,
}

/// What there is to say of the last call.
enum Said {
    Text(String),
    Mistake(ConfigError),
    Refused(Rejection),
}

/// Where the host writes and reads, with room for at least `capacity` bytes. Any call that gives a length may move it.
#[wasm_bindgen]
pub fn buffer(capacity: usize) -> *mut u8 {
    exchange::buffer(capacity)
}

/// Where the host writes a body's SHA-256.
#[wasm_bindgen(js_name = hashSlot)]
pub fn hash_slot() -> *mut u8 {
    exchange::hash_slot()
}

/// A new verifier, without secrets: its number.
#[wasm_bindgen(js_name = newCore)]
pub fn new_core() -> usize {
    CORES.add(Box::new(Core {
        builder: Some(Verifier::builder()),
        verifier: None,
        max_header_bytes: 0,
        expected: None,
        ticket: 0,
        said: Said::Mistake(ConfigError::NoSecret),
    }))
}

/// Gives up a verifier.
#[wasm_bindgen(js_name = freeCore)]
pub fn free_core(core: usize) {
    CORES.remove(core);
}

/// Adds a secret: for any keyId, or for the one that stands behind it in the buffer.
#[wasm_bindgen(js_name = addSecret)]
pub fn add_secret(core: usize, length: usize, key_id: Option<usize>) {
    let all = length.saturating_add(key_id.unwrap_or_default());
    CORES.with(core, |core| {
        core.builder = core.builder.take().map(|builder| {
            exchange::read(all, |bytes| {
                let secret = bytes.and_then(|bytes| bytes.get(..length)).unwrap_or_default();
                if key_id.is_some() { builder.secret_for(text_from(bytes, length), secret) } else { builder.secret(secret) }
            })
        });
    });
    exchange::wipe(length);
}

/// Ends the configuration. In the buffer: the required names, separated by one space; none for the default list. `text` has the names that are looked at in every request.
#[wasm_bindgen]
pub fn prepare(core: usize, length: usize, tolerance_seconds: f64, max_body_bytes: usize, max_header_bytes: usize, max_headers: usize) -> u32 {
    let bounds = [max_body_bytes, max_header_bytes, max_headers];
    with(core, |core| exchange::read(length, |required| core.prepare(text_from(required, 0), tolerance_seconds, bounds)))
}

/// Steps 1 to 9. `complete`: the host has handed over every header that `text` named after 255.
#[wasm_bindgen]
pub fn authenticate(core: usize, length: usize, count: usize, headers: usize, now_ms: f64, complete: bool) -> u32 {
    with(core, |core| core.authenticate(length, count, headers, now_ms, complete))
}

/// Which `authenticate` it was whose success `finish` continues.
#[wasm_bindgen]
pub fn ticket(core: usize) -> u32 {
    with(core, |core| core.ticket)
}

/// Step 10 with the body in the buffer.
#[wasm_bindgen]
pub fn finish(core: usize, length: usize) -> u32 {
    with(core, |core| exchange::read(length, |body| core.finish(Body::Bytes(body.unwrap_or_default()))))
}

/// Step 10 with the body's SHA-256 in the hash slot. `length`: of the body, or the largest number there is for more than that.
#[wasm_bindgen(js_name = finishHashed)]
pub fn finish_hashed(core: usize, length: usize) -> u32 {
    let body = Body::Sha256 { hash: &exchange::hash(), length: u64::try_from(length).unwrap_or(u64::MAX) };
    with(core, |core| core.finish(body))
}

/// What there is to say of the last call: names after `prepare` and after 255, separated by one space, and after a refusal what a person should know.
#[wasm_bindgen]
pub fn text(core: usize) -> usize {
    CORES
        .with(core, |core| match &core.said {
            Said::Text(text) => exchange::answer(text.as_bytes()),
            Said::Mistake(mistake) => exchange::answer(mistake.message().as_bytes()),
            Said::Refused(refused) => exchange::answer(refused.message().as_bytes()),
        })
        .unwrap_or_default()
}

/// What a verifier answers; `config_invalid` where there is none with this number.
fn with(core: usize, ask: impl FnOnce(&mut Core) -> u32) -> u32 {
    CORES.with(core, ask).unwrap_or(number(Code::ConfigInvalid))
}

impl Core {
    fn prepare(&mut self, required: &str, tolerance_seconds: f64, bounds: [usize; 3]) -> u32 {
        match self.build(required, tolerance_seconds, bounds) {
            Ok(verifier) => {
                self.said = Said::Text(spaced(verifier.needed_headers()));
                self.verifier = Some(verifier);
                0
            }
            Err(mistake) => self.refuse_config(mistake),
        }
    }

    fn build(&mut self, required: &str, tolerance_seconds: f64, bounds: [usize; 3]) -> Result<Verifier, ConfigError> {
        let [max_body_bytes, max_header_bytes, max_headers] = bounds;
        self.max_header_bytes = max_header_bytes;
        let tolerance = Duration::from_secs(whole(tolerance_seconds).ok_or(ConfigError::ToleranceOutOfRange)?);
        let mut builder = self
            .builder
            .take()
            .ok_or(ConfigError::NoSecret)?
            .tolerance(tolerance)
            .max_body_bytes(u64::try_from(max_body_bytes).map_err(|_| ConfigError::BoundOutOfRange)?)
            .max_header_bytes(max_header_bytes)
            .max_headers(max_headers);
        if !required.is_empty() {
            builder = builder.required_headers(names(required));
        }
        builder.build()
    }

    fn authenticate(&mut self, length: usize, count: usize, headers: usize, now_ms: f64, complete: bool) -> u32 {
        // State is reset on entry: whatever came before, refused or not, decides nothing here.
        self.expected = None;
        self.ticket = self.ticket.wrapping_add(1);
        let now = match time(now_ms) {
            Ok(now) => now,
            Err(error) => return self.refuse_config(error),
        };
        exchange::read(length, |text| match text {
            Some(text) => match request(text, count) {
                Some(request) => self.authenticate_request(&request.header_count(headers), now, complete),
                None => OTHER_LINES,
            },
            None => self.refuse(Reason::HeadersTooLarge { bounded: "bytes in the headers that are looked at", limit: self.max_header_bytes }.into()),
        })
    }

    fn authenticate_request(&mut self, request: &Request<'_>, now: UnixTime, complete: bool) -> u32 {
        let Some(verifier) = &self.verifier else { return self.refuse_config(ConfigError::NoSecret) };
        match verifier.authenticate(request, now) {
            Ok(authenticated) => {
                self.expected = Some(authenticated.expected());
                0
            }
            // It may be missing because the host was not asked for it yet.
            Err(refused) if !complete && refused.code() == Code::HeaderMissing => self.want(request),
            Err(refused) => self.refuse(refused),
        }
    }

    /// `text` has the names of all signed headers.
    fn want(&mut self, request: &Request<'_>) -> u32 {
        let parameters = request.signature().and_then(SignatureParameters::parse);
        self.said = Said::Text(parameters.map(|parameters| spaced(parameters.signed_headers())).unwrap_or_default());
        MORE_HEADERS
    }

    fn finish(&mut self, body: Body<'_>) -> u32 {
        let Some(expected) = self.expected.take() else { return self.refuse(Reason::SignatureMissing.into()) };
        match expected.check(&body) {
            Ok(()) => 0,
            Err(refused) => self.refuse(refused),
        }
    }

    fn refuse(&mut self, refused: Rejection) -> u32 {
        let code = number(refused.code());
        self.said = Said::Refused(refused);
        code
    }

    fn refuse_config(&mut self, mistake: ConfigError) -> u32 {
        self.said = Said::Mistake(mistake);
        number(mistake.code())
    }
}

/// What stands in the buffer from `start` on; nothing where it is no text.
fn text_from(bytes: Option<&[u8]>, start: usize) -> &str {
    bytes.and_then(|bytes| str::from_utf8(bytes.get(start..)?).ok()).unwrap_or_default()
}

/// Names that are separated by one space.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.as_bytes().split(|byte| *byte == b' ').filter_map(|name| str::from_utf8(name).ok())
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

/// Of lines that were authentic: id, signed at (HTTP-date), signed names, keyId; one a line. Empty for lines that cannot have been authentic.
#[wasm_bindgen]
pub fn details(length: usize, count: usize) -> usize {
    let told = exchange::read(length, |text| {
        let request = request(text.unwrap_or_default(), count).unwrap_or_default();
        let Ok(claims) = Claims::read(&request) else { return String::new() };
        lines_of(&[&claims.id(), &claims.signed_at().http_date(), &spaced(claims.signed_headers()), claims.key_id()])
    });
    exchange::answer(told.as_bytes())
}

fn lines_of(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    text
}

/// Step 11, of lines that were authentic and may end with `x-drone-event`; the body stands behind them: `code << 8 | shape`.
#[wasm_bindgen]
pub fn payload(length: usize, count: usize, body_length: usize, hashed: bool) -> u32 {
    let hash = exchange::hash();
    match checked_shape(length, count, body_length, hashed.then_some(&hash)) {
        Ok(shape) => shape,
        Err(refused) => number(refused.code()) << 8,
    }
}

/// The message of what `payload` refuses, made again: it is asked for once in a long while.
#[wasm_bindgen(js_name = payloadMessage)]
pub fn payload_message(length: usize, count: usize, body_length: usize) -> usize {
    let message = checked_shape(length, count, body_length, None).map_or_else(|refused| refused.message(), |_| String::new());
    exchange::answer(message.as_bytes())
}

fn checked_shape(length: usize, count: usize, body_length: usize, hash: Option<&[u8; 32]>) -> Result<u32, Rejection> {
    exchange::read(length.saturating_add(body_length), |bytes| {
        let (text, body) = bytes.and_then(|bytes| bytes.split_at_checked(length)).unwrap_or_default();
        let request = request(text, count).unwrap_or_default();
        Envelope::of(&request, body, hash).map(|envelope| shape(&envelope))
    })
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

/// Signs. In the buffer: the secret, lines, the body. The lines `(key-id)`, `(algorithm)` and `(names)` (separated by one space) say how; the others are headers.
/// Times are whole seconds, or no number at all for none. The answer is date, digest and signature, one a line; one line alone is the message of `config_invalid`.
#[wasm_bindgen]
pub fn sign(secret_length: usize, length: usize, count: usize, body_length: usize, now_ms: f64, created: f64, expires: f64) -> usize {
    let end = secret_length.saturating_add(length);
    let signed = exchange::read(end.saturating_add(body_length), |bytes| {
        let (before, body) = bytes.and_then(|bytes| bytes.split_at_checked(end)).unwrap_or_default();
        let (secret, text) = before.split_at_checked(secret_length).unwrap_or_default();
        let request = request(text, count).ok_or(ConfigError::HeaderValueInvalid)?;
        signer(secret, text, [created, expires])?.sign(&request, body, time(now_ms)?)
    });
    // Before the answer, for which the buffer may move.
    exchange::wipe(secret_length);
    let told = signed.map_or_else(|mistake| mistake.message().to_owned(), |signed| lines_of(&[&signed.date, &signed.digest, &signed.signature]));
    exchange::answer(told.as_bytes())
}

fn signer(secret: &[u8], text: &[u8], times: [f64; 2]) -> Result<Signer, ConfigError> {
    let [created, expires] = times;
    let (created, expires) = (seconds(created)?, seconds(expires)?);
    let find = |name| lines::find(text, name);
    let mut signer = Signer::new(secret)?
        .key_id(find("(key-id)").unwrap_or_default())
        .algorithm(find("(algorithm)"))
        .signed_headers(names(find("(names)").unwrap_or_default()));
    if let Some(created) = created {
        signer = signer.created(created);
    }
    if let Some(expires) = expires {
        signer = signer.expires(expires);
    }
    Ok(signer)
}

/// Whole seconds since 1970, if it is a number at all.
fn seconds(number: f64) -> Result<Option<UnixTime>, ConfigError> {
    if number.is_nan() { Ok(None) } else { time(number * 1000.0).map(Some) }
}
