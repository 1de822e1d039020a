//! A ledger that cannot be used: where, what was expected and found, and what a person can do. Never a reason to begin anew.

use std::io;
use std::path::PathBuf;

use crate::model::Series;

/// One damaged file of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{}:{line}: {problem}; it is never begun anew: git log -p -- {} shows when it changed, git restore --source=COMMIT \
     -- {} brings an earlier one back",
    path.display(), path.display(), path.display()
)]
pub struct LedgerFault {
    /// The file, relative to the repository's root.
    pub path: PathBuf,
    /// Counted from 1.
    pub line: usize,
    /// What was expected and found.
    pub problem: String,
}

/// A ledger that could not be looked at.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the ledger's folder {}: {source}", path.display())]
pub struct LedgerError {
    /// The folder.
    pub path: PathBuf,
    /// What the operating system said.
    pub source: io::Error,
}

/// What is wrong with a text, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) line: usize,
    pub(super) problem: String,
}

impl Damage {
    pub(super) fn at(line: usize, problem: impl Into<String>) -> Self {
        Self { line, problem: problem.into() }
    }

    /// What `error` says of a part of the text that begins on line `first`.
    pub(super) fn of_json(error: &serde_json::Error, first: usize) -> Self {
        let text = error.to_string();
        let problem = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
        Self::at(first + error.line().max(1) - 1, problem)
    }
}

/// The series of a fault's file.
pub(super) fn wrong_series(expected: Series, found: &str) -> String {
    format!(
        "expected series \"{expected}\", as the file's name has it, found \"{}\"",
        crate::verify::quote::quote(found)
    )
}
