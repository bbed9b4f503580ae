//! Reads `tests/vectors/`, in the form its README describes.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use std::time::Duration;

use base64ct::{Base64, Encoding};
use drone_webhooks::{Body, Code, ConfigError, Request, UnixTime, Verifier, VerifierBuilder};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

pub fn sha256(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}

pub fn seconds(seconds: u64) -> UnixTime {
    UnixTime::from_seconds(seconds).unwrap()
}

/// A request of a real server.
pub struct Recorded {
    pub name: String,
    pub kind: String,
    pub secret: String,
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Recorded {
    pub fn request(&self) -> Request<'_> {
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        Request::new(headers).method(&self.method).target(&self.target)
    }

    pub fn signed_at(&self) -> UnixTime {
        let date = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date")).map(|(_, value)| value).unwrap();
        UnixTime::try_from(httpdate::parse_http_date(date).unwrap()).unwrap()
    }
}

pub fn recorded() -> Vec<Recorded> {
    let texts = [include_str!("../vectors/recorded/drone-2.25.0.json"), include_str!("../vectors/recorded/drone-older.json")];
    let requests = texts.iter().flat_map(|text| serde_json::from_str::<Vec<Value>>(text).unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    requests
        .map(|request| Recorded {
            name: text(&request["name"]),
            kind: text(&request["kind"]),
            secret: text(&request["secret"]),
            method: text(&request["method"]),
            target: text(&request["target"]),
            headers: request["headers"].as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
            body: text(&request["body"]),
        })
        .collect()
}

/// One case of `refusals.json`.
pub struct Case {
    pub name: String,
    pub code: Option<String>,
    pub expect: Option<Map<String, Value>>,
    pub body: Vec<u8>,
    now: Value,
    config: Map<String, Value>,
    method: Option<String>,
    url: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
}

pub fn all_cases() -> Vec<Value> {
    serde_json::from_str(include_str!("../vectors/refusals.json")).unwrap()
}

/// The cases that concern Rust.
pub fn cases() -> Vec<Case> {
    let concerns = |case: &Value| case.get("hosts").is_none_or(|hosts| hosts.as_array().unwrap().iter().any(|host| host == "rust"));
    all_cases().iter().filter(|case| concerns(case)).map(case).collect()
}

fn case(case: &Value) -> Case {
    let request = &case["request"];
    Case {
        name: case["name"].as_str().unwrap().to_owned(),
        code: case["code"].as_str().map(str::to_owned),
        expect: case.get("expect").map(|expect| expect.as_object().unwrap().clone()),
        body: bytes(&request["body"]),
        now: case["now"].clone(),
        config: case["config"].as_object().unwrap().clone(),
        method: request.get("method").map(|method| method.as_str().unwrap().to_owned()),
        url: request.get("url").map(|url| String::from_utf8(bytes(url)).unwrap()),
        headers: request["headers"].as_array().unwrap().iter().flat_map(header).collect(),
    }
}

/// `[name, value]`, or the same several times.
fn header(entry: &Value) -> Vec<(String, Vec<u8>)> {
    if let Some(pair) = entry.get("repeat") {
        let times = usize::try_from(entry["times"].as_u64().unwrap()).unwrap();
        return vec![header(pair)[0].clone(); times];
    }
    vec![(entry[0].as_str().unwrap().to_owned(), bytes(&entry[1]))]
}

/// A text value: a string, or `repeat`, `concat`, `base64`, `hex`.
fn bytes(value: &Value) -> Vec<u8> {
    if let Some(text) = value.as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(repeated) = value.get("repeat") {
        return bytes(repeated).repeat(usize::try_from(value["times"].as_u64().unwrap()).unwrap());
    }
    if let Some(parts) = value.get("concat") {
        return parts.as_array().unwrap().iter().flat_map(bytes).collect();
    }
    if let Some(encoded) = value.get("base64") {
        return Base64::decode_vec(encoded.as_str().unwrap()).unwrap();
    }
    let digits = value["hex"].as_str().unwrap_or_else(|| panic!("no text: {value}"));
    (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

fn one_or_several(value: &Value) -> Vec<Vec<u8>> {
    value.as_array().map_or_else(|| vec![bytes(value)], |several| several.iter().map(bytes).collect())
}

impl Case {
    pub fn verifier(&self) -> Result<Verifier, ConfigError> {
        let mut builder = Verifier::builder();
        for (key_id, secret) in self.secrets() {
            builder = match key_id {
                None => builder.secret(secret),
                Some(key_id) => builder.secret_for(key_id, secret),
            };
        }
        self.limits(builder).build()
    }

    fn limits(&self, mut builder: VerifierBuilder) -> VerifierBuilder {
        let number = |key: &str| self.config.get(key).map(|value| value.as_u64().unwrap());
        if let Some(tolerance) = self.config.get("tolerance") {
            builder = builder.tolerance(Duration::from_secs_f64(tolerance.as_f64().unwrap()));
        }
        if let Some(names) = self.config.get("requiredHeaders") {
            builder = builder.required_headers(names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()));
        }
        if let Some(bytes) = number("maxBodyBytes") {
            builder = builder.max_body_bytes(bytes);
        }
        if let Some(bytes) = number("maxHeaderBytes") {
            builder = builder.max_header_bytes(usize::try_from(bytes).unwrap());
        }
        if let Some(count) = number("maxHeaders") {
            builder = builder.max_headers(usize::try_from(count).unwrap());
        }
        builder
    }

    fn secrets(&self) -> Vec<(Option<String>, Vec<u8>)> {
        let Some(secret) = self.config.get("secret") else { return Vec::new() };
        match secret.get("keys") {
            None => one_or_several(secret).into_iter().map(|secret| (None, secret)).collect(),
            Some(keys) => keys
                .as_object()
                .unwrap()
                .iter()
                .flat_map(|(id, secrets)| one_or_several(secrets).into_iter().map(move |secret| (Some(id.clone()), secret)))
                .collect(),
        }
    }

    pub fn secret_texts(&self) -> Vec<String> {
        self.secrets().into_iter().filter_map(|(_, secret)| String::from_utf8(secret).ok()).collect()
    }

    /// For a case whose verifier can be built.
    #[cfg(feature = "explain")]
    pub fn explainer(&self) -> drone_webhooks::explain::Explainer {
        drone_webhooks::explain::Explainer::with(self.limits(Verifier::builder()), self.secrets()).unwrap()
    }

    pub fn now(&self) -> Result<UnixTime, ConfigError> {
        Ok(UnixTime::from_seconds(self.now.as_u64().unwrap_or_else(|| panic!("{}: now is {}", self.name, self.now)))?)
    }

    /// A host's whole verdict: authenticate, finish, then read the payload. `Err` says how it differs from what is expected.
    pub fn judge(&self) -> Result<(), String> {
        let judged = self.verdict();
        let code = judged.as_ref().err().map(|code| code.as_str());
        if code != self.code.as_deref() {
            return Err(format!("{}: expected {:?}, got {code:?}", self.name, self.code));
        }
        let (Ok(said), Some(expect)) = (judged, &self.expect) else { return Ok(()) };
        match expect.iter().find(|(key, value)| said[key.as_str()] != **value) {
            Some((key, value)) => Err(format!("{}: {key} is {}, expected {value}", self.name, said[key])),
            None => Ok(()),
        }
    }

    /// What the delivery says of itself.
    fn verdict(&self) -> Result<Value, Code> {
        let verifier = self.verifier().map_err(|error| error.code())?;
        let now = self.now().map_err(|error| error.code())?;
        let request = self.request();
        let delivery = verifier.verify(&request, Body::Bytes(&self.body), now).map_err(|refused| refused.code())?;
        let envelope = delivery.envelope(&self.body).map_err(|refused| refused.code())?;
        #[cfg(feature = "json")]
        delivery.payload(&self.body).map_err(|refused| refused.code())?;
        Ok(serde_json::json!({
            "id": delivery.id(), "event": envelope.event(), "action": envelope.action(), "keyId": delivery.key_id(),
            "signedAt": delivery.signed_at().seconds(), "signedHeaders": delivery.signed_headers().collect::<Vec<_>>(),
        }))
    }

    pub fn request(&self) -> Request<'_> {
        let mut request = Request::new(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())));
        if let Some(method) = &self.method {
            request = request.method(method);
        }
        if let Some(url) = &self.url {
            request = request.target(url);
        }
        request
    }
}
