//! A clone on the disk that commits are made in, on the branch that is checked out.
//!
//! Owns when that is refused, and the order in which it is done: objects, then the work tree, then the index, then the
//! branch, which moves once and to the last commit. So a run that is killed at any instant left the branch where it was,
//! and the same run again finds its own rest and ends in the same commits. Runs no hooks, as nothing that libgit2 does.

use std::io;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Oid, Repository, RepositoryOpenFlags, RepositoryState, Signature};
use tempfile::TempDir;

use super::commits::SeriesCommit;
use super::snapshot::snapshot;
use super::tree::{MadeCommit, in_memory, make_commits};
use super::worktree::{Planned, WorkTree};
use crate::config::Author;
use crate::layout::ApplyError;

/// A clone in a state in which commits can be made.
pub struct LocalClone {
    repository: Repository,
    /// The same, but what is written stays in memory.
    memory: Repository,
    folder: PathBuf,
    head: Oid,
}

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
    Author(#[from] crate::model::InvalidValue),
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

impl LocalClone {
    /// Opens the clone whose top folder is `folder`.
    pub fn open(folder: &Path) -> Result<Self, LocalError> {
        let folder = folder.to_path_buf();
        let repository = match Repository::open_ext(&folder, RepositoryOpenFlags::NO_SEARCH, &[] as &[&Path]) {
            Ok(repository) => repository,
            Err(source) => return Err(not_opened(folder, source)),
        };
        if repository.is_bare() {
            return Err(LocalError::Bare { folder });
        }
        if let Some(top) = repository.workdir().filter(|top| !same_folder(top, &folder)) {
            return Err(LocalError::NotTheTop { top: top.to_path_buf(), folder });
        }
        if let Some(what) = under_way(repository.state()) {
            return Err(LocalError::UnderWay { folder, what });
        }
        let lock = repository.path().join("index.lock");
        if lock.exists() {
            return Err(LocalError::Locked { lock });
        }
        let head = match repository.head().and_then(|head| head.peel_to_commit()).map(|commit| commit.id()) {
            Ok(head) => head,
            Err(source) => return Err(LocalError::NoCommit { folder, source }),
        };
        let doing = "read the objects";
        let memory = in_memory(&folder).map_err(|source| LocalError::Git { folder: folder.clone(), doing, source })?;
        Ok(Self { repository, memory, folder, head })
    }

    /// The branch that commits go on; nothing if `HEAD` is detached.
    pub fn branch(&self) -> Option<String> {
        let head = self.repository.head().ok()?;
        head.is_branch().then(|| head.shorthand().ok().map(str::to_owned)).flatten()
    }

    /// Whom git's own configuration names as the author; the environment is not asked.
    pub fn author(&self) -> Result<Author, LocalError> {
        let signature = self.repository.signature().map_err(|_| LocalError::NoAuthor)?;
        let (Ok(name), Ok(email)) = (signature.name(), signature.email()) else { return Err(LocalError::NoAuthor) };
        Ok(format!("{name} <{email}>").parse()?)
    }

    /// The files of `HEAD` in a folder of their own.
    pub fn snapshot(&self) -> Result<TempDir, LocalError> {
        let tree = self.repository.find_commit(self.head).and_then(|head| head.tree());
        let tree = tree.map_err(|source| self.git("read HEAD", source))?;
        snapshot(&self.repository, &tree)
            .map_err(|source| LocalError::Io { doing: "write HEAD into a temporary folder".to_owned(), source })
    }

    /// Refuses a work tree or index with changes in files that `ours` says no run of pybump writes. What a killed run
    /// left in others is judged when it is known what this run writes.
    pub fn refuse_changes_but(&self, ours: impl Fn(&str) -> bool) -> Result<(), LocalError> {
        let changed = self.work_tree().changed()?;
        refuse(changed.into_iter().filter(|(path, _)| !ours(path)).map(|(path, what)| format!("{path} ({what})")))
    }

    /// What [`LocalClone::commit`] would make, without writing anything; refuses what that refuses.
    pub fn would_commit(&self, commits: &[SeriesCommit], author: &Author) -> Result<Vec<MadeCommit>, LocalError> {
        let made = self.make(&self.memory, commits, author)?;
        refuse(self.work_tree().unlike(&self.planned(&made)?)?)?;
        Ok(made)
    }

    /// Makes `commits` on top of `HEAD`. Changes in the work tree and the index are refused, unless they are exactly
    /// what the commits would leave there: the rest of a killed run.
    pub fn commit(&self, commits: &[SeriesCommit], author: &Author) -> Result<Vec<MadeCommit>, LocalError> {
        let made = self.would_commit(commits, author)?;
        let Some(last) = made.last() else { return Ok(made) };
        let planned = self.planned(&made)?;
        self.make(&self.repository, commits, author)?;
        let work_tree = self.work_tree();
        work_tree.write(&planned)?;
        work_tree.write_index(&planned)?;
        self.move_head(last.id, &made, author).map_err(|source| self.git("move the branch", source))?;
        Ok(made)
    }

    fn make(
        &self,
        objects: &Repository,
        commits: &[SeriesCommit],
        author: &Author,
    ) -> Result<Vec<MadeCommit>, LocalError> {
        let made = || {
            let head = self.repository.head()?.peel_to_commit()?.id();
            Ok((head, make_commits(objects, &objects.find_commit(self.head)?, commits, author)?))
        };
        let (to, made) = made().map_err(|source| self.git("make the commits", source))?;
        if to == self.head { Ok(made) } else { Err(LocalError::Moved { from: self.head, to }) }
    }

    /// What all of `made` come to.
    fn planned(&self, made: &[MadeCommit]) -> Result<Planned, LocalError> {
        let last = made.last().map_or(self.head, |commit| commit.id);
        Planned::between(&self.memory, self.head, last).map_err(|source| self.git("compare the commits", source))
    }

    fn move_head(&self, to: Oid, made: &[MadeCommit], author: &Author) -> Result<(), git2::Error> {
        let head = self.repository.head()?;
        let name = head.name().map_err(|_| git2::Error::from_str("the branch's name is not UTF-8"))?;
        let mut transaction = self.repository.transaction()?;
        transaction.lock_ref(name)?;
        let found = self.repository.refname_to_id(name)?;
        if found != self.head {
            return Err(git2::Error::from_str(&format!("it moved to {found} meanwhile; run the same command again")));
        }
        let subjects: Vec<_> = made.iter().filter_map(|commit| commit.message.lines().next()).collect();
        let log = format!("commit: {}", subjects.join("; "));
        transaction.set_target(name, to, Some(&Signature::now(&author.name, &author.email)?), &log)?;
        transaction.commit()
    }

    fn work_tree(&self) -> WorkTree<'_> {
        WorkTree { repository: &self.repository, memory: &self.memory, root: &self.folder }
    }

    fn git(&self, doing: &'static str, source: git2::Error) -> LocalError {
        LocalError::Git { folder: self.folder.clone(), doing, source }
    }
}

