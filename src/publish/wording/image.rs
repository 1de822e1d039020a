//! The image repository's pull request: a table to decide by, then what each series rests on.
//!
//! Owns the order of the sections, and what is left out first where not all of it fits.

use std::fmt::Write as _;

use super::escape::{code, prose};
use super::series::Carried;
use super::{Branch, Wording, fit, reproduce, title};
use crate::config::Group;
use crate::model::TrackedKey;
use crate::publish::SeriesCommit;
use crate::report::instant;
use crate::resolve::{Change, Outcome, Pending, Plan, SeriesPlan};

/// What the pull request is described from.
#[derive(Debug, Clone, Copy)]
pub struct ImageFacts<'a> {
    /// What the run found; series that are not on the branch as well.
    pub plan: &'a Plan,
    /// The commits on the branch, in their order; at least one. What the plan says of a series that changes is what its
    /// commit does.
    pub commits: &'a [SeriesCommit],
    /// With `Series` nothing is said of series that are not on the branch.
    pub group: Group,
    /// The branch.
    pub branch: Branch<'a>,
    /// The options of `pybump update` that lead to this tree: `--without-windows`.
    pub options: &'a [&'a str],
    /// Pull requests of persons that set the same versions of series which are therefore not on the branch.
    pub persons: &'a [PersonsPull],
}

/// A person's pull request that does what pybump would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonsPull {
    /// When it was opened.
    pub opened_at: jiff::Timestamp,
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// The series that it sets.
    pub keys: Vec<TrackedKey>,
}

/// The pull request that carries `facts.commits`. `ending` is the last line of the body, whatever had to be left out.
pub fn image(facts: &ImageFacts<'_>, ending: &str) -> Wording {
    let body = fit::longest(&forms(facts), ending, |form| body(facts, form));
    Wording { title: title::title(facts), body }
}

impl<'a> ImageFacts<'a> {
    /// What was found about a series.
    pub(super) fn series(&self, key: TrackedKey) -> Option<&'a SeriesPlan> {
        self.plan.series.iter().find(|series| series.key == key)
    }

    /// What is to be done with a series, where the run that writes this found that itself.
    pub(super) fn change(&self, key: TrackedKey) -> Option<&'a Change> {
        match &self.series(key)?.outcome {
            Outcome::Update(change) => Some(change),
            _ => None,
        }
    }

    fn carried(&self) -> impl Iterator<Item = Carried<'a>> + use<'_, 'a> {
        self.commits.iter().map(|commit| Carried {
            commit,
            series: self.series(commit.key),
            change: self.change(commit.key),
        })
    }

    /// The series that are not on the branch.
    fn others(&self) -> Vec<&'a SeriesPlan> {
        match self.group {
            Group::Series => Vec::new(),
            Group::All => {
                let here = |series: &SeriesPlan| self.commits.iter().any(|commit| commit.key == series.key);
                self.plan.series.iter().filter(|series| !here(series)).collect()
            }
        }
    }
}

/// How many of each there is room for, counted from the first.
#[derive(Debug, Clone, Copy)]
struct Form {
    /// Lists of files.
    lists: usize,
    /// Sections of series.
    details: usize,
    /// Reasons of series that are not on the branch.
    reasons: usize,
    /// Rows of the table.
    rows: usize,
    /// Releases whose digests get a command.
    digests: usize,
}

/// From everything to the least, each a little shorter than the one before.
fn forms(facts: &ImageFacts<'_>) -> Vec<Form> {
    let (series, others) = (facts.commits.len(), facts.others().len());
    let whole = Form { lists: series, details: series, reasons: others, rows: series, digests: series };
    let lists = (0..=series).rev().map(|lists| Form { lists, ..whole });
    let details = (0..series).rev().map(|details| Form { lists: 0, details, ..whole });
    let bare = Form { lists: 0, details: 0, ..whole };
    let reasons = (0..others).rev().map(|reasons| Form { reasons, ..bare });
    let bare = Form { reasons: 0, ..bare };
    let rows = (0..series).rev().map(|rows| Form { rows, ..bare });
    let bare = Form { rows: 0, ..bare };
    let digests = (0..series).rev().map(|digests| Form { digests, ..bare });
    lists.chain(details).chain(reasons).chain(rows).chain(digests).collect()
}

