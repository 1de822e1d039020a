//! The files of a commit in a folder of their own, as they are committed.
//!
//! What is read there depends on nothing that a work tree adds: changes, line ends, files left out. Refuses names that
//! would leave the folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Component, Path};

use git2::{ObjectType, Repository, Tree, TreeWalkMode, TreeWalkResult};
use tempfile::TempDir;

/// Writes every file of `tree` into a temporary folder, which goes when the value is dropped.
pub fn snapshot(repository: &Repository, tree: &Tree<'_>) -> io::Result<TempDir> {
    snapshot_in(repository, tree, &std::env::temp_dir())
}

/// The same, the temporary folder being made in `parent`.
pub fn snapshot_in(repository: &Repository, tree: &Tree<'_>, parent: &Path) -> io::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("pybump-").tempdir_in(parent)?;
    let mut failure = None;
    let walked =
        tree.walk(TreeWalkMode::PreOrder, |below, entry| match place(repository, folder.path(), below, entry) {
            Ok(()) => TreeWalkResult::Ok,
            Err(error) => {
                failure = Some(error);
                TreeWalkResult::Abort
            }
        });
    failure.map_or_else(|| walked.map_err(io::Error::other), Err)?;
    Ok(folder)
}

/// Writes one entry. Nothing that is there already is written to: a malformed tree that has a name twice, once as a
/// link, would lead out of the folder.
fn place(repository: &Repository, root: &Path, below: &str, entry: &git2::TreeEntry<'_>) -> io::Result<()> {
    let name = entry.name().map_err(io::Error::other)?;
    let parts: Vec<_> = Path::new(name).components().collect();
    if !matches!(parts[..], [Component::Normal(_)]) || name.contains(['/', '\\']) {
        return Err(io::Error::other(format!("{name:?} is no name for a file")));
    }
    let path = root.join(below).join(name);
    match entry.kind() {
        Some(ObjectType::Blob) => {
            let blob = repository.find_blob(entry.id()).map_err(io::Error::other)?;
            if entry.filemode() == i32::from(git2::FileMode::Link) && linked(blob.content(), &path)? {
                return Ok(());
            }
            OpenOptions::new().write(true).create_new(true).open(path)?.write_all(blob.content())
        }
        // Of a submodule too, whose files are another repository's, there is the folder.
        _ => fs::create_dir(path),
    }
}

#[cfg(unix)]
fn linked(target: &[u8], path: &Path) -> io::Result<bool> {
    let target: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(target);
    std::os::unix::fs::symlink(target, path).map(|()| true)
}

/// Where links are rare, git writes their target into a plain file.
#[cfg(not(unix))]
fn linked(_: &[u8], _: &Path) -> io::Result<bool> {
    Ok(false)
}
