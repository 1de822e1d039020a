//! The tags of the cpython repository: which releases exist, and since when.
//!
//! Owns reading GitHub's refs, tag objects and commits. A tag may exist hours before its files, and may never get
//! files. Refs that name no release are passed over; a release's tag that is malformed is an error.

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::ParseError;
use super::client::{Answer, Client};
use super::github;
use crate::model::{CommitSha, PythonVersion, Series};

/// A release's tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// The release.
    pub version: PythonVersion,
    /// What the tag points at.
    pub object: CommitSha,
    /// Which kind of object that is.
    pub kind: TagKind,
}

/// What a tag points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TagKind {
    /// A tag object, which has a date of its own.
    Tag,
    /// A commit: the tag is a mere name, and the commit's date stands in.
    Commit,
}

const REFS: &str = "a list of git refs as GitHub gives it";
const TAG: &str = "a tag object as GitHub gives it";
const COMMIT: &str = "a commit as GitHub gives it";

#[derive(Debug, Deserialize)]
struct RefRecord {
    r#ref: String,
    object: ObjectRecord,
}

#[derive(Debug, Deserialize)]
struct ObjectRecord {
    sha: String,
    r#type: String,
}

#[derive(Debug, Deserialize)]
struct TagRecord {
    tag: String,
    sha: String,
    tagger: PersonRecord,
}

#[derive(Debug, Deserialize)]
struct CommitRecord {
    sha: String,
    committer: PersonRecord,
}

#[derive(Debug, Deserialize)]
struct PersonRecord {
    date: String,
}

/// The tags of the releases of `series`, in order: finals and pre-releases.
pub async fn tags(client: &Client, series: Series) -> Answer<Vec<Tag>> {
    let url = github::url(client, &format!("repos/python/cpython/git/matching-refs/tags/v{series}."));
    let records = github::list(client, &url, REFS).await;
    records.and_then(|records| checked(client, &url, release_tags(series, &records, &url)))
}

/// When `tag` was made: the tagger's date, or the committer's where the tag is a mere name for a commit.
pub async fn tagged(client: &Client, tag: &Tag) -> Answer<Timestamp> {
    let object = &tag.object;
    match tag.kind {
        TagKind::Tag => {
            let url = github::url(client, &format!("repos/python/cpython/git/tags/{object}"));
            let record = github::record(client, &url, TAG).await;
            record.and_then(|record| checked(client, &url, tag_time(tag, &record, &url)))
        }
        TagKind::Commit => {
            let url = github::url(client, &format!("repos/python/cpython/git/commits/{object}"));
            let record = github::record(client, &url, COMMIT).await;
            record.and_then(|record| checked(client, &url, commit_time(tag, &record, &url)))
        }
    }
}

fn release_tags(series: Series, records: &[RefRecord], url: &Url) -> Result<Vec<Tag>, ParseError> {
    let mut tags = Vec::new();
    for record in records {
        let name = record.r#ref.strip_prefix("refs/tags/v");
        let Some(version) = name.and_then(|name| name.parse::<PythonVersion>().ok()) else { continue };
        if version.series() != series {
            continue;
        }
        let ObjectRecord { sha, r#type } = &record.object;
        let kind = match r#type.as_str() {
            "tag" => TagKind::Tag,
            "commit" => TagKind::Commit,
            other => return Err(ParseError::new(url, "a tag that points at a tag object or a commit", other)),
        };
        let object = sha.parse().map_err(|problem| ParseError::of_value(url, problem))?;
        tags.push(Tag { version, object, kind });
    }
    tags.sort();
    tags.dedup();
    match tags.windows(2).find(|pair| pair[0].version == pair[1].version) {
        Some(pair) => Err(ParseError::new(url, "one tag of each name", &pair[0].version.tag())),
        None => Ok(tags),
    }
}

fn tag_time(tag: &Tag, record: &TagRecord, url: &Url) -> Result<Timestamp, ParseError> {
    if record.tag != tag.version.tag() {
        return Err(ParseError::new(url, "the tag object of the release asked for", &record.tag));
    }
    time(tag, &record.sha, &record.tagger, url)
}

fn commit_time(tag: &Tag, record: &CommitRecord, url: &Url) -> Result<Timestamp, ParseError> {
    time(tag, &record.sha, &record.committer, url)
}

fn time(tag: &Tag, sha: &str, person: &PersonRecord, url: &Url) -> Result<Timestamp, ParseError> {
    if sha != tag.object.as_str() {
        return Err(ParseError::new(url, "the git object asked for", sha));
    }
    let date = person.date.parse();
    date.map_err(|_| ParseError::new(url, "a time such as 2025-10-07T09:34:15Z", &person.date))
}

fn checked<T>(client: &Client, url: &Url, parsed: Result<T, ParseError>) -> Answer<T> {
    Answer::from(
        parsed.map_err(|ParseError { problem, .. }| github::unreadable(client, url, problem.expected, &problem.found)),
    )
}

#[cfg(test)]
mod tests;
