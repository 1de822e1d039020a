//! A rolling pull request: one branch, at most one open pull request, kept as what is wanted.
//!
//! Owns the look at GitHub, the decision and its execution, for the image repository's pull request and official-images'
//! alike. Every change is made so that a run that stops anywhere is finished by the next: the next one looks, and
//! decides anew. Refuses to move a branch that holds a person's commits, and to open again what a person closed.

mod build;
mod decide;
mod execute;
mod look;

use std::collections::BTreeMap;

use crate::config::{Author, BranchName, Reviewer};
use crate::model::{CommitSha, Sha256};

use super::github::{Remote, RemoteError, TreeItem};
use super::wording::Wording;

pub use decide::{BranchStep, Decision, Facts, Leave, Seen, decide};
pub use execute::{Action, Done, keep};

/// Where a rolling pull request lives.
#[derive(Debug, Clone)]
pub struct Place {
    /// The repository that the pull request is opened in.
    pub base: Remote,
    /// The branch there that it goes to.
    pub base_branch: String,
    /// The repository of the branch: the same, or a fork.
    pub head: Remote,
    /// The branch.
    pub branch: BranchName,
    /// Author and dates of ours, or GitHub's.
    pub author: Option<Author>,
}

impl Place {
    /// The head as `POST /pulls` takes it.
    fn head_reference(&self) -> String {
        if self.base.name() == self.head.name() {
            self.branch.to_string()
        } else {
            format!("{}:{}", self.head.name().owner, self.branch)
        }
    }
}

/// What the pull request should be.
pub struct Wanted<'a> {
    /// The commit that the branch starts from, and its tree.
    pub base: (CommitSha, CommitSha),
    /// The commits, oldest first.
    pub commits: Vec<WantedCommit>,
    /// What is proposed, each by its digest: what a person's decision is about.
    pub proposal: BTreeMap<String, Sha256>,
    /// The files as they are and as they are to be, by their digest.
    pub files: Sha256,
    /// What is proposed for: manifest keys and their versions, or the image.
    pub keys: BTreeMap<String, String>,
    /// The digest of each artifact that is proposed, by file name.
    pub digests: BTreeMap<String, Sha256>,
    /// Title and body, given the commit that the branch starts from, the tree at its tip and the ending that the body
    /// must have.
    pub wording: &'a (dyn Fn(&CommitSha, &CommitSha, &str) -> Wording + Send + Sync),
    /// True if the words that are there stay for as long as the branch does.
    pub words_stay: bool,
    /// Labels to add once.
    pub labels: &'a [String],
    /// Who is asked for a review once.
    pub reviewers: &'a [Reviewer],
}

impl Wanted<'_> {
    /// The files that the commits change taken together: their blobs afterwards, nothing for one that goes.
    fn files_after(&self) -> BTreeMap<&str, Option<CommitSha>> {
        self.commits.iter().flat_map(|commit| &commit.items).map(|item| (item.path(), item.blob())).collect()
    }
}

/// One commit of the branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedCommit {
    /// The whole message.
    pub message: String,
    /// The id of its tree, as git computes it.
    pub tree: CommitSha,
    /// The files that differ from the commit before.
    pub items: Vec<TreeItem>,
    /// The author's and the committer's date, where author and dates are ours.
    pub date: jiff::Timestamp,
    /// The id that git gives, where author and dates are ours.
    pub id: Option<CommitSha>,
}

/// What to do with a branch for which nothing is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retirement {
    /// Close the pull request with this comment, and remove the branch.
    Close(String),
    /// Leave it: it is not known whether it is still wanted, for this reason.
    Keep(String),
}

/// A pull request that could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum RollingError {
    /// GitHub did not take a question or a change.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// GitHub made another tree of the same files.
    #[error(
        "GitHub made the tree {found} of files of which git makes {expected}; nothing was published: what GitHub has at \
         {base} is not what this clone has"
    )]
    Tree {
        /// The id computed here.
        expected: CommitSha,
        /// GitHub's.
        found: CommitSha,
        /// The commit that both start from.
        base: CommitSha,
    },
    /// GitHub made another commit of the same data.
    #[error("GitHub made the commit {found} where git makes {expected}; no branch was moved")]
    Commit {
        /// The id computed here.
        expected: CommitSha,
        /// GitHub's.
        found: CommitSha,
    },
    /// The fork does not have its upstream's newest commit.
    #[error(
        "{fork} does not have {base} of {upstream} yet, which GitHub brings to forks after a while; run the same command \
         again later, or press \"Sync fork\" on the fork's page"
    )]
    ForkLags {
        /// The fork.
        fork: crate::config::RepositoryName,
        /// What it is a fork of.
        upstream: crate::config::RepositoryName,
        /// The commit to build on.
        base: CommitSha,
    },
    /// Whatever was done, things were not as they were left.
    #[error("{branch} of {repository} went on changing while pybump looked; run the same command again: {last}")]
    Restless {
        /// The branch.
        branch: BranchName,
        /// Its repository.
        repository: crate::config::RepositoryName,
        /// The last error.
        last: RemoteError,
    },
}
