//! What each command tells the runner: annotations of what a person must look at, a summary, outputs.
//!
//! Owns the names and values of outputs. Does nothing outside a job of GitHub Actions.

use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::config::BranchName;
use crate::publish::report::{PullAction, PullsReport, RunReport, pulls_markdown, run_markdown};
use crate::report::Level;
use crate::report::audit::{AuditReport, AuditVerdict};
use crate::report::check::{self, CheckReport, SeriesReport};
use crate::report::files::FilesReport;
use crate::report::markdown::{audit_markdown, check_markdown, render_markdown, update_markdown, verify_markdown};
use crate::report::update::UpdateReport;
use crate::report::verify::VerifyReport;

type Outputs = Vec<(&'static str, String)>;

/// `pybump check` ended.
pub fn checked(report: &CheckReport, output: &mut Output) {
    annotate(&report.series, output);
    output.record("check", |palette| check_markdown(report, palette), &of_series(&report.series));
}

/// `pybump update` ended.
pub fn updated(report: &UpdateReport, output: &mut Output) {
    annotate(&report.series, output);
    output.record("update", |palette| update_markdown(report, palette), &of_series(&report.series));
}

/// `pybump render` ended.
pub fn rendered(report: &FilesReport, output: &mut Output) {
    let command = if report.applied { "render" } else { "render --check" };
    output.record(command, |_| render_markdown(report), &[]);
}

/// `pybump verify` ended.
pub fn verified(report: &VerifyReport, output: &mut Output) {
    output.record(&format!("verify {}", report.version), |_| verify_markdown(report), &[]);
}

/// `pybump audit` ended.
pub fn audited(report: &AuditReport, output: &mut Output) {
    let artifacts = report.artifacts.iter().map(|artifact| (artifact.file.clone(), artifact.verdict, &artifact.reason));
    let pins = report.get_pip.iter().map(|pin| (pin.name(), pin.verdict, &pin.reason));
    for (name, verdict, reason) in artifacts.chain(pins) {
        let (title, level) = match verdict {
            AuditVerdict::Alarm => ("alarm", Level::Error),
            AuditVerdict::Refused => ("refused", Level::Error),
            AuditVerdict::Gone => ("gone", Level::Warning),
            AuditVerdict::Unanswered => ("no answer", Level::Warning),
            AuditVerdict::Holds | AuditVerdict::Unproven => continue,
        };
        output.annotate(level, &format!("{name}: {title}"), reason.as_deref().unwrap_or_default());
    }
    output.record("audit", |_| audit_markdown(report), &[("alarm", report.alarms().to_string())]);
}

/// `pybump pr image` ended.
pub fn kept(report: &PullsReport, check: &CheckReport, branch: &BranchName, status: Status, output: &mut Output) {
    annotate(&report.series, output);
    let mut outputs = of_series(&report.series);
    set_alarm(&mut outputs, status);
    outputs.push(("pr-url", updates_of(report, branch)));
    let text = |palette| format!("{}\n### Series\n\n{}", pulls_markdown(report), check_markdown(check, palette));
    output.record("pr image", text, &outputs);
}

/// `pybump pr library` ended.
pub fn published(report: &PullsReport, output: &mut Output) {
    output.record("pr library", |_| pulls_markdown(report), &[("library-pr-url", open(report, |_| true))]);
}

/// `pybump run` ended.
pub fn ran(report: &RunReport, check: Option<&CheckReport>, branch: &BranchName, status: Status, output: &mut Output) {
    let series = check.map_or(&[] as &[_], |check| &check.series);
    annotate(series, output);
    let mut outputs = of_series(series);
    set_alarm(&mut outputs, status);
    outputs.push(("pr-url", report.image.as_ref().map_or(String::new(), |image| updates_of(image, branch))));
    let library = report.library.as_ref().map_or(String::new(), |library| open(library, |_| true));
    outputs.push(("library-pr-url", library));
    output.record("run", |palette| run_markdown(report, check, palette), &outputs);
}

/// What a person must look at, as annotations.
fn annotate(series: &[SeriesReport], output: &mut Output) {
    for series in series {
        let (level, word) = match series.status {
            check::Status::Alarm => (Level::Error, "alarm"),
            check::Status::Held => (Level::Warning, "held"),
            check::Status::Current | check::Status::Update | check::Status::Waiting => continue,
        };
        let why = series.reason.as_ref().map_or("", |reason| &reason.text);
        output.annotate(level, &format!("{}: {word}", series.key), why);
    }
}

/// The keys by what became of them.
fn of_series(series: &[SeriesReport]) -> Outputs {
    let keys = |wanted: &[check::Status]| {
        let keys = series.iter().filter(|series| wanted.contains(&series.status)).map(|series| series.key.as_str());
        keys.collect::<Vec<_>>().join(" ")
    };
    let alarm = keys(&[check::Status::Alarm]);
    vec![
        ("updated", keys(&[check::Status::Update])),
        ("held", keys(&[check::Status::Held, check::Status::Alarm])),
        ("waiting", keys(&[check::Status::Waiting])),
        ("alarm", (!alarm.is_empty()).to_string()),
    ]
}

/// An alarm may be known although no series could be told of.
fn set_alarm(outputs: &mut Outputs, status: Status) {
    for (_, value) in outputs.iter_mut().filter(|(name, _)| *name == "alarm" && status == Status::Alarm) {
        "true".clone_into(value);
    }
}

/// The pages of pull requests that are open, as they should be, and bring updates: on `branch` or a branch of a series.
/// Never those that were left alone, or about alarms or signers, which no automation may merge.
fn updates_of(report: &PullsReport, branch: &BranchName) -> String {
    open(report, |name| {
        let suffix = name.strip_prefix(branch.as_str()).unwrap_or("/");
        suffix.is_empty() || suffix.strip_prefix('-').is_some_and(|key| key.parse::<crate::model::TrackedKey>().is_ok())
    })
}

fn open(report: &PullsReport, is_wanted: impl Fn(&str) -> bool) -> String {
    let is_open = |action| {
        matches!(action, PullAction::Unchanged | PullAction::Opened | PullAction::Updated | PullAction::Edited)
    };
    let pulls = report.pull_requests.iter().filter(|pull| is_open(pull.action) && is_wanted(&pull.branch));
    pulls.filter_map(|pull| pull.url.as_deref()).collect::<Vec<_>>().join(" ")
}
