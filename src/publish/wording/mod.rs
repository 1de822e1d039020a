//! What pull requests say: titles and bodies, as functions of plan and branch alone.
//!
//! Owns every word of them, and that each body stays below GitHub's limit without losing its end. Refuses ages, so that
//! the same state gives the same bytes, and lets no text from outside into markdown but through `escape`.

mod alarm;
mod contradiction;
mod fit;
mod image;
mod library;
mod news;
mod notice;
mod reproduce;
mod series;
mod signers;
#[cfg(test)]
mod tests;
mod title;
mod trouble;

use git2::Oid;
use url::Url;

pub use self::alarm::{AlarmFacts, alarm};
pub use self::contradiction::{contradiction, reroll, unproposed};
pub use self::image::{ImageFacts, PersonsPull, image};
pub use self::library::{LibraryFacts, library};
pub use self::news::{Told, news};
pub use self::notice::{NOTHING_LEFT, notice};
pub use self::signers::{SignerFacts, signers};
use crate::config::{BranchName, RepositoryName};
use crate::model::CommitSha;
use crate::report::escape;

/// The title and the body of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// At most 256 characters on one line.
    pub title: String,
    /// Markdown, at most 65,536 characters however they are counted.
    pub body: String,
}

/// The branch that a pull request in the image repository is made from.
#[derive(Debug, Clone, Copy)]
pub struct Branch<'a> {
    /// Where people look at GitHub: `https://github.com`.
    pub server: &'a Url,
    /// The image repository.
    pub repository: &'a RepositoryName,
    /// The branch.
    pub name: &'a BranchName,
    /// The commit of the default branch that it starts from.
    pub base: &'a CommitSha,
    /// The tree of its tip.
    pub tree: Oid,
    /// True if GitHub starts no workflows on it: it is pushed with `GITHUB_TOKEN`.
    pub starts_no_workflows: bool,
}

impl Branch<'_> {
    /// The repository's address, without `.git`.
    fn page(&self) -> String {
        format!("{}/{}", self.server.origin().ascii_serialization(), self.repository)
    }
}
