//! What an image repository of one's own starts with: pybump's templates, and a manifest without series.
//!
//! Owns the names under which these stand in a repository; the texts lie in `state/seed`. Says nothing of any release.

use super::docker_library::{LINUX, MANIFEST, WINDOWS};

/// The files of a new image repository, by path from its root: templates, then the manifest.
pub const SEED: [(&str, &str); 3] = [
    (LINUX, include_str!("../../state/seed/Dockerfile-linux.template")),
    (WINDOWS, include_str!("../../state/seed/Dockerfile-windows.template")),
    (MANIFEST, "{}\n"),
];
