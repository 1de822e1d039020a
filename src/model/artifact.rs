//! The files of a release that images are built from, and where python.org keeps them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PythonVersion;

/// What an artifact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArtifactKind {
    /// `Python-3.14.6.tar.xz`
    Source,
    /// `python-3.14.6-amd64.exe`
    Windows,
}

impl ArtifactKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Source, Self::Windows];
}

impl fmt::Display for ArtifactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Source => "source",
            Self::Windows => "windows",
        })
    }
}

/// One file of a release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Artifact {
    /// The release it belongs to.
    pub version: PythonVersion,
    /// Which of its files.
    pub kind: ArtifactKind,
}

impl Artifact {
    /// The source tarball of `version`.
    pub fn source(version: &PythonVersion) -> Self {
        Self { version: version.clone(), kind: ArtifactKind::Source }
    }

    /// The 64-bit Windows installer of `version`.
    pub fn windows(version: &PythonVersion) -> Self {
        Self { version: version.clone(), kind: ArtifactKind::Windows }
    }

    /// The file's name, as docker-library/python's `versions.sh` has it.
    pub fn file_name(&self) -> String {
        match self.kind {
            ArtifactKind::Source => format!("Python-{}.tar.xz", self.version),
            ArtifactKind::Windows => format!("python-{}-amd64.exe", self.version),
        }
    }

    /// The path below `https://www.python.org/ftp/python/`: finals and pre-releases share the final's folder.
    pub fn path(&self) -> String {
        format!("{}/{}", self.version.base(), self.file_name())
    }
}

impl fmt::Display for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.file_name())
    }
}
