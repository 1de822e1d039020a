//! What persons do on GitHub's pages or with git, past the API: a test's other actors.

use git2::Oid;

use super::GitHub;
use super::account::{Permission, web_flow};
use super::identity::Identity;
use super::issue::Issue;
use super::pull::{Comment, Pull};
use super::store::{Changes, Draft};

/// Who a person's commits are by.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The name.
    pub name: &'a str,
    /// The address.
    pub email: &'a str,
}

/// How a pull request is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// With a merge commit.
    Commit,
    /// As one commit.
    Squash,
    /// Each commit anew on top of the base.
    Rebase,
}

/// The pull request cannot be merged, for its branch and the base change the same lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the pull request conflicts with its base")]
pub struct Conflict;

/// A pull request that a person opens.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// The title.
    pub title: &'a str,
    /// The text.
    pub body: &'a str,
    /// The branch, or `OWNER:BRANCH` of a fork.
    pub head: &'a str,
    /// The branch it is for.
    pub base: &'a str,
}

impl GitHub {
    /// Commits files, or their removal, onto a branch, which is made from the default branch if it is not there.
    ///
    /// # Panics
    ///
    /// As all of these, if there is no such repository, branch or pull request.
    pub fn push(
        &mut self,
        repository: &str,
        branch: &str,
        author: Author<'_>,
        message: &str,
        files: &[(&str, Option<&str>)],
    ) -> Oid {
        let author = Identity::new(author.name, author.email, self.now());
        let there = self.at(repository);
        let (id, store) = (there.id, self.store(there));
        let parent = there.branch(branch).or_else(|| there.branch(&there.default_branch));
        let written = || -> Result<Oid, git2::Error> {
            let base = parent.map(|parent| store.commit(parent)).transpose()?.map(|parent| parent.tree_id());
            let mut changes = Changes::new();
            for (path, text) in files {
                let blob = text.map(|text| store.write_blob(text.as_bytes())).transpose()?;
                changes.insert((*path).to_owned(), blob.map(|blob| (0o100_644, blob)));
            }
            let tree = store.edit(base, &changes)?;
            let parents: Vec<Oid> = parent.into_iter().collect();
            let draft = Draft { tree, parents: &parents, author: &author, committer: &author, message, signed: false };
            store.write_commit(&draft)
        };
        let commit = written().expect("a commit can be written in memory");
        self.set_reference(id, &format!("refs/heads/{branch}"), Some(commit), &author.name);
        commit
    }

    /// Points a branch at a commit, whatever it was at.
    pub fn force_push(&mut self, repository: &str, branch: &str, to: Oid, by: &str) {
        let id = self.at(repository).id;
        self.set_reference(id, &format!("refs/heads/{branch}"), Some(to), by);
    }

    /// Deletes a branch, as the button under a pull request does.
    pub fn delete_branch(&mut self, repository: &str, branch: &str, by: &str) {
        let id = self.at(repository).id;
        self.set_reference(id, &format!("refs/heads/{branch}"), None, by);
    }

    /// Opens a pull request; its number, or what GitHub has against it.
    pub fn open_pull(&mut self, repository: &str, by: &str, opening: Opening<'_>) -> Result<u64, String> {
        let id = self.at(repository).id;
        let made = self.new_pull(id, by, opening);
        made.map_err(|refusal| refusal.json("").to_string())
    }

    /// Closes a pull request.
    pub fn close_pull(&mut self, repository: &str, number: u64, by: &str) {
        let (id, now) = (self.at(repository).id, self.now());
        self.pull_mut(id, number).close(by, now);
    }

    /// Opens a closed pull request again, or says what GitHub has against it.
    pub fn reopen_pull(&mut self, repository: &str, number: u64) -> Result<(), String> {
        let id = self.at(repository).id;
        self.reopen(id, number).map_err(|refusal| refusal.json("").to_string())
    }

    /// Changes a pull request as its page allows: title, text, labels, reviewers.
    pub fn edit_pull(&mut self, repository: &str, number: u64, change: impl FnOnce(&mut Pull)) {
        let (id, now) = (self.at(repository).id, self.now());
        let pull = self.pull_mut(id, number);
        change(pull);
        pull.updated_at = now;
    }

