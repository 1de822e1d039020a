//! What is to be written, as a value: every file wanted, and how it stands.
//!
//! Owns what is never replaced. Reads the files, writes none.

use std::fs;
use std::path::{Path, PathBuf};

use super::InitError;
use super::files::{LIBRARY_WORKFLOW, Wanted, wanted};
use super::look::{Found, bytes};
use crate::layout::{Edit, MANIFEST};

/// Whether files that differ are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// They are.
    Yes,
    /// They are left as they are.
    No,
}

/// What init does in one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitPlan {
    /// Every file looked at, in the order in which they are written.
    pub files: Vec<PlannedFile>,
    /// What is of no use here.
    pub left_out: Vec<LeftOut>,
    /// True if it is about files that were named: of a repository that is set up already.
    pub is_partial: bool,
}

/// A file, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// From the repository's root, `/` between parts.
    pub path: &'static str,
    /// What it is to hold.
    pub text: String,
    /// What it is for, in a few words.
    pub purpose: &'static str,
    /// How it stands.
    pub state: FileState,
}

/// How a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It is not there: it is written.
    New,
    /// It is what init would write.
    Unchanged,
    /// It is another, and is replaced.
    Replaced,
    /// It is another, and is left.
    Differs,
    /// It is a link to what init would not write: somebody's own, and left.
    Linked,
}

/// A file that is not installed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// From the repository's root.
    pub path: &'static str,
    /// Why, and how to have it all the same.
    pub why: &'static str,
}

impl InitPlan {
    /// The edits that carry it out: only what is new or replaced.
    pub fn edits(&self) -> Vec<Edit> {
        let written = self.files.iter().filter(|file| file.is_written());
        written.map(|file| Edit::Write { path: file.path.into(), text: file.text.clone() }).collect()
    }
}

impl PlannedFile {
    /// True if it is written.
    pub fn is_written(&self) -> bool {
        matches!(self.state, FileState::New | FileState::Replaced)
    }
}

const NO_LIBRARY: &str = "there is no generate-stackbrew-library.sh here and pybump.toml names no library.maintainers, so \
                          that no official image seems to be kept here; name the file to have it: \
                          pybump init .github/workflows/pybump-library.yml";

/// Compares what is wanted with what is there. With `only`, nothing but these files; naming one asks for it.
pub fn plan(found: &Found, only: &[String], replace: Replace) -> Result<InitPlan, InitError> {
    let mut wanted = wanted(found);
    let only: Vec<_> = only.iter().map(|name| name.strip_prefix("./").unwrap_or(name)).collect();
    if let Some(name) = only.iter().find(|name| !wanted.iter().any(|file| file.path == **name)) {
        let known = wanted.iter().map(|file| file.path.to_owned()).collect();
        return Err(InitError::UnknownFile { name: name.escape_debug().to_string(), known });
    }
    let mut left_out = Vec::new();
    if only.is_empty() && !found.keeps_library() && !found.folder.join(LIBRARY_WORKFLOW).exists() {
        left_out.push(LeftOut { path: LIBRARY_WORKFLOW, why: NO_LIBRARY });
    }
    wanted.retain(|file| {
        let named = only.is_empty() || only.contains(&file.path);
        named && !left_out.iter().any(|left| left.path == file.path)
    });
    let files = wanted.into_iter().map(|wanted| planned(&found.folder, wanted, replace));
    Ok(InitPlan { files: files.collect::<Result<_, _>>()?, left_out, is_partial: !only.is_empty() })
}

fn planned(folder: &Path, wanted: Wanted, replace: Replace) -> Result<PlannedFile, InitError> {
    let Wanted { path, text, purpose } = wanted;
    folders_lead_to(folder, Path::new(path))?;
    let is_link = folder.join(path).is_symlink();
    let state = match bytes(folder, Path::new(path))? {
        Some(bytes) if is_same(&bytes, &text) => FileState::Unchanged,
        _ if is_link => FileState::Linked,
        None => FileState::New,
        // A manifest that is there is never init's to replace.
        Some(_) if replace == Replace::Yes && path != MANIFEST => FileState::Replaced,
        Some(_) => FileState::Differs,
    };
    Ok(PlannedFile { path, text: text.into_owned(), purpose, state })
}

/// True of what init would write, also where git checks out text with CRLF at the end of its lines.
fn is_same(bytes: &[u8], text: &str) -> bool {
    bytes == text.as_bytes() || str::from_utf8(bytes).is_ok_and(|found| found.replace("\r\n", "\n") == text)
}

/// Refuses a path on which something else than a folder stands: nothing is written through a link, wherever it leads.
fn folders_lead_to(root: &Path, path: &Path) -> Result<(), InitError> {
    let mut folder = PathBuf::new();
    for part in path.parent().into_iter().flat_map(Path::components) {
        folder.push(part);
        let Ok(metadata) = fs::symlink_metadata(root.join(&folder)) else { return Ok(()) };
        let found = match metadata.file_type() {
            kind if kind.is_symlink() => "a symbolic link",
            kind if kind.is_dir() => continue,
            _ => "a file",
        };
        return Err(InitError::InTheWay { path: folder, found, expected: "a folder of the repository" });
    }
    Ok(())
}
