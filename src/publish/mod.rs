//! From a plan to what a maintainer merges: commits, branches, pull requests and their wording.
//!
//! Owns what is written into git and GitHub, and when nothing is. Refuses to overwrite what a person did.

mod commits;
pub mod github;

pub use commits::SeriesCommit;
