//! Who may do what, and what the others are told.

use pybump::demo::github::{Permission, Right};
use serde_json::json;

use super::setup::{IMAGES, acme, branch, with_pull};
use crate::support::github::Hub;

const BLOBS: &str = "/repos/acme/python/git/blobs";

#[test]
fn tokens_say_who_one_is_and_bad_ones_nothing() {
    let hub = Hub::serve(acme());
    assert_eq!(hub.client("bot-token").get("/user").ok(200)["login"], "bot");
    for token in ["app-token", "actions-token"] {
        assert_eq!(hub.client(token).get("/user").no(), "403 Resource not accessible by integration");
    }
    assert_eq!(hub.client("").get("/user").no(), "401 Requires authentication");
    assert_eq!(hub.client("nonsense").get("/repos/acme/python").no(), "401 Bad credentials");
}

#[test]
fn all_may_read_what_is_public_and_nobody_else_what_is_not() {
    let hub = Hub::serve(acme());
    let nobody = hub.client("");
    assert_eq!(nobody.get("/repos/acme/python").ok(200)["full_name"], IMAGES);
    assert_eq!(nobody.post(BLOBS, &json!({ "content": "a" })).no(), "401 Requires authentication");
    assert_eq!(nobody.get("/repos/acme/nothing").no(), "404 Not Found");
    hub.github(|github| github.hide(IMAGES));
    for token in ["", "stranger-token"] {
        assert_eq!(hub.client(token).get("/repos/acme/python").no(), "404 Not Found");
    }
    hub.github(|github| github.permit("stranger", IMAGES, Permission::Read));
    assert_eq!(hub.client("stranger-token").get("/repos/acme/python").ok(200)["private"], true);
}

#[test]
fn a_missing_right_is_named_by_the_kind_of_token() {
    let hub = Hub::serve(acme());
    assert_eq!(hub.client("stranger-token").post(BLOBS, &json!({ "content": "a" })).no(), "404 Not Found");
    hub.github(|github| {
        for login in ["bot", "pybump[bot]"] {
            github.withhold(login, Right::Contents);
            github.withhold(login, Right::PullRequests);
        }
        github.permit("github-actions[bot]", IMAGES, Permission::Read);
    });
    for (token, answer) in [
        ("bot-token", "403 Resource not accessible by personal access token"),
        ("app-token", "403 Resource not accessible by integration"),
        ("actions-token", "403 Resource not accessible by integration"),
    ] {
        let client = hub.client(token);
        assert_eq!(client.post(BLOBS, &json!({ "content": "a" })).no(), answer);
        let open = json!({ "title": "a", "head": "a", "base": "main" });
        assert_eq!(client.post("/repos/acme/python/pulls", &open).no(), answer);
    }
}

#[test]
fn workflows_open_no_pull_request_where_that_is_switched_off() {
    let hub = Hub::serve(acme());
    hub.github(|github| github.forbid_actions_pull_requests(IMAGES));
    let client = hub.client("actions-token");
    branch(&client, "update");
    let body = json!({ "title": "Update", "head": "update", "base": "main" });
    let answer = client.post("/repos/acme/python/pulls", &body).no();
    assert_eq!(answer, "403 GitHub Actions is not permitted to create or approve pull requests.");
    hub.client("app-token").post("/repos/acme/python/pulls", &body).ok(201);
}

#[test]
fn an_archived_repository_is_read_only() {
    let hub = Hub::serve(acme());
    hub.github(|github| github.archive(IMAGES));
    let client = hub.client("bot-token");
    assert_eq!(client.get("/repos/acme/python").ok(200)["archived"], true);
    assert_eq!(client.post(BLOBS, &json!({ "content": "a" })).no(), "403 Repository was archived so is read-only.");
}

#[test]
fn a_renamed_repository_redirects_reads_and_writes() {
    let hub = Hub::serve(acme());
    hub.github(|github| github.rename(IMAGES, "acme/images"));
    let client = hub.client("bot-token");
    let moved = client.get("/repos/acme/python/commits?per_page=1");
    assert_eq!(moved.no(), "301 Moved Permanently");
    let path = moved.header("location").split_once("/api").unwrap().1.to_owned();
    assert_eq!(client.get(&path).ok(200).as_array().unwrap().len(), 1);
    assert_eq!(client.post(BLOBS, &json!({ "content": "a" })).status, 307);
    assert_eq!(client.get("/repos/acme/images").ok(200)["full_name"], "acme/images");
}

#[test]
fn a_renamed_default_branch_takes_open_pull_requests_along() {
    let hub = Hub::serve(acme());
    let client = hub.client("bot-token");
    with_pull(&client);
    hub.github(|github| github.rename_default_branch(IMAGES, "trunk"));
    assert_eq!(client.get("/repos/acme/python").ok(200)["default_branch"], "trunk");
    assert_eq!(client.get("/repos/acme/python/git/ref/heads/main").no(), "404 Not Found");
    assert_eq!(client.get("/repos/acme/python/pulls/1").ok(200)["base"]["ref"], "trunk");
}
