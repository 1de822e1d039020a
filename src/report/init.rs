//! The result of `pybump init`: what was found, what became of each file, and what to do next; as JSON and in words.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Palette, wrapped};
use crate::init::{FileState, Found, InitPlan};
use crate::layout::SEED;

mod words;

/// What init found and did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InitReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// False if nothing was written: with `--dry-run`.
    pub applied: bool,
    /// What was found.
    pub found: FoundReport,
    /// Every file looked at, in the order in which they are written.
    pub files: Vec<InitFileReport>,
    /// What is of no use here.
    pub left_out: Vec<LeftOutReport>,
    /// What to know about what is there already.
    pub notes: Vec<String>,
    /// What to do next, in this order; nothing where files were named.
    pub next: Vec<StepReport>,
}

/// What was found in the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FoundReport {
    /// True if it is the top of a git clone.
    pub git: bool,
    /// Where the clone's origin leads, as `OWNER/NAME`; null if there is none, or its address names none.
    pub origin: Option<String>,
    /// The branch that is checked out; null without a clone, or with a detached HEAD.
    pub branch: Option<String>,
    /// The default branch of the origin, as of the last fetch; null where git has no record of it.
    pub default_branch: Option<String>,
    /// The layout of manifest and templates; null where there was none yet.
    pub layout: Option<String>,
    /// What the manifest tracks.
    pub series: Vec<TrackedReport>,
    /// The workflows in `.github/workflows`.
    pub workflows: Vec<String>,
    /// What was found in words, a line each.
    pub text: Vec<String>,
}

/// A tracked series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrackedReport {
    /// The manifest's key.
    pub key: String,
    /// The release that it is at.
    pub version: String,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InitFileReport {
    /// From the repository's root, `/` between parts.
    pub path: String,
    /// What it is for.
    pub purpose: String,
    /// How it stood, and so what becomes of it.
    pub state: InitFileState,
}

/// How a file stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InitFileState {
    /// It was not there: it is written.
    New,
    /// It was what init would write.
    Unchanged,
    /// It was another, and is replaced, by `--force`.
    Replaced,
    /// It is another, and was left.
    Differs,
    /// It is a symbolic link to something else, and was left.
    Linked,
}

/// A file that is not installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOutReport {
    /// From the repository's root, `/` between parts.
    pub path: String,
    /// Why, and how to have it all the same.
    pub why: String,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepReport {
    /// The command; null where it is nothing to be typed.
    pub command: Option<String>,
    /// What it is for, or what to do.
    pub what: String,
}

impl InitReport {
    /// The report of a plan; `applied` if it was carried out.
    pub fn of(found: &Found, plan: &InitPlan, applied: bool) -> Self {
        let files = plan.files.iter().map(|file| InitFileReport {
            path: file.path.to_owned(),
            purpose: file.purpose.to_owned(),
            state: match file.state {
                FileState::New => InitFileState::New,
                FileState::Unchanged => InitFileState::Unchanged,
                FileState::Replaced => InitFileState::Replaced,
                FileState::Differs => InitFileState::Differs,
                FileState::Linked => InitFileState::Linked,
            },
        });
        let left_out = plan.left_out.iter();
        let mut notes = words::notes(found);
        notes.extend(words::replacing(plan));
        Self {
            schema: 1,
            applied,
            found: FoundReport::of(found),
            files: files.collect(),
            left_out: left_out
                .map(|left| LeftOutReport { path: left.path.to_owned(), why: left.why.to_owned() })
                .collect(),
            notes,
            next: if plan.is_partial { Vec::new() } else { words::next(found, !plan.edits().is_empty()) },
        }
    }

    fn count(&self, states: &[InitFileState]) -> usize {
        self.files.iter().filter(|file| states.contains(&file.state)).count()
    }
}

impl FoundReport {
    fn of(found: &Found) -> Self {
        let clone = found.clone.as_ref();
        let tracked = found.tracked.iter().flatten();
        let series = tracked.map(|(key, version)| TrackedReport { key: key.to_string(), version: version.to_string() });
        Self {
            git: clone.is_some(),
            origin: found.origin().map(ToString::to_string),
            branch: clone.and_then(|clone| clone.branch.clone()),
            default_branch: clone.and_then(|clone| clone.default_branch.clone()),
            layout: found.linux_template.as_ref().and(found.tracked.as_ref()).map(|_| "docker-library".to_owned()),
            series: series.collect(),
            workflows: found.workflows.clone(),
            text: words::found(found),
        }
    }
}

/// What `pybump init` prints.
pub fn init_text(report: &InitReport, palette: Palette) -> String {
    let mut text = "Found:\n".to_owned();
    for line in &report.found.text {
        wrapped(&mut text, line, "  ", palette);
    }
    text.push('\n');
    for file in &report.files {
        let (word, why) = file.words(report.applied);
        text.push_str(&format!("{word:<11} {:<37} {why}\n", file.path));
    }
    for left in &report.left_out {
        wrapped(&mut text, &format!("left out    {}: {}", left.path, left.why), "", palette);
    }
    for note in &report.notes {
        wrapped(&mut text, &format!("note: {note}"), "", palette);
    }
    text.push_str(&summary(report));
    if !report.next.is_empty() {
        text.push_str("\nNext:\n");
    }
    for (number, step) in (1..).zip(&report.next) {
        match &step.command {
            Some(command) => {
                text.push_str(&format!("  {number}. $ {command}\n"));
                wrapped(&mut text, &step.what, "     ", palette);
            }
            None => wrapped(&mut text, &format!("{number}. {}", step.what), "  ", palette),
        }
    }
    text
}

impl InitFileReport {
    /// What became of it, and what to know about it.
    fn words(&self, applied: bool) -> (&'static str, &str) {
        match (self.state, applied) {
            (InitFileState::New, true) => ("wrote", &self.purpose),
            (InitFileState::New, false) => ("would write", &self.purpose),
            (InitFileState::Unchanged, _) => ("unchanged", &self.purpose),
            (InitFileState::Replaced, true) => ("replaced", &self.purpose),
            (InitFileState::Replaced, false) => ("replaces", &self.purpose),
            (InitFileState::Differs, _) if SEED.iter().any(|(path, _)| *path == self.path) => {
                ("left", "it is your own")
            }
            (InitFileState::Differs, _) => ("left", "not as init writes it"),
            (InitFileState::Linked, _) => ("left", "it is a symbolic link"),
        }
    }
}

fn summary(report: &InitReport) -> String {
    let written = report.count(&[InitFileState::New, InitFileState::Replaced]);
    let left = report.count(&[InitFileState::Differs, InitFileState::Linked]);
    let files = |count: usize| if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    let left = match left {
        0 => String::new(),
        1 => "; 1 file left as it is".to_owned(),
        _ => format!("; {left} files left as they are"),
    };
    match (written, report.applied) {
        (0, _) => format!("nothing to write{left}\n"),
        (_, true) => format!("{} written{left}\n", files(written)),
        (_, false) => format!("{} would be written; nothing was{left}\n", files(written)),
    }
}
