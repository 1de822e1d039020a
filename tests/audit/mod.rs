//! `pybump audit`: what was accepted, judged again by what upstream has now.

mod absences;
mod asking;
mod base;
mod changes;
mod get_pip;
mod openpgp;
mod records;
pub mod stage;
