//! CPython versions as upstream spells them, the series they belong to, and the manifest keys that track them.

use std::fmt;
use std::str::FromStr;

use super::InvalidValue;

/// One CPython release: `3.14.6`, `3.15.0b3`. Ordered as CPython orders them: alphas, betas, candidates, final.
///
/// Kept as the semantic version it maps to (`3.15.0b3` is `3.15.0-b.3`), whose order is the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonVersion(semver::Version);

/// The stage of a pre-release, in the order in which CPython goes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// `a`
    Alpha,
    /// `b`
    Beta,
    /// `rc`
    Candidate,
}

/// The pre-release part of a version: `b3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PreRelease {
    /// Alpha, beta or release candidate.
    pub stage: Stage,
    /// Counted from 1 by CPython; 0 is accepted.
    pub number: u64,
}

const VERSION: &str = "a CPython version such as 3.14.6 or 3.15.0b3";

impl PythonVersion {
    /// The series that the release belongs to.
    pub fn series(&self) -> Series {
        Series { major: self.0.major, minor: self.0.minor }
    }

    /// The final version whose folder on python.org holds this release: `3.15.0` for `3.15.0b3`.
    pub fn base(&self) -> Self {
        Self(semver::Version::new(self.0.major, self.0.minor, self.0.patch))
    }

    /// True of alphas, betas and release candidates.
    pub fn is_prerelease(&self) -> bool {
        !self.0.pre.is_empty()
    }

    /// The version as `semver` has it, for constraints.
    pub fn as_semver(&self) -> &semver::Version {
        &self.0
    }

    /// The tag in the cpython repository: `v3.15.0b3`.
    pub fn tag(&self) -> String {
        format!("v{self}")
    }

    /// The pre-release part, if there is one.
    pub fn prerelease(&self) -> Option<PreRelease> {
        let (stage, number) = self.0.pre.as_str().split_once('.')?;
        let stage = match stage {
            "a" => Stage::Alpha,
            "b" => Stage::Beta,
            _ => Stage::Candidate,
        };
        Some(PreRelease { stage, number: number.parse().ok()? })
    }
}

impl FromStr for PythonVersion {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let invalid = || InvalidValue::new(VERSION, text);
        let end = text.find(|c: char| c.is_ascii_lowercase()).unwrap_or(text.len());
        let (numbers, pre) = text.split_at(end);
        let mut parts = numbers.split('.').map(number);
        let (Some(Some(major)), Some(Some(minor)), Some(Some(micro)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid());
        };
        let mut version = semver::Version::new(major, minor, micro);
        if !pre.is_empty() {
            let (stage, count) = ["rc", "a", "b"]
                .into_iter()
                .find_map(|stage| Some((stage, number(pre.strip_prefix(stage)?)?)))
                .ok_or_else(invalid)?;
            version.pre = semver::Prerelease::new(&format!("{stage}.{count}")).map_err(|_| invalid())?;
        }
        Ok(Self(version))
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let semver::Version { major, minor, patch, .. } = &self.0;
        let pre = self.0.pre.as_str().replace('.', "");
        f.pad(&format!("{major}.{minor}.{patch}{pre}"))
    }
}

/// A line of CPython releases: `3.14`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    /// The `3` of `3.14`.
    pub major: u64,
    /// The `14` of `3.14`.
    pub minor: u64,
}

impl Series {
    /// The series `major.minor`.
    pub const fn new(major: u64, minor: u64) -> Self {
        Self { major, minor }
    }

    /// True of series whose releases may carry OpenPGP signatures: up to 3.13, by PEP 761.
    pub fn carries_openpgp(self) -> bool {
        self <= Self::new(3, 13)
    }
}

impl FromStr for Series {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        text.split_once('.')
            .and_then(|(major, minor)| Some(Self { major: number(major)?, minor: number(minor)? }))
            .ok_or_else(|| InvalidValue::new("a CPython series such as 3.14", text))
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}", self.major, self.minor))
    }
}

