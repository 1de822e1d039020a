//! One round: every repository that is due, several at a time, upstream asked once for all of them.
//!
//! Owns what is remembered and told of it. One repository's failure stops no other.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use futures::StreamExt as _;
use jiff::Timestamp;

use super::settings::{Settings, Watched};
use super::visit::{Common, Ended, Visit, visit};
use crate::publish::issue::IssueStep;
use crate::publish::report::{PullAction, PullsReport};
use crate::report::Level;
use crate::report::check::Status;
use crate::sources::client::Round;
use crate::watch::metrics::{Metrics, RepositoryLabel, ResultLabel, STATES, SeriesLabel, seconds};
use crate::watch::state::{Memory, StateFolder};
use crate::watch::timetable::Timetable;
use crate::watch::told::{Complaint, News, Troubles};

/// What outlasts a round.
pub struct Ledger<'a> {
    /// The state's folder.
    pub state: &'a Arc<StateFolder>,
    /// What is remembered.
    pub memory: &'a mut Memory,
    /// What was told.
    pub troubles: &'a mut Troubles,
    /// The numbers.
    pub metrics: &'a Metrics,
}

/// How many repositories are looked at at once, a core.
const PER_CORE: usize = 2;

/// How many at most: more would only wait for each other's turn at GitHub.
const AT_MOST: usize = 16;

/// Runs over `due` and tells of it. True if every run came to its end, whichever; false if one was stopped.
pub async fn round(
    due: &[Watched],
    settings: &Settings,
    common: &Common,
    scratch: &Path,
    now: Timestamp,
    ledger: Ledger<'_>,
) -> bool {
    let began = Instant::now();
    let mut common = common.clone();
    common.mirrors.clone_from(&settings.mirrors);
    common.process.shared.round = (due.len() > 1).then(|| Round::new(scratch.to_path_buf()));
    let at_once = std::thread::available_parallelism().map_or(2, usize::from).saturating_mul(PER_CORE).min(AT_MOST);
    let runtime = tokio::runtime::Handle::current();
    let visits = futures::stream::iter(due).map(|watched| {
        let (watched, common, state) = (watched.clone(), common.clone(), Arc::clone(ledger.state));
        let (scratch, runtime) = (scratch.to_path_buf(), runtime.clone());
        let name = watched.name().to_string();
        // A run holds git objects, which stay on their thread.
        let run = move || runtime.block_on(Box::pin(visit(&watched, &common, &state, &scratch, now)));
        async move {
            let visit = tokio::task::spawn_blocking(run).await;
            // A defect of pybump's; the others go on.
            visit.unwrap_or_else(|error| {
                Visit::failed(name, format!("the run broke off, which is a defect of pybump's: {error}"))
            })
        }
    });
    let mut visits = visits.buffer_unordered(at_once);
    let (mut said, mut changed, mut alarms, mut ends) = (Vec::new(), 0, 0, Vec::new());
    while let Some(visit) = visits.next().await {
        changed += told(&visit);
        remember(&visit, now, ledger.memory, ledger.metrics);
        alarms += usize::from(visit.alarm);
        ends.push((visit.name.clone(), visit.status, Timestamp::now()));
        if visit.status != Ended::Stopped {
            said.push((visit.name.clone(), complaints(visit)));
        }
    }
    for news in ledger.troubles.after(said) {
        tell(&news);
    }
    try_again(&ends, Timestamp::now(), ledger.memory);
    let count = |end: fn(&Ended) -> bool| ends.iter().filter(|(_, other, _)| end(other)).count();
    let failed = count(|end| matches!(end, Ended::Failed | Ended::Unusable));
    let postponed = count(|end| matches!(end, Ended::Postponed(_)));
    let stopped = count(|end| *end == Ended::Stopped);
    let took = began.elapsed();
    ledger.metrics.round_duration.set(took.as_secs_f64());
    tracing::info!(
        repositories = due.len(), changed, failed, alarms, postponed, stopped, seconds = %format!("{:.1}", took.as_secs_f64()), "round done"
    );
    stopped == 0
}

/// Logs what a run did on GitHub; how many things.
fn told(visit: &Visit) -> usize {
    let Some(job) = &visit.job else { return 0 };
    let reports: Vec<&PullsReport> = [&job.report.image, &job.report.library].into_iter().flatten().collect();
    let mut changed = 0;
    for report in &reports {
        for pull in &report.pull_requests {
            let action = match pull.action {
                PullAction::Opened => "opened",
                PullAction::Updated => "updated",
                PullAction::Edited => "edited",
                PullAction::Closed => "closed",
                PullAction::Cleared => "cleared",
                PullAction::None | PullAction::Unchanged | PullAction::Left | PullAction::Failed => continue,
            };
            changed += 1;
            let (url, title) = (pull.url.as_deref().unwrap_or(&pull.branch), pull.title.as_deref().unwrap_or_default());
            tracing::info!(repository = %visit.name, url, title, dry_run = report.dry_run, "pull request {action}");
        }
        for issue in &report.issues {
            let action = match issue.action {
                IssueStep::Opened => "opened",
                IssueStep::Updated => "updated",
                IssueStep::Closed => "closed",
                IssueStep::Unchanged | IssueStep::Left | IssueStep::Failed => continue,
            };
            changed += 1;
            let url = issue.url.as_deref().unwrap_or_default();
            tracing::info!(repository = %visit.name, url, about = %issue.id.escape_debug(), dry_run = report.dry_run, "issue {action}");
        }
    }
    changed
}

