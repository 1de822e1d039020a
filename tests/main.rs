//! Whole-binary tests, one folder a capability.
#![allow(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod judges;
mod support;
mod template;
mod upstream;
mod verify;
