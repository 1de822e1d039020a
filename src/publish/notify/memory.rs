//! What a webhook was told last, so that it hears nothing twice.
//!
//! Owns the file, one a repository, replaced whole, below the cache folder: it may be lost, and then the webhook hears once more
//! how things stand. What the file cannot take is remembered while the process lives.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::config::RepositoryName;

/// The folder of these files, below the cache folder.
pub const TOLD: &str = "notified";

/// The version of the file's shape.
const SCHEMA: u32 = 1;

/// What webhooks were told, of every repository. Clones share it: one a process.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    folder: Option<PathBuf>,
    known: Arc<Mutex<BTreeMap<RepositoryName, Remembered>>>,
}

/// What was told of one repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    /// Troubles: what they are about, and their names for when they are over.
    pub(super) troubles: Vec<RememberedTrouble>,
    /// Open pull requests: `OWNER/NAME#12`.
    pub(super) pulls: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RememberedTrouble {
    pub(super) key: Option<String>,
    pub(super) name: String,
    pub(super) parts: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct File {
    schema: u32,
    #[serde(flatten)]
    told: Remembered,
}

impl Memory {
    /// The same memory, which remembers below the `cache` folder, or, without one, while the process lives.
    #[must_use]
    pub fn below(&self, cache: Option<&Path>) -> Self {
        Self { folder: cache.map(|cache| cache.join(TOLD)), known: Arc::clone(&self.known) }
    }

    /// What was told of `repository`; nothing where that is not known, or the file is damaged.
    pub(super) fn recall(&self, repository: &RepositoryName) -> Remembered {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || {
            let file: File = serde_json::from_slice(&std::fs::read(self.file(repository)?).ok()?).ok()?;
            (file.schema == SCHEMA).then_some(file.told)
        };
        known.entry(repository.clone()).or_insert_with(|| read().unwrap_or_default()).clone()
    }

    /// Remembers what was told of `repository`. An error says that a later process will not know.
    pub(super) fn remember(&self, repository: &RepositoryName, told: Remembered) -> Result<(), (PathBuf, io::Error)> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(repository.clone(), told.clone());
        let (Some(folder), Some(file)) = (&self.folder, self.file(repository)) else { return Ok(()) };
        write(folder, &file, told).map_err(|error| (file, error))
    }

    fn file(&self, repository: &RepositoryName) -> Option<PathBuf> {
        // GitHub takes upper and lower case for the same.
        let name = format!("{}+{}.json", repository.owner, repository.name).to_ascii_lowercase();
        Some(self.folder.as_ref()?.join(name))
    }
}

fn write(folder: &Path, file: &Path, told: Remembered) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut fresh, &File { schema: SCHEMA, told })?;
    fresh.write_all(b"\n")?;
    fresh.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str) -> Remembered {
        let trouble = RememberedTrouble { key: None, name: name.to_owned(), parts: vec!["a".to_owned()] };
        Remembered { troubles: vec![trouble], pulls: BTreeSet::from(["acme/python#1".to_owned()]) }
    }

    #[test]
    fn another_process_knows_what_was_told_of_each_repository_however_its_name_is_spelt() {
        let cache = tempfile::tempdir().unwrap();
        let [one, two, spelt] = ["acme/python", "acme/pythons", "Acme/Python"].map(|name| name.parse().unwrap());
        Memory::default().below(Some(cache.path())).remember(&one, told("3.14 held")).unwrap();
        let later = Memory::default().below(Some(cache.path()));
        assert_eq!((later.recall(&one), later.recall(&spelt)), (told("3.14 held"), told("3.14 held")));
        assert_eq!(later.recall(&two), Remembered::default());
        let files: Vec<_> =
            std::fs::read_dir(cache.path().join(TOLD)).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(files, ["acme+python.json"]);
    }

    #[test]
    fn a_damaged_file_and_one_of_another_shape_are_none() {
        let cache = tempfile::tempdir().unwrap();
        let name = "acme/python".parse().unwrap();
        Memory::default().below(Some(cache.path())).remember(&name, told("3.14 held")).unwrap();
        let file = cache.path().join(TOLD).join("acme+python.json");
        let good = std::fs::read_to_string(&file).unwrap();
        for bad in [&good[..good.len() - 3], &good.replace("\"schema\":1", "\"schema\":2"), "", "null"] {
            assert_ne!(bad, good);
            std::fs::write(&file, bad).unwrap();
            assert_eq!(Memory::default().below(Some(cache.path())).recall(&name), Remembered::default(), "{bad}");
        }
    }

    #[test]
    fn without_a_folder_or_with_one_that_cannot_be_written_it_is_known_while_the_process_lives() {
        let name = "acme/python".parse().unwrap();
        let nowhere = Memory::default().below(None);
        nowhere.remember(&name, told("3.14 held")).unwrap();
        assert_eq!(nowhere.clone().recall(&name), told("3.14 held"));
        let file = tempfile::NamedTempFile::new().unwrap();
        let blocked = Memory::default().below(Some(file.path()));
        assert!(blocked.remember(&name, told("3.14 held")).is_err());
        assert_eq!(blocked.recall(&name), told("3.14 held"));
    }
}