/// All that was said, and what each series that needs a person says of itself.
fn complaints(visit: Visit) -> Vec<Complaint> {
    let mut complaints = visit.complaints;
    for series in visit.job.and_then(|job| job.check).into_iter().flat_map(|check| check.series) {
        let level = match series.status {
            Status::Alarm => Level::Error,
            Status::Held => Level::Warning,
            Status::Current | Status::Update | Status::Waiting => continue,
        };
        let word = if level == Level::Error { "ALARM" } else { "held" };
        let why = series.reason.map_or(String::new(), |reason| reason.text);
        complaints.push(Complaint { level, text: format!("{} {word}: {why}", series.key) });
    }
    complaints
}

fn tell(news: &News) {
    match news {
        News::Began(complaint, repositories) => {
            let repositories = named(repositories);
            match complaint.level {
                Level::Notice => tracing::info!(%repositories, "{}", complaint.text),
                Level::Warning => tracing::warn!(%repositories, "{}", complaint.text),
                Level::Error => tracing::error!(%repositories, "{}", complaint.text),
            }
        }
        News::Over(complaint) => tracing::info!("over: {}", complaint.text),
    }
}

/// The first few names, and how many more there are.
fn named(repositories: &[String]) -> String {
    const SHOWN: usize = 3;
    let first = repositories.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match repositories.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn remember(visit: &Visit, now: Timestamp, memory: &mut Memory, metrics: &Metrics) {
    let label = RepositoryLabel { repository: visit.name.clone() };
    metrics.runs.get_or_create(&ResultLabel { result: visit.status.word() }).inc();
    let memory = memory.repositories.entry(visit.name.clone()).or_default();
    match visit.status {
        Ended::Stopped | Ended::Postponed(_) => return,
        Ended::Done | Ended::Alarm => {
            (memory.failures, memory.retry_at, memory.last_success) = (0, None, Some(now));
            metrics.last_success.get_or_create(&label).set(seconds(now));
        }
        // When it is tried again is known when the round is done. Where nothing but a change mends it, the schedule is soon enough.
        Ended::Failed | Ended::Unusable => {
            (memory.failures, memory.retry_at) = (memory.failures.saturating_add(1), None);
        }
    }
    metrics.failures.get_or_create(&label).set(memory.failures.into());
    metrics.repository_config.get_or_create(&label).set(i64::from(!visit.old_config));
    let Some(check) = visit.job.as_ref().and_then(|job| job.check.as_ref()) else { return };
    for state in STATES {
        let of_state = check.series.iter().filter(|series| word(series.status) == state).count();
        let label = SeriesLabel { repository: visit.name.clone(), state };
        metrics.series.get_or_create(&label).set(i64::try_from(of_state).unwrap_or(i64::MAX));
    }
}

/// Notes when those are tried again whose run failed or was postponed, by name, how it ended and when: together, so that they ask
/// upstream together.
fn try_again(ends: &[(String, Ended, Timestamp)], now: Timestamp, memory: &mut Memory) {
    let dice = super::dice();
    let rest = |end: &Ended, at: Timestamp| match end {
        Ended::Postponed(rest) => at.checked_add(*rest).ok(),
        _ => None,
    };
    let rests = ends.iter().filter_map(|(_, end, at)| rest(end, *at)).max();
    let rests = rests.map(|over| Timetable::after(over.duration_since(now).try_into().unwrap_or_default(), now, dice));
    for (name, end, _) in ends {
        let Some(memory) = memory.repositories.get_mut(name) else { continue };
        match end {
            Ended::Failed => memory.retry_at = Some(Timetable::retry(memory.failures, now, dice)),
            Ended::Postponed(_) => memory.retry_at = rests,
            Ended::Done | Ended::Alarm | Ended::Unusable | Ended::Stopped => {}
        }
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Current => "current",
        Status::Update => "update",
        Status::Waiting => "waiting",
        Status::Held => "held",
        Status::Alarm => "alarm",
    }
}

/// Those of `settings` that are to be tried again at `now`.
pub fn to_retry(settings: &Settings, memory: &Memory, now: Timestamp) -> Vec<Watched> {
    let due: BTreeSet<_> = memory
        .repositories
        .iter()
        .filter(|(_, memory)| memory.retry_at.is_some_and(|at| at <= now))
        .map(|(name, _)| name.as_str())
        .collect();
    settings.repositories.iter().filter(|watched| due.contains(watched.name().to_string().as_str())).cloned().collect()
}
