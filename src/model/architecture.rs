//! An architecture as official-images names it.

use std::fmt;
use std::str::FromStr;

use super::InvalidValue;
use super::version::serde_as_text;

/// An architecture as official-images names it: `amd64`, `arm32v7`, `windows-amd64`. Of `[a-z0-9][a-z0-9-]*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Architecture(String);

impl Architecture {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Architecture {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let plain = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if plain && (1..=40).contains(&text.len()) && !text.starts_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new("an architecture such as amd64 or windows-amd64", text))
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

serde_as_text!(Architecture);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn architectures_are_plain_words() {
        for text in ["", "-x", "a b", "amd64\n", "AMD64", "amd64, i386", "a/b"] {
            assert!(text.parse::<Architecture>().is_err(), "{text:?} was accepted");
        }
        assert_eq!("windows-amd64".parse::<Architecture>().unwrap().as_str(), "windows-amd64");
    }
}
