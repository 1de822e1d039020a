//! What must outlast a restart, in a folder of its own: when the last round began, and what failed how often.
//!
//! Owns the lock, by which one process at a time uses the folder. Files are replaced whole; one that is damaged is as good as
//! none, for all that it holds can be found out again.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::clone::is_own;
use crate::config::RepositoryName;

const LOCK: &str = "lock";
const FILE: &str = "watch.json";
const CLONES: &str = "clones";
const CONFIGURATIONS: &str = "configurations";

/// The folder, held by this process.
#[derive(Debug)]
pub struct StateFolder {
    folder: PathBuf,
    /// Locked for as long as this lives.
    _lock: File,
}

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Memory {
    /// When the last round of all repositories began.
    pub last_round: Option<Timestamp>,
    /// How many such rounds have begun since one came to its end.
    #[serde(default)]
    pub unfinished: u32,
    /// By repository, `OWNER/NAME`.
    pub repositories: BTreeMap<String, RepositoryMemory>,
}

/// What is remembered of one repository.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RepositoryMemory {
    /// When its last run ended well.
    pub last_success: Option<Timestamp>,
    /// How many runs have failed since.
    pub failures: u32,
    /// When it is tried again, sooner than scheduled.
    pub retry_at: Option<Timestamp>,
}

/// A folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// It cannot be made, opened or written.
    #[error("cannot use {} to keep the state of pybump watch: {source}; name another folder with --state DIR", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another process uses it.
    #[error("another pybump watch uses {}: {holder}; stop that one, or name another folder with --state DIR", folder.display())]
    Held {
        /// The folder.
        folder: PathBuf,
        /// Who, as it wrote itself down.
        holder: String,
    },
}

impl StateFolder {
    /// Makes `folder` where it is not there, and locks it. `started` is written down for whoever finds it locked.
    pub fn open(folder: &Path, started: Timestamp) -> Result<Self, StateError> {
        let path = folder.join(LOCK);
        let cannot = |path: &Path| {
            let path = path.to_path_buf();
            |source| StateError::Folder { path, source }
        };
        fs::create_dir_all(folder).map_err(cannot(folder))?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut lock = options.open(&path).map_err(cannot(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let folder = folder.to_path_buf();
                return Err(StateError::Held { folder, holder: holder(&mut lock) });
            }
            Err(TryLockError::Error(source)) => return Err(StateError::Folder { path, source }),
        }
        let holder = format!("process {}, since {started:.0}\n", std::process::id());
        let written = lock.set_len(0).and_then(|()| lock.rewind()).and_then(|()| lock.write_all(holder.as_bytes()));
        if let Err(error) = written {
            // It is locked all the same.
            tracing::warn!("cannot write into {}: {error}", path.display());
        }
        Ok(Self { folder: folder.to_path_buf(), _lock: lock })
    }

    /// What was remembered last; nothing if that cannot be read.
    pub fn memory(&self) -> Memory {
        let text = fs::read(self.folder.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Where it is remembered.
    pub fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Remembers `memory`.
    pub fn remember(&self, memory: &Memory) -> io::Result<()> {
        self.replace(Path::new(FILE), &serde_json::to_vec_pretty(memory).map_err(io::Error::other)?)
    }

    /// The configuration of `repository` that was in force last.
    pub fn configuration(&self, repository: &RepositoryName) -> Option<String> {
        fs::read_to_string(self.folder.join(configuration(repository))).ok()
    }

    /// Remembers the configuration of `repository`, that it is in force when a later one cannot be read.
    pub fn keep_configuration(&self, repository: &RepositoryName, text: &str) -> io::Result<()> {
        if self.configuration(repository).as_deref() == Some(text) {
            return Ok(());
        }
        self.replace(&configuration(repository), text.as_bytes())
    }

    /// Where pybump's own clone of `repository` lies.
    pub fn clone_of(&self, repository: &RepositoryName) -> PathBuf {
        self.folder.join(CLONES).join(&repository.owner).join(format!("{}.git", repository.name))
    }

    /// Removes the clones and configurations of repositories that are not among `names`: those that lie where pybump keeps its
    /// own, and no clone that pybump has not fetched into. What cannot be removed stays and is told.
    pub fn keep_only<'a>(&self, names: impl IntoIterator<Item = &'a RepositoryName>) {
        let kept: Vec<_> = names.into_iter().map(|name| name.to_string().to_ascii_lowercase()).collect();
        for (folder, suffix) in [(CLONES, ".git"), (CONFIGURATIONS, ".toml")] {
            for (name, path) in repositories(&self.folder.join(folder), suffix) {
                // On some systems, as on GitHub, case makes no other name.
                if kept.contains(&name.to_string().to_ascii_lowercase()) {
                    continue;
                }
                let removed = match fs::symlink_metadata(&path) {
                    Ok(data) if data.is_dir() && is_own(&path) => fs::remove_dir_all(&path),
                    Ok(data) if data.is_file() && suffix == ".toml" => fs::remove_file(&path),
                    Ok(_) => continue,
                    Err(error) => Err(error),
                };
                match removed {
                    Ok(()) => tracing::info!("removed {}: {name} is not watched any more", path.display()),
                    Err(error) => {
                        tracing::warn!("cannot remove {}, and {name} is not watched any more: {error}", path.display());
                    }
                }
            }
        }
    }

    /// The folder for the files of a run, empty when the process starts.
    pub fn scratch(&self) -> io::Result<PathBuf> {
        let scratch = self.folder.join("runs");
        match fs::remove_dir_all(&scratch) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&scratch)?,
        }
        Ok(scratch)
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let path = self.folder.join(path);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }
}

