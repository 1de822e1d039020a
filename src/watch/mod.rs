//! The long-lived process, in parts: when a round is due, what must outlast a restart, the clones, what is told, the port.
//!
//! A round is one scheduled run of every repository. Owns no decision of a run; `cli::watch` puts the parts together.

pub mod clone;
pub mod metrics;
pub mod server;
pub mod state;
pub mod timetable;
pub mod told;
