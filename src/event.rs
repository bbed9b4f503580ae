//! What an authentic body says it is: event and action. Knows no types of payloads.

use crate::error::Rejection;
use crate::json::{self, Member};

/// What a body says of itself.
///
/// ```
/// use drone_webhooks::Envelope;
/// let envelope = Envelope::read(br#"{"action":"created","build":{},"repo":{}}"#)?;
/// assert_eq!(envelope.event(), Some("build"));
/// assert_eq!(envelope.action(), Some("created"));
/// # Ok::<(), drone_webhooks::Rejection>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    event: Option<String>,
    action: Option<String>,
    shape: Option<&'static str>,
}

impl Envelope {
    /// The first part of step 11: a JSON object in UTF-8 without a byte order mark, at most 128 levels deep, whose `event` and `action` are strings or not there.
    ///
    /// It does not ask whether the body is authentic: `Verified::envelope` does.
    ///
    /// # Errors
    /// `payload_malformed`.
    pub fn read(body: &[u8]) -> Result<Self, Rejection> {
        let mut event = Member::Null;
        let mut action = Member::Null;
        let mut has = [("build", false), ("repo", false), ("user", false)];
        json::scan(body, |key, value| match key {
            "event" => event = value,
            "action" => action = value,
            _ => {
                if let Some((_, found)) = has.iter_mut().find(|(name, _)| *name == key) {
                    *found = true;
                }
            }
        })?;
        // A build's event has all three, a repository's has two: the first that is there decides.
        let shape = has.into_iter().find(|(_, found)| *found).map(|(name, _)| name);
        Ok(Self { event: text(event)?, action: text(action)?, shape })
    }

    /// The second part of step 11: `X-Drone-Event`, which is not signed, says the same as the body, where it is there at all.
    ///
    /// # Errors
    /// `event_mismatch`.
    pub fn check(&self, header: Option<&str>) -> Result<(), Rejection> {
        match header {
            Some(header) if self.event() != Some(header) => Err(Rejection::EventMismatch { signed: self.event().map(str::to_owned) }),
            _ => Ok(()),
        }
    }

    /// `user`, `repo`, `build`, or what a later Drone says; servers before 1.2.2 left it out, then the body's shape tells. `None` without an action: no webhook.
    #[must_use]
    pub fn event(&self) -> Option<&str> {
        self.action.as_ref()?;
        self.event.as_deref().or(self.shape)
    }

    /// `created`, `updated`, `deleted`, `enabled`, `disabled`, or what a later Drone says. `None`: not a webhook, as Drone's extension calls.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.action.as_deref()
    }

    /// Whether the event is the body's own word, and not read from its shape.
    #[must_use]
    pub fn names_event(&self) -> bool {
        self.event.is_some()
    }
}

fn text(member: Member) -> Result<Option<String>, Rejection> {
    match member {
        Member::Text(text) => Ok(Some(text)),
        Member::Null => Ok(None),
        Member::Other => Err(Rejection::PayloadMalformed { reason: "event or action is not a string", offset: 0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(body: &str, event: Option<&str>, action: Option<&str>) {
        let envelope = Envelope::read(body.as_bytes()).unwrap();
        assert_eq!((envelope.event(), envelope.action()), (event, action), "{body}");
    }

    #[test]
    fn the_bodys_own_event_comes_before_its_shape() {
        reads(r#"{"event":"user","action":"created","build":{}}"#, Some("user"), Some("created"));
        reads(r#"{"action":"created","user":{},"repo":{},"build":{}}"#, Some("build"), Some("created"));
        reads(r#"{"action":"enabled","user":{},"repo":{}}"#, Some("repo"), Some("enabled"));
        reads(r#"{"action":"deleted","user":{}}"#, Some("user"), Some("deleted"));
        reads(r#"{"action":"other"}"#, None, Some("other"));
        reads(r#"{"event":null,"action":"x","event":"later"}"#, Some("later"), Some("x"));
    }

    #[test]
    fn without_an_action_it_is_no_webhook() {
        reads(r#"{"event":"register","user":{}}"#, None, None);
        reads("{}", None, None);
    }

    #[test]
    fn the_header_must_say_the_same() {
        let build = Envelope::read(br#"{"event":"build","action":"created"}"#).unwrap();
        assert!(build.check(None).is_ok());
        assert!(build.check(Some("build")).is_ok());
        for other in ["Build", "", "user", "build, build", "\u{fffd}"] {
            assert!(build.check(Some(other)).is_err());
        }
        assert!(Envelope::read(b"{}").unwrap().check(Some("build")).is_err());
    }
}
