//! Which releases of a series upstream has, by its tags and by python.org's listing: either may lag or be out of reach.

use super::observation::Seen;
use super::reason::Wait;
use crate::model::{PythonVersion, TrackedKey};
use crate::sources::cpython::Tag;

/// The two places that tell of releases.
#[derive(Debug, Clone, Copy)]
pub(super) struct Upstream<'a> {
    /// The version folders of python.org's FTP tree.
    pub(super) index: &'a Seen<Vec<PythonVersion>>,
    /// The release tags of the series.
    pub(super) tags: &'a Seen<Vec<Tag>>,
}

impl Upstream<'_> {
    /// Why nothing can be said of newer releases, if neither place answered.
    pub(super) fn unreachable(&self) -> Option<Wait> {
        let (index, tags) = (self.index.failure()?, self.tags.failure()?);
        Some(Wait::Unreachable { version: None, why: format!("{index}; and {tags}") })
    }

    /// What a reader should know where one place alone answered.
    pub(super) fn notes(&self) -> Vec<String> {
        let tags = self
            .tags
            .failure()
            .map(|why| format!("the cpython tags could not be read, python.org's listing alone counts: {why}"));
        let index = self
            .index
            .failure()
            .map(|why| format!("python.org's listing could not be read, the cpython tags alone count: {why}"));
        tags.into_iter().chain(index).collect()
    }

    /// Whether `version` is tagged; nothing where the tags did not answer.
    pub(super) fn is_tagged(&self, version: &PythonVersion) -> Option<bool> {
        self.tags.found().map(|tags| tags.iter().any(|tag| tag.version == *version))
    }

    /// The newest release that `key` could be set to.
    pub(super) fn newest(&self, key: TrackedKey) -> Option<&PythonVersion> {
        let tagged = self.tags.found().into_iter().flatten().map(|tag| &tag.version);
        tagged.filter(|version| key.admits(version)).max()
    }
}