/// Which releases of a series a key wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Finals only: `3.14`.
    Final,
    /// Pre-releases only: `3.15-rc`.
    PreRelease,
}

/// A manifest key: `3.14`, or `3.15-rc` where pre-releases are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackedKey {
    /// The series tracked.
    pub series: Series,
    /// Finals or pre-releases.
    pub channel: Channel,
}

impl TrackedKey {
    /// True of releases that this key may be set to.
    pub fn admits(&self, version: &PythonVersion) -> bool {
        version.series() == self.series && version.is_prerelease() == (self.channel == Channel::PreRelease)
    }
}

impl FromStr for TrackedKey {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let (series, channel) = match text.strip_suffix("-rc") {
            Some(series) => (series, Channel::PreRelease),
            None => (text, Channel::Final),
        };
        match series.parse() {
            Ok(series) => Ok(Self { series, channel }),
            Err(_) => Err(InvalidValue::new("a manifest key such as 3.14 or 3.15-rc", text)),
        }
    }
}

impl fmt::Display for TrackedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = if self.channel == Channel::PreRelease { "-rc" } else { "" };
        f.pad(&format!("{}{suffix}", self.series))
    }
}

/// A decimal number without sign, leading zeros or surrounding space, of at most nine digits.
fn number(text: &str) -> Option<u64> {
    let plain = (1..=9).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

macro_rules! serde_as_text {
    ($($type:ty),+) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
pub(super) use serde_as_text;

serde_as_text!(PythonVersion, Series, TrackedKey);

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> PythonVersion {
        text.parse().unwrap()
    }

    #[test]
    fn versions_order_as_cpython_orders_them() {
        let ordered =
            ["3.9.20", "3.14.0a1", "3.14.0a7", "3.14.0b1", "3.14.0b10", "3.14.0rc1", "3.14.0", "3.14.2", "3.14.10"];
        let mut shuffled: Vec<_> = ordered.iter().rev().map(|text| version(text)).collect();
        shuffled.sort();
        assert_eq!(shuffled.iter().map(ToString::to_string).collect::<Vec<_>>(), ordered);
    }

    #[test]
    fn hostile_version_strings_are_refused_and_shown_escaped() {
        for text in [
            "3.14.0$(x)",
            "../3.14.0",
            "3.14.0\n",
            "3.14",
            "3.14.0.1",
            "3.14.0c1",
            "3.14.0rc",
            "3.14.0rc1 ",
            "٣.14.0",
            "+3.14.0",
            "3.014.0",
            "3.14.0-b.3",
            "v3.14.0",
            "",
            "99999999999999999999.1.1",
            "3.14.0b03",
        ] {
            assert!(text.parse::<PythonVersion>().is_err(), "{text:?} was accepted");
        }
        let error = "3.14.0\n".parse::<PythonVersion>().unwrap_err();
        assert_eq!(error.to_string(), r#"expected a CPython version such as 3.14.6 or 3.15.0b3, found "3.14.0\n""#);
    }

    #[test]
    fn keys_admit_finals_or_pre_releases_never_both() {
        let key: TrackedKey = "3.14".parse().unwrap();
        let rc: TrackedKey = "3.14-rc".parse().unwrap();
        assert!(
            key.admits(&version("3.14.1")) && !key.admits(&version("3.14.0rc1")) && !key.admits(&version("3.13.1"))
        );
        assert!(rc.admits(&version("3.14.0rc1")) && !rc.admits(&version("3.14.1")));
        assert_eq!(rc.to_string(), "3.14-rc");
    }

    proptest::proptest! {
        #[test]
        fn what_parses_prints_as_it_was(text in "3\\.[0-9]{1,2}\\.[0-9]{1,2}((a|b|rc)[0-9]{1,2})?") {
            if let Ok(version) = text.parse::<PythonVersion>() {
                proptest::prop_assert_eq!(version.to_string(), text);
                proptest::prop_assert_eq!(version.prerelease().is_some(), version.is_prerelease());
            }
        }
    }
}