fn body(facts: &ImageFacts<'_>, form: &Form) -> String {
    let parts = [
        table(facts, form),
        warning(facts),
        sections(facts, form),
        others(facts, form),
        reproduce::image(facts, form.digests),
    ];
    parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn table(facts: &ImageFacts<'_>, form: &Form) -> String {
    let mut text = "| Series | Step | What | Evidence |\n|---|---|---|---|\n".to_owned();
    for carried in facts.carried().take(form.rows) {
        let [what, evidence] = [carried.what(), carried.evidence()];
        let step = carried.step().replace(' ', "\u{a0}");
        writeln!(text, "| **{}** | {step} | {what} | {evidence} |", carried.commit.key)
            .expect("writing to a string does not fail");
    }
    let left_out = facts.commits.len().saturating_sub(form.rows);
    if left_out > 0 {
        writeln!(text, "\nThere was no room for the rows of {left_out} more; the commits say what they do.")
            .expect("writing to a string does not fail");
    }
    text
}

/// What nobody has tried yet, and what was not looked at.
fn warning(facts: &ImageFacts<'_>) -> String {
    let mut text = not_built(&facts.branch);
    let mut artifacts = facts.carried().filter_map(|carried| carried.change).filter(|change| change.adds_digests);
    if artifacts.any(|change| change.artifacts().any(|artifact| artifact.bytes().is_none())) {
        text.push_str(
            ">\n> **Not downloaded:** the digests of artifacts marked so rest on their evidence alone; nobody has hashed \
             the files yet.\n",
        );
    }
    text
}

/// That no image was built, and how to start workflows where none start.
pub(super) fn not_built(branch: &Branch<'_>) -> String {
    let mut text = "> [!WARNING]\n> **Not built and not tested:** pybump builds no image. ".to_owned();
    text.push_str(if branch.starts_no_workflows {
        "No workflow has run either: GitHub starts none for what is pushed with `GITHUB_TOKEN`. To start them, close \
         this pull request and open it again. To have them start by themselves, give pybump the token of a GitHub App \
         or of a person in `PYBUMP_GITHUB_TOKEN`.\n"
    } else {
        "Wait for the checks below, if this repository has any.\n"
    });
    text
}

fn sections(facts: &ImageFacts<'_>, form: &Form) -> String {
    let several = facts.commits.len() > 1;
    let mut text = String::new();
    for (index, carried) in facts.carried().take(form.details).enumerate() {
        let section = carried.section(index < form.lists);
        if several {
            let (key, step) = (carried.commit.key, carried.step());
            write!(text, "<details>\n<summary><b>{key}</b>: {step}</summary>\n\n{section}\n</details>\n\n")
        } else {
            write!(text, "{section}")
        }
        .expect("writing to a string does not fail");
    }
    let left_out = facts.commits.len().saturating_sub(form.details);
    if left_out > 0 {
        let which = if form.details == 0 { "the" } else { "the other" };
        writeln!(
            text,
            "There was no room for the details of {which} {left_out} series: their commits have the files, and \
             `pybump verify` the evidence."
        )
        .expect("writing to a string does not fail");
    }
    text
}

fn others(facts: &ImageFacts<'_>, form: &Form) -> String {
    let others = facts.others();
    if others.is_empty() {
        return String::new();
    }
    let mut lines = Vec::new();
    let mut current = Vec::new();
    for series in &others {
        match other(facts, series) {
            Some(line) => lines.push(line),
            None => current.push(series.key.to_string()),
        }
    }
    let left_out = lines.len().saturating_sub(form.reasons);
    lines.truncate(form.reasons);
    if left_out > 0 {
        lines.push(format!("- and {left_out} more, for which there was no room: `pybump check` tells"));
    }
    if !current.is_empty() {
        lines.push(format!("- current: {}", current.join(", ")));
    }
    format!("### Not in this pull request\n\n{}\n", lines.join("\n"))
}

/// Why a series is not on the branch; nothing where it has no reason to be.
fn other(facts: &ImageFacts<'_>, series: &SeriesPlan) -> Option<String> {
    let key = series.key;
    let at = series.at.as_ref().map_or(String::new(), |at| format!(" at {at}"));
    let mut line = match &series.outcome {
        Outcome::Current if series.notes.is_empty() => return None,
        Outcome::Current => format!("- **{key}**{at} is where it should be"),
        Outcome::Waiting(pending) => format!("- **{key}**{at} waits{}", reason(pending)),
        Outcome::Held { hold, since } => {
            let since = since.map_or(String::new(), |since| format!(" since {}", instant(since)));
            format!("- **{key}**{at} is **held**{since}: {}", prose(&hold.to_string()))
        }
        Outcome::Alarm(alarm) => format!(
            "- **{key}**: **alarm** since {}: {} changed under its version, which has a pull request of its own",
            instant(alarm.now.signed_at()),
            code(&alarm.now.artifact().file_name())
        ),
        Outcome::Contradicted(contradiction) => format!(
            "- **{key}**{at}: **alarm** over {}, which has an issue of its own",
            code(&contradiction.artifact().file_name())
        ),
        Outcome::Update(change) => match facts.persons.iter().find(|pull| pull.keys.contains(&key)) {
            Some(pull) => {
                format!("- **{key}** to {}: #{} does that, {}", change.to, pull.number, code(&pull.title))
            }
            None => format!("- **{key}** to {}: not on this branch yet", change.to),
        },
    };
    for note in &series.notes {
        write!(line, "\n  - {}", prose_item(note)).expect("writing to a string does not fail");
    }
    Some(line)
}

/// Since when, and why.
pub(super) fn reason(pending: &Pending) -> String {
    let since = pending.since.map_or(String::new(), |since| format!(" since {}", instant(since)));
    format!("{since}: {}", prose(&pending.wait.to_string()))
}

/// A note as an item of a list, behind a word so that it starts no block of its own.
pub(super) fn prose_item(note: &str) -> String {
    format!("note: {}", prose(note))
}
