//! Blobs, trees and commits are those that git would make.

use std::process::Command;

use git2::{ObjectType, Oid};
use serde_json::{Value, json};

use super::setup::{IMAGES, acme, local, served};
use crate::support::github::{Client, Hub};

const DATA: &str = "/repos/acme/python/git";

fn tip(client: &Client) -> (String, String) {
    let commit = client.get("/repos/acme/python/commits/main").ok(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&commit["sha"]), text(&commit["commit"]["tree"]["sha"]))
}

#[test]
fn an_import_has_the_commits_of_the_local_repository_under_their_ids() {
    let folder = local();
    let head = git2::Repository::open(folder.path()).unwrap().head().unwrap().peel_to_commit().unwrap().id();
    let (hub, client) = served();
    assert_eq!(tip(&client).0, head.to_string());
    assert_eq!(hub.github(|github| github.log(IMAGES, "main").len()), 2);
    assert_eq!(hub.github(|github| github.file(IMAGES, "HEAD", "README.md")).unwrap(), b"# Images\n");
}

#[test]
fn blobs_of_both_encodings_have_gits_ids_and_are_read_back() {
    let (_hub, client) = served();
    for (body, bytes) in [
        (json!({ "content": "FROM debian:trixie\n" }), b"FROM debian:trixie\n".as_slice()),
        (json!({ "content": "AP8B\n", "encoding": "base64" }), &[0, 255, 1]),
    ] {
        let made = client.post(&format!("{DATA}/blobs"), &body).ok(201);
        let id = Oid::hash_object(ObjectType::Blob, bytes).unwrap().to_string();
        assert_eq!(made["sha"], id.as_str());
        let read = client.get(&format!("{DATA}/blobs/{id}")).ok(200);
        assert_eq!((&read["size"], &read["encoding"]), (&json!(bytes.len()), &json!("base64")));
    }
    let wrong = json!({ "content": "%%%", "encoding": "base64" });
    assert_eq!(client.post(&format!("{DATA}/blobs"), &wrong).no(), "422 content is not valid Base64");
    assert_eq!(client.get(&format!("{DATA}/blobs/{}", "0".repeat(40))).no(), "404 Not Found");
}

#[test]
fn a_tree_is_its_base_with_entries_by_content_by_id_and_taken_away() {
    let (_hub, client) = served();
    let (_, base) = tip(&client);
    let blob = client.post(&format!("{DATA}/blobs"), &json!({ "content": "new\n" })).ok(201);
    let tree = client.post(
        &format!("{DATA}/trees"),
        &json!({ "base_tree": base, "tree": [
            { "path": "3.15/trixie/Dockerfile", "mode": "100644", "type": "blob", "sha": blob["sha"] },
            { "path": "run.sh", "mode": "100755", "type": "blob", "content": "#!/bin/sh\n" },
            { "path": "3.14/trixie/Dockerfile", "mode": "100644", "type": "blob", "sha": null },
        ]}),
    );
    let tree = tree.ok(201);
    let whole = client.get(&format!("{DATA}/trees/{}?recursive=1", tree["sha"].as_str().unwrap())).ok(200);
    let listed: Vec<_> =
        whole["tree"].as_array().unwrap().iter().map(|entry| format!("{} {}", entry["mode"], entry["path"])).collect();
    let expected = [
        r#""040000" "3.15""#,
        r#""040000" "3.15/trixie""#,
        r#""100644" "3.15/trixie/Dockerfile""#,
        r#""100644" "README.md""#,
        r#""100755" "run.sh""#,
        r#""100644" "versions.json""#,
    ];
    assert_eq!(listed, expected, "the emptied folder is gone");
}

#[test]
fn trees_that_cannot_be_are_refused() {
    let (_hub, client) = served();
    let (commit, base) = tip(&client);
    let blob = json!({ "path": "a", "mode": "100644", "type": "blob" });
    let with = |key: &str, value: Value| {
        let mut entry = blob.clone();
        entry[key] = value;
        entry
    };
    for (entry, answer) in [
        (with("sha", json!(commit)), format!("422 tree.sha {commit} is not a valid blob")),
        (with("sha", Value::Null), "422 GitRPC::BadObjectState".to_owned()),
        (
            json!({ "path": "../a", "mode": "100644", "content": "" }),
            "422 tree.path contains a malformed path component".to_owned(),
        ),
    ] {
        let body = json!({ "base_tree": base, "tree": [entry] });
        assert_eq!(client.post(&format!("{DATA}/trees"), &body).no(), answer);
    }
    let body = json!({ "base_tree": "0".repeat(40), "tree": [with("content", json!("a"))] });
    assert_eq!(client.post(&format!("{DATA}/trees"), &body).no(), "422 base_tree is not a valid tree oid");
}

