//! pybump: release watcher and bump bot for Python container images.
pub mod demo;
pub mod model;
pub mod sources;
pub mod template;
pub mod verify;
