//! Requests to measure with: different bodies, signed now, good or by somebody without the secret.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

pub(crate) const SECRET: &str = "d8fa5c314f7b1f5cac27d34e157e3459";

/// So many that no cache of the last few is of use.
const COUNT: usize = 64;

/// How the headers are signed.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Scheme {
    /// Drone's, draft-cavage-http-signatures over `date` and `digest`.
    Drone,
    /// RFC 9421 over `date` and `content-digest`.
    Rfc9421,
}

/// A request as a server has it: names in lower case.
pub(crate) struct Received {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| *each == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) fn make(scheme: Scheme, bytes: usize, forged: bool) -> Result<Vec<Received>, Box<dyn Error>> {
    (0..COUNT).map(|number| request(scheme, body(bytes, number), forged)).collect()
}

fn body(bytes: usize, number: usize) -> Vec<u8> {
    let start = format!(r#"{{"event":"build","action":"updated","build":{{"number":{number},"message":""#);
    let end = r#""}}"#;
    let filler = "x".repeat(bytes.saturating_sub(start.len()).saturating_sub(end.len()));
    [start.as_bytes(), filler.as_bytes(), end.as_bytes()].concat()
}

fn request(scheme: Scheme, body: Vec<u8>, forged: bool) -> Result<Received, Box<dyn Error>> {
    let now = SystemTime::now();
    let (date, hash) = (httpdate::fmt_http_date(now), BASE64_STANDARD.encode(Sha256::digest(&body)));
    let sign = |text: &str| -> Result<String, Box<dyn Error>> {
        let secret = if forged { "somebody else's" } else { SECRET };
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?.chain_update(text).finalize();
        Ok(BASE64_STANDARD.encode(mac.into_bytes()))
    };
    let signed = match scheme {
        Scheme::Drone => {
            let digest = format!("SHA-256={hash}");
            let signature = sign(&format!("date: {date}\ndigest: {digest}"))?;
            let signature = format!(r#"keyId="hmac-key",algorithm="hmac-sha256",signature="{signature}",headers="date digest""#);
            vec![("date", date), ("digest", digest), ("signature", signature)]
        }
        Scheme::Rfc9421 => {
            let digest = format!("sha-256=:{hash}:");
            let created = now.duration_since(UNIX_EPOCH)?.as_secs();
            let parameters = format!(r#"("date" "content-digest");created={created};alg="hmac-sha256";keyid="hmac-key""#);
            let signature = sign(&format!("\"date\": {date}\n\"content-digest\": {digest}\n\"@signature-params\": {parameters}"))?;
            vec![("date", date), ("content-digest", digest), ("signature-input", format!("drone={parameters}")), ("signature", format!("drone=:{signature}:"))]
        }
    };
    let mut headers = vec![
        ("host", "hooks.example.com".to_owned()),
        ("user-agent", "Go-http-client/1.1".to_owned()),
        ("content-length", body.len().to_string()),
        ("content-type", "application/json".to_owned()),
    ];
    headers.extend(signed);
    headers.extend([("x-drone-event", "build".to_owned()), ("accept-encoding", "gzip".to_owned())]);
    Ok(Received { headers, body })
}
