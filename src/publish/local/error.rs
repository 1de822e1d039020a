//! Why no commits can be made in a clone, and what to do about it.

use std::io;
use std::path::PathBuf;

use git2::Oid;

use crate::layout::ApplyError;
use crate::model::InvalidValue;

/// Why no commits can be made in a clone.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// It is no git repository.
    #[error("{} is no git repository: {source}; commits are made in a clone: run pybump in one, or name one with -C DIR", folder.display())]
    NotARepository {
        /// The folder looked at.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
    /// It belongs to someone else.
    #[error("git does not trust {}, which belongs to another user: git config --global --add safe.directory {}", folder.display(), folder.display())]
    NotOwned {
        /// The clone.
        folder: PathBuf,
    },
    /// It lies inside a clone.
    #[error("{} lies inside the git repository {}; run pybump at its top: -C {}", folder.display(), top.display(), top.display())]
    NotTheTop {
        /// The folder looked at.
        folder: PathBuf,
        /// The top of the work tree that it lies in.
        top: PathBuf,
    },
    /// It has no work tree.
    #[error("{} is a bare repository, which has no files to update; make a clone of it and run pybump there", folder.display())]
    Bare {
        /// The repository.
        folder: PathBuf,
    },
    /// It has no commit.
    #[error("{} has no commit yet: {source}; commit the manifest and the Dockerfiles first", folder.display())]
    NoCommit {
        /// The clone.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
    /// Someone is in the middle of something.
    #[error("{what} is under way in {}; finish it or abort it first: git status says how", folder.display())]
    UnderWay {
        /// The clone.
        folder: PathBuf,
        /// A merge, a rebase or the like.
        what: &'static str,
    },
    /// Another git process holds the index, or one was killed while it did.
    #[error("{} exists: another git process is at work, or one was killed; remove the file once none is", lock.display())]
    Locked {
        /// The lock file.
        lock: PathBuf,
    },
    /// The work tree or the index holds something that is not committed.
    #[error("{}: {}; nothing was written: commit these or put them away with git stash -u, and run the same command again", dirty_count(files.len()), listed(files))]
    Dirty {
        /// The files, each with what is the matter.
        files: Vec<String>,
    },
    /// Nobody to name as the author.
    #[error(
        "nobody is named as the author of commits: set `author` in [publish] of pybump.toml, or git config user.name and user.email"
    )]
    NoAuthor,
    /// The author in git's configuration cannot stand in a commit.
    #[error("git config user.name and user.email make no author of commits: {0}")]
    Author(#[from] InvalidValue),
    /// The branch was moved while pybump was at work.
    #[error("HEAD moved from {from} to {to} while pybump was looking; nothing was written: run the same command again")]
    Moved {
        /// Where it was.
        from: Oid,
        /// Where it is.
        to: Oid,
    },
    /// A file of the work tree could not be written.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// A file could not be read, or a temporary one not be written.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was tried.
        doing: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// git could not do something.
    #[error("cannot {doing} in {}: {source}", folder.display())]
    Git {
        /// The clone.
        folder: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What git said.
        source: git2::Error,
    },
}

fn dirty_count(count: usize) -> String {
    if count == 1 { "1 file is not as committed".to_owned() } else { format!("{count} files are not as committed") }
}

/// The first few, and how many more there are.
fn listed(files: &[String]) -> String {
    const SHOWN: usize = 10;
    let more = files.len().saturating_sub(SHOWN);
    let shown = files[..files.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
