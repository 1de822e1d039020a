//! A range of series, as people write it: `3.14` alone, or `>=3.10, <3.14`.

use std::fmt;
use std::str::FromStr;

use semver::{Version, VersionReq};

use super::version::serde_as_text;
use super::{InvalidValue, Series};

/// Series as a requirement: `3.14` is that series alone, `>=3.10, <3.14` a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesRange(VersionReq);

impl SeriesRange {
    /// True if `series` lies in the range.
    pub fn contains(&self, series: Series) -> bool {
        self.0.matches(&Version::new(series.major, series.minor, 0))
    }
}

impl FromStr for SeriesRange {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        // On its own, semver would read 3.10 as 3.10 and everything above it.
        let requirement = if text.parse::<Series>().is_ok() { format!("={text}") } else { text.to_owned() };
        let range = VersionReq::parse(&requirement).ok().filter(|range| range.comparators.iter().all(is_of_series));
        range.map(Self).ok_or_else(|| InvalidValue::new("a series such as 3.14 or a range such as >=3.10, <3.14", text))
    }
}

fn is_of_series(comparator: &semver::Comparator) -> bool {
    use semver::Op;
    let known = matches!(comparator.op, Op::Exact | Op::Greater | Op::GreaterEq | Op::Less | Op::LessEq);
    known && comparator.minor.is_some() && comparator.patch.is_none()
}

impl fmt::Display for SeriesRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_string() {
            text if self.0.comparators.len() == 1 => f.write_str(text.trim_start_matches('=')),
            text => f.write_str(&text),
        }
    }
}

serde_as_text!(SeriesRange);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_series_is_that_series_and_a_range_is_a_range() {
        let contains = |range: &str, minor| range.parse::<SeriesRange>().unwrap().contains(Series::new(3, minor));
        assert!(contains("3.10", 10) && !contains("3.10", 11) && !contains("3.10", 1));
        assert!(contains(">=3.10, <3.14", 13) && !contains(">=3.10, <3.14", 14) && !contains(">=3.10, <3.14", 9));
        for text in ["", "3", "^3.10", "3.10.1", ">=3.10.2", "all"] {
            assert!(text.parse::<SeriesRange>().is_err(), "{text:?} was accepted");
        }
        assert_eq!("3.10".parse::<SeriesRange>().unwrap().to_string(), "3.10");
    }
}
