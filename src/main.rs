//! The pybump binary.
fn main() {}
