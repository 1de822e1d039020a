//! Pull requests: listed, shown, opened and changed.

use serde_json::json;

use super::pull_rules::fits;
use crate::demo::github::account::Permission;
use crate::demo::github::call::{Refusal, Reply, Request, Routed};
use crate::demo::github::persons::Opening;
use crate::demo::github::pull::Pull;
use crate::demo::github::{GitHub, bodies};

/// The pull request that the path names.
pub(super) fn named<'a>(github: &'a GitHub, request: &Request<'_>) -> Result<&'a Pull, Refusal> {
    let number = request.rest[1].parse().map_err(|_| Refusal::not_found())?;
    github.by_id(request.repository).pulls.get(&number).ok_or_else(Refusal::not_found)
}

#[expect(clippy::unnecessary_wraps, reason = "all routes have one shape")]
pub(super) fn list(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    let state = request.query("state").unwrap_or_else(|| "open".to_owned());
    let (head, base) = (request.query("head"), request.query("base"));
    // A head without an owner is no filter at all.
    let head = head.as_deref().and_then(|head| head.split_once(':'));
    let mut shown: Vec<&Pull> = there
        .pulls
        .values()
        .filter(|pull| state == "all" || (state == "open") == pull.open)
        .filter(|pull| {
            head.is_none_or(|(owner, branch)| pull.head.owner.eq_ignore_ascii_case(owner) && pull.head.branch == branch)
        })
        .filter(|pull| base.as_ref().is_none_or(|base| pull.base == *base))
        .collect();
    let sort = request.query("sort").unwrap_or_default();
    if sort == "updated" {
        shown.sort_by_key(|pull| pull.updated_at);
    }
    let descending = match request.query("direction").as_deref() {
        Some(direction) => direction == "desc",
        None => sort.is_empty() || sort == "created",
    };
    if descending {
        shown.reverse();
    }
    let shown = shown.iter().map(|pull| bodies::pull_in_list(github, &request.call.base, there, pull)).collect();
    Ok(request.page(shown))
}

fn whole(github: &GitHub, request: &Request<'_>, status: u16, number: u64) -> Reply {
    let there = github.by_id(request.repository);
    Reply::json(status, bodies::pull(github, &request.call.base, there, &there.pulls[&number]))
}

pub(super) fn get(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let number = named(github, request)?.number;
    Ok(whole(github, request, 200, number))
}

pub(super) fn commits(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    let (ids, _) = github.contents_of(there, named(github, request)?);
    let mut shown = Vec::new();
    for id in ids {
        shown.push(bodies::commit(github, &request.call.base, there, &github.read_commit(there, id)?));
    }
    Ok(request.page(shown))
}

pub(super) fn files(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    let pull = named(github, request)?;
    let (_, files) = github.contents_of(there, pull);
    Ok(request.page(files.iter().map(|file| file.json(&request.call.base, there, pull.head.sha)).collect()))
}

pub(super) fn create(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let text = |name| request.text(name).unwrap_or_default();
    let opening = Opening { title: text("title"), body: text("body"), head: text("head"), base: text("base") };
    let number = github.new_pull(request.repository, request.login(), opening)?;
    let pull = github.pull_mut(request.repository, number);
    pull.draft = request.body["draft"] == json!(true);
    // Only a fork's owner can let others push.
    let from = (pull.head.repository, request.body["maintainer_can_modify"] == json!(true));
    let allowed =
        from.1 && from.0 != request.repository && github.by_id(from.0).permission(request.login()) >= Permission::Write;
    github.pull_mut(request.repository, number).maintainer_can_modify = allowed;
    let reply = whole(github, request, 201, number);
    let url = format!("{}{}/{number}", request.call.base, request.call.path);
    Ok(reply.header("location", &url))
}

pub(super) fn update(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let (id, number) = (request.repository, named(github, request)?.number);
    if let Some(body) = request.text("body") {
        fits(body)?;
    }
    if request.text("base").is_some_and(|base| github.by_id(id).branch(base).is_none()) {
        return Err(Refusal::invalid(json!({ "resource": "PullRequest", "field": "base", "code": "invalid" })));
    }
    let now = github.now();
    match request.text("state") {
        Some("open") => github.reopen(id, number)?,
        Some("closed") => {
            let pull = github.pull_mut(id, number);
            if pull.open {
                pull.close(request.login(), now);
            }
        }
        _ => {}
    }
    let pull = github.pull_mut(id, number);
    if let Some(title) = request.text("title") {
        title.clone_into(&mut pull.title);
    }
    if let Some(body) = request.text("body") {
        pull.body = Some(body.to_owned());
    }
    if let Some(base) = request.text("base") {
        base.clone_into(&mut pull.base);
    }
    if let Some(allowed) = request.body["maintainer_can_modify"].as_bool() {
        pull.maintainer_can_modify = allowed;
    }
    pull.updated_at = now;
    Ok(whole(github, request, 200, number))
}
