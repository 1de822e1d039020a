//! What differs between two trees, and what a pull request consists of.

use git2::{Delta, Oid};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use crate::demo::github::GitHub;
use crate::demo::github::bodies::PAGES;
use crate::demo::github::pull::Pull;
use crate::demo::github::repository::Repository;
use crate::demo::github::store::Store;

/// One file that differs.
#[derive(Debug, Clone)]
pub(in crate::demo::github) struct FileChange {
    path: String,
    previous: Option<String>,
    status: &'static str,
    blob: Oid,
    pub(in crate::demo::github) additions: usize,
    pub(in crate::demo::github) deletions: usize,
    patch: String,
}

impl FileChange {
    /// As the API shows it; `at` is the commit that has it.
    pub(super) fn json(&self, base: &str, repository: &Repository, at: Oid) -> Value {
        let name = repository.full_name();
        let mut body = json!({
            "sha": self.blob.to_string(),
            "filename": self.path,
            "status": self.status,
            "additions": self.additions,
            "deletions": self.deletions,
            "changes": self.additions + self.deletions,
            "blob_url": format!("{PAGES}/{name}/blob/{at}/{}", self.path),
            "raw_url": format!("{PAGES}/{name}/raw/{at}/{}", self.path),
            "contents_url": format!("{base}/repos/{name}/contents/{}?ref={at}", self.path),
            "patch": self.patch,
        });
        if let Some(previous) = &self.previous {
            body["previous_filename"] = json!(previous);
        }
        body
    }
}

impl Store {
    /// What differs between two commits' trees, by path.
    pub(super) fn changes(&self, old: Option<Oid>, new: Oid) -> Result<Vec<FileChange>, git2::Error> {
        let old = old.map(|old| self.commit(old)?.tree()).transpose()?;
        let new = self.commit(new)?.tree()?;
        let mut diff = self.git().diff_tree_to_tree(old.as_ref(), Some(&new), None)?;
        diff.find_similar(None)?;
        let mut all = Vec::new();
        for delta in diff.deltas() {
            let path =
                |file: &git2::DiffFile<'_>| file.path().map(|path| path.display().to_string()).unwrap_or_default();
            let text = |id: Oid| {
                let bytes = if id.is_zero() { Vec::new() } else { self.blob(id).unwrap_or_default() };
                String::from_utf8_lossy(&bytes).into_owned()
            };
            let (before, after) = (text(delta.old_file().id()), text(delta.new_file().id()));
            let lines = TextDiff::from_lines(&before, &after);
            let count = |tag| lines.iter_all_changes().filter(|change| change.tag() == tag).count();
            let gone = delta.status() == Delta::Deleted;
            let renamed = delta.status() == Delta::Renamed;
            all.push(FileChange {
                path: path(&if gone { delta.old_file() } else { delta.new_file() }),
                previous: renamed.then(|| path(&delta.old_file())),
                status: match delta.status() {
                    Delta::Added => "added",
                    Delta::Deleted => "removed",
                    Delta::Renamed => "renamed",
                    _ => "modified",
                },
                blob: if gone { delta.old_file().id() } else { delta.new_file().id() },
                additions: count(ChangeTag::Insert),
                deletions: count(ChangeTag::Delete),
                patch: lines.unified_diff().to_string(),
            });
        }
        all.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(all)
    }
}

impl GitHub {
    /// The commits of a pull request, oldest first, and the files that they change.
    pub(in crate::demo::github) fn contents_of(&self, there: &Repository, pull: &Pull) -> (Vec<Oid>, Vec<FileChange>) {
        let store = self.store(there);
        let base = match (pull.open, there.branch(&pull.base)) {
            (true, Some(tip)) => tip,
            _ => pull.base_sha,
        };
        let mut commits = store.log(pull.head.sha, Some(base)).unwrap_or_default();
        commits.reverse();
        let from = store.merge_base(base, pull.head.sha);
        let files = store.changes(from, pull.head.sha).unwrap_or_default();
        (commits, files)
    }

    pub(in crate::demo::github) fn is_mergeable(&self, there: &Repository, pull: &Pull) -> bool {
        let base = there.branch(&pull.base);
        base.is_some_and(|base| self.store(there).merge(base, pull.head.sha).is_ok_and(|tree| tree.is_some()))
    }
}
