//! The work tree and the index of a clone: what is not as committed there, and writing what commits leave there.
//!
//! Owns how a file on the disk compares with a blob, line ends and modes included. Refuses to follow links.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use git2::build::CheckoutBuilder;
use git2::{
    ErrorCode, FileMode, Index, IndexEntry, IndexEntryExtendedFlag, ObjectType, Oid, Repository, Status, StatusOptions,
    Tree,
};

use super::error::LocalError;
use crate::layout::{Edit, STAGED, apply};

/// A file as git has it: blob and mode. Nothing is a file that is not there.
type State = Option<(Oid, i32)>;

/// What becomes of each file that differs between two commits.
pub(super) struct Planned {
    files: BTreeMap<String, Step>,
    tree: Oid,
}

struct Step {
    before: State,
    after: State,
}

/// The files below `root`, and the index.
pub(super) struct WorkTree<'a> {
    pub(super) repository: &'a Repository,
    /// The same, but what is written stays in memory.
    pub(super) memory: &'a Repository,
    pub(super) root: &'a Path,
}

impl Planned {
    /// What becomes of the files from one commit to another.
    pub(super) fn between(repository: &Repository, from: Oid, to: Oid) -> Result<Self, git2::Error> {
        let (from, to) = (repository.find_commit(from)?.tree()?, repository.find_commit(to)?.tree()?);
        let mut files = BTreeMap::new();
        for delta in repository.diff_tree_to_tree(Some(&from), Some(&to), None)?.deltas() {
            let path = delta.new_file().path().or(delta.old_file().path()).and_then(Path::to_str);
            let path = path.ok_or_else(|| git2::Error::from_str("a path is not UTF-8"))?;
            let step = Step { before: state(&from, path)?, after: state(&to, path)? };
            files.insert(path.to_owned(), step);
        }
        Ok(Self { files, tree: to.id() })
    }
}

