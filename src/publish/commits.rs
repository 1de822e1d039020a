//! A plan as commits: one a series that changes, in the manifest's order.

use jiff::Timestamp;

use crate::layout::Edit;
use crate::model::TrackedKey;

/// The commit of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesCommit {
    /// The series.
    pub key: TrackedKey,
    /// The first line, as upstream's bot words it: `Update 3.14 to 3.14.6`.
    pub subject: String,
    /// What stands below the subject: what changed and on what evidence, and the sign-off; empty if nothing does.
    pub body: String,
    /// What it changes of the commit before.
    pub edits: Vec<Edit>,
    /// The signing time of the newest evidence that it rests on.
    pub date: Timestamp,
}
