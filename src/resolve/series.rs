//! Resolving: each series on its own, so that none blocks another.

use jiff::Timestamp;

use super::components::{Components, Obstacle};
use super::observation::{
    ArtifactObservation, CandidateObservation, EvidenceState, Observations, Seen, SeriesObservation,
};
use super::plan::{Alarm, Change, Outcome, Pending, Plan, SeriesPlan};
use super::reason::{Hold, Wait, described};
use super::windows::{Installer, Judgement};
use crate::config::Config;
use crate::model::{Artifact, ArtifactKind, Entry, Manifest, PythonVersion, TrackedKey, Variant};
use crate::sources::ensurepip::Bundled;
use crate::sources::get_pip::GetPipPin;
use crate::sources::release_cycle::Phase;
use crate::verify::VerifiedArtifact;

/// What resolving goes by, beside the observations.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What each series is at.
    pub manifest: &'a Manifest,
    /// Floors, overrides, the grace.
    pub config: &'a Config,
    /// The time of the run.
    pub now: Timestamp,
    /// Go on without the Windows variants where there is no installer.
    pub without_windows: bool,
}

/// The plan that follows from `observations`.
pub fn resolve(context: &Context<'_>, observations: Observations) -> Plan {
    let Observations { index, cycles, get_pip, series } = observations;
    let series = series
        .into_iter()
        .map(|(key, observation)| {
            let phase = cycles.found().and_then(|cycles| cycles.get(&key.series)).map(|cycle| cycle.phase);
            let resolver = Resolver { context, key, phase, get_pip: get_pip.as_ref(), index: &index };
            resolver.series(observation)
        })
        .collect();
    Plan { series }
}

/// The entry that a new key starts from: the variants and components of the newest tracked series.
pub(crate) fn seed(manifest: &Manifest) -> Option<&Entry> {
    manifest.newest().map(|(_, entry)| entry)
}

struct Resolver<'a> {
    context: &'a Context<'a>,
    key: TrackedKey,
    phase: Option<Phase>,
    get_pip: Option<&'a Seen<GetPipPin>>,
    index: &'a Seen<Vec<PythonVersion>>,
}

/// What looking at one candidate came to.
enum Step {
    Settled { outcome: Outcome, artifacts: Vec<VerifiedArtifact>, notes: Vec<String> },
    Incomplete(Pending),
}

impl Step {
    fn held(hold: Hold, since: Option<Timestamp>) -> Self {
        Self::settled(Outcome::Held { hold, since })
    }

    fn unreachable(version: &PythonVersion, why: String) -> Self {
        let wait = Wait::Unreachable { version: Some(version.clone()), why };
        Self::settled(Outcome::Waiting(Pending { wait, since: None }))
    }

    fn settled(outcome: Outcome) -> Self {
        Self::Settled { outcome, artifacts: Vec::new(), notes: Vec::new() }
    }
}

