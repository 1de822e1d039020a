//! Where the ledger lies: a folder of the image repository.
//!
//! Refuses what would lead out of the repository, into git's own folder, or among the Dockerfiles of a series.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::model::{InvalidValue, Series, TrackedKey};

/// A folder of the repository for the ledger, relative to its root, `/` between parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerFolder(String);

impl LedgerFolder {
    /// The file of `series`, relative to the repository's root.
    pub fn file(&self, series: Series) -> PathBuf {
        Path::new(&self.0).join(format!("{series}.json"))
    }

    /// The folder, relative to the repository's root.
    pub fn path(&self) -> &Path {
        Path::new(&self.0)
    }

    /// True if `path`, relative to the repository's root with `/` between parts, is the file of a series.
    pub fn has(&self, path: &str) -> bool {
        let name = path.strip_prefix(&self.0).and_then(|below| below.strip_prefix('/'));
        name.and_then(Self::series_of).is_some()
    }

    /// The series whose file has the name `name`.
    pub fn series_of(name: &str) -> Option<Series> {
        name.strip_suffix(".json")?.parse().ok()
    }
}

impl FromStr for LedgerFolder {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let plain = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && !part.eq_ignore_ascii_case(".git")
                && !part.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'))
        };
        // What lies in a series' folder and is no Dockerfile of it is removed.
        let first = text.split('/').next().unwrap_or_default();
        if text.split('/').all(plain) && first.parse::<TrackedKey>().is_err() {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidValue::new("a folder for the ledger, relative to the repository's root, such as state/ledger", text))
    }
}

impl fmt::Display for LedgerFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

read_from_text!(LedgerFolder);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_cannot_leave_the_repository_or_lie_where_files_are_removed() {
        for text in [
            "",
            "/",
            "/srv/ledger",
            "..",
            "state/../..",
            "./ledger",
            "state//ledger",
            "ledger/",
            ".git/ledger",
            "a/.GIT",
            "C:\\ledger",
            "a\\b",
            "3.14",
            "3.15-rc/ledger",
            "a\nb",
        ] {
            assert!(text.parse::<LedgerFolder>().is_err(), "{text:?} was accepted");
        }
        let folder: LedgerFolder = "state/ledger".parse().unwrap();
        assert_eq!(folder.file(Series::new(3, 15)), Path::new("state/ledger/3.15.json"));
    }

    #[test]
    fn only_the_files_of_series_in_the_folder_itself_are_the_ledgers() {
        let folder: LedgerFolder = "state/ledger".parse().unwrap();
        assert!(folder.has("state/ledger/3.14.json"));
        for path in [
            "state/ledger/3.14",
            "state/ledger/3.14-rc.json",
            "state/ledger/a/3.14.json",
            "3.14.json",
            "state/ledger3.14.json",
        ] {
            assert!(!folder.has(path), "{path}");
        }
    }
}
