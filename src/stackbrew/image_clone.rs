//! The clone of an image repository: its files at `HEAD` and their history.
//!
//! Refuses a shallow clone, in which history ends early and answers would be wrong, and a folder that is not the top of
//! its work tree, whose paths official-images could not find.

use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};
use jiff::Timestamp;

use super::history;
use crate::model::CommitSha;

/// A clone with its whole history.
pub struct ImageClone {
    repository: Repository,
    head: Oid,
    folder: PathBuf,
}

/// A clone that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CloneError {
    /// It is no git repository.
    #[error("{} is not the top folder of a git repository: {source}; run pybump in a clone, or name one with -C DIR", folder.display())]
    NotARepository {
        /// The folder looked at.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
    /// Its history was cut.
    #[error(
        "{} is a shallow clone, in which the commit that last touched a file cannot be known; fetch all of history: \
         git fetch --unshallow, or fetch-depth: 0 with actions/checkout", folder.display()
    )]
    Shallow {
        /// The clone.
        folder: PathBuf,
    },
    /// It has no commits.
    #[error("{} has no commit yet: {source}; commit the manifest and the Dockerfiles first", folder.display())]
    NoHead {
        /// The clone.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
    /// An object could not be read.
    #[error("cannot read the history of {}: {source}; git fsck tells what is missing or broken, and a new clone with all of history mends it", folder.display())]
    Git {
        /// The clone.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
}

impl ImageClone {
    /// Opens the clone whose top folder is `folder`.
    pub fn open(folder: &Path) -> Result<Self, CloneError> {
        let folder = folder.to_path_buf();
        let repository = match Repository::open(&folder) {
            Ok(repository) => repository,
            Err(source) => return Err(CloneError::NotARepository { folder, source }),
        };
        if repository.is_shallow() {
            return Err(CloneError::Shallow { folder });
        }
        match repository.head().and_then(|head| head.peel_to_commit()).map(|commit| commit.id()) {
            Ok(head) => Ok(Self { repository, head, folder }),
            Err(source) => Err(CloneError::NoHead { folder, source }),
        }
    }

    /// The commit at `HEAD`.
    pub fn head(&self) -> CommitSha {
        sha(self.head)
    }

    /// When the commit at `HEAD` was written, by its author's date.
    pub fn head_written(&self) -> Result<Timestamp, CloneError> {
        let seconds = self.repository.find_commit(self.head).map(|commit| commit.author().when().seconds());
        let read = seconds.and_then(|seconds| {
            Timestamp::from_second(seconds).map_err(|error| git2::Error::from_str(&error.to_string()))
        });
        read.map_err(|source| self.error(source))
    }

    /// The git repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The content of the file `path` at `HEAD`, if there is one.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>, CloneError> {
        let read = || -> Result<Option<Vec<u8>>, git2::Error> {
            let entry = match self.tree()?.get_path(Path::new(path)) {
                Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
                entry => entry?,
            };
            match entry.kind() {
                Some(ObjectType::Blob) => Ok(Some(self.repository.find_blob(entry.id())?.content().to_vec())),
                _ => Ok(None),
            }
        };
        read().map_err(|source| self.error(source))
    }

    /// The names in the folder `path` at `HEAD`; none if there is no such folder.
    pub fn names(&self, path: &str) -> Result<Vec<String>, CloneError> {
        let read = || -> Result<Vec<String>, git2::Error> {
            let tree = self.tree()?;
            let tree = match path
                .is_empty()
                .then_some(())
                .map_or_else(|| tree.get_path(Path::new(path)).map(Some), |()| Ok(None))
            {
                Ok(None) => tree,
                Ok(Some(entry)) if entry.kind() == Some(ObjectType::Tree) => self.repository.find_tree(entry.id())?,
                Ok(Some(_)) => return Ok(Vec::new()),
                Err(error) if error.code() == ErrorCode::NotFound => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
            Ok(tree.iter().filter_map(|entry| entry.name().map(str::to_owned).ok()).collect())
        };
        read().map_err(|source| self.error(source))
    }

    /// For each set of paths, the newest commit that touched any of them, as `git log -1 HEAD -- PATHS` answers.
    pub fn newest_commits(&self, sets: &[Vec<String>]) -> Result<Vec<Option<CommitSha>>, CloneError> {
        let answers =
            history::newest_commits(&self.repository, self.head, sets).map_err(|source| self.error(source))?;
        Ok(answers.into_iter().map(|id| id.map(sha)).collect())
    }

    pub(super) fn head_id(&self) -> Oid {
        self.head
    }

    fn tree(&self) -> Result<Tree<'_>, git2::Error> {
        self.repository.find_commit(self.head)?.tree()
    }

    pub(super) fn error(&self, source: git2::Error) -> CloneError {
        CloneError::Git { folder: self.folder.clone(), source }
    }
}

fn sha(id: Oid) -> CommitSha {
    id.to_string().parse().expect("git prints 40 digits")
}
