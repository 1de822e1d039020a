//! The OpenPGP key that a manifest entry carries for its Dockerfiles, kept equal to the pin by the bump that needs it.
//!
//! Refuses to move it without a release: the Dockerfiles of the release that is there need the key that signed that one.

use super::context::Tracked;
use super::reason::Hold;
use super::step::Step;
use crate::model::{ArtifactKind, Entry, Fingerprint};
use crate::verify::VerifiedArtifact;
use crate::verify::openpgp::OpenPgpEvidence;

/// The key of `entry` and the one that `source` needs, where they differ: the key that made its signature; where that is not
/// known, the first that is pinned.
pub(super) fn change(
    tracked: &Tracked<'_>,
    entry: &Entry,
    source: &VerifiedArtifact,
) -> Result<Option<(Fingerprint, Fingerprint)>, Box<Step>> {
    let Some(at) = &entry.gpg_key else { return Ok(None) };
    let pinned = pinned(tracked);
    let signed = source.openpgp().evidence().map(OpenPgpEvidence::primary);
    let Some(to) = signed.or_else(|| pinned.iter().find(|key| *key == at)).or(pinned.first()) else {
        let hold = Hold::NoKeyPinned { version: source.artifact().version.clone() };
        return Err(Box::new(Step::held(hold, Some(source.signed_at()))));
    };
    Ok((to != at).then(|| (at.clone(), to.clone())))
}

/// That the key of `entry` is not among the pins, where some are.
pub(super) fn unpinned(tracked: &Tracked<'_>, entry: &Entry) -> Option<String> {
    let pinned = pinned(tracked);
    let key = entry.gpg_key.as_ref().filter(|key| !pinned.is_empty() && !pinned.contains(key))?;
    Some(format!("gpg.key {key} is not pinned for the series; the next release sets it to the pin"))
}

/// That somebody else signed `artifact` than is pinned today, where the ledger has it from them.
pub(super) fn former_signer(tracked: &Tracked<'_>, artifact: &VerifiedArtifact) -> Option<String> {
    let pins = tracked.context.signers.of(tracked.key.series, artifact.artifact().kind)?;
    let (signed, pinned) = (artifact.sigstore()?.signer(), pins.sigstore.as_ref()?);
    let file = artifact.artifact();
    (signed != pinned).then(|| format!("{file} was accepted as signed by {signed}; {pinned} is pinned today"))
}

fn pinned<'a>(tracked: &Tracked<'a>) -> &'a [Fingerprint] {
    let pins = tracked.context.signers.of(tracked.key.series, ArtifactKind::Source);
    pins.map_or(&[], |pins| pins.openpgp.as_slice())
}
