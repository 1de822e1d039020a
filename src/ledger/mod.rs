//! The ledger: the append-only record of every artifact accepted, with its evidence, a file a series.
//!
//! Owns the files' text: how an entry is spelt, and what is appended of a bump. Reads one folder; hands what is to be written
//! to whoever makes the commit. Refuses to change or drop an entry, and to begin a damaged file anew.

mod append;
mod difference;
mod entry;
mod fault;
mod file;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

pub use self::append::LostEntry;
pub use self::difference::{Difference, differences};
pub use self::entry::{LedgerEntry, LedgerEvidence, LedgerOpenPgp, LedgerSbom, LedgerSigstore};
use self::fault::Damage;
pub use self::fault::{LedgerError, LedgerFault};
pub use self::file::LedgerFile;
use crate::config::LedgerFolder;
use crate::model::{Artifact, Series, Sha256};
use crate::verify::VerifiedArtifact;

/// The ledger of one repository, as its folder had it when it was read, and what was appended since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    folder: LedgerFolder,
    files: BTreeMap<Series, Result<LedgerFile, LedgerFault>>,
    strays: Vec<PathBuf>,
}

impl Ledger {
    /// Reads the ledger of the repository at `root`; an empty one where the folder is not there. A damaged file is kept as
    /// such, and concerns its own series alone.
    pub fn read(root: &Path, folder: &LedgerFolder) -> Result<Self, LedgerError> {
        let mut ledger = Self { folder: folder.clone(), files: BTreeMap::new(), strays: Vec::new() };
        let error = |source| LedgerError { path: folder.path().to_path_buf(), source };
        let entries = match fs::read_dir(root.join(folder.path())) {
            Ok(entries) => entries,
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(ledger),
            Err(source) => return Err(error(source)),
        };
        for entry in entries {
            let name = entry.map_err(error)?.file_name().to_string_lossy().into_owned();
            match LedgerFolder::series_of(&name) {
                Some(series) => {
                    let path = folder.file(series);
                    let file = read(&root.join(&path)).and_then(|text| LedgerFile::parse(&text, series));
                    let file = file.map_err(|Damage { line, problem }| LedgerFault { path, line, problem });
                    ledger.files.insert(series, file);
                }
                None if Path::new(&name).extension().is_some_and(|extension| extension == "json") => {
                    ledger.strays.push(folder.path().join(name));
                }
                None => {}
            }
        }
        ledger.strays.sort();
        Ok(ledger)
    }

    /// True if the folder of the repository at `root` still says the same.
    pub fn is_as_read(&self, root: &Path) -> Result<bool, LedgerError> {
        Ok(Self::read(root, &self.folder)? == *self)
    }

    /// What is wrong with the file of `series`, if anything is.
    pub fn fault(&self, series: Series) -> Option<&LedgerFault> {
        self.files.get(&series)?.as_ref().err()
    }

    /// Every damaged file.
    pub fn faults(&self) -> impl Iterator<Item = (Series, &LedgerFault)> {
        self.files.iter().filter_map(|(series, file)| Some((*series, file.as_ref().err()?)))
    }

    /// Files of the folder that look like a series' and are none; what they say does not count.
    pub fn strays(&self) -> &[PathBuf] {
        &self.strays
    }

    /// The file of `series`, relative to the repository's root.
    pub fn path(&self, series: Series) -> PathBuf {
        self.folder.file(series)
    }

    /// Every entry with its series, by series and in the order of the file; those of damaged files are left out.
    pub fn entries(&self) -> impl Iterator<Item = (Series, &LedgerEntry)> {
        let files = self.files.iter().filter_map(|(series, file)| Some((*series, file.as_ref().ok()?)));
        files.flat_map(|(series, file)| file.entries().iter().map(move |entry| (series, entry)))
    }

    /// The entry of `artifact` that counts: the last one.
    pub fn newest(&self, artifact: &Artifact) -> Option<&LedgerEntry> {
        self.files.get(&artifact.version.series())?.as_ref().ok()?.newest(artifact)
    }

    /// An entry that has `sha256` under another name than `artifact`'s: a digest belongs to one name.
    pub fn other_name(&self, sha256: Sha256, artifact: &Artifact) -> Option<&LedgerEntry> {
        self.entries().map(|(_, entry)| entry).find(|entry| entry.sha256() == sha256 && entry.artifact() != *artifact)
    }

    /// Appends `artifacts`, all of `series`, as accepted at that time. The file to write and its whole text, or nothing if it
    /// says all of it already.
    ///
    /// The time is that of the newest evidence, never a clock's. An artifact that is known with another digest is left out:
    /// only [`Ledger::accept_changed`] replaces.
    pub fn accept<'a>(
        &mut self,
        series: Series,
        artifacts: impl IntoIterator<Item = &'a VerifiedArtifact>,
        accepted_at: Timestamp,
    ) -> Option<(PathBuf, String)> {
        let known = |ledger: &Self, artifact: &VerifiedArtifact| {
            ledger.newest(artifact.artifact()).is_some_and(|entry| entry.sha256() != artifact.sha256())
        };
        let artifacts = artifacts.into_iter().filter(|artifact| !known(self, artifact));
        let entries = artifacts.map(|artifact| LedgerEntry::of(artifact, accepted_at)).collect();
        self.append(series, entries)
    }

    /// Appends `artifact` as a person is to accept it: in place of the digest that the ledger has for it or, where it has
    /// none, of the one `recorded` elsewhere. The result is as that of [`Ledger::accept`].
    pub fn accept_changed(
        &mut self,
        artifact: &VerifiedArtifact,
        recorded: Sha256,
        accepted_at: Timestamp,
    ) -> Option<(PathBuf, String)> {
        let newest = self.newest(artifact.artifact());
        let before = newest.map_or(recorded, LedgerEntry::sha256);
        let mut entry = LedgerEntry::of(artifact, accepted_at);
        if let Some(same) = newest.filter(|newest| newest.sha256 == entry.sha256) {
            // The same bytes have the same size and the same tag, whether or not anybody looked again.
            entry.size = entry.size.or(same.size);
            entry.tagged_at = entry.tagged_at.or(same.tagged_at);
        }
        entry.replaces = Some(before).filter(|before| *before != entry.sha256);
        self.append(artifact.artifact().version.series(), vec![entry])
    }

    fn append(&mut self, series: Series, entries: Vec<LedgerEntry>) -> Option<(PathBuf, String)> {
        if entries.is_empty() {
            return None;
        }
        let file = self.files.entry(series).or_insert_with(|| Ok(LedgerFile::new(series))).as_mut().ok()?;
        let appended = entries.into_iter().filter(|entry| file.append(entry.clone())).count();
        (appended > 0).then(|| (self.folder.file(series), file.text()))
    }
}

/// The text of a plain file of bounded size.
fn read(path: &Path) -> Result<String, Damage> {
    let unreadable = |error: io::Error| Damage::at(1, format!("cannot read it: {error}"));
    let metadata = fs::symlink_metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(Damage::at(1, "expected a plain file, found a link, a folder or the like"));
    }
    let mut bytes = Vec::new();
    let limit = file::CAP as u64 + 1;
    fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() > file::CAP {
        return Err(Damage::at(1, format!("expected at most {} bytes, found more", file::CAP)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        Damage::at(line, "expected UTF-8 text, found other bytes")
    })
}
