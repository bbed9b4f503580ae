//! wasm-bindgen: the second module, for people who debug their own code. It may carry serde, which the verifier must not.

// wasm-bindgen's generated code is not written to our lints.
#![allow(missing_docs, clippy::must_use_candidate)]

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::lines::{request, whole};
use crate::{Rejection, SignatureParameters, signing_string};

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
    let names: Vec<&str> = names.split(' ').collect();
    signing_string(&request(text.as_bytes(), count), &names, created.and_then(whole), expires.and_then(whole)).map_err(|refused| thrown(&refused))
}

fn thrown(refused: &Rejection) -> JsValue {
    let told = Refused { code: refused.code().as_str(), status: refused.code().status(), message: refused.message() };
    told.serialize(&Serializer::new()).unwrap_or(JsValue::UNDEFINED)
}
