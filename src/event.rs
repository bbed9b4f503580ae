//! What an authentic body says it is: event and action. Knows no types of payloads.

use std::borrow::Cow;

use crate::digest::{Body, ExpectedBody};
use crate::error::{Excerpt, Reason, Rejection};
use crate::json::{self, Member};
use crate::request::Request;

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
pub struct Envelope<'t> {
    event: Option<Cow<'t, str>>,
    action: Option<Cow<'t, str>>,
    shape: Option<&'static str>,
}

impl<'t> Envelope<'t> {
    /// Step 11 but for the types: what the body of an authentic request says. It is compared with the signed digest once more, so that it is the body that was verified;
    /// `hash` is its SHA-256 where the host has made it.
    ///
    /// # Errors
    /// Those of step 10 but for the bound, `payload_malformed`, `event_mismatch`.
    pub fn of(request: &Request<'_>, body: &'t [u8], hash: Option<&[u8; 32]>) -> Result<Self, Rejection> {
        let digested = hash.map_or(Body::Bytes(body), |hash| Body::Sha256 { hash, length: 0 });
        ExpectedBody::new(request.digests(), u64::MAX).check(&digested)?;
        let envelope = Self::read(body)?;
        envelope.check(request)?;
        Ok(envelope)
    }

    /// The first part of step 11: a JSON object in UTF-8 without a byte order mark, at most 128 levels deep, whose `event` and `action` are strings or not there.
    ///
    /// It does not ask whether the body is authentic: `Verified::envelope` does.
    ///
    /// # Errors
    /// `payload_malformed`.
    pub fn read(body: &'t [u8]) -> Result<Self, Rejection> {
        let mut event = Member::Null;
        let mut action = Member::Null;
        let (mut build, mut repo, mut user) = (false, false, false);
        json::scan(body, &mut |key, value| match key.unescaped().as_ref() {
            "event" => event = value,
            "action" => action = value,
            "build" => build = true,
            "repo" => repo = true,
            "user" => user = true,
            _ => {}
        })?;
        // A build's event has all three, a repository's has two: the first that is there decides.
        let shape = match (build, repo, user) {
            (true, ..) => Some("build"),
            (_, true, _) => Some("repo"),
            (.., true) => Some("user"),
            _ => None,
        };
        Ok(Self { event: text(event)?, action: text(action)?, shape })
    }

    /// The second part of step 11: `X-Drone-Event`, which is not signed, says the same as the body, where it is there at all.
    ///
    /// # Errors
    /// `event_mismatch`.
    pub fn check(&self, request: &Request<'_>) -> Result<(), Rejection> {
        let event = self.event();
        let mut lines = request.values("x-drone-event");
        let Some(line) = lines.next() else { return Ok(()) };
        // Several lines are one joined by commas, which no event is.
        if lines.next().is_none() && event.map(str::as_bytes) == Some(line) {
            return Ok(());
        }
        Err(Reason::EventMismatch { signed: event.map(Excerpt::new) }.into())
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

fn text(member: Member<'_>) -> Result<Option<Cow<'_, str>>, Rejection> {
    match member {
        Member::Text(text) => Ok(Some(text.unescaped())),
        Member::Null => Ok(None),
        Member::Other => Err(Reason::PayloadMalformed { reason: "event or action is not a string", offset: 0 }.into()),
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
        let said = |body: &'static str, lines: &[&[u8]]| {
            Envelope::read(body.as_bytes()).unwrap().check(&Request::new(lines.iter().map(|line| ("X-Drone-Event", *line))))
        };
        let build = r#"{"event":"build","action":"created"}"#;
        assert!(said(build, &[]).is_ok());
        assert!(said(build, &[b"build"]).is_ok());
        for other in [b"Build".as_slice(), b"", b"user", b"build, build", b"\xff"] {
            assert!(said(build, &[other]).is_err());
        }
        assert!(said(build, &[b"build", b"build"]).is_err());
        assert!(said("{}", &[b"build"]).is_err());
    }
}
