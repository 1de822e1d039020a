//! A release newer than the manifest's, or any release of a new key: complete and verified, or why it is not taken.
//!
//! Owns the order of the questions, and since when the release waits or is held.

use jiff::Timestamp;

use super::context::{Tracked, seed};
use super::observation::{ArtifactObservation, CandidateObservation, EvidenceState, Seen};
use super::plan::Change;
use super::reason::{Hold, Wait, unchecked};
use super::step::Step;
use super::windows::{Installer, Judgement};
use super::{keys, names};
use crate::model::{Artifact, ArtifactKind, Entry, PythonVersion, Variant};
use crate::sources::ensurepip::Bundled;
use crate::sources::python_org::ReleaseFolder;
use crate::verify::VerifiedArtifact;

/// Looks at a release newer than the manifest's, or at any release of a new key.
pub(super) fn look(tracked: &Tracked<'_>, candidate: CandidateObservation) -> Step {
    let CandidateObservation { version, tagged_at, source, windows, folder, ensurepip } = candidate;
    let release = Release { tracked, version, tagged_at, folder };
    match release.change(source, windows, ensurepip.as_ref()) {
        Ok((change, notes)) => Step::update(change, notes),
        Err(step) => *step,
    }
}

/// The release, without its artifacts.
struct Release<'a> {
    tracked: &'a Tracked<'a>,
    version: PythonVersion,
    tagged_at: Option<Seen<Timestamp>>,
    folder: Option<Seen<ReleaseFolder>>,
}

