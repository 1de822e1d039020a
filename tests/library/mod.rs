//! The library file and the tag list, of repositories made here and of upstream's.

mod commits;
mod errors;
mod image;
mod mirror;
mod readme;
mod scratch;
pub mod upstream;
