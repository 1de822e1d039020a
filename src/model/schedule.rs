//! When a scheduled run is due: a cron expression, read in a time zone.
//!
//! Owns the five fields as cron(8) and GitHub Actions understand them, on top of the `cron` crate, which has a field for
//! seconds and counts the days of the week from 1. A time that the clock skips is due when the clock goes on; one that it
//! shows twice is due the first time. Refuses a schedule that never comes.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate, Timelike as _, Utc};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::InvalidValue;

/// A cron expression of five fields: minute, hour, day of the month, month, day of the week.
#[derive(Debug, Clone)]
pub struct Schedule {
    text: String,
    /// A time is due where any of these has it: two, where both kinds of days are restricted.
    any: Vec<cron::Schedule>,
}

/// A time zone by its name in the IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Schedule {
    /// The first time after `after` that is due.
    pub fn next(&self, after: Timestamp, zone: &Zone) -> Option<Timestamp> {
        // A day earlier, for the clock may have been put back meanwhile.
        let from = zone.zone.to_datetime(after).checked_sub(jiff::Span::new().days(1)).ok()?;
        let from = clock(from)?;
        let first = |schedule: &cron::Schedule| {
            let due = |at: chrono::DateTime<Utc>| zone.zone.to_ambiguous_timestamp(civil(at)?).compatible().ok();
            schedule.after(&from).filter_map(due).find(|at| *at > after)
        };
        self.any.iter().filter_map(first).min()
    }
}

/// The wall clock's time as the `cron` crate takes it.
fn clock(at: DateTime) -> Option<chrono::DateTime<Utc>> {
    let date =
        NaiveDate::from_ymd_opt(at.year().into(), at.month().cast_unsigned().into(), at.day().cast_unsigned().into())?;
    let part = |value: i8| u32::from(value.cast_unsigned());
    Some(date.and_hms_opt(part(at.hour()), part(at.minute()), part(at.second()))?.and_utc())
}

fn civil(at: chrono::DateTime<Utc>) -> Option<DateTime> {
    let part = |value: u32| i8::try_from(value).ok();
    let (year, hour) = (i16::try_from(at.year()).ok()?, part(at.hour())?);
    DateTime::new(year, part(at.month())?, part(at.day())?, hour, part(at.minute())?, part(at.second())?, 0).ok()
}

impl FromStr for Schedule {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let expected = "a schedule of five fields such as \"0 */6 * * *\": minute, hour, day, month, day of the week";
        let invalid = || InvalidValue::new(expected, text);
        let fields: Vec<_> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else { return Err(invalid()) };
        let read = |day: &str, weekday: &str| {
            format!("0 {minute} {hour} {day} {month} {weekday}").parse::<cron::Schedule>().map_err(|_| invalid())
        };
        let weekdays = weekdays(weekday).ok_or_else(invalid)?;
        let any = if day.starts_with('*') || weekday.starts_with('*') {
            vec![read(day, &weekdays)?]
        } else {
            vec![read(day, "*")?, read("*", &weekdays)?]
        };
        // Whether a schedule ever comes does not depend on the day it is asked.
        let schedule = Self { text: fields.join(" "), any };
        let some_day = Timestamp::from_second(1_767_225_600).expect("a constant time");
        if schedule.next(some_day, &Zone::default()).is_none() {
            return Err(InvalidValue::new("a schedule that comes at some time", text));
        }
        Ok(schedule)
    }
}

/// The days of the week one by one, as the `cron` crate counts them; nothing if they cannot be read.
fn weekdays(field: &str) -> Option<String> {
    const NAMES: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    if field == "*" {
        return Some(field.to_owned());
    }
    let day = |text: &str| -> Option<usize> {
        let named = NAMES.iter().position(|name| text.eq_ignore_ascii_case(name));
        named.or_else(|| text.parse().ok().filter(|day| *day <= 7 && text.bytes().all(|byte| byte.is_ascii_digit())))
    };
    let mut days = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| (1..=7).contains(step))?),
            None => (part, 1),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, 6),
            Some((first, last)) => (day(first)?, day(last)?),
            None if part.contains('/') => (day(range)?, 6),
            None => (day(range)?, day(range)?),
        };
        if first > last {
            return None;
        }
        days.extend((first..=last).step_by(step).map(|day| (day % 7 + 1).to_string()));
    }
    Some(days.join(","))
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Schedule {}

impl FromStr for Zone {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let zone = TimeZone::get(text);
        let zone = zone.map_err(|_| InvalidValue::new("a time zone such as UTC or Europe/Berlin", text))?;
        Ok(Self { name: zone.iana_name().unwrap_or(text).to_owned(), zone })
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first `count` times from `from` on, in UTC.
    fn times(schedule: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
        let (schedule, zone): (Schedule, Zone) = (schedule.parse().unwrap(), zone.parse().unwrap());
        let mut at: Timestamp = from.parse().unwrap();
        let mut next = || {
            at = schedule.next(at, &zone).unwrap();
            at.strftime("%a %d %H:%M").to_string()
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn fields_mean_what_they_mean_in_cron() {
        let friday = "2026-11-20T10:00:00Z";
        assert_eq!(times("0 */6 * * *", "UTC", friday, 3), ["Fri 20 12:00", "Fri 20 18:00", "Sat 21 00:00"]);
        assert_eq!(times("30 4 * * 1", "UTC", friday, 2), ["Mon 23 04:30", "Mon 30 04:30"]);
        assert_eq!(times("0 0 * * 0", "UTC", friday, 1), times("0 0 * * 7", "UTC", friday, 1));
        assert_eq!(times("0 0 * * 5-7", "UTC", friday, 3), ["Sat 21 00:00", "Sun 22 00:00", "Fri 27 00:00"]);
        assert_eq!(times("0 0 * * mon-fri/2", "UTC", friday, 3), ["Mon 23 00:00", "Wed 25 00:00", "Fri 27 00:00"]);
        // Both kinds of days: either will do.
        assert_eq!(times("0 0 25 * sun", "UTC", friday, 3), ["Sun 22 00:00", "Wed 25 00:00", "Sun 29 00:00"]);
    }

    #[test]
    fn a_skipped_time_is_due_when_the_clock_goes_on_and_a_repeated_one_once() {
        let daily = |from| times("30 2 * * *", "Europe/Berlin", from, 3);
        assert_eq!(daily("2026-03-28T00:00:00Z"), ["Sat 28 01:30", "Sun 29 01:30", "Mon 30 00:30"]);
        assert_eq!(daily("2026-10-24T00:00:00Z"), ["Sat 24 00:30", "Sun 25 00:30", "Mon 26 01:30"]);
        let quarters = times("*/15 * * * *", "Europe/Berlin", "2026-10-25T00:40:00Z", 2);
        assert_eq!(quarters, ["Sun 25 00:45", "Sun 25 02:00"]);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "0 0 31 2 *",
            "0 0 * * 8",
            "0 0 * * 5-1",
            "0 0 * * 1/0",
            "@daily",
            "a b c d e",
        ] {
            assert!(text.parse::<Schedule>().is_err(), "{text:?} was accepted");
        }
        for text in ["", "Mars/Olympus", "../etc/passwd"] {
            assert!(text.parse::<Zone>().is_err(), "{text:?} was accepted");
        }
        assert_eq!("0  */6 * * *".parse::<Schedule>().unwrap().to_string(), "0 */6 * * *");
    }
}
