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
            let is_link = entry.filemode() == i32::from(git2::FileMode::Link);
            if is_link && stays(blob.content(), below) && linked(blob.content(), &path)? {
                return Ok(());
            }
            OpenOptions::new().write(true).create_new(true).open(path)?.write_all(blob.content())
        }
        // Of a submodule too, whose files are another repository's, there is the folder.
        _ => fs::create_dir(path),
    }
}

/// True if a link in the folder `below` leads to a place within the tree, wherever the other links of the tree lead: it may
/// climb at its start alone, and no higher than the root.
fn stays(target: &[u8], below: &str) -> bool {
    let Ok(target) = str::from_utf8(target) else { return false };
    let mut depth = Path::new(below).components().count();
    let mut climbs = true;
    Path::new(target).components().all(|part| match part {
        Component::ParentDir if climbs && depth > 0 => {
            depth -= 1;
            true
        }
        Component::Normal(_) => {
            climbs = false;
            true
        }
        Component::CurDir => true,
        _ => false,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stays_or_is_a_plain_file() {
        for (below, target) in
            [("", "a/b"), ("", "./a"), ("state/", "../Dockerfile.template"), ("a/b/", "../../c"), ("a/b/", "../c/d")]
        {
            assert!(stays(target.as_bytes(), below), "{below}: {target}");
        }
        for (below, target) in
            [("", "/etc/passwd"), ("", ".."), ("a/", "../../x"), ("a/b/", "c/../../d"), ("", "a/../b"), ("a/", "/a")]
        {
            assert!(!stays(target.as_bytes(), below), "{below}: {target}");
        }
        assert!(!stays(b"\xff", ""));
    }

    #[cfg(unix)]
    #[test]
    fn what_a_link_out_of_the_tree_leads_to_is_not_read() {
        let outside = tempfile::tempdir().unwrap();
        let secret = outside.path().join("secret");
        fs::write(&secret, "secret").unwrap();
        let git = Repository::init_bare(outside.path().join("git")).unwrap();
        let target = secret.to_str().unwrap();
        let (blob, kept) = (git.blob(target.as_bytes()).unwrap(), git.blob(b"secret").unwrap());
        let mut tree = git.treebuilder(None).unwrap();
        tree.insert("out", blob, i32::from(git2::FileMode::Link)).unwrap();
        tree.insert("within", kept, i32::from(git2::FileMode::Link)).unwrap();
        let tree = git.find_tree(tree.write().unwrap()).unwrap();
        let folder = snapshot_in(&git, &tree, outside.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("out")).unwrap(), target);
        assert!(folder.path().join("within").is_symlink());
    }
}
