//! The result of `pybump pr` and `pybump run`, as its JSON has it and in words.

mod markdown;

use schemars::JsonSchema;
use serde::Serialize;

use super::issue::{IssueReport, IssueStep, issues_text};
use super::rolling::{Action, Done, Leave};
use crate::config::{BranchName, RepositoryName};
use crate::report::check::SeriesReport;
use crate::report::{Palette, Section, wrapped};

pub use markdown::{pulls_markdown, run_markdown};

/// The version of this output's shape; it grows when a field changes meaning or goes.
const SCHEMA: u32 = 1;

/// What is said below a pull request's line starts here.
const INDENT: &str = "             ";

/// What became of the pull requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PullsReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// True if nothing was written: what is told would be done.
    pub dry_run: bool,
    /// By tracked series, in manifest order; none for a library file.
    pub series: Vec<SeriesReport>,
    /// A report for each branch that there is or should be.
    pub pull_requests: Vec<PullReport>,
    /// A report for each issue about an alarm that there is or should be.
    pub issues: Vec<IssueReport>,
    /// What else a reader should know.
    pub warnings: Vec<String>,
}

impl PullsReport {
    /// True if something could not be done.
    pub fn has_failed(&self) -> bool {
        self.pull_requests.iter().any(|pull| pull.action == PullAction::Failed)
            || self.issues.iter().any(|issue| issue.action == IssueStep::Failed)
    }
}

/// What became of all pull requests in a scheduled run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// The image repository's; null if they could not be looked at.
    pub image: Option<PullsReport>,
    /// official-images'; null if it could not be looked at, or is not wanted.
    pub library: Option<PullsReport>,
    /// The issue about what needs a person; null if none is wanted and none is there.
    pub notice: Option<IssueReport>,
    /// What the webhook was told, or with a dry run would be; null if nothing is new.
    pub news: Option<String>,
    /// True if nothing was written: what is told would be done.
    pub dry_run: bool,
}

impl RunReport {
    /// The report of a run of which nothing is known yet.
    pub fn new(dry_run: bool) -> Self {
        Self { schema: SCHEMA, image: None, library: None, notice: None, news: None, dry_run }
    }
}

/// One branch and its pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PullReport {
    /// The repository that the pull request is in: `OWNER/NAME`.
    pub repository: String,
    /// The branch that it brings.
    pub branch: String,
    /// What was done.
    pub action: PullAction,
    /// Why, where it was left, closed or failed.
    pub reason: Option<String>,
    /// Its number, where there is one.
    pub number: Option<u64>,
    /// Its page, where there is one.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its body, where the run wrote or would write it.
    pub body: Option<String>,
    /// The commit that the branch is at.
    pub commit: Option<String>,
    /// The tree of that commit, as git computes it.
    pub tree: Option<String>,
}

/// What was done about a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PullAction {
    /// There is none and none is wanted.
    None,
    /// All is as wanted; nothing was written.
    Unchanged,
    /// It was opened.
    Opened,
    /// Its branch was moved, and its words follow.
    Updated,
    /// Its words or labels were mended.
    Edited,
    /// It was closed and its branch removed.
    Closed,
    /// The branch that a closed or merged one had left was removed.
    Cleared,
    /// Everything was left as it is.
    Left,
    /// It could not be kept.
    Failed,
}

impl PullReport {
    /// The report of what was done with `branch`.
    pub fn of(repository: &RepositoryName, branch: &BranchName, done: &Done) -> Self {
        let (action, reason) = match &done.action {
            Action::Nothing => (PullAction::None, None),
            Action::Unchanged => (PullAction::Unchanged, None),
            Action::Opened => (PullAction::Opened, None),
            Action::Updated => (PullAction::Updated, None),
            Action::Edited => (PullAction::Edited, None),
            Action::Closed(why) => (PullAction::Closed, Some(why.clone())),
            Action::Cleared => (PullAction::Cleared, None),
            Action::Left(leave) => (PullAction::Left, Some(left(leave, branch))),
        };
        let pull = done.pull.as_ref();
        let title = done.wording.as_ref().map(|wording| &wording.title).or(pull.map(|pull| &pull.title));
        Self {
            repository: repository.to_string(),
            branch: branch.to_string(),
            action,
            reason,
            number: pull.map(|pull| pull.number),
            url: pull.map(|pull| pull.url.clone()),
            title: title.cloned(),
            body: done.wording.as_ref().map(|wording| wording.body.clone()),
            commit: done.tip.as_ref().map(ToString::to_string),
            tree: done.tree.as_ref().map(ToString::to_string),
        }
    }

