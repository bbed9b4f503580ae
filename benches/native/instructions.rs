//! One verdict on a fixed request of 2 KB, for a tool that counts its instructions: `instructions bytes|hash|forged`.

use std::env;
use std::error::Error;

use drone_webhooks::{Body, Request, Signer, UnixTime, Verifier};
use sha2::{Digest, Sha256};

const SECRET: &str = "d8fa5c314f7b1f5cac27d34e157e3459";
const SENT_AT: u64 = 1_795_327_915;
const BODY: &[u8] = &[b'x'; 2048];

fn main() -> Result<(), Box<dyn Error>> {
    let case = env::args().nth(1).unwrap_or_default();
    let hash = Sha256::digest(BODY).into();
    let (secret, body) = match case.as_str() {
        "bytes" => (SECRET, Body::Bytes(BODY)),
        "hash" => (SECRET, Body::Sha256 { hash: &hash, length: 2048 }),
        "forged" => ("somebody else's", Body::Bytes(BODY)),
        _ => return Err("usage: instructions bytes|hash|forged".into()),
    };
    let now = UnixTime::from_seconds(SENT_AT)?;
    let signed = Signer::new(secret)?.sign(&Request::default(), BODY, now)?;
    let headers = received(signed.headers());
    let verifier = Verifier::new(SECRET)?;
    // Twice before it counts: then memory has been asked for, and functions are linked.
    for verdict in [is_accepted, is_accepted, counted] {
        if verdict(&verifier, &headers, body, now) != (case != "forged") {
            return Err(format!("the verdict on `{case}` is not the one that is right").into());
        }
    }
    Ok(())
}

/// As Go's client sends them.
fn received<'a>([date, digest, signature]: [(&'a str, &'a str); 3]) -> Vec<(&'a str, &'a [u8])> {
    let others = [("Host", "hooks.example.com"), ("User-Agent", "Go-http-client/1.1"), ("Content-Length", "2048"), ("Content-Type", "application/json")];
    let last = [("X-Drone-Event", "build"), ("Accept-Encoding", "gzip")];
    others.into_iter().chain([date, digest, signature]).chain(last).map(|(name, value)| (name, value.as_bytes())).collect()
}

/// What is counted, with all that it calls; `cargo xtask bench` knows its name.
#[inline(never)]
fn counted(verifier: &Verifier, headers: &[(&str, &[u8])], body: Body<'_>, now: UnixTime) -> bool {
    is_accepted(verifier, headers, body, now)
}

#[inline(never)]
fn is_accepted(verifier: &Verifier, headers: &[(&str, &[u8])], body: Body<'_>, now: UnixTime) -> bool {
    verifier.verify(&Request::new(headers.iter().copied()), body, now).is_ok()
}
