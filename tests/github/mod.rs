//! The fake GitHub over real HTTP: it keeps GitHub's rules, each shown once.

mod access;
mod emulate;
mod faults;
mod git_data;
mod holding;
mod issues;
mod pulls;
mod reading;
mod references;
mod setup;