fn configuration(repository: &RepositoryName) -> PathBuf {
    Path::new(CONFIGURATIONS).join(&repository.owner).join(format!("{}.toml", repository.name))
}

/// What lies in `folder` as `OWNER/NAME` with this `suffix`; links are not followed.
fn repositories(folder: &Path, suffix: &str) -> Vec<(RepositoryName, PathBuf)> {
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let is_folder = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let owners = entries(folder).filter(is_folder);
    let all = owners.flat_map(|owner| entries(&owner.path()).map(move |entry| (owner.file_name(), entry)));
    let named = all.filter_map(|(owner, entry)| {
        let file = entry.file_name();
        let name = file.to_str()?.strip_suffix(suffix)?;
        Some((format!("{}/{name}", owner.to_str()?).parse().ok()?, entry.path()))
    });
    named.collect()
}

/// Who holds the lock, as far as it can be read: some systems lock the bytes too.
fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    match lock.take(200).read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => text.trim().escape_debug().to_string(),
        _ => "a process that has not said which".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_refused_and_told_of_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let started: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let first = StateFolder::open(folder.path(), started).unwrap();
        let error = StateFolder::open(folder.path(), started).unwrap_err().to_string();
        let id = std::process::id();
        assert!(error.contains(&format!("process {id}, since 2026-11-20T10:00:00Z; stop that one")), "{error}");
        drop(first);
        StateFolder::open(folder.path(), started).unwrap();
    }

    #[test]
    fn what_is_remembered_comes_back_and_what_is_damaged_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(state.memory(), Memory::default());
        let mut memory = Memory { last_round: Some(Timestamp::UNIX_EPOCH), ..Memory::default() };
        memory
            .repositories
            .insert("acme/python".to_owned(), RepositoryMemory { failures: 2, ..RepositoryMemory::default() });
        state.remember(&memory).unwrap();
        assert_eq!(state.memory(), memory);
        for damage in ["", "{", "[]", "{\"repositories\": 1}"] {
            fs::write(folder.path().join(FILE), damage).unwrap();
            assert_eq!(state.memory(), Memory::default(), "{damage:?}");
        }
        let name = "acme/python".parse().unwrap();
        assert_eq!(state.configuration(&name), None);
        state.keep_configuration(&name, "concurrency = 2\n").unwrap();
        assert_eq!(state.configuration(&name).as_deref(), Some("concurrency = 2\n"));
        fs::write(state.scratch().unwrap().join("left"), "").unwrap();
        assert_eq!(fs::read_dir(state.scratch().unwrap()).unwrap().count(), 0);
    }

    #[test]
    fn what_lies_there_of_a_repository_that_is_not_watched_any_more_goes_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFolder::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap();
        let name = |text: &str| text.parse::<RepositoryName>().unwrap();
        let (kept, gone) = (name("acme/Python"), name("acme/gone"));
        let made = |path: &Path| {
            let git = git2::Repository::init_bare(path).unwrap();
            let tree = git.treebuilder(None).unwrap().write().unwrap();
            let by = git2::Signature::new("Mara", "mara@example.org", &git2::Time::new(0, 0)).unwrap();
            let commit = git.commit(None, &by, &by, "Begin", &git.find_tree(tree).unwrap(), &[]).unwrap();
            git.reference(super::super::clone::KEPT, commit, true, "").unwrap();
        };
        for name in [&kept, &gone] {
            made(&state.clone_of(name));
            state.keep_configuration(name, "concurrency = 2\n").unwrap();
        }
        // Others' things, and what has no name of a repository.
        git2::Repository::init_bare(folder.path().join("clones/acme/somebodys.git")).unwrap();
        made(&folder.path().join("clones/acme/gone"));
        made(&folder.path().join("clones/acme/.git"));
        fs::write(folder.path().join("clones/acme/file.git"), "").unwrap();
        fs::write(folder.path().join("configurations/notes.toml"), "").unwrap();
        fs::create_dir(folder.path().join("configurations/acme/folder.toml")).unwrap();
        let names = |below: &str| {
            let mut names: Vec<_> = fs::read_dir(folder.path().join(below)).unwrap().collect();
            names.sort_by_key(|entry| entry.as_ref().unwrap().file_name());
            names.into_iter().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        state.keep_only([&name("Acme/python")]);
        assert_eq!(names("clones/acme"), [".git", "Python.git", "file.git", "gone", "somebodys.git"]);
        assert_eq!(names("configurations/acme"), ["Python.toml", "folder.toml"]);
        assert_eq!(names("configurations"), ["acme", "notes.toml"]);
        state.keep_only([]);
        assert_eq!(names("clones/acme"), [".git", "file.git", "gone", "somebodys.git"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_to_a_clone_elsewhere_is_let_be() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let state = StateFolder::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap();
        state.keep_configuration(&"acme/python".parse().unwrap(), "").unwrap();
        let linked = elsewhere.path().join("configurations");
        fs::rename(folder.path().join("configurations"), &linked).unwrap();
        fs::create_dir_all(folder.path().join("configurations")).unwrap();
        std::os::unix::fs::symlink(linked.join("acme"), folder.path().join("configurations/acme")).unwrap();
        state.keep_only([]);
        assert!(linked.join("acme/python.toml").exists());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let error =
            StateFolder::open(&folder.path().join("file/state"), Timestamp::UNIX_EPOCH).unwrap_err().to_string();
        assert!(
            error.contains("file/state to keep the state of pybump watch: ") && error.ends_with("with --state DIR"),
            "{error}"
        );
    }
}
