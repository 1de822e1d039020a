//! `pybump signers`, and the pull request about signers: python.org's pages against the pins.

mod check;
mod data;
mod keys;
mod pulls;
mod stage;
mod update;
