//! A result in sections, which a log can fold.

/// A part of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// True if the title stands above it where nothing folds.
    pub is_headed: bool,
    /// Its text, whole lines.
    pub text: String,
}

impl Section {
    /// The sections one below the other.
    pub fn joined(sections: &[Self]) -> String {
        let shown = |section: &Self| {
            if section.is_headed { format!("{}\n{}", section.title, section.text) } else { section.text.clone() }
        };
        sections.iter().map(shown).collect::<Vec<_>>().join("\n")
    }
}