#[test]
fn a_commit_with_author_and_committer_has_the_id_that_git_gives_it() {
    let (_hub, client) = served();
    let (parent, tree) = tip(&client);
    let who = |name: &str, date: &str| json!({ "name": name, "email": format!("{name}@example.org"), "date": date });
    let commit = client.post(
        &format!("{DATA}/commits"),
        &json!({
            "message": "Update 3.14 to 3.14.3\n\nSigned-off-by: ann <ann@example.org>\n", "tree": tree, "parents": [parent],
            "author": who("ann", "2026-02-03T10:11:12+05:30"), "committer": who("ben", "2026-02-03T04:41:13Z"),
        }),
    );
    let commit = commit.ok(201);
    let folder = local();
    let git = Command::new("git")
        .args([
            "commit-tree",
            &tree,
            "-p",
            &parent,
            "-m",
            "Update 3.14 to 3.14.3\n\nSigned-off-by: ann <ann@example.org>",
        ])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs([("GIT_AUTHOR_NAME", "ann"), ("GIT_AUTHOR_EMAIL", "ann@example.org")])
        .envs([("GIT_COMMITTER_NAME", "ben"), ("GIT_COMMITTER_EMAIL", "ben@example.org")])
        .envs([("GIT_AUTHOR_DATE", "2026-02-03T10:11:12+05:30"), ("GIT_COMMITTER_DATE", "2026-02-03T04:41:13+00:00")])
        .output()
        .unwrap();
    assert_eq!(commit["sha"].as_str().unwrap(), String::from_utf8(git.stdout).unwrap().trim(), "{commit:#}");
    assert_eq!(commit["verification"]["verified"], false);
}

#[test]
fn github_signs_what_an_app_or_a_workflow_commits_without_saying_who() {
    let hub = Hub::serve(acme());
    for (token, name, verified) in [
        ("app-token", "pybump[bot]", true),
        ("actions-token", "github-actions[bot]", true),
        ("bot-token", "bot", false),
    ] {
        let client = hub.client(token);
        let (parent, tree) = tip(&client);
        let body = json!({ "message": "Update", "tree": tree, "parents": [parent] });
        let commit = client.post(&format!("{DATA}/commits"), &body).ok(201);
        assert_eq!((&commit["author"]["name"], &commit["verification"]["verified"]), (&json!(name), &json!(verified)));
        assert_eq!(commit["committer"]["name"], if verified { "GitHub" } else { name });
        let mut dated = body.clone();
        dated["author"] = json!({ "name": "a", "email": "a@example.org" });
        let commit = client.post(&format!("{DATA}/commits"), &dated).ok(201);
        assert_eq!(commit["verification"]["verified"], false, "an author of one's own is never signed");
        assert_eq!(commit["committer"]["name"], "a", "who wrote it also committed it, if nobody else is named");
    }
}

#[test]
fn commits_of_what_is_not_there_are_refused() {
    let (_hub, client) = served();
    let (parent, tree) = tip(&client);
    let commit = |tree: &str, parent: &str| {
        client.post(&format!("{DATA}/commits"), &json!({ "message": "a", "tree": tree, "parents": [parent] })).no()
    };
    assert_eq!(commit(&parent, &parent), "422 Tree SHA does not exist");
    assert_eq!(commit(&tree, &tree), "422 Parent SHA does not exist or is not a commit object.");
}

#[test]
fn an_empty_repository_has_no_git_data() {
    let hub = Hub::serve(acme());
    hub.github(|github| github.create("bot/empty").unwrap());
    let client = hub.client("bot-token");
    assert_eq!(client.get("/repos/bot/empty").ok(200)["size"], 0);
    assert_eq!(client.get("/repos/bot/empty/git/ref/heads/main").no(), "409 Git Repository is empty.");
    let blob = client.post("/repos/bot/empty/git/blobs", &json!({ "content": "a" }));
    assert_eq!(blob.no(), "409 Git Repository is empty.");
}
