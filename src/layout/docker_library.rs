//! The docker-library layout: `versions.json`, jq templates, and `KEY/VARIANT/Dockerfile`.
//!
//! Follows docker-library/python's `apply-templates.sh`: which template a variant takes, what it sees, the warning on
//! top, and that whatever the manifest does not name below `KEY/` is gone afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::edit::{Edit, STAGED};
use super::versions_json::{ManifestError, ManifestText};
use crate::model::{Manifest, TrackedKey, Variant};
use crate::template::{Job, ManifestValue, Template, TemplateError, Variables, Windows, render_all};

/// The manifest's file name.
pub const MANIFEST: &str = "versions.json";
pub(crate) const LINUX: &str = "Dockerfile-linux.template";
pub(crate) const WINDOWS: &str = "Dockerfile-windows.template";

/// What `apply-templates.sh` puts on top of every Dockerfile.
const GENERATED: &str =
    "#\n# NOTE: THIS DOCKERFILE IS GENERATED VIA \"apply-templates.sh\"\n#\n# PLEASE DO NOT EDIT IT DIRECTLY.\n#\n\n";

/// An image repository in the docker-library layout.
#[derive(Debug)]
pub struct DockerLibrary {
    root: PathBuf,
    text: ManifestText,
}

/// The files of one series, by path from the repository's root.
pub type Rendered = BTreeMap<PathBuf, String>;

/// A series that is to change, with its Dockerfiles as they will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    /// The series.
    pub key: TrackedKey,
    /// Its Dockerfiles afterwards.
    pub rendered: Rendered,
}

/// What became of each series asked for.
pub type RenderedSeries = Vec<(TrackedKey, Result<Rendered, LayoutError>)>;

/// A repository that cannot be read, or a series that cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// Nothing here says that this is an image repository.
    #[error(
        "{} is no image repository that pybump knows: looked for {}, found {}; run pybump in a clone of \
         docker-library/python or of a repository laid out like it, or name one with -C DIR; pybump init sets up a new one",
        root.display(), looked_for.join(" and "), found
    )]
    Unknown {
        /// The folder looked at.
        root: PathBuf,
        /// The files that make a docker-library repository.
        looked_for: Vec<&'static str>,
        /// Which of them are there.
        found: String,
    },
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The manifest is malformed.
    #[error("{}:{}:{}: {}; nothing was written", path.display(), fault.line, fault.column, fault.problem)]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Where and why.
        fault: ManifestError,
    },
    /// A template failed.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// How a file below `KEY/` differs from what the manifest and the templates give.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The file is not there.
    Missing(PathBuf),
    /// Its content is another.
    Changed(PathBuf),
    /// The manifest does not name it.
    Extra(PathBuf),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "{} is missing", path.display()),
            Self::Changed(path) => write!(f, "{} differs from what the templates give", path.display()),
            Self::Extra(path) => write!(f, "{} is not named by the manifest", path.display()),
        }
    }
}

impl DockerLibrary {
    /// Opens the repository at `root`.
    pub fn open(root: &Path) -> Result<Self, LayoutError> {
        let (present, absent): (Vec<_>, Vec<_>) =
            [MANIFEST, LINUX].into_iter().partition(|name| root.join(name).is_file());
        if !absent.is_empty() {
            return Err(LayoutError::Unknown {
                root: root.to_path_buf(),
                looked_for: vec![MANIFEST, LINUX],
                found: if present.is_empty() { "neither".to_owned() } else { format!("only {}", present.join(", ")) },
            });
        }
        let path = root.join(MANIFEST);
        let text = ManifestText::parse(read(&path)?).map_err(|fault| LayoutError::Manifest { path, fault })?;
        Ok(Self { root: root.to_path_buf(), text })
    }

    /// The folder opened.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The manifest as text.
    pub fn text(&self) -> &ManifestText {
        &self.text
    }

    /// The manifest as values.
    pub fn manifest(&self) -> &Manifest {
        self.text.manifest()
    }

    /// The manifest with `key` set to `entry`.
    pub fn with_entry(&self, key: TrackedKey, entry: &Map<String, Value>) -> Result<ManifestText, LayoutError> {
        self.text
            .with_entry(key, entry)
            .map_err(|fault| LayoutError::Manifest { path: self.root.join(MANIFEST), fault })
    }

    /// Renders the Dockerfiles that `text` names for each of `keys`. A series that fails does not stop the others; a
    /// template that does not compile stops all.
    pub fn render(&self, text: &ManifestText, keys: &[TrackedKey]) -> Result<RenderedSeries, LayoutError> {
        let manifest = text.manifest();
        let wanted: Vec<_> = keys
            .iter()
            .filter_map(|key| Some((*key, key.to_string(), manifest.entries.get(key)?)))
            .flat_map(|(key, name, entry)| entry.variants.iter().map(move |variant| (key, name.clone(), variant)))
            .collect();
        let template = |name, wanted: bool| -> Result<Option<Template>, LayoutError> {
            let text = if wanted { read(&self.root.join(name))? } else { return Ok(None) };
            Ok(Some(Template::compile(name, &text, &self.root)?))
        };
        let linux = template(LINUX, wanted.iter().any(|(_, _, variant)| !variant.is_windows()))?;
        let windows = template(WINDOWS, wanted.iter().any(|(_, _, variant)| variant.is_windows()))?;
        let jobs: Vec<_> = wanted
            .iter()
            .filter_map(|(_, name, variant)| {
                let template = if variant.is_windows() { windows.as_ref() } else { linux.as_ref() };
                Some(Job { template: template?, variables: variables(name, variant) })
            })
            .collect();
        let mut series: BTreeMap<_, _> = keys.iter().map(|key| (*key, Ok(Rendered::new()))).collect();
        let results = render_all(&jobs, &self.value(text)?);
        for ((key, _, variant), result) in wanted.iter().zip(results) {
            match (result, series.get_mut(key)) {
                (Ok(text), Some(Ok(files))) => {
                    files.insert(dockerfile(*key, variant), format!("{GENERATED}{text}"));
                }
                (Err(error), Some(files @ Ok(_))) => *files = Err(error.into()),
                (_, Some(Err(_)) | None) => {}
            }
        }
        Ok(keys.iter().filter_map(|key| Some((*key, series.remove(key)?))).collect())
    }

