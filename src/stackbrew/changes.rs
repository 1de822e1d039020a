//! The `Changes:` paragraph of an official-images commit: what happened in the image repository since the last one.
//!
//! Owns which commits are listed and how, as docker-library's bot lists them.

use std::collections::{BTreeSet, BinaryHeap};
use std::fmt;

use git2::{ErrorCode, Oid, Repository};
use jiff::Timestamp;
use url::Url;

use super::image_clone::{CloneError, ImageClone};

/// What happened in an image repository; its `Display` is the paragraph, without a line end at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    page: String,
    /// Newest first.
    pub commits: Vec<ChangedCommit>,
}

/// One commit of the image repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedCommit {
    /// The id as git abbreviates it.
    pub short: String,
    /// The first paragraph of its message, on one line.
    pub subject: String,
}

impl Changes {
    /// The commits up to `HEAD` that were committed after `last`, the author date of the last commit to official-images
    /// that touched the library file. `repository` is where the image repository is cloned from.
    pub fn since(clone: &ImageClone, repository: &Url, last: Timestamp) -> Result<Self, CloneError> {
        let url = repository.as_str();
        let page = url.strip_suffix(".git").unwrap_or(url).to_owned();
        let commits = commits(clone.repository(), clone.head_id(), last.as_second());
        Ok(Self { page, commits: commits.map_err(|source| clone.error(source))? })
    }

    /// Where people look at the image repository.
    pub fn page(&self) -> &str {
        &self.page
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Changes:\n")?;
        for ChangedCommit { short, subject } in &self.commits {
            write!(f, "\n- {}/commit/{short}: {}", self.page, linked(subject, &self.page))?;
        }
        Ok(())
    }
}

/// `subject` with each `#N` as the address of a pull request.
fn linked(subject: &str, page: &str) -> String {
    let mut parts = subject.split('#');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.starts_with(|c: char| c.is_ascii_digit());
        let hash = if number { format!("{page}/pull/") } else { "#".to_owned() };
        text.push_str(&hash);
        text.push_str(part);
    }
    text
}

/// As `git log --since` lists them: newest first, and nothing behind a commit that is too old.
fn commits(repository: &Repository, head: Oid, last: i64) -> Result<Vec<ChangedCommit>, git2::Error> {
    let length = abbreviation(repository)?;
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([head]);
    let mut queue = BinaryHeap::from([(repository.find_commit(head)?.time().seconds(), 0_i64, head)]);
    let mut queued = 0;
    while let Some((seconds, _, id)) = queue.pop() {
        if seconds <= last {
            continue;
        }
        let commit = repository.find_commit(id)?;
        let subject = String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned();
        found.push(ChangedCommit { short: short(repository, id, length)?, subject });
        for parent in commit.parents().filter(|parent| seen.insert(parent.id())) {
            // Of commits of one second, those that were met first come first.
            queued -= 1;
            queue.push((parent.time().seconds(), queued, parent.id()));
        }
    }
    Ok(found)
}

/// How many digits git abbreviates to at least: half as many as it takes bits to count the objects, and 7 or more.
fn abbreviation(repository: &Repository) -> Result<usize, git2::Error> {
    let mut objects = 0_u64;
    repository.odb()?.foreach(|_| {
        objects += 1;
        true
    })?;
    let bits = u64::BITS - objects.leading_zeros();
    Ok(usize::try_from(bits.div_ceil(2)).unwrap_or(40).max(7))
}

/// The shortest start of `id`, of at least `length` digits, that no other object has.
fn short(repository: &Repository, id: Oid, length: usize) -> Result<String, git2::Error> {
    let digits = id.to_string();
    let odb = repository.odb()?;
    for length in length..digits.len() {
        match odb.exists_prefix(id, length) {
            Err(error) if error.code() == ErrorCode::Ambiguous => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(digits[..length].to_owned()),
        }
    }
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_addresses_of_pull_requests() {
        let page = "https://github.com/example/python";
        assert_eq!(
            linked("Merge pull request #12 from a/#b, #3: C# #", page),
            "Merge pull request https://github.com/example/python/pull/12 from a/#b, \
             https://github.com/example/python/pull/3: C# #"
        );
    }

    #[test]
    fn the_paragraph_has_a_line_for_each_commit() {
        let commit =
            |short: &str, subject: &str| ChangedCommit { short: short.to_owned(), subject: subject.to_owned() };
        let commits = vec![commit("22222222", "Update 3.14 to 3.14.6"), commit("11111111", "Fix #5")];
        let changes = Changes { page: "https://github.com/example/python".to_owned(), commits };
        insta::assert_snapshot!(changes, @r"
        Changes:

        - https://github.com/example/python/commit/22222222: Update 3.14 to 3.14.6
        - https://github.com/example/python/commit/11111111: Fix https://github.com/example/python/pull/5
        ");
    }
}
