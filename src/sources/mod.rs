//! The outside world: python.org, the cpython tags, get-pip, the release cycle.
//!
//! Owns one HTTP client and a module for each source: a pure parser of text, and the request that brings the text.
//! Refuses judgement: what an observation means for a series is decided in `resolve`.

pub mod client;
