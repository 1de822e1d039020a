//! What is there: the clone, manifest and templates, configuration and workflows.
//!
//! Owns which folders are refused. Reads files and git's own record, writes nothing and asks nobody.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository};

use super::InitError;
use crate::config::{Config, ConfigError, RepositoryName};
use crate::layout::{LINUX, LayoutError, MANIFEST, ManifestText, WINDOWS};
use crate::model::{PythonVersion, TrackedKey};

/// What was found in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The folder looked at.
    pub folder: PathBuf,
    /// The clone that it is the top of, if it is one.
    pub clone: Option<CloneFound>,
    /// What the manifest tracks; nothing if there is no manifest.
    pub tracked: Option<Vec<(TrackedKey, PythonVersion)>>,
    /// The text of the Linux template, if it is there.
    pub linux_template: Option<Vec<u8>>,
    /// True if there is a Windows template.
    pub windows_template: bool,
    /// `pybump.toml`.
    pub configuration: ConfigurationFound,
    /// The names of the workflows, sorted.
    pub workflows: Vec<String>,
    /// True if there is a script that prints a library file.
    pub library_script: bool,
    /// True if there is nothing at all but git's own folder.
    pub is_empty: bool,
}

/// A git clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneFound {
    /// Where `origin` leads.
    pub origin: Origin,
    /// The branch that is checked out, with or without a commit.
    pub branch: Option<String>,
    /// The default branch of `origin`, as of the last fetch.
    pub default_branch: Option<String>,
    /// True if there is a commit.
    pub has_commit: bool,
}

/// Where `origin` leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// There is no such remote.
    None,
    /// To a repository.
    Named(RepositoryName),
    /// To an address that names none.
    Elsewhere,
}

/// What there is of a `pybump.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigurationFound {
    /// There is none.
    None,
    /// It is one.
    Read(Box<Config>),
    /// It is none that pybump can read, for this reason.
    Unreadable(String),
}

/// The layout that is to be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Whichever is found.
    AsFound,
    /// docker-library's, whatever Dockerfiles there are beside it.
    DockerLibrary,
}

impl Found {
    /// True if there is a series to keep.
    pub fn is_tracking(&self) -> bool {
        self.tracked.as_ref().is_some_and(|tracked| !tracked.is_empty())
    }

    /// The repository that `origin` names.
    pub fn origin(&self) -> Option<&RepositoryName> {
        match &self.clone.as_ref()?.origin {
            Origin::Named(name) => Some(name),
            Origin::None | Origin::Elsewhere => None,
        }
    }

    /// True if a library file for official-images is kept from here.
    pub fn keeps_library(&self) -> bool {
        let configured = match &self.configuration {
            ConfigurationFound::Read(config) => !config.library.maintainers.is_empty(),
            ConfigurationFound::None | ConfigurationFound::Unreadable(_) => false,
        };
        self.library_script || configured
    }
}

/// Looks at `folder`, and refuses it where pybump cannot be set up.
pub fn look(folder: &Path, layout: Layout) -> Result<Found, InitError> {
    let no_folder = |source| InitError::NoFolder { folder: folder.to_path_buf(), source };
    let names = fs::read_dir(folder).map_err(no_folder)?.map(|entry| entry.map(|entry| entry.file_name()));
    let names: Vec<_> = names.collect::<Result<_, _>>().map_err(no_folder)?;
    let tracked = tracked(folder)?;
    let linux_template = bytes(folder, Path::new(LINUX))?;
    let found = Found {
        folder: folder.to_path_buf(),
        clone: clone(folder)?,
        windows_template: folder.join(WINDOWS).exists(),
        configuration: configuration(folder),
        workflows: workflows(folder),
        library_script: folder.join("generate-stackbrew-library.sh").is_file(),
        is_empty: names.iter().all(|name| name == ".git"),
        tracked,
        linux_template,
    };
    if found.is_tracking() && found.linux_template.is_none() {
        let keys: Vec<_> = found.tracked.iter().flatten().map(|(key, _)| key.to_string()).collect();
        return Err(InitError::NoTemplates { manifest: MANIFEST, tracked: keys.join(", "), template: LINUX });
    }
    let foreign = if found.tracked.is_none() && layout == Layout::AsFound { dockerfiles(folder) } else { Vec::new() };
    if let Some(first) = foreign.first() {
        let dockerfiles = match foreign.len() - 1 {
            0 => first.clone(),
            more => format!("{first} and {more} more"),
        };
        return Err(InitError::OtherLayout { dockerfiles, manifest: MANIFEST });
    }
    Ok(found)
}

