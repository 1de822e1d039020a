//! A repository's body.

use serde_json::{Value, json};

use super::{PAGES, node, user};
use crate::demo::github::GitHub;
use crate::demo::github::account::Permission;
use crate::demo::github::repository::Repository;

/// The addresses below a repository's own, as templates.
const ADDRESSES: [(&str, &str); 37] = [
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
    ("url", ""),
];

const NULLS: [&str; 5] = ["description", "homepage", "language", "license", "mirror_url"];
const COUNTS: [&str; 3] = ["watchers", "watchers_count", "stargazers_count"];
const SWITCHES: [(&str, bool); 9] = [
    ("disabled", false),
    ("allow_forking", true),
    ("is_template", false),
    ("web_commit_signoff_required", false),
    ("has_projects", true),
    ("has_wiki", true),
    ("has_pages", false),
    ("has_downloads", true),
    ("has_discussions", false),
];

/// A repository as `viewer` sees it; one that is asked for by itself names where it was forked from.
pub(in crate::demo::github) fn repository(
    github: &GitHub,
    base: &str,
    repository: &Repository,
    viewer: &str,
    whole: bool,
) -> Value {
    let name = repository.full_name();
    let page = format!("{PAGES}/{name}");
    let issues = repository.issues.values().filter(|issue| issue.open && repository.has_issues).count();
    let open = repository.pulls.values().filter(|pull| pull.open).count() + issues;
    let forks = github.repositories.values().filter(|fork| fork.parent == Some(repository.id)).count();
    let mut body = json!({
        "id": repository.id,
        "node_id": node("R", repository.id),
        "name": repository.name,
        "full_name": name,
        "private": repository.private,
        "owner": user(github, base, &repository.owner),
        "html_url": page,
        "fork": repository.parent.is_some(),
        "clone_url": format!("{page}.git"),
        "svn_url": page,
        "git_url": format!("git://github.com/{name}.git"),
        "ssh_url": format!("git@github.com:{name}.git"),
        "default_branch": repository.default_branch,
        "archived": repository.archived,
        "visibility": if repository.private { "private" } else { "public" },
        "has_issues": repository.has_issues,
        "topics": [],
        "size": i32::from(!repository.is_empty()),
        "forks": forks,
        "forks_count": forks,
        "open_issues": open,
        "open_issues_count": open,
        "created_at": repository.created_at.to_string(),
        "updated_at": repository.pushed_at.to_string(),
        "pushed_at": repository.pushed_at.to_string(),
    });
    for key in NULLS {
        body[key] = Value::Null;
    }
    for key in COUNTS {
        body[key] = json!(0);
    }
    for (key, on) in SWITCHES {
        body[key] = json!(on);
    }
    for (key, path) in ADDRESSES {
        body[key] = json!(format!("{base}/repos/{name}{path}"));
    }
    if !viewer.is_empty() {
        let permission = repository.permission(viewer);
        body["permissions"] = json!({
            "admin": permission >= Permission::Admin,
            "maintain": permission >= Permission::Admin,
            "push": permission >= Permission::Write,
            "triage": permission >= Permission::Write,
            "pull": true,
        });
    }
    if whole {
        body["network_count"] = json!(forks);
        body["subscribers_count"] = json!(0);
        if let Some(parent) = repository.parent {
            let parent = self::repository(github, base, github.by_id(parent), viewer, false);
            body["source"] = parent.clone();
            body["parent"] = parent;
        }
    }
    body
}
