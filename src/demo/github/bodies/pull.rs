//! The bodies of pull requests, their labels and comments.

use git2::Oid;
use serde_json::{Value, json};

use super::{PAGES, node, repository, user};
use crate::demo::github::GitHub;
use crate::demo::github::account::{AccountKind, Permission};
use crate::demo::github::pull::{Comment, Pull};
use crate::demo::github::repository::Repository;

/// A pull request as it stands in a list.
pub(in crate::demo::github) fn pull_in_list(github: &GitHub, base: &str, there: &Repository, pull: &Pull) -> Value {
    let name = there.full_name();
    let number = pull.number;
    let url = format!("{base}/repos/{name}/pulls/{number}");
    let issue = format!("{base}/repos/{name}/issues/{number}");
    let page = format!("{PAGES}/{name}/pull/{number}");
    let statuses = format!("{base}/repos/{name}/statuses/{}", pull.head.sha);
    let review_comment = format!("{base}/repos/{name}/pulls/comments{{/number}}");
    let links = [
        ("self", url.clone()),
        ("html", page.clone()),
        ("issue", issue.clone()),
        ("comments", format!("{issue}/comments")),
        ("review_comments", format!("{url}/comments")),
        ("review_comment", review_comment.clone()),
        ("commits", format!("{url}/commits")),
        ("statuses", statuses.clone()),
    ];
    let links: serde_json::Map<_, _> =
        links.into_iter().map(|(name, href)| (name.to_owned(), json!({ "href": href }))).collect();
    json!({
        "url": url,
        "id": pull.id,
        "node_id": node("PR", pull.id),
        "html_url": page,
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "issue_url": issue,
        "commits_url": format!("{url}/commits"),
        "review_comments_url": format!("{url}/comments"),
        "review_comment_url": review_comment,
        "comments_url": format!("{issue}/comments"),
        "statuses_url": statuses,
        "number": number,
        "state": if pull.open { "open" } else { "closed" },
        "locked": false,
        "title": pull.title,
        "user": user(github, base, &pull.author),
        "body": pull.body,
        "labels": pull.labels.iter().map(|name| label(base, there, name)).collect::<Vec<_>>(),
        "milestone": null,
        "created_at": pull.created_at.to_string(),
        "updated_at": pull.updated_at.to_string(),
        "closed_at": pull.closed_at.map(|at| at.to_string()),
        "merged_at": pull.merged.as_ref().map(|merged| merged.at.to_string()),
        "merge_commit_sha": pull.merged.as_ref().map(|merged| merged.commit.to_string()),
        "assignee": null,
        "assignees": [],
        "requested_reviewers": pull.reviewers.iter().map(|login| user(github, base, login)).collect::<Vec<_>>(),
        "requested_teams": [],
        "head": side(github, base, github.by_id(pull.head.repository), &pull.head.branch, pull.head.sha),
        "base": side(github, base, there, &pull.base, pull.base_sha),
        "_links": links,
        "author_association": association(github, there, &pull.author),
        "auto_merge": null,
        "draft": pull.draft,
    })
}

/// A pull request that is asked for by itself.
pub(in crate::demo::github) fn pull(github: &GitHub, base: &str, there: &Repository, pull: &Pull) -> Value {
    let mut body = pull_in_list(github, base, there, pull);
    let (commits, files) = github.contents_of(there, pull);
    let sum = |count: fn(&super::super::routes::FileChange) -> usize| files.iter().map(count).sum::<usize>();
    let more = json!({
        "merged": pull.merged.is_some(),
        "mergeable": pull.open.then(|| github.is_mergeable(there, pull)),
        "rebaseable": null,
        "mergeable_state": if pull.open { "clean" } else { "unknown" },
        "merged_by": pull.merged.as_ref().map(|merged| user(github, base, &merged.by)),
        "comments": pull.comments.len(),
        "review_comments": 0,
        "maintainer_can_modify": pull.maintainer_can_modify,
        "commits": commits.len(),
        "additions": sum(|file| file.additions),
        "deletions": sum(|file| file.deletions),
        "changed_files": files.len(),
    });
    let more = more.as_object().cloned().unwrap_or_default();
    body.as_object_mut().expect("a pull request is an object").extend(more);
    body
}

/// A label.
pub(in crate::demo::github) fn label(base: &str, there: &Repository, name: &str) -> Value {
    let id = there.labels.get(name).copied().unwrap_or(1);
    let segment: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
    json!({
        "id": id,
        "node_id": node("LA", id),
        "url": format!("{base}/repos/{}/labels/{segment}", there.full_name()),
        "name": name,
        "color": "ededed",
        "default": false,
        "description": "",
    })
}

/// A comment.
pub(in crate::demo::github) fn comment(
    github: &GitHub,
    base: &str,
    there: &Repository,
    number: u64,
    comment: &Comment,
) -> Value {
    let (name, id) = (there.full_name(), comment.id);
    let page = if there.pulls.contains_key(&number) { "pull" } else { "issues" };
    json!({
        "id": id,
        "node_id": node("IC", id),
        "url": format!("{base}/repos/{name}/issues/comments/{id}"),
        "html_url": format!("{PAGES}/{name}/{page}/{number}#issuecomment-{id}"),
        "issue_url": format!("{base}/repos/{name}/issues/{number}"),
        "user": user(github, base, &comment.author),
        "created_at": comment.created_at.to_string(),
        "updated_at": comment.created_at.to_string(),
        "body": comment.body,
        "author_association": association(github, there, &comment.author),
        "performed_via_github_app": null,
    })
}

fn side(github: &GitHub, base: &str, there: &Repository, branch: &str, sha: Oid) -> Value {
    json!({
        "label": format!("{}:{branch}", there.owner),
        "ref": branch,
        "sha": sha.to_string(),
        "user": user(github, base, &there.owner),
        "repo": repository(github, base, there, "", false),
    })
}

/// How an author stands to the repository. An App that may write there is no collaborator of it.
pub(super) fn association(github: &GitHub, there: &Repository, login: &str) -> &'static str {
    if github.find_account(login).is_some_and(|account| account.kind != AccountKind::User) {
        return "NONE";
    }
    match there.permission(login) {
        Permission::Admin => "OWNER",
        Permission::Write => "COLLABORATOR",
        Permission::Read | Permission::None => "NONE",
    }
}
