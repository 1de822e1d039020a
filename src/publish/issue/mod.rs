//! Kept issues: for each thing that a person must know and no pull request can say, one open issue.
//!
//! Owns the look at GitHub, the decision and its execution. An issue is known by a mark in its body, which is believed where
//! somebody with a say in the repository opened it. Refuses to open again what a person closed for the same content, to close
//! what is not settled, and to touch what strangers open.

mod decide;
mod execute;
mod look;
mod mark;
mod report;

pub use execute::{IssueAction, IssueDone, keep};
pub use mark::IssueMark;
pub use report::{IssueReport, IssueStep, issue_word, issues_text};

use std::collections::BTreeSet;
use std::sync::Arc;

use super::github::RemoteError;
use crate::config::RepositoryName;
use crate::model::Sha256;

/// What an issue should be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedIssue {
    /// What the issue is about, the same in every run: `alarm 3.14 Python-3.14.2.tar.xz`.
    pub id: String,
    /// What a person decides on who closes it: while this stays the same, the issue stays closed. An alarm's would be both
    /// digests. It is remembered by its digest.
    pub content: String,
    /// The same piece by piece, where it is about several things: what a person closed stays closed also while only some of
    /// these are left. None where it is all or nothing.
    pub parts: BTreeSet<String>,
    /// Whether an open issue about all of this, and perhaps more, is left as it is: some of what it says may be so and was not
    /// seen this time.
    pub words_stay: bool,
    /// The title, of at most 256 characters.
    pub title: String,
    /// The body as markdown, of at most some 65,000 bytes.
    pub body: String,
    /// The labels, which are set when it is opened.
    pub labels: Vec<String>,
}

impl WantedIssue {
    fn mark(&self) -> IssueMark {
        IssueMark {
            id: self.id.clone(),
            content: Sha256::of(self.content.as_bytes()),
            parts: self.parts.clone(),
            words: Sha256::of(format!("{}\n{}", self.title, self.body.trim_end()).as_bytes()),
            closed: false,
        }
    }
}

/// How it stands with something for which an issue is open and none is wanted any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is over: why, as the comment with which the issue is closed.
    Settled(String),
    /// It is not known whether it is over, and why not.
    Unknown(String),
    /// Somebody else keeps what bears this id: it is passed over.
    Elsewhere,
}

/// An issue that could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// GitHub did not take a question or a change.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The issues that there are could not be listed, for none of those wanted.
    #[error("{0}")]
    Unlisted(Arc<RemoteError>),
    /// Whatever was done, things were not as they were left.
    #[error("the issue \"{}\" of {repository} went on changing while pybump looked; run the same command again{}", id.escape_debug(), cause(last.as_ref()))]
    Restless {
        /// What the issue is about.
        id: String,
        /// Its repository.
        repository: RepositoryName,
        /// The last error, if there was one.
        last: Option<RemoteError>,
    },
}

fn cause(error: Option<&RemoteError>) -> String {
    error.map_or(String::new(), |error| format!(": {error}"))
}
