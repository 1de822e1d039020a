//! The result of `pybump report`: where a repository's images stand, how they got there, and on what evidence.
//!
//! Owns the value and its renderings: HTML, an Atom feed, markdown, text. Refuses I/O and clocks: the time of the run is
//! part of the value, and the same value gives the same bytes. All text from outside is made visible and escaped.

mod artifacts;
mod atom;
mod html;
mod markdown;
mod matrix;
mod shown;
mod text;
mod timeline;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

pub use artifacts::{ArtifactEvidence, RecordedArtifact, SignatureReport, Standing, recorded};
pub use atom::{FeedNames, feed};
pub use html::html;
pub use markdown::markdown;
pub use matrix::{Cell, Row, matrix};
pub use text::page_text;
pub use timeline::{Bump, Facts, Latency, Proposal, Timeline, Via, timeline};

use super::check::{SeriesReport, Status};

/// Where a repository's images stand, how they got there, and on what evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PageReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// When the report was made.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub as_of: Timestamp,
    /// The image repository on GitHub; null where nothing names it.
    pub repository: Option<RepositoryReport>,
    /// The commit that the clone is at; null where it is no clone.
    pub commit: Option<CommitReport>,
    /// What could not be looked at, and why; the report says nothing about it.
    pub missing: Vec<String>,
    /// By tracked series, newest first.
    pub series: Vec<PageSeries>,
    /// How the versions moved.
    pub timeline: Timeline,
    /// What the digests rest on, newest release first.
    pub artifacts: Vec<RecordedArtifact>,
}

/// A repository on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RepositoryReport {
    /// `OWNER/NAME`
    pub name: String,
    /// Its page.
    #[schemars(with = "String", extend("format" = "uri"))]
    pub url: Url,
}

impl RepositoryReport {
    /// The page of `path` in it.
    pub fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.url.as_str().trim_end_matches('/'))
    }
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CommitReport {
    /// 40 hexadecimal digits.
    pub id: String,
    /// When it was written, by its author's date.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub written_at: Timestamp,
}

/// A tracked series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PageSeries {
    /// The manifest key: `3.14` or `3.15-rc`.
    pub key: String,
    /// The CPython version that the manifest says.
    pub version: String,
    /// Where the series is and should be, as `pybump check` says; null where that was not looked at.
    pub check: Option<SeriesReport>,
    /// The open pull request that proposes an update of it; null if none is known.
    pub pull_request: Option<Proposal>,
    /// Its Dockerfiles, in the manifest's order.
    pub variants: Vec<PageVariant>,
}

/// A Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PageVariant {
    /// Its folder below the key's.
    pub name: String,
    /// The tags that lead to it alone.
    pub tags: Vec<String>,
    /// True if the update that is to come removes it.
    pub goes: bool,
}

impl PageSeries {
    /// Where the series is, if that was looked at.
    pub fn status(&self) -> Option<Status> {
        self.check.as_ref().map(|check| check.status)
    }

    /// `3.14.2 → 3.14.3`, or the version alone.
    pub fn step(&self) -> String {
        match self.check.as_ref().and_then(|check| check.target.as_ref()) {
            Some(target) if *target != self.version => format!("{} → {target}", self.version),
            _ => self.version.clone(),
        }
    }

    /// What a person should know of the series beyond its version, each in a sentence; ages by `now`.
    pub fn told(&self, now: Timestamp) -> Vec<String> {
        let Some(check) = &self.check else { return Vec::new() };
        let pending = check.pending.as_ref().map(|pending| format!("meanwhile {}", pending.text));
        let stale = check.stale.as_ref().map(|stale| stale.text(now));
        let dropped = Some(&check.dropped_variants).filter(|dropped| !dropped.is_empty());
        let dropped = dropped.map(|dropped| format!("the update drops {}", dropped.join(", ")));
        pending.into_iter().chain(stale).chain(dropped).chain(check.notes.iter().cloned()).collect()
    }

    /// True if there is more to say of it than that it is where it should be, or is to move.
    pub fn needs_attention(&self, now: Timestamp) -> bool {
        let waits = matches!(self.status(), Some(Status::Waiting | Status::Held | Status::Alarm));
        waits || !self.told(now).is_empty()
    }
}

/// The word for where a series is.
pub fn word(status: Option<Status>) -> &'static str {
    match status {
        None => "not looked at",
        Some(Status::Current) => "current",
        Some(Status::Update) => "update",
        Some(Status::Waiting) => "waiting",
        Some(Status::Held) => "held",
        Some(Status::Alarm) => "alarm",
    }
}

impl PageReport {
    /// How many series are where: `4 series: 1 current, 1 to update, …`.
    pub fn summary(&self) -> String {
        let words = [
            (Some(Status::Alarm), "with an alarm"),
            (Some(Status::Held), "held"),
            (Some(Status::Waiting), "waiting"),
            (Some(Status::Update), "to update"),
            (Some(Status::Current), "current"),
            (None, "not looked at"),
        ];
        let count = |status| self.series.iter().filter(|series| series.status() == status).count();
        let parts = words.into_iter().filter(|(status, _)| count(*status) > 0);
        let parts: Vec<_> = parts.map(|(status, words)| format!("{} {words}", count(status))).collect();
        format!(
            "{} series: {}",
            self.series.len(),
            if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
        )
    }

    /// The name on top: the repository's, where it is known.
    pub fn title(&self) -> String {
        let name = self.repository.as_ref().map(|repository| repository.name.as_str());
        format!("Python images: {}", name.unwrap_or("a repository without a name"))
    }
}

#[cfg(test)]
mod tests;