fn refuse(files: impl IntoIterator<Item = String>) -> Result<(), LocalError> {
    let files: Vec<_> = files.into_iter().collect();
    if files.is_empty() { Ok(()) } else { Err(LocalError::Dirty { files }) }
}

fn not_opened(folder: PathBuf, source: git2::Error) -> LocalError {
    if source.code() == ErrorCode::Owner {
        return LocalError::NotOwned { folder };
    }
    let around = Repository::discover(&folder).ok().and_then(|around| Some(around.workdir()?.to_path_buf()));
    match around {
        Some(top) => LocalError::NotTheTop { folder, top },
        None => LocalError::NotARepository { folder, source },
    }
}

fn same_folder(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn under_way(state: RepositoryState) -> Option<&'static str> {
    Some(match state {
        RepositoryState::Clean => return None,
        RepositoryState::Merge => "a merge",
        RepositoryState::Revert | RepositoryState::RevertSequence => "a revert",
        RepositoryState::CherryPick | RepositoryState::CherryPickSequence => "a cherry-pick",
        RepositoryState::Bisect => "a bisection",
        RepositoryState::ApplyMailbox | RepositoryState::ApplyMailboxOrRebase => "the applying of a mailbox",
        RepositoryState::Rebase | RepositoryState::RebaseInteractive | RepositoryState::RebaseMerge => "a rebase",
    })
}
