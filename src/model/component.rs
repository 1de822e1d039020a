//! What is pinned beside CPython: setuptools, pip, the get-pip script.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::InvalidValue;
use super::version::serde_as_text;

/// The name of a component, which is also its key in a manifest entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentName {
    /// The get-pip script, pinned by commit and digest.
    GetPip,
    /// pip, as bundled by ensurepip.
    Pip,
    /// setuptools, as bundled by ensurepip up to CPython 3.11.
    Setuptools,
}

impl ComponentName {
    /// The key in a manifest entry.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GetPip => "get-pip",
            Self::Pip => "pip",
            Self::Setuptools => "setuptools",
        }
    }
}

impl fmt::Display for ComponentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A released version of a Python package: dot-separated numbers, as pip and setuptools use them (`79.0.1`).
///
/// Ordered by number; missing parts count as zero, so `24.0` and `24.0.0` are equal.
#[derive(Debug, Clone)]
pub struct ComponentVersion(String);

impl ComponentVersion {
    /// The version as it was spelt.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn numbers(&self) -> impl Iterator<Item = u64> {
        self.0.split('.').map(|part| part.parse().unwrap_or(0))
    }
}

impl FromStr for ComponentVersion {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let number = |part: &str| (1..=9).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() <= 40 && text.split('.').all(number) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new("a released package version such as 79.0.1", text))
        }
    }
}

impl fmt::Display for ComponentVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Ord for ComponentVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.numbers().count().max(other.numbers().count());
        let padded = |version: &Self| version.numbers().chain(std::iter::repeat(0)).take(length).collect::<Vec<_>>();
        padded(self).cmp(&padded(other))
    }
}

impl PartialOrd for ComponentVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ComponentVersion {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ComponentVersion {}

serde_as_text!(ComponentVersion);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn component_versions_order_by_number() {
        let version = |text: &str| text.parse::<ComponentVersion>().unwrap();
        assert!(version("9.0") < version("65.5.1") && version("65.5.0") < version("65.5.1"));
        assert_eq!(version("24.0"), version("24.0.0"));
        assert!(
            ["", "1.", "1..2", "1.0rc1", "1.0;x", " 1"].iter().all(|text| text.parse::<ComponentVersion>().is_err())
        );
    }
}
