//! The commits as git makes them, and what the rolling pull request is told of them.

use std::collections::BTreeMap;

use git2::{Error, Oid, Repository};

use crate::config::{Author, Reviewer};
use crate::layout::{DockerLibrary, Edit, MANIFEST, ManifestText};
use crate::model::{CommitSha, Sha256};
use crate::publish::commits::SeriesCommit;
use crate::publish::github::TreeItem;
use crate::publish::rolling::{Wanted, WantedCommit};
use crate::publish::tree::{MadeCommit, TreeChange, make_commits};
use crate::publish::wording::Wording;
use crate::verify::VerifiedArtifact;

/// Commits made in memory, with what their digests are made of.
pub(super) struct Made {
    base: (CommitSha, CommitSha),
    commits: Vec<WantedCommit>,
    files: Sha256,
}

/// Makes `commits` on `head` in memory; nothing if there are none, or they change nothing.
///
/// Without an author of ours the ids of trees hold and those of commits are left open.
pub(super) fn made(
    git: &Repository,
    head: &CommitSha,
    commits: &[SeriesCommit],
    author: Option<&Author>,
) -> Result<Option<Made>, Error> {
    let base = git.find_commit(oid(head))?;
    let nobody = Author { name: "pybump".to_owned(), email: "pybump@localhost".to_owned() };
    let made = make_commits(git, &base, commits, author.unwrap_or(&nobody))?;
    if made.is_empty() {
        return Ok(None);
    }
    let tree = base.tree()?;
    let mut before_and_after = String::new();
    for commit in &made {
        before_and_after.push_str(commit.message.lines().next().unwrap_or_default());
        for change in &commit.tree.changes {
            let before = tree.get_path(std::path::Path::new(&change.path)).ok().map(|entry| entry.id());
            let after = change.blob.as_ref().map(|blob| (blob.id, blob.mode));
            before_and_after.push_str(&format!("\n{} {before:?} {after:?}", change.path));
        }
    }
    let wanted = |commit: &MadeCommit| WantedCommit {
        message: commit.message.clone(),
        tree: sha(commit.tree.id),
        items: commit.tree.changes.iter().map(item).collect(),
        date: commit.date,
        id: author.map(|_| sha(commit.id)),
    };
    Ok(Some(Made {
        base: (head.clone(), sha(base.tree_id())),
        commits: made.iter().map(wanted).collect(),
        files: Sha256::of(before_and_after.as_bytes()),
    }))
}

impl Made {
    pub(super) fn wanted<'a>(
        self,
        artifacts: &[VerifiedArtifact],
        layout: &DockerLibrary,
        commits: &[SeriesCommit],
        wording: &'a (dyn Fn(&CommitSha, &CommitSha, &str) -> Wording + Send + Sync),
        labels: &'a [String],
        reviewers: &'a [Reviewer],
    ) -> Wanted<'a> {
        let after = manifest_after(layout, commits);
        let mut proposal = BTreeMap::new();
        let mut keys = BTreeMap::new();
        for SeriesCommit { key, .. } in commits {
            let entry = serde_json::Value::Object(after.entry(*key)).to_string();
            proposal.insert(key.to_string(), Sha256::of(entry.as_bytes()));
            let version = after.manifest().entries.get(key).map(|entry| entry.version.to_string());
            keys.insert(key.to_string(), version.unwrap_or_default());
        }
        Wanted {
            base: self.base,
            commits: self.commits,
            proposal,
            files: self.files,
            keys,
            digests: artifacts.iter().map(|it| (it.artifact().file_name(), it.sha256())).collect(),
            wording,
            words_stay: false,
            labels,
            reviewers,
        }
    }
}

/// The manifest as the last of `commits` has it.
fn manifest_after(layout: &DockerLibrary, commits: &[SeriesCommit]) -> ManifestText {
    let manifests = commits.iter().rev().flat_map(|commit| &commit.edits).filter_map(|edit| match edit {
        Edit::Write { path, text } if path.as_os_str() == MANIFEST => ManifestText::parse(text.clone()).ok(),
        _ => None,
    });
    manifests.take(1).next().unwrap_or_else(|| layout.text().clone())
}

fn item(change: &TreeChange) -> TreeItem {
    match &change.blob {
        Some(blob) => TreeItem::file(change.path.clone(), blob.mode == 0o100_755, blob.text.clone()),
        None => TreeItem::gone(change.path.clone()),
    }
}

fn oid(sha: &CommitSha) -> Oid {
    Oid::from_str(sha.as_str()).expect("a commit's id is one")
}

fn sha(id: Oid) -> CommitSha {
    id.to_string().parse().expect("git prints 40 digits")
}
