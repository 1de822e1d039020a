//! The one error of value types: what was expected, and what was found instead.

/// A text that is not the value it was taken for. The text found is shown escaped, so that control characters and
/// line ends from upstream cannot forge output, and cut, so that a hostile page cannot flood it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found \"{}\"", shown(found))]
pub struct InvalidValue {
    /// What the text should have been, with an example.
    pub expected: &'static str,
    /// The text as it came.
    pub found: String,
}

impl InvalidValue {
    /// An error that says `expected` of `found`.
    pub fn new(expected: &'static str, found: &str) -> Self {
        Self { expected, found: found.to_owned() }
    }
}

/// At most this many characters of a bad value are quoted.
const SHOWN: usize = 80;

fn shown(found: &str) -> String {
    let mut text: String = found.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if found.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}
