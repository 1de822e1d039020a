//! What looking at one release came to: it settles where the series is, or an older one may have to do.

use jiff::Timestamp;

use super::components::Obstacle;
use super::plan::{Change, Outcome, Pending};
use super::reason::{Hold, Wait};
use crate::model::PythonVersion;
use crate::verify::VerifiedArtifact;

/// What looking at one release came to.
#[derive(Debug)]
pub(super) enum Step {
    /// No other release matters.
    Settled {
        outcome: Outcome,
        /// The verified artifacts of the release.
        artifacts: Vec<VerifiedArtifact>,
        notes: Vec<String>,
    },
    /// The release is not complete yet.
    Incomplete(Pending),
    /// Upstream has no such release; something only looked like it.
    NoRelease,
}

impl Step {
    pub(super) fn settled(outcome: Outcome) -> Self {
        Self::Settled { outcome, artifacts: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn update(change: Change, notes: Vec<String>) -> Self {
        let artifacts = change.artifacts().cloned().collect();
        Self::Settled { outcome: Outcome::Update(Box::new(change)), artifacts, notes }
    }

    pub(super) fn held(hold: Hold, since: Option<Timestamp>) -> Self {
        Self::settled(Outcome::Held { hold, since })
    }

    pub(super) fn incomplete(wait: Wait, since: Option<Timestamp>) -> Self {
        Self::Incomplete(Pending { wait, since })
    }

    pub(super) fn unreachable(version: &PythonVersion, why: String, since: Option<Timestamp>) -> Self {
        Self::incomplete(Wait::Unreachable { version: Some(version.clone()), why }, since)
    }

    /// The components of `version` could not be settled.
    pub(super) fn stopped(obstacle: Obstacle, version: &PythonVersion, since: Option<Timestamp>) -> Self {
        match obstacle {
            Obstacle::Unreachable(why) => Self::unreachable(version, why, since),
            Obstacle::NoSetuptools => Self::held(Hold::NoSetuptools { version: version.clone() }, since),
        }
    }
}