    /// Opens an issue; its number. Labels are given by those who may push alone.
    pub fn open_issue(&mut self, repository: &str, by: &str, title: &str, body: &str, labels: &[&str]) -> u64 {
        let there = self.at(repository);
        let (id, may_label) = (there.id, there.permission(by) >= Permission::Write);
        let labels: Vec<String> = labels.iter().filter(|_| may_label).map(|name| (*name).to_owned()).collect();
        self.new_issue(id, by, title, body, &labels)
    }

    /// Closes an issue as done.
    pub fn close_issue(&mut self, repository: &str, number: u64, by: &str) {
        let (id, now) = (self.at(repository).id, self.now());
        self.issue_mut(id, number).close(by, "completed", now);
    }

    /// Opens a closed issue again.
    pub fn reopen_issue(&mut self, repository: &str, number: u64) {
        let (id, now) = (self.at(repository).id, self.now());
        self.issue_mut(id, number).reopen(now);
    }

    /// Changes an issue as its page allows: title, text, labels.
    pub fn edit_issue(&mut self, repository: &str, number: u64, change: impl FnOnce(&mut Issue)) {
        let (id, now) = (self.at(repository).id, self.now());
        let issue = self.issue_mut(id, number);
        change(issue);
        issue.updated_at = now;
    }

    /// Comments on a pull request or an issue.
    pub fn comment(&mut self, repository: &str, number: u64, by: &str, text: &str) {
        let (id, now, comment) = (self.at(repository).id, self.now(), self.next_id());
        let comment = Comment { author: by.to_owned(), body: text.to_owned(), created_at: now, id: comment };
        if self.by_id(id).issues.contains_key(&number) {
            let issue = self.issue_mut(id, number);
            issue.comments.push(comment);
            issue.updated_at = now;
        } else {
            let pull = self.pull_mut(id, number);
            pull.comments.push(comment);
            pull.updated_at = now;
        }
    }

    /// Merges a pull request; the base's new commit.
    pub fn merge_pull(&mut self, repository: &str, number: u64, by: Author<'_>, how: Merge) -> Result<Oid, Conflict> {
        let now = self.now();
        let there = self.at(repository);
        let (id, pull) = (there.id, there.pulls[&number].clone());
        let base = there.branch(&pull.base).expect("an open pull request has a base");
        let merged = self.merged(id, &pull, base, &Identity::new(by.name, by.email, now), how);
        let commit = merged.expect("a commit can be written in memory").ok_or(Conflict)?;
        self.pull_mut(id, number).merge(by.name, commit, now);
        self.set_reference(id, &format!("refs/heads/{}", pull.base), Some(commit), by.name);
        Ok(commit)
    }

    fn merged(
        &self,
        repository: u64,
        pull: &Pull,
        base: Oid,
        by: &Identity,
        how: Merge,
    ) -> Result<Option<Oid>, git2::Error> {
        let there = self.by_id(repository);
        let store = self.store(there);
        let github = web_flow(jiff::Timestamp::from_second(by.seconds).unwrap_or_default());
        let write = |tree, parents: &[Oid], author: &Identity, committer: &Identity, message: &str, signed| {
            store.write_commit(&Draft { tree, parents, author, committer, message, signed })
        };
        if how == Merge::Rebase {
            let mut tip = base;
            let mut ids = store.log(pull.head.sha, Some(base))?;
            ids.reverse();
            for id in ids {
                let Some(tree) = store.pick(id, tip)? else { return Ok(None) };
                let commit = self.read_commit(there, id)?;
                tip = write(tree, &[tip], &commit.author, by, &commit.message, false)?;
            }
            return Ok(Some(tip));
        }
        let Some(tree) = store.merge(base, pull.head.sha)? else { return Ok(None) };
        if how == Merge::Squash {
            let message = format!("{} (#{})", pull.title, pull.number);
            return write(tree, &[base], by, &github, &message, true).map(Some);
        }
        let from = format!("{}/{}", pull.head.owner, pull.head.branch);
        let message = format!("Merge pull request #{} from {from}\n\n{}", pull.number, pull.title);
        write(tree, &[base, pull.head.sha], by, &github, &message, true).map(Some)
    }
}
