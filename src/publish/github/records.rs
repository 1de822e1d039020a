//! What GitHub answers, as far as it is read. octocrab's own models are too strict for what GitHub really sends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de};

use crate::config::RepositoryName;
use crate::model::CommitSha;

/// `GET /repos/OWNER/NAME`
#[derive(Debug, Clone, Deserialize)]
pub struct RepositoryRecord {
    /// What it is called now.
    #[serde(deserialize_with = "repository_name")]
    pub full_name: RepositoryName,
    /// The branch that pull requests go to.
    pub default_branch: String,
    /// True if nothing can be changed any more.
    #[serde(default)]
    pub archived: bool,
    /// True if it is a fork.
    #[serde(default)]
    pub fork: bool,
    /// What it is a fork of.
    #[serde(default)]
    pub parent: Option<ParentRecord>,
    /// What the fork network starts from.
    #[serde(default)]
    pub source: Option<ParentRecord>,
}

/// What a fork is a fork of.
#[derive(Debug, Clone, Deserialize)]
pub struct ParentRecord {
    /// What it is called now.
    #[serde(deserialize_with = "repository_name")]
    pub full_name: RepositoryName,
}

impl RepositoryRecord {
    /// True if this is a fork in the network of `upstream`.
    pub fn is_fork_of(&self, upstream: &RepositoryName) -> bool {
        let same = |parent: &ParentRecord| parent.full_name.to_string().eq_ignore_ascii_case(&upstream.to_string());
        self.fork && self.parent.iter().chain(&self.source).any(same)
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserRecord {
    /// Its name.
    pub login: String,
    /// Its number, which stays where the name changes.
    pub id: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct RefRecord {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) object: ObjectRecord,
}

/// An object by its id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ObjectRecord {
    /// The id.
    pub sha: CommitSha,
}

/// A commit as git has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CommitRecord {
    /// The id.
    pub sha: CommitSha,
    /// The id of its tree.
    pub tree: ObjectRecord,
    /// Its parents.
    pub parents: Vec<ObjectRecord>,
    /// Who wrote it.
    pub author: Identity,
    /// Who committed it.
    pub committer: Identity,
    /// Its message.
    pub message: String,
}

impl CommitRecord {
    /// Who wrote it, and the start of its id: for people.
    pub fn by(&self) -> String {
        format!("{} ({})", self.author.name.escape_debug(), &self.sha.as_str()[..10])
    }
}

/// A commit in a list.
#[derive(Debug, Deserialize)]
pub(super) struct ListedCommit {
    pub(super) commit: ListedDetails,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedDetails {
    pub(super) author: Identity,
}

/// A tree.
#[derive(Debug, Clone, Deserialize)]
pub struct TreeRecord {
    /// Its entries, in git's order.
    pub tree: Vec<TreeEntryRecord>,
    /// True if GitHub left some out.
    pub truncated: bool,
}

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TreeEntryRecord {
    /// Its name.
    pub path: String,
    /// Six octal digits.
    pub mode: String,
    /// The id of the blob, tree or commit.
    pub sha: CommitSha,
}

/// Who wrote or committed, and when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// When.
    pub date: Timestamp,
}

