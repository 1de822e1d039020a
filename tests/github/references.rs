//! References: what may be made, moved and removed.

use serde_json::json;

use super::setup::{IMAGES, MAINTAINER, branch, commit_on, served};
use crate::support::github::Client;

const REFS: &str = "/repos/acme/python/git/refs";

fn sha(client: &Client, name: &str) -> String {
    let body = client.get(&format!("/repos/acme/python/git/ref/{name}")).ok(200);
    body["object"]["sha"].as_str().unwrap().to_owned()
}

#[test]
fn a_branch_is_made_once_moved_forward_and_removed() {
    let (hub, client) = served();
    let first = branch(&client, "pybump/update");
    let make = json!({ "ref": "refs/heads/pybump/update", "sha": first });
    assert_eq!(client.post(REFS, &make).no(), "422 Reference already exists");
    let second = commit_on(&client, &first, "Go on");
    client.patch(&format!("{REFS}/heads/pybump/update"), &json!({ "sha": second })).ok(200);
    assert_eq!(sha(&client, "heads/pybump/update"), second);
    let back = client.patch(&format!("{REFS}/heads/pybump/update"), &json!({ "sha": first }));
    assert_eq!(back.no(), "422 Update is not a fast forward");
    client.patch(&format!("{REFS}/heads/pybump/update"), &json!({ "sha": first, "force": true })).ok(200);
    let all = client.get("/repos/acme/python/git/matching-refs/heads/pybump/").ok(200);
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!(client.delete(&format!("{REFS}/heads/pybump/update")).status, 204);
    assert_eq!(client.delete(&format!("{REFS}/heads/pybump/update")).no(), "422 Reference does not exist");
    assert_eq!(client.get("/repos/acme/python/git/ref/heads/pybump/update").no(), "404 Not Found");
    let gone = client.patch(&format!("{REFS}/heads/pybump/update"), &json!({ "sha": first }));
    assert_eq!(gone.no(), "422 Reference does not exist");
    assert_eq!(hub.github(|github| github.refs(IMAGES).len()), 1);
}

#[test]
fn names_and_objects_that_cannot_be_are_refused() {
    let (_hub, client) = served();
    let main = sha(&client, "heads/main");
    branch(&client, "pybump");
    let make = |name: &str, sha: &str| client.post(REFS, &json!({ "ref": name, "sha": sha })).no();
    assert_eq!(make("heads/a", &main), "422 Reference name must contain at least three slash-separated components.");
    assert_eq!(make("refs/heads/a b", &main), "422 refs/heads/a b is not a valid ref name.");
    assert_eq!(make("refs/heads/pybump/update", &main), "422 Reference update failed", "pybump is a branch already");
    assert_eq!(make("refs/heads/a", &"0".repeat(40)), "422 Object does not exist");
}

#[test]
fn a_protected_branch_takes_no_direct_update() {
    let (hub, client) = served();
    hub.github(|github| github.protect(IMAGES, "main"));
    let commit = commit_on(&client, &sha(&client, "heads/main"), "Straight to main");
    let update = client.patch(&format!("{REFS}/heads/main"), &json!({ "sha": commit, "force": true }));
    assert_eq!(update.no(), "422 Changes must be made through a pull request.");
    assert_eq!(client.delete(&format!("{REFS}/heads/main")).no(), "422 Cannot delete a protected branch");
}

#[test]
fn what_a_person_pushes_is_there() {
    let (hub, client) = served();
    let pushed = hub.github(|github| {
        let files = [("3.14/trixie/Dockerfile", None), ("notes.md", Some("by hand\n"))];
        github.push(IMAGES, "main", MAINTAINER, "By hand", &files)
    });
    assert_eq!(sha(&client, "heads/main"), pushed.to_string());
    let commit = hub.github(|github| github.commit(IMAGES, "main")).unwrap();
    assert_eq!((commit.author.name.as_str(), commit.message.as_str(), commit.verified), ("Mara", "By hand", false));
    assert_eq!(hub.github(|github| github.file(IMAGES, "main", "notes.md")).unwrap(), b"by hand\n");
    assert_eq!(hub.github(|github| github.file(IMAGES, "main", "3.14/trixie/Dockerfile")), None);
}
