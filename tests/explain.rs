//! `explain` on every recorded request, every case of the table, and every cause: the exact code, and agreement with the verifier.
#![cfg(not(target_arch = "wasm32"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use drone_webhooks::explain::{CauseCode, Explainer, Explanation, Outcome, STEPS};
use drone_webhooks::{Body, Code, Request, Signer, UnixTime, Verifier, digest_header};
use proptest::prelude::*;
use serde_json::Value;
use support::{Recorded, recorded, seconds};

/// A recorded request as `causes.json` changes it.
struct Corrupted {
    name: String,
    causes: Vec<String>,
    code: String,
    sender: Option<String>,
    secrets: Vec<Vec<u8>>,
    now: UnixTime,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn secret(value: &Value) -> Vec<u8> {
    let Some(digits) = value.get("hex") else { return text(value).into_bytes() };
    text(digits).as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// A value replaces the one there or comes last, null takes it away.
fn set(headers: &mut Vec<(String, String)>, name: &str, value: &Value) {
    let place = headers.iter().position(|(other, _)| other.eq_ignore_ascii_case(name));
    match (place, value.as_str()) {
        (Some(at), Some(value)) => value.clone_into(&mut headers[at].1),
        (Some(at), None) => drop(headers.remove(at)),
        (None, Some(value)) => headers.push((name.to_owned(), value.to_owned())),
        (None, None) => {}
    }
}

fn corrupted() -> Vec<Corrupted> {
    let recorded: BTreeMap<String, Recorded> = recorded().into_iter().map(|request| (request.name.clone(), request)).collect();
    let cases: Vec<Value> = serde_json::from_str(include_str!("vectors/causes.json")).unwrap();
    cases
        .iter()
        .map(|case| {
            let request = &recorded[case["recorded"].as_str().unwrap()];
            let mut headers = request.headers.clone();
            for change in case["set"].as_array().into_iter().flatten() {
                set(&mut headers, change[0].as_str().unwrap(), &change[1]);
            }
            let body = match case.get("body") {
                None => request.body.clone().into_bytes(),
                Some(body) => body.get("base64").map_or_else(|| text(body).into_bytes(), |base64| Base64::decode_vec(base64.as_str().unwrap()).unwrap()),
            };
            let secrets = &case["config"]["secret"];
            Corrupted {
                name: text(&case["name"]),
                causes: case["causes"].as_array().unwrap().iter().map(text).collect(),
                code: text(&case["code"]),
                sender: case.get("sender").map(text),
                secrets: secrets.as_array().map_or_else(|| vec![secret(secrets)], |several| several.iter().map(secret).collect()),
                now: seconds(case["now"].as_u64().unwrap()),
                method: case.get("method").map_or_else(|| request.method.clone(), text),
                target: request.target.clone(),
                headers,
                body,
            }
        })
        .collect()
}

fn request<'a>(headers: &'a [(String, String)], method: &'a str, target: &'a str) -> Request<'a> {
    Request::new(headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))).method(method).target(target)
}

impl Corrupted {
    fn explain(&self) -> Explanation {
        let explainer = Explainer::with(Verifier::builder(), self.secrets.iter().map(|secret| (None, secret))).unwrap();
        explainer.explain(&request(&self.headers, &self.method, &self.target), self.body.as_slice().into(), self.now)
    }
}

fn codes(explanation: &Explanation) -> Vec<&'static str> {
    explanation.causes.iter().map(|cause| cause.code.as_str()).collect()
}

