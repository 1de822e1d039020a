//! The release that the manifest is at: whether its artifacts are still those recorded, and what of its components
//! has moved.
//!
//! Refuses to take anything away: what is missing now was there when the manifest was written.

use super::alarm::{Recorded, alarming};
use super::context::{Context, Tracked};
use super::observation::{ArtifactObservation, CandidateObservation, EvidenceState, Seen};
use super::plan::{Change, Outcome};
use super::reason::{Hold, described, unchecked};
use super::step::Step;
use super::{keys, names};
use crate::model::{Artifact, ArtifactKind, Entry, PythonVersion};
use crate::verify::VerifiedArtifact;

/// The alarm over the release that `entry` is at, if one of its artifacts, or what the ledger says of it, is not as recorded.
pub(super) fn alarm<'a>(
    entry: &Entry,
    context: &Context<'_>,
    candidates: impl IntoIterator<Item = &'a CandidateObservation>,
) -> Option<Outcome> {
    let current = candidates.into_iter().filter(|candidate| candidate.version == entry.version);
    let artifacts: Vec<_> = current
        .flat_map(|current| {
            let windows = current.windows.as_ref().map(|windows| (ArtifactKind::Windows, windows));
            std::iter::once((ArtifactKind::Source, &current.source)).chain(windows)
        })
        .collect();
    let not_seen = EvidenceState::Failed(String::new());
    let alarms = ArtifactKind::ALL.into_iter().filter_map(|kind| {
        let artifact = Artifact { version: entry.version.clone(), kind };
        let accepted = context.ledger.and_then(|ledger| ledger.newest(&artifact));
        let recorded = Recorded { manifest: entry.checksum(kind), entry: accepted };
        let mut seen = artifacts.iter().filter(|(seen, _)| *seen == kind).map(|(_, artifact)| &artifact.evidence);
        let first = seen.next().unwrap_or(&not_seen);
        std::iter::once(first).chain(seen).find_map(|evidence| alarming(recorded, evidence))
    });
    // The gravest is told of; where several are, the source's.
    let mut gravest = alarms.rev().max_by_key(gravity);
    if let Some(Outcome::Alarm(alarm)) = &mut gravest {
        alarm.doubt = names::other(context, &alarm.now);
    }
    gravest
}

/// How grave an alarm is: other bytes before everything else, evidence for the same bytes last.
fn gravity(alarm: &Outcome) -> u8 {
    match alarm {
        Outcome::Alarm(alarm) if !alarm.is_of_digest() => 1,
        Outcome::Contradicted(_) => 2,
        _ => 3,
    }
}

/// Looks at the release that `entry` is at, after [`alarm`] found nothing.
pub(super) fn look(tracked: &Tracked<'_>, entry: &Entry, candidate: CandidateObservation) -> Step {
    let CandidateObservation { version, tagged_at, source, windows, ensurepip, .. } = candidate;
    // A digest that the manifest does not hold yet is bound to its name as that of a newer release is.
    let lacks_checksum = |artifact: &VerifiedArtifact| entry.checksum(artifact.artifact().kind).is_none();
    let bound = |artifact: VerifiedArtifact| {
        if lacks_checksum(&artifact) { names::bind_tag(artifact, tagged_at.as_ref()) } else { Ok(artifact) }
    };
    let source = match source_of(tracked, &version, source).and_then(bound) {
        Ok(source) => source,
        Err(step) => return *step,
    };
    let mut notes = Vec::new();
    let windows = match windows.map(|windows| windows_of(&version, windows, &mut notes)) {
        None => None,
        Some(Ok(windows)) => match windows.map(bound).transpose() {
            Ok(windows) => windows,
            Err(step) => return *step,
        },
        Some(Err(step)) => return *step,
    };
    let mut adds_checksum = false;
    for artifact in std::iter::once(&source).chain(&windows).filter(|artifact| lacks_checksum(artifact)) {
        notes.extend(unchecked(artifact));
        notes.push(format!("{} gets the checksum that its entry lacks", described(artifact.artifact().kind)));
        adds_checksum = true;
    }
    if adds_checksum && let Err(step) = names::refuse_other(tracked.context, &source, windows.as_ref()) {
        return *step;
    }
    notes.extend(std::iter::once(&source).chain(&windows).filter_map(|it| keys::former_signer(tracked, it)));
    notes.extend(keys::unpinned(tracked, entry));
    let (components, more) = match tracked.components(entry, &version, ensurepip.as_ref()).changes() {
        Ok(changes) => changes,
        Err(obstacle) => return Step::stopped(obstacle, &version, None),
    };
    notes.extend(more);
    if components.is_empty() && !adds_checksum {
        let artifacts = std::iter::once(source).chain(windows).collect();
        return Step::Settled { outcome: Outcome::Current, artifacts, notes };
    }
    let change = Change {
        from: Some(version.clone()),
        to: version,
        source,
        windows,
        components,
        gpg_key: None,
        variants: entry.variants.clone(),
        dropped: Vec::new(),
        adds_digests: adds_checksum,
    };
    Step::update(change, notes)
}

