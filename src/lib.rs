//! pybump: release watcher and bump bot for Python container images.
//!
//! Data moves one way, down this list: `sources` ask the outside world, `verify` judges the evidence, `ledger` tells what
//! was accepted before, `resolve` makes a plan of all that, `layout` turns the plan into edits, `report` says what happened.
//! `observe` puts the questions in order, `cli` runs the stages.

pub mod cli;
pub mod config;
pub mod demo;
pub mod init;
pub mod layout;
pub mod ledger;
pub mod model;
pub mod observe;
pub mod publish;
pub mod report;
pub mod resolve;
pub mod sources;
pub mod stackbrew;
pub mod template;
pub mod verify;
pub mod watch;
