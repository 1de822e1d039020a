//! Files, histories and comparisons; pages, validators and headers.

use base64::Engine as _;
use serde_json::json;

use super::setup::{IMAGES, MAINTAINER, branch, served};

#[test]
fn a_file_is_read_as_json_as_it_is_and_below_raw() {
    let (hub, client) = served();
    let path = "/repos/acme/python/contents/3.14/trixie/Dockerfile?ref=main";
    let file = client.get(path).ok(200);
    let lines = file["content"].as_str().unwrap().replace('\n', "");
    assert_eq!(base64::engine::general_purpose::STANDARD.decode(lines).unwrap(), b"FROM debian\n");
    let raw = client.send("GET", path, &[("accept", "application/vnd.github.raw+json")], None).unwrap();
    assert_eq!(raw.text, "FROM debian\n");
    let folder = client.get("/repos/acme/python/contents/3.14").ok(200);
    assert_eq!((&folder[0]["type"], &folder[0]["path"]), (&json!("dir"), &json!("3.14/trixie")));
    assert_eq!(client.get("/repos/acme/python/contents/nothing").no(), "404 Not Found");
    assert_eq!(
        client.get("/repos/acme/python/contents/README.md?ref=nowhere").no(),
        "404 No commit found for the ref nowhere"
    );
    let host = crate::support::github::Client::new(&format!("http://{}", hub.address()), "");
    assert_eq!(host.get("/raw/acme/python/HEAD/README.md").text, "# Images\n");
    assert_eq!(host.get("/raw/acme/python/HEAD/nothing").status, 404);
}

#[test]
fn commits_are_listed_by_path_and_time_and_in_pages() {
    let (hub, client) = served();
    hub.github(|github| {
        for number in 0..3 {
            github.push(IMAGES, "main", MAINTAINER, &format!("Number {number}"), &[("a", Some(&number.to_string()))]);
        }
    });
    let commits = "/repos/acme/python/commits";
    let messages = |query: &str| -> Vec<String> {
        let all = client.get(&format!("{commits}?{query}")).ok(200);
        all.as_array().unwrap().iter().map(|one| one["commit"]["message"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(messages("path=README.md&sha=main&per_page=1"), ["Say what it is"]);
    assert_eq!(messages("since=2026-01-01T00:00:00Z"), ["Number 2", "Number 1", "Number 0"]);
    assert_eq!(messages("per_page=2&page=2"), ["Number 0", "Say what it is"]);
    let link = client.get(&format!("{commits}?per_page=2&page=2")).header("link").to_owned();
    let base = format!("<http://{}/api{commits}?per_page=2&page=", hub.address());
    let expected =
        format!("{base}1>; rel=\"prev\", {base}3>; rel=\"next\", {base}3>; rel=\"last\", {base}1>; rel=\"first\"");
    assert_eq!(link, expected);
    assert!(client.get(&format!("{commits}?per_page=5")).headers.get("link").is_none());
    let one = client.get(&format!("{commits}/main")).ok(200);
    assert_eq!((&one["files"][0]["filename"], &one["stats"]["additions"]), (&json!("a"), &json!(1)));
    assert_eq!(client.get(&format!("{commits}/nowhere")).no(), "422 No commit found for SHA: nowhere");
}

#[test]
fn a_comparison_tells_ahead_behind_and_diverged_apart() {
    let (hub, client) = served();
    branch(&client, "pybump/update");
    let compare = |both: &str| client.get(&format!("/repos/acme/python/compare/{both}")).ok(200);
    let ahead = compare("main...pybump/update");
    assert_eq!((&ahead["status"], &ahead["ahead_by"], &ahead["behind_by"]), (&json!("ahead"), &json!(1), &json!(0)));
    assert_eq!(ahead["commits"][0]["commit"]["message"], "Work on pybump/update");
    assert_eq!(ahead["files"][0]["filename"], "versions.json");
    assert_eq!(compare("acme:pybump/update...acme:main")["status"], "behind");
    let fork = ahead["merge_base_commit"]["sha"].clone();
    hub.github(|github| github.push(IMAGES, "main", MAINTAINER, "Meanwhile", &[("a", Some("a\n"))]));
    let diverged = compare("main...pybump/update");
    assert_eq!((&diverged["status"], &diverged["merge_base_commit"]["sha"]), (&json!("diverged"), &fork));
    assert_eq!(compare("main...main")["status"], "identical");
    assert_eq!(client.get("/repos/acme/python/compare/main...nowhere").no(), "404 Not Found");
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let (hub, client) = served();
    let path = "/repos/acme/python/git/ref/heads/main";
    let tag = client.get(path).header("etag").to_owned();
    let again = |tag: &str| client.send("GET", path, &[("if-none-match", tag)], None).unwrap();
    assert_eq!((again(&tag).status, again(&tag).text.as_str()), (304, ""));
    hub.github(|github| github.push(IMAGES, "main", MAINTAINER, "Meanwhile", &[("a", Some("a\n"))]));
    assert_eq!(again(&tag).status, 200);
}

#[test]
fn every_answer_says_what_is_left_of_the_limit() {
    let (_hub, client) = served();
    let left = |number: u32| {
        let reply = client.get("/repos/acme/python");
        assert_eq!(reply.header("x-ratelimit-remaining"), number.to_string());
        assert!(!reply.header("x-github-request-id").is_empty());
    };
    left(4999);
    left(4998);
}

#[test]
fn the_record_holds_both_sides_and_no_token() {
    let (hub, client) = served();
    client.get("/repos/acme/python/commits?per_page=1");
    client.post("/repos/acme/python/git/blobs", &json!({ "content": "a" }));
    let all = hub.exchanges();
    assert_eq!((all.len(), all[0].query.as_str(), all[0].account.as_deref()), (2, "per_page=1", Some("bot")));
    let write = &hub.writes()[0];
    assert_eq!(
        (write.method.as_str(), write.path.as_str(), write.status),
        ("POST", "/repos/acme/python/git/blobs", Some(201))
    );
    assert_eq!(write.request, Some(json!({ "content": "a" })));
    assert!(write.response.as_ref().unwrap()["sha"].is_string());
    assert!(!format!("{all:?}").contains("bot-token"));
    hub.forget_requests();
    assert_eq!(hub.exchanges(), []);
}

#[test]
fn a_route_that_does_not_exist_is_told() {
    let (hub, client) = served();
    assert_eq!(client.get("/repos/acme/python/releases").status, 404);
    assert_eq!(hub.unknown_routes(), ["GET /repos/acme/python/releases"]);
    // The hub's own end would fail for it.
    std::mem::forget(hub);
}
