//! An issue as a value, and what it has in common with a pull request: the thread of labels and comments under one number.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::GitHub;
use super::pull::Comment;
use super::repository::Repository;

/// An issue, as whoever looks at GitHub sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Its number in the repository, where pull requests are counted too.
    pub number: u64,
    /// The title.
    pub title: String,
    /// The text.
    pub body: Option<String>,
    /// Who opened it.
    pub author: String,
    /// True until it is closed.
    pub open: bool,
    /// `completed`, `not_planned`, `duplicate` or `reopened`; nothing for one that was never closed.
    pub state_reason: Option<String>,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// Its labels, sorted.
    pub labels: BTreeSet<String>,
    /// Its comments, oldest first.
    pub comments: Vec<Comment>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything last happened to it.
    pub updated_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    pub(super) id: u64,
}

impl Issue {
    pub(super) fn close(&mut self, by: &str, reason: &str, at: Timestamp) {
        self.open = false;
        (self.closed_by, self.state_reason) = (Some(by.to_owned()), Some(reason.to_owned()));
        (self.closed_at, self.updated_at) = (Some(at), at);
    }

    pub(super) fn reopen(&mut self, at: Timestamp) {
        self.open = true;
        (self.closed_by, self.state_reason) = (None, Some("reopened".to_owned()));
        (self.closed_at, self.updated_at) = (None, at);
    }
}

/// What hangs on a number, of an issue or of a pull request.
#[derive(Clone, Copy)]
pub(super) struct Thread<'a> {
    pub(super) author: &'a str,
    pub(super) labels: &'a BTreeSet<String>,
    pub(super) comments: &'a [Comment],
    pub(super) is_pull: bool,
}

impl Repository {
    /// The thread of a number, if there is one.
    pub(super) fn thread(&self, number: u64) -> Option<Thread<'_>> {
        if let Some(pull) = self.pulls.get(&number) {
            let (labels, comments) = (&pull.labels, &pull.comments[..]);
            return Some(Thread { author: &pull.author, labels, comments, is_pull: true });
        }
        let issue = self.issues.get(&number)?;
        Some(Thread { author: &issue.author, labels: &issue.labels, comments: &issue.comments, is_pull: false })
    }
}

impl GitHub {
    /// Opens an issue; its number. Labels that the repository does not have are made on the way.
    pub(super) fn new_issue(&mut self, id: u64, by: &str, title: &str, body: &str, labels: &[String]) -> u64 {
        let (number, now, issue) = (self.by_id(id).next_number(), self.now(), self.next_id());
        let issue = Issue {
            number,
            title: title.to_owned(),
            body: Some(body.to_owned()).filter(|body| !body.is_empty()),
            author: by.to_owned(),
            open: true,
            state_reason: None,
            closed_by: None,
            labels: BTreeSet::new(),
            comments: Vec::new(),
            created_at: now,
            updated_at: now,
            closed_at: None,
            id: issue,
        };
        self.by_id_mut(id).issues.insert(number, issue);
        self.label_thread(id, number, labels);
        number
    }

    /// Adds labels to a thread.
    pub(super) fn label_thread(&mut self, id: u64, number: u64, names: &[String]) {
        for name in names {
            let label = self.next_id();
            let there = self.by_id_mut(id);
            there.labels.entry(name.clone()).or_insert(label);
            if let Some(pull) = there.pulls.get_mut(&number) {
                pull.labels.insert(name.clone());
            } else if let Some(issue) = there.issues.get_mut(&number) {
                issue.labels.insert(name.clone());
            }
        }
    }

    pub(super) fn issue_mut(&mut self, repository: u64, number: u64) -> &mut Issue {
        let found = self.by_id_mut(repository).issues.get_mut(&number);
        found.expect("the number is of an issue that was found before")
    }
}
