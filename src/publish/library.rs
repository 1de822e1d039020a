//! The official-images pull request: one file, `library/NAME`, on a branch of a fork that is named after the image.
//!
//! Owns what the commit says and holds, as docker-library's bot makes it. The fork shares its upstream's objects, so that
//! no clone of it is needed: its trees are computed from the lists that GitHub gives.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid};
use jiff::Timestamp;
use url::Url;

use super::github::{Remote, RemoteError, TreeEntryRecord, TreeItem};
use super::rolling::{self, Done, Place, Retirement, RollingError, Wanted, WantedCommit};
use super::wording::{self, LibraryFacts, Wording};
use crate::config::{Author, BranchName, CommitMode, PublishConfig, RepositoryName, Reviewer};
use crate::model::{CommitSha, InvalidValue, Sha256};
use crate::sources::client::Client;
use crate::stackbrew::{Changes, CloneError, ImageClone, Rules};

/// What the pull request is made of.
pub struct LibraryPull<'a> {
    /// The client, whose token may write to the fork and open pull requests upstream.
    pub client: &'a Client,
    /// The environment variable that the token came from.
    pub variable: Option<&'static str>,
    /// Where people look at GitHub.
    pub server: &'a Url,
    /// `[publish]`
    pub config: &'a PublishConfig,
    /// The image repository.
    pub clone: &'a ImageClone,
    /// What is particular to the image.
    pub rules: &'a Rules,
    /// The library file for `HEAD`.
    pub text: &'a str,
    /// Whether nothing is to be written.
    pub dry_run: bool,
}

/// A pull request that could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum LibraryPullError {
    /// GitHub did not take a question or a change.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The pull request could not be kept.
    #[error(transparent)]
    Rolling(#[from] RollingError),
    /// The image repository's history could not be read.
    #[error(transparent)]
    Clone(#[from] CloneError),
    /// It is not known whose fork it is.
    #[error(
        "whose fork of {upstream} is to be pushed to? the token ({token}) is no person's; set publish.library.fork, and \
         PYBUMP_OFFICIAL_IMAGES_TOKEN to a token of the person whose fork it is"
    )]
    WhoseFork {
        /// What it should be a fork of.
        upstream: RepositoryName,
        /// The token's variable.
        token: &'static str,
    },
    /// The image's name makes no branch.
    #[error("library.name: {0}")]
    Name(#[from] InvalidValue),
}

/// What became of it.
#[derive(Debug)]
pub struct LibraryPullDone {
    /// The repository that the pull request is in.
    pub upstream: RepositoryName,
    /// The branch in the fork.
    pub branch: BranchName,
    /// What was done.
    pub done: Done,
    /// The file as official-images has it now; nothing if it is new there.
    pub before: Option<String>,
}

