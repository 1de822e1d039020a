//! Edits of a repository's files, applied so that a kill at any instant leaves whole files, old or new.
//!
//! Owns the order: everything is staged beside its target first, so that a full disk or an unwritable folder fails
//! before anything changed; then files are renamed into place and removed, in the order given. Refuses to follow a
//! symbolic link out of the repository.
//!
//! Files are not flushed to the disk, as git does not flush a work tree: a rename is whole against a kill, and what a
//! power failure takes, git and `pybump render` bring back.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use tempfile::NamedTempFile;

/// Staged files start with this; one left by a killed run is no part of the repository.
pub const STAGED: &str = ".pybump-";

/// One change to a file of the repository; paths are relative to its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// The file holds exactly this text.
    Write {
        /// The file.
        path: PathBuf,
        /// Its whole content.
        text: String,
    },
    /// The file is gone, and so are folders that this leaves empty.
    Remove {
        /// The file.
        path: PathBuf,
    },
}

/// An edit that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The operating system said no.
    #[error("cannot {doing} {}: {source}; {state}", path.display())]
    Io {
        /// `write`, `replace` or `remove`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
        /// What has happened to the repository so far.
        state: &'static str,
    },
    /// A folder on the way is a symbolic link.
    #[error("{} is a symbolic link; pybump writes real files in real folders of the repository only; nothing was written", path.display())]
    Link {
        /// The link.
        path: PathBuf,
    },
}

const UNTOUCHED: &str = "nothing was written";
const PARTLY: &str = "some files are already replaced: mend the cause and run the same command again";

/// Applies `edits` below `root`, in their order.
pub fn apply(root: &Path, edits: &[Edit]) -> Result<(), ApplyError> {
    // Dropped in reverse order: staged files leave their new folders first.
    let mut created = CreatedFolders(Vec::new());
    let mut staged = Vec::new();
    let mut swept = BTreeSet::new();
    for edit in edits {
        let (Edit::Write { path, .. } | Edit::Remove { path }) = edit;
        refuse_links(root, path)?;
        if let Edit::Write { path, text } = edit {
            let error = |source| ApplyError::Io { doing: "write", path: path.clone(), source, state: UNTOUCHED };
            if swept.insert(path.parent()) {
                sweep(&root.join(path)).map_err(error)?;
            }
            staged.push(stage(&root.join(path), text, &mut created).map_err(error)?);
        }
    }
    created.0.clear();
    let mut staged = staged.into_iter();
    for edit in edits {
        let (doing, path, done) = match edit {
            Edit::Write { path, .. } => {
                let file = staged.next().expect("every write was staged, in this order");
                ("replace", path, file.persist(root.join(path)).map(drop).map_err(|error| error.error))
            }
            Edit::Remove { path } => ("remove", path, remove(root, path)),
        };
        done.map_err(|source| ApplyError::Io { doing, path: path.clone(), source, state: PARTLY })?;
    }
    Ok(())
}

/// Removes what a killed run left staged beside `target`; nothing of it was ever part of the repository.
fn sweep(target: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(target.parent().unwrap_or(Path::new("."))) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(STAGED) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Folders made for staged files; removed again, where empty, if staging fails half-way.
struct CreatedFolders(Vec<PathBuf>);

impl Drop for CreatedFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn stage(target: &Path, text: &str, created: &mut CreatedFolders) -> io::Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let missing: Vec<_> = folder.ancestors().take_while(|folder| !folder.exists()).map(Path::to_path_buf).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(&folder)?;
        created.0.push(folder);
    }
    if target.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "a folder is in the way"));
    }
    let mut file = tempfile::Builder::new().prefix(STAGED).permissions(permissions(target)?).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

/// The permissions of the file to be replaced; read and write for all, less the umask, for a new one.
fn permissions(target: &Path) -> io::Result<fs::Permissions> {
    match fs::metadata(target) {
        Ok(metadata) => Ok(metadata.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(new_file_permissions()),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn new_file_permissions() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}

#[cfg(not(unix))]
fn new_file_permissions() -> fs::Permissions {
    fs::metadata(".").map(|metadata| metadata.permissions()).expect("the current folder has permissions")
}

fn remove(root: &Path, path: &Path) -> io::Result<()> {
    match fs::remove_file(root.join(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    for folder in path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()) {
        if fs::remove_dir(root.join(folder)).is_err() {
            break;
        }
    }
    Ok(())
}

fn refuse_links(root: &Path, path: &Path) -> Result<(), ApplyError> {
    debug_assert!(path.components().all(|part| matches!(part, Component::Normal(_))), "edits stay below the root");
    let mut folder = root.to_path_buf();
    for part in path.parent().into_iter().flat_map(Path::components) {
        folder.push(part);
        if folder.is_symlink() {
            return Err(ApplyError::Link { path: folder });
        }
    }
    // The manifest: to replace a link to it would cut it off from what it links to.
    if path.parent() == Some(Path::new("")) && root.join(path).is_symlink() {
        return Err(ApplyError::Link { path: root.join(path) });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &str, text: &str) -> Edit {
        Edit::Write { path: path.into(), text: text.into() }
    }

    #[test]
    fn files_are_written_and_replaced_and_empty_folders_go() {
        let root = tempfile::tempdir().unwrap();
        apply(root.path(), &[write("3.14/a/Dockerfile", "1"), write("3.14/b/Dockerfile", "2")]).unwrap();
        apply(root.path(), &[Edit::Remove { path: "3.14/b/Dockerfile".into() }, write("3.14/a/Dockerfile", "3")])
            .unwrap();
        assert_eq!(fs::read_to_string(root.path().join("3.14/a/Dockerfile")).unwrap(), "3");
        assert!(!root.path().join("3.14/b").exists());
        apply(root.path(), &[Edit::Remove { path: "3.14/b/Dockerfile".into() }]).unwrap();
    }

    #[test]
    fn a_folder_in_the_way_leaves_everything_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("3.14/b/Dockerfile")).unwrap();
        let error =
            apply(root.path(), &[write("3.14/a/Dockerfile", "1"), write("3.14/b/Dockerfile", "2")]).unwrap_err();
        assert_eq!(error.to_string(), "cannot write 3.14/b/Dockerfile: a folder is in the way; nothing was written");
        assert!(!root.path().join("3.14/a").exists());
    }

    #[cfg(unix)]
    #[test]
    fn modes_are_kept_and_links_out_of_the_repository_refused() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        apply(root.path(), &[write("x/f", "1")]).unwrap();
        fs::set_permissions(root.path().join("x/f"), fs::Permissions::from_mode(0o640)).unwrap();
        apply(root.path(), &[write("x/f", "2")]).unwrap();
        assert_eq!(fs::metadata(root.path().join("x/f")).unwrap().permissions().mode() & 0o777, 0o640);
        let outside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join("3.14")).unwrap();
        let error = apply(root.path(), &[write("x/f", "3"), write("3.14/a/Dockerfile", "1")]).unwrap_err();
        assert!(matches!(error, ApplyError::Link { .. }), "{error}");
        assert_eq!(fs::read_to_string(root.path().join("x/f")).unwrap(), "2");
    }
}
