//! What became of pull requests and issues, as markdown.

use super::{PullAction, PullReport, PullsReport, RunReport, word};
use crate::publish::issue::{IssueReport, IssueStep, issue_word};
use crate::report::Palette;
use crate::report::check::CheckReport;
use crate::report::escape::{code, prose};
use crate::report::markdown::check_markdown;

/// A scheduled run: the pull requests first, then what each series is at.
pub fn run_markdown(report: &RunReport, check: Option<&CheckReport>, palette: Palette) -> String {
    let image = report.image.as_ref().map(|image| format!("### Image repository\n\n{}", pulls_markdown(image)));
    let library = report.library.as_ref().map(|library| format!("### official-images\n\n{}", pulls_markdown(library)));
    let check = check.map(|check| format!("### Series\n\n{}", check_markdown(check, palette)));
    let parts: Vec<_> = [image, library, check].into_iter().flatten().collect();
    if parts.is_empty() { "Nothing could be looked at; the log says why.\n".to_owned() } else { parts.join("\n") }
}

/// An item for each pull request, issue and warning.
pub fn pulls_markdown(report: &PullsReport) -> String {
    let mut text = String::new();
    if report.dry_run {
        text.push_str("A dry run: nothing was written.\n\n");
    }
    let pulls = report.pull_requests.iter().map(|pull| pull_item(pull, report.dry_run));
    let issues = report.issues.iter().map(|issue| issue_item(issue, report.dry_run));
    let warnings = report.warnings.iter().map(|warning| format!("- warning: {}\n", prose(warning)));
    let items: Vec<_> = pulls.chain(issues).chain(warnings).collect();
    if items.is_empty() {
        text.push_str("No pull request is open and none is needed.\n");
    }
    text + &items.concat()
}

fn pull_item(pull: &PullReport, dry_run: bool) -> String {
    let place = place(&pull.repository, pull.number, pull.url.as_deref());
    let place = place.unwrap_or_else(|| code(&format!("{}:{}", pull.repository, pull.branch)));
    let is_bold = matches!(pull.action, PullAction::Opened | PullAction::Left | PullAction::Failed);
    item(word(pull.action, dry_run), is_bold, &place, pull.title.as_deref(), pull.reason.as_deref())
}

fn issue_item(issue: &IssueReport, dry_run: bool) -> String {
    let place = place(&issue.repository, issue.number, issue.url.as_deref());
    let place = place.unwrap_or_else(|| format!("issue in {}", code(&issue.repository)));
    let is_bold = matches!(issue.action, IssueStep::Opened | IssueStep::Left | IssueStep::Failed);
    let title = issue.title.as_deref().unwrap_or(&issue.id);
    item(issue_word(issue.action, dry_run), is_bold, &place, Some(title), issue.reason.as_deref())
}

fn item(word: &str, is_bold: bool, place: &str, title: Option<&str>, reason: Option<&str>) -> String {
    let word = if is_bold { format!("**{word}**") } else { word.to_owned() };
    let title = title.map_or(String::new(), |title| format!(" {}", prose(title)));
    let reason = reason.map_or(String::new(), |reason| format!("<br>{}", prose(reason)));
    format!("- {word} {place}{title}{reason}\n")
}

/// A link, where the address is one that can do nothing but lead there.
fn place(repository: &str, number: Option<u64>, url: Option<&str>) -> Option<String> {
    let (number, url) = (number?, url?);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#=&%".contains(&byte);
    let leads = (url.starts_with("https://") || url.starts_with("http://")) && url.bytes().all(plain);
    Some(if leads { format!("[{repository}#{number}]({url})") } else { code(url) })
}
