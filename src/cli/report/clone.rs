//! What the report reads in the clone: manifest and history.

use std::path::Path;

use crate::config::LibraryConfig;
use crate::model::{Manifest, TrackedKey};
use crate::report::check::SeriesReport;
use crate::report::page::{
    CommitReport, Facts, PageSeries, PageVariant, Proposal, RepositoryReport, Timeline, timeline,
};
use crate::stackbrew::{CloneError, ImageClone, Tags};

/// The series of `keys`, newest first, with what was seen of them.
pub fn series(
    manifest: &Manifest,
    keys: &[TrackedKey],
    library: &LibraryConfig,
    checked: &[SeriesReport],
    proposals: &[Proposal],
    missing: &mut Vec<String>,
) -> Vec<PageSeries> {
    let tags = match Tags::new(manifest, library.aliases.as_ref()) {
        Ok(tags) => Some(tags),
        Err(error) => {
            missing.push(format!("the tags: {error}"));
            None
        }
    };
    let entries = manifest.entries.iter().rev().filter(|(key, _)| keys.contains(key));
    let series = entries.map(|(key, entry)| {
        let check = checked.iter().find(|series| series.key == key.to_string()).cloned();
        let target = check.as_ref().and_then(|check| check.target.clone());
        let proposes = |pull: &&Proposal| pull.open && pull.versions.get(&key.to_string()) == target.as_ref();
        let dropped = check.as_ref().map_or(&[] as &[String], |check| &check.dropped_variants);
        let variants = entry.variants.iter().map(|variant| PageVariant {
            name: variant.to_string(),
            tags: tags.as_ref().map_or_else(Vec::new, |tags| tags.simple(*key, variant)),
            goes: dropped.contains(&variant.to_string()),
        });
        PageSeries {
            key: key.to_string(),
            version: entry.version.to_string(),
            pull_request: proposals.iter().filter(|_| target.is_some()).find(proposes).cloned(),
            variants: variants.collect(),
            check,
        }
    });
    series.collect()
}

/// The commit at `HEAD`, and how the versions of `keys` moved up to it.
pub fn history(
    folder: &Path,
    keys: &[TrackedKey],
    facts: &Facts,
    repository: Option<&RepositoryReport>,
    missing: &mut Vec<String>,
) -> (Option<CommitReport>, Timeline) {
    let read = || -> Result<(CommitReport, Timeline), CloneError> {
        let clone = ImageClone::open(folder)?;
        let mut steps = clone.steps()?;
        steps.retain(|step| keys.iter().any(|key| key.series == step.key.series));
        let commit = CommitReport { id: clone.head().to_string(), written_at: clone.head_written()? };
        Ok((commit, timeline(&steps, facts, repository)))
    };
    match read() {
        Ok((commit, timeline)) => (Some(commit), timeline),
        Err(error) => {
            missing.push(format!("how the versions moved: {error}"));
            (None, Timeline::default())
        }
    }
}
