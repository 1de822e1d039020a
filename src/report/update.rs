//! The result of `pybump update`.

use schemars::JsonSchema;
use serde::Serialize;

use super::check::{SeriesReport, Status};
use super::files::{self, FilesReport};

/// What each series came to, and which files changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UpdateReport {
    /// By tracked series, in manifest order.
    pub series: Vec<SeriesReport>,
    /// The files, Dockerfiles first, the manifest last.
    #[serde(flatten)]
    pub files: FilesReport,
    /// True if the artifacts were downloaded and hashed; false with `--no-download`.
    pub bytes_checked: bool,
    /// The changes as a unified diff; null without `--diff`.
    pub diff: Option<String>,
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
    format!("{}\n{}", lines.join("\n"), files::listed(&report.files, "no file changed"))
}