    /// The manifest as templates see it.
    fn value(&self, text: &ManifestText) -> Result<ManifestValue, LayoutError> {
        ManifestValue::parse(text.as_str()).map_err(|error| LayoutError::Manifest {
            path: self.root.join(MANIFEST),
            fault: ManifestError { line: error.line(), column: error.column(), problem: error.to_string() },
        })
    }

    /// The files below `key`'s folder as they are, by path from the root. Links, pipes and the like count as files that differ.
    pub fn files(&self, key: TrackedKey) -> Result<BTreeMap<PathBuf, Vec<u8>>, LayoutError> {
        let mut files = BTreeMap::new();
        let mut folders = vec![PathBuf::from(key.to_string())];
        while let Some(folder) = folders.pop() {
            let path = self.root.join(&folder);
            let error = |source| LayoutError::Read { path: path.clone(), source };
            let entries = match fs::read_dir(&path) {
                Ok(entries) => entries,
                Err(source) if source.kind() == io::ErrorKind::NotFound => continue,
                Err(source) => return Err(error(source)),
            };
            for entry in entries {
                let entry = entry.map_err(error)?;
                let kind = entry.file_type().map_err(error)?;
                let relative = folder.join(entry.file_name());
                if kind.is_dir() {
                    folders.push(relative);
                } else if !kind.is_file() {
                    files.insert(relative, Vec::new());
                } else if !entry.file_name().to_string_lossy().starts_with(STAGED) {
                    let bytes = fs::read(entry.path()).map_err(error)?;
                    files.insert(relative, bytes);
                }
            }
        }
        Ok(files)
    }

    /// What stands below `key`'s folder that is neither as `rendered` has it nor as `or` has it.
    ///
    /// An update that was killed half-way leaves each file as it was before or as it was to be: `or` names the latter.
    pub fn differences(
        &self,
        key: TrackedKey,
        rendered: &Rendered,
        or: Option<&Rendered>,
    ) -> Result<Vec<Difference>, LayoutError> {
        let files = self.files(key)?;
        let paths: BTreeSet<_> =
            files.keys().chain(rendered.keys()).chain(or.into_iter().flat_map(BTreeMap::keys)).collect();
        let as_in = |wanted: &Rendered, path: &PathBuf| {
            files.get(path).map(Vec::as_slice) == wanted.get(path).map(String::as_bytes)
        };
        Ok(paths
            .into_iter()
            .filter(|path| !as_in(rendered, path) && !or.is_some_and(|or| as_in(or, path)))
            .map(|path| match (files.contains_key(path), rendered.contains_key(path)) {
                (false, _) => Difference::Missing(path.clone()),
                (true, true) => Difference::Changed(path.clone()),
                (true, false) => Difference::Extra(path.clone()),
            })
            .collect())
    }

    /// The edits that make what stands below `key`'s folder equal to `rendered`: all that is written, then what goes.
    pub fn edits(&self, key: TrackedKey, rendered: &Rendered) -> Result<Vec<Edit>, LayoutError> {
        let (removed, written): (Vec<_>, Vec<_>) =
            self.differences(key, rendered, None)?.into_iter().partition(|it| matches!(it, Difference::Extra(_)));
        Ok(written
            .into_iter()
            .chain(removed)
            .map(|difference| match difference {
                Difference::Missing(path) | Difference::Changed(path) => {
                    let text = rendered.get(&path).cloned().unwrap_or_default();
                    Edit::Write { path, text }
                }
                Difference::Extra(path) => Edit::Remove { path },
            })
            .collect())
    }
}

fn read(path: &Path) -> Result<String, LayoutError> {
    fs::read_to_string(path).map_err(|source| LayoutError::Read { path: path.to_path_buf(), source })
}

fn dockerfile(key: TrackedKey, variant: &Variant) -> PathBuf {
    Path::new(&key.to_string()).join(variant.as_str()).join("Dockerfile")
}

/// What a template sees: for `windows/windowsservercore-ltsc2025`, variant `servercore` and release `ltsc2025`.
fn variables<'a>(key: &'a str, variant: &'a Variant) -> Variables<'a> {
    let name = variant.name();
    let windows = variant.is_windows().then(|| {
        let (kind, release) = name.split_once('-').unwrap_or((name, name));
        Windows { variant: kind.strip_prefix("windows").unwrap_or(kind), release }
    });
    Variables { version: key, variant: name, windows }
}
