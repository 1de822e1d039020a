//! Who asks: accounts, their tokens, and what those may do.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::identity::Identity;

/// What kind of account a token belongs to; GitHub treats them differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// A person with a personal access token.
    User,
    /// An installation of a GitHub App; its login ends in `[bot]`.
    App,
    /// A workflow's own `GITHUB_TOKEN`.
    Actions,
}

/// How far an account may go in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Not even to see it, if it is private.
    None,
    /// To see it.
    Read,
    /// To push to it.
    Write,
    /// All.
    Admin,
}

/// What a token can lack although its account has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// To write blobs, trees, commits and references.
    Contents,
    /// To open and change pull requests.
    PullRequests,
    /// To open, change, label and comment issues.
    Issues,
}

/// An account and its one token.
#[derive(Debug, Clone)]
pub struct Account {
    /// The name it goes by.
    pub login: String,
    /// What it is.
    pub kind: AccountKind,
    pub(super) id: u64,
    pub(super) token: String,
    pub(super) lacks: BTreeSet<Right>,
    pub(super) spent: u32,
}

impl Account {
    /// What GitHub says when the token lacks a right.
    pub(super) fn refusal(&self) -> &'static str {
        match self.kind {
            AccountKind::User => "Resource not accessible by personal access token",
            AccountKind::App | AccountKind::Actions => "Resource not accessible by integration",
        }
    }

    /// How it appears in commits when it does not say otherwise.
    pub(super) fn identity(&self, at: Timestamp) -> Identity {
        let email = format!("{}+{}@users.noreply.github.com", self.id, self.login);
        Identity::new(&self.login, &email, at)
    }

    /// How many requests an hour it may make.
    pub(super) fn limit(&self) -> u32 {
        if self.kind == AccountKind::Actions { 1000 } else { 5000 }
    }
}

/// Who commits what is done on GitHub itself.
pub(super) fn web_flow(at: Timestamp) -> Identity {
    Identity::new("GitHub", "noreply@github.com", at)
}
