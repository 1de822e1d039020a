//! What was seen of the outside world, as plain values: the input of resolving.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::{EvidenceKind, PythonVersion, Series, TrackedKey};
use crate::sources::cpython::Tag;
use crate::sources::ensurepip::Bundled;
use crate::sources::get_pip::GetPipPin;
use crate::sources::python_org::ReleaseFolder;
use crate::sources::release_cycle::Cycle;
use crate::verify::{Rejection, VerifiedArtifact};

/// What one question to one source came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen<T> {
    /// The source answered.
    Found(T),
    /// The source answered that there is no such thing; the URL asked.
    Missing(String),
    /// The source did not answer, or not sensibly; why, naming the URL.
    Failed(String),
}

impl<T> Seen<T> {
    /// The answer, if there was one.
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found(value) => Some(value),
            _ => None,
        }
    }

    /// The same without the value.
    pub fn told(self) -> Seen<()> {
        match self {
            Self::Found(_) => Seen::Found(()),
            Self::Missing(url) => Seen::Missing(url),
            Self::Failed(why) => Seen::Failed(why),
        }
    }

    /// Why there is no value: what was asked and not there, or why the source did not answer.
    pub fn absence(&self) -> Option<&str> {
        match self {
            Self::Found(_) => None,
            Self::Missing(why) | Self::Failed(why) => Some(why),
        }
    }
}

/// Everything seen in one run.
#[derive(Debug)]
pub struct Observations {
    /// The version folders of python.org's FTP tree.
    pub index: Seen<Vec<PythonVersion>>,
    /// Where each series is in its life.
    pub cycles: Seen<BTreeMap<Series, Cycle>>,
    /// The newest get-pip script, where any entry pins one.
    pub get_pip: Option<Seen<GetPipPin>>,
    /// By tracked series.
    pub series: BTreeMap<TrackedKey, SeriesObservation>,
}

/// What was seen of one tracked series.
#[derive(Debug)]
pub struct SeriesObservation {
    /// The release tags of the series in the cpython repository.
    pub tags: Seen<Vec<Tag>>,
    /// Looked at newest first, until one is complete or not newer than the manifest.
    pub candidates: Vec<CandidateObservation>,
    /// The release that the manifest is at, its bundles alone, where newer ones came first: whatever they come to, a
    /// digest that changed under the recorded version is an alarm.
    pub recorded: Option<CandidateObservation>,
    /// The series' first final, where the key tracks pre-releases and a final is tagged or listed.
    pub final_release: Option<CandidateObservation>,
}

/// What was seen of one release.
#[derive(Debug)]
pub struct CandidateObservation {
    /// The release.
    pub version: PythonVersion,
    /// When it was tagged; asked for releases newer than the manifest's only.
    pub tagged_at: Option<Seen<Timestamp>>,
    /// The source tarball.
    pub source: ArtifactObservation,
    /// The Windows installer, where the series has Windows variants.
    pub windows: Option<ArtifactObservation>,
    /// The release folder, read where evidence was missing.
    pub folder: Option<Seen<ReleaseFolder>>,
    /// pip and setuptools as bundled, where the entry tracks either.
    pub ensurepip: Option<Seen<Bundled>>,
}

/// What was seen of one artifact.
#[derive(Debug)]
pub struct ArtifactObservation {
    /// Whether the file itself is there; asked for releases newer than the manifest's only.
    pub file: Option<Seen<ArtifactFile>>,
    /// Its evidence.
    pub evidence: EvidenceState,
}

/// A file that is there, as its headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArtifactFile {
    /// Since when, where the server said so.
    pub modified: Option<Timestamp>,
    /// Its size in bytes, where the server announced it.
    pub size: Option<u64>,
}

/// What the evidence beside an artifact came to.
#[derive(Debug)]
pub enum EvidenceState {
    /// All of it holds.
    Verified(Box<VerifiedArtifact>),
    /// Some of it contradicts.
    Rejected(Rejection),
    /// There is no Sigstore bundle, and what else there is does not do.
    NoBundle {
        /// Whether there is an OpenPGP signature.
        openpgp: Seen<()>,
    },
    /// There is no Sigstore bundle. An OpenPGP signature would do, but it names no digest, and the bytes were not read.
    Unread,
    /// What there is holds, and this kind, which the policy for the series requires, is not there.
    Lacks(EvidenceKind),
    /// A source did not answer.
    Failed(String),
}

impl EvidenceState {
    /// The verified artifact, if it is one.
    pub fn verified(&self) -> Option<&VerifiedArtifact> {
        match self {
            Self::Verified(artifact) => Some(artifact),
            _ => None,
        }
    }
}
