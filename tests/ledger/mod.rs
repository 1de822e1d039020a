//! The ledger: what a bump records, that it stays, and what it refuses.

mod appending;
mod commits;
mod damage;
mod interrupted;
mod names;
mod pulls;
pub mod stage;
mod successors;
