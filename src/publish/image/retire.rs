//! What becomes of what an open pull request proposes and this run does not. Pure.
//!
//! Owns the rule that a hiccup closes nothing: a pull request goes only where its base has caught up, or where what it
//! proposes is contradicted.

use std::collections::BTreeMap;

use crate::layout::DockerLibrary;
use crate::model::{Artifact, ArtifactKind, PythonVersion, Sha256, TrackedKey};
use crate::publish::marker::Marker;
use crate::publish::rolling::Retirement;
use crate::publish::wording::PersonsPull;
use crate::resolve::{Hold, Outcome, Plan};
use crate::verify::Rejection;

/// What is proposed now: versions and digests of entries, by key.
#[derive(Clone, Copy)]
pub(super) struct Proposed<'a> {
    pub(super) versions: &'a BTreeMap<String, String>,
    pub(super) entries: &'a BTreeMap<String, Sha256>,
}

/// What becomes of what `marker` remembers and is not `proposed` any more; nothing if that is to follow what is proposed now.
/// `of_alarm` is true of a branch about an alarm.
pub(super) fn retirement(
    plan: &Plan,
    layout: &DockerLibrary,
    marker: &Marker,
    proposed: Option<Proposed<'_>>,
    persons: &[PersonsPull],
    of_alarm: bool,
) -> Option<Retirement> {
    let another = |key: &String| proposed.is_some_and(|proposed| proposed.entries.get(key) != marker.proposal.get(key));
    let (mut settled, mut open) = (Vec::new(), Vec::new());
    for (key, version) in &marker.keys {
        match proposed.and_then(|proposed| proposed.versions.get(key)) {
            Some(now) if now == version && plan.incomplete && another(key) => open
                .push(format!("{key} {now} is proposed, and not all that belongs to it could be read at this moment")),
            Some(now) => open.extend(lowered(key, version, now)),
            None => match fate(plan, layout, key, version, persons).and_then(|why| {
                match unseen(plan, layout, key, version) {
                    Some(unseen) if of_alarm => Err(unseen),
                    _ => Ok(why),
                }
            }) {
                Ok(why) => settled.push(why),
                Err(why) => open.push(why),
            },
        }
    }
    if !open.is_empty() {
        return Some(Retirement::Keep(open.join("; ")));
    }
    (!settled.is_empty()).then(|| Retirement::Close(format!("Closed by pybump: {}.", settled.join("; "))))
}

/// Why a key that is proposed at `version` is not to be taken back to `now`, if that is older.
fn lowered(key: &str, version: &str, now: &str) -> Option<String> {
    let (proposed, now) = (version.parse::<PythonVersion>().ok()?, now.parse::<PythonVersion>().ok()?);
    (now < proposed).then(|| format!("{key} {proposed} is proposed and only {now} is whole at this moment"))
}

/// Why a key needs no proposal any more, or why that is not known.
fn fate(
    plan: &Plan,
    layout: &DockerLibrary,
    key: &str,
    version: &str,
    persons: &[PersonsPull],
) -> Result<String, String> {
    let (Ok(parsed), Ok(proposed)) = (key.parse::<TrackedKey>(), version.parse::<PythonVersion>()) else {
        return Err("it proposes what pybump cannot read".to_owned());
    };
    if let Some(person) = persons.iter().find(|person| person.keys.contains(&parsed)) {
        return Err(format!("#{} does the same for {key}; close one of the two", person.number));
    }
    let Some(series) = plan.series.iter().find(|series| series.key == parsed) else {
        return if layout.manifest().entries.contains_key(&parsed) {
            Err(format!("{key} was not looked at"))
        } else {
            Ok(format!("{key} is not tracked any more"))
        };
    };
    match &series.outcome {
        Outcome::Current | Outcome::Update(_) if series.at.as_ref().is_some_and(|at| *at >= proposed) => {
            Ok(format!("{key} is at {}", series.at.as_ref().unwrap_or(&proposed)))
        }
        Outcome::Update(_) => Ok(format!("{key} has a pull request of its own")),
        Outcome::Current => Err(format!("{key} {proposed} is proposed and upstream does not show it at this moment")),
        Outcome::Waiting(pending) => Err(format!("{key} waits: {}", pending.wait)),
        // What was there when it was proposed and is missing now may be back the next time.
        Outcome::Held {
            hold:
                hold @ (Hold::Unrenderable { .. }
                | Hold::Drift { .. }
                | Hold::LedgerDamaged(_)
                | Hold::NoEvidence { .. }
                | Hold::Lacks { .. }
                | Hold::OpenPgpOnly { .. }
                | Hold::NoInstaller { .. }),
            ..
        } => Err(format!("{key} is held: {hold}")),
        // Other bytes once, under evidence that holds, may be a cache's or a proxy's.
        Outcome::Held { hold: hold @ Hold::Rejected { rejection, .. }, .. }
            if rejection.is_no_evidence() || matches!(rejection, Rejection::Digest { .. } | Rejection::Size { .. }) =>
        {
            Err(format!("{key} is held: {hold}"))
        }
        Outcome::Held { hold, .. } => Ok(format!("{key} is held: {hold}")),
        Outcome::Alarm(alarm) => Ok(format!("{key}: {alarm}")),
        // An issue tells of it; what is proposed is newer than what is contradicted.
        Outcome::Contradicted(contradiction) => Err(format!("{key}: {contradiction}")),
    }
}

/// Why it is not known that an alarm over `version` is over, if it is not: the series is at it still, and its evidence was not
/// seen to hold. Who tampered with a bundle can take it away as well.
fn unseen(plan: &Plan, layout: &DockerLibrary, key: &str, version: &str) -> Option<String> {
    let key = key.parse::<TrackedKey>().ok()?;
    let entry = layout.manifest().entries.get(&key).filter(|entry| entry.version.to_string() == version)?;
    let series = plan.series.iter().find(|series| series.key == key)?;
    if !matches!(series.outcome, Outcome::Current | Outcome::Update(_)) {
        return None;
    }
    let artifacts = ArtifactKind::ALL.into_iter().filter(|kind| entry.checksum(*kind).is_some());
    let mut artifacts = artifacts.map(|kind| Artifact { version: entry.version.clone(), kind });
    let seen = |artifact: &Artifact| series.artifacts.iter().any(|seen| seen.artifact() == artifact);
    artifacts.find(|artifact| !seen(artifact)).map(|artifact| format!("no evidence beside {artifact} was seen to hold"))
}