/// How one commit stands to another.
#[derive(Debug, Clone, Deserialize)]
pub struct Comparison {
    /// `ahead`, `behind`, `identical` or `diverged`.
    pub status: String,
    /// How many commits the head has that the base has not.
    pub ahead_by: u64,
    /// The commit where they part.
    pub merge_base_commit: ObjectRecord,
    /// The commits that the head has and the base has not, oldest first; at most 100.
    #[serde(deserialize_with = "compared")]
    pub commits: Vec<CommitRecord>,
    /// The files that differ between the commit where they part and the head; at most 300.
    #[serde(default)]
    pub files: Vec<ComparedFile>,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ComparedFile {
    /// Its path.
    pub filename: String,
    /// Its path before, where it was renamed.
    #[serde(default)]
    pub previous_filename: Option<String>,
    /// `added`, `modified`, `removed`, `renamed` and the like.
    pub status: String,
    /// The id of its blob; nothing where GitHub has none to show.
    #[serde(default)]
    pub sha: Option<CommitSha>,
}

fn compared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<CommitRecord>, D::Error> {
    #[derive(Deserialize)]
    struct Outer {
        sha: CommitSha,
        parents: Vec<ObjectRecord>,
        commit: Inner,
    }
    #[derive(Deserialize)]
    struct Inner {
        tree: ObjectRecord,
        author: Identity,
        committer: Identity,
        message: String,
    }
    let commits = Vec::<Outer>::deserialize(deserializer)?.into_iter().map(|Outer { sha, parents, commit }| {
        let Inner { tree, author, committer, message } = commit;
        CommitRecord { sha, tree, parents, author, committer, message }
    });
    Ok(commits.collect())
}

#[derive(Debug, Deserialize)]
pub(super) struct ContentRecord {
    content: String,
    encoding: String,
}

impl ContentRecord {
    /// The file as text, or what is wrong with it.
    pub(super) fn text(self) -> Result<String, String> {
        if self.encoding != "base64" {
            return Err(format!("expected base64, found \"{}\"", self.encoding.escape_debug()));
        }
        let plain: String = self.content.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(plain).map_err(|error| format!("expected base64: {error}"))?;
        String::from_utf8(bytes).map_err(|error| format!("expected UTF-8 text: {error}"))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct PullRecord {
    number: u64,
    state: String,
    title: String,
    #[serde(default)]
    body: Option<String>,
    html_url: String,
    head: HeadRecord,
    base: HeadRecord,
    created_at: Timestamp,
    #[serde(default)]
    merged_at: Option<Timestamp>,
    #[serde(default)]
    user: Option<UserRecord>,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    author_association: Option<String>,
}

#[derive(Debug, Deserialize)]
struct HeadRecord {
    #[serde(rename = "ref")]
    branch: String,
    sha: CommitSha,
    /// Nothing where the fork was deleted.
    #[serde(default)]
    repo: Option<HeadRepository>,
}

#[derive(Debug, Deserialize)]
struct HeadRepository {
    full_name: String,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Whether it is open.
    pub state: PullState,
    /// Its title.
    pub title: String,
    /// Its body.
    pub body: String,
    /// Its page.
    pub url: String,
    /// The branch that it brings.
    pub head_branch: String,
    /// The repository of that branch, `OWNER/NAME`, if it still exists.
    pub head_repository: Option<String>,
    /// The commit that the branch is at, or was when the pull request was closed.
    pub head: CommitSha,
    /// The branch that it goes to.
    pub base_branch: String,
    /// Who opened it.
    pub author: Option<String>,
    /// True if whoever opened it has a say in the repository that it goes to.
    pub author_has_a_say: bool,
    /// True if it is not meant to be merged yet.
    pub draft: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was merged, if it was.
    pub merged_at: Option<Timestamp>,
}

/// Whether a pull request is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullState {
    /// It waits for a decision.
    Open,
    /// It was turned down.
    Closed,
    /// It was taken.
    Merged,
}

impl Pull {
    /// True if the branch that it brings is one of `repository`.
    pub fn is_from(&self, repository: &RepositoryName) -> bool {
        self.head_repository.as_ref().is_some_and(|head| head.eq_ignore_ascii_case(&repository.to_string()))
    }
}

impl From<PullRecord> for Pull {
    fn from(record: PullRecord) -> Self {
        let state = match (record.merged_at, record.state.as_str()) {
            (Some(_), _) => PullState::Merged,
            (None, "open") => PullState::Open,
            (None, _) => PullState::Closed,
        };
        Self {
            number: record.number,
            state,
            title: record.title,
            body: record.body.unwrap_or_default(),
            url: record.html_url,
            head_branch: record.head.branch,
            head_repository: record.head.repo.map(|repository| repository.full_name),
            head: record.head.sha,
            base_branch: record.base.branch,
            author: record.user.map(|user| user.login),
            author_has_a_say: matches!(record.author_association.as_deref(), Some("OWNER" | "MEMBER" | "COLLABORATOR")),
            draft: record.draft,
            opened_at: record.created_at,
            merged_at: record.merged_at,
        }
    }
}

fn repository_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RepositoryName, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}
