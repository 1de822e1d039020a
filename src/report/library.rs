//! The result of `pybump library` as values; its text is the library file itself.

use schemars::JsonSchema;
use serde::Serialize;

use crate::stackbrew::{Entry, Library};

/// A library file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LibraryReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// The file in stackbrew format.
    pub text: String,
    /// Its entries, newest series first.
    pub entries: Vec<EntryReport>,
}

/// One Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntryReport {
    /// Tags of this Dockerfile alone.
    pub tags: Vec<String>,
    /// Tags that it shares with others.
    pub shared_tags: Vec<String>,
    /// Where it is built.
    pub architectures: Vec<String>,
    /// The newest commit that touched it or a file it copies.
    pub git_commit: String,
    /// Its folder.
    pub directory: String,
    /// What a builder must have, of Windows variants.
    pub constraint: Option<String>,
}

impl LibraryReport {
    /// The report of `library`.
    pub fn of(library: &Library) -> Self {
        let entry = |entry: &Entry| EntryReport {
            tags: entry.tags.clone(),
            shared_tags: entry.shared_tags.clone(),
            architectures: entry.architectures.iter().map(ToString::to_string).collect(),
            git_commit: entry.commit.to_string(),
            directory: entry.directory.clone(),
            constraint: entry.constraint.clone(),
        };
        Self { schema: 1, text: library.to_string(), entries: library.entries.iter().map(entry).collect() }
    }
}
