//! Whole-binary tests, one folder a capability.

mod support;
mod template;
mod verify;
