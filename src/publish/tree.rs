//! Commits as git objects: the trees and ids that git itself would give, computed in-process.
//!
//! Owns modes, dates and messages of commits. Writes objects into the repository that it is handed, which may keep them
//! in memory; refuses to touch an index, a reference or a work tree.

use std::path::Path;

use git2::build::TreeUpdateBuilder;
use git2::{Commit, Error, ErrorCode, FileMode, ObjectType, Oid, Repository, Signature, Time, Tree};
use jiff::Timestamp;

use super::commits::SeriesCommit;
use crate::config::Author;
use crate::layout::Edit;

/// A tree, and how it differs from the one that it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeAfter {
    /// Its id.
    pub id: Oid,
    /// The files that differ, in the order of the edits; an edit that changes nothing has none.
    pub changes: Vec<TreeChange>,
}

/// One file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeChange {
    /// From the repository's root, `/` between parts.
    pub path: String,
    /// What it is afterwards; nothing if it is gone.
    pub blob: Option<TreeBlob>,
}

/// A file's content and mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeBlob {
    /// The blob's id.
    pub id: Oid,
    /// `100644`, or `100755` where the file was executable before.
    pub mode: u32,
    /// The blob's content.
    pub text: String,
}

/// A commit that is there as an object, and may be on no branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeCommit {
    /// Its id, which is that of a commit made by git with the same author, dates and message.
    pub id: Oid,
    /// The commit below it.
    pub parent: Oid,
    /// Its tree, and how that differs from the parent's.
    pub tree: TreeAfter,
    /// The author's and the committer's date, to the second.
    pub date: Timestamp,
    /// The whole message.
    pub message: String,
}

/// Opens the repository whose top folder is `folder` so that every object written through it stays in memory and is
/// gone when it is dropped; the repository on the disk is only read.
pub fn in_memory(folder: &Path) -> Result<Repository, Error> {
    let repository = Repository::open(folder)?;
    repository.odb()?.add_new_mempack_backend(FIRST)?;
    Ok(repository)
}

/// Above the priority of every backend on the disk.
const FIRST: i32 = 1000;

/// Makes `commits` on top of `base`, each on the one before. One that changes nothing of the tree below it is left out.
///
/// The dates follow from the change and from what it is made on: the commit's own date, but at least a second after its
/// parent, so that whoever lists commits by date finds each.
pub fn make_commits(
    repository: &Repository,
    base: &Commit<'_>,
    commits: &[SeriesCommit],
    author: &Author,
) -> Result<Vec<MadeCommit>, Error> {
    let mut made = Vec::new();
    let mut parent = base.clone();
    for commit in commits {
        let tree = tree_after(repository, &parent.tree()?, &commit.edits)?;
        if tree.id == parent.tree_id() {
            continue;
        }
        let second = commit.date.as_second().max(parent.committer().when().seconds() + 1);
        let date = Timestamp::from_second(second).map_err(|error| Error::from_str(&error.to_string()))?;
        let message = commit.message();
        let id = commit_id(repository, tree.id, &[parent.id()], author, date, &message)?;
        made.push(MadeCommit { id, parent: parent.id(), tree, date, message });
        parent = repository.find_commit(id)?;
    }
    Ok(made)
}

/// The tree that `edits` make of `base`. Files keep their modes, new ones are plain; folders that become empty go.
pub fn tree_after(repository: &Repository, base: &Tree<'_>, edits: &[Edit]) -> Result<TreeAfter, Error> {
    let mut update = TreeUpdateBuilder::new();
    let mut changes = Vec::new();
    for edit in edits {
        let (Edit::Write { path, .. } | Edit::Remove { path }) = edit;
        let before = match base.get_path(path) {
            Ok(entry) => Some(entry),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(error),
        };
        let path = slashed(path)?;
        let blob = match edit {
            Edit::Write { text, .. } => {
                let executable = before.as_ref().is_some_and(|entry| entry.filemode() == EXECUTABLE);
                let id = Oid::hash_object(ObjectType::Blob, text.as_bytes())?;
                let mode = if executable { FileMode::BlobExecutable } else { FileMode::Blob };
                if before.is_some_and(|entry| entry.id() == id && entry.filemode() == i32::from(mode)) {
                    continue;
                }
                repository.blob(text.as_bytes())?;
                update.upsert(path.as_str(), id, mode);
                Some(TreeBlob { id, mode: u32::from(mode), text: text.clone() })
            }
            Edit::Remove { .. } if before.is_none() => continue,
            Edit::Remove { .. } => {
                update.remove(path.as_str());
                None
            }
        };
        changes.push(TreeChange { path, blob });
    }
    let id = if changes.is_empty() { base.id() } else { update.create_updated(repository, base)? };
    Ok(TreeAfter { id, changes })
}

const EXECUTABLE: i32 = 0o100_755;

/// The path as git spells it.
fn slashed(path: &Path) -> Result<String, Error> {
    let parts: Option<Vec<_>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    let parts = parts.ok_or_else(|| Error::from_str(&format!("{} is not UTF-8", path.display())))?;
    Ok(parts.join("/"))
}

/// The id of the commit that git makes of these, `author` being the committer as well and `date` in UTC. The commit is
/// written as an object and put on no branch.
pub fn commit_id(
    repository: &Repository,
    tree: Oid,
    parents: &[Oid],
    author: &Author,
    date: Timestamp,
    message: &str,
) -> Result<Oid, Error> {
    let signature = Signature::new(&author.name, &author.email, &Time::new(date.as_second(), 0))?;
    let parents = parents.iter().map(|id| repository.find_commit(*id)).collect::<Result<Vec<_>, _>>()?;
    let tree = repository.find_tree(tree)?;
    repository.commit(None, &signature, &signature, message, &tree, &parents.iter().collect::<Vec<_>>())
}
