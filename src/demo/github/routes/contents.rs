//! Files and folders at a reference.

use git2::Oid;
use serde_json::{Value, json};

use super::objects::in_lines;
use crate::demo::github::GitHub;
use crate::demo::github::bodies::PAGES;
use crate::demo::github::call::{Refusal, Reply, Request, Routed};

pub(super) fn get(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    if there.is_empty() {
        return Err(Refusal::new(404, "This repository is empty."));
    }
    let asked = request.query("ref");
    let reference = asked.clone().unwrap_or_else(|| there.default_branch.clone());
    let commit = github
        .resolve(there, asked.as_deref().unwrap_or("HEAD"))
        .ok_or_else(|| Refusal::new(404, &format!("No commit found for the ref {reference}")))?;
    let store = github.store(there);
    let path = request.tail(1);
    let (mode, id) = store.entry(store.commit(commit)?.tree_id(), &path).ok_or_else(Refusal::not_found)?;
    let Ok(bytes) = store.blob(id) else {
        let mut all = Vec::new();
        for entry in &store.tree(id)? {
            let name = String::from_utf8_lossy(entry.name_bytes());
            let path = if path.is_empty() { name.into_owned() } else { format!("{path}/{name}") };
            all.push(entry_body(github, request, &path, &reference, entry.filemode(), entry.id()));
        }
        return Ok(Reply::json(200, json!(all)));
    };
    if request.call.accept.contains("raw") {
        return Ok(Reply::raw(bytes, "application/vnd.github.raw+json; charset=utf-8"));
    }
    let mut body = entry_body(github, request, &path, &reference, mode, id);
    body["content"] = json!(in_lines(&bytes));
    body["encoding"] = json!("base64");
    Ok(Reply::json(200, body))
}

fn entry_body(github: &GitHub, request: &Request<'_>, path: &str, reference: &str, mode: i32, id: Oid) -> Value {
    let there = github.by_id(request.repository);
    let name = there.full_name();
    let (kind, object) = if mode == 0o040_000 { ("dir", "tree") } else { ("file", "blob") };
    let url = format!("{}/repos/{name}/contents/{path}?ref={reference}", request.call.base);
    let git = format!("{}/repos/{name}/git/{object}s/{id}", request.call.base);
    let page = format!("{PAGES}/{name}/{object}/{reference}/{path}");
    let raw = format!("https://raw.githubusercontent.com/{name}/{reference}/{path}");
    json!({
        "name": path.rsplit('/').next().unwrap_or(path),
        "path": path,
        "sha": id.to_string(),
        "size": github.store(there).blob(id).map_or(0, |bytes| bytes.len()),
        "url": url,
        "html_url": page,
        "git_url": git,
        "download_url": (kind == "file").then_some(raw),
        "type": kind,
        "_links": { "self": url, "git": git, "html": page },
    })
}
