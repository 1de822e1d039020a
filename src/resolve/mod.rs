//! Observations, manifest, configuration and the time in; a plan out.
//!
//! Owns every decision of where a series should be and why it is not there yet. Refuses I/O: the same inputs give the
//! same plan.

mod alarm;
mod audit;
mod candidates;
mod claim;
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

pub use alarm::{Alarm, Contradicting, Contradiction, Recorded, alarming};
pub use audit::{BytesProblem, Finding, audit};
pub use candidates::{candidates, released_final};
pub use claim::{audit_claim, firm};
pub use context::Context;
pub(crate) use context::seed;
pub use observation::{
    ArtifactFile, ArtifactObservation, CandidateObservation, EvidenceState, Observations, Seen, SeriesObservation,
};
pub use plan::{Change, ComponentChange, Outcome, Pending, Plan, SeriesPlan};
pub use reason::{Hold, Wait};
pub use series::resolve;
pub use stale::{Obstacle, Stale};
#[cfg(test)]
mod tests;
