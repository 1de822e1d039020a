//! Git data: blobs, trees and commits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use git2::{ObjectType, Oid};
use serde_json::{Value, json};

use crate::demo::github::account::{AccountKind, web_flow};
use crate::demo::github::call::{Refusal, Reply, Request, Routed};
use crate::demo::github::identity::Identity;
use crate::demo::github::store::{Changes, Draft};
use crate::demo::github::{GitHub, bodies};

const MODES: [&str; 5] = ["100644", "100755", "040000", "160000", "120000"];

/// What every route of git data says of a repository without a commit.
pub(super) fn not_empty(github: &GitHub, request: &Request<'_>) -> Result<(), Refusal> {
    let empty = github.by_id(request.repository).is_empty();
    if empty { Err(Refusal::new(409, "Git Repository is empty.")) } else { Ok(()) }
}

/// An object id written out in full.
pub(super) fn id(text: &str) -> Option<Oid> {
    Oid::from_str(text).ok().filter(|_| text.len() == 40)
}

pub(super) fn commit(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let there = github.by_id(request.repository);
    let found = id(&request.rest[2]).filter(|id| github.store(there).kind(*id) == Some(ObjectType::Commit));
    let commit = github.read_commit(there, found.ok_or_else(Refusal::not_found)?)?;
    Ok(Reply::json(200, bodies::git_commit(&request.call.base, there, &commit)))
}

pub(super) fn tree(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let there = github.by_id(request.repository);
    let store = github.store(there);
    let named = request.tail(2);
    let of_commit = || store.commit(github.resolve(there, &named)?).ok().map(|commit| commit.tree_id());
    let tree = id(&named).filter(|id| store.kind(*id) == Some(ObjectType::Tree)).or_else(of_commit);
    let tree = tree.ok_or_else(Refusal::not_found)?;
    Ok(Reply::json(200, tree_body(github, request, tree, request.query("recursive").is_some())?))
}

fn tree_body(github: &GitHub, request: &Request<'_>, id: Oid, recursive: bool) -> Result<Value, Refusal> {
    let there = github.by_id(request.repository);
    let store = github.store(there);
    let url = format!("{}/repos/{}/git", request.call.base, there.full_name());
    let (mut entries, mut folders) = (Vec::new(), vec![(String::new(), id)]);
    while let Some((prefix, folder)) = folders.pop() {
        for entry in &store.tree(folder)? {
            let path = format!("{prefix}{}", String::from_utf8_lossy(entry.name_bytes()));
            let kind = entry.kind().map_or("commit", |kind| kind.str());
            let mut body = json!({
                "path": path,
                "mode": format!("{:06o}", entry.filemode()),
                "type": kind,
                "sha": entry.id().to_string(),
                "url": format!("{url}/{kind}s/{}", entry.id()),
            });
            if kind == "blob" {
                body["size"] = json!(store.blob(entry.id())?.len());
            }
            entries.push(body);
            if recursive && kind == "tree" {
                folders.push((format!("{path}/"), entry.id()));
            }
        }
    }
    entries.sort_by(|one, other| one["path"].as_str().cmp(&other["path"].as_str()));
    Ok(json!({ "sha": id.to_string(), "url": format!("{url}/trees/{id}"), "tree": entries, "truncated": false }))
}

pub(super) fn blob(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let there = github.by_id(request.repository);
    let id = id(&request.rest[2]).ok_or_else(|| {
        Refusal::new(422, "The sha parameter must be exactly 40 characters and contain only [0-9a-f].")
    })?;
    let bytes = github.store(there).blob(id).map_err(|_| Refusal::not_found())?;
    if request.call.accept.contains("raw") {
        return Ok(Reply::raw(bytes, "application/vnd.github.raw+json; charset=utf-8"));
    }
    let url = format!("{}/repos/{}/git/blobs/{id}", request.call.base, there.full_name());
    Ok(Reply::json(
        200,
        json!({
            "sha": id.to_string(),
            "node_id": bodies::node("B", id),
            "size": bytes.len(),
            "url": url,
            "content": in_lines(&bytes),
            "encoding": "base64",
        }),
    ))
}

/// Base64 as GitHub sends it: in lines of 60.
pub(super) fn in_lines(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    text.as_bytes().chunks(60).map(|line| String::from_utf8_lossy(line).into_owned() + "\n").collect()
}

pub(super) fn create_blob(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let there = github.by_id(request.repository);
    let Some(content) = request.text("content") else {
        return Err(Refusal::new(422, "Invalid request.\n\n\"content\" wasn't supplied."));
    };
    let bytes = match request.text("encoding").unwrap_or("utf-8") {
        "base64" => STANDARD
            .decode(content.replace(['\n', '\r'], ""))
            .map_err(|_| Refusal::new(422, "content is not valid Base64"))?,
        "utf-8" => content.as_bytes().to_vec(),
        _ => return Err(Refusal::new(422, "encoding must be either utf-8 or base64")),
    };
    let id = github.store(there).write_blob(&bytes)?;
    let url = format!("{}/repos/{}/git/blobs/{id}", request.call.base, there.full_name());
    Ok(Reply::json(201, json!({ "sha": id.to_string(), "url": url })).header("location", &url))
}