    /// The report of a branch whose pull request could not be kept.
    pub fn failed(repository: &RepositoryName, branch: &BranchName, why: &str) -> Self {
        Self {
            repository: repository.to_string(),
            branch: branch.to_string(),
            action: PullAction::Failed,
            reason: Some(why.to_owned()),
            number: None,
            url: None,
            title: None,
            body: None,
            commit: None,
            tree: None,
        }
    }
}

fn left(leave: &Leave, branch: &BranchName) -> String {
    match leave {
        Leave::ClosedByAPerson(pull) => {
            format!(
                "#{} was closed for this content by a person; it stays closed until there is something new",
                pull.number
            )
        }
        Leave::PersonsCommits { author, left_at, .. } => {
            let back = left_at.as_ref().map_or_else(
                || "delete the branch".to_owned(),
                |left_at| {
                    format!("put the branch back where pybump left it (git push --force origin {left_at}:{branch})")
                },
            );
            format!(
                "{branch} holds commits that are not pybump's, first one by {author}; pybump does not overwrite them: \
                 merge them, or {back} and run again"
            )
        }
        Leave::Rerolled { pull, file, proposed, now } => format!(
            "{file} changed while it was proposed: #{} has SHA-256 {proposed}, upstream's bundle now signs {now}; the branch \
             is left as it is: find out why, then merge #{0} or close it to have the new one proposed",
            pull.number
        ),
        Leave::Unsettled { why, .. } => format!("it stays as it is: {why}"),
    }
}

impl PullsReport {
    /// A report of these pull requests.
    pub fn new(
        dry_run: bool,
        series: Vec<SeriesReport>,
        pull_requests: Vec<PullReport>,
        issues: Vec<IssueReport>,
        warnings: Vec<String>,
    ) -> Self {
        Self { schema: SCHEMA, dry_run, series, pull_requests, issues, warnings }
    }
}

/// What `pybump pr` prints: a line or two a pull request, and with a dry run the body that it would have.
pub fn pulls_text(report: &PullsReport, palette: Palette) -> String {
    let mut text = String::new();
    for pull in &report.pull_requests {
        let word = word(pull.action, report.dry_run);
        let place = pull.url.clone().unwrap_or_else(|| format!("{}:{}", pull.repository, pull.branch));
        let title = pull.title.as_ref().map_or(String::new(), |title| format!("  {title}"));
        text.push_str(&format!("{word:<12} {place}{title}\n"));
        // What failed is told as an error.
        if let Some(reason) = pull.reason.as_ref().filter(|_| pull.action != PullAction::Failed) {
            wrapped(&mut text, reason, INDENT, palette);
        }
        if let (Some(tree), false) = (&pull.tree, pull.reason.is_some()) {
            let commit = pull.commit.as_ref().map_or(String::new(), |commit| format!("commit {commit}, "));
            wrapped(&mut text, &format!("{commit}tree {tree}"), INDENT, palette);
        }
        if let (true, Some(body)) = (report.dry_run, &pull.body) {
            text.push_str(&format!("\n{}\n", body.trim_end()));
        }
    }
    if text.is_empty() {
        text.push_str("no pull request is open and none is needed\n");
    }
    text.push_str(&issues_text(&report.issues, report.dry_run, palette));
    text
}

/// What `pybump run` prints, `check` being the part about the series.
pub fn run_sections(report: &RunReport, check: Option<String>, palette: Palette) -> Vec<Section> {
    let headed = |title, text| Section { title, is_headed: true, text };
    let check = check.map(|text| Section { title: "check", is_headed: false, text });
    let image = report.image.as_ref().map(|image| headed("image repository", pulls_text(image, palette)));
    let library = report.library.as_ref().map(|library| headed("official-images", pulls_text(library, palette)));
    let notice = report.notice.as_ref().map(|notice| {
        headed("what needs a person", issues_text(std::slice::from_ref(notice), report.dry_run, palette))
    });
    let told = if report.dry_run { "would tell the webhook" } else { "told the webhook" };
    let news = report.news.as_ref().map(|news| headed(told, format!("{news}\n")));
    [check, image, library, notice, news].into_iter().flatten().collect()
}

fn word(action: PullAction, dry_run: bool) -> &'static str {
    match (action, dry_run) {
        (PullAction::None, _) => "none needed",
        (PullAction::Unchanged, _) => "unchanged",
        (PullAction::Opened, false) => "opened",
        (PullAction::Opened, true) => "would open",
        (PullAction::Updated, false) => "updated",
        (PullAction::Updated, true) => "would update",
        (PullAction::Edited, false) => "edited",
        (PullAction::Edited, true) => "would edit",
        (PullAction::Closed, false) => "closed",
        (PullAction::Closed, true) => "would close",
        (PullAction::Cleared, false) => "cleared",
        (PullAction::Cleared, true) => "would clear",
        (PullAction::Left, _) => "left",
        (PullAction::Failed, _) => "FAILED",
    }
}
