//! From a plan to what a maintainer merges: commits, branches, pull requests and their wording.
//!
//! Owns what is written into git and GitHub, and when nothing is. Refuses to overwrite what a person did.

mod base;
mod commits;
mod evidence;
mod gate;
pub mod github;
pub mod image;
pub mod issue;
pub mod library;
mod local;
pub mod marker;
pub mod notify;
pub mod report;
pub mod rolling;
mod snapshot;
mod subject;
mod tree;
pub mod wording;

pub use base::{Base, BaseError};
pub use commits::{CommitOptions, SeriesCommit, alarm_commit, all_edits, series_commits};
pub use gate::{Entered, Gate, Stopping};
pub use local::{LocalClone, LocalError};
pub use snapshot::{snapshot, snapshot_in};
pub use subject::subject;
pub use tree::{MadeCommit, TreeAfter, TreeChange, commit_id, in_memory, make_commits, tree_after};
