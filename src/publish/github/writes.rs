//! The changes that publishing asks for.
//!
//! Objects and settings are sent again where no answer came: twice is as good as once. What makes something new under a
//! name or number is not: whoever asked looks what became of it.

use git2::{ObjectType, Oid};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Remote;
use super::advice::RemoteError;
use super::records::{CommitRecord, ObjectRecord, Pull, PullRecord, RefRecord};
use crate::config::{BranchName, Reviewer};
use crate::model::CommitSha;
use crate::sources::client::Repeat;
use crate::sources::github::{self, ChangeError};

/// One file of a tree to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TreeItem {
    path: String,
    mode: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    content: TreeContent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum TreeContent {
    Content(String),
    Sha(Option<CommitSha>),
}

impl TreeItem {
    /// A file with this text.
    pub fn file(path: String, executable: bool, text: String) -> Self {
        let mode = if executable { "100755" } else { "100644" };
        Self { path, mode, kind: "blob", content: TreeContent::Content(text) }
    }

    /// Where it lies.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The id of its blob, as git computes it; nothing if it is to go.
    pub fn blob(&self) -> Option<CommitSha> {
        match &self.content {
            TreeContent::Content(text) => {
                let id = Oid::hash_object(ObjectType::Blob, text.as_bytes()).expect("bytes have a digest");
                Some(id.to_string().parse().expect("git prints 40 digits"))
            }
            TreeContent::Sha(id) => id.clone(),
        }
    }

    /// A file that is to go.
    pub fn gone(path: String) -> Self {
        Self { path, mode: "100644", kind: "blob", content: TreeContent::Sha(None) }
    }
}

/// A commit to be made.
#[derive(Debug, Clone, Serialize)]
pub struct NewCommit {
    /// The message.
    pub message: String,
    /// The tree's id.
    pub tree: CommitSha,
    /// The one parent.
    pub parents: [CommitSha; 1],
    /// Author and date; nothing lets GitHub fill them in, and sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Stamp>,
    /// Committer and date, as the author's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub committer: Option<Stamp>,
}

/// Who and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The time, UTC, to the second.
    pub date: String,
}

/// A pull request to be opened.
#[derive(Debug, Clone, Serialize)]
pub struct NewPull {
    /// Its title.
    pub title: String,
    /// Its body.
    pub body: String,
    /// The branch that it brings: its name, with `OWNER:` before it where that is another repository's.
    pub head: String,
    /// The branch that it goes to.
    pub base: String,
    /// Whether those who may push to the base may push to the head.
    pub maintainer_can_modify: bool,
}

/// What is to be changed about a pull request.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PullEdit {
    /// A new title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A new body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `open` or `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
}

impl Remote {
    /// Makes a tree: that of `base`, a tree's id, with `items` changed. The tree's id.
    pub async fn create_tree(&self, base: &CommitSha, items: &[TreeItem]) -> Result<CommitSha, RemoteError> {
        let body = json!({ "base_tree": base, "tree": items });
        let made: ObjectRecord = self.change(Method::POST, "/git/trees", &body, Repeat::Freely).await?;
        Ok(made.sha)
    }

    /// Makes a commit.
    pub async fn create_commit(&self, commit: &NewCommit) -> Result<CommitRecord, RemoteError> {
        self.change(Method::POST, "/git/commits", commit, Repeat::Freely).await
    }

    /// Makes a branch at `commit`. Refused where there is one of that name.
    pub async fn create_branch(&self, branch: &BranchName, commit: &CommitSha) -> Result<(), RemoteError> {
        let body = json!({ "ref": format!("refs/heads/{branch}"), "sha": commit });
        let _: RefRecord = self.change(Method::POST, "/git/refs", &body, Repeat::Unseen).await?;
        Ok(())
    }

    /// Moves a branch to `commit`, wherever it is.
    pub async fn move_branch(&self, branch: &BranchName, commit: &CommitSha) -> Result<(), RemoteError> {
        let body = json!({ "sha": commit, "force": true });
        let _: RefRecord =
            self.change(Method::PATCH, &format!("/git/refs/heads/{branch}"), &body, Repeat::Unseen).await?;
        Ok(())
    }

    /// Removes a branch; one that is not there is as good as removed.
    pub async fn delete_branch(&self, branch: &BranchName) -> Result<(), RemoteError> {
        let url = self.url(&format!("/git/refs/heads/{branch}"));
        match github::remove(&self.client, &url).await {
            Err(ChangeError::Refused(refusal)) if refusal.status == 404 || refusal.says("does not exist") => Ok(()),
            result => result.map_err(|error| RemoteError::changing(error, self.variable)),
        }
    }

    /// Opens a pull request. Refused where there is an open one for the same branches.
    pub async fn create_pull(&self, pull: &NewPull) -> Result<Pull, RemoteError> {
        let made: PullRecord = self.change(Method::POST, "/pulls", pull, Repeat::Unseen).await?;
        Ok(made.into())
    }

    /// Changes title, body or state of a pull request.
    pub async fn edit_pull(&self, number: u64, edit: &PullEdit) -> Result<Pull, RemoteError> {
        let made: PullRecord = self.change(Method::PATCH, &format!("/pulls/{number}"), edit, Repeat::Freely).await?;
        Ok(made.into())
    }

    /// Comments on a pull request.
    pub async fn comment(&self, number: u64, text: &str) -> Result<(), RemoteError> {
        let path = format!("/issues/{number}/comments");
        let _: Made = self.change(Method::POST, &path, &json!({ "body": text }), Repeat::Unseen).await?;
        Ok(())
    }

    /// The bodies of a pull request's comments, oldest first.
    pub async fn comments(&self, number: u64) -> Result<Vec<String>, RemoteError> {
        let url = self.url(&format!("/issues/{number}/comments?per_page=100"));
        let comments: Vec<CommentRecord> = self.list(&url, "comments").await?;
        Ok(comments.into_iter().filter_map(|comment| comment.body).collect())
    }

    /// Adds labels to a pull request.
    pub async fn label(&self, number: u64, labels: &[String]) -> Result<(), RemoteError> {
        let path = format!("/issues/{number}/labels");
        let _: Vec<Made> = self.change(Method::POST, &path, &json!({ "labels": labels }), Repeat::Freely).await?;
        Ok(())
    }

    /// Asks for reviews.
    pub async fn request_reviewers(&self, number: u64, reviewers: &[Reviewer]) -> Result<(), RemoteError> {
        let (mut users, mut teams) = (Vec::new(), Vec::new());
        for reviewer in reviewers {
            match reviewer {
                Reviewer::User(login) => users.push(login),
                Reviewer::Team(team) => teams.push(team),
            }
        }
        let path = format!("/pulls/{number}/requested_reviewers");
        let body = json!({ "reviewers": users, "team_reviewers": teams });
        let _: Made = self.change(Method::POST, &path, &body, Repeat::Freely).await?;
        Ok(())
    }

    async fn change<T: serde::de::DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
        repeat: Repeat,
    ) -> Result<T, RemoteError> {
        let made = github::change(&self.client, method, &self.url(path), body, repeat).await;
        made.map_err(|error| RemoteError::changing(error, self.variable))
    }
}

/// An answer of which nothing is read.
#[derive(Deserialize)]
pub(super) struct Made {}

#[derive(Deserialize)]
struct CommentRecord {
    #[serde(default)]
    body: Option<String>,
}
