//! Whole-binary tests, one folder a capability.

mod verify;
