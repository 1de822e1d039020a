//! A repository on GitHub, as far as publishing goes: its branches, commits, pull requests and issues.
//!
//! Owns the requests, one method each, and nothing of when they are made. Every answer is read into values that are
//! checked; what may harm twice is never sent twice.

mod advice;
mod issues;
mod records;
mod writes;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use url::Url;

pub use advice::RemoteError;
pub use issues::{Issue, IssueEdit, NewIssue};
pub use records::{
    CommitRecord, Comparison, Identity, Pull, PullState, RepositoryRecord, TreeEntryRecord, TreeRecord, UserRecord,
};
pub use writes::{NewCommit, NewPull, PullEdit, Stamp, TreeItem};

use crate::config::{BranchName, RepositoryName};
use crate::model::CommitSha;
use crate::sources::client::{Answer, Client};
use crate::sources::github;

use records::{ContentRecord, ListedCommit, PullRecord, RefRecord};
use writes::Made;

/// A repository on GitHub.
#[derive(Debug, Clone)]
pub struct Remote {
    client: Client,
    /// As GitHub calls it now.
    name: RepositoryName,
    /// The environment variable that the token came from, for advice.
    variable: Option<&'static str>,
}

impl Remote {
    /// The repository `name`, under the name that it has now. `variable` is where the client's token came from.
    pub async fn open(
        client: &Client,
        name: &RepositoryName,
        variable: Option<&'static str>,
    ) -> Result<(Self, RepositoryRecord), RemoteError> {
        let remote = Self { client: client.clone(), name: name.clone(), variable };
        let record: Option<RepositoryRecord> = remote.read("", "a repository").await?;
        let Some(record) = record else {
            return Err(RemoteError::NoRepository { name: name.clone(), token: remote.token() });
        };
        Ok((Self { name: record.full_name.clone(), ..remote }, record))
    }

    /// The repository whose name of today is known from another look in the same run: asks nothing.
    pub fn at(client: &Client, name: &RepositoryName, variable: Option<&'static str>) -> Self {
        Self { client: client.clone(), name: name.clone(), variable }
    }

    /// `OWNER/NAME`
    pub fn name(&self) -> &RepositoryName {
        &self.name
    }

    /// The token's user; nothing for an App, which is no user.
    pub async fn user(client: &Client, variable: Option<&'static str>) -> Result<Option<UserRecord>, RemoteError> {
        let url = github::url(client, "user");
        match github::record::<UserRecord>(client, &url, "a user").await {
            Answer::Found(user) => Ok(Some(user)),
            Answer::Missing(_) => Ok(None),
            Answer::Failed(error) if advice::is_forbidden(&error) => Ok(None),
            Answer::Failed(error) => Err(RemoteError::reading(error, variable)),
        }
    }

    /// The commit that a branch is at, if there is such a branch.
    pub async fn branch(&self, branch: &BranchName) -> Result<Option<CommitSha>, RemoteError> {
        match self.read::<RefRecord>(&format!("/git/ref/heads/{branch}"), "a reference").await {
            // A repository without a commit.
            Err(RemoteError::Reading { error, .. }) if advice::is_conflict(&error) => Ok(None),
            record => Ok(record?.map(|record| record.object.sha)),
        }
    }

    /// The branches whose names start with `prefix`, and the commits that they are at.
    pub async fn branches(&self, prefix: &BranchName) -> Result<Vec<(BranchName, CommitSha)>, RemoteError> {
        let url = self.url(&format!("/git/matching-refs/heads/{prefix}"));
        let records: Vec<RefRecord> = self.list(&url, "references").await?;
        let branch = |record: RefRecord| {
            let name = record.name.strip_prefix("refs/heads/")?.parse().ok()?;
            Some((name, record.object.sha))
        };
        Ok(records.into_iter().filter_map(branch).collect())
    }

    /// A commit, if the repository has it.
    pub async fn commit(&self, sha: &CommitSha) -> Result<Option<CommitRecord>, RemoteError> {
        self.read(&format!("/git/commits/{sha}"), "a commit").await
    }

