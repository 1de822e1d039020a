//! Whole-binary tests, one folder a capability.
