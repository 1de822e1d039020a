//! The pull requests that `pybump pr` and `pybump run` keep on a GitHub of their own, over real HTTP.

mod alarms;
pub mod contradictions;
mod evidence_changed;
mod faults;
mod image;
mod issues;
mod kills;
mod library;
mod persons;
mod refusals;
mod rivals;
pub mod stage;
mod strangers;
pub mod trial;
