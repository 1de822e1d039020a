//! Git's ids of the tree and the commit that the pull request brings, computed from the lists that GitHub gives.
//!
//! Refuses a list that GitHub cut short.

use git2::{ObjectType, Oid};
use jiff::Timestamp;

use crate::config::Author;
use crate::model::CommitSha;
use crate::publish::github::{Remote, RemoteError, TreeEntryRecord};

/// The root tree of a commit before and after one file changes.
pub(super) struct Trees {
    pub(super) before: CommitSha,
    pub(super) after: CommitSha,
    /// Whether the file is executable there.
    pub(super) executable: bool,
}

/// Computes the tree of `base` with the file `library/NAME` holding `text`.
pub(super) async fn tree_with(
    upstream: &Remote,
    base: &CommitSha,
    path: &str,
    text: &str,
) -> Result<Trees, RemoteError> {
    let missing = || gone(upstream, base.as_str());
    let before = upstream.commit(base).await?.ok_or_else(missing)?.tree.sha;
    let blob = Oid::hash_object(ObjectType::Blob, text.as_bytes()).expect("bytes have a digest");
    let (folder, file) = path.split_once('/').expect("the file lies in library");
    let root = entries(upstream, &before).await?;
    let inner = match root.iter().find(|entry| entry.path == folder && entry.mode == "040000") {
        Some(entry) => entries(upstream, &entry.sha).await?,
        None => Vec::new(),
    };
    let executable = inner.iter().any(|entry| entry.path == file && entry.mode == "100755");
    let mode = if executable { "100755" } else { "100644" }.to_owned();
    let inner = tree_id(inner, TreeEntryRecord { path: file.to_owned(), mode, sha: sha(blob) });
    let after = tree_id(root, TreeEntryRecord { path: folder.to_owned(), mode: "040000".to_owned(), sha: inner });
    Ok(Trees { before, after, executable })
}

async fn entries(remote: &Remote, tree: &CommitSha) -> Result<Vec<TreeEntryRecord>, RemoteError> {
    let record = remote.tree(tree).await?.ok_or_else(|| gone(remote, tree.as_str()))?;
    if record.truncated {
        let what = format!("the tree {tree} of {}", remote.name());
        return Err(RemoteError::Unexpected { what, problem: "expected all entries, GitHub left some out".to_owned() });
    }
    Ok(record.tree)
}

/// The id of the tree that has `entries`, with `entry` in place of the one of its name.
fn tree_id(mut entries: Vec<TreeEntryRecord>, entry: TreeEntryRecord) -> CommitSha {
    entries.retain(|known| known.path != entry.path);
    entries.push(entry);
    // git sorts a folder as if its name ended in a slash.
    entries.sort_by_key(|entry| {
        if entry.mode == "040000" { format!("{}/", entry.path) } else { entry.path.clone() }.into_bytes()
    });
    let mut bytes = Vec::new();
    for TreeEntryRecord { path, mode, sha } in entries {
        bytes.extend_from_slice(format!("{} {path}\0", mode.trim_start_matches('0')).as_bytes());
        bytes.extend_from_slice(oid(&sha).as_bytes());
    }
    sha(Oid::hash_object(ObjectType::Tree, &bytes).expect("bytes have a digest"))
}

/// The id that git gives to the commit of these, in UTC.
pub(super) fn commit_id(
    tree: &CommitSha,
    parent: &CommitSha,
    author: &Author,
    date: Timestamp,
    message: &str,
) -> CommitSha {
    let stamp = format!("{author} {} +0000", date.as_second());
    let text = format!("tree {tree}\nparent {parent}\nauthor {stamp}\ncommitter {stamp}\n\n{message}");
    sha(Oid::hash_object(ObjectType::Commit, text.as_bytes()).expect("bytes have a digest"))
}

fn gone(remote: &Remote, what: &str) -> RemoteError {
    RemoteError::Unexpected {
        what: format!("{what} of {}", remote.name()),
        problem: "expected the default branch's files, found nothing".to_owned(),
    }
}

fn oid(sha: &CommitSha) -> Oid {
    Oid::from_str(sha.as_str()).expect("an id is one")
}

fn sha(id: Oid) -> CommitSha {
    id.to_string().parse().expect("git prints 40 digits")
}

#[cfg(test)]
mod tests {
    use git2::{FileMode, Repository, Signature, Time};

    use super::*;

    #[test]
    fn ids_are_those_that_git_gives() {
        let folder = tempfile::tempdir().unwrap();
        let git = Repository::init_bare(folder.path()).unwrap();
        let blob = |text: &str| git.blob(text.as_bytes()).unwrap();
        let tree = |files: &[(&str, Oid, FileMode)]| {
            let mut builder = git.treebuilder(None).unwrap();
            for (name, id, mode) in files {
                builder.insert(name, *id, i32::from(*mode)).unwrap();
            }
            builder.write().unwrap()
        };
        let sub = tree(&[("x", blob("x"), FileMode::Blob)]);
        let plain = FileMode::Blob;
        // `a-b` sorts before the folder `a`, and `a0` after it.
        let files =
            [("a", sub, FileMode::Tree), ("a-b", blob("1"), plain), ("a0", blob("2"), FileMode::BlobExecutable)];
        let entries = |id: Oid| {
            let found = git.find_tree(id).unwrap();
            let entry = |entry: git2::TreeEntry<'_>| TreeEntryRecord {
                path: entry.name().unwrap().to_owned(),
                mode: format!("{:06o}", entry.filemode()),
                sha: sha(entry.id()),
            };
            found.iter().map(entry).collect::<Vec<_>>()
        };
        let before = tree(&files);
        for name in ["a-b", "a.", "new", "0"] {
            let id = blob(&format!("text of {name}"));
            let mut after: Vec<_> = files.iter().copied().filter(|(known, ..)| *known != name).collect();
            after.push((name, id, plain));
            let entry = TreeEntryRecord { path: name.to_owned(), mode: "100644".to_owned(), sha: sha(id) };
            assert_eq!(tree_id(entries(before), entry), sha(tree(&after)), "{name}");
        }
        let author = Author { name: "Image Bot".to_owned(), email: "bot@example.org".to_owned() };
        let signature = Signature::new("Image Bot", "bot@example.org", &Time::new(1_700_000_000, 0)).unwrap();
        let found = git.find_tree(before).unwrap();
        let first = git.commit(None, &signature, &signature, "first", &found, &[]).unwrap();
        let parent = git.find_commit(first).unwrap();
        let second = git.commit(None, &signature, &signature, "Update x\n\nChanges:\n", &found, &[&parent]).unwrap();
        let date = Timestamp::from_second(1_700_000_000).unwrap();
        assert_eq!(commit_id(&sha(before), &sha(first), &author, date, "Update x\n\nChanges:\n"), sha(second));
    }
}
