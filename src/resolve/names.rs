//! What binds a digest to the name it is offered under, before it may enter the manifest.
//!
//! A signature binds bytes to a person, not to a name: a mirror can serve an older release's tarball with its genuine
//! bundle under a new name.

use jiff::Timestamp;

use super::alarm::Contradicting;
use super::context::Context;
use super::observation::Seen;
use super::plan::Outcome;
use super::reason::{Hold, Wait, described};
use super::step::Step;
use crate::ledger::Ledger;
use crate::verify::VerifiedArtifact;

/// Binds the tag's date, without which no digest enters the manifest. What was signed before it is held since the tag: the
/// signing is another's.
pub(super) fn bind_tag(
    artifact: VerifiedArtifact,
    tagged_at: Option<&Seen<Timestamp>>,
) -> Result<VerifiedArtifact, Box<Step>> {
    let (version, kind) = (artifact.artifact().version.clone(), artifact.artifact().kind);
    let tagged_at = match tagged_at {
        Some(Seen::Found(tagged_at)) => tagged_at,
        Some(Seen::Failed(why)) => {
            return Err(Box::new(Step::unreachable(&version, why.clone(), Some(artifact.signed_at()))));
        }
        Some(Seen::Missing(_)) | None => {
            return Err(Box::new(Step::incomplete(Wait::NoTag { version }, Some(artifact.signed_at()))));
        }
    };
    artifact
        .tagged(*tagged_at)
        .map_err(|rejection| Box::new(Step::held(Hold::Rejected { version, kind, rejection }, Some(*tagged_at))))
}

/// Holds a release one of whose digests goes by another name already: in the manifest, in the ledger, or within the release;
/// or one of whose names was accepted with another digest before.
pub(super) fn refuse_other(
    context: &Context<'_>,
    source: &VerifiedArtifact,
    windows: Option<&VerifiedArtifact>,
) -> Result<(), Box<Step>> {
    for artifact in std::iter::once(source).chain(windows) {
        let (version, kind) = (artifact.artifact().version.clone(), artifact.artifact().kind);
        if let Some((known, of)) = context.manifest.other_name(artifact.sha256(), kind, &version) {
            let known = format!("{} of {of}", described(known));
            return Err(Box::new(Step::held(Hold::OtherName { version, kind, known }, Some(artifact.signed_at()))));
        }
        if let Some(outcome) = context.ledger.and_then(|ledger| contradicted(ledger, artifact)) {
            return Err(Box::new(Step::settled(outcome)));
        }
    }
    match windows {
        Some(windows) if windows.sha256() == source.sha256() => {
            let (version, kind) = (windows.artifact().version.clone(), windows.artifact().kind);
            let known = format!("{} of {version}", described(source.artifact().kind));
            Err(Box::new(Step::held(Hold::OtherName { version, kind, known }, Some(windows.signed_at()))))
        }
        _ => Ok(()),
    }
}

/// Why `artifact` is not what the ledger knows by its digest or its name, if it is not.
fn contradicted(ledger: &Ledger, artifact: &VerifiedArtifact) -> Option<Outcome> {
    let (version, kind) = (artifact.artifact().version.clone(), artifact.artifact().kind);
    if let Some(entry) = ledger.other_name(artifact.sha256(), artifact.artifact()) {
        let file = ledger.path(entry.series());
        let known = format!("{} of {}, by {}", described(entry.kind()), entry.version(), file.display());
        let hold = Hold::OtherName { version, kind, known };
        return Some(Outcome::Held { hold, since: Some(artifact.signed_at()) });
    }
    let accepted = ledger.newest(artifact.artifact())?;
    let offer = || Contradicting::Offer(Box::new(artifact.clone())).of(accepted);
    (accepted.sha256() != artifact.sha256()).then(offer)
}

/// The other artifact that has the digest of `artifact`, in manifest or ledger, in words.
pub(super) fn other(context: &Context<'_>, artifact: &VerifiedArtifact) -> Option<String> {
    let (version, kind) = (&artifact.artifact().version, artifact.artifact().kind);
    let in_manifest = context.manifest.other_name(artifact.sha256(), kind, version);
    let in_manifest = in_manifest.map(|(kind, version)| format!("{} of {version}", described(kind)));
    let in_ledger = || {
        let entry = context.ledger?.other_name(artifact.sha256(), artifact.artifact())?;
        Some(format!("{} of {}", described(entry.kind()), entry.version()))
    };
    let other = in_manifest.or_else(in_ledger)?;
    Some(format!("its digest is that of {other}: one file under two names"))
}