    /// How `head` stands to `base`, two commits; nothing if the repository has not both.
    pub async fn compare(&self, base: &CommitSha, head: &CommitSha) -> Result<Option<Comparison>, RemoteError> {
        self.read(&format!("/compare/{base}...{head}?per_page=100"), "a comparison").await
    }

    /// The file `path` at `reference`, if it is there.
    pub async fn file(&self, path: &str, reference: &str) -> Result<Option<String>, RemoteError> {
        let record: Option<ContentRecord> =
            self.read(&format!("/contents/{path}?ref={reference}"), "a file's content").await?;
        record.map(ContentRecord::text).transpose().map_err(|problem| RemoteError::Unexpected {
            what: format!("{path} at {reference} of {}", self.name),
            problem,
        })
    }

    /// The pull requests whose head is `branch` of `head`, in any state, newest first.
    pub async fn pulls_of(&self, head: &RepositoryName, branch: &BranchName) -> Result<Vec<Pull>, RemoteError> {
        let owner = &head.owner;
        let query = format!("/pulls?state=all&head={owner}:{branch}&sort=created&direction=desc&per_page=30");
        let record: Option<Vec<PullRecord>> = self.read(&query, "pull requests").await?;
        let pulls = record.unwrap_or_default().into_iter().map(Pull::from);
        // GitHub lists all pull requests where it does not understand the head.
        Ok(pulls.filter(|pull| pull.head_branch == branch.as_str() && pull.is_from(head)).collect())
    }

    /// The newest hundred of the open pull requests to `base`.
    pub async fn open_pulls(&self, base: &str) -> Result<Vec<Pull>, RemoteError> {
        let query = format!("/pulls?state=open&base={base}&sort=created&direction=desc&per_page=100");
        let records: Option<Vec<PullRecord>> = self.read(&query, "pull requests").await?;
        Ok(records.unwrap_or_default().into_iter().map(Pull::from).collect())
    }

    /// The newest commit at or below `from` that touched `path`: when it was written. Nothing if none did.
    pub async fn last_touched(&self, path: &str, from: &CommitSha) -> Result<Option<Timestamp>, RemoteError> {
        let commits: Option<Vec<ListedCommit>> =
            self.read(&format!("/commits?path={path}&sha={from}&per_page=1"), "a list of commits").await?;
        Ok(commits.unwrap_or_default().into_iter().next().map(|listed| listed.commit.author.date))
    }

    /// The entries of a tree, in git's order, if the repository has it.
    pub async fn tree(&self, id: &CommitSha) -> Result<Option<TreeRecord>, RemoteError> {
        self.read(&format!("/git/trees/{id}"), "a tree").await
    }

    /// The blobs of a tree and of all trees below it, by path.
    pub async fn files(&self, tree: &CommitSha) -> Result<BTreeMap<String, CommitSha>, RemoteError> {
        let record: Option<TreeRecord> = self.read(&format!("/git/trees/{tree}?recursive=1"), "a tree").await?;
        let entries = record.map(|record| record.tree).unwrap_or_default();
        Ok(entries.into_iter().map(|entry| (entry.path, entry.sha)).collect())
    }

    fn url(&self, path: &str) -> Url {
        github::url(&self.client, &format!("repos/{}{path}", self.name))
    }

    fn token(&self) -> &'static str {
        self.variable.unwrap_or("no token")
    }

    async fn read<T: DeserializeOwned>(&self, path: &str, expected: &'static str) -> Result<Option<T>, RemoteError> {
        self.read_url(&self.url(path), expected).await
    }

    async fn read_url<T: DeserializeOwned>(&self, url: &Url, expected: &'static str) -> Result<Option<T>, RemoteError> {
        match github::record(&self.client, url, expected).await {
            Answer::Found(record) => Ok(Some(record)),
            Answer::Missing(_) => Ok(None),
            Answer::Failed(error) => Err(RemoteError::reading(error, self.variable)),
        }
    }

    async fn list<T: DeserializeOwned>(&self, url: &Url, expected: &'static str) -> Result<Vec<T>, RemoteError> {
        match github::list(&self.client, url, expected).await {
            Answer::Found(records) => Ok(records),
            Answer::Missing(_) => Ok(Vec::new()),
            Answer::Failed(error) => Err(RemoteError::reading(error, self.variable)),
        }
    }
}