impl Resolver<'_> {
    fn entry(&self) -> Option<&Entry> {
        self.context.manifest.entries.get(&self.key)
    }

    fn series(&self, observation: SeriesObservation) -> SeriesPlan {
        let SeriesObservation { tags, candidates, final_release } = observation;
        let tagged = tags.found().map(|tags| tags.iter().map(|tag| tag.version.clone()).collect::<Vec<_>>());
        let mut notes = Vec::new();
        let plan = |outcome, pending, artifacts, notes| SeriesPlan {
            key: self.key,
            at: self.entry().map(|entry| entry.version.clone()),
            outcome,
            pending,
            artifacts,
            notes,
        };
        if let (Some(tags), Some(index)) = (tags.failure(), self.index.failure()) {
            let wait = Wait::Unreachable { version: None, why: format!("{index}; and {tags}") };
            return plan(Outcome::Waiting(Pending { wait, since: None }), None, Vec::new(), notes);
        }
        notes.extend(
            tags.failure()
                .map(|why| format!("the cpython tags could not be read, python.org's listing alone counts: {why}")),
        );
        notes.extend(
            self.index
                .failure()
                .map(|why| format!("python.org's listing could not be read, the cpython tags alone count: {why}")),
        );
        if let Some(out) = final_release.filter(|release| release.source.is_out()) {
            let since = out.tagged_at.as_ref().and_then(Seen::found).copied();
            return plan(
                Outcome::Held { hold: Hold::PromotionDue { version: out.version }, since },
                None,
                Vec::new(),
                notes,
            );
        }
        let mut pending: Option<Pending> = None;
        for candidate in candidates {
            match self.candidate(candidate, tagged.as_deref()) {
                Step::Incomplete(wait) => pending = pending.or(Some(wait)),
                Step::Settled { outcome: Outcome::Current, artifacts, notes: more } => {
                    notes.extend(more);
                    let outcome = pending.take().map_or(Outcome::Current, Outcome::Waiting);
                    return plan(outcome, None, artifacts, notes);
                }
                Step::Settled { outcome, artifacts, notes: more } => {
                    notes.extend(more);
                    return plan(outcome, pending, artifacts, notes);
                }
            }
        }
        let outcome = match (pending, self.entry()) {
            (Some(pending), _) => Outcome::Waiting(pending),
            (None, Some(entry)) => Outcome::Held {
                hold: Hold::ManifestAhead { version: entry.version.clone(), newest: None },
                since: None,
            },
            (None, None) => Outcome::Held { hold: Hold::NoRelease { key: self.key }, since: None },
        };
        plan(outcome, None, Vec::new(), notes)
    }

    fn candidate(&self, candidate: CandidateObservation, tagged: Option<&[PythonVersion]>) -> Step {
        match self.entry() {
            Some(entry) if entry.version == candidate.version => self.at(entry, candidate, tagged),
            _ => self.newer(candidate, tagged),
        }
    }

    /// The release that the manifest is at.
    fn at(&self, entry: &Entry, candidate: CandidateObservation, tagged: Option<&[PythonVersion]>) -> Step {
        let CandidateObservation { version, source, windows, ensurepip, .. } = candidate;
        let kind = ArtifactKind::Source;
        let mut notes = Vec::new();
        let source = match source.evidence {
            EvidenceState::Verified(artifact) => *artifact,
            EvidenceState::Failed(why) => return Step::unreachable(&version, why),
            EvidenceState::Rejected(rejection) => return Step::held(Hold::Rejected { version, kind, rejection }, None),
            EvidenceState::NoBundle { openpgp } => {
                let note = match openpgp {
                    Seen::Found(()) => {
                        "its only evidence is an OpenPGP signature, which this version of pybump cannot check"
                    }
                    Seen::Missing(_) if tagged.is_some_and(|tagged| !tagged.contains(&version)) => {
                        let newest =
                            tagged.and_then(|tagged| tagged.iter().filter(|v| self.key.admits(v)).max()).cloned();
                        return Step::held(Hold::ManifestAhead { version, newest }, None);
                    }
                    Seen::Missing(_) => "it has neither Sigstore bundle nor OpenPGP signature",
                    Seen::Failed(why) => return Step::unreachable(&version, why),
                };
                let notes = vec![format!("{version} is not verified: {note}")];
                return Step::Settled { outcome: Outcome::Current, artifacts: Vec::new(), notes };
            }
        };
        let windows = match windows.map(|windows| windows.evidence) {
            None => None,
            Some(EvidenceState::Verified(artifact)) => Some(*artifact),
            Some(EvidenceState::Failed(why)) => return Step::unreachable(&version, why),
            Some(EvidenceState::Rejected(rejection)) => {
                return Step::held(Hold::Rejected { version, kind: ArtifactKind::Windows, rejection }, None);
            }
            Some(EvidenceState::NoBundle { .. }) => {
                notes.push(format!(
                    "{} of {version} is not verified: it has no Sigstore bundle",
                    described(ArtifactKind::Windows)
                ));
                None
            }
        };
        let mut adds_checksum = false;
        for artifact in std::iter::once(&source).chain(&windows) {
            match entry.checksum(artifact.artifact().kind) {
                Some(recorded) if recorded != artifact.sha256() => {
                    let alarm = Alarm { now: artifact.clone(), recorded };
                    return Step::settled(Outcome::Alarm(Box::new(alarm)));
                }
                Some(_) => {}
                None => {
                    adds_checksum = true;
                    notes.push(format!(
                        "{} gets the checksum that its entry lacks",
                        described(artifact.artifact().kind)
                    ));
                }
            }
        }
        let (components, more) = match self.components(entry, &version, ensurepip.as_ref(), false).changes() {
            Ok(changes) => changes,
            Err(obstacle) => return stopped(obstacle, &version, None),
        };
        notes.extend(more);
        let artifacts = std::iter::once(&source).chain(&windows).cloned().collect();
        if components.is_empty() && !adds_checksum {
            return Step::Settled { outcome: Outcome::Current, artifacts, notes };
        }
        let change = Change {
            from: Some(version.clone()),
            to: version,
            source,
            windows,
            components,
            variants: entry.variants.clone(),
            dropped: Vec::new(),
        };
        Step::Settled { outcome: Outcome::Update(Box::new(change)), artifacts, notes }
    }

    /// A release newer than the manifest's, or any release of a new key.
    fn newer(&self, mut candidate: CandidateObservation, tagged: Option<&[PythonVersion]>) -> Step {
        let version = candidate.version.clone();
        let source = match self.source(&mut candidate, tagged) {
            Ok(source) => source,
            Err(step) => return *step,
        };
        let signed_at = source.signed_at();
        let judgement = Judgement {
            config: self.context.config,
            now: self.context.now,
            phase: self.phase,
            without_windows: self.context.without_windows,
            signed_at,
        };
        let mut notes = Vec::new();
        let mut drops = false;
        let windows = match judgement.judge(&mut candidate) {
            Installer::NotNeeded => None,
            Installer::Ready(artifact) => match bind(*artifact, candidate.tagged_at.as_ref()) {
                Ok(artifact) => Some(artifact),
                Err(hold) => return Step::held(*hold, Some(signed_at)),
            },
            Installer::Dropped(note) => {
                notes.push(note);
                drops = true;
                None
            }
            Installer::Waits(pending) => return Step::Incomplete(pending),
            Installer::Held(hold) => return Step::held(hold, Some(signed_at)),
        };
        for artifact in std::iter::once(&source).chain(&windows) {
            let kind = artifact.artifact().kind;
            if let Some((known, of)) = self.context.manifest.other_name(artifact.sha256(), kind, &version) {
                let known = format!("{} of {of}", described(known));
                return Step::held(Hold::OtherName { version, kind, known }, Some(artifact.signed_at()));
            }
        }
        let Some(entry) = self.entry().or_else(|| seed(self.context.manifest)) else {
            return Step::held(Hold::NoRelease { key: self.key }, None);
        };
        let new = self.entry().is_none();
        let (components, more) = match self.components(entry, &version, candidate.ensurepip.as_ref(), new).changes() {
            Ok(changes) => changes,
            Err(obstacle) => return stopped(obstacle, &version, Some(signed_at)),
        };
        notes.extend(more);
        let (dropped, variants) =
            entry.variants.iter().cloned().partition(|variant: &Variant| drops && variant.is_windows());
        let artifacts = std::iter::once(&source).chain(&windows).cloned().collect();
        let from = self.entry().map(|entry| entry.version.clone());
        let change = Change { from, to: version, source, windows, components, variants, dropped };
        Step::Settled { outcome: Outcome::Update(Box::new(change)), artifacts, notes }
    }

    /// The verified source tarball of a newer release, or why there is none.
    fn source(
        &self,
        candidate: &mut CandidateObservation,
        tagged: Option<&[PythonVersion]>,
    ) -> Result<VerifiedArtifact, Box<Step>> {
        let version = candidate.version.clone();
        let kind = ArtifactKind::Source;
        let tag_date = candidate.tagged_at.as_ref().and_then(Seen::found).copied();
        let evidence = std::mem::replace(&mut candidate.source.evidence, EvidenceState::Failed(String::new()));
        let uploaded = match &candidate.source.file {
            Some(Seen::Missing(_)) => {
                let folder = candidate.folder.as_ref().and_then(Seen::found);
                let listed = folder.is_some_and(|folder| folder.artifact(&Artifact::source(&version)).is_some());
                let wait = Wait::NoFiles { version, listed };
                return Err(Box::new(Step::Incomplete(Pending { wait, since: tag_date })));
            }
            Some(Seen::Failed(why)) => return Err(Box::new(Step::unreachable(&version, why.clone()))),
            Some(Seen::Found(modified)) => *modified,
            None => None,
        };
        let since = uploaded.or(tag_date);
        let step = match evidence {
            EvidenceState::Verified(artifact) => {
                return Self::tagged(*artifact, candidate.tagged_at.as_ref(), tagged);
            }
            EvidenceState::Failed(why) | EvidenceState::NoBundle { openpgp: Seen::Failed(why) } => {
                Step::unreachable(&version, why)
            }
            EvidenceState::Rejected(rejection) => Step::held(Hold::Rejected { version, kind, rejection }, since),
            EvidenceState::NoBundle { openpgp: Seen::Found(()) } => {
                Step::held(Hold::OpenPgpOnly { version, kind }, since)
            }
            EvidenceState::NoBundle { openpgp: Seen::Missing(_) } if self.is_fresh(since) => {
                Step::Incomplete(Pending { wait: Wait::NoEvidence { version, kind }, since })
            }
            EvidenceState::NoBundle { openpgp: Seen::Missing(_) } => {
                Step::held(Hold::NoEvidence { version, kind }, since)
            }
        };
        Err(Box::new(step))
    }

    /// The source bound to its tag's date, without which a newer release is not taken.
    fn tagged(
        artifact: VerifiedArtifact,
        tagged_at: Option<&Seen<Timestamp>>,
        tagged: Option<&[PythonVersion]>,
    ) -> Result<VerifiedArtifact, Box<Step>> {
        let since = Some(artifact.signed_at());
        let version = artifact.artifact().version.clone();
        Err(Box::new(match tagged_at {
            Some(Seen::Found(_)) => {
                return bind(artifact, tagged_at).map_err(|hold| Box::new(Step::held(*hold, since)));
            }
            Some(Seen::Failed(why)) => Step::unreachable(&version, why.clone()),
            Some(Seen::Missing(_)) | None if tagged.is_some() => {
                Step::Incomplete(Pending { wait: Wait::NoTag { version }, since })
            }
            Some(Seen::Missing(_)) | None => Step::unreachable(&version, "its tag could not be looked up".to_owned()),
        }))
    }

    /// True of what has been out for less than the grace.
    fn is_fresh(&self, since: Option<Timestamp>) -> bool {
        since.is_none_or(|since| self.context.now.duration_since(since) < self.context.config.windows_grace)
    }

    fn components<'a>(
        &'a self,
        entry: &'a Entry,
        to: &'a PythonVersion,
        ensurepip: Option<&'a Seen<Bundled>>,
        new: bool,
    ) -> Components<'a> {
        Components {
            entry,
            to,
            ensurepip,
            get_pip: self.get_pip,
            config: self.context.config,
            now: self.context.now,
            new,
        }
    }
}

impl ArtifactObservation {
    /// True if the file or its evidence is there.
    fn is_out(&self) -> bool {
        matches!(self.file, Some(Seen::Found(_)))
            || matches!(self.evidence, EvidenceState::Verified(_) | EvidenceState::Rejected(_))
    }
}

/// Binds the tag's date, where it is known.
fn bind(artifact: VerifiedArtifact, tagged_at: Option<&Seen<Timestamp>>) -> Result<VerifiedArtifact, Box<Hold>> {
    let Some(tagged_at) = tagged_at.and_then(Seen::found) else { return Ok(artifact) };
    let (version, kind) = (artifact.artifact().version.clone(), artifact.artifact().kind);
    artifact.tagged(*tagged_at).map_err(|rejection| Box::new(Hold::Rejected { version, kind, rejection }))
}

fn stopped(obstacle: Obstacle, version: &PythonVersion, since: Option<Timestamp>) -> Step {
    match obstacle {
        Obstacle::Unreachable(why) => Step::unreachable(version, why),
        Obstacle::NoSetuptools => Step::held(Hold::NoSetuptools { version: version.clone() }, since),
    }
}
