//! What answers say, with every field that GitHub's own description of its API requires.

mod git;
mod issue;
mod pull;
mod repository;

use serde_json::{Value, json};

pub(super) use git::{commit, git_commit, reference};
pub(super) use issue::{issue, pull_as_issue};
pub(super) use pull::{comment, label, pull, pull_in_list};
pub(super) use repository::repository;

use super::GitHub;
use super::account::AccountKind;

/// Where GitHub's pages are, of which the fake has none.
pub(super) const PAGES: &str = "https://github.com";

/// An id such as GraphQL takes.
pub(super) fn node(kind: &str, id: impl std::fmt::Display) -> String {
    format!("{kind}_fake{id}")
}

/// An account, by its login; one that is only a name is a person.
pub(super) fn user(github: &GitHub, base: &str, login: &str) -> Value {
    let account = github.find_account(login);
    let id = account.map_or_else(|| 1 + login.bytes().map(u64::from).sum::<u64>() % 1000, |account| account.id);
    let bot = account.is_some_and(|account| account.kind != AccountKind::User);
    let url = format!("{base}/users/{}", login.replace('[', "%5B").replace(']', "%5D"));
    json!({
        "login": login,
        "id": id,
        "node_id": node("U", id),
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}?v=4"),
        "gravatar_id": "",
        "url": url,
        "html_url": if bot { format!("{PAGES}/apps/{}", login.trim_end_matches("[bot]")) } else { format!("{PAGES}/{login}") },
        "followers_url": format!("{url}/followers"),
        "following_url": format!("{url}/following{{/other_user}}"),
        "gists_url": format!("{url}/gists{{/gist_id}}"),
        "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{url}/subscriptions"),
        "organizations_url": format!("{url}/orgs"),
        "repos_url": format!("{url}/repos"),
        "events_url": format!("{url}/events{{/privacy}}"),
        "received_events_url": format!("{url}/received_events"),
        "type": if bot { "Bot" } else { "User" },
        "user_view_type": "public",
        "site_admin": false,
    })
}
