//! Exit statuses.

use crate::config::ConfigError;
use crate::init::InitError;
use crate::layout::LayoutError;
use crate::publish::image::ImageError;
use crate::resolve::{Hold, Outcome, Plan};
use crate::sources::client::ClientError;

/// How a run ended. Where several hold: an alarm before a failure before a hold before updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 0: done; waits and holds are part of a good run.
    Done,
    /// 3: updates exist; with `--exit-code` only.
    Updates,
    /// 4: something is held; with `--exit-code` only.
    Held,
    /// 2: wrong usage or configuration.
    Usage,
    /// 1: failed, or a `--check` found a difference.
    Failed,
    /// 5: an artifact, signer or digest changed under a released version.
    Alarm,
}

impl Status {
    /// The number that the process exits with.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Updates => 3,
            Self::Held => 4,
            Self::Alarm => 5,
        }
    }

    /// The status of a run that ended with this plan; `detailed` is `--exit-code`.
    pub fn of(plan: &Plan, detailed: bool) -> Self {
        if plan.any(Outcome::is_alarm) {
            Self::Alarm
        } else if plan.any(is_broken) {
            Self::Failed
        } else if detailed && plan.any(|outcome| matches!(outcome, Outcome::Held { .. })) {
            Self::Held
        } else if detailed && plan.any(|outcome| matches!(outcome, Outcome::Update(_))) {
            Self::Updates
        } else {
            Self::Done
        }
    }

    /// The status of a run that ended with an error.
    pub fn of_error(error: &anyhow::Error) -> Self {
        if error.chain().any(<dyn std::error::Error>::is::<Unpublished>) {
            return Self::Alarm;
        }
        let usage = error.chain().any(|cause| {
            cause.is::<ConfigError>()
                || cause.is::<Misuse>()
                || cause.is::<ClientError>()
                || cause.downcast_ref::<InitError>().is_some_and(InitError::is_misuse)
                || cause.downcast_ref::<LayoutError>().is_some_and(|error| matches!(error, LayoutError::Unknown { .. }))
        });
        if usage { Self::Usage } else { Self::Failed }
    }
}

/// True of a hold over the repository itself, which is no part of a good run.
fn is_broken(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Held { hold: Hold::Unrenderable { .. } | Hold::LedgerDamaged(_), .. })
}

/// Arguments or files named by arguments that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Misuse(pub String);

/// Alarms that GitHub could not be told of. They are no less alarms.
#[derive(Debug, thiserror::Error)]
#[error("ALARM: {alarms}; GitHub could not be told of it")]
pub struct Unpublished {
    /// Each in its words.
    pub alarms: String,
    /// Why not.
    pub source: ImageError,
}
