//! Two states of one ledger: what the later one appended, and what it should not have touched.
//!
//! Owns the rule that entries are only ever added. Refuses to compare with a damaged file: that is an error of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::Ledger;
use super::entry::LedgerEntry;
use crate::model::{Artifact, Series};

/// An entry that was there before and is not there, as it was, any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostEntry {
    /// The series.
    pub series: Series,
    /// The file that had it, relative to the repository's root.
    pub path: PathBuf,
    /// Where it began there, counted from 1.
    pub line: usize,
    /// Whose it was.
    pub artifact: Artifact,
    /// True if something else stands in its place.
    pub is_changed: bool,
}

impl fmt::Display for LostEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, artifact, is_changed, .. } = self;
        let what = if *is_changed { "is not what it was" } else { "is gone" };
        write!(
            f,
            "{}:{line}: the entry of {artifact} {what}; entries are only ever added: bring it back, and add another one \
             where something is to replace it",
            path.display()
        )
    }
}

impl Ledger {
    /// The entries of `before` that are not here, as they were and in their places. Nothing is said of files that are
    /// damaged in either.
    pub fn lost_since(&self, before: &Self) -> Vec<LostEntry> {
        let mut lost = Vec::new();
        let series = before.files.keys().filter(|series| self.fault(**series).is_none());
        for series in series.filter(|series| before.fault(**series).is_none()) {
            let (old, new) = (before.by_artifact(*series), self.by_artifact(*series));
            for (artifact, entries) in old {
                let now = new.get(&artifact).map_or(&[] as &[_], Vec::as_slice);
                for (place, (line, entry)) in entries.iter().enumerate() {
                    let there = now.get(place).map(|(_, entry)| *entry);
                    if there != Some(entry) {
                        let (path, is_changed) = (before.path(*series), there.is_some());
                        lost.push(LostEntry {
                            series: *series,
                            path,
                            line: *line,
                            artifact: artifact.clone(),
                            is_changed,
                        });
                    }
                }
            }
        }
        lost.sort_by(|one, other| (&one.path, one.line).cmp(&(&other.path, other.line)));
        lost
    }

    /// The entries that neither of `others` has, by artifact and in the order of acceptance.
    pub fn appended_to<'a>(&'a self, others: &[&Self]) -> BTreeMap<Artifact, Vec<&'a LedgerEntry>> {
        let mut appended = BTreeMap::<_, Vec<_>>::new();
        for (series, entry) in self.entries() {
            let known = |other: &&Self| {
                other
                    .files
                    .get(&series)
                    .and_then(|file| file.as_ref().ok())
                    .is_some_and(|file| file.entries().contains(entry))
            };
            if !others.iter().any(known) {
                appended.entry(entry.artifact()).or_default().push(entry);
            }
        }
        appended
    }

    /// The entries of a series by artifact, each with the line that it begins on.
    fn by_artifact(&self, series: Series) -> BTreeMap<Artifact, Vec<(usize, &LedgerEntry)>> {
        let mut entries = BTreeMap::<_, Vec<_>>::new();
        if let Some(Ok(file)) = self.files.get(&series) {
            for (line, entry) in file.lines().into_iter().zip(file.entries()) {
                entries.entry(entry.artifact()).or_default().push((line, entry));
            }
        }
        entries
    }
}
