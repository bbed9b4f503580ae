//! wasm-bindgen: the second module, for people who debug their own code. It may carry serde, which the verifier must not.

// wasm-bindgen's generated code is not written to our lints.
#![allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value)]

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use super::lines::{request, whole};
use super::told::Told;
use crate::explain::{Explainer, ReceivedBody};
use crate::{ConfigError, Excerpt, Reason, Rejection, Request, SignatureParameters, UnixTime, Verifier, signing_string};

/// The parameters of a signature, as JavaScript has them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters<'a> {
    key_id: &'a str,
    algorithm: Option<&'a str>,
    created: Option<u64>,
    expires: Option<u64>,
    headers: Vec<&'a str>,
    signature: &'a str,
}

/// A refusal, for the host to throw.
#[derive(Serialize)]
struct Refused {
    code: &'static str,
    status: u16,
    message: String,
}

/// The receiver, as the host has checked it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    /// Without spaces in a name; none for the default list.
    required: Vec<String>,
    tolerance_seconds: f64,
    max_body_bytes: usize,
    max_header_bytes: usize,
    max_headers: usize,
    now_ms: f64,
    reveal: bool,
}

/// What the host has of a request, but for its body.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    /// Every line: names and values. A value that was no text is one LF.
    headers: Vec<(String, String)>,
    method: Option<String>,
    url: Option<String>,
    /// Why the body is no body.
    not_bytes: Option<String>,
    /// The headers whose quotation marks the host made plain.
    plain_quotes: Vec<String>,
}

/// A secret of the receiver; without a keyId it is for any.
#[wasm_bindgen]
pub struct Secrets(Vec<(Option<String>, Zeroizing<Vec<u8>>)>);

#[wasm_bindgen]
impl Secrets {
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn add(&mut self, secret: Vec<u8>, key_id: Option<String>) {
        self.0.push((key_id, Zeroizing::new(secret)));
    }
}

impl Settings {
    fn explainer(&self, secrets: Secrets) -> Result<Explainer, ConfigError> {
        let tolerance = Duration::from_secs(whole(self.tolerance_seconds).ok_or(ConfigError::ToleranceOutOfRange)?);
        let mut settings = Verifier::builder()
            .tolerance(tolerance)
            .max_body_bytes(u64::try_from(self.max_body_bytes).map_err(|_| ConfigError::BoundOutOfRange)?)
            .max_header_bytes(self.max_header_bytes)
            .max_headers(self.max_headers);
        if !self.required.is_empty() {
            settings = settings.required_headers(&self.required);
        }
        Ok(Explainer::with(settings, secrets.0)?.reveal(self.reveal))
    }

    fn now(&self) -> Result<UnixTime, ConfigError> {
        let seconds = whole((self.now_ms / 1000.0).floor()).ok_or(ConfigError::TimeOutOfRange)?;
        Ok(UnixTime::from_seconds(seconds)?)
    }
}

impl Received {
    fn request(&self) -> Request<'_> {
        let mut request = Request::new(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        if let Some(method) = &self.method {
            request = request.method(method);
        }
        if let Some(url) = &self.url {
            request = request.target(url);
        }
        request
    }
}

/// Explains a request. `body`: its bytes, or what the host prints for what is no body, if anything.
///
/// # Errors
/// A refusal: `config_invalid`.
#[wasm_bindgen]
pub fn explain(settings: JsValue, secrets: Secrets, received: JsValue, body: Option<Vec<u8>>) -> Result<JsValue, JsValue> {
    let settings: Settings = serde_wasm_bindgen::from_value(settings)?;
    let received: Received = serde_wasm_bindgen::from_value(received)?;
    let explainer = settings.explainer(secrets).map_err(mistaken)?;
    let now = settings.now().map_err(mistaken)?;
    let body = match &received.not_bytes {
        None => ReceivedBody::Bytes(body.as_deref().unwrap_or_default()),
        Some(message) => ReceivedBody::NotBytes { message, printed: body.as_deref() },
    };
    let mut explanation = explainer.explain(&received.request(), body, now);
    explanation.note_plain_quotes(&received.plain_quotes);
    Ok(Told::from(explanation).serialize(&Serializer::new())?)
}

/// The parameters in the value of a `Signature` header.
///
/// # Errors
/// A refusal: `signature_malformed`, `signature_duplicated`.
#[wasm_bindgen(js_name = parseSignature)]
pub fn parse_signature(text: &str) -> Result<JsValue, JsValue> {
    let parameters = SignatureParameters::parse(text).map_err(|refused| thrown(&refused))?;
    let parameters = Parameters {
        key_id: parameters.key_id(),
        algorithm: parameters.algorithm(),
        created: parameters.created(),
        expires: parameters.expires(),
        headers: parameters.signed_headers().collect(),
        signature: parameters.signature(),
    };
    parameters.serialize(&Serializer::new()).map_err(JsValue::from)
}

/// The signing string of names (separated by one space) over a request in lines.
///
/// # Errors
/// A refusal: `header_missing`, `header_malformed`, `headers_too_large`.
#[wasm_bindgen(js_name = signingString)]
pub fn signing_string_of(text: &str, count: usize, names: &str, created: Option<f64>, expires: Option<f64>) -> Result<String, JsValue> {
    // Its values hold none: it is a name that holds an LF.
    let request = request(text.as_bytes(), count).ok_or_else(|| thrown(&Reason::HeaderMalformed { header: Excerpt::new(names) }.into()))?;
    let names: Vec<&str> = names.split(' ').collect();
    signing_string(&request, &names, created.and_then(whole), expires.and_then(whole)).map_err(|refused| thrown(&refused))
}

fn thrown(refused: &Rejection) -> JsValue {
    object(refused.code(), refused.message())
}

fn mistaken(mistake: ConfigError) -> JsValue {
    object(mistake.code(), mistake.message().to_owned())
}

fn object(code: crate::Code, message: String) -> JsValue {
    Refused { code: code.as_str(), status: code.status(), message }.serialize(&Serializer::new()).unwrap_or(JsValue::UNDEFINED)
}
