//! `pybump check`: where each series is and should be, and that looking changes nothing.

mod caches;
mod outages;
mod output;
mod stale;
pub mod states;
mod token;
mod windows;
