//! Evidence that upstream really published, judged.

mod bundles;
mod data;
mod large;
mod look_alikes;
mod mutants;
mod tampered;