impl LibraryPull<'_> {
    /// Keeps the pull request.
    pub async fn publish(&self) -> Result<LibraryPullDone, LibraryPullError> {
        let name = &self.rules.name;
        let branch: BranchName = name.parse()?;
        let wanted = &self.config.library;
        let (upstream, record) = Remote::open(self.client, &wanted.upstream, self.variable).await?;
        let user = Remote::user(self.client, self.variable).await?;
        let fork = self.fork(&upstream, user.as_deref()).await?;
        let base_branch: BranchName = record.default_branch.parse()?;
        let base = upstream.branch(&base_branch).await?.ok_or_else(|| gone(&upstream, base_branch.as_str()))?;
        let path = format!("library/{name}");
        let before = upstream.file(&path, base.as_str()).await?;
        let author = self.author(user.as_deref());
        let place = Place {
            base: upstream.clone(),
            base_branch: record.default_branch.clone(),
            head: fork,
            branch: branch.clone(),
            author: author.clone(),
        };
        let retirement = |_: &super::marker::Marker| {
            Some(Retirement::Close(format!("Closed by pybump: {} has this library file.", place.base.name())))
        };
        let done = if before.as_deref() == Some(self.text) {
            rolling::keep(&place, None, &retirement, self.dry_run).await?
        } else {
            let touched = upstream.last_touched(&path, &base).await?;
            let changes = Changes::since(self.clone, &self.rules.repository, touched.unwrap_or(Timestamp::MAX))?;
            let message = match touched {
                Some(_) => format!("Update {name}\n\n{changes}\n"),
                None => format!("Add {name}\n"),
            };
            let tree = tree_with(&upstream, &base, &path, self.text).await?;
            let date = self.clone.head_written()?;
            let commit = WantedCommit {
                id: author.as_ref().map(|author| commit_id(&tree.after, &base, author, date, &message)),
                message,
                tree: tree.after,
                items: vec![TreeItem::file(path, false, self.text.to_owned())],
                date,
            };
            let head = self.clone.head();
            let repository = repository_name(&self.rules.repository);
            let words = |_: &CommitSha, _: &CommitSha, ending: &str| -> Wording {
                let facts =
                    LibraryFacts { name, changes: &changes, server: self.server, repository: &repository, head: &head };
                wording::library(&facts, ending)
            };
            let reviewers: [Reviewer; 0] = [];
            let wanted = Wanted {
                base: (base, tree.before),
                commits: vec![commit],
                proposal: Sha256::of(self.text.as_bytes()),
                files: Sha256::of(format!("{before:?}\n{}", self.text).as_bytes()),
                keys: BTreeMap::from([(name.clone(), head.to_string())]),
                digests: BTreeMap::new(),
                wording: &words,
                words_stay: true,
                labels: &[],
                reviewers: &reviewers,
            };
            rolling::keep(&place, Some(&wanted), &retirement, self.dry_run).await?
        };
        Ok(LibraryPullDone { upstream: upstream.name().clone(), branch, done, before })
    }

    async fn fork(&self, upstream: &Remote, user: Option<&str>) -> Result<Remote, LibraryPullError> {
        let token = self.variable.unwrap_or("no token");
        let name = match (&self.config.library.fork, user) {
            (Some(fork), _) => fork.clone(),
            (None, Some(user)) => RepositoryName { owner: user.to_owned(), name: upstream.name().name.clone() },
            (None, None) => return Err(LibraryPullError::WhoseFork { upstream: upstream.name().clone(), token }),
        };
        let missing = || RemoteError::NoFork { name: name.clone(), upstream: upstream.name().clone(), token };
        let (fork, record) = match Remote::open(self.client, &name, self.variable).await {
            Err(RemoteError::NoRepository { .. }) => return Err(missing().into()),
            opened => opened?,
        };
        if record.archived {
            return Err(RemoteError::Archived { name: fork.name().clone() }.into());
        }
        if record.is_fork_of(upstream.name()) { Ok(fork) } else { Err(missing().into()) }
    }

    /// As configured, else the token's user by the address that GitHub keeps for them.
    fn author(&self, user: Option<&str>) -> Option<Author> {
        if self.config.commit == Some(CommitMode::Verified) {
            return None;
        }
        let user = || {
            let user = user?;
            Some(Author { name: user.to_owned(), email: format!("{user}@users.noreply.github.com") })
        };
        self.config.author.clone().or_else(user)
    }
}

fn gone(remote: &Remote, what: &str) -> RemoteError {
    RemoteError::Unexpected {
        what: format!("{what} of {}", remote.name()),
        problem: "expected the default branch's files, found nothing".to_owned(),
    }
}

/// The `OWNER/NAME` of a clone URL.
fn repository_name(url: &Url) -> RepositoryName {
    let path = url.path().trim_matches('/').trim_end_matches(".git");
    path.parse().unwrap_or_else(|_| RepositoryName { owner: "-".to_owned(), name: path.replace('/', "-") })
}

/// The root tree of a commit before and after one file changes.
struct Trees {
    before: CommitSha,
    after: CommitSha,
}

/// Computes the tree of `base` with the file `library/NAME` holding `text`.
async fn tree_with(upstream: &Remote, base: &CommitSha, path: &str, text: &str) -> Result<Trees, RemoteError> {
    let missing = || gone(upstream, base.as_str());
    let before = upstream.commit(base).await?.ok_or_else(missing)?.tree.sha;
    let blob = Oid::hash_object(ObjectType::Blob, text.as_bytes()).expect("bytes have a digest");
    let (folder, file) = path.split_once('/').expect("the file lies in library");
    let root = entries(upstream, &before).await?;
    let inner = match root.iter().find(|entry| entry.path == folder && entry.mode == "040000") {
        Some(entry) => entries(upstream, &entry.sha).await?,
        None => Vec::new(),
    };
    let mode = inner.iter().find(|entry| entry.path == file).map_or("100644", |entry| entry.mode.as_str()).to_owned();
    let inner = tree_id(inner, TreeEntryRecord { path: file.to_owned(), mode, sha: sha(blob) });
    let after = tree_id(root, TreeEntryRecord { path: folder.to_owned(), mode: "040000".to_owned(), sha: inner });
    Ok(Trees { before, after })
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
fn commit_id(tree: &CommitSha, parent: &CommitSha, author: &Author, date: Timestamp, message: &str) -> CommitSha {
    let stamp = format!("{author} {} +0000", date.as_second());
    let text = format!("tree {tree}\nparent {parent}\nauthor {stamp}\ncommitter {stamp}\n\n{message}");
    sha(Oid::hash_object(ObjectType::Commit, text.as_bytes()).expect("bytes have a digest"))
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
