//! Which releases of a series upstream has, by its tags and by python.org's listing: either may lag or be out of reach.

use super::observation::Seen;
use super::reason::Wait;
use crate::model::{Channel, PythonVersion, TrackedKey};
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
    /// Why nothing can be said of newer releases, if so. The tags alone tell of pre-releases.
    pub(super) fn unreachable(&self, channel: Channel) -> Option<Wait> {
        let tags = self.tags.absence()?;
        let why = match (channel, self.index.absence()) {
            (_, Some(index)) => format!("{index}; and {tags}"),
            (Channel::PreRelease, None) => tags.to_owned(),
            (Channel::Final, None) => return None,
        };
        Some(Wait::Unreachable { version: None, why })
    }

    /// What a reader should know where one place alone answered.
    pub(super) fn notes(&self) -> Vec<String> {
        let tags = self
            .tags
            .absence()
            .map(|why| format!("the cpython tags could not be read, python.org's listing alone counts: {why}"));
        let index = self
            .index
            .absence()
            .map(|why| format!("python.org's listing could not be read, the cpython tags alone count: {why}"));
        tags.into_iter().chain(index).collect()
    }

    /// Whether `version` is tagged; nothing where the tags did not answer.
    pub(super) fn is_tagged(&self, version: &PythonVersion) -> Option<bool> {
        self.tags.found().map(|tags| tags.iter().any(|tag| tag.version == *version))
    }

    /// True if both places answered, and neither knows `version`.
    pub(super) fn denies(&self, version: &PythonVersion) -> bool {
        self.is_tagged(version) == Some(false) && self.index.found().is_some_and(|index| !index.contains(version))
    }

    /// True if python.org's listing names `version`. A folder `X.Y.0` says nothing of the final: it holds the
    /// pre-releases too.
    pub(super) fn lists(&self, version: &PythonVersion) -> bool {
        version.as_semver().patch > 0 && self.index.found().is_some_and(|index| index.contains(version))
    }

    /// The newest release that `key` could be set to.
    pub(super) fn newest(&self, key: TrackedKey) -> Option<&PythonVersion> {
        let tagged = self.tags.found().into_iter().flatten().map(|tag| &tag.version);
        let listed = self.index.found().into_iter().flatten().filter(|version| self.lists(version));
        tagged.chain(listed).filter(|version| key.admits(version)).max()
    }
}
