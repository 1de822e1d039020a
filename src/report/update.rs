//! The result of `pybump update`.

use schemars::JsonSchema;
use serde::Serialize;

use super::check::{SeriesReport, Status};
use super::files::{self, FilesReport};
use crate::publish::MadeCommit;

/// What each series came to, and which files changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UpdateReport {
    /// By tracked series, in manifest order.
    pub series: Vec<SeriesReport>,
    /// The files, Dockerfiles first, the manifest last.
    #[serde(flatten)]
    pub files: FilesReport,
    /// The commits that were made, or would be, first to last; none without `--commit`.
    pub commits: Vec<CommitReport>,
    /// True if the artifacts were downloaded and hashed; false with `--no-download`.
    pub bytes_checked: bool,
    /// The changes as a unified diff; null without `--diff`.
    pub diff: Option<String>,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CommitReport {
    /// Its id.
    pub id: String,
    /// The id of its tree.
    pub tree: String,
    /// The first line of its message.
    pub subject: String,
}

impl CommitReport {
    /// The report of one commit.
    pub fn of(commit: &MadeCommit) -> Self {
        let subject = commit.message.lines().next().unwrap_or_default().to_owned();
        Self { id: commit.id.to_string(), tree: commit.tree.id.to_string(), subject }
    }
}

/// What `pybump update` prints, `check` being the part about the series.
pub fn update_text(report: &UpdateReport, check: &str) -> String {
    let mut lines = vec![check.trim_end().to_owned()];
    if !report.bytes_checked {
        let updates = report.series.iter().filter(|series| series.status == Status::Update);
        lines.extend(updates.flat_map(|series| &series.artifacts).map(|artifact| {
            let bound = match artifact.bound_by.as_slice() {
                [] => "its signature alone".to_owned(),
                bound => bound.join(" and "),
            };
            format!("not downloaded: {}; that the digest is this file's rests on {bound}", artifact.file)
        }));
    }
    let files = files::listed(&report.files, "no file changed");
    let commits: String = report.commits.iter().map(|commit| committed(commit, report.files.applied)).collect();
    format!("{}\n{files}{commits}", lines.join("\n"))
}

/// The commit as `git show` takes it, what it says, and the tree by which it can be compared with another's.
fn committed(commit: &CommitReport, applied: bool) -> String {
    let CommitReport { id, tree, subject } = commit;
    let word = if applied { "committed" } else { "would commit" };
    format!("{word} {} {subject} (tree {})\n", &id[..SHORT], &tree[..SHORT])
}

/// Digits of an id that are shown.
const SHORT: usize = 10;
