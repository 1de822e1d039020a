//! The bodies of references and commits.

use git2::Oid;
use serde_json::{Value, json};

use super::{PAGES, node, user};
use crate::demo::github::identity::{Identity, instant};
use crate::demo::github::look::Commit;
use crate::demo::github::repository::Repository;
use crate::demo::github::{GitHub, bodies};

/// A reference.
pub(in crate::demo::github) fn reference(
    base: &str,
    repository: &Repository,
    name: &str,
    id: Oid,
    kind: &str,
) -> Value {
    let url = format!("{base}/repos/{}/git", repository.full_name());
    json!({
        "ref": name,
        "node_id": node("REF", name),
        "url": format!("{url}/{name}"),
        "object": { "sha": id.to_string(), "type": kind, "url": format!("{url}/{kind}s/{id}") },
    })
}

/// A commit as the git data routes show it.
pub(in crate::demo::github) fn git_commit(base: &str, repository: &Repository, commit: &Commit) -> Value {
    let name = repository.full_name();
    let url = format!("{base}/repos/{name}/git");
    json!({
        "sha": commit.sha.to_string(),
        "node_id": node("C", commit.sha),
        "url": format!("{url}/commits/{}", commit.sha),
        "html_url": format!("{PAGES}/{name}/commit/{}", commit.sha),
        "author": commit.author.json(),
        "committer": commit.committer.json(),
        "tree": { "sha": commit.tree.to_string(), "url": format!("{url}/trees/{}", commit.tree) },
        "message": commit.message,
        "parents": commit.parents.iter().map(|parent| json!({
            "sha": parent.to_string(),
            "url": format!("{url}/commits/{parent}"),
            "html_url": format!("{PAGES}/{name}/commit/{parent}"),
        })).collect::<Vec<_>>(),
        "verification": verification(commit),
    })
}

/// A commit as the commit routes show it.
pub(in crate::demo::github) fn commit(github: &GitHub, base: &str, repository: &Repository, commit: &Commit) -> Value {
    let name = repository.full_name();
    let url = format!("{base}/repos/{name}/commits/{}", commit.sha);
    json!({
        "sha": commit.sha.to_string(),
        "node_id": node("C", commit.sha),
        "url": url,
        "html_url": format!("{PAGES}/{name}/commit/{}", commit.sha),
        "comments_url": format!("{url}/comments"),
        "commit": {
            "url": format!("{base}/repos/{name}/git/commits/{}", commit.sha),
            "author": commit.author.json(),
            "committer": commit.committer.json(),
            "message": commit.message,
            "tree": { "sha": commit.tree.to_string(), "url": format!("{base}/repos/{name}/git/trees/{}", commit.tree) },
            "comment_count": 0,
            "verification": verification(commit),
        },
        "author": whose(github, base, &commit.author),
        "committer": whose(github, base, &commit.committer),
        "parents": commit.parents.iter().map(|parent| json!({
            "sha": parent.to_string(),
            "url": format!("{base}/repos/{name}/commits/{parent}"),
            "html_url": format!("{PAGES}/{name}/commit/{parent}"),
        })).collect::<Vec<_>>(),
    })
}

/// The account that an address belongs to; GitHub knows only those that it has given out here.
fn whose(github: &GitHub, base: &str, identity: &Identity) -> Value {
    let login = identity.email.strip_suffix("@users.noreply.github.com").and_then(|local| local.split_once('+'));
    match login.and_then(|(_, login)| github.find_account(login)) {
        Some(account) => user(github, base, &account.login),
        None if identity.email == "noreply@github.com" => bodies::user(github, base, "web-flow"),
        None => Value::Null,
    }
}

fn verification(commit: &Commit) -> Value {
    if commit.verified {
        let (signature, at) = ("-----BEGIN PGP SIGNATURE-----", instant(commit.committer.seconds));
        let payload = format!("tree {}\n", commit.tree);
        return json!({
            "verified": true, "reason": "valid", "signature": signature, "payload": payload, "verified_at": at,
        });
    }
    json!({ "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null })
}
