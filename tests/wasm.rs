//! The core inside WebAssembly, by `wasm-pack test` in Node.js and in browsers: the same requests and cases, the same codes.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use drone_webhooks::{Body, Code, Verifier};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn every_case_of_the_table_gets_its_code() {
    let wrong: Vec<String> = support::cases().iter().filter_map(|case| case.judge().err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[wasm_bindgen_test]
fn every_recorded_request_gets_its_verdict() {
    let mut seen = 0;
    for request in support::recorded() {
        seen += 1;
        let Ok(verifier) = Verifier::new(&request.secret) else {
            assert_eq!(request.secret, "");
            continue;
        };
        let body = request.body.as_bytes();
        let code = verifier
            .verify(&request.request(), Body::Bytes(body), request.signed_at())
            .and_then(|delivery| delivery.envelope(body))
            .err()
            .map(|refused| refused.code());
        assert_eq!(code, (request.method == "GET").then_some(Code::DigestMismatch), "{}", request.name);
    }
    assert_eq!(seen, 71);
}
