//! A clone on the disk that commits are made in, on the branch that is checked out.
//!
//! Owns when that is refused, and the order in which it is done: objects, then the work tree, then the index, then the
//! branch, which moves once and to the last commit. So a run that is killed left the branch where it was, and the same run
//! again finds its own rest and ends in the same commits; git's own lock, if it was held, is named for a person to
//! remove, as git does. Runs no hooks, as nothing that libgit2 does.

mod error;
mod worktree;

use std::path::{Path, PathBuf};

use git2::{ErrorCode, Oid, Repository, RepositoryOpenFlags, RepositoryState, Signature};
use tempfile::TempDir;

use super::commits::SeriesCommit;
use super::snapshot::snapshot;
use super::tree::{MadeCommit, in_memory, make_commits};
use crate::config::Author;

pub use error::LocalError;
use worktree::{Planned, WorkTree};

/// A clone in a state in which commits can be made.
pub struct LocalClone {
    repository: Repository,
    /// The same, but what is written stays in memory.
    memory: Repository,
    folder: PathBuf,
    head: Oid,
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
        if let Some(lock) = locks(&repository).into_iter().find(|lock| lock.exists()) {
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
        if found == to {
            // Another run of the same command was faster.
            return Ok(());
        }
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

/// The files that would be in the way of writing the index and moving the branch.
fn locks(repository: &Repository) -> Vec<PathBuf> {
    let own = ["index.lock", "HEAD.lock"].map(|name| repository.path().join(name));
    let head = repository.find_reference("HEAD").ok();
    let branch = head.and_then(|head| Some(format!("{}.lock", head.symbolic_target().ok()??)));
    own.into_iter().chain(branch.map(|branch| repository.commondir().join(branch))).collect()
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