fn state(tree: &Tree<'_>, path: &str) -> Result<State, git2::Error> {
    match tree.get_path(Path::new(path)) {
        Ok(entry) => Ok(Some((entry.id(), entry.filemode()))),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl WorkTree<'_> {
    /// The files that `git status` would show, each with what is the matter. What a killed run staged is no part of the
    /// repository.
    pub(super) fn changed(&self) -> Result<Vec<(String, &'static str)>, LocalError> {
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_ignored(false).update_index(false);
        let statuses =
            self.repository.statuses(Some(&mut options)).map_err(|error| self.git("read the status", error))?;
        let changed =
            statuses.iter().map(|entry| (String::from_utf8_lossy(entry.path_bytes()).into_owned(), entry.status()));
        Ok(changed
            .filter(|(path, status)| !(*status == Status::WT_NEW && is_staged(path)))
            .map(|(path, status)| (path, worded(status)))
            .collect())
    }

    /// The files that are neither as committed nor as `planned` has them, each with what is the matter.
    pub(super) fn unlike(&self, planned: &Planned) -> Result<Vec<String>, LocalError> {
        let changed = self.changed()?;
        let index = self.index()?;
        let mut unlike = BTreeSet::new();
        for (path, what) in &changed {
            if !planned.files.contains_key(path) {
                unlike.insert(format!("{path} ({what})"));
            }
        }
        for (path, step) in &planned.files {
            let staged = index.get_path(Path::new(path), 0);
            let absent = staged.as_ref().is_some_and(is_sparse);
            let staged = staged.map(|entry| (entry.id, mode(entry.mode)));
            let found = self.on_disk(path, step)?;
            let one_of = |found: State| [step.before, step.after].contains(&found);
            if !one_of(staged) {
                unlike.insert(format!("{path} (staged)"));
            } else if !(one_of(found) || absent && found.is_none()) {
                let word = changed.iter().find(|(other, _)| other == path).map_or("in the way", |(_, what)| what);
                unlike.insert(format!("{path} ({word})"));
            }
        }
        Ok(unlike.into_iter().collect())
    }

    /// Makes the files what `planned` has. A file that a sparse checkout leaves out stays out.
    pub(super) fn write(&self, planned: &Planned) -> Result<(), LocalError> {
        let index = self.index()?;
        let mut wanted = Vec::new();
        for (path, step) in &planned.files {
            let left_out = index.get_path(Path::new(path), 0).as_ref().is_some_and(is_sparse);
            let found = self.on_disk(path, step)?;
            if found != step.after && !(left_out && found.is_none()) {
                wanted.push((path.as_str(), step.after));
            }
        }
        let written: Vec<_> = wanted.iter().filter(|(_, after)| after.is_some()).map(|(path, _)| *path).collect();
        let mut texts = self.smudged(planned.tree, &written)?;
        let edits = wanted.into_iter().map(|(path, after)| match (after, texts.remove(path)) {
            (Some(_), Some(text)) => Edit::Write { path: path.into(), text },
            _ => Edit::Remove { path: path.into() },
        });
        // What goes, goes last, as in a plain update.
        let (gone, mut edits): (Vec<_>, Vec<_>) = edits.partition(|edit| matches!(edit, Edit::Remove { .. }));
        edits.extend(gone);
        Ok(apply(self.root, &edits)?)
    }

    /// The texts of `paths` in `tree` as a checkout writes them: line ends and the like are as the clone wants them.
    fn smudged(&self, tree: Oid, paths: &[&str]) -> Result<BTreeMap<String, String>, LocalError> {
        let io = |source| LocalError::Io { doing: "write into a temporary folder".to_owned(), source };
        if paths.is_empty() {
            return Ok(BTreeMap::new());
        }
        let folder = tempfile::Builder::new().prefix("pybump-").tempdir().map_err(io)?;
        let mut options = CheckoutBuilder::new();
        options.force().target_dir(folder.path()).update_index(false).refresh(false).disable_pathspec_match(true);
        for path in paths {
            options.path(*path);
        }
        self.repository
            .find_tree(tree)
            .and_then(|tree| self.repository.checkout_tree(tree.as_object(), Some(&mut options)))
            .map_err(|error| self.git("check the commits out", error))?;
        paths
            .iter()
            .map(|path| Ok(((*path).to_owned(), fs::read_to_string(folder.path().join(path)).map_err(io)?)))
            .collect()
    }

    /// Makes the index what `planned` has.
    pub(super) fn write_index(&self, planned: &Planned) -> Result<(), LocalError> {
        let write = || -> Result<Oid, git2::Error> {
            let mut index = self.repository.index()?;
            index.read(true)?;
            for (path, step) in &planned.files {
                let path = Path::new(path);
                match step.after {
                    None => index.remove_path(path)?,
                    Some((id, mode)) => stage(&mut index, path, id, mode)?,
                }
            }
            let tree = index.write_tree()?;
            if tree == planned.tree {
                index.write()?;
            }
            Ok(tree)
        };
        match write() {
            Ok(tree) if tree == planned.tree => Ok(()),
            Ok(tree) => {
                let problem = format!("it holds tree {tree} where {} was expected; is git at work?", planned.tree);
                Err(self.git("write the index", git2::Error::from_str(&problem)))
            }
            Err(error) => Err(self.git("write the index", error)),
        }
    }

    /// The file `path`, of which `step` is to be made, as git would add it.
    fn on_disk(&self, path: &str, step: &Step) -> Result<State, LocalError> {
        let full = self.root.join(path);
        let error = |source| LocalError::Io { doing: format!("read {path}"), source };
        let metadata = match fs::symlink_metadata(&full) {
            Ok(metadata) => metadata,
            Err(source) if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(source) => return Err(error(source)),
        };
        if metadata.is_symlink() {
            let target = fs::read_link(&full).map_err(error)?;
            let id = Oid::hash_object(ObjectType::Blob, target.as_os_str().as_encoded_bytes());
            return Ok(Some((id.map_err(|error| self.git("hash a link", error))?, FileMode::Link.into())));
        }
        if !metadata.is_file() {
            return Ok(Some((Oid::ZERO_SHA1, FileMode::Tree.into())));
        }
        let plain = Oid::hash_file(ObjectType::Blob, &full).map_err(|error| self.git("hash a file", error))?;
        let known = [step.before, step.after].into_iter().flatten().any(|(id, _)| id == plain);
        // Only where it must be: libgit2 touches an object that is there already, even one that is not to be written.
        let filtered = || self.memory.blob_path(&full).map_err(|error| self.git("hash a file", error));
        let id = if known { plain } else { filtered()? };
        Ok(Some((id, self.mode(path, &metadata)?)))
    }

    #[cfg(unix)]
    fn mode(&self, path: &str, metadata: &fs::Metadata) -> Result<i32, LocalError> {
        let counts = self.repository.config().and_then(|config| config.get_bool("core.filemode")).unwrap_or(true);
        if !counts {
            return self.staged_mode(path);
        }
        let executable = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0;
        Ok(if executable { FileMode::BlobExecutable } else { FileMode::Blob }.into())
    }

    #[cfg(not(unix))]
    fn mode(&self, path: &str, _: &fs::Metadata) -> Result<i32, LocalError> {
        self.staged_mode(path)
    }

    /// Where the disk's modes do not count, the index's do.
    fn staged_mode(&self, path: &str) -> Result<i32, LocalError> {
        let staged = self.index()?.get_path(Path::new(path), 0);
        Ok(staged.map_or(FileMode::Blob.into(), |entry| mode(entry.mode)))
    }

    fn index(&self) -> Result<Index, LocalError> {
        self.repository.index().map_err(|error| self.git("read the index", error))
    }

    fn git(&self, doing: &'static str, source: git2::Error) -> LocalError {
        LocalError::Git { folder: self.root.to_path_buf(), doing, source }
    }
}

/// Sets the entry of `path`, with what git needs to see that the file on the disk is the one.
fn stage(index: &mut Index, path: &Path, id: Oid, mode: i32) -> Result<(), git2::Error> {
    let left_out = index.get_path(path, 0).filter(is_sparse);
    let mut entry = if let Some(entry) = left_out {
        entry
    } else {
        index.add_path(path)?;
        index.get_path(path, 0).ok_or_else(|| git2::Error::from_str("the index lost an entry"))?
    };
    entry.id = id;
    entry.mode = u32::try_from(mode).unwrap_or(0o100_644);
    index.add(&entry)
}

fn is_sparse(entry: &IndexEntry) -> bool {
    IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended).is_skip_worktree()
}

fn mode(mode: u32) -> i32 {
    i32::try_from(mode).unwrap_or_default()
}

fn is_staged(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with(STAGED))
}

fn worded(status: Status) -> &'static str {
    if status.is_conflicted() {
        "in conflict"
    } else if status.intersects(
        Status::INDEX_NEW
            | Status::INDEX_MODIFIED
            | Status::INDEX_DELETED
            | Status::INDEX_TYPECHANGE
            | Status::INDEX_RENAMED,
    ) {
        "staged"
    } else if status.contains(Status::WT_NEW) {
        "untracked"
    } else if status.contains(Status::WT_DELETED) {
        "deleted"
    } else {
        "modified"
    }
}
