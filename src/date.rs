//! HTTP-date: its three forms, and the calendar. Seconds since 1970 in, text out, and back; reads no clock.
//!
//! ```text
//! HTTP-date    = IMF-fixdate / rfc850-date / asctime-date         (RFC 7231, section 7.1.1.1)
//! IMF-fixdate  = day-name "," SP 2DIGIT SP month SP 4DIGIT SP time-of-day SP GMT
//! rfc850-date  = day-name-l "," SP 2DIGIT "-" month "-" 2DIGIT SP time-of-day SP GMT
//! asctime-date = day-name SP month SP ( 2DIGIT / ( SP 1DIGIT ) ) SP time-of-day SP 4DIGIT
//! ```
//!
//! A text is a date when the calendar has that day and weekday. The crate httpdate, which would be a sixth of the WebAssembly module, is the reference in the tests.

// Years have four digits here: no sum comes near the bounds of its type.
#![allow(clippy::arithmetic_side_effects)]

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The days before each month of a common year.
const DAYS_BEFORE: [usize; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// A day of the calendar, and the seconds of that day.
struct Date {
    year: usize,
    /// From 0.
    month: usize,
    /// From 0.
    day: usize,
    /// From 0, on Sunday.
    weekday: usize,
    second: usize,
}

/// A date in any of the forms, as seconds since 1970.
pub(crate) fn parse(text: &[u8]) -> Option<u64> {
    let (short, rest) = text.split_first_chunk::<3>()?;
    let weekday = place(&WEEKDAYS, *short)?;
    let (day, month, year, time) = match *rest {
        [b',', b' ', d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4, b' ', ref time @ .., b' ', b'G', b'M', b'T'] => {
            ([d1, d2], [m1, m2, m3], four_digits([y1, y2, y3, y4])?, time)
        }
        [b' ', m1, m2, m3, b' ', d1, d2, b' ', ref time @ .., b' ', y1, y2, y3, y4] => {
            ([if d1 == b' ' { b'0' } else { d1 }, d2], [m1, m2, m3], four_digits([y1, y2, y3, y4])?, time)
        }
        // One form has the weekday in full.
        _ => match *rest.strip_prefix(WEEKDAYS.get(weekday)?.as_bytes().get(3..)?)? {
            [b',', b' ', d1, d2, b'-', m1, m2, m3, b'-', y1, y2, b' ', ref time @ .., b' ', b'G', b'M', b'T'] => {
                let year = two_digits([y1, y2])?;
                ([d1, d2], [m1, m2, m3], year + if year < 70 { 2000 } else { 1900 }, time)
            }
            _ => return None,
        },
    };
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *time else { return None };
    let (hour, minute, second) = (two_digits([h1, h2])?, two_digits([m1, m2])?, two_digits([s1, s2])?);
    let (day, month) = (two_digits(day)?, place(&MONTHS, month)?);
    let days = if year < 1970 { return None } else { days_before(year, month) + day.checked_sub(1)? };
    let end = if month == 11 { days_before(year + 1, 0) } else { days_before(year, month + 1) };
    let is_date = days < end && weekday_of(days) == weekday && hour < 24 && minute < 60 && second < 60;
    let time = hour * 3600 + minute * 60 + second;
    is_date.then_some(u64::try_from(days).ok()? * 86_400 + u64::try_from(time).ok()?)
}

/// Which of these names begins with the three letters.
fn place(names: &[&str], letters: [u8; 3]) -> Option<usize> {
    names.iter().position(|name| name.as_bytes().first_chunk() == Some(&letters))
}

fn two_digits([tens, ones]: [u8; 2]) -> Option<usize> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| usize::from(tens) * 10 + usize::from(ones))
}

fn four_digits([a, b, c, d]: [u8; 4]) -> Option<usize> {
    Some(two_digits([a, b])? * 100 + two_digits([c, d])?)
}

/// From 0, on Sunday. 1970 began on a Thursday.
fn weekday_of(days: usize) -> usize {
    (days + 4) % 7
}

/// Seconds since 1970, before the year 10000, as IMF-fixdate.
pub(crate) fn print(seconds: u64) -> String {
    let mut text = String::with_capacity(29);
    if let Some(date) = Date::of(seconds) {
        text.push_str(WEEKDAYS.get(date.weekday).and_then(|name| name.get(..3)).unwrap_or_default());
        push(&mut text, ", ", date.day + 1);
        text.push(' ');
        text.push_str(MONTHS.get(date.month).copied().unwrap_or_default());
        push(&mut text, " ", date.year / 100);
        push(&mut text, "", date.year % 100);
        push(&mut text, " ", date.second / 3600);
        push(&mut text, ":", date.second / 60 % 60);
        push(&mut text, ":", date.second % 60);
        text.push_str(" GMT");
    }
    text
}

