//! Why an authentic request is not fresh. Knows times, and nothing else.

use super::cause::{Cause, CauseCode};
use crate::error::{Reason, Rejection};
use crate::time::UnixTime;

const HALF_HOUR: u64 = 30 * 60;
/// How near to whole and half hours clocks are that are right but for their zone, in seconds.
const ZONE_SLACK: u64 = 30;
/// The zones of the world reach from 12 hours behind to 14 hours ahead.
const LARGEST_ZONE: u64 = 14 * 60 * 60;
/// Up to this age a wrong clock or a slow delivery is the likelier reason.
const SLOW: u64 = 60 * 60;

/// The cause of a refusal in step 9; `created` is a signed one.
#[inline(never)]
pub(super) fn cause(refused: &Rejection, created: Option<u64>) -> Option<Cause> {
    let (signed, now) = match refused.reason() {
        Reason::DateTooOld { date, now, .. } | Reason::DateInFuture { date, now, .. } => (date.seconds(), *now),
        Reason::CreatedInFuture { created, now } => (*created, *now),
        Reason::SignatureExpired { expired, now } => (created.unwrap_or(*expired), *now),
        _ => return None,
    };
    let apart = signed.abs_diff(now.seconds());
    let ahead = signed > now.seconds();
    let code = match () {
        () if is_zone(apart) => CauseCode::TimeZone,
        () if ahead || apart <= SLOW => CauseCode::ClockSkew,
        () => CauseCode::Replayed,
    };
    let direction = if ahead { "ahead of" } else { "behind" };
    Some(code.shown_by(format!("signed at {}, {} {direction} the receiver's clock, {now}", told(signed), duration(apart))))
}

fn is_zone(apart: u64) -> bool {
    let off = apart % HALF_HOUR;
    apart >= HALF_HOUR.saturating_sub(ZONE_SLACK) && apart <= LARGEST_ZONE.saturating_add(ZONE_SLACK) && off.min(HALF_HOUR.saturating_sub(off)) <= ZONE_SLACK
}

fn told(seconds: u64) -> String {
    UnixTime::from_seconds(seconds).map_or_else(|_| format!("{seconds} s since 1970"), UnixTime::http_date)
}

/// In the two largest units.
fn duration(seconds: u64) -> String {
    let parts = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let told: Vec<String> =
        parts.iter().skip_while(|(count, _)| *count == 0).take(2).filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    if told.is_empty() { "0 s".to_owned() } else { told.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn named(signed: i64, code: CauseCode) {
        let now = UnixTime::from_seconds(1_795_327_913).unwrap();
        let date = UnixTime::from_seconds(now.seconds().checked_add_signed(signed).unwrap()).unwrap();
        let reason = if signed > 0 { Reason::DateInFuture { date, now, tolerance: 300 } } else { Reason::DateTooOld { date, now, tolerance: 300 } };
        assert_eq!(cause(&reason.into(), None).map(|cause| cause.code), Some(code), "{signed}");
    }

    #[test]
    fn zones_are_whole_and_half_hours_give_or_take_thirty_seconds() {
        for signed in [3600, -3600, 1800, -5430, 5371, 50_400, 50_430, -7215, -1770] {
            named(signed, CauseCode::TimeZone);
        }
        named(50_431, CauseCode::ClockSkew);
        named(-5431, CauseCode::Replayed);
        named(1769, CauseCode::ClockSkew);
    }

    #[test]
    fn an_hour_parts_slow_from_old() {
        named(-301, CauseCode::ClockSkew);
        named(-3569, CauseCode::ClockSkew);
        named(-3631, CauseCode::Replayed);
        named(86_400 * 30, CauseCode::ClockSkew);
        named(-86_400, CauseCode::Replayed);
    }

    #[test]
    fn durations_have_two_units() {
        assert_eq!(duration(0), "0 s");
        assert_eq!(duration(3600), "1 h");
        assert_eq!(duration(3661), "1 h 1 min");
        assert_eq!(duration(86_400 * 3 + 59), "3 d");
    }
}
