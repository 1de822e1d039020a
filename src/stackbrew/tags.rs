//! The tags of each Dockerfile: simple ones, its own, and those that it shares with others.
//!
//! Owns the rules by which `generate-stackbrew-library.sh` gives them, from the manifest and the aliases alone. Refuses
//! aliases of series that are not tracked.

use std::collections::BTreeMap;

use super::error::LibraryError;
use crate::config::Alias;
use crate::model::{Channel, Manifest, TrackedKey, Variant};

/// The aliases of each series, from which its tags are made.
pub struct Tags<'a> {
    manifest: &'a Manifest,
    aliases: BTreeMap<TrackedKey, Vec<String>>,
}

impl<'a> Tags<'a> {
    /// With the `configured` aliases, or without any, those of upstream: the major version and `latest` for the newest
    /// final series.
    pub fn new(
        manifest: &'a Manifest,
        configured: Option<&BTreeMap<TrackedKey, Vec<Alias>>>,
    ) -> Result<Self, LibraryError> {
        let mut aliases = BTreeMap::new();
        let mut further = further(manifest, configured)?;
        for (key, entry) in &manifest.entries {
            let own = [entry.version.to_string(), key.to_string()];
            aliases.insert(*key, own.into_iter().chain(further.remove(key).unwrap_or_default()).collect());
        }
        Ok(Self { manifest, aliases })
    }

    /// The tags that lead to this Dockerfile alone.
    pub fn simple(&self, key: TrackedKey, variant: &Variant) -> Vec<String> {
        let variants = self.variants(key);
        let name = variant.name();
        let mut tags = self.suffixed(key, name);
        let short = default_debian(variants).and_then(|default| name.strip_suffix(default)?.strip_suffix('-'));
        if let Some(short) = short {
            tags.extend(self.suffixed(key, short));
        } else if default_alpine(variants) == Some(name) {
            tags.extend(self.suffixed(key, "alpine"));
        }
        tags
    }

    /// The tags that lead to one of several Dockerfiles, by architecture or Windows version.
    pub fn shared(&self, key: TrackedKey, variant: &Variant) -> Vec<String> {
        let name = variant.name();
        let windows = ["windowsservercore", "nanoserver"].into_iter().find(|kind| name.starts_with(kind));
        let mut tags = windows.map(|kind| self.suffixed(key, kind)).unwrap_or_default();
        if default_debian(self.variants(key)) == Some(name) || windows == Some("windowsservercore") {
            tags.extend(self.of(key).iter().cloned());
        }
        tags
    }

    /// The series' aliases with `suffix`; `latest-` disappears.
    fn suffixed(&self, key: TrackedKey, suffix: &str) -> Vec<String> {
        self.of(key).iter().map(|alias| format!("{alias}-{suffix}").replace("latest-", "")).collect()
    }

    fn of(&self, key: TrackedKey) -> &[String] {
        self.aliases.get(&key).map_or(&[], Vec::as_slice)
    }

    fn variants(&self, key: TrackedKey) -> &[Variant] {
        self.manifest.entries.get(&key).map_or(&[], |entry| entry.variants.as_slice())
    }
}

/// The first variant that is neither slim nor Alpine nor Windows; upstream compares its whole folder.
fn default_debian(variants: &[Variant]) -> Option<&str> {
    let others = ["alpine", "slim-", "windows/"];
    variants.iter().map(Variant::as_str).find(|variant| !others.iter().any(|other| variant.starts_with(other)))
}

fn default_alpine(variants: &[Variant]) -> Option<&str> {
    variants.iter().map(Variant::as_str).find(|variant| variant.starts_with("alpine"))
}

/// The further tags of each key: as configured, or the major version and `latest` for the newest final series.
fn further(
    manifest: &Manifest,
    configured: Option<&BTreeMap<TrackedKey, Vec<Alias>>>,
) -> Result<BTreeMap<TrackedKey, Vec<String>>, LibraryError> {
    let Some(configured) = configured else {
        let newest = manifest.entries.keys().rev().find(|key| key.channel == Channel::Final);
        let aliases = |key: &TrackedKey| vec![key.series.major.to_string(), "latest".to_owned()];
        return Ok(newest.map(|key| (*key, aliases(key))).into_iter().collect());
    };
    let text = |alias: &Alias| alias.as_str().to_owned();
    match configured.keys().find(|key| !manifest.entries.contains_key(key)) {
        Some(key) => Err(LibraryError::UnknownAlias { key: *key }),
        None => Ok(configured.iter().map(|(key, list)| (*key, list.iter().map(text).collect())).collect()),
    }
}
