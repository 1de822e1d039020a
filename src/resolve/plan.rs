//! The plan: what a run would change, what waits and what is held, as a value that prints, compares and may be empty.

use jiff::Timestamp;

use super::alarm::{Alarm, Contradiction};
use super::reason::{Hold, Wait};
use crate::model::{CommitSha, ComponentName, ComponentVersion, Fingerprint, PythonVersion, TrackedKey, Variant};
use crate::sources::get_pip::GetPipPin;
use crate::verify::VerifiedArtifact;

/// What is to be done, by tracked series in manifest order.
#[derive(Debug)]
pub struct Plan {
    /// An item for each series looked at.
    pub series: Vec<SeriesPlan>,
    /// True if some source did not answer, or not sensibly, so that another run may see more.
    pub incomplete: bool,
}

/// What is to be done with one series.
#[derive(Debug)]
pub struct SeriesPlan {
    /// The manifest key.
    pub key: TrackedKey,
    /// What the manifest says; nothing for a new key.
    pub at: Option<PythonVersion>,
    /// What is to be done, or why nothing is.
    pub outcome: Outcome,
    /// A release newer than the outcome's that waits.
    pub pending: Option<Pending>,
    /// The verified artifacts of the release that the outcome speaks of.
    pub artifacts: Vec<VerifiedArtifact>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// Where a series is.
#[derive(Debug)]
pub enum Outcome {
    /// Where it should be.
    Current,
    /// Behind, and the target is complete and verified.
    Update(Box<Change>),
    /// Behind a release that is not complete yet.
    Waiting(Pending),
    /// Something contradicts; a person must look.
    Held {
        /// What.
        hold: Hold,
        /// Since when, by upstream's times, where they tell.
        since: Option<Timestamp>,
    },
    /// An artifact, or the evidence for it, changed under a released version: a pull request can put it before a person.
    Alarm(Box<Alarm>),
    /// The ledger is contradicted, by the manifest or by upstream: nothing that pybump could propose would mend it.
    Contradicted(Box<Contradiction>),
}

/// A release that waits, and since when by upstream's times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Why.
    pub wait: Wait,
    /// Since when, where upstream's times tell.
    pub since: Option<Timestamp>,
}

/// The step of one series; its digests come out of `verify` alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What the manifest says; nothing for a new key.
    pub from: Option<PythonVersion>,
    /// The release to go to; the same where only components or checksums change.
    pub to: PythonVersion,
    /// The source tarball.
    pub source: VerifiedArtifact,
    /// The Windows installer, where the series keeps Windows variants.
    pub windows: Option<VerifiedArtifact>,
    /// The components that move.
    pub components: Vec<ComponentChange>,
    /// The OpenPGP key that the entry carries and the one that signs this release, where they differ.
    pub gpg_key: Option<(Fingerprint, Fingerprint)>,
    /// The variants afterwards.
    pub variants: Vec<Variant>,
    /// The variants that go.
    pub dropped: Vec<Variant>,
    /// True if a digest enters the manifest; false where only components move.
    pub adds_digests: bool,
}

/// The step of one component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComponentChange {
    /// pip or setuptools.
    Package {
        /// Which.
        name: ComponentName,
        /// What the manifest says.
        from: Option<ComponentVersion>,
        /// What it shall say.
        to: ComponentVersion,
    },
    /// The get-pip pin.
    GetPip {
        /// What the manifest says.
        from: Option<CommitSha>,
        /// What it shall say.
        to: GetPipPin,
    },
}

impl Outcome {
    /// True of what ends a run with an alarm.
    pub fn is_alarm(&self) -> bool {
        matches!(self, Self::Alarm(_) | Self::Contradicted(_))
    }
}

impl Plan {
    /// The series that change, with their changes.
    pub fn changes(&self) -> impl Iterator<Item = (TrackedKey, &Change)> {
        self.series.iter().filter_map(|series| match &series.outcome {
            Outcome::Update(change) => Some((series.key, &**change)),
            _ => None,
        })
    }

    /// True if any series has this kind of outcome.
    pub fn any(&self, test: impl Fn(&Outcome) -> bool) -> bool {
        self.series.iter().any(|series| test(&series.outcome))
    }
}

impl Change {
    /// The artifacts, source first.
    pub fn artifacts(&self) -> impl Iterator<Item = &VerifiedArtifact> {
        std::iter::once(&self.source).chain(&self.windows)
    }
}
