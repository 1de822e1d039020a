//! GitHub Actions: what a run tells the runner beside its words.
//!
//! Owns workflow commands and their escaping, the step's summary and outputs, and that ordinary output is never taken for a
//! command. Refuses to let any of it fail a run.

mod command;
mod guard;
mod records;
mod tell;

use super::setup::Process;

pub(super) use command::{END_GROUP, annotation, group, without_commands};
pub use guard::Guard;
pub use records::Records;
pub(super) use tell::{audited, checked, kept, published, ran, rendered, updated, verified};

impl Process {
    /// True in a job of GitHub Actions.
    pub fn is_in_actions(&self) -> bool {
        self.variable("GITHUB_ACTIONS") == Some("true")
    }
}
