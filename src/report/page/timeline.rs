//! How the versions moved: each bump, when its release came out, when it was proposed and when it came in.
//!
//! Owns which of these times are known. A release's time is that of its signing, and none that contradicts the others; a
//! commit that is dated by its evidence tells no time of its own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::RepositoryReport;
use crate::ledger::{Ledger, LedgerOpenPgp, LedgerSigstore};
use crate::model::{Artifact, ArtifactKind, PythonVersion};
use crate::report::check::{SeriesReport, Status};
use crate::stackbrew::Step;

/// The newest bumps that are listed.
const LISTED: usize = 100;

/// How the versions moved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Timeline {
    /// Newest first, a hundred at most.
    pub bumps: Vec<Bump>,
    /// How many older ones are left out.
    pub older: usize,
    /// How long proposing took; null where no bump's times are known.
    pub latency: Option<Latency>,
}

/// One series moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bump {
    /// The manifest key.
    pub key: String,
    /// The version before; null where the key is new.
    pub from: Option<String>,
    /// The version after.
    pub to: String,
    /// The commit that brought it.
    pub commit: String,
    /// The commit's page; null where the repository is not known.
    pub url: Option<String>,
    /// When the release's source was signed; null where that is not known.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub released_at: Option<Timestamp>,
    /// The pull request that proposed it; null where none is known.
    pub pull_request: Option<Proposal>,
    /// When it was proposed; null where that is not known.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub proposed_at: Option<Timestamp>,
    /// What that time is of; null where it is not known.
    pub proposed_by: Option<Via>,
    /// When it came in; null where the commit is dated by its evidence, and so tells nothing.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub merged_at: Option<Timestamp>,
    /// From the release to the proposal; null where one of the two is not known.
    pub seconds: Option<u64>,
}

/// How a bump was proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// By a pull request, when that was opened.
    PullRequest,
    /// By the commit itself: no pull request is known.
    Commit,
}

/// A pull request that proposes bumps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Proposal {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// When it was opened.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub opened_at: Timestamp,
    /// When it was merged; null if it was not.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub merged_at: Option<Timestamp>,
    /// True as long as nothing is decided.
    pub open: bool,
    /// What it proposes: the version by key.
    #[serde(skip)]
    pub versions: BTreeMap<String, String>,
}

/// How long proposing took, from the release on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Latency {
    /// Of how many bumps both times are known.
    pub bumps: usize,
    /// Half of them took no longer.
    pub median_seconds: u64,
    /// The longest.
    pub worst_seconds: u64,
    /// The version that took longest.
    pub worst: String,
}

/// What the times are taken from.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// When each release's source was signed, as far as that is known.
    pub signed: BTreeMap<PythonVersion, Timestamp>,
    /// The time of the newest evidence for each release, by which reproducible commits are dated.
    pub evidence: BTreeMap<PythonVersion, Timestamp>,
    /// pybump's own pull requests.
    pub proposals: Vec<Proposal>,
}

impl Facts {
    /// The facts that the ledger has, that a run saw of the series' releases, and that `proposals` tell.
    pub fn new(ledger: Option<&Ledger>, checked: &[SeriesReport], proposals: Vec<Proposal>) -> Self {
        let mut facts = Self { proposals, ..Self::default() };
        for (_, entry) in ledger.into_iter().flat_map(Ledger::entries) {
            // What was accepted later instead came later.
            facts.evidence.entry(entry.version().clone()).or_insert(entry.accepted_at());
            let signed = entry.sigstore().map(LedgerSigstore::signed_at);
            let signed = signed.or(entry.openpgp().map(LedgerOpenPgp::made_at));
            if let (Some(signed), ArtifactKind::Source) = (signed, entry.kind()) {
                facts.signed.entry(entry.version().clone()).or_insert(signed);
            }
        }
        for series in checked.iter().filter(|series| series.status != Status::Alarm) {
            let versions = series.target.iter().chain(&series.at).filter_map(|text| text.parse::<PythonVersion>().ok());
            for source in versions.map(|version| Artifact::source(&version)) {
                let seen = series.artifacts.iter().find(|seen| seen.file == source.file_name());
                if let Some(seen) = seen {
                    facts.signed.entry(source.version).or_insert(seen.signed_at);
                }
            }
        }
        facts
    }
}

