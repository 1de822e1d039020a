//! A pull request beside its base: the commit that it is to be merged into, and what it changed since it left it.
//!
//! Owns the answer to "what did this change", from git's trees alone: a work tree, line ends and file times do not count.
//! Refuses to guess where the clone does not reach back to where the two parted.

use std::io;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};
use tempfile::TempDir;

use super::snapshot::snapshot;

/// What is checked out in a clone, and the commit that it is compared with.
pub struct Base {
    repository: Repository,
    folder: PathBuf,
    reference: String,
    commit: Oid,
    /// Where the two parted.
    parted: Oid,
    head: Oid,
}

/// A base that cannot be compared with.
#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    /// It is no git repository.
    #[error("{} is no git clone ({}); run pybump at the top of one, or name it with -C", folder.display(), source.message())]
    NotARepository {
        /// The folder looked at.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
    /// The clone does not have what was named.
    #[error(
        "--base: {} has no commit {reference:?}; name a branch, tag or commit that is there, or fetch it first: git fetch \
         origin BRANCH, or fetch-depth: 0 with actions/checkout", folder.display()
    )]
    Unknown {
        /// The clone.
        folder: PathBuf,
        /// What was named.
        reference: String,
    },
    /// History does not reach back to where the two parted.
    #[error(
        "--base: no commit is known that both HEAD and {reference:?} come from{}; fetch all of history: git fetch \
         --unshallow, or fetch-depth: 0 with actions/checkout",
        if *shallow { ", for the clone is shallow" } else { "" }
    )]
    Unrelated {
        /// What was named.
        reference: String,
        /// True if history was cut.
        shallow: bool,
    },
    /// An object could not be read.
    #[error("cannot compare {} with {reference:?}: {}; git fsck tells what is missing or broken", folder.display(), source.message())]
    Git {
        /// The clone.
        folder: PathBuf,
        /// What was named.
        reference: String,
        /// What git said.
        source: git2::Error,
    },
}

impl Base {
    /// Compares `HEAD` of the clone at `folder` with `reference`: a branch, a tag or a commit, as `git rev-parse` takes it.
    pub fn open(folder: &Path, reference: &str) -> Result<Self, BaseError> {
        let folder = folder.to_path_buf();
        let repository = match Repository::open(&folder) {
            Ok(repository) => repository,
            Err(source) => return Err(BaseError::NotARepository { folder, source }),
        };
        let git = |source| BaseError::Git { folder: folder.clone(), reference: reference.to_owned(), source };
        let named = repository.revparse_single(reference).and_then(|object| object.peel_to_commit());
        let commit = named.map(|commit| commit.id());
        let commit =
            commit.map_err(|_| BaseError::Unknown { folder: folder.clone(), reference: reference.to_owned() })?;
        let head = repository.head().and_then(|head| head.peel_to_commit()).map(|commit| commit.id()).map_err(git)?;
        let parted = match repository.merge_base(commit, head) {
            Ok(parted) => parted,
            Err(error) if error.code() == ErrorCode::NotFound || repository.is_shallow() => {
                let shallow = repository.is_shallow();
                return Err(BaseError::Unrelated { reference: reference.to_owned(), shallow });
            }
            Err(error) => return Err(git(error)),
        };
        Ok(Self { reference: reference.to_owned(), repository, folder, commit, parted, head })
    }

    /// What was named.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The files of the base's commit, in a folder that goes with the value.
    pub fn files(&self) -> io::Result<TempDir> {
        self.written(self.commit)
    }

    /// The files of the commit at which the two parted, in the same way.
    pub fn files_where_parted(&self) -> io::Result<TempDir> {
        self.written(self.parted)
    }

    /// True if `path`, a file or a folder with all below it, is not what it was where the two parted.
    pub fn changed(&self, path: &str) -> Result<bool, BaseError> {
        let entry = |commit| self.entry(commit, path).map_err(|source| self.error(source));
        Ok(entry(self.parted)? != entry(self.head)?)
    }

    fn written(&self, commit: Oid) -> io::Result<TempDir> {
        snapshot(&self.repository, &self.tree(commit).map_err(io::Error::other)?)
    }

    /// What `path` is at `commit`: object, kind and mode.
    fn entry(&self, commit: Oid, path: &str) -> Result<Option<(Oid, Option<ObjectType>, i32)>, git2::Error> {
        match self.tree(commit)?.get_path(Path::new(path)) {
            Ok(entry) => Ok(Some((entry.id(), entry.kind(), entry.filemode()))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn tree(&self, commit: Oid) -> Result<Tree<'_>, git2::Error> {
        self.repository.find_commit(commit)?.tree()
    }

    fn error(&self, source: git2::Error) -> BaseError {
        BaseError::Git { folder: self.folder.clone(), reference: self.reference.clone(), source }
    }
}