impl Release<'_> {
    /// The change that goes to this release, with notes.
    fn change(
        &self,
        source: ArtifactObservation,
        windows: Option<ArtifactObservation>,
        ensurepip: Option<&Seen<Bundled>>,
    ) -> Result<(Change, Vec<String>), Box<Step>> {
        let entry = self.tracked.entry.unwrap_or_else(|| seed(self.tracked.context.manifest));
        let source = self.source(source)?;
        let signed_at = source.signed_at();
        let mut notes = Vec::new();
        let mut drops = false;
        let windows = match self.judgement(entry, signed_at).judge(windows) {
            Installer::NotNeeded => None,
            Installer::Ready(artifact) => Some(names::bind_tag(*artifact, self.tagged_at.as_ref())?),
            Installer::Dropped(note) => {
                notes.push(note);
                drops = true;
                None
            }
            Installer::Waits(pending) => return Err(Box::new(Step::Incomplete(pending))),
            Installer::Held(hold) => return Err(Box::new(Step::held(hold, Some(signed_at)))),
        };
        notes.extend(std::iter::once(&source).chain(&windows).filter_map(unchecked));
        names::refuse_other(self.tracked.context, &source, windows.as_ref())?;
        let components = self.tracked.components(entry, &self.version, ensurepip).changes();
        let (components, more) =
            components.map_err(|obstacle| Box::new(Step::stopped(obstacle, &self.version, Some(signed_at))))?;
        notes.extend(more);
        let gpg_key = self.tracked.entry.map(|entry| keys::change(self.tracked, entry, &source)).transpose()?.flatten();
        notes.extend(
            gpg_key.as_ref().map(|(from, to)| format!("gpg.key {from} → {to}, which is pinned for the series")),
        );
        let (dropped, variants) =
            entry.variants.iter().cloned().partition(|variant: &Variant| drops && variant.is_windows());
        let from = self.tracked.at().cloned();
        Ok((
            Change {
                from,
                to: self.version.clone(),
                source,
                windows,
                components,
                gpg_key,
                variants,
                dropped,
                adds_digests: true,
            },
            notes,
        ))
    }

    /// The verified source tarball, bound to its tag, or why there is none.
    fn source(&self, source: ArtifactObservation) -> Result<VerifiedArtifact, Box<Step>> {
        let (version, kind) = (self.version.clone(), ArtifactKind::Source);
        let tag_date = self.tagged_at.as_ref().and_then(Seen::found).copied();
        let uploaded = match source.file {
            Some(Seen::Missing(_)) => return Err(Box::new(self.without_files(tag_date))),
            Some(Seen::Failed(why)) => return Err(Box::new(Step::unreachable(&version, why, tag_date))),
            Some(Seen::Found(file)) => file.modified,
            None => None,
        };
        let since = uploaded.or(tag_date);
        Err(Box::new(match source.evidence {
            EvidenceState::Verified(artifact) => return self.tagged(*artifact),
            EvidenceState::Failed(why) | EvidenceState::NoBundle { openpgp: Seen::Failed(why) } => {
                Step::unreachable(&version, why, since)
            }
            EvidenceState::Rejected(rejection) => Step::held(Hold::Rejected { version, kind, rejection }, since),
            EvidenceState::NoBundle { openpgp: Seen::Found(()) } => {
                Step::held(Hold::OpenPgpOnly { version, kind }, since)
            }
            EvidenceState::Unread => Step::held(Hold::Unread { version, kind }, since),
            EvidenceState::Lacks(evidence) if self.is_fresh(since) => {
                Step::incomplete(Wait::Lacks { version, kind, evidence }, since)
            }
            EvidenceState::Lacks(evidence) => Step::held(Hold::Lacks { version, kind, evidence }, since),
            EvidenceState::NoBundle { openpgp: Seen::Missing(_) } if self.is_fresh(since) => {
                Step::incomplete(Wait::NoEvidence { version, kind }, since)
            }
            EvidenceState::NoBundle { openpgp: Seen::Missing(_) } => {
                Step::held(Hold::NoEvidence { version, kind }, since)
            }
        }))
    }

    /// The source tarball answers 404. A tag announces a release, and so does a listed tarball. A folder alone does not: it
    /// appears with the first file in it, and that of a coming final holds its pre-releases.
    fn without_files(&self, since: Option<Timestamp>) -> Step {
        let version = self.version.clone();
        let folder = self.folder.as_ref().and_then(Seen::found);
        let listed = folder.is_some_and(|folder| folder.artifact(&Artifact::source(&version)).is_some());
        match self.tracked.upstream.is_tagged(&version) {
            Some(true) => Step::incomplete(Wait::NoFiles { version, listed }, since),
            _ if listed => Step::incomplete(Wait::NoFiles { version, listed }, since),
            Some(false) => match &self.folder {
                Some(Seen::Failed(why)) => Step::unreachable(&version, why.clone(), since),
                Some(Seen::Missing(_)) | None if self.tracked.upstream.lists(&version) => {
                    Step::incomplete(Wait::NoTag { version }, since)
                }
                _ => Step::NoRelease,
            },
            None => {
                let why = "its files are not there, and its tag could not be looked up".to_owned();
                Step::unreachable(&version, why, since)
            }
        }
    }

    /// The source bound to its tag's date, without which a newer release is not taken.
    fn tagged(&self, source: VerifiedArtifact) -> Result<VerifiedArtifact, Box<Step>> {
        let signed_at = source.signed_at();
        let version = self.version.clone();
        Err(Box::new(match &self.tagged_at {
            Some(Seen::Found(_)) => return names::bind_tag(source, self.tagged_at.as_ref()),
            Some(Seen::Failed(why)) => Step::unreachable(&version, why.clone(), Some(signed_at)),
            Some(Seen::Missing(_)) | None if self.tracked.upstream.is_tagged(&version).is_some() => {
                Step::incomplete(Wait::NoTag { version }, Some(signed_at))
            }
            Some(Seen::Missing(_)) | None => {
                Step::unreachable(&version, "its tag could not be looked up".to_owned(), Some(signed_at))
            }
        }))
    }

    fn judgement(&self, entry: &Entry, signed_at: Timestamp) -> Judgement<'_> {
        Judgement {
            context: self.tracked.context,
            phase: self.tracked.phase,
            needed: entry.has_windows(),
            version: &self.version,
            folder: self.folder.as_ref(),
            signed_at,
        }
    }

    /// True of what has been out for less than the grace.
    fn is_fresh(&self, since: Option<Timestamp>) -> bool {
        let context = self.tracked.context;
        since.is_none_or(|since| context.now.duration_since(since) < context.config.windows_grace)
    }
}
