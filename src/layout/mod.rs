//! How an image repository keeps its manifest and Dockerfiles: reading them, and the edits that bring them up to date.
//!
//! One layout exists: docker-library's, `versions.json` with jq templates. Owns paths and spelling; refuses the network,
//! and any digest that does not come out of `verify`.

mod docker_library;
mod edit;
mod entry;
mod jq_json;
mod seed;
mod signers_file;
mod versions_json;

pub use docker_library::{Difference, DockerLibrary, LayoutError, MANIFEST, Rendered, Rendering};
pub(crate) use docker_library::{LINUX, WINDOWS};
pub(crate) use edit::STAGED;
pub use edit::{ApplyError, Edit, apply};
pub use entry::{accepting, after as entry_after};
pub use seed::SEED;
pub use signers_file::{SignersFileError, with_pins};
pub use versions_json::{ManifestError, ManifestText};
