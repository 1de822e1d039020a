//! What a test looks at: references, commits, files, pull requests and issues as they are.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid};

use super::GitHub;
use super::account::Permission;
use super::identity::Identity;
use super::issue::Issue;
use super::pull::Pull;
use super::repository::Repository;

/// A commit, as whoever looks at GitHub sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub sha: Oid,
    /// Its tree's.
    pub tree: Oid,
    /// Its parents'.
    pub parents: Vec<Oid>,
    /// Who wrote it.
    pub author: Identity,
    /// Who committed it.
    pub committer: Identity,
    /// The whole message.
    pub message: String,
    /// Whether GitHub signed it.
    pub verified: bool,
}

impl GitHub {
    /// True if there is a repository of this name, or was.
    pub fn has(&self, repository: &str) -> bool {
        self.named(repository).is_some()
    }

    /// The default branch.
    pub fn default_branch(&self, repository: &str) -> &str {
        &self.at(repository).default_branch
    }

    /// Every reference, by its full name.
    pub fn refs(&self, repository: &str) -> &BTreeMap<String, Oid> {
        &self.at(repository).refs
    }

    /// The commit of a branch.
    pub fn branch(&self, repository: &str, name: &str) -> Option<Oid> {
        self.at(repository).branch(name)
    }

    /// Every pull request, oldest first.
    pub fn pulls(&self, repository: &str) -> Vec<&Pull> {
        self.at(repository).pulls.values().collect()
    }

    /// One pull request.
    pub fn pull(&self, repository: &str, number: u64) -> Option<&Pull> {
        self.at(repository).pulls.get(&number)
    }

    /// Every issue that is no pull request, oldest first.
    pub fn issues(&self, repository: &str) -> Vec<&Issue> {
        self.at(repository).issues.values().collect()
    }

    /// One issue.
    pub fn issue(&self, repository: &str, number: u64) -> Option<&Issue> {
        self.at(repository).issues.get(&number)
    }

    /// How far an account may go in a repository.
    pub fn permission(&self, login: &str, repository: &str) -> Permission {
        self.at(repository).permission(login)
    }

    /// A file's bytes at a branch, tag, reference or commit.
    pub fn file(&self, repository: &str, reference: &str, path: &str) -> Option<Vec<u8>> {
        let there = self.at(repository);
        let commit = self.commit(repository, reference)?;
        let (_, id) = self.store(there).entry(commit.tree, path)?;
        self.store(there).blob(id).ok()
    }

    /// The file that `https://raw.githubusercontent.com/` serves at `OWNER/NAME/REFERENCE/PATH`, where all may read it.
    pub(crate) fn raw(&self, file: &str) -> Option<Vec<u8>> {
        let mut parts = file.splitn(4, '/');
        let (owner, name, reference, path) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let there = self.named(&format!("{owner}/{name}")).filter(|there| !there.private)?;
        self.file(&there.full_name(), reference, path)
    }

    /// A commit by branch, tag, reference or id.
    pub fn commit(&self, repository: &str, reference: &str) -> Option<Commit> {
        let there = self.at(repository);
        self.read_commit(there, self.resolve(there, reference)?).ok()
    }

    /// What a branch, tag, reference or commit reaches, newest first.
    pub fn log(&self, repository: &str, reference: &str) -> Vec<Commit> {
        let there = self.at(repository);
        let ids = self.resolve(there, reference).and_then(|tip| self.store(there).log(tip, None).ok());
        ids.unwrap_or_default().into_iter().filter_map(|id| self.read_commit(there, id).ok()).collect()
    }

    pub(super) fn read_commit(&self, repository: &Repository, id: Oid) -> Result<Commit, git2::Error> {
        let commit = self.store(repository).commit(id)?;
        Ok(Commit {
            sha: id,
            tree: commit.tree_id(),
            parents: commit.parent_ids().collect(),
            author: Identity::of(&commit.author()),
            committer: Identity::of(&commit.committer()),
            message: String::from_utf8_lossy(commit.message_raw_bytes()).into_owned(),
            verified: commit.header_field_bytes("gpgsig").is_ok(),
        })
    }

    /// The commit that a text names: `HEAD`, a full reference, a branch, a tag or an id.
    pub(super) fn resolve(&self, repository: &Repository, text: &str) -> Option<Oid> {
        let store = self.store(repository);
        let id = || {
            let id = Oid::from_str(text).ok().filter(|_| text.len() == 40)?;
            (store.kind(id) == Some(ObjectType::Commit)).then_some(id)
        };
        if text == "HEAD" {
            return repository.branch(&repository.default_branch);
        }
        let names =
            [text.to_owned(), format!("refs/heads/{text}"), format!("refs/tags/{text}"), format!("refs/{text}")];
        names.iter().find_map(|name| repository.reference(name)).or_else(id)
    }
}
