//! A plan as commits: one a series that changes, in the manifest's order.
//!
//! Owns what each commit changes and says. Refuses git: a commit here is a value, and who makes it in a clone or on
//! GitHub adds the author and the parent.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{evidence, subject};
use crate::config::Author;
use crate::layout::{
    DockerLibrary, Edit, LayoutError, MANIFEST, ManifestText, Rendered, Rendering, accepting, entry_after,
};
use crate::ledger::Ledger;
use crate::model::TrackedKey;
use crate::resolve::{Alarm, Change, Plan};
use crate::verify::VerifiedArtifact;

/// The commit of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesCommit {
    /// The series.
    pub key: TrackedKey,
    /// The first line, as upstream's bot words it: `Update 3.14 to 3.14.6`.
    pub subject: String,
    /// What stands below the subject: what changed and on what evidence, and the sign-off; empty if nothing does.
    pub body: String,
    /// What it changes of the commit before.
    pub edits: Vec<Edit>,
    /// The signing time of the newest evidence that it rests on.
    pub date: Timestamp,
}

impl SeriesCommit {
    /// The whole message, ending in a line end as git's do.
    pub fn message(&self) -> String {
        let Self { subject, body, .. } = self;
        if body.is_empty() { format!("{subject}\n") } else { format!("{subject}\n\n{}\n", body.trim_end()) }
    }
}

/// What commits say below their subjects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommitOptions {
    /// What changed and on what evidence.
    pub evidence: bool,
    /// A `Signed-off-by` of this author.
    pub sign_off: Option<Author>,
}

/// The commits of `plan`, each on top of the one before: a series' Dockerfiles, its ledger where `ledger` is kept, then the
/// manifest in which that series and those before it are changed. `renderings` has every series that `plan` changes; what `layout` holds is what the
/// first commit is made on.
pub fn series_commits(
    plan: &Plan,
    layout: &DockerLibrary,
    ledger: Option<&Ledger>,
    renderings: &[Rendering],
    options: &CommitOptions,
) -> Result<Vec<SeriesCommit>, LayoutError> {
    let mut order = layout.text().clone();
    for (key, change) in plan.changes() {
        order = with_entry(layout, &order, key, |text| entry_after(text, key, change))?;
    }
    // Two keys may share a series, and so its file.
    let mut ledger = ledger.cloned();
    let mut text = layout.text().clone();
    let mut commits = Vec::new();
    for key in order.keys() {
        let Some((_, change)) = plan.changes().find(|(changed, _)| *changed == key) else { continue };
        let Some(rendering) = renderings.iter().find(|rendering| rendering.key == key) else { continue };
        let after = with_entry(layout, &text, key, |text| entry_after(text, key, change))?;
        let date = change.artifacts().map(VerifiedArtifact::signed_at).max();
        let date = date.expect("a change has its source artifact");
        let accepted = accepted(change, &text, key);
        let recorded = ledger.as_mut().and_then(|ledger| ledger.accept(key.series, accepted, date));
        commits.push(SeriesCommit {
            key,
            subject: subject(key, &text.entry(key), &after.entry(key)),
            body: body(options, || evidence::of_change(change)),
            edits: edits(layout, key, &rendering.rendered, recorded, &text, &after)?,
            date,
        });
        text = after;
    }
    Ok(commits)
}

/// The commit that would accept the digest that an alarm is about. For a pull request of its own, which a person judges:
/// no run applies it by itself.
pub fn alarm_commit(
    key: TrackedKey,
    alarm: &Alarm,
    layout: &DockerLibrary,
    ledger: Option<&Ledger>,
    options: &CommitOptions,
) -> Result<SeriesCommit, LayoutError> {
    let text = layout.text();
    let after = with_entry(layout, text, key, |text| accepting(text, key, &alarm.now))?;
    let rendered =
        layout.render(&after, &[key])?.pop().map_or_else(|| Ok(Rendered::new()), |(_, rendered)| rendered)?;
    let date = alarm.now.signed_at();
    let recorded = ledger.cloned().and_then(|mut ledger| ledger.accept_changed(&alarm.now, alarm.recorded, date));
    Ok(SeriesCommit {
        key,
        subject: subject(key, &text.entry(key), &after.entry(key)),
        body: body(options, || evidence::of_alarm(alarm)),
        edits: edits(layout, key, &rendered, recorded, text, &after)?,
        date,
    })
}

/// What `commits` change taken together, each file once: Dockerfiles and ledger first and the manifest last, so that an
/// update killed half-way is an update still to be made.
pub fn all_edits(commits: &[SeriesCommit]) -> Vec<Edit> {
    let all: Vec<_> = commits.iter().flat_map(|commit| &commit.edits).collect();
    let last = |(at, edit): &(usize, &&Edit)| all[at + 1..].iter().all(|later| path_of(later) != path_of(edit));
    let once = all.iter().enumerate().filter(last).map(|(_, edit)| (*edit).clone());
    let (manifest, mut edits): (Vec<_>, Vec<_>) = once.partition(|edit| path_of(edit).as_os_str() == MANIFEST);
    edits.extend(manifest);
    edits
}

fn path_of(edit: &Edit) -> &Path {
    let (Edit::Write { path, .. } | Edit::Remove { path }) = edit;
    path
}

/// The artifacts whose digests `change` brings into the manifest, which is `text` still.
fn accepted<'a>(
    change: &'a Change,
    text: &ManifestText,
    key: TrackedKey,
) -> impl Iterator<Item = &'a VerifiedArtifact> {
    let before = text.manifest().entries.get(&key).filter(|entry| entry.version == change.to).cloned();
    let is_new = move |artifact: &&VerifiedArtifact| {
        let known = before.as_ref().and_then(|entry| entry.checksum(artifact.artifact().kind));
        known != Some(artifact.sha256())
    };
    change.artifacts().filter(|_| change.adds_digests).filter(is_new)
}

fn with_entry(
    layout: &DockerLibrary,
    text: &ManifestText,
    key: TrackedKey,
    entry: impl FnOnce(&ManifestText) -> serde_json::Map<String, serde_json::Value>,
) -> Result<ManifestText, LayoutError> {
    let path = || layout.root().join(MANIFEST);
    text.with_entry(key, &entry(text)).map_err(|fault| LayoutError::Manifest { path: path(), fault })
}

fn edits(
    layout: &DockerLibrary,
    key: TrackedKey,
    rendered: &Rendered,
    recorded: Option<(PathBuf, String)>,
    before: &ManifestText,
    after: &ManifestText,
) -> Result<Vec<Edit>, LayoutError> {
    let mut edits = layout.edits(key, rendered)?;
    edits.extend(recorded.map(|(path, text)| Edit::Write { path, text }));
    if before != after {
        edits.push(Edit::Write { path: MANIFEST.into(), text: after.as_str().to_owned() });
    }
    Ok(edits)
}

fn body(options: &CommitOptions, evidence: impl FnOnce() -> String) -> String {
    let evidence = if options.evidence { evidence() } else { String::new() };
    let sign_off = options.sign_off.as_ref().map_or(String::new(), |author| format!("Signed-off-by: {author}"));
    [evidence, sign_off].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}
