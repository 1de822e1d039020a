//! The manifest: what each tracked series is at, as plain values. Where it is kept and how it is spelt is the layout's
//! affair.

use std::collections::BTreeMap;

use super::{ArtifactKind, CommitSha, ComponentVersion, Fingerprint, PythonVersion, Sha256, TrackedKey, Variant};

/// What each tracked series is at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// An entry for each key.
    pub entries: BTreeMap<TrackedKey, Entry>,
}

/// What one tracked series is at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The CPython release.
    pub version: PythonVersion,
    /// The Dockerfiles of the series, in their order.
    pub variants: Vec<Variant>,
    /// The digest of the source tarball, where there is one.
    pub source: Option<Sha256>,
    /// The digest of the Windows installer, where there is one.
    pub windows: Option<Sha256>,
    /// setuptools, where the entry tracks it.
    pub setuptools: Option<ComponentVersion>,
    /// pip, where the entry tracks it.
    pub pip: Option<ComponentVersion>,
    /// The get-pip script, where the entry pins it.
    pub get_pip: Option<CommitSha>,
    /// The OpenPGP primary key by which the Dockerfiles check the source tarball, where the entry carries one.
    pub gpg_key: Option<Fingerprint>,
}

impl Entry {
    /// The digest recorded for `kind`.
    pub fn checksum(&self, kind: ArtifactKind) -> Option<Sha256> {
        match kind {
            ArtifactKind::Source => self.source,
            ArtifactKind::Windows => self.windows,
        }
    }

    /// True if any variant needs the Windows installer.
    pub fn has_windows(&self) -> bool {
        self.variants.iter().any(Variant::is_windows)
    }
}

impl Manifest {
    /// The key of the newest series, from which a new key takes its variants.
    pub fn newest(&self) -> Option<(&TrackedKey, &Entry)> {
        self.entries.last_key_value()
    }

    /// Where `sha256` is recorded, other than as `kind` of `version`: a digest belongs to one name.
    pub fn other_name(
        &self,
        sha256: Sha256,
        kind: ArtifactKind,
        version: &PythonVersion,
    ) -> Option<(ArtifactKind, &PythonVersion)> {
        self.entries.values().find_map(|entry| {
            ArtifactKind::ALL
                .into_iter()
                .find(|other| entry.checksum(*other) == Some(sha256) && (*other != kind || entry.version != *version))
                .map(|other| (other, &entry.version))
        })
    }
}
