//! What Sigstore evidence was judged by: which trust root, and how old it is.

use std::path::Path;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::time::ago;

/// A Sigstore trust root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrustRootReport {
    /// The file; null for the one that is built in, of the public-good instance.
    pub file: Option<String>,
    /// Since when its newest authority or log is in force: it knows nothing of later ones. Null if it does not say.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub newest: Option<Timestamp>,
}

impl TrustRootReport {
    /// The report of the one in `file`.
    pub fn of(file: Option<&Path>, newest: Option<Timestamp>) -> Self {
        Self { file: file.map(|file| file.display().to_string()), newest }
    }

    /// In words.
    pub fn text(&self, now: Timestamp) -> String {
        let source = self.file.as_deref().unwrap_or("built in");
        match self.newest {
            Some(newest) => {
                let day = newest.strftime("%Y-%m-%d");
                format!("{source}; its newest authority or log is of {day} ({})", ago(newest, now))
            }
            None => format!("{source}; does not say how old it is"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_name_the_file_and_the_age() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let now = at("2026-06-10T17:09:59Z");
        let embedded = TrustRootReport::of(None, Some(at("2025-09-23T00:00:00Z")));
        assert_eq!(embedded.text(now), "built in; its newest authority or log is of 2025-09-23 (260 d)");
        let file = TrustRootReport::of(Some(Path::new("root.json")), None);
        assert_eq!(file.text(now), "root.json; does not say how old it is");
    }
}
