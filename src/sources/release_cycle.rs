//! Which phase of its life each series is in.
//!
//! Owns reading the PEPs' `release-cycle.json`. A status that is not known here, or a date that is none, is unknown for
//! that series alone.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;
use url::Url;

use super::ParseError;
use super::client::{Answer, BodyLimit, Client};
use super::parse_error::read;
use crate::model::{InvalidValue, Series};

/// The file.
pub const URL: &str = "https://peps.python.org/api/release-cycle.json";

/// The phase of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not yet feature-complete: `feature`.
    Feature,
    /// Betas and candidates: `prerelease`.
    Prerelease,
    /// Regular releases with installers: `bugfix`.
    Bugfix,
    /// Source releases only: `security`.
    Security,
    /// No more releases: `end-of-life`.
    EndOfLife,
    /// A status that this version does not know.
    Unknown,
}

/// The life of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// Where it is now.
    pub phase: Phase,
    /// The day of the first final.
    pub first_release: Option<CycleDate>,
    /// The month, or the day, after which there are no releases.
    pub end_of_life: Option<CycleDate>,
    /// The PEP that holds its schedule.
    pub pep: Option<u32>,
}

/// A date as the release cycle gives it: `2025-10-07`, or `2030-10` where only the month is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CycleDate {
    /// The day; the first of the month where only that is known.
    date: jiff::civil::Date,
    has_day: bool,
}

impl CycleDate {
    /// The day; the first of the month where only that is known.
    pub fn first_day(self) -> jiff::civil::Date {
        self.date
    }
}

impl FromStr for CycleDate {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let invalid = || InvalidValue::new("a date such as 2025-10-07 or 2030-10", text);
        let numbers: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = numbers.iter().map(|number| number.len()).collect();
        let has_day = match lengths.as_slice() {
            [4, 2] => false,
            [4, 2, 2] => true,
            _ => return Err(invalid()),
        };
        if !numbers.iter().all(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(invalid());
        }
        let number = |index: usize| numbers.get(index).map_or(Ok(1), |number| number.parse::<i16>());
        let (Ok(year), Ok(month), Ok(day)) = (number(0), number(1), number(2)) else { return Err(invalid()) };
        let small = |number: i16| i8::try_from(number).map_err(|_| invalid());
        let date = jiff::civil::Date::new(year, small(month)?, small(day)?).map_err(|_| invalid())?;
        Ok(Self { date, has_day })
    }
}

impl fmt::Display for CycleDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.date.strftime(if self.has_day { "%Y-%m-%d" } else { "%Y-%m" }).to_string())
    }
}

/// Reads the whole file.
pub fn parse(text: &str, url: &Url) -> Result<BTreeMap<Series, Cycle>, ParseError> {
    const EXPECTED: &str = "a JSON object of series such as {\"3.14\": {\"status\": \"bugfix\"}}";
    let file: BTreeMap<String, Value> = serde_json::from_str(text).map_err(|_| ParseError::new(url, EXPECTED, text))?;
    let cycles: BTreeMap<Series, Cycle> =
        file.iter().filter_map(|(series, record)| Some((series.parse().ok()?, cycle(record)))).collect();
    if cycles.is_empty() { Err(ParseError::new(url, EXPECTED, text)) } else { Ok(cycles) }
}

/// The life of every series.
pub async fn fetch(client: &Client) -> Answer<BTreeMap<Series, Cycle>> {
    let url = Url::parse(URL).expect("a constant URL");
    client.get(&url, BodyLimit::mebibytes(1)).await.and_then(|page| read(&page, parse))
}

fn cycle(record: &Value) -> Cycle {
    let text = |key: &str| record.get(key).and_then(Value::as_str);
    let phase = match text("status") {
        Some("feature") => Phase::Feature,
        Some("prerelease") => Phase::Prerelease,
        Some("bugfix") => Phase::Bugfix,
        Some("security") => Phase::Security,
        Some("end-of-life") => Phase::EndOfLife,
        _ => Phase::Unknown,
    };
    let date = |key: &str| text(key).and_then(|text| text.parse().ok());
    let pep = record.get("pep").and_then(Value::as_u64).and_then(|pep| u32::try_from(pep).ok());
    Cycle { phase, first_release: date("first_release"), end_of_life: date("end_of_life"), pep }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<BTreeMap<Series, Cycle>, String> {
        parse(text, &URL.parse().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn phases_and_dates_are_read_for_each_series() {
        let cycles = parsed(
            r#"{"3.15": {"status": "feature", "first_release": "2026-10-01", "end_of_life": "2031-10", "pep": 790, "branch": "main"},
                "3.14": {"status": "bugfix"}, "3.12": {"status": "security"}, "3.16": {"status": "prerelease"},
                "2.7": {"status": "end-of-life", "end_of_life": "2020-01-01"}}"#,
        )
        .unwrap();
        let of = |minor| &cycles[&Series::new(3, minor)];
        assert_eq!((of(15).phase, of(15).pep), (Phase::Feature, Some(790)));
        assert_eq!(of(15).first_release.unwrap().to_string(), "2026-10-01");
        assert_eq!(of(15).end_of_life.unwrap().to_string(), "2031-10");
        assert_eq!(of(15).end_of_life.unwrap().first_day(), jiff::civil::date(2031, 10, 1));
        assert_eq!([of(14).phase, of(12).phase, of(16).phase], [Phase::Bugfix, Phase::Security, Phase::Prerelease]);
        assert_eq!(cycles[&Series::new(2, 7)].phase, Phase::EndOfLife);
    }

    #[test]
    fn what_is_not_known_of_one_series_spoils_no_other() {
        let cycles = parsed(
            r#"{"3.14": {"status": "bugfix", "end_of_life": "soon", "pep": -1}, "3.13": {"status": "retired"},
                "3.12": 5, "../3.11": {"status": "security"}}"#,
        )
        .unwrap();
        let phases: Vec<_> = cycles.iter().map(|(series, cycle)| (series.to_string(), cycle.phase)).collect();
        let expected = [("3.12", Phase::Unknown), ("3.13", Phase::Unknown), ("3.14", Phase::Bugfix)];
        assert_eq!(phases, expected.map(|(series, phase)| (series.to_owned(), phase)));
        let last = &cycles[&Series::new(3, 14)];
        assert_eq!((last.end_of_life, last.pep), (None, None));
    }

    #[test]
    fn a_file_that_is_no_release_cycle_is_an_error() {
        insta::assert_snapshot!(parsed("<html>").unwrap_err(), @r#"https://peps.python.org/api/release-cycle.json: expected a JSON object of series such as {"3.14": {"status": "bugfix"}}, found "<html>""#);
        for text in ["", "{}", "[]", "null", "{\"error\": {}}", "{\"3.14\": {\"status\": \"bug"] {
            assert!(parsed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_are_days_or_months() {
        for text in ["2025-10-07", "2030-10", "2030-01", "2025-01-01"] {
            assert_eq!(text.parse::<CycleDate>().unwrap().to_string(), text);
        }
        for text in ["2025", "2025-13", "2025-02-30", "25-10-07", "2025-1-7", "2025-10-07T00", "+025-10", "2030-10-"] {
            assert!(text.parse::<CycleDate>().is_err(), "{text}");
        }
    }
}
