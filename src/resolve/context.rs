//! What one series is judged by: the manifest, the configuration, the time, and what all series share.

use jiff::Timestamp;

use super::components::Components;
use super::observation::Seen;
use super::upstream::Upstream;
use crate::config::Config;
use crate::ledger::Ledger;
use crate::model::{Entry, Manifest, PythonVersion, Signers, TrackedKey};
use crate::sources::ensurepip::Bundled;
use crate::sources::get_pip::GetPipPin;
use crate::sources::release_cycle::Phase;

/// What resolving goes by, beside the observations.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What each series is at.
    pub manifest: &'a Manifest,
    /// What was accepted before, where that is recorded.
    pub ledger: Option<&'a Ledger>,
    /// Floors, overrides, the grace.
    pub config: &'a Config,
    /// Who may sign what.
    pub signers: &'a Signers,
    /// The time of the run.
    pub now: Timestamp,
    /// Go on without the Windows variants where there is no installer.
    pub without_windows: bool,
}

/// The entry that a new key starts from: the variants and components of the newest tracked series; in an empty manifest the
/// built-in variants.
pub(crate) fn seed(manifest: &Manifest) -> &Entry {
    match manifest.newest() {
        Some((_, entry)) => entry,
        None => Entry::seed(),
    }
}

/// One tracked series, and all that its releases are judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tracked<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) key: TrackedKey,
    /// What the manifest says; nothing for a new key.
    pub(super) entry: Option<&'a Entry>,
    /// Where the series is in its life, where that is known.
    pub(super) phase: Option<Phase>,
    pub(super) get_pip: Option<&'a Seen<GetPipPin>>,
    pub(super) upstream: Upstream<'a>,
}

impl<'a> Tracked<'a> {
    /// The release that the manifest is at.
    pub(super) fn at(&self) -> Option<&'a PythonVersion> {
        self.entry.map(|entry| &entry.version)
    }

    /// True of releases that the key wants and that are not older than the manifest's: a version is never lowered.
    pub(super) fn may_be_at(&self, version: &PythonVersion) -> bool {
        self.key.admits(version) && self.at().is_none_or(|at| version >= at)
    }

    /// The components of `entry` at the release `to`.
    pub(super) fn components(
        &self,
        entry: &'a Entry,
        to: &'a PythonVersion,
        ensurepip: Option<&'a Seen<Bundled>>,
    ) -> Components<'a> {
        let Context { config, now, .. } = *self.context;
        Components { entry, to, ensurepip, get_pip: self.get_pip, config, now, new: self.entry.is_none() }
    }
}
