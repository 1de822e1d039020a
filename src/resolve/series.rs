//! Where a series should be: its candidates, newest first, until one settles it.
//!
//! Each series on its own, so that none blocks another.

use super::context::{Context, Tracked};
use super::observation::{
    ArtifactObservation, CandidateObservation, EvidenceState, Observations, Seen, SeriesObservation,
};
use super::plan::{Outcome, Pending, Plan, SeriesPlan};
use super::reason::{Hold, Wait};
use super::step::Step;
use super::upstream::Upstream;
use super::{current, newer};
use crate::verify::openpgp::MissingKey;

/// The plan that follows from `observations`.
pub fn resolve(context: &Context<'_>, observations: Observations) -> Plan {
    let unanswered = observations.unanswered();
    let Observations { index, cycles, get_pip, series } = observations;
    let series = series.into_iter().map(|(key, SeriesObservation { tags, candidates, recorded, final_release })| {
        let phase = cycles.found().and_then(|cycles| cycles.get(&key.series)).map(|cycle| cycle.phase);
        let tracked = Tracked {
            context,
            key,
            entry: context.manifest.entries.get(&key),
            phase,
            get_pip: get_pip.as_ref(),
            upstream: Upstream { index: &index, tags: &tags },
        };
        let mut plan = plan(&tracked, candidates, recorded.as_ref(), final_release);
        if matches!(plan.outcome, Outcome::Held { hold: Hold::NoInstaller { phase: None, .. }, .. }) {
            plan.notes.extend(cycles.absence().map(|why| format!("the release cycle could not be read: {why}")));
        }
        plan
    });
    let series: Vec<_> = series.collect();
    let incomplete = unanswered || series.iter().any(waits_for_an_answer);
    Plan { series, incomplete }
}

fn plan(
    tracked: &Tracked<'_>,
    mut candidates: Vec<CandidateObservation>,
    recorded: Option<&CandidateObservation>,
    final_release: Option<CandidateObservation>,
) -> SeriesPlan {
    let mut plan = SeriesPlan {
        key: tracked.key,
        at: tracked.at().cloned(),
        outcome: Outcome::Current,
        pending: None,
        artifacts: Vec::new(),
        notes: Vec::new(),
    };
    candidates.retain(|candidate| tracked.may_be_at(&candidate.version));
    candidates.sort_by(|a, b| b.version.cmp(&a.version));
    let alarm =
        tracked.entry.and_then(|entry| current::alarm(entry, tracked.context, candidates.iter().chain(recorded)));
    let fault = tracked.context.ledger.and_then(|ledger| ledger.fault(tracked.key.series));
    if let Some(alarm) = alarm {
        plan.outcome = alarm;
        plan.notes.extend(fault.map(|fault| format!("its ledger is damaged, and stays as it is: {fault}")));
        return plan;
    }
    if let Some(fault) = fault {
        plan.outcome = Outcome::Held { hold: Hold::LedgerDamaged(fault.clone()), since: None };
        return plan;
    }
    match tracked.upstream.unreachable(tracked.key.channel) {
        Some(wait) => plan.pending = Some(Pending { wait, since: None }),
        None => plan.notes = tracked.upstream.notes(),
    }
    if let Some(final_release) = final_release.filter(|release| release.source.is_out()) {
        plan.outcome = promotion_due(final_release);
        plan.pending = None;
        return plan;
    }
    walk(tracked, candidates, plan)
}

/// Looks at `candidates`, newest first, until one settles the series.
fn walk(tracked: &Tracked<'_>, candidates: Vec<CandidateObservation>, mut plan: SeriesPlan) -> SeriesPlan {
    for candidate in candidates {
        let step = match tracked.entry {
            Some(entry) if entry.version == candidate.version => current::look(tracked, entry, candidate),
            _ => newer::look(tracked, candidate),
        };
        match step {
            Step::NoRelease => {}
            Step::Incomplete(pending) => plan.pending = plan.pending.or(Some(pending)),
            Step::Settled { outcome, artifacts, notes } => {
                plan.outcome = match outcome {
                    Outcome::Current => plan.pending.take().map_or(Outcome::Current, Outcome::Waiting),
                    outcome => outcome,
                };
                plan.artifacts = artifacts;
                plan.notes.extend(notes);
                return plan;
            }
        }
    }
    plan.outcome = match (plan.pending.take(), tracked.at()) {
        (Some(pending), _) => Outcome::Waiting(pending),
        (None, Some(at)) => {
            let wait = Wait::Unreachable { version: Some(at.clone()), why: "nothing was asked about it".to_owned() };
            Outcome::Waiting(Pending { wait, since: None })
        }
        (None, None) => match tracked.upstream.tags.absence() {
            Some(why) => {
                let wait = Wait::Unreachable { version: None, why: why.to_owned() };
                Outcome::Waiting(Pending { wait, since: None })
            }
            None => Outcome::Held { hold: Hold::NoRelease { key: tracked.key }, since: None },
        },
    };
    plan
}

/// True if the series waits for nothing but a source's answer.
fn waits_for_an_answer(series: &SeriesPlan) -> bool {
    let waits = match &series.outcome {
        Outcome::Waiting(pending) => Some(pending),
        _ => series.pending.as_ref(),
    };
    waits.is_some_and(|pending| matches!(pending.wait, Wait::Unreachable { .. }))
}

fn promotion_due(final_release: CandidateObservation) -> Outcome {
    let CandidateObservation { version, tagged_at, source, .. } = final_release;
    let uploaded = source.file.as_ref().and_then(Seen::found).and_then(|file| file.modified);
    let since = tagged_at.as_ref().and_then(Seen::found).copied().or(uploaded);
    Outcome::Held { hold: Hold::PromotionDue { version }, since }
}

impl Observations {
    /// True if a source did not answer, or answered that there is nothing where there always is something.
    fn unanswered(&self) -> bool {
        let Self { index, cycles, get_pip, series } = self;
        let series_unanswered = |series: &SeriesObservation| {
            let SeriesObservation { tags, candidates, recorded, final_release } = series;
            let mut candidates = candidates.iter().chain(recorded).chain(final_release);
            tags.absence().is_some() || candidates.any(CandidateObservation::unanswered)
        };
        index.absence().is_some()
            || cycles.absence().is_some()
            || get_pip.as_ref().is_some_and(|pin| pin.absence().is_some())
            || series.values().any(series_unanswered)
    }
}

impl CandidateObservation {
    fn unanswered(&self) -> bool {
        let Self { version: _, tagged_at, source, windows, folder, ensurepip } = self;
        matches!(tagged_at, Some(Seen::Failed(_)))
            || matches!(folder, Some(Seen::Failed(_)))
            || matches!(ensurepip, Some(Seen::Missing(_) | Seen::Failed(_)))
            || std::iter::once(source).chain(windows).any(ArtifactObservation::unanswered)
    }
}

impl ArtifactObservation {
    fn unanswered(&self) -> bool {
        matches!(self.file, Some(Seen::Failed(_)))
            || match &self.evidence {
                EvidenceState::Failed(_) | EvidenceState::NoBundle { openpgp: Seen::Failed(_) } => true,
                EvidenceState::Verified(it) => it.openpgp().missing_key().is_some_and(MissingKey::is_unanswered),
                _ => false,
            }
    }

    /// True if the file is there; where it did not answer, if its evidence is.
    fn is_out(&self) -> bool {
        match self.file {
            Some(Seen::Found(_)) => true,
            Some(Seen::Missing(_)) => false,
            Some(Seen::Failed(_)) | None => self.evidence.verified().is_some(),
        }
    }
}
