//! What needs a person, as values: made of what a run found out, and of what its caller knows besides.
//!
//! Owns what makes two of them the same. A person who closed an issue decided on that, so that neither time nor a server's mood
//! is part of it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::model::Sha256;
use crate::publish::issue::{IssueReport, IssueStep};
use crate::publish::report::{PullAction, PullsReport};
use crate::report::check::{CheckReport, Reason, SeriesReport, Status};
use crate::resolve::{Hold, Outcome, Plan, SeriesPlan};
use crate::verify::Rejection;

/// How grave something is, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TroubleKind {
    /// An artifact, or its evidence, changed under a released version.
    Alarm,
    /// The configuration cannot be used.
    Configuration,
    /// A series is held.
    Held,
    /// A release has been out for long and is not merged.
    Stale,
}

/// Something that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What kind.
    pub kind: TroubleKind,
    /// The series, where it is about one.
    pub key: Option<String>,
    /// A word for machines, as `check` has it.
    pub code: String,
    /// The release, where it is about one that is known.
    pub release: Option<String>,
    /// Why, in words. May quote anybody.
    pub text: String,
    /// Since when, by upstream's times; absolute, so that the same state gives the same words.
    pub since: Option<Timestamp>,
    /// The issue or pull request that has all of it.
    pub see: Option<See>,
    /// True where it may be no more than an upstream that does not answer, or not sensibly.
    pub doubtful: bool,
}

/// An issue or pull request of the same repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct See {
    /// Its number.
    pub number: u64,
    /// Its page, where that is known.
    pub url: Option<String>,
    /// Since when it is open, where that is known.
    pub since: Option<Timestamp>,
}

/// All that needs a person, gravest first, then by series.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Troubles {
    /// Each once.
    pub list: Vec<Trouble>,
    /// Why it is not known whether there are more, if it is not: then nothing is said to be over.
    pub unknown: Option<String>,
}

impl Trouble {
    /// That the configuration, which may be shared by several repositories, cannot be used, since it was seen to change.
    pub fn configuration(error: &str, since: Option<Timestamp>) -> Self {
        Self {
            kind: TroubleKind::Configuration,
            key: None,
            code: "configuration-invalid".to_owned(),
            release: None,
            text: error.to_owned(),
            since,
            see: None,
            doubtful: false,
        }
    }

    /// What it is about: its series, and what exactly is wrong. Of something doubtful the series alone, so that it is no news
    /// where the series was in trouble before.
    pub fn parts(&self) -> Vec<String> {
        let exactly = match self.kind {
            TroubleKind::Stale => self.release.as_deref().unwrap_or_default(),
            _ => &self.text,
        };
        let part = |text: String| Sha256::of(text.as_bytes()).to_string()[..16].to_owned();
        let key = self.key.as_ref().map(|key| part(format!("series {key}")));
        let kind = self.kind;
        let exact = (!self.doubtful)
            .then(|| part(format!("{kind:?} {} {} {exactly}", self.key.as_deref().unwrap_or_default(), self.code)));
        key.into_iter().chain(exact).collect()
    }

    /// In two words, for when it is over: `3.14 held`.
    pub(crate) fn name(&self) -> String {
        let kind = match self.kind {
            TroubleKind::Alarm => "alarm",
            TroubleKind::Configuration => "configuration",
            TroubleKind::Held => "held",
            TroubleKind::Stale => "not merged",
        };
        self.key.as_ref().map_or_else(|| kind.to_owned(), |key| format!("{key} {kind}"))
    }
}

impl Troubles {
    /// What of a run needs a person: alarms, holds, and releases that have been out for long. Waits need nobody, and no more does
    /// a page that is no evidence where some should be: a proxy's, most likely.
    pub fn of(plan: &Plan, check: &CheckReport, pulls: &PullsReport) -> Self {
        let doubtful: BTreeSet<_> =
            plan.series.iter().filter(|it| is_doubtful(it)).map(|it| it.key.to_string()).collect();
        let incomplete = plan.incomplete || !doubtful.is_empty();
        let series = check.series.iter().filter_map(|series| of_series(series, pulls, doubtful.contains(&series.key)));
        let rerolled = pulls.issues.iter().filter(|issue| issue.id.starts_with("reroll ")).filter_map(rerolled);
        let unknown = incomplete.then(|| "not every source answered".to_owned());
        series.chain(rerolled).fold(Self { list: Vec::new(), unknown }, Self::with)
    }

