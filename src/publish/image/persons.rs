//! Open pull requests of others that do what pybump would: a trusted person's is linked and not doubled, any other is told.
//!
//! Owns the rule that nobody without a say in the repository keeps pybump from proposing. What others wrote is read as
//! foreign text: what cannot be read sets nothing, and stops no run.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use serde_json::{Map, Value};

use super::{Image, ImageError, Load, Slot};
use crate::layout::{MANIFEST, ManifestText, entry_after};
use crate::model::{PythonVersion, TrackedKey};
use crate::publish::github::{Pull, Remote, RemoteError};
use crate::publish::marker::Marker;
use crate::publish::wording::PersonsPull;

/// What others' pull requests come to.
pub(super) struct Others {
    /// Those that are relied on.
    pub(super) persons: Vec<PersonsPull>,
    /// What a reader should know of the rest.
    pub(super) warnings: Vec<String>,
}

/// Takes the series out of `slots` whose whole manifest entry a trusted person's open pull request already brings to what
/// pybump would, unless pybump's own carries the series already, at whichever version.
pub(super) async fn drop_covered(
    image: &Image<'_>,
    remote: &Remote,
    base_branch: &str,
    slots: &mut [Slot<'_>],
) -> Result<Others, ImageError> {
    let from_slot = |pull: &Pull| slots.iter().any(|slot| slot.branch.as_str() == pull.head_branch);
    let is_ours = |pull: &Pull| pull.is_from(remote.name()) && (from_slot(pull) || Marker::read(&pull.body).is_some());
    let pulls = remote.open_pulls(base_branch).await?;
    let (ours, others): (Vec<_>, Vec<_>) = pulls.into_iter().partition(is_ours);
    let (ours, strays): (Vec<_>, Vec<_>) = ours.into_iter().partition(from_slot);
    let warnings = strays.iter().map(|pull| {
        format!(
            "#{} is pybump's, from the branch {}, which is none of today's configuration; a person should close it",
            pull.number,
            pull.head_branch.escape_debug()
        )
    });
    let mut found = Others { persons: Vec::new(), warnings: warnings.collect() };
    let carried: BTreeSet<_> =
        ours.iter().filter_map(|pull| Marker::read(&pull.body)).flat_map(|marker| marker.keys.into_keys()).collect();
    let mut targets = targets(image);
    targets.retain(|key, _| !carried.contains(&key.to_string()));
    if targets.is_empty() {
        return Ok(found);
    }
    let manifests = join_all(others.iter().map(|pull| manifest(remote, pull))).await;
    for (pull, theirs) in others.iter().zip(manifests) {
        match theirs? {
            Theirs::Nothing => {}
            Theirs::Unread(why) => found.warnings.push(format!("#{} is not counted: {why}", pull.number)),
            Theirs::Manifest(theirs) => judge(image, remote, pull, &theirs, &targets, &mut found),
        }
    }
    for slot in slots {
        if let Load::Series(keys) = &mut slot.load {
            keys.retain(|key| !found.persons.iter().any(|person| person.keys.contains(key)));
        }
    }
    Ok(found)
}

/// What pybump would set a key to.
struct Target<'a> {
    version: &'a PythonVersion,
    entry: Map<String, Value>,
}

fn targets<'a>(image: &Image<'a>) -> BTreeMap<TrackedKey, Target<'a>> {
    let changes = image.plan.changes();
    changes
        .map(|(key, change)| {
            (key, Target { version: &change.to, entry: entry_after(image.layout.text(), key, change) })
        })
        .collect()
}

/// The manifest that a pull request brings.
enum Theirs {
    /// It has none.
    Nothing,
    /// It is none, and why.
    Unread(String),
    Manifest(ManifestText),
}

async fn manifest(remote: &Remote, pull: &Pull) -> Result<Theirs, RemoteError> {
    match remote.file(MANIFEST, pull.head.as_str()).await {
        Ok(None) => Ok(Theirs::Nothing),
        Ok(Some(text)) => Ok(match ManifestText::parse(text) {
            Ok(manifest) => Theirs::Manifest(manifest),
            Err(error) => Theirs::Unread(format!("its {MANIFEST} cannot be used: {error}")),
        }),
        Err(error) if error.is_transient() => Err(error),
        Err(error) => Ok(Theirs::Unread(error.to_string())),
    }
}

/// Counts `pull`, or tells why it is not counted.
fn judge(
    image: &Image<'_>,
    remote: &Remote,
    pull: &Pull,
    theirs: &ManifestText,
    targets: &BTreeMap<TrackedKey, Target<'_>>,
    found: &mut Others,
) {
    let (mut same, mut alike) = (Vec::new(), Vec::new());
    for (key, target) in targets {
        let version = |text: &ManifestText| text.manifest().entries.get(key).map(|entry| entry.version.clone());
        if theirs.entry(*key) == target.entry {
            same.push(*key);
        } else if version(theirs).as_ref() == Some(target.version) && version(image.layout.text()) != version(theirs) {
            alike.push(*key);
        }
    }
    let mut tell = |keys: &[TrackedKey], why: &str| {
        let keys: Vec<_> = keys.iter().map(|key| format!("{key} {}", targets[key].version)).collect();
        found.warnings.push(format!(
            "#{} by {} proposes {} as well; pybump does not rely on it: {why}",
            pull.number,
            pull.author.as_deref().unwrap_or("nobody").escape_debug(),
            keys.join(", ")
        ));
    };
    if !alike.is_empty() {
        tell(&alike, "what it sets is not what pybump found");
    }
    match (same.is_empty(), pull.draft, pull.author_has_a_say || pull.is_from(remote.name())) {
        (true, ..) => {}
        (false, true, _) => tell(&same, "it is a draft"),
        (false, false, false) => tell(&same, "its author is no collaborator"),
        (false, false, true) => {
            found.persons.push(PersonsPull {
                opened_at: pull.opened_at,
                number: pull.number,
                title: pull.title.clone(),
                keys: same,
            });
        }
    }
}
