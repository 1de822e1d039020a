//! The result of `pybump check`: the plan in words and values, as its JSON has it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::artifact::ArtifactReport;
use super::stale::{StaleReport, Staleness};
use crate::resolve::{ComponentChange, Obstacle, Outcome, Pending, Plan, SeriesPlan, Stale};

/// The version of this output's shape; it grows when a field changes meaning or goes.
pub const SCHEMA: u32 = 1;

/// What each tracked series is at, where it should be, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// By tracked series, in manifest order.
    pub series: Vec<SeriesReport>,
}

/// One tracked series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeriesReport {
    /// The manifest key: `3.14` or `3.15-rc`.
    pub key: String,
    /// The CPython version that the manifest says; null for a new key.
    pub at: Option<String>,
    /// The CPython version that it should say; null where none is settled.
    pub target: Option<String>,
    /// Where the series is.
    pub status: Status,
    /// Why it waits, is held or alarms; null otherwise.
    pub reason: Option<Reason>,
    /// A release newer than the target that is not complete yet.
    pub pending: Option<Reason>,
    /// Components that move.
    pub components: Vec<ComponentReport>,
    /// Variants that go.
    pub dropped_variants: Vec<String>,
    /// The verified artifacts of the target.
    pub artifacts: Vec<ArtifactReport>,
    /// That the release has been out for long without being merged here, and why; null otherwise.
    pub stale: Option<StaleReport>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// Where a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Where it should be.
    Current,
    /// Behind, and the target is complete and verified.
    Update,
    /// Behind a release that is not complete yet; time will cure it.
    Waiting,
    /// Something contradicts; a person must look.
    Held,
    /// An artifact changed under a released version.
    Alarm,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// A word for machines.
    pub code: String,
    /// Words for people.
    pub text: String,
    /// Since when, by upstream's own times; null where they do not tell.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub since: Option<Timestamp>,
}

/// A component that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComponentReport {
    /// `setuptools`, `pip` or `get-pip`.
    pub name: String,
    /// What the manifest says; null for a new key.
    pub from: Option<String>,
    /// What it should say.
    pub to: String,
}

impl CheckReport {
    /// The report of `plan`.
    pub fn of(plan: &Plan, staleness: Staleness) -> Self {
        let series = plan.series.iter().map(|series| SeriesReport::of(series, staleness));
        Self { schema: SCHEMA, series: series.collect() }
    }
}

/// A pull request that is open for a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPull {
    /// The series, as its key.
    pub key: String,
    /// The pull request's number.
    pub number: u64,
    /// Since when it is open.
    pub opened_at: Timestamp,
}

impl CheckReport {
    /// The same, with the pull requests in the way of releases that are proposed and not merged.
    pub fn with_pulls(mut self, pulls: &[OpenPull]) -> Self {
        let proposed = self.series.iter_mut().filter(|series| series.status == Status::Update);
        for series in proposed {
            let pull = pulls.iter().find(|pull| pull.key == series.key);
            if let (Some(stale), Some(pull)) = (&mut series.stale, pull) {
                let obstacle = Obstacle::PullRequest { number: pull.number, opened_at: pull.opened_at };
                let release = stale.release.take();
                let proposed = StaleReport::of(Stale { release: None, since: stale.since, obstacle });
                *stale = StaleReport { release, ..proposed };
            }
        }
        self
    }
}

impl SeriesReport {
    fn of(plan: &SeriesPlan, staleness: Staleness) -> Self {
        let mut report = Self {
            key: plan.key.to_string(),
            at: plan.at.as_ref().map(ToString::to_string),
            target: None,
            status: Status::Current,
            reason: None,
            pending: plan.pending.as_ref().map(Reason::pending),
            components: Vec::new(),
            dropped_variants: Vec::new(),
            artifacts: plan.artifacts.iter().map(ArtifactReport::of).collect(),
            stale: plan.stale(staleness.now, staleness.after).map(StaleReport::of),
            notes: plan.notes.clone(),
        };
        match &plan.outcome {
            Outcome::Current => report.target.clone_from(&report.at),
            Outcome::Update(change) => {
                report.status = Status::Update;
                report.target = Some(change.to.to_string());
                report.components = change.components.iter().map(ComponentReport::of).collect();
                report.dropped_variants = change.dropped.iter().map(ToString::to_string).collect();
            }
            Outcome::Waiting(pending) => {
                report.status = Status::Waiting;
                report.reason = Some(Reason::pending(pending));
            }
            Outcome::Held { hold, since } => {
                report.status = Status::Held;
                report.reason = Some(Reason { code: hold.code().to_owned(), text: hold.to_string(), since: *since });
            }
            Outcome::Alarm(alarm) => {
                report.status = Status::Alarm;
                report.artifacts = vec![ArtifactReport::of(&alarm.now)];
                report.reason = Some(Reason {
                    code: alarm.code().to_owned(),
                    text: alarm.to_string(),
                    since: Some(alarm.now.signed_at()),
                });
            }
            Outcome::Contradicted(contradiction) => {
                report.status = Status::Alarm;
                report.reason = Some(Reason {
                    code: contradiction.code().to_owned(),
                    text: contradiction.to_string(),
                    since: contradiction.since(),
                });
            }
        }
        report
    }
}

impl Reason {
    fn pending(pending: &Pending) -> Self {
        Self { code: pending.wait.code().to_owned(), text: pending.wait.to_string(), since: pending.since }
    }
}

impl ComponentReport {
    fn of(change: &ComponentChange) -> Self {
        match change {
            ComponentChange::Package { name, from, to } => {
                Self { name: name.to_string(), from: from.as_ref().map(ToString::to_string), to: to.to_string() }
            }
            ComponentChange::GetPip { from, to } => Self {
                name: crate::model::ComponentName::GetPip.to_string(),
                from: from.as_ref().map(ToString::to_string),
                to: to.commit.to_string(),
            },
        }
    }
}
