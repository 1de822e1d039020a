//! Pull requests by persons that do what pybump would: they are linked, not doubled.

use std::collections::BTreeMap;

use futures::future::try_join_all;

use super::{Image, ImageError, Load, Slot};
use crate::layout::{MANIFEST, ManifestText};
use crate::model::{PythonVersion, TrackedKey};
use crate::publish::github::{Pull, PullState, Remote};
use crate::publish::marker::Marker;
use crate::publish::wording::PersonsPull;

/// Takes the series that a person's open pull request already brings to the same version out of `slots`, unless
/// pybump's own proposes them already. The persons' pull requests that this is for.
pub(super) async fn drop_covered(
    image: &Image<'_>,
    remote: &Remote,
    base_branch: &str,
    slots: &mut [Slot<'_>],
) -> Result<Vec<PersonsPull>, ImageError> {
    let targets: BTreeMap<TrackedKey, PythonVersion> =
        image.plan.changes().map(|(key, change)| (key, change.to.clone())).collect();
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    let pulls = remote.open_pulls(base_branch).await?;
    let (ours, others): (Vec<_>, Vec<_>) = pulls.into_iter().partition(|pull| is_ours(pull, remote, slots));
    let carried = |key: TrackedKey, version: &PythonVersion| {
        let markers =
            ours.iter().filter(|pull| pull.state == PullState::Open).filter_map(|pull| Marker::read(&pull.body));
        markers.into_iter().any(|marker| marker.keys.get(&key.to_string()) == Some(&version.to_string()))
    };
    let mut persons = Vec::new();
    let manifests = others.iter().map(|pull| remote.file(MANIFEST, pull.head.as_str()));
    for (pull, text) in others.iter().zip(try_join_all(manifests).await?) {
        let Some(theirs) = text.and_then(|text| ManifestText::parse(text).ok()) else { continue };
        let sets = |(key, version): &(&TrackedKey, &PythonVersion)| {
            theirs.manifest().entries.get(key).is_some_and(|entry| entry.version == **version)
                && image.layout.manifest().entries.get(key).is_none_or(|entry| entry.version != **version)
                && !carried(**key, version)
        };
        let keys: Vec<_> = targets.iter().filter(sets).map(|(key, _)| *key).collect();
        if !keys.is_empty() {
            persons.push(PersonsPull { number: pull.number, title: pull.title.clone(), keys });
        }
    }
    for slot in slots {
        if let Load::Series(keys) = &mut slot.load {
            keys.retain(|key| !persons.iter().any(|person| person.keys.contains(key)));
        }
    }
    Ok(persons)
}

fn is_ours(pull: &Pull, remote: &Remote, slots: &[Slot<'_>]) -> bool {
    pull.head_owner.as_ref() == Some(&remote.name().owner)
        && slots.iter().any(|slot| slot.branch.as_str() == pull.head_branch)
}
