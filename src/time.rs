//! A point in time, as an argument. Reads no clock.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::date;

/// A time in whole seconds since 1970-01-01T00:00:00Z, at most the last of the year 9999, where HTTP-date ends.
///
/// ```
/// use drone_webhooks::UnixTime;
/// let time = UnixTime::from_seconds(1_795_327_913)?;
/// assert_eq!(time.to_string(), "Sun, 22 Nov 2026 06:11:53 GMT");
/// assert_eq!(UnixTime::try_from(std::time::UNIX_EPOCH)?.seconds(), 0);
/// # Ok::<(), drone_webhooks::TimeOutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// From seconds since 1970.
    ///
    /// # Errors
    /// [`TimeOutOfRange`] past the year 9999.
    pub const fn from_seconds(seconds: u64) -> Result<Self, TimeOutOfRange> {
        if seconds > Self::MAX.0 { Err(TimeOutOfRange) } else { Ok(Self(seconds)) }
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// As a `Date` header has it (IMF-fixdate, RFC 7231, section 7.1.1.1).
    #[must_use]
    pub fn http_date(self) -> String {
        date::print(self.0)
    }
}

/// Rounds down to a second. Reading the clock is the caller's: `UnixTime::try_from(SystemTime::now())`.
impl TryFrom<SystemTime> for UnixTime {
    type Error = TimeOutOfRange;

    fn try_from(time: SystemTime) -> Result<Self, TimeOutOfRange> {
        let since = time.duration_since(UNIX_EPOCH).map_err(|_| TimeOutOfRange)?;
        Self::from_seconds(since.as_secs())
    }
}

/// As an HTTP-date, see [`UnixTime::http_date`].
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.http_date())
    }
}

/// A time before 1970 or after the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOutOfRange;

impl fmt::Display for TimeOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time between 1970 and the year 9999")
    }
}

impl core::error::Error for TimeOutOfRange {}
