//! Observations, manifest, configuration and the time in; a plan out.
//!
//! Owns every decision of where a series should be and why it is not there yet. Refuses I/O: the same inputs give the
//! same plan.

mod candidates;
mod components;
mod context;
mod current;
mod keys;
mod names;
mod newer;
mod observation;
mod plan;
mod reason;
mod series;
pub mod signers;
mod stale;
mod step;
mod upstream;
mod windows;

pub use candidates::{candidates, released_final};
pub use context::Context;
pub(crate) use context::seed;
pub use observation::{
    ArtifactFile, ArtifactObservation, CandidateObservation, EvidenceState, Observations, Seen, SeriesObservation,
};
pub use plan::{Alarm, Change, ComponentChange, Outcome, Pending, Plan, SeriesPlan};
pub use reason::{Hold, Wait};
pub use series::resolve;
pub use stale::{Obstacle, Stale};
#[cfg(test)]
mod tests;
