//! Tags and folders without a tarball: which of them announce a release.

use super::observation::Seen;
use super::reason::Wait;
use crate::model::{Artifact, PythonVersion};
use crate::sources::python_org::ReleaseFolder;

/// What a release waits for whose source tarball answers 404; nothing if there is no release to wait for.
///
/// A folder appears in python.org's index with the first of its files, which may be a pre-release or the documentation.
/// So a folder that was read, and has neither tag nor tarball, announces nothing.
pub(super) fn without_files(
    version: &PythonVersion,
    folder: Option<&Seen<ReleaseFolder>>,
    tagged: bool,
) -> Option<Wait> {
    let version = version.clone();
    match folder {
        Some(Seen::Found(folder)) if folder.artifact(&Artifact::source(&version)).is_some() => {
            Some(Wait::NoFiles { version, listed: true })
        }
        _ if tagged => Some(Wait::NoFiles { version, listed: false }),
        Some(Seen::Failed(why)) => Some(Wait::Unreachable { version: Some(version), why: why.clone() }),
        _ => None,
    }
}
