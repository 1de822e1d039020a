//! The result of `pybump render` and the files part of `pybump update`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::layout::Edit;

/// Which files were, or would be, written and removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FilesReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// False if nothing was written: with `--check` or `--dry-run`.
    pub applied: bool,
    /// In the order in which they are applied.
    pub files: Vec<FileReport>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FileReport {
    /// From the repository's root, `/` between parts.
    pub path: String,
    /// What happens to it.
    pub action: Action,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It gets new content.
    Write,
    /// It goes.
    Remove,
}

impl FilesReport {
    /// The report of `edits`.
    pub fn of(edits: &[Edit], applied: bool) -> Self {
        let files = edits.iter().map(|edit| {
            let (path, action) = match edit {
                Edit::Write { path, .. } => (path, Action::Write),
                Edit::Remove { path } => (path, Action::Remove),
            };
            FileReport { path: path.display().to_string(), action }
        });
        Self { schema: 1, applied, files: files.collect() }
    }
}

/// What `pybump render` prints.
pub fn files_text(report: &FilesReport) -> String {
    listed(report, "every Dockerfile is what manifest and templates give")
}

/// A line a file, then a line that sums up; `none` where there are none.
pub(super) fn listed(report: &FilesReport, none: &str) -> String {
    let mut lines: Vec<_> =
        report.files.iter().map(|file| format!("{:<8} {}", report.word(file.action), file.path)).collect();
    let count = report.files.len();
    let files = if count == 1 { "file" } else { "files" };
    lines.push(match (count, report.applied) {
        (0, _) => none.to_owned(),
        (_, true) => format!("{count} {files} changed"),
        (_, false) => format!("{count} {files} would change; nothing was written"),
    });
    lines.join("\n") + "\n"
}

impl FilesReport {
    fn word(&self, action: Action) -> &'static str {
        match (action, self.applied) {
            (Action::Write, true) => "wrote",
            (Action::Remove, true) => "removed",
            (Action::Write, false) => "differs",
            (Action::Remove, false) => "extra",
        }
    }
}
