//! What `pybump init` puts into a repository so that pybump runs there unattended.
//!
//! Looks at the folder, knows the files that are to be there, and compares: the plan is a value, and what it writes are
//! edits. Refuses the network, a manifest or templates of somebody's own, and to replace what it was not told to.

mod files;
mod look;
mod plan;

use std::io;
use std::path::PathBuf;

use crate::layout::LayoutError;

pub use files::{CONFIGURATION_SCHEMA, WORKFLOWS};
pub use look::{CloneFound, ConfigurationFound, Found, Layout, Origin, look};
pub use plan::{FileState, InitPlan, LeftOut, PlannedFile, Replace, plan};

/// A folder that pybump cannot be set up in.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is no such folder.
    #[error("{} is no folder: {source}; make it first, or name another with -C DIR", folder.display())]
    NoFolder {
        /// The folder named.
        folder: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The folder lies below the top of a clone, where GitHub finds no workflows.
    #[error(
        "{} lies within the git repository {}, and GitHub finds workflows at its top only; run pybump init there, or \
         git init here first", folder.display(), top.display()
    )]
    Below {
        /// The folder named.
        folder: PathBuf,
        /// The top of the clone.
        top: PathBuf,
    },
    /// The repository has no work tree.
    #[error("{} is a bare git repository; run pybump init in a clone of it", folder.display())]
    Bare {
        /// The folder named.
        folder: PathBuf,
    },
    /// git cannot open the repository.
    #[error("cannot open the git repository of {}: {source}; git status tells more", folder.display())]
    Git {
        /// The folder named.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
    /// A manifest without templates.
    #[error(
        "{manifest} tracks {tracked}, but {template} is not there: pybump renders Dockerfiles from docker-library's jq \
         templates; put yours beside it, or run pybump init in an empty folder to start with pybump's own"
    )]
    NoTemplates {
        /// The manifest's name.
        manifest: &'static str,
        /// The keys that it has.
        tracked: String,
        /// The template that is missing.
        template: &'static str,
    },
    /// Dockerfiles without a manifest.
    #[error(
        "found {dockerfiles}, but no {manifest}: this is laid out in none of the ways that pybump knows (docker-library: \
         {manifest} and jq templates); --layout docker-library starts such a repository beside them"
    )]
    OtherLayout {
        /// The first few, in words.
        dockerfiles: String,
        /// The manifest's name.
        manifest: &'static str,
    },
    /// A name that init writes nothing under.
    #[error("{name} is none of the files that pybump init writes here: {}", known.join(", "))]
    UnknownFile {
        /// The name given.
        name: String,
        /// Those that it writes.
        known: Vec<String>,
    },
    /// Something is in the way that is not what it should be.
    #[error("{} is {found}; expected {expected}; nothing was written: move it away and run pybump init again", path.display())]
    InTheWay {
        /// Relative to the repository.
        path: PathBuf,
        /// What it is.
        found: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A file could not be read.
    #[error("cannot read {}: {source}; nothing was written", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The manifest is malformed.
    #[error("{0}: mend it or move it away, and run pybump init again; pybump keeps images of Python alone")]
    Manifest(#[from] LayoutError),
}

impl InitError {
    /// True if another folder or other arguments are needed, rather than a repair.
    pub fn is_misuse(&self) -> bool {
        !matches!(self, Self::Git { .. } | Self::Read { .. } | Self::Manifest(_))
    }
}
