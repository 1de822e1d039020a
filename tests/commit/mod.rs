//! `pybump update --commit`: the commits, when they are refused, and that git finds nothing wrong with any of it.

mod alarms;
mod bodies;
mod clones;
mod effects;
mod git;
mod interrupted;
mod refusals;
mod trees;
