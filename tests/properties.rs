//! What holds for every request, not for an example.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::format_push_string)]
#![cfg(not(target_arch = "wasm32"))]

use base64ct::{Base64, Encoding};
use drone_webhooks::{Body, Code, Rejection, Request, SignatureParameters, SignedHeaders, Signer, UnixTime, Verifier};
use proptest::prelude::*;

const NOW: u64 = 1_795_327_913;

fn now() -> UnixTime {
    UnixTime::from_seconds(NOW).unwrap()
}

fn request(headers: &[(String, Vec<u8>)]) -> Request<'_> {
    Request::new(headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()))).method("POST").target("/hook")
}

/// The delivery's id.
fn verify(secret: &[u8], headers: &[(String, Vec<u8>)], body: &[u8]) -> Result<String, Rejection> {
    Verifier::new(secret).unwrap().verify(&request(headers), Body::Bytes(body), now()).map(|delivery| delivery.id())
}

fn owned(signed: &SignedHeaders) -> Vec<(String, Vec<u8>)> {
    signed.headers().into_iter().map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).collect()
}

fn signed(secret: &[u8], body: &[u8]) -> Vec<(String, Vec<u8>)> {
    owned(&Signer::new(secret).unwrap().sign(&Request::default(), body, now()).unwrap())
}

fn mac(signature: &[u8]) -> String {
    SignatureParameters::parse(str::from_utf8(signature).unwrap()).unwrap().signature().to_owned()
}

fn secret() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..100)
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..300)
}

proptest! {
    #[test]
    fn what_is_signed_verifies(secret in secret(), body in body()) {
        prop_assert!(verify(&secret, &signed(&secret, &body), &body).is_ok());
    }

    #[test]
    fn any_change_of_one_byte_of_the_body_is_a_digest_mismatch(secret in secret(), body in body(), at in any::<prop::sample::Index>(), change in 1..=255_u8) {
        prop_assume!(!body.is_empty());
        let mut changed = body.clone();
        changed[at.index(body.len())] ^= change;
        prop_assert_eq!(verify(&secret, &signed(&secret, &body), &changed).unwrap_err().code(), Code::DigestMismatch);
    }

    #[test]
    fn any_change_of_one_byte_of_a_signed_header_is_refused(secret in secret(), body in body(), which in 0..2_usize, at in any::<prop::sample::Index>(), change in 1..=255_u8) {
        let mut headers = signed(&secret, &body);
        let value = &mut headers[which].1;
        let place = at.index(value.len());
        value[place] ^= change;
        prop_assert!(verify(&secret, &headers, &body).is_err());
    }

    #[test]
    fn any_change_of_one_byte_of_the_signature_is_refused_or_changes_nothing_that_is_signed(secret in secret(), body in body(), at in any::<prop::sample::Index>(), change in 1..=255_u8) {
        let original = signed(&secret, &body);
        let id = verify(&secret, &original, &body).unwrap();
        let mut headers = original.clone();
        let value = &mut headers[2].1;
        let place = at.index(value.len());
        value[place] ^= change;
        // The keyId is not signed, and neither is the name of a parameter that nobody knows.
        match verify(&secret, &headers, &body) {
            Ok(delivery) => {
                prop_assert_eq!(delivery, id);
                prop_assert_eq!(mac(&headers[2].1), mac(&original[2].1));
            }
            Err(refused) => prop_assert!(!matches!(refused.code(), Code::DigestMismatch | Code::DateTooOld)),
        }
    }

    #[test]
    fn another_secret_is_a_mismatch(secret in secret(), other in secret(), body in body()) {
        prop_assume!(hmac_key(&secret) != hmac_key(&other));
        prop_assert_eq!(verify(&other, &signed(&secret, &body), &body).unwrap_err().code(), Code::SignatureMismatch);
    }

    #[test]
    fn order_and_case_of_header_names_do_not_matter(body in body(), order in Just(vec![0_usize, 1, 2]).prop_shuffle(), cases in proptest::collection::vec(any::<bool>(), 60)) {
        let headers = signed(b"secret", &body);
        let mut cases = cases.into_iter().cycle();
        let shuffled: Vec<_> = order.iter().map(|&at| {
            let (name, value) = &headers[at];
            let name = name.chars().map(|c| if cases.next().unwrap() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect::<String>();
            (name, value.clone())
        }).collect();
        prop_assert_eq!(verify(b"secret", &shuffled, &body).unwrap(), verify(b"secret", &headers, &body).unwrap());
    }

    #[test]
    fn parameters_that_are_printed_parse_to_the_same(
        key_id in "[ -~]{0,40}", algorithm in proptest::option::of("[a-z0-9-]{1,12}"), names in proptest::sample::subsequence(vec!["date", "digest", "host", "(request-target)", "x-a"], 1..=5),
        mac in proptest::collection::vec(any::<u8>(), 0..48), created in proptest::option::of(any::<u64>()), expires in proptest::option::of((any::<u64>(), proptest::option::of("[0-9]{1,9}"))),
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let mut text = format!("keyId={},signature=\"{}\",headers=\"{}\"", quoted(&key_id), Base64::encode_string(&mac), names.join(" "));
        if let Some(algorithm) = algorithm { text += &format!(",algorithm={}", quoted(&algorithm)); }
        if let Some(created) = created { text += &format!(",created={created}"); }
        if let Some((whole, fraction)) = expires { text += &format!(",expires={whole}{}", fraction.map(|digits| format!(".{digits}")).unwrap_or_default()); }
        let parameters = SignatureParameters::parse(&text).unwrap();
        prop_assert_eq!(parameters.key_id(), key_id);
        let printed = parameters.to_string();
        prop_assert_eq!(SignatureParameters::parse(&printed).unwrap(), parameters);
    }

    #[test]
    fn garbage_is_refused_and_never_panics(signature in "[ -~\t]{0,120}", date in proptest::collection::vec(any::<u8>(), 0..40), digest in "[ -~]{0,60}", body in body()) {
        let headers = [("signature".to_owned(), signature.into_bytes()), ("date".to_owned(), date), ("digest".to_owned(), digest.into_bytes())];
        prop_assert!(verify(b"secret", &headers, &body).is_err());
    }

    #[test]
    fn an_authentic_body_of_any_bytes_is_read_or_refused_as_payload(body in body()) {
        let headers = signed(b"secret", &body);
        let request = request(&headers);
        let delivery = Verifier::new("secret").unwrap().verify(&request, Body::Bytes(&body), now()).unwrap();
        if let Err(refused) = delivery.payload(&body) {
            prop_assert_eq!(refused.code(), Code::PayloadMalformed);
        }
        prop_assert_eq!(delivery.payload(b"another").unwrap_err().code(), Code::DigestMismatch);
    }
}

/// HMAC pads a short key with zeros and hashes a long one, so two texts can be one key (RFC 2104, section 2).
fn hmac_key(secret: &[u8]) -> Vec<u8> {
    use sha2::{Digest as _, Sha256};
    let mut key = if secret.len() > 64 { Sha256::digest(secret).to_vec() } else { secret.to_vec() };
    key.resize(64, 0);
    key
}
