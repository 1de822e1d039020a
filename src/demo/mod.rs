//! The embedded world that the demo and the tests run against.

pub mod authority;
pub mod world;
