//! Commits, lists of them, and comparisons.

use git2::Oid;
use jiff::Timestamp;
use serde_json::json;

use super::objects::not_empty;
use crate::demo::github::bodies::PAGES;
use crate::demo::github::call::{Refusal, Reply, Request, Routed};
use crate::demo::github::{GitHub, bodies};

pub(super) fn get(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let there = github.by_id(request.repository);
    let named = request.tail(1);
    let id =
        github.resolve(there, &named).ok_or_else(|| Refusal::new(422, &format!("No commit found for SHA: {named}")))?;
    if request.call.accept.contains("sha") {
        return Ok(Reply::raw(id.to_string().into_bytes(), "application/vnd.github.sha; charset=utf-8"));
    }
    let commit = github.read_commit(there, id)?;
    let files = github.store(there).changes(commit.parents.first().copied(), id)?;
    let mut body = bodies::commit(github, &request.call.base, there, &commit);
    let (plus, minus) =
        files.iter().fold((0, 0), |(plus, minus), file| (plus + file.additions, minus + file.deletions));
    body["stats"] = json!({ "total": plus + minus, "additions": plus, "deletions": minus });
    body["files"] = files.iter().map(|file| file.json(&request.call.base, there, id)).collect();
    Ok(Reply::json(200, body))
}

pub(super) fn list(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let there = github.by_id(request.repository);
    let from = request.query("sha").unwrap_or_else(|| "HEAD".to_owned());
    let tip = github.resolve(there, &from).ok_or_else(Refusal::not_found)?;
    let time = |name| request.query(name).and_then(|text| text.parse::<Timestamp>().ok()).map(Timestamp::as_second);
    let (since, until) = (time("since"), time("until"));
    let path = request.query("path");
    let store = github.store(there);
    let mut shown = Vec::new();
    for id in store.log(tip, None)? {
        let commit = github.read_commit(there, id)?;
        let at = commit.committer.seconds;
        let in_time = since.is_none_or(|since| at >= since) && until.is_none_or(|until| at <= until);
        let touches = path.as_ref().map(|path| store.touches(id, path)).transpose()?.unwrap_or(true);
        if in_time && touches {
            shown.push(bodies::commit(github, &request.call.base, there, &commit));
        }
    }
    Ok(request.page(shown))
}

pub(super) fn compare(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let there = github.by_id(request.repository);
    let both = request.tail(1);
    let (from, to) = both.split_once("...").ok_or_else(Refusal::not_found)?;
    let (base, head) = (side(github, request, from)?, side(github, request, to)?);
    let store = github.store(there);
    let fork = store
        .merge_base(base, head)
        .ok_or_else(|| Refusal::new(404, &format!("No common ancestor between {from} and {to}.")))?;
    let (ahead, behind) = store.ahead_behind(head, base)?;
    let mut ids = store.log(head, Some(base))?;
    ids.reverse();
    let shown = |id: Oid| -> Result<serde_json::Value, Refusal> {
        Ok(bodies::commit(github, &request.call.base, there, &github.read_commit(there, id)?))
    };
    let commits = ids.iter().map(|id| shown(*id)).collect::<Result<Vec<_>, _>>()?;
    let files = store.changes(Some(fork), head)?;
    let name = there.full_name();
    let page = format!("{PAGES}/{name}/compare/{from}...{to}");
    Ok(Reply::json(
        200,
        json!({
            "url": format!("{}/repos/{name}/compare/{from}...{to}", request.call.base),
            "html_url": page,
            "permalink_url": format!("{PAGES}/{name}/compare/{base}...{head}"),
            "diff_url": format!("{page}.diff"),
            "patch_url": format!("{page}.patch"),
            "base_commit": shown(base)?,
            "merge_base_commit": shown(fork)?,
            "status": match (ahead, behind) {
                (0, 0) => "identical",
                (_, 0) => "ahead",
                (0, _) => "behind",
                _ => "diverged",
            },
            "ahead_by": ahead,
            "behind_by": behind,
            "total_commits": ids.len(),
            "commits": commits,
            "files": files.iter().map(|file| file.json(&request.call.base, there, head)).collect::<Vec<_>>(),
        }),
    ))
}

/// One side of a comparison: `BRANCH`, or `OWNER:BRANCH` or `OWNER:NAME:BRANCH` of the same network.
fn side(github: &GitHub, request: &Request<'_>, text: &str) -> Result<Oid, Refusal> {
    let there = github.by_id(request.repository);
    let Some((owner, rest)) = text.split_once(':') else {
        return github.resolve(there, text).ok_or_else(Refusal::not_found);
    };
    let (name, branch) = rest.split_once(':').map_or((None, rest), |(name, branch)| (Some(name), branch));
    let mut forks = github.repositories.values().filter(|fork| {
        fork.network == there.network
            && fork.owner.eq_ignore_ascii_case(owner)
            && name.is_none_or(|name| fork.name.eq_ignore_ascii_case(name))
    });
    forks.find_map(|fork| github.resolve(fork, branch)).ok_or_else(Refusal::not_found)
}