/// Two digits, after what separates them from those before.
fn push(text: &mut String, separator: &str, number: usize) {
    text.push_str(separator);
    for digit in [number / 10, number % 10] {
        text.push(u8::try_from(digit).map_or('?', |digit| char::from(b'0' + digit)));
    }
}

impl Date {
    fn of(seconds: u64) -> Option<Self> {
        let days = usize::try_from(seconds / 86_400).ok()?;
        let second = usize::try_from(seconds % 86_400).ok()?;
        // Leap days make this at most six years too late.
        let mut year = 1970 + days / 365;
        while days_before(year, 0) > days {
            year -= 1;
        }
        let month = (0..MONTHS.len()).rev().find(|month| days_before(year, *month) <= days)?;
        Some(Self { year, month, day: days - days_before(year, month), weekday: weekday_of(days), second })
    }
}

/// From the first day of 1970 to the first of a month, which counts from 0.
fn days_before(year: usize, month: usize) -> usize {
    // Up to the end of a year, without those before 1970.
    let leap_days = |year: usize| year / 4 - year / 100 + year / 400 - 477;
    let months = DAYS_BEFORE.get(month).copied().unwrap_or_default();
    let passed = if month < 2 { leap_days(year - 1) } else { leap_days(year) };
    (year - 1970) * 365 + passed + months
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(target_arch = "wasm32"))]
    mod reference {
        use super::super as date;
        use proptest::prelude::*;
        use std::time::{Duration, UNIX_EPOCH};

        const END: u64 = 253_402_300_800;

        fn read(text: &str) -> Option<u64> {
            Some(httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).unwrap().as_secs())
        }

        /// A date in each of the forms, and asctime with a day of two digits.
        fn write(form: usize, seconds: u64) -> String {
            let imf = date::print(seconds);
            let (weekday, day, month, year, time) = (&imf[..3], &imf[5..7], &imf[8..11], &imf[12..16], &imf[17..25]);
            let long = date::WEEKDAYS.iter().find(|name| name.starts_with(weekday)).unwrap();
            match form {
                0 => imf,
                1 => format!("{long}, {day}-{month}-{} {time} GMT", &year[2..]),
                2 => format!("{weekday} {month} {day} {time} {year}"),
                _ => format!("{weekday} {month} {:>2} {time} {year}", day.trim_start_matches('0')),
            }
        }

        #[track_caller]
        fn agrees(text: &str) {
            assert_eq!(date::parse(text.as_bytes()), read(text), "{text}");
        }

        #[test]
        fn every_day_of_four_centuries_is_the_reference_s() {
            // The calendar repeats itself after 400 years.
            for seconds in (0..146_097 * 86_400).step_by(86_400) {
                let text = date::print(seconds);
                assert_eq!(text, httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds)));
                assert_eq!(date::parse(text.as_bytes()), Some(seconds), "{text}");
            }
        }

        proptest! {
            #[test]
            fn every_second_is_the_reference_s(seconds in 0..END) {
                let text = date::print(seconds);
                prop_assert_eq!(&text, &httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds)));
                prop_assert_eq!(date::parse(text.as_bytes()), Some(seconds));
            }

            #[test]
            fn every_form_is_read_as_the_reference_reads_it(seconds in 0..END, form in 0..4_usize) {
                agrees(&write(form, seconds));
            }

            #[test]
            fn a_changed_date_is_judged_as_the_reference_judges_it(
                seconds in 0..END, form in 0..4_usize, at in any::<prop::sample::Index>(), byte in prop::sample::select(b" 0123456789:,-aADGJMNSTbnoeuy".to_vec()),
            ) {
                let mut text = write(form, seconds).into_bytes();
                let at = at.index(text.len());
                // The reference takes any character before the time of day of this form.
                prop_assume!(form != 1 || at + 13 != text.len());
                text[at] = byte;
                // It trims white space, which `parse` does not.
                let text = String::from_utf8(text).unwrap();
                prop_assume!(text.trim() == text);
                agrees(&text);
            }

            #[test]
            fn numbers_out_of_range_are_judged_as_the_reference_judges_them(
                weekday in prop::sample::select(date::WEEKDAYS.to_vec()), day in 0..40_u8, month in prop::sample::select(date::MONTHS.to_vec()), year in 0..10_000_u16, hour in 0..30_u8, minute in 0..70_u8, second in 0..70_u8,
            ) {
                let short = &weekday[..3];
                let time = format!("{hour:02}:{minute:02}:{second:02}");
                agrees(&format!("{short}, {day:02} {month} {year:04} {time} GMT"));
                agrees(&format!("{weekday}, {day:02}-{month}-{:02} {time} GMT", year % 100));
                agrees(&format!("{short} {month} {day:2} {time} {year:04}"));
            }
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "Sun", "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 2021 00:00:00 GMT"]
        {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(b"Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
    }
}
