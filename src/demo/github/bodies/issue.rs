//! The bodies of issues, and of pull requests where they are listed as the issues that they are.

use serde_json::{Value, json};

use super::pull::{association, label};
use super::{PAGES, node, user};
use crate::demo::github::GitHub;
use crate::demo::github::issue::Issue;
use crate::demo::github::pull::Pull;
use crate::demo::github::repository::Repository;

/// An issue.
pub(in crate::demo::github) fn issue(github: &GitHub, base: &str, there: &Repository, issue: &Issue) -> Value {
    let mut body = thread(github, base, there, issue.number);
    fill(
        &mut body,
        json!({
            "id": issue.id,
            "node_id": node("I", issue.id),
            "html_url": format!("{PAGES}/{}/issues/{}", there.full_name(), issue.number),
            "state": if issue.open { "open" } else { "closed" },
            "state_reason": issue.state_reason,
            "title": issue.title,
            "body": issue.body,
            "created_at": issue.created_at.to_string(),
            "updated_at": issue.updated_at.to_string(),
            "closed_at": issue.closed_at.map(|at| at.to_string()),
            "closed_by": issue.closed_by.as_ref().map(|login| user(github, base, login)),
        }),
    );
    body
}

/// A pull request as the issue that it is.
pub(in crate::demo::github) fn pull_as_issue(github: &GitHub, base: &str, there: &Repository, pull: &Pull) -> Value {
    let (name, number) = (there.full_name(), pull.number);
    let page = format!("{PAGES}/{name}/pull/{number}");
    let closed_by = pull.closed_by.as_ref().or(pull.merged.as_ref().map(|merged| &merged.by));
    let mut body = thread(github, base, there, number);
    fill(
        &mut body,
        json!({
            "id": pull.id,
            "node_id": node("PR", pull.id),
            "html_url": page,
            "state": if pull.open { "open" } else { "closed" },
            "state_reason": null,
            "title": pull.title,
            "body": pull.body,
            "created_at": pull.created_at.to_string(),
            "updated_at": pull.updated_at.to_string(),
            "closed_at": pull.closed_at.map(|at| at.to_string()),
            "closed_by": closed_by.map(|login| user(github, base, login)),
            "draft": pull.draft,
            "pull_request": {
                "url": format!("{base}/repos/{name}/pulls/{number}"),
                "html_url": page,
                "diff_url": format!("{page}.diff"),
                "patch_url": format!("{page}.patch"),
                "merged_at": pull.merged.as_ref().map(|merged| merged.at.to_string()),
            },
        }),
    );
    body
}

/// What the two have in common.
fn thread(github: &GitHub, base: &str, there: &Repository, number: u64) -> Value {
    let thread = there.thread(number).expect("it is shown because it is there");
    let repository = format!("{base}/repos/{}", there.full_name());
    let url = format!("{repository}/issues/{number}");
    json!({
        "url": url,
        "repository_url": repository,
        "labels_url": format!("{url}/labels{{/name}}"),
        "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "timeline_url": format!("{url}/timeline"),
        "number": number,
        "user": user(github, base, thread.author),
        "labels": thread.labels.iter().map(|name| label(base, there, name)).collect::<Vec<_>>(),
        "locked": false,
        "active_lock_reason": null,
        "assignee": null,
        "assignees": [],
        "milestone": null,
        "comments": thread.comments.len(),
        "author_association": association(github, there, thread.author),
        "performed_via_github_app": null,
    })
}

fn fill(body: &mut Value, more: Value) {
    let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) else { return };
    body.extend(more);
}