    /// The same with `trouble` in its place.
    #[must_use]
    pub fn with(mut self, trouble: Trouble) -> Self {
        if !self.list.contains(&trouble) {
            let after = self.list.partition_point(|known| known.kind <= trouble.kind);
            self.list.insert(after, trouble);
        }
        self
    }
}

/// True of a hold over what was served for evidence and is not even that.
fn is_doubtful(series: &SeriesPlan) -> bool {
    let Outcome::Held { hold: Hold::Rejected { rejection, .. }, .. } = &series.outcome else { return false };
    rejection.is_no_evidence() && !matches!(rejection, Rejection::NoKey(_) | Rejection::NoSigner(_))
}

fn of_series(series: &SeriesReport, pulls: &PullsReport, doubtful: bool) -> Option<Trouble> {
    let of = |kind, reason: &Reason, see| Trouble {
        kind,
        key: Some(series.key.clone()),
        code: reason.code.clone(),
        release: None,
        text: reason.text.clone(),
        since: reason.since,
        see,
        doubtful,
    };
    match (series.status, &series.reason) {
        (Status::Alarm, Some(reason)) => Some(of(TroubleKind::Alarm, reason, alarm(series, pulls))),
        (Status::Held, Some(reason)) if !doubtful => Some(of(TroubleKind::Held, reason, None)),
        _ => stale(series, pulls, doubtful),
    }
}

fn stale(series: &SeriesReport, pulls: &PullsReport, doubtful: bool) -> Option<Trouble> {
    let stale = series.stale.as_ref()?;
    let waits_for = series.reason.as_ref().or(series.pending.as_ref()).filter(|_| series.status != Status::Update);
    let page = |number: u64| pulls.pull_requests.iter().find(|pull| pull.number == Some(number))?.url.clone();
    let see = stale.pull_request.map(|number| See { number, url: page(number), since: stale.reason_since });
    Some(Trouble {
        kind: TroubleKind::Stale,
        key: Some(series.key.clone()),
        code: "not-merged".to_owned(),
        release: stale.release.clone(),
        text: stale.reason.clone(),
        since: Some(stale.since),
        see,
        doubtful: doubtful || waits_for.is_some_and(|reason| reason.code == "unreachable"),
    })
}

/// Where an alarm about a series stands: an issue, or a pull request of its own.
fn alarm(series: &SeriesReport, pulls: &PullsReport) -> Option<See> {
    let (id, branch) = (format!("alarm {} ", series.key), format!("-alarm-{}", series.key));
    let issue = pulls.issues.iter().find(|issue| issue.id.starts_with(&id) && issue.action != IssueStep::Closed);
    if let Some(IssueReport { number: Some(number), url, .. }) = issue {
        return Some(See { number: *number, url: url.clone(), since: None });
    }
    let is_open = |action| !matches!(action, PullAction::None | PullAction::Closed | PullAction::Cleared);
    let mut pulls = pulls.pull_requests.iter().filter(|pull| pull.branch.ends_with(&branch) && is_open(pull.action));
    pulls.find_map(|pull| Some(See { number: pull.number?, url: pull.url.clone(), since: None }))
}

/// An artifact that changed while it was proposed; its issue says it all.
fn rerolled(issue: &IssueReport) -> Option<Trouble> {
    let file = issue.id.rsplit(' ').next().filter(|_| issue.action != IssueStep::Closed)?;
    Some(Trouble {
        kind: TroubleKind::Alarm,
        key: None,
        code: "rerolled".to_owned(),
        release: None,
        text: format!("{file} changed while it was proposed"),
        since: None,
        see: issue.number.map(|number| See { number, url: issue.url.clone(), since: None }),
        doubtful: false,
    })
}
