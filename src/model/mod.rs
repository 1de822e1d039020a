//! Plain values that every stage speaks: versions, series, digests, variants, architectures, artifacts, components, signers.
//!
//! Owns parsing at the edge: text from upstream becomes one of these types or an [`InvalidValue`] error. Refuses I/O,
//! clocks and the environment.

mod architecture;
mod artifact;
mod component;
mod digest;
mod invalid;
mod manifest;
mod policy;
mod schedule;
mod seed;
mod series_range;
mod signer;
mod signers;
mod variant;
mod version;

pub use architecture::Architecture;
pub use artifact::{Artifact, ArtifactKind};
pub use component::{ComponentName, ComponentVersion};
pub use digest::{CommitSha, Sha256};
pub use invalid::InvalidValue;
pub use manifest::{Entry, Manifest};
pub use policy::{EvidenceKind, Policy, PolicyRule};
pub use schedule::{Schedule, Zone};
pub use series_range::SeriesRange;
pub use signer::{Fingerprint, SigstoreIdentity};
pub use signers::{Pins, Signer, Signers, SignersError};
pub use variant::Variant;
pub use version::{Channel, PreRelease, PythonVersion, Series, Stage, TrackedKey};
