//! Every recorded request and every case of the table of refusals, by the core: the exact code, not merely a refusal.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use drone_webhooks::payload::Payload;
use drone_webhooks::{Body, Code, ConfigError, EXTENSION_HEADERS, Request, Signer, Verifier};
use serde_json::Value;
use support::{Recorded, seconds};

#[test]
fn every_case_of_the_table_gets_its_code() {
    let cases = support::cases();
    assert!(cases.len() > 500, "{} cases", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(|case| case.judge().err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_at_least_four_cases() {
    let cases = support::all_cases();
    for code in Code::ALL {
        let count = cases.iter().filter(|case| case["code"] == code.as_str()).count();
        assert!(count >= 4, "{code} has {count} cases");
    }
}

#[test]
fn what_the_body_is_hashed_by_makes_no_difference() {
    for case in support::cases() {
        let (Ok(verifier), Ok(now)) = (case.verifier(), case.now()) else { continue };
        let request = case.request();
        let bytes = verifier.verify(&request, Body::Bytes(&case.body), now).map(|delivery| delivery.id());
        let hash = support::sha256(&case.body);
        let length = u64::try_from(case.body.len()).unwrap();
        let hashed = verifier.verify(&request, Body::Sha256 { hash: &hash, length }, now).map(|delivery| delivery.id());
        assert_eq!(bytes, hashed, "{}", case.name);
    }
}

#[test]
fn every_recorded_request_is_accepted_with_its_secret_and_clock() {
    let recorded = support::recorded();
    assert_eq!(recorded.len(), 71);
    for request in &recorded {
        let verifier = match Verifier::new(&request.secret) {
            Ok(verifier) => verifier,
            Err(error) => {
                assert_eq!((request.secret.as_str(), error), ("", ConfigError::EmptySecret));
                continue;
            }
        };
        let received = request.request();
        let result = verifier.verify(&received, Body::Bytes(request.body.as_bytes()), request.signed_at());
        if request.method == "GET" {
            assert_eq!(result.unwrap_err().code(), Code::DigestMismatch, "{}", request.name);
            continue;
        }
        let delivery = result.unwrap_or_else(|refused| panic!("{}: {refused}", request.name));
        let payload = delivery.payload(request.body.as_bytes()).unwrap_or_else(|refused| panic!("{}: {refused}", request.name));
        says_what_the_body_says(request, &delivery, &payload);
    }
}

fn says_what_the_body_says(request: &Recorded, delivery: &drone_webhooks::Verified<'_>, payload: &Payload) {
    let envelope = delivery.envelope(request.body.as_bytes()).unwrap();
    if request.kind == "extension" {
        assert_eq!((envelope.event(), envelope.action()), (None, None), "{}", request.name);
        assert_eq!(delivery.signed_headers().collect::<Vec<_>>(), EXTENSION_HEADERS, "{}", request.name);
    } else {
        let header = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-drone-event")).map(|(_, value)| value.as_str());
        assert_eq!(envelope.event(), header, "{}", request.name);
        assert!(envelope.action().is_some(), "{}", request.name);
    }
    let raw: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(serde_json::to_value(payload).unwrap(), raw, "{}: nothing is lost", request.name);
    if request.kind == "webhook" {
        assert!(payload.extra.is_empty(), "{}: {:?}", request.name, payload.extra.keys());
        let extras =
            [payload.user.as_ref().map(|user| &user.extra), payload.repo.as_ref().map(|repo| &repo.extra), payload.build.as_ref().map(|build| &build.extra)];
        assert!(extras.into_iter().flatten().all(serde_json::Map::is_empty), "{}: a field has no type", request.name);
    }
}

#[test]
fn a_signer_makes_what_the_server_sent() {
    for recorded in support::recorded() {
        let Ok(signer) = Signer::new(&recorded.secret) else { continue };
        if recorded.method == "GET" {
            continue; // The digest is that of a body that was lost.
        }
        let signer = if recorded.kind == "extension" { signer.signed_headers(EXTENSION_HEADERS) } else { signer };
        let signed = signer.sign(&recorded.request(), recorded.body.as_bytes(), recorded.signed_at()).unwrap();
        for (name, value) in signed.headers() {
            let sent = recorded.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
            assert_eq!(Some(value), sent, "{}: {name}", recorded.name);
        }
    }
}

#[test]
fn a_forgery_is_refused_before_its_body_is_there() {
    // `authenticate` takes no body: that nothing unauthentic is hashed or parsed is a matter of types. This shows that it is enough.
    let recorded = &support::recorded()[0];
    let forged = Verifier::new("another secret").unwrap();
    assert_eq!(forged.authenticate(&recorded.request(), recorded.signed_at()).unwrap_err().code(), Code::SignatureMismatch);
    let late = seconds(recorded.signed_at().seconds() + 301);
    assert_eq!(Verifier::new(&recorded.secret).unwrap().authenticate(&recorded.request(), late).unwrap_err().code(), Code::DateTooOld);
}

#[test]
fn a_refused_request_leaves_nothing_behind() {
    let recorded = support::recorded();
    let verifier = Verifier::new(&recorded[0].secret).unwrap();
    for _ in 0..2 {
        assert!(verifier.verify(&Request::default(), Body::Bytes(b""), recorded[0].signed_at()).is_err());
        assert!(verifier.verify(&recorded[0].request(), Body::Bytes(b"{}"), recorded[0].signed_at()).is_err());
        assert!(verifier.verify(&recorded[0].request(), Body::Bytes(recorded[0].body.as_bytes()), recorded[0].signed_at()).is_ok());
    }
}

#[test]
fn refusals_name_no_secret_and_no_right_answer() {
    for case in support::cases() {
        let (Ok(verifier), Ok(now)) = (case.verifier(), case.now()) else { continue };
        let request = case.request();
        let Err(refused) = verifier.verify(&request, Body::Bytes(&case.body), now) else { continue };
        let told = format!("{refused} {refused:?} {verifier:?}");
        for secret in case.secret_texts() {
            // A short one, such as "one", is a word of the message.
            assert!(secret.len() < 12 || !told.contains(&secret), "{}: {told}", case.name);
        }
        assert!(!told.contains(&drone_webhooks::digest_header(&case.body)), "{}: {told}", case.name);
    }
}