/// The content of a file of the repository, if it is there.
pub(super) fn bytes(folder: &Path, path: &Path) -> Result<Option<Vec<u8>>, InitError> {
    match fs::read(folder.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            Err(InitError::InTheWay { path: path.to_path_buf(), found: "a folder", expected: "a file" })
        }
        Err(source) => Err(InitError::Read { path: path.to_path_buf(), source }),
    }
}

fn tracked(folder: &Path) -> Result<Option<Vec<(TrackedKey, PythonVersion)>>, InitError> {
    let path = folder.join(MANIFEST);
    let Some(bytes) = bytes(folder, Path::new(MANIFEST))? else { return Ok(None) };
    let text = String::from_utf8(bytes).map_err(|error| InitError::Read {
        path: MANIFEST.into(),
        source: io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()),
    })?;
    let text = ManifestText::parse(text).map_err(|fault| LayoutError::Manifest { path, fault })?;
    Ok(Some(text.manifest().entries.iter().map(|(key, entry)| (*key, entry.version.clone())).collect()))
}

fn configuration(folder: &Path) -> ConfigurationFound {
    match Config::load(None, folder) {
        Ok((_, None)) => ConfigurationFound::None,
        Ok((config, Some(_))) => ConfigurationFound::Read(Box::new(config)),
        Err(error @ (ConfigError::Read { .. } | ConfigError::Invalid { .. })) => {
            ConfigurationFound::Unreadable(error.to_string())
        }
    }
}

fn workflows(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join(".github/workflows")).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_workflow =
        |name: &String| Path::new(name).extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
    let mut names: Vec<_> = names.filter(is_workflow).collect();
    names.sort();
    names
}

/// The clone whose top is `folder`.
fn clone(folder: &Path) -> Result<Option<CloneFound>, InitError> {
    let git_error = |source| InitError::Git { folder: folder.to_path_buf(), source };
    let repository = match Repository::discover(folder) {
        Ok(repository) => repository,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(source) => return Err(git_error(source)),
    };
    let Some(top) = repository.workdir() else { return Err(InitError::Bare { folder: folder.to_path_buf() }) };
    let same = |path: &Path| path.canonicalize().ok();
    if same(top) != same(folder) {
        return Err(InitError::Below { folder: folder.to_path_buf(), top: top.to_path_buf() });
    }
    let url = repository.find_remote("origin").ok().map(|remote| remote.url().unwrap_or_default().to_owned());
    let origin = match url.map(|url| RepositoryName::of_remote(&url)) {
        None => Origin::None,
        Some(None) => Origin::Elsewhere,
        Some(Some(name)) => Origin::Named(name),
    };
    let target = |name: &str, prefix: &str| -> Option<String> {
        let reference = repository.find_reference(name).ok()?;
        Some(reference.symbolic_target().ok()??.strip_prefix(prefix)?.to_owned())
    };
    Ok(Some(CloneFound {
        origin,
        branch: target("HEAD", "refs/heads/"),
        default_branch: target("refs/remotes/origin/HEAD", "refs/remotes/origin/"),
        has_commit: repository.head().is_ok(),
    }))
}

/// How deep Dockerfiles are looked for: `3.14/slim/Dockerfile`.
const DEPTH: usize = 2;

/// Dockerfiles of the folder and below, sorted; what is hidden is not looked at.
fn dockerfiles(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![(PathBuf::new(), 0)];
    while let Some((below, depth)) = folders.pop() {
        for entry in fs::read_dir(folder.join(&below)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && depth < DEPTH && !name.starts_with('.') {
                folders.push((below.join(&name), depth + 1));
            } else if !is_folder && (name == "Dockerfile" || name.starts_with("Dockerfile.")) {
                found.push(below.join(&name).display().to_string());
            }
        }
    }
    found.sort();
    found
}