#[test]
fn every_corrupted_request_has_its_causes() {
    let mut wrong = Vec::new();
    for case in corrupted() {
        let explanation = case.explain();
        let code = explanation.code.map(Code::as_str);
        if codes(&explanation) != case.causes || code != Some(&case.code) || explanation.causes[0].sender != case.sender.as_deref() {
            wrong.push(format!("{}: {code:?} {:?}", case.name, codes(&explanation)));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_cause_is_shown_by_at_least_five_requests() {
    let cases = corrupted();
    for code in CauseCode::all() {
        let count = cases.iter().filter(|case| case.causes[0] == code.as_str()).count();
        assert!(count >= 5, "{code} has {count}");
        assert!(!code.message().is_empty() && !code.fix().is_empty(), "{code}");
    }
    let known: BTreeSet<&str> = CauseCode::all().map(CauseCode::as_str).collect();
    assert!(cases.iter().flat_map(|case| &case.causes).all(|cause| known.contains(cause.as_str())));
}

#[test]
fn nothing_that_is_told_holds_a_secret_or_the_right_mac() {
    for case in corrupted() {
        let explanation = case.explain();
        let told = format!("{explanation:?}");
        for secret in case.secrets.iter().filter(|secret| secret.len() >= 8) {
            let secret = String::from_utf8_lossy(secret);
            assert!(!told.contains(secret.trim()), "{}", case.name);
            let mac = explanation.signing_string.as_ref().map(|text| Base64::encode_string(&hmac(secret.as_bytes(), text.as_bytes())));
            // Where it is the right one, the request has brought it along.
            let brought = case.headers.iter().any(|(_, value)| mac.as_ref().is_some_and(|mac| value.contains(mac.trim_end_matches('='))));
            assert!(brought || mac.is_none_or(|mac| !told.contains(&mac)), "{}", case.name);
        }
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac: Hmac<sha2::Sha256> = Hmac::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[test]
fn the_right_mac_is_shown_when_it_is_asked_for() {
    let headers = [("Date", "Sun, 22 Nov 2026 06:11:53 GMT"), ("Digest", "SHA-256=x"), ("Signature", r#"keyId="a",signature="AAAA",headers="date digest""#)];
    let request = Request::new(headers.map(|(name, value)| (name, value.as_bytes())));
    let explain = |reveal| Explainer::new("secret").unwrap().reveal(reveal).explain(&request, b"".into(), seconds(1_795_327_913));
    let mac = |explanation: &Explanation| explanation.steps.iter().find(|step| step.name == "mac").unwrap().computed.clone();
    let text = explain(false).signing_string.unwrap();
    assert_eq!(mac(&explain(false)), None);
    assert_eq!(mac(&explain(true)), Some(Base64::encode_string(&hmac(b"secret", text.as_bytes()))));
}

#[test]
fn recorded_requests_have_no_cause_but_the_two_that_were_recorded_to_be_refused() {
    for recorded in recorded() {
        let secret = if recorded.secret.is_empty() { "another" } else { &recorded.secret };
        let explanation = Explainer::new(secret).unwrap().explain(&recorded.request(), recorded.body.as_bytes().into(), recorded.signed_at());
        let expected: &[&str] = match recorded.name.get(..1) {
            Some("C") if recorded.secret.is_empty() => &["secret_empty_at_sender"],
            Some("D") if recorded.method == "GET" => &["redirected"],
            _ => &[],
        };
        assert_eq!(codes(&explanation), expected, "{}", recorded.name);
        assert_eq!(explanation.is_ok(), expected.is_empty(), "{}", recorded.name);
    }
}

#[test]
fn the_steps_are_told_in_their_order_and_agree_with_the_verdict() {
    for case in support::cases() {
        let (Ok(_), Ok(now)) = (case.verifier(), case.now()) else { continue };
        let explanation = case.explainer().explain(&case.request(), case.body.as_slice().into(), now);
        assert_eq!(explanation.code.map(Code::as_str), case.code.as_deref(), "{}", case.name);
        agrees(&explanation);
    }
}

/// The first step that failed is the verdict, and the steps are all there.
#[track_caller]
fn agrees(explanation: &Explanation) {
    assert_eq!(explanation.steps.iter().map(|step| step.name).collect::<Vec<_>>(), STEPS);
    let first = explanation.steps.iter().find(|step| step.outcome == Outcome::Failed).and_then(|step| step.code);
    assert_eq!(first, explanation.code);
    for step in &explanation.steps {
        assert_eq!(step.code.is_some(), step.outcome == Outcome::Failed);
        assert!(!step.message.is_empty());
    }
    assert!(explanation.code.is_some() || explanation.causes.is_empty());
    assert!(explanation.code.is_some() || explanation.steps.iter().all(|step| step.outcome == Outcome::Passed));
}

#[test]
fn a_line_that_is_looked_at_twice_is_counted_once() {
    let lines = [("Date", "Sun, 22 Nov 2026 06:11:53 GMT"), ("Digest", "SHA-256=x"), ("Signature", " x ")];
    let request = Request::new(lines.iter().map(|(name, value)| (*name, value.as_bytes())));
    let bytes: usize = lines.iter().map(|(name, value)| name.len() + value.trim().len()).sum();
    // The signature is looked at anyway.
    for (most, code) in [(bytes, Code::SignatureMalformed), (bytes - 1, Code::HeadersTooLarge)] {
        let settings = Verifier::builder().required_headers(["date", "digest", "signature"]).max_header_bytes(most);
        let explanation = Explainer::with(settings, [(None, "secret")]).unwrap().explain(&request, b"".into(), seconds(1_795_327_913));
        assert_eq!(explanation.code, Some(code));
        assert_eq!(explanation.steps[0].received.as_deref(), Some(format!("3 headers; {bytes} bytes in those that are looked at").as_str()));
    }
}

#[test]
fn a_large_body_is_explained_in_a_few_milliseconds() {
    let large = recorded().into_iter().find(|request| request.body.len() > 60_000).unwrap();
    let explainer = Explainer::new(&large.secret).unwrap();
    let changed = large.body.replace("success", "failure");
    let other = Explainer::new("another").unwrap();
    let time = |explainer: &Explainer, body: &str, expected: &[&str]| {
        let start = Instant::now();
        let explanation = explainer.explain(&large.request(), body.as_bytes().into(), large.signed_at());
        assert_eq!(codes(&explanation), expected);
        start.elapsed()
    };
    let times = [time(&explainer, &changed, &["body_changed"]), time(&other, &changed, &["secret_wrong"]), time(&other, &large.body, &["secret_wrong"])];
    println!("64 KB: {times:?}");
    // Unoptimised code takes twenty times as long.
    let limit = if cfg!(debug_assertions) { 2000 } else { 50 };
    assert!(times.iter().all(|time| *time < Duration::from_millis(limit)), "{times:?}");
}

#[test]
fn hostile_sizes_are_explained_too() {
    let now = seconds(1_795_327_913);
    let body = format!("{{\"event\":\"build\",\"action\":\"created\",\"text\":\"{}\"}}", "<é\u{2028} \\n“”".repeat(300_000));
    let signed = Signer::new("secret").unwrap().sign(&Request::default(), b"{}", now).unwrap();
    let mut headers: Vec<(&str, &[u8])> = signed.headers().into_iter().map(|(name, value)| (name, value.as_bytes())).collect();
    let explainer = Explainer::with(Verifier::builder().max_body_bytes(1 << 30), [(None, "secret")]).unwrap();
    let start = Instant::now();
    let explanation = explainer.explain(&Request::new(headers.clone()), body.as_bytes().into(), now);
    println!("{} bytes: {:?}", body.len(), start.elapsed());
    assert_eq!(codes(&explanation), ["body_changed"]);
    headers.extend(vec![("X-Field", b"value\0\xff".as_slice()); 10_000]);
    let explanation = explainer.explain(&Request::new(headers), b"{}\n".into(), now);
    assert_eq!(explanation.code, Some(Code::HeadersTooLarge));
    assert_eq!(codes(&explanation), ["body_newline_added"]);
}

/// What the verifier and the reader of the payload say.
fn verdict(secret: &str, request: &Request<'_>, body: &[u8], now: UnixTime) -> Option<Code> {
    let delivery = Verifier::new(secret).unwrap().verify(request, Body::Bytes(body), now);
    delivery.and_then(|delivery| delivery.payload(body)).err().map(|refused| refused.code())
}

/// A signed request over a body that is JSON, or nearly.
fn json() -> impl Strategy<Value = String> {
    let event = prop_oneof![Just("user"), Just("repo"), Just("build"), Just("later")];
    (event, "[ -~é<>&\u{2028}\u{fffd}😀]{0,60}", any::<i64>(), any::<bool>()).prop_map(|(event, text, number, flag)| {
        serde_json::json!({ "event": event, "action": "created", event: { "id": number, "text": text, "flag": flag } }).to_string()
    })
}

fn lines(event: &str, body: &[u8], now: u64) -> Vec<(String, Vec<u8>)> {
    let signed = Signer::new("secret").unwrap().sign(&Request::default(), body, seconds(now)).unwrap();
    let event = [("X-Drone-Event", event), ("Content-Length", &body.len().to_string())].map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    signed.headers().into_iter().map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).chain(event).collect()
}

fn event_of(body: &str) -> String {
    serde_json::from_str::<Value>(body).unwrap()["event"].as_str().unwrap().to_owned()
}

fn borrowed(headers: &[(String, Vec<u8>)]) -> Request<'_> {
    Request::new(headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()))).method("POST").target("/hook")
}

const NOW: u64 = 1_795_327_913;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn an_untouched_request_has_no_cause(body in json(), late in 0..600_u64) {
        let headers = lines(&event_of(&body), body.as_bytes(), NOW);
        let explanation = Explainer::new("secret").unwrap().explain(&borrowed(&headers), body.as_bytes().into(), seconds(NOW - 300 + late));
        prop_assert_eq!(explanation.code, None);
        prop_assert_eq!(codes(&explanation), Vec::<&str>::new());
        agrees(&explanation);
    }

    #[test]
    fn a_tampered_body_is_changed_and_nothing_else(body in json(), kind in 0..4_u8, at in any::<prop::sample::Index>(), byte in b'!'..=b'~') {
        let headers = lines(&event_of(&body), body.as_bytes(), NOW);
        let mut tampered = body.clone().into_bytes();
        let at = at.index(tampered.len());
        match kind {
            0 => tampered[at] = byte,
            1 => tampered.insert(at, byte),
            2 => drop(tampered.remove(at)),
            _ => tampered = format!("{{\"event\":\"build\",\"action\":\"created\",\"n\":{at}}}").into_bytes(),
        }
        // A backslash before a slash changes the text and not what it says: that is `body_reserialized`.
        prop_assume!(serde_json::from_slice::<Value>(&tampered).ok() != serde_json::from_str(&body).ok());
        let headers: Vec<_> = headers.into_iter().map(|(name, value)| if name == "Content-Length" { (name, tampered.len().to_string().into_bytes()) } else { (name, value) }).collect();
        let explanation = Explainer::new("secret").unwrap().explain(&borrowed(&headers), tampered.as_slice().into(), seconds(NOW));
        prop_assert_eq!(explanation.code, Some(Code::DigestMismatch));
        prop_assert_eq!(codes(&explanation), ["body_changed"]);
        agrees(&explanation);
    }
}

proptest! {
    // Fewer: most of them look for another date, which takes long in code that is not optimised.
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_verdict_is_the_verifiers_on_mutated_requests(
        body in json(), mutations in proptest::collection::vec((0..7_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 0..3), later in -1000..1000_i64, secret in prop_oneof![4 => Just("secret"), 1 => Just("other")],
    ) {
        let mut headers = lines(&event_of(&body), body.as_bytes(), NOW);
        let mut body = body.into_bytes();
        for (kind, which, at, byte) in mutations {
            mutate(&mut headers, &mut body, kind, which, at, byte);
        }
        let now = seconds(NOW.checked_add_signed(later).unwrap());
        let explanation = Explainer::new(secret).unwrap().explain(&borrowed(&headers), body.as_slice().into(), now);
        prop_assert_eq!(explanation.code, verdict(secret, &borrowed(&headers), &body, now));
        agrees(&explanation);
    }

    #[test]
    fn the_verdict_is_the_verifiers_on_garbage(headers in proptest::collection::vec((prop_oneof![Just("signature"), Just("Date"), Just("digest"), Just("authorization"), Just("x-drone-event"), Just("x")], "[ -~\t]{0,60}"), 0..8), body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let headers: Vec<_> = headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_bytes())).collect();
        let explanation = Explainer::new("secret").unwrap().explain(&borrowed(&headers), body.as_slice().into(), seconds(NOW));
        prop_assert_eq!(explanation.code, verdict("secret", &borrowed(&headers), &body, seconds(NOW)));
        agrees(&explanation);
    }
}

fn mutate(headers: &mut Vec<(String, Vec<u8>)>, body: &mut Vec<u8>, kind: u8, which: prop::sample::Index, at: prop::sample::Index, byte: u8) {
    if headers.is_empty() {
        return;
    }
    let which = which.index(headers.len());
    let (length, body_length) = (headers[which].1.len(), body.len());
    match kind {
        0 if length > 0 => headers[which].1[at.index(length)] = byte,
        1 => headers[which].1.insert(at.index(length + 1), byte),
        2 => drop(headers.remove(which)),
        3 => headers.push(headers[which].clone()),
        4 if body_length > 0 => body[at.index(body_length)] = byte,
        5 => body.push(byte),
        6 => *headers = lines("user", body, NOW - u64::from(byte) * 3),
        _ => {}
    }
}

#[test]
fn a_digest_that_was_made_anew_does_not_hide_another_secret() {
    let headers =
        lines("user", b"{}", NOW).into_iter().map(|(name, value)| if name == "Digest" { (name, digest_header(b"[]").into_bytes()) } else { (name, value) });
    let headers: Vec<_> = headers.collect();
    let explanation = Explainer::new("secret").unwrap().explain(&borrowed(&headers), b"[]".into(), seconds(NOW));
    assert_eq!((explanation.code, codes(&explanation)), (Some(Code::SignatureMismatch), vec!["secret_wrong"]));
}
