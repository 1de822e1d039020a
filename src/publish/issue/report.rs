//! What became of the issues, as the JSON has it and in words.

use schemars::JsonSchema;
use serde::Serialize;

use super::{IssueAction, IssueDone};
use crate::config::RepositoryName;
use crate::report::{Palette, wrapped};

/// What is said below an issue's line starts here.
const INDENT: &str = "             ";

/// One issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IssueReport {
    /// The repository that the issue is in: `OWNER/NAME`.
    pub repository: String,
    /// What it is about.
    pub id: String,
    /// What was done.
    pub action: IssueStep,
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
}

/// What was done about an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IssueStep {
    /// All is as wanted; nothing was written.
    Unchanged,
    /// It was opened.
    Opened,
    /// Its words were brought up to date.
    Updated,
    /// It was closed with a comment.
    Closed,
    /// It was left as it is: open, or closed by a person.
    Left,
    /// It could not be kept.
    Failed,
}

impl IssueReport {
    /// The report of what was done.
    pub fn of(repository: &RepositoryName, done: &IssueDone) -> Self {
        let (action, reason) = match &done.action {
            IssueAction::Unchanged => (IssueStep::Unchanged, None),
            IssueAction::Opened => (IssueStep::Opened, None),
            IssueAction::Updated => (IssueStep::Updated, None),
            IssueAction::Closed(why) => (IssueStep::Closed, Some(why.clone())),
            IssueAction::Left(why) => (IssueStep::Left, Some(format!("it stays as it is: {why}"))),
            IssueAction::LeftClosed => {
                let number = done.number.map_or("it".to_owned(), |number| format!("#{number}"));
                let why = "was closed for this content by a person; it stays closed until there is something new";
                (IssueStep::Left, Some(format!("{number} {why}")))
            }
        };
        Self {
            repository: repository.to_string(),
            id: done.id.clone(),
            action,
            reason,
            number: done.number,
            url: done.url.clone(),
            title: Some(done.title.clone()).filter(|title| !title.is_empty()),
            body: done.body.clone(),
        }
    }

    /// The report of an issue that could not be kept.
    pub fn failed(repository: &RepositoryName, id: &str, why: &str) -> Self {
        Self {
            repository: repository.to_string(),
            id: id.to_owned(),
            action: IssueStep::Failed,
            reason: Some(why.to_owned()),
            number: None,
            url: None,
            title: None,
            body: None,
        }
    }
}

/// A line or two an issue, and with a dry run the body that it would have; nothing if there is none.
pub fn issues_text(issues: &[IssueReport], dry_run: bool, palette: Palette) -> String {
    let mut text = String::new();
    for issue in issues {
        let place = issue.url.clone().unwrap_or_else(|| format!("{}: issue", issue.repository));
        let title = shown(issue.title.as_ref().unwrap_or(&issue.id));
        text.push_str(&format!("{:<12} {place}  {title}\n", issue_word(issue.action, dry_run)));
        // What failed is told as an error.
        if let Some(reason) = issue.reason.as_ref().filter(|_| issue.action != IssueStep::Failed) {
            wrapped(&mut text, reason, INDENT, palette);
        }
        if let (true, Some(body)) = (dry_run, &issue.body) {
            text.push_str(&format!("\n{}\n", body.trim_end()));
        }
    }
    text
}

/// A title or an id on one line: both may come from an issue that others can edit.
fn shown(text: &str) -> String {
    let plain = |c: char| matches!(c, '"' | '\'' | '\\');
    text.chars().map(|c| if plain(c) { c.to_string() } else { c.escape_debug().to_string() }).collect()
}

/// What was done, in a word or two.
pub fn issue_word(action: IssueStep, dry_run: bool) -> &'static str {
    match (action, dry_run) {
        (IssueStep::Unchanged, _) => "unchanged",
        (IssueStep::Opened, false) => "opened",
        (IssueStep::Opened, true) => "would open",
        (IssueStep::Updated, false) => "updated",
        (IssueStep::Updated, true) => "would update",
        (IssueStep::Closed, false) => "closed",
        (IssueStep::Closed, true) => "would close",
        (IssueStep::Left, _) => "left",
        (IssueStep::Failed, _) => "FAILED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_others_wrote_stays_on_its_line() {
        let mut report = IssueReport::failed(&"acme/python".parse().unwrap(), "id", "why");
        report.action = IssueStep::Left;
        report.title = Some("It's \"so\"\n\u{1b}[31mé\u{202e}".to_owned());
        let palette = Palette { width: usize::MAX, now: jiff::Timestamp::UNIX_EPOCH, verbose: false };
        let text = issues_text(&[report], false, palette);
        assert_eq!(text.lines().next(), Some(r#"left         acme/python: issue  It's "so"\n\u{1b}[31mé\u{202e}"#));
        assert_eq!(issues_text(&[], true, palette), "");
    }
}
