//! What a careful person writes with `hmac` and `sha2`: form, algorithm, required headers, MAC in constant time, freshness, digest.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::requests::Received;

const TOLERANCE: Duration = Duration::from_secs(300);

/// Whether the request is accepted. `key` is made once and cloned.
pub(crate) fn accepts(key: &Hmac<Sha256>, request: &Received) -> bool {
    is_authentic(key, request).unwrap_or(false)
}

/// The key for [`accepts`], or nothing for a length that HMAC does not take.
pub(crate) fn key(secret: &str) -> Option<Hmac<Sha256>> {
    Hmac::new_from_slice(secret.as_bytes()).ok()
}

fn is_authentic(key: &Hmac<Sha256>, request: &Received) -> Option<bool> {
    let (mut algorithm, mut names, mut signature) = (None, None, None);
    for part in request.header("signature")?.split(',') {
        let (name, value) = part.split_once("=\"")?;
        let value = value.strip_suffix('"')?;
        match name {
            "algorithm" => algorithm = Some(value),
            "headers" => names = Some(value),
            "signature" => signature = Some(value),
            _ => {}
        }
    }
    if algorithm? != "hmac-sha256" {
        return None;
    }
    let names: Vec<&str> = names?.split(' ').collect();
    if !names.contains(&"date") || !names.contains(&"digest") {
        return None;
    }
    let lines: Option<Vec<String>> = names.iter().map(|name| Some(format!("{name}: {}", request.header(name)?))).collect();
    let mac = BASE64_STANDARD.decode(signature?).ok()?;
    key.clone().chain_update(lines?.join("\n")).verify_slice(&mac).ok()?;
    let date = httpdate::parse_http_date(request.header("date")?).ok()?;
    if !is_fresh(date) {
        return None;
    }
    let digest = BASE64_STANDARD.decode(request.header("digest")?.strip_prefix("SHA-256=")?).ok()?;
    Some(digest == Sha256::digest(&request.body).as_slice())
}

/// Within five minutes of now, before or after.
pub(crate) fn is_fresh(date: SystemTime) -> bool {
    let now = SystemTime::now();
    now.duration_since(date).or_else(|_| date.duration_since(now)).is_ok_and(|apart| apart <= TOLERANCE)
}
