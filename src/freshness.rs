//! Signed times against the caller's now. Knows no request; takes only values that are signed.

use std::time::Duration;

use crate::date;
use crate::error::{Reason, Rejection};
use crate::time::UnixTime;

/// How far the signed time and the receiver's clock may be apart, both ways: 300 s.
pub const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

/// The times that a signature covers.
pub(crate) struct SignedTimes {
    pub(crate) date: Option<UnixTime>,
    pub(crate) created: Option<u64>,
    pub(crate) expires: Option<u64>,
}

/// An HTTP-date in any of its three forms (RFC 7231, section 7.1.1.1), consistent with the calendar.
pub(crate) fn parse_date(text: &[u8]) -> Result<UnixTime, Rejection> {
    let seconds = date::parse(text).ok_or(Reason::DateMalformed)?;
    Ok(UnixTime::from_seconds(seconds).map_err(|_| Reason::DateMalformed)?)
}

impl SignedTimes {
    /// Step 9. `Date` may be off by the tolerance, both ways; `(created)` and `(expires)` follow draft-cavage-http-signatures-12, sections 2.1.4 and 2.1.5,
    /// and a `(created)` older than the tolerance has expired, since a replay would else be good for ever.
    pub(crate) fn check(&self, now: UnixTime, tolerance: u64) -> Result<(), Rejection> {
        if let Some(date) = self.date {
            if now.seconds().saturating_sub(date.seconds()) > tolerance {
                return Err(Reason::DateTooOld { date, now, tolerance }.into());
            }
            if date.seconds().saturating_sub(now.seconds()) > tolerance {
                return Err(Reason::DateInFuture { date, now, tolerance }.into());
            }
        }
        if let Some(created) = self.created {
            if created > now.seconds() {
                return Err(Reason::CreatedInFuture { created, now }.into());
            }
            let expired = created.saturating_add(tolerance);
            if expired < now.seconds() {
                return Err(Reason::SignatureExpired { expired, now }.into());
            }
        }
        match self.expires {
            Some(expired) if expired < now.seconds() => Err(Reason::SignatureExpired { expired, now }.into()),
            _ => Ok(()),
        }
    }

    /// When it was signed: `Date`, else `(created)`.
    pub(crate) fn signed_at(&self) -> Option<UnixTime> {
        self.date.or_else(|| UnixTime::from_seconds(self.created?).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn now() -> UnixTime {
        seconds(1_000_000)
    }

    fn seconds(seconds: u64) -> UnixTime {
        UnixTime::from_seconds(seconds).unwrap()
    }

    #[track_caller]
    fn check(date: Option<u64>, created: Option<u64>, expires: Option<u64>, expected: Result<(), Code>) {
        let times = SignedTimes { date: date.map(seconds), created, expires };
        assert_eq!(times.check(now(), 300).map_err(|refused| refused.code()), expected, "{date:?} {created:?} {expires:?}");
    }

    #[test]
    fn a_date_may_be_off_by_the_tolerance_both_ways() {
        check(Some(999_700), None, None, Ok(()));
        check(Some(999_699), None, None, Err(Code::DateTooOld));
        check(Some(1_000_300), None, None, Ok(()));
        check(Some(1_000_301), None, None, Err(Code::DateInFuture));
    }

    #[test]
    fn created_and_expires_follow_the_draft() {
        check(None, Some(1_000_000), None, Ok(()));
        check(None, Some(1_000_001), None, Err(Code::CreatedInFuture));
        check(None, Some(u64::MAX), None, Err(Code::CreatedInFuture));
        check(None, Some(999_700), None, Ok(()));
        check(None, Some(999_699), None, Err(Code::SignatureExpired));
        check(Some(1_000_000), None, Some(1_000_000), Ok(()));
        check(Some(1_000_000), None, Some(999_999), Err(Code::SignatureExpired));
    }

    #[test]
    fn dates_that_the_calendar_does_not_have_are_malformed() {
        for text in [
            "",
            "Mon, 22 Nov 2026 06:11:53 GMT",
            "Sun, 22 Nov 2026 06:11:53 gmt",
            "Sun, 22 Nov 2026 06:11:53 +0000",
            "Sun, 22 Nov 2026 24:11:53 GMT",
            "2026-11-22T06:11:53Z",
            "\u{b}Sun, 22 Nov 2026 06:11:53 GMT",
            "Sun, 22 Nov 2026 06:11:53 GMT ",
        ] {
            assert_eq!(parse_date(text.as_bytes()), Err(Reason::DateMalformed.into()), "{text}");
        }
        assert_eq!(parse_date(b"Sunday, 22-Nov-26 06:11:53 GMT"), parse_date(b"Sun Nov 22 06:11:53 2026"));
    }
}
