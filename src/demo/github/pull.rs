//! A pull request as a value.

use std::collections::BTreeSet;

use git2::Oid;
use jiff::Timestamp;

/// A pull request, as whoever looks at GitHub sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number in the repository.
    pub number: u64,
    /// The title.
    pub title: String,
    /// The text.
    pub body: Option<String>,
    /// Who opened it.
    pub author: String,
    /// True until it is closed or merged.
    pub open: bool,
    /// When, by whom and as which commit it was merged.
    pub merged: Option<Merged>,
    /// Who closed it, if it was not merged.
    pub closed_by: Option<String>,
    /// The branch that it is of.
    pub head: Head,
    /// The branch that it is for.
    pub base: String,
    /// Its labels, sorted.
    pub labels: BTreeSet<String>,
    /// Whose review is asked for, sorted.
    pub reviewers: BTreeSet<String>,
    /// Its comments, oldest first.
    pub comments: Vec<Comment>,
    /// Whether those who may push to the base may push to the head.
    pub maintainer_can_modify: bool,
    /// Whether it is a draft.
    pub draft: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything last happened to it.
    pub updated_at: Timestamp,
    /// When it was closed or merged.
    pub closed_at: Option<Timestamp>,
    pub(super) id: u64,
    pub(super) base_sha: Oid,
}

/// Where the commits of a pull request come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The repository's owner.
    pub owner: String,
    /// The branch.
    pub branch: String,
    /// The commit: the branch's while the pull request is open, the last one since.
    pub sha: Oid,
    pub(super) repository: u64,
}

/// How a pull request was merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// By whom.
    pub by: String,
    /// As which commit of the base.
    pub commit: Oid,
    /// When.
    pub at: Timestamp,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    pub(super) id: u64,
}