pub(super) fn create_tree(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let there = github.by_id(request.repository);
    let store = github.store(there);
    let base = match request.text("base_tree") {
        None => None,
        Some(text) => Some(
            id(text)
                .filter(|id| store.kind(*id) == Some(ObjectType::Tree))
                .ok_or_else(|| Refusal::new(422, "base_tree is not a valid tree oid"))?,
        ),
    };
    let Some(entries) = request.body["tree"].as_array() else {
        return Err(Refusal::new(422, "Invalid request.\n\n\"tree\" wasn't supplied."));
    };
    let mut changes = Changes::new();
    for entry in entries {
        let path = entry["path"].as_str().unwrap_or_default();
        if path.split('/').any(|part| matches!(part, "" | "." | ".." | ".git")) {
            return Err(Refusal::new(422, "tree.path contains a malformed path component"));
        }
        let change = tree_entry(github, request, entry, path)?;
        if change.is_none() && base.and_then(|base| store.entry(base, path)).is_none() {
            return Err(Refusal::new(422, "GitRPC::BadObjectState"));
        }
        changes.insert(path.to_owned(), change);
    }
    let id = store.edit(base, &changes)?;
    let body = tree_body(github, request, id, false)?;
    let url = body["url"].as_str().unwrap_or_default().to_owned();
    Ok(Reply::json(201, body).header("location", &url))
}

/// What one entry asks for: a mode and an object, or that the path goes.
fn tree_entry(
    github: &GitHub,
    request: &Request<'_>,
    entry: &Value,
    path: &str,
) -> Result<Option<(i32, Oid)>, Refusal> {
    let store = github.store(github.by_id(request.repository));
    let mode = entry["mode"].as_str().unwrap_or("100644");
    if !MODES.contains(&mode) {
        return Err(Refusal::new(422, "tree.mode must be one of 100644, 100755, 040000, 160000, 120000"));
    }
    let bits = i32::from_str_radix(mode, 8).unwrap_or(0o100_644);
    if let Some(content) = entry["content"].as_str() {
        return Ok(Some((bits, store.write_blob(content.as_bytes())?)));
    }
    let Some(sha) = entry["sha"].as_str() else {
        return if entry.get("sha").is_some_and(Value::is_null) {
            Ok(None)
        } else {
            Err(Refusal::new(422, &format!("Must supply either tree.sha or tree.content for {path}")))
        };
    };
    let wanted = match mode {
        "040000" => ObjectType::Tree,
        "160000" => return Ok(id(sha).map(|id| (bits, id))),
        _ => ObjectType::Blob,
    };
    match id(sha).filter(|id| store.kind(*id) == Some(wanted)) {
        Some(id) => Ok(Some((bits, id))),
        None => Err(Refusal::new(422, &format!("tree.sha {sha} is not a valid {}", wanted.str()))),
    }
}

pub(super) fn create_commit(github: &mut GitHub, request: &Request<'_>) -> Routed {
    not_empty(github, request)?;
    let now = github.now();
    let there = github.by_id(request.repository);
    let store = github.store(there);
    let Some(message) = request.text("message") else {
        return Err(Refusal::new(422, "Invalid request.\n\n\"message\" wasn't supplied."));
    };
    let tree = id(request.text("tree").unwrap_or_default())
        .filter(|id| store.kind(*id) == Some(ObjectType::Tree))
        .ok_or_else(|| Refusal::new(422, "Tree SHA does not exist"))?;
    let mut parents = Vec::new();
    for parent in request.body["parents"].as_array().into_iter().flatten() {
        let id = id(parent.as_str().unwrap_or_default()).filter(|id| store.kind(*id) == Some(ObjectType::Commit));
        parents.push(id.ok_or_else(|| Refusal::new(422, "Parent SHA does not exist or is not a commit object."))?);
    }
    let account = request.account.as_ref().ok_or_else(Refusal::not_found)?;
    let given = |name: &str| -> Result<Option<Identity>, Refusal> {
        let body = &request.body[name];
        let (Some(name), Some(email)) = (body["name"].as_str(), body["email"].as_str()) else { return Ok(None) };
        let identity = Identity::new(name, email, now);
        let Some(date) = body["date"].as_str() else { return Ok(Some(identity)) };
        let dated = identity
            .at(date)
            .ok_or_else(|| Refusal::new(422, &format!("Invalid request.\n\n\"{date}\" is not a valid date-time.")))?;
        Ok(Some(dated))
    };
    let (author, committer) = (given("author")?, given("committer")?);
    let signed = account.kind != AccountKind::User && author.is_none() && committer.is_none();
    let committer = match committer.or_else(|| author.clone()) {
        Some(committer) => committer,
        None if signed => web_flow(now),
        None => account.identity(now),
    };
    let author = author.unwrap_or_else(|| account.identity(now));
    let draft = Draft { tree, parents: &parents, author: &author, committer: &committer, message, signed };
    let commit = github.read_commit(there, store.write_commit(&draft)?)?;
    let body = bodies::git_commit(&request.call.base, there, &commit);
    let url = body["url"].as_str().unwrap_or_default().to_owned();
    Ok(Reply::json(201, body).header("location", &url))
}
