//! The webhook: what is new since it was told last, and that it is told at least once.
//!
//! Owns what is news: a trouble that is new, other or over, a pull request that is open and was not told of. Nothing is
//! remembered as told that the webhook did not take.

use std::collections::BTreeSet;

use serde_json::json;

use super::memory::{Memory, Remembered, RememberedTrouble};
use super::trouble::{Trouble, Troubles};
use crate::config::RepositoryName;
use crate::publish::report::{PullAction, PullReport, PullsReport};
use crate::publish::wording::{self, Told};
use crate::sources::client::{Client, Webhook};

/// The pull requests that a run knows of, in whatever repository they are.
#[derive(Debug, Clone, Default)]
pub struct OpenPulls {
    open: Vec<OpenPull>,
    /// Those that are left as they are: open, or closed by a person.
    left: BTreeSet<String>,
    /// The repositories all of whose were looked at.
    looked_at: BTreeSet<String>,
}

/// An open pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPull {
    /// Its repository.
    pub repository: String,
    /// Its number.
    pub number: u64,
    /// Its page, where that is known.
    pub url: Option<String>,
    /// Its title.
    pub title: String,
}

/// What came of telling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Telling {
    /// What was told, or with a dry run would be; nothing where nothing is new.
    pub text: Option<String>,
    /// Why it could not be told or remembered. Names the webhook's host and no more of its address.
    pub warnings: Vec<String>,
}

impl OpenPulls {
    /// Those of the image repository, and of official-images where that was looked at.
    pub fn of(image: &PullsReport, library: Option<&PullsReport>) -> Self {
        let mut pulls = Self::default();
        for pull in [Some(image), library].into_iter().flatten().flat_map(|report| &report.pull_requests) {
            pulls.looked_at.insert(pull.repository.clone());
            pulls.take(pull);
        }
        pulls
    }

    fn take(&mut self, pull: &PullReport) {
        let Some(number) = pull.number else { return };
        let open = OpenPull {
            repository: pull.repository.clone(),
            number,
            url: pull.url.clone(),
            title: pull.title.clone().unwrap_or_default(),
        };
        match pull.action {
            PullAction::Unchanged | PullAction::Opened | PullAction::Updated | PullAction::Edited => {
                self.open.push(open);
            }
            PullAction::Left | PullAction::Failed => {
                self.left.insert(open.id());
            }
            PullAction::None | PullAction::Closed | PullAction::Cleared => {}
        }
    }
}

impl OpenPull {
    fn id(&self) -> String {
        format!("{}#{}", self.repository, self.number)
    }
}

/// Tells `webhook` what is new about `repository` since it was told last, in one message, or nothing. Never fails: what could not
/// be told is told by the next run.
pub async fn tell(
    client: &Client,
    webhook: &Webhook,
    memory: &Memory,
    repository: &RepositoryName,
    troubles: &Troubles,
    pulls: &OpenPulls,
    dry_run: bool,
) -> Telling {
    let before = memory.recall(repository);
    let (text, after) = news(repository, &before, troubles, pulls);
    if dry_run {
        return Telling { text, warnings: Vec::new() };
    }
    if let Some(text) = &text {
        let json = json!({ "text": text, "unfurl_links": false, "unfurl_media": false });
        if let Err(error) = client.post_webhook(webhook, json.to_string().into()).await {
            return Telling { text: None, warnings: vec![format!("{error}; the next run tells it")] };
        }
    }
    let mut telling = Telling { text, warnings: Vec::new() };
    if after != before
        && let Err((file, error)) = memory.remember(repository, after)
    {
        let file = file.display();
        telling
            .warnings
            .push(format!("cannot remember in {file} what the webhook was told: {error}; it will be told again"));
    }
    telling
}

/// What is to be told, if anything, and what is known to have been told after that.
fn news(
    repository: &RepositoryName,
    before: &Remembered,
    troubles: &Troubles,
    pulls: &OpenPulls,
) -> (Option<String>, Remembered) {
    let known: BTreeSet<_> = before.troubles.iter().flat_map(|told| &told.parts).collect();
    let is_news = |trouble: &&Trouble| !trouble.parts().iter().all(|part| known.contains(part));
    let now: BTreeSet<_> = troubles.list.iter().flat_map(Trouble::parts).collect();
    let stands = |told: &RememberedTrouble| told.parts.iter().all(|part| now.contains(part));
    let (standing, gone): (Vec<_>, Vec<_>) = before.troubles.iter().partition(|told| stands(told));
    let was_in_trouble =
        |trouble: &&Trouble| trouble.key.is_some() && before.troubles.iter().any(|told| told.key == trouble.key);
    let (changed, new): (Vec<_>, Vec<_>) = troubles.list.iter().filter(is_news).partition(was_in_trouble);
    // Of a series that is in other trouble now, that is told.
    let replaced =
        |told: &&RememberedTrouble| told.key.is_some() && changed.iter().any(|trouble| trouble.key == told.key);
    let gone: Vec<_> = gone.into_iter().filter(|told| !replaced(told)).collect();
    // What was not seen to be over may be so still.
    let (kept, over) = if troubles.unknown.is_some() { (gone, Vec::new()) } else { (Vec::new(), gone) };
    let of_alarms: BTreeSet<_> =
        troubles.list.iter().filter_map(|trouble| Some(trouble.see.as_ref()?.number)).collect();
    let is_told_of = |pull: &OpenPull| pull.repository == repository.to_string() && of_alarms.contains(&pull.number);
    let opened = pulls.open.iter().filter(|pull| !before.pulls.contains(&pull.id()) && !is_told_of(pull)).collect();
    let fresh = new.iter().chain(&changed).map(|trouble| RememberedTrouble {
        key: trouble.key.clone(),
        name: trouble.name(),
        parts: trouble.parts(),
    });
    let standing = standing.into_iter().filter(|told| !replaced(told));
    let remembered = standing.chain(kept).cloned().chain(fresh).collect();
    let is_gone = |id: &&String| {
        let of = id.split('#').next().unwrap_or_default();
        pulls.looked_at.contains(of) && !pulls.left.contains(*id)
    };
    let others = before.pulls.iter().filter(|id| !is_gone(id)).cloned();
    let after = Remembered { troubles: remembered, pulls: pulls.open.iter().map(OpenPull::id).chain(others).collect() };
    let over: Vec<_> = over.into_iter().map(|told| told.name.as_str()).collect();
    let told = Told { repository, new, changed, opened, over };
    let nothing = told.new.is_empty() && told.changed.is_empty() && told.opened.is_empty() && told.over.is_empty();
    ((!nothing).then(|| wording::news(&told)), after)
}

#[cfg(test)]
mod tests;
