//! How the versions of the tracked series moved in the history of the manifest.
//!
//! Follows first parents: a step is dated by the commit that brought it to the branch, a merge for instance. What an old
//! manifest says and no tracked series could is passed over. The first manifest is where history begins, and no step.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{Commit, Error, ErrorCode, Oid};
use jiff::Timestamp;
use serde_json::Value;

use super::image_clone::{CloneError, ImageClone};
use crate::layout::MANIFEST;
use crate::model::{CommitSha, PythonVersion, TrackedKey};

/// One step of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The series.
    pub key: TrackedKey,
    /// The version before; nothing where the key is new.
    pub from: Option<PythonVersion>,
    /// The version after.
    pub to: PythonVersion,
    /// The commit that brought it.
    pub commit: CommitSha,
    /// When that was committed, by the committer's date.
    pub committed_at: Timestamp,
    /// The same of the commit before it.
    pub parent_committed_at: Timestamp,
}

type Versions = BTreeMap<TrackedKey, PythonVersion>;

impl ImageClone {
    /// Every step up to `HEAD`, newest first; those of one commit in the order of keys.
    pub fn steps(&self) -> Result<Vec<Step>, CloneError> {
        self.find_steps().map_err(|source| self.error(source))
    }

    fn find_steps(&self) -> Result<Vec<Step>, Error> {
        let mut steps = Vec::new();
        // A content of the manifest, and the oldest commit known to have it.
        let mut newer: Option<(Oid, Versions, Commit<'_>)> = None;
        let mut next = Some(self.repository().find_commit(self.head_id())?);
        while let Some(commit) = next {
            let manifest = match commit.tree()?.get_path(Path::new(MANIFEST)) {
                Err(error) if error.code() == ErrorCode::NotFound => break,
                entry => entry?.id(),
            };
            next = commit.parents().next();
            match &mut newer {
                Some((id, _, oldest)) if *id == manifest => *oldest = commit,
                _ => {
                    let Some(versions) = versions(self.repository().find_blob(manifest)?.content()) else { continue };
                    if let Some((_, after, brought_by)) = newer.replace((manifest, versions.clone(), commit)) {
                        between(&versions, after, &brought_by, &mut steps)?;
                    }
                }
            }
        }
        Ok(steps)
    }
}

/// The versions in a manifest's text, if it is one.
fn versions(text: &[u8]) -> Option<Versions> {
    let manifest: BTreeMap<String, Value> = serde_json::from_slice(text).ok()?;
    let version = |(key, entry): (&String, &Value)| {
        Some((key.parse::<TrackedKey>().ok()?, entry.get("version")?.as_str()?.parse().ok()?))
    };
    Some(manifest.iter().filter_map(version).collect())
}

fn between(before: &Versions, after: Versions, commit: &Commit<'_>, steps: &mut Vec<Step>) -> Result<(), Error> {
    let committed_at = committed_at(commit)?;
    let parent_committed_at = self::committed_at(&commit.parent(0)?)?;
    let sha: CommitSha = commit.id().to_string().parse().expect("git prints 40 digits");
    for (key, to) in after {
        let from = before.get(&key).cloned();
        if from.as_ref() != Some(&to) {
            steps.push(Step { key, from, to, commit: sha.clone(), committed_at, parent_committed_at });
        }
    }
    Ok(())
}

fn committed_at(commit: &Commit<'_>) -> Result<Timestamp, Error> {
    Timestamp::from_second(commit.time().seconds()).map_err(|error| Error::from_str(&error.to_string()))
}
