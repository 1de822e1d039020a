//! The get-pip pin: the newest commit that touched the script, and the digest of the script at that commit.
//!
//! Owns the URLs of the pin, and whether a commit is pypa's. Refuses a script that is empty or a web page.

use serde::Deserialize;
use url::Url;

use super::ParseError;
use super::client::{Answer, BodyLimit, Client, FetchError, Page, Problem};
use super::github;
use crate::model::{CommitSha, Series, Sha256};

/// Which script: the one that follows pip, or the last one for a series that pip has left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    /// `public/get-pip.py`
    Current,
    /// `public/X.Y/get-pip.py`
    Legacy(Series),
}

impl Script {
    fn path(self) -> String {
        match self {
            Self::Current => "public/get-pip.py".to_owned(),
            Self::Legacy(series) => format!("public/{series}/get-pip.py"),
        }
    }
}

/// A get-pip script, pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetPipPin {
    /// The newest commit that touched it.
    pub commit: CommitSha,
    /// The script at that commit.
    pub url: Url,
    /// The digest of its bytes.
    pub sha256: Sha256,
}

impl GetPipPin {
    /// What a manifest has as the pin's version: the commit's page.
    pub fn version(&self) -> String {
        format!("https://github.com/pypa/get-pip/commit/{}", self.commit)
    }
}

/// The largest script that is read; the real one has some 2 MB.
const LIMIT: BodyLimit = BodyLimit::mebibytes(16);

const COMMITS: &str = "a list with the newest commit that touched the get-pip script";

const COMPARISON: &str = "how a commit compares with main";

#[derive(Debug, Deserialize)]
struct CommitRecord {
    sha: CommitSha,
}

#[derive(Debug, Deserialize)]
struct ComparisonRecord {
    status: Standing,
}

/// Where a commit is, seen from a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Standing {
    Ahead,
    Behind,
    Diverged,
    Identical,
}

/// The script at `commit`.
pub fn url(script: Script, commit: &CommitSha) -> Url {
    let text = format!("https://github.com/pypa/get-pip/raw/{commit}/{}", script.path());
    Url::parse(&text).expect("a commit and a series are plain path segments")
}

/// The pin of `script` as it is on `main` now.
pub async fn newest(client: &Client, script: Script) -> Answer<GetPipPin> {
    match newest_commit(client, script).await {
        Answer::Found(commit) => pin(client, script, commit).await,
        Answer::Missing(missing) => Answer::Missing(missing),
        Answer::Failed(error) => Answer::Failed(error),
    }
}

/// The newest commit on `main` that touched `script`.
pub async fn newest_commit(client: &Client, script: Script) -> Answer<CommitSha> {
    let query = format!("repos/pypa/get-pip/commits?path={}&sha=main&per_page=1", script.path());
    let url = github::url(client, &query);
    let commits: Answer<Vec<CommitRecord>> = github::record(client, &url, COMMITS).await;
    commits.and_then(|commits| match commits.into_iter().next() {
        Some(commit) => Answer::Found(commit.sha),
        None => Answer::Failed(github::unreadable(client, &url, COMMITS, "[]")),
    })
}

/// True if `commit` is the newest on `main` or one before it. That it can be downloaded says nothing: GitHub serves the
/// commits of all forks under the repository's own address. Missing is one that GitHub does not know, or whose history has
/// nothing to do with this one.
pub async fn is_on_main(client: &Client, commit: &CommitSha) -> Answer<bool> {
    let url = github::url(client, &format!("repos/pypa/get-pip/compare/main...{commit}?per_page=1"));
    let comparison: Answer<ComparisonRecord> = github::record(client, &url, COMPARISON).await;
    comparison.map(|comparison| matches!(comparison.status, Standing::Behind | Standing::Identical))
}

/// The pin of `script` at `commit`.
pub async fn pin(client: &Client, script: Script, commit: CommitSha) -> Answer<GetPipPin> {
    let url = url(script, &commit);
    client.get(&url, LIMIT).await.and_then(|page: Page| {
        let sha256 = digest(&page.bytes, &url)
            .map_err(|error| FetchError::new(page.address.clone(), Problem::Unreadable(error.problem)));
        Answer::from(sha256.map(|sha256| GetPipPin { commit, url, sha256 }))
    })
}

/// The digest of a script.
pub fn digest(script: &[u8], url: &Url) -> Result<Sha256, ParseError> {
    let start = script.trim_ascii_start();
    if start.is_empty() || start.starts_with(b"<") {
        let shown = String::from_utf8_lossy(&start[..start.len().min(100)]);
        return Err(ParseError::new(url, "a Python script", &shown));
    }
    Ok(Sha256::of(script))
}

#[cfg(test)]
mod tests;
