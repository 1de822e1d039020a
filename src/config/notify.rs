//! `[notify]`: who is told of what needs a person.
//!
//! Owns the labels, of which GitHub takes no others. The webhook's address is a secret and comes from the environment alone.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

use crate::model::InvalidValue;

/// `[notify]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NotifyConfig {
    /// Whether `pybump run` keeps one issue about all that needs a person.
    pub issue: bool,
    /// Its labels, at least one: by the first it is found again.
    #[serde(deserialize_with = "labels")]
    pub labels: Vec<Label>,
}

impl Default for NotifyConfig {
    fn default() -> Self {
        Self { issue: false, labels: vec![Label("pybump".to_owned())] }
    }
}

/// The name of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Label {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        // A comma stands between labels where issues are asked for.
        let sound = (1..=50).contains(&text.chars().count())
            && text.trim() == text
            && !text.contains(|c: char| c == ',' || c.is_control());
        if sound {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidValue::new("a label of at most 50 characters without a comma, such as pybump", text))
    }
}

read_from_text!(Label);
write_as_text!(Label);

fn labels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Label>, D::Error> {
    let labels = Vec::<Label>::deserialize(deserializer)?;
    if labels.is_empty() {
        return Err(de::Error::custom("labels: expected at least one, by which the issue is found again, found none"));
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_and_without_them_there_is_no_issue() {
        let config: NotifyConfig = toml::from_str("issue = true\nlabels = [\"needs a person\", \"bot\"]\n").unwrap();
        assert!(config.issue);
        assert_eq!(config.labels.iter().map(Label::as_str).collect::<Vec<_>>(), ["needs a person", "bot"]);
        assert_eq!(toml::from_str::<NotifyConfig>("").unwrap(), NotifyConfig::default());
        assert!(!NotifyConfig::default().issue);
    }

    #[test]
    fn labels_by_which_nothing_could_be_found_are_refused_and_so_is_a_webhook_in_the_file() {
        for text in ["", " ", "a,b", "a\nb", " a", &"a".repeat(51)] {
            assert!(text.parse::<Label>().is_err(), "{text:?} was accepted");
        }
        let error = |text: &str| toml::from_str::<NotifyConfig>(text).unwrap_err().message().to_owned();
        insta::assert_snapshot!(error("labels = []"), @"labels: expected at least one, by which the issue is found again, found none");
        insta::assert_snapshot!(error("webhook = \"https://hooks.example/secret\""), @"unknown field `webhook`, expected `issue` or `labels`");
    }
}