/// The verified source tarball, or why nothing more can be said.
fn source_of(
    tracked: &Tracked<'_>,
    version: &PythonVersion,
    source: ArtifactObservation,
) -> Result<VerifiedArtifact, Box<Step>> {
    let unverified = match source.evidence {
        EvidenceState::Verified(artifact) => return Ok(*artifact),
        EvidenceState::Failed(why) | EvidenceState::NoBundle { openpgp: Seen::Failed(why) } => {
            return Err(Box::new(Step::unreachable(version, why, None)));
        }
        EvidenceState::Rejected(rejection) => {
            let hold = Hold::Rejected { version: version.clone(), kind: ArtifactKind::Source, rejection };
            return Err(Box::new(Step::held(hold, None)));
        }
        EvidenceState::NoBundle { openpgp: Seen::Missing(_) } if tracked.upstream.denies(version) => {
            let newest = tracked.upstream.newest(tracked.key).cloned();
            let hold = Hold::ManifestAhead { version: version.clone(), newest };
            return Err(Box::new(Step::held(hold, None)));
        }
        EvidenceState::NoBundle { openpgp: Seen::Missing(_) } => "it has neither Sigstore bundle nor OpenPGP signature",
        EvidenceState::NoBundle { openpgp: Seen::Found(()) } => {
            "its only signature is an OpenPGP one, and the policy for the series requires a Sigstore bundle"
        }
        EvidenceState::Unread => "its only signature is an OpenPGP one, and its bytes are not read again",
        EvidenceState::Lacks(evidence) => &format!("the policy for the series requires {}", evidence.described()),
    };
    let notes = vec![format!("{version} is not verified: {unverified}")];
    Err(Box::new(Step::Settled { outcome: Outcome::Current, artifacts: Vec::new(), notes }))
}

/// The Windows installer, where it can be verified still.
fn windows_of(
    version: &PythonVersion,
    windows: ArtifactObservation,
    notes: &mut Vec<String>,
) -> Result<Option<VerifiedArtifact>, Box<Step>> {
    let kind = ArtifactKind::Windows;
    match windows.evidence {
        EvidenceState::Verified(artifact) => Ok(Some(*artifact)),
        EvidenceState::Failed(why) => Err(Box::new(Step::unreachable(version, why, None))),
        EvidenceState::Rejected(rejection) => {
            Err(Box::new(Step::held(Hold::Rejected { version: version.clone(), kind, rejection }, None)))
        }
        EvidenceState::NoBundle { .. } | EvidenceState::Unread => {
            notes.push(format!("{} of {version} is not verified: it has no Sigstore bundle", described(kind)));
            Ok(None)
        }
        EvidenceState::Lacks(evidence) => {
            notes.push(format!("{} of {version} is not verified: it lacks {}", described(kind), evidence.described()));
            Ok(None)
        }
    }
}
