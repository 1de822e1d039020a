//! A repository on GitHub, and runs that keep issues there.

use std::time::Duration;

use pybump::demo::github::{AccountKind, GitHub, Issue, Permission};
use pybump::publish::github::Remote;
use pybump::publish::issue::{IssueAction, IssueDone, Standing, WantedIssue, keep};
use pybump::sources::client::{Client, ClientOptions, RetryPolicy, Secret, Timeouts};

use super::super::trial::ONCE;
use crate::support::github::Hub;

pub const IMAGES: &str = "acme/python";
pub const LABEL: &str = "security";

/// What one run wants, and how it stands with the rest.
pub struct Run<'a> {
    pub token: &'static str,
    pub wanted: &'a [WantedIssue],
    /// Ids that are settled.
    pub settled: &'a [&'static str],
    pub dry: bool,
    pub retry: RetryPolicy,
    pub timeouts: Timeouts,
}

impl Default for Run<'_> {
    fn default() -> Self {
        let timeouts = Timeouts::default();
        Self { token: "bot-token", wanted: &[], settled: &[], dry: false, retry: ONCE, timeouts }
    }
}

/// `content` is what a person decides on.
pub fn wanted(id: &str, content: &str) -> WantedIssue {
    WantedIssue {
        id: id.to_owned(),
        content: content.to_owned(),
        title: format!("Review {id}"),
        body: format!("Upstream serves {content}.\n\nFind out why."),
        labels: vec![LABEL.to_owned(), "bot".to_owned()],
        ..WantedIssue::default()
    }
}

pub fn acme() -> Hub {
    let mut github = GitHub::new();
    github.set_clock("2026-03-01T10:00:00Z".parse().unwrap());
    github.account("bot", "bot-token", AccountKind::User);
    github.account("pybump[bot]", "app-token", AccountKind::App);
    github.account("github-actions[bot]", "actions-token", AccountKind::Actions);
    github.account("stranger", "stranger-token", AccountKind::User);
    github.account("mara", "mara-token", AccountKind::User);
    github.create(IMAGES).unwrap();
    for login in ["bot", "pybump[bot]", "github-actions[bot]"] {
        github.permit(login, IMAGES, Permission::Write);
    }
    github.permit("mara", IMAGES, Permission::Admin);
    Hub::serve(github)
}

/// What was done about an issue; an error in words.
pub type Outcome = Result<IssueDone, String>;

impl Run<'_> {
    /// By id: what was done, in the order in which it is told; errors in words.
    pub fn on(&self, hub: &Hub) -> Result<Vec<(String, Outcome)>, String> {
        let options = ClientOptions {
            github_api: format!("http://{}/api", hub.address()).parse().unwrap(),
            github_token: Some(Secret::new(self.token)),
            retry: self.retry,
            timeouts: self.timeouts,
            ..ClientOptions::default()
        };
        let client = Client::new(options).unwrap();
        let of_id = |id: &str| {
            if self.settled.contains(&id) {
                Standing::Settled(format!("Closed by pybump: {id} is over."))
            } else {
                Standing::Unknown("not looked at".to_owned())
            }
        };
        let variable = if self.token == "actions-token" { "GITHUB_TOKEN" } else { "PYBUMP_GITHUB_TOKEN" };
        let work = async {
            let (remote, _) = Remote::open(&client, &IMAGES.parse().unwrap(), Some(variable)).await?;
            keep(&remote, LABEL, self.wanted, &of_id, self.dry).await
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let kept = runtime.block_on(work).map_err(|error| error.to_string())?;
        Ok(kept.into_iter().map(|(id, done)| (id, done.map_err(|error| error.to_string()))).collect())
    }

    /// Runs with requests counted from 0; all must end well.
    #[track_caller]
    pub fn done(&self, hub: &Hub) -> Vec<IssueDone> {
        hub.forget_requests();
        self.on(hub).unwrap().into_iter().map(|(_, done)| done.unwrap()).collect()
    }

    /// Runs; the one thing that was done.
    #[track_caller]
    pub fn one(&self, hub: &Hub) -> IssueDone {
        let mut done = self.done(hub);
        assert_eq!(done.len(), 1, "{done:#?}");
        done.remove(0)
    }

    /// Runs again: nothing is written, and all is unchanged.
    #[track_caller]
    pub fn settles(&self, hub: &Hub) {
        for done in self.done(hub) {
            assert_eq!(done.action, IssueAction::Unchanged, "{done:#?}");
        }
        assert_eq!(hub.writes().len(), 0, "{:#?}", hub.writes());
    }
}

pub fn issues(hub: &Hub) -> Vec<Issue> {
    hub.github(|github| github.issues(IMAGES).into_iter().cloned().collect())
}

#[track_caller]
pub fn issue(hub: &Hub, number: u64) -> Issue {
    hub.github(|github| github.issue(IMAGES, number).cloned()).unwrap()
}

/// An error without the server's address, which differs.
pub fn told(hub: &Hub, error: &str) -> String {
    error.replace(&hub.address().to_string(), "WORLD")
}

pub const PATIENCE: Duration = Duration::from_secs(20);
