//! The outside world: python.org, the cpython tags, get-pip, the release cycle, base images.
//!
//! Owns one HTTP client and a module for each source: a pure parser of text, and the request that brings the text.
//! Refuses judgement: what an observation means for a series is decided in `resolve`.

pub mod base_images;
pub mod client;
pub mod cpython;
pub mod ensurepip;
pub mod get_pip;
pub mod github;
#[cfg(test)]
pub(crate) mod loopback;
pub mod openpgp_key;
mod parse_error;
pub mod python_org;
pub mod release_cycle;
pub mod signer_pages;

pub use parse_error::ParseError;
