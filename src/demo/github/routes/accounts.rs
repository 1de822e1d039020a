//! Accounts, repositories and forks.

use serde_json::json;

use crate::demo::github::account::AccountKind;
use crate::demo::github::call::{Refusal, Reply, Request, Routed};
use crate::demo::github::{GitHub, bodies};

pub(super) fn user(github: &GitHub, request: &Request<'_>) -> Routed {
    match &request.account {
        None => Err(Refusal::new(401, "Requires authentication")),
        Some(account) if account.kind != AccountKind::User => Err(Refusal::new(403, account.refusal())),
        Some(account) => {
            let mut body = bodies::user(github, &request.call.base, &account.login);
            for key in ["name", "company", "blog", "location", "email", "hireable", "bio"] {
                body[key] = json!(null);
            }
            for key in ["public_repos", "public_gists", "followers", "following"] {
                body[key] = json!(0);
            }
            for key in ["created_at", "updated_at"] {
                body[key] = json!("2008-01-14T04:33:35Z");
            }
            Ok(Reply::json(200, body))
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all routes have one shape")]
pub(super) fn repository(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    Ok(Reply::json(200, bodies::repository(github, &request.call.base, there, request.login(), true)))
}

pub(super) fn fork(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let upstream = github.by_id(request.repository);
    if upstream.is_empty() {
        return Err(Refusal::new(
            403,
            "The repository exists, but it contains no Git content. Empty repositories cannot be forked.",
        ));
    }
    let name = upstream.full_name();
    let fork = github.fork(&name, request.login());
    let body = bodies::repository(github, &request.call.base, github.at(&fork), request.login(), true);
    Ok(Reply::json(202, body))
}

pub(super) fn merge_upstream(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    let branch = request.text("branch").unwrap_or_default().to_owned();
    let upstream = there.parent.map(|parent| github.by_id(parent));
    let tips = upstream.and_then(|upstream| Some((upstream.branch(&branch)?, there.branch(&branch)?)));
    let (Some(upstream), Some((theirs, ours))) = (upstream, tips) else {
        return Err(Refusal::new(422, "There was a problem syncing your fork with the upstream branch."));
    };
    let from = format!("{}:{branch}", upstream.owner);
    let store = github.store(there);
    let (message, kind) = if store.reaches(ours, theirs) {
        (format!("This branch is not behind the upstream {from}."), "none")
    } else if store.reaches(theirs, ours) {
        let name = format!("refs/heads/{branch}");
        github.set_reference(request.repository, &name, Some(theirs), request.login());
        (format!("Successfully fetched and fast-forwarded from upstream {from}."), "fast-forward")
    } else {
        return Err(Refusal::new(409, "There are merge conflicts"));
    };
    Ok(Reply::json(200, json!({ "message": message, "merge_type": kind, "base_branch": from })))
}
