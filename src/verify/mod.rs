//! Verification: the only way for a digest to become trusted.
//!
//! Owns the judgement of evidence: Sigstore bundles, OpenPGP signatures, SBOMs, the name that an archive's bytes go by.
//! Refuses whatever it does not understand, and fetches nothing.

pub mod archive;
mod artifact;
mod bytes;
pub(crate) mod json;
pub mod openpgp;
pub(crate) mod quote;
pub mod sbom;
pub mod sigstore;
mod unread;

pub use artifact::{Evidence, Rejection, SbomState, SignedBy, VerifiedArtifact, VerifiedBytes, verify_evidence};
pub use bytes::ArtifactHasher;
pub use unread::UnreadArtifact;
