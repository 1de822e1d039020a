//! Bad input: a clear error that names file and line, and nothing written.

mod arguments;
mod configuration;
mod help;
mod manifest;
mod tree;
