//! A GitHub with one image repository, and those who work on it.

use std::fs;

use git2::{Repository, RepositoryInitOptions, Signature, Time};
use pybump::demo::github::{AccountKind, Author, GitHub, Permission};
use serde_json::{Value, json};

use crate::support::github::{Client, Hub};

pub const IMAGES: &str = "acme/python";
pub const MAINTAINER: Author<'static> = Author { name: "Mara", email: "mara@example.org" };

/// The local repository that `acme/python` comes from: two commits on `main`.
pub fn local() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut options = RepositoryInitOptions::new();
    let repository =
        Repository::init_opts(folder.path(), options.initial_head("main").external_template(false)).unwrap();
    let commit = |message: &str, at: i64| {
        let mut index = repository.index().unwrap();
        index.add_all(["."], git2::IndexAddOption::DEFAULT, None).unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let author = Signature::new("Mara", "mara@example.org", &Time::new(at, 0)).unwrap();
        let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<_> = parent.iter().collect();
        repository.commit(Some("HEAD"), &author, &author, message, &tree, &parents).unwrap();
    };
    fs::create_dir_all(folder.path().join("3.14/trixie")).unwrap();
    fs::write(folder.path().join("versions.json"), "{}\n").unwrap();
    fs::write(folder.path().join("3.14/trixie/Dockerfile"), "FROM debian\n").unwrap();
    commit("Begin", 1_750_000_000);
    fs::write(folder.path().join("README.md"), "# Images\n").unwrap();
    commit("Say what it is", 1_750_000_100);
    folder
}

/// `acme/python` as a value, with a bot that may push, an App, a workflow's token, and a stranger.
pub fn acme() -> GitHub {
    let mut github = GitHub::new();
    github.set_clock("2026-03-01T10:00:00Z".parse().unwrap());
    github.account("bot", "bot-token", AccountKind::User);
    github.account("pybump[bot]", "app-token", AccountKind::App);
    github.account("github-actions[bot]", "actions-token", AccountKind::Actions);
    github.account("stranger", "stranger-token", AccountKind::User);
    github.account("mara", "mara-token", AccountKind::User);
    github.import(IMAGES, local().path()).unwrap();
    for login in ["bot", "pybump[bot]", "github-actions[bot]"] {
        github.permit(login, IMAGES, Permission::Write);
    }
    github.permit("mara", IMAGES, Permission::Admin);
    github
}

/// The same, served, and the bot's client.
pub fn served() -> (Hub, Client) {
    let hub = Hub::serve(acme());
    let client = hub.client("bot-token");
    (hub, client)
}

/// A branch `update` one commit ahead of `main`, and a pull request for it.
pub fn with_pull(client: &Client) -> Value {
    branch(client, "update");
    let body = json!({ "title": "Update 3.14", "head": "update", "base": "main", "body": "New release." });
    client.post("/repos/acme/python/pulls", &body).ok(201)
}

/// Makes a branch with one commit on top of `main`; the commit's id.
pub fn branch(client: &Client, name: &str) -> String {
    let main = client.get("/repos/acme/python/git/ref/heads/main").ok(200);
    let commit = commit_on(client, main["object"]["sha"].as_str().unwrap(), &format!("Work on {name}"));
    client.post("/repos/acme/python/git/refs", &json!({ "ref": format!("refs/heads/{name}"), "sha": commit })).ok(201);
    commit
}

/// Commits a change on top of `parent`, on no branch; the commit's id.
pub fn commit_on(client: &Client, parent: &str, message: &str) -> String {
    let base = client.get(&format!("/repos/acme/python/git/commits/{parent}")).ok(200);
    let entry = json!({ "path": "versions.json", "mode": "100644", "type": "blob", "content": message });
    let tree = json!({ "base_tree": base["tree"]["sha"], "tree": [entry] });
    let tree = client.post("/repos/acme/python/git/trees", &tree).ok(201);
    let commit = json!({ "message": message, "tree": tree["sha"], "parents": [parent] });
    client.post("/repos/acme/python/git/commits", &commit).ok(201)["sha"].as_str().unwrap().to_owned()
}
