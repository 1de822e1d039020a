//! A variant: one Dockerfile of a series, named by its folder below the key.

use std::fmt;
use std::str::FromStr;

use super::InvalidValue;
use super::version::serde_as_text;

/// The folder of a Dockerfile below its key: `slim-trixie`, `windows/windowsservercore-ltsc2025`.
///
/// Relative, of plain parts (`[a-z0-9][a-z0-9._-]*`) joined by `/`: it cannot leave the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant(String);

impl Variant {
    /// The folder, `/` between its parts.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the folder, which templates see as `env.variant`.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// True of `windows/…`, which has its own template and needs the Windows installer.
    pub fn is_windows(&self) -> bool {
        self.0.starts_with("windows/")
    }
}

impl FromStr for Variant {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let plain = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
        };
        if text.len() <= 100 && text.split('/').all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new("a variant such as slim-trixie or windows/windowsservercore-ltsc2025", text))
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

serde_as_text!(Variant);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_cannot_leave_the_repository() {
        for text in ["", "..", "../x", "/etc", "a//b", "a/../b", "a/.git", "a b", "A", "a\n", "windows/", "a\\b", "-x"]
        {
            assert!(text.parse::<Variant>().is_err(), "{text:?} was accepted");
        }
        let windows: Variant = "windows/windowsservercore-ltsc2025".parse().unwrap();
        assert!(windows.is_windows());
        assert_eq!(windows.name(), "windowsservercore-ltsc2025");
    }
}