/// The timeline of `steps`, newest first.
pub fn timeline(steps: &[Step], facts: &Facts, repository: Option<&RepositoryReport>) -> Timeline {
    let bumps: Vec<_> = steps.iter().take(LISTED).map(|step| bump(step, facts, repository)).collect();
    Timeline { latency: latency(&bumps), older: steps.len() - bumps.len(), bumps }
}

fn bump(step: &Step, facts: &Facts, repository: Option<&RepositoryReport>) -> Bump {
    let (key, to) = (step.key.to_string(), step.to.to_string());
    let pull_request = proposal(&key, &to, &facts.proposals).cloned();
    let committed_at = Some(step.committed_at).filter(|_| !is_dated_by_evidence(step, facts));
    let merged_at = pull_request.as_ref().and_then(|pull| pull.merged_at).or(committed_at);
    let opened_at = pull_request.as_ref().map(|pull| (pull.opened_at, Via::PullRequest));
    let proposed = opened_at.or(committed_at.map(|at| (at, Via::Commit)));
    // Bundles get re-signed years later; that is not when the release came out.
    let released_at = facts.signed.get(&step.to).copied();
    let released_at = released_at.filter(|at| merged_at.is_none_or(|merged| *at <= merged));
    // A pull request that was open already was moved on to the release, and nothing tells when.
    let proposed = proposed.filter(|(at, _)| released_at.is_none_or(|released| released <= *at));
    let seconds = released_at.zip(proposed).map(|(released, (at, _))| at.duration_since(released).as_secs());
    Bump {
        key,
        from: step.from.as_ref().map(ToString::to_string),
        to,
        url: repository.map(|repository| repository.page(&format!("commit/{}", step.commit))),
        commit: step.commit.to_string(),
        released_at,
        pull_request,
        proposed_at: proposed.map(|(at, _)| at),
        proposed_by: proposed.map(|(_, by)| by),
        merged_at,
        seconds: seconds.and_then(|seconds| u64::try_from(seconds).ok()),
    }
}

/// True of a commit that `pybump update --commit` would date so on any day: by the evidence, but after its parent.
fn is_dated_by_evidence(step: &Step, facts: &Facts) -> bool {
    let after_parent = step.parent_committed_at.as_second() + 1;
    facts.evidence.get(&step.to).is_some_and(|at| at.as_second().max(after_parent) == step.committed_at.as_second())
}

/// The pull request that brought `version`: the one that was merged, else the first that proposed it.
fn proposal<'a>(key: &str, version: &str, proposals: &'a [Proposal]) -> Option<&'a Proposal> {
    let of = proposals.iter().filter(|pull| pull.versions.get(key).is_some_and(|proposed| proposed == version));
    of.filter(|pull| !pull.open).min_by_key(|pull| (pull.merged_at.is_none(), pull.opened_at, pull.number))
}

fn latency(bumps: &[Bump]) -> Option<Latency> {
    let mut known: Vec<_> = bumps.iter().filter_map(|bump| Some((bump.seconds?, &bump.to))).collect();
    known.sort_unstable();
    let (worst_seconds, worst) = known.last().copied()?;
    let middle = known.len() / 2;
    let below = if known.len().is_multiple_of(2) { middle - 1 } else { middle };
    let median_seconds = u64::midpoint(known[below].0, known[middle].0);
    Some(Latency { bumps: known.len(), median_seconds, worst_seconds, worst: worst.clone() })
}

impl Timeline {
    /// How long proposing took, or that this is not known, in a sentence.
    pub fn latency_text(&self) -> String {
        let unknown = || "Of no bump both times are known: when its release was signed, which a ledger remembers, and when it was proposed.";
        self.latency.as_ref().map_or_else(|| unknown().to_owned(), Latency::text)
    }
}

impl Latency {
    /// In words, a sentence.
    pub fn text(&self) -> String {
        let Self { bumps, median_seconds, worst_seconds, worst } = self;
        if *bumps == 1 {
            return format!("{worst} was proposed {} after its release.", hours(*worst_seconds));
        }
        format!(
            "Half of {bumps} bumps were proposed within {} of the release; the slowest, {worst}, took {}.",
            hours(*median_seconds),
            hours(*worst_seconds)
        )
    }
}

/// `0.4 h`, `20.3 h`; from two days on also in days.
pub(super) fn hours(seconds: u64) -> String {
    let tenths = seconds.saturating_add(180) / 360;
    let hours = format!("{}.{} h", tenths / 10, tenths % 10);
    if seconds < 2 * 86_400 { hours } else { format!("{hours} ({} d)", seconds / 86_400) }
}
