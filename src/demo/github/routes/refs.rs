//! References: read, made, moved and removed.

use git2::{ObjectType, Oid};
use serde_json::json;

use super::objects::{id, not_empty};
use crate::demo::github::call::{Refusal, Reply, Request, Routed};
use crate::demo::github::{GitHub, bodies};

const PROTECTED: &str = "https://docs.github.com/articles/about-protected-branches";

pub(super) fn get(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let name = format!("refs/{}", request.tail(2));
    let id = github.by_id(request.repository).reference(&name).ok_or_else(Refusal::not_found)?;
    Ok(Reply::json(200, body(github, request, &name, id)))
}

pub(super) fn matching(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let prefix = format!("refs/{}", request.tail(2));
    let there = github.by_id(request.repository);
    let all = there.refs.iter().filter(|(name, _)| name.starts_with(&prefix));
    Ok(Reply::json(200, json!(all.map(|(name, id)| body(github, request, name, *id)).collect::<Vec<_>>())))
}

pub(super) fn create(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let name = request.text("ref").unwrap_or_default().to_owned();
    if name.matches('/').count() < 2 {
        return Err(Refusal::new(422, "Reference name must contain at least three slash-separated components."));
    }
    if !name.starts_with("refs/") || !git2::Reference::is_valid_name(&name) {
        return Err(Refusal::new(422, &format!("{name} is not a valid ref name.")));
    }
    let there = github.by_id(request.repository);
    let to = target(github, request)?;
    if there.refs.contains_key(&name) {
        return Err(Refusal::new(422, "Reference already exists"));
    }
    let conflicts = |other: &String| other.starts_with(&format!("{name}/")) || name.starts_with(&format!("{other}/"));
    if there.refs.keys().any(conflicts) {
        return Err(Refusal::new(422, "Reference update failed"));
    }
    github.set_reference(request.repository, &name, Some(to), request.login());
    let body = body(github, request, &name, to);
    let url = body["url"].as_str().unwrap_or_default().to_owned();
    Ok(Reply::json(201, body).header("location", &url))
}

pub(super) fn update(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let name = format!("refs/{}", request.tail(2));
    let there = github.by_id(request.repository);
    let old = there.refs.get(&name).copied().ok_or_else(|| Refusal::new(422, "Reference does not exist"))?;
    let to = target(github, request)?;
    if is_protected(github, request, &name) {
        return Err(Refusal::new(422, "Changes must be made through a pull request.").documented(PROTECTED));
    }
    let forced = request.body["force"].as_bool().unwrap_or(false);
    if !forced && !github.store(there).reaches(to, old) {
        return Err(Refusal::new(422, "Update is not a fast forward"));
    }
    if to != old {
        github.set_reference(request.repository, &name, Some(to), request.login());
    }
    Ok(Reply::json(200, body(github, request, &name, to)))
}

pub(super) fn delete(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let name = format!("refs/{}", request.tail(2));
    if !github.by_id(request.repository).refs.contains_key(&name) {
        return Err(Refusal::new(422, "Reference does not exist"));
    }
    if is_protected(github, request, &name) {
        return Err(Refusal::new(422, "Cannot delete a protected branch").documented(PROTECTED));
    }
    github.set_reference(request.repository, &name, None, request.login());
    Ok(Reply::nothing(204))
}

fn is_protected(github: &GitHub, request: &Request<'_>, name: &str) -> bool {
    let branch = name.strip_prefix("refs/heads/");
    branch.is_some_and(|branch| github.by_id(request.repository).protected.contains(branch))
}

/// The object that the body names. A branch points at commits only; nothing else than those and tags is pointed at.
fn target(github: &GitHub, request: &Request<'_>) -> Result<Oid, Refusal> {
    let store = github.store(github.by_id(request.repository));
    let sha = request.text("sha").unwrap_or_default();
    let Some(id) = id(sha) else {
        return Err(Refusal::new(422, "The sha parameter must be exactly 40 characters and contain only [0-9a-f]."));
    };
    match store.kind(id) {
        Some(ObjectType::Commit | ObjectType::Tag) => Ok(id),
        _ => Err(Refusal::new(422, "Object does not exist")),
    }
}

fn body(github: &GitHub, request: &Request<'_>, name: &str, id: Oid) -> serde_json::Value {
    let there = github.by_id(request.repository);
    let kind = github.store(there).kind(id).map_or("commit", |kind| kind.str());
    bodies::reference(&request.call.base, there, name, id, kind)
}
