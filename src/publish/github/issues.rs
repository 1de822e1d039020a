//! Issues that are no pull requests: what is read of them, and the changes that are asked for.
//!
//! Owns which lists are asked for. Strangers can open issues, so that no list is long that they can fill.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::form_urlencoded;

use super::advice::RemoteError;
use super::records::UserRecord;
use super::{Made, Remote};
use crate::sources::client::Repeat;
use crate::sources::github;

/// An issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Its number.
    pub number: u64,
    /// True until it is closed.
    pub open: bool,
    /// Its title.
    pub title: String,
    /// Its body.
    pub body: String,
    /// Its page.
    pub url: String,
    /// The names of its labels.
    pub labels: Vec<String>,
    /// Who opened it.
    pub author: Option<UserRecord>,
    /// True if whoever opened it has a say in the repository: an owner, a member or a collaborator, or an App, which opens
    /// issues only where somebody with a say installed it.
    pub author_has_a_say: bool,
}

/// An issue to be opened.
#[derive(Debug, Clone, Serialize)]
pub struct NewIssue {
    /// Its title.
    pub title: String,
    /// Its body.
    pub body: String,
    /// Its labels, which GitHub drops without a word where the token may not set them.
    pub labels: Vec<String>,
}

/// What is to be changed about an issue.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IssueEdit {
    /// A new title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A new body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `open` or `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// Why it is closed: `completed` or `not_planned`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_reason: Option<&'static str>,
}

#[derive(Debug, Deserialize)]
struct IssueRecord {
    number: u64,
    state: String,
    title: String,
    #[serde(default)]
    body: Option<String>,
    html_url: String,
    labels: Vec<LabelRecord>,
    #[serde(default)]
    user: Option<AuthorRecord>,
    #[serde(default)]
    author_association: Option<String>,
    /// There if it is a pull request.
    #[serde(default)]
    pull_request: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct AuthorRecord {
    #[serde(flatten)]
    user: UserRecord,
    #[serde(rename = "type", default)]
    kind: String,
}

/// A label is an object nearly always.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum LabelRecord {
    Name(String),
    Label {
        #[serde(default)]
        name: Option<String>,
    },
}

impl IssueRecord {
    /// The issue, unless it is a pull request.
    fn issue(self) -> Option<Issue> {
        if self.pull_request.is_some() {
            return None;
        }
        let names = self.labels.into_iter().filter_map(|label| match label {
            LabelRecord::Name(name) => Some(name),
            LabelRecord::Label { name } => name,
        });
        let is_app = self.user.as_ref().is_some_and(|author| author.kind == "Bot");
        let association = self.author_association.as_deref();
        Some(Issue {
            number: self.number,
            open: self.state == "open",
            title: self.title,
            body: self.body.unwrap_or_default(),
            url: self.html_url,
            labels: names.collect(),
            author: self.user.map(|author| author.user),
            author_has_a_say: is_app || matches!(association, Some("OWNER" | "MEMBER" | "COLLABORATOR")),
        })
    }
}

impl Remote {
    /// Every open issue that carries `label`.
    pub async fn open_issues_labelled(&self, label: &str) -> Result<Vec<Issue>, RemoteError> {
        let url = self.url(&format!("/issues?state=open&{}&per_page=100", labelled(label)));
        let records: Vec<IssueRecord> = self.list(&url, "issues").await?;
        Ok(records.into_iter().filter_map(IssueRecord::issue).collect())
    }

    /// Of the issues and pull requests that carry `label` the hundred that were closed and then changed last.
    pub async fn closed_issues_labelled(&self, label: &str) -> Result<Vec<Issue>, RemoteError> {
        self.issues(&format!("state=closed&{}&sort=updated&direction=desc&per_page=100", labelled(label))).await
    }

    /// The newest fifty of all open issues and pull requests.
    pub async fn newest_open_issues(&self) -> Result<Vec<Issue>, RemoteError> {
        self.issues("state=open&sort=created&direction=desc&per_page=50").await
    }

    /// Of all issues and pull requests the fifty that were closed and then changed last.
    pub async fn latest_closed_issues(&self) -> Result<Vec<Issue>, RemoteError> {
        self.issues("state=closed&sort=updated&direction=desc&per_page=50").await
    }

    async fn issues(&self, query: &str) -> Result<Vec<Issue>, RemoteError> {
        let records: Option<Vec<IssueRecord>> = self.read(&format!("/issues?{query}"), "issues").await?;
        Ok(records.unwrap_or_default().into_iter().filter_map(IssueRecord::issue).collect())
    }

    /// An issue; nothing if there is none of this number, or it is a pull request.
    pub async fn issue(&self, number: u64) -> Result<Option<Issue>, RemoteError> {
        let record: Option<IssueRecord> = self.read(&format!("/issues/{number}"), "an issue").await?;
        Ok(record.and_then(IssueRecord::issue))
    }

    /// The user whose token this is; nothing for an App, which is no user.
    pub async fn own_user(&self) -> Result<Option<UserRecord>, RemoteError> {
        Self::user(&self.client, self.variable).await
    }

    /// Opens an issue. Nothing keeps GitHub from opening two that are the same: whoever got no answer looks before asking
    /// again.
    pub async fn create_issue(&self, issue: &NewIssue) -> Result<Issue, RemoteError> {
        let made: IssueRecord = self.change_issue(Method::POST, "/issues", issue, Repeat::Unseen).await?;
        self.no_pull(made)
    }

    /// Changes title, body or state of an issue.
    pub async fn edit_issue(&self, number: u64, edit: &IssueEdit) -> Result<Issue, RemoteError> {
        let made: IssueRecord =
            self.change_issue(Method::PATCH, &format!("/issues/{number}"), edit, Repeat::Freely).await?;
        self.no_pull(made)
    }

    /// Comments on an issue.
    pub async fn comment_on_issue(&self, number: u64, text: &str) -> Result<(), RemoteError> {
        let (path, body) = (format!("/issues/{number}/comments"), json!({ "body": text }));
        let _: Made = self.change_issue(Method::POST, &path, &body, Repeat::Unseen).await?;
        Ok(())
    }

    fn no_pull(&self, made: IssueRecord) -> Result<Issue, RemoteError> {
        let number = made.number;
        made.issue().ok_or_else(|| RemoteError::Unexpected {
            what: format!("#{number} of {}", self.name),
            problem: "expected an issue, found a pull request".to_owned(),
        })
    }

    async fn change_issue<T: serde::de::DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
        repeat: Repeat,
    ) -> Result<T, RemoteError> {
        let made = github::change(&self.client, method, &self.url(path), body, repeat).await;
        made.map_err(|error| RemoteError::changing_issue(error, self.variable))
    }
}

/// The part of a query that asks for a label.
fn labelled(label: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("labels", label).finish()
}
