//! `[library]`: what is particular to an image in its library file.
//!
//! Owns the value types of that table. What is not said here is recognised in docker-library/python's clone, or asked
//! for.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use globset::{Glob, GlobBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use url::Url;

use crate::model::{Architecture, InvalidValue, Series, SeriesRange, TrackedKey, Variant};

/// `[library]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LibraryConfig {
    /// The image's name; by default the last part of `git-repo` without `.git`.
    pub name: Option<String>,
    /// Who answers for the image, in the order in which they are listed.
    pub maintainers: Vec<Maintainer>,
    /// Where the image repository is cloned from: https.
    #[serde(deserialize_with = "repository")]
    #[schemars(with = "Option<String>", extend("pattern" = "^https://[^?#]+$"))]
    pub git_repo: Option<Url>,
    /// The file that the comment on top names as the file's generator, from the repository's root.
    #[serde(deserialize_with = "file")]
    #[schemars(extend("pattern" = "^[A-Za-z0-9._/-]+$"))]
    pub generator: Option<String>,
    /// Further tags by key; by default the newest final series has its major version and `latest`.
    pub aliases: Option<BTreeMap<TrackedKey, Vec<Alias>>>,
    /// Architectures that are not built although the parent has them; by default `mips64le` from 3.10 on.
    pub exclude: Option<Vec<Exclusion>>,
}

/// An architecture that is not built, in these series and variants.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exclusion {
    /// The architecture.
    pub architecture: Architecture,
    /// In which series; all if not given.
    pub series: Option<SeriesRange>,
    /// In which variants; all if not given.
    pub variants: Option<VariantGlob>,
}

impl Exclusion {
    /// True if `architecture` is not built for this Dockerfile.
    pub fn covers(&self, architecture: &Architecture, series: Series, variant: &Variant) -> bool {
        self.architecture == *architecture
            && self.series.as_ref().is_none_or(|range| range.contains(series))
            && self.variants.as_ref().is_none_or(|glob| glob.matches(variant))
    }
}

/// Variants as a pattern over their folder: `alpine*`, `windows/*`. `*` and `?` do not match `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantGlob(Glob);

impl VariantGlob {
    /// True if the variant's folder, or its last part, matches.
    pub fn matches(&self, variant: &Variant) -> bool {
        let matcher = self.0.compile_matcher();
        matcher.is_match(variant.as_str()) || matcher.is_match(variant.name())
    }
}

impl FromStr for VariantGlob {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        glob.map(Self).map_err(|_| InvalidValue::new("a pattern of variants such as alpine* or windows/*", text))
    }
}

/// A maintainer as bashbrew takes it: `Full Name <contact> (@handle)`, the contact optional.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintainer(String);

impl FromStr for Maintainer {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let plain = |part: &str| !part.is_empty() && !part.contains(['<', '>', '(', ')', ',']);
        let word = |part: &str| plain(part) && !part.contains(char::is_whitespace);
        let sound = || {
            let (who, handle) = text.strip_suffix(')')?.rsplit_once(" (@")?;
            let name = match who.strip_suffix('>') {
                None => who,
                Some(who) => who.rsplit_once(" <").filter(|(_, contact)| word(contact))?.0,
            };
            (word(handle) && plain(name) && name.trim() == name && !name.contains(char::is_control)).then_some(())
        };
        match sound() {
            Some(()) => Ok(Self(text.to_owned())),
            None => Err(InvalidValue::new("a maintainer such as `Full Name <contact> (@handle)`", text)),
        }
    }
}

impl fmt::Display for Maintainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A further tag of a series: `3`, `latest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias(String);

impl Alias {
    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Alias {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let sound = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| word(byte) || matches!(byte, b'.' | b'-'))
            && text.bytes().next().is_some_and(word);
        if sound { Ok(Self(text.to_owned())) } else { Err(InvalidValue::new("a tag such as 3 or latest", text)) }
    }
}

read_from_text!(VariantGlob, Maintainer, Alias);

fn file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let sound = text.split('/').all(|part| !matches!(part, "" | "." | "..") && part.bytes().all(plain));
    let expected = "a file of the repository such as generate-stackbrew-library.sh";
    if sound { Ok(Some(text)) } else { Err(de::Error::custom(InvalidValue::new(expected, &text))) }
}

fn repository<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let url = Url::parse(&text).ok().filter(|url| {
        url.scheme() == "https"
            && url.as_str() == text
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.path().len() > 1
    });
    let expected = "a clone URL such as https://github.com/docker-library/python.git";
    url.map(Some).ok_or_else(|| de::Error::custom(InvalidValue::new(expected, &text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exclusions_hold_where_architecture_series_and_variant_agree() {
        let rule: Exclusion =
            toml::from_str("architecture = \"s390x\"\nseries = \">=3.14\"\nvariants = \"alpine*\"").unwrap();
        let covers = |architecture: &str, minor, variant: &str| {
            rule.covers(&architecture.parse().unwrap(), Series::new(3, minor), &variant.parse().unwrap())
        };
        assert!(covers("s390x", 14, "alpine3.22") && covers("s390x", 15, "alpine3.22"));
        assert!(!covers("amd64", 14, "alpine3.22"));
        assert!(!covers("s390x", 13, "alpine3.22"));
        assert!(!covers("s390x", 14, "slim-trixie"));
        let windows: VariantGlob = "windows/*2022".parse().unwrap();
        assert!(windows.matches(&"windows/windowsservercore-ltsc2022".parse().unwrap()));
    }

    #[test]
    fn values_that_would_break_the_library_file_are_refused() {
        for text in ["", "A", "A (@a", "A\nB: c (@a)", "A, B (@a)", "A <x y> (@a)", " A (@a)", "A (a)", "(@a)"] {
            assert!(text.parse::<Maintainer>().is_err(), "{text:?} was accepted");
        }
        for text in ["A B <a@example.org> (@a)", "Á B (@a)"] {
            assert_eq!(text.parse::<Maintainer>().unwrap().to_string(), text);
        }
        for text in ["", "-x", "a b", "a\n", "a,b"] {
            assert!(text.parse::<Alias>().is_err(), "{text:?} was accepted");
        }
        for text in ["http://example.org/x.git", "https://u:p@example.org/x.git", "x", "https://example.org"] {
            let table = format!("git-repo = \"{text}\"");
            assert!(toml::from_str::<LibraryConfig>(&table).is_err(), "{text:?} was accepted");
        }
        for text in ["", "/x.sh", "../x.sh", "a b", "x\\n"] {
            let table = format!("generator = \"{text}\"");
            assert!(toml::from_str::<LibraryConfig>(&table).is_err(), "{text:?} was accepted");
        }
    }
}
