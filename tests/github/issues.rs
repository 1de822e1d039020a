//! Issues keep GitHub's rules, and pull requests are issues too.

use pybump::demo::github::{Permission, Right};
use serde_json::{Value, json};

use super::setup::{IMAGES, acme, served, with_pull};
use crate::support::github::Hub;

const ISSUES: &str = "/repos/acme/python/issues";

fn numbers(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|issue| issue["number"].as_u64().unwrap()).collect()
}

#[test]
fn issues_and_pull_requests_share_numbers_and_the_list() {
    let (hub, client) = served();
    let made = client.post(ISSUES, &json!({ "title": "Alarm", "body": "Look.", "labels": ["security", "bot"] }));
    assert_eq!(made.header("location"), made.ok(201)["url"].as_str().unwrap());
    let made = made.ok(201);
    assert_eq!(
        (&made["number"], &made["state"], &made["author_association"]),
        (&json!(1), &json!("open"), &json!("COLLABORATOR"))
    );
    assert_eq!(made["labels"].as_array().unwrap().len(), 2);
    assert_eq!(with_pull(&client)["number"], 2);
    let all = client.get(ISSUES).ok(200);
    assert_eq!(numbers(&all), [2, 1]);
    assert!(all[0]["pull_request"].is_object() && all[1].get("pull_request").is_none());
    assert_eq!(client.get(&format!("{ISSUES}/2")).ok(200)["pull_request"]["merged_at"], Value::Null);
    assert_eq!(client.get("/repos/acme/python/pulls/1").no(), "404 Not Found");
    assert_eq!(client.get(&format!("{ISSUES}/3")).no(), "404 Not Found");
    assert_eq!(client.get("/repos/acme/python").ok(200)["open_issues"], 2);
    assert_eq!(hub.github(|github| (github.issues(IMAGES).len(), github.pulls(IMAGES).len())), (1, 1));
    // As an issue a pull request can be closed as well.
    assert_eq!(client.patch(&format!("{ISSUES}/2"), &json!({ "state": "closed" })).ok(200)["state"], "closed");
    assert!(!hub.github(|github| github.pull(IMAGES, 2).unwrap().open));
}

#[test]
fn lists_are_of_a_state_of_labels_and_of_a_creator_page_by_page() {
    let (hub, client) = served();
    hub.github(|github| {
        for labels in [&["security", "bot"][..], &["bot"], &["security"]] {
            github.open_issue(IMAGES, "bot", "Alarm", "", labels);
        }
        github.open_issue(IMAGES, "stranger", "Help", "", &["security"]);
        github.close_issue(IMAGES, 1, "mara");
    });
    for (query, expected) in [
        ("?state=open", &[4, 3, 2][..]),
        ("?state=closed", &[1]),
        ("?state=all&direction=asc", &[1, 2, 3, 4]),
        ("?state=all&labels=security", &[3, 1]),
        ("?state=all&labels=Bot,security", &[1]),
        ("?state=all&creator=stranger", &[4]),
        ("?state=all&sort=updated&direction=desc", &[1, 4, 3, 2]),
        ("?state=all&per_page=3&page=2", &[1]),
    ] {
        assert_eq!(numbers(&client.get(&format!("{ISSUES}{query}")).ok(200)), expected, "{query}");
    }
    let page = client.get(&format!("{ISSUES}?state=all&per_page=3"));
    assert!(page.header("link").contains("page=2>; rel=\"next\""), "{page:#?}");
}

#[test]
fn who_closed_it_and_why_is_told_until_it_is_opened_again() {
    let (hub, client) = served();
    client.post(ISSUES, &json!({ "title": "Alarm" })).ok(201);
    let one = format!("{ISSUES}/1");
    let closed = client.patch(&one, &json!({ "state": "closed", "state_reason": "not_planned" })).ok(200);
    assert_eq!((&closed["closed_by"]["login"], &closed["state_reason"]), (&json!("bot"), &json!("not_planned")));
    let again =
        client.patch(&one, &json!({ "state": "open", "title": "Alarm 2", "body": "b", "labels": ["x"] })).ok(200);
    assert_eq!(
        (&again["closed_by"], &again["state_reason"], &again["closed_at"]),
        (&Value::Null, &json!("reopened"), &Value::Null)
    );
    assert_eq!(
        (&again["title"], &again["body"], &again["labels"][0]["name"]),
        (&json!("Alarm 2"), &json!("b"), &json!("x"))
    );
    hub.github(|github| github.close_issue(IMAGES, 1, "mara"));
    assert_eq!(client.get(&one).ok(200)["closed_by"]["login"], "mara");
    hub.github(|github| github.reopen_issue(IMAGES, 1));
    assert_eq!(client.get(&one).ok(200)["state"], "open");
}

#[test]
fn labels_and_comments_hang_on_issues_as_on_pull_requests() {
    let (hub, client) = served();
    client.post(ISSUES, &json!({ "title": "Alarm" })).ok(201);
    let one = format!("{ISSUES}/1");
    client.post(&format!("{one}/labels"), &json!({ "labels": ["new"] })).ok(200);
    assert_eq!(client.get(&format!("{one}/labels")).ok(200)[0]["name"], "new");
    let comment = client.post(&format!("{one}/comments"), &json!({ "body": "Hm." })).ok(201);
    assert!(comment["html_url"].as_str().unwrap().contains("/issues/1#"), "{comment}");
    hub.github(|github| github.comment(IMAGES, 1, "mara", "Done."));
    assert_eq!(client.get(&format!("{one}/comments")).ok(200).as_array().unwrap().len(), 2);
    assert_eq!(client.get(&one).ok(200)["comments"], 2);
}

#[test]
fn labels_of_those_who_may_not_push_are_dropped_without_a_word() {
    let hub = Hub::serve(acme());
    let stranger = hub.client("stranger-token");
    let made = stranger.post(ISSUES, &json!({ "title": "Help", "labels": ["security"] })).ok(201);
    assert_eq!((&made["labels"], &made["author_association"]), (&json!([]), &json!("NONE")));
    let edited = stranger.patch(&format!("{ISSUES}/1"), &json!({ "labels": ["security"], "title": "Me" })).ok(200);
    assert_eq!((&edited["labels"], &edited["title"]), (&json!([]), &json!("Me")));
    let answer = stranger.post(&format!("{ISSUES}/1/labels"), &json!({ "labels": ["security"] })).no();
    assert_eq!(answer, "403 Must have admin rights to Repository.");
}

#[test]
fn an_app_that_may_write_is_a_bot_and_no_collaborator() {
    let hub = Hub::serve(acme());
    let made = hub.client("app-token").post(ISSUES, &json!({ "title": "Alarm", "labels": ["security"] })).ok(201);
    assert_eq!((&made["author_association"], &made["user"]["type"]), (&json!("NONE"), &json!("Bot")));
    assert_eq!(made["labels"][0]["name"], "security");
}

#[test]
fn what_may_not_be_is_refused() {
    let hub = Hub::serve(acme());
    let client = hub.client("bot-token");
    let refused = "422 Validation Failed";
    assert_eq!(client.post(ISSUES, &json!({ "title": " " })).no(), format!("{refused} title"));
    let long = client.post(ISSUES, &json!({ "title": "x".repeat(257) })).no();
    assert_eq!(long, format!("{refused} title title is too long (maximum is 256 characters)"));
    let long = client.post(ISSUES, &json!({ "title": "a", "body": "x".repeat(65_537) })).no();
    assert_eq!(long, format!("{refused} body body is too long (maximum is 65536 characters)"));
    let label = client.post(ISSUES, &json!({ "title": "a", "labels": ["x".repeat(51)] })).no();
    assert_eq!(label, format!("{refused} name"));
    client.post(ISSUES, &json!({ "title": "a" })).ok(201);
    assert_eq!(hub.client("").post(ISSUES, &json!({ "title": "a" })).no(), "401 Requires authentication");
    let edit = hub.client("stranger-token").patch(&format!("{ISSUES}/1"), &json!({ "title": "b" })).no();
    assert_eq!(edit, "403 Must have admin rights to Repository.");
    hub.github(|github| {
        github.withhold("bot", Right::Issues);
        github.permit("pybump[bot]", IMAGES, Permission::Read);
    });
    let answer = "403 Resource not accessible by personal access token";
    assert_eq!(client.post(ISSUES, &json!({ "title": "a" })).no(), answer);
    assert_eq!(client.patch(&format!("{ISSUES}/1"), &json!({ "title": "b" })).no(), answer);
    assert_eq!(client.post(&format!("{ISSUES}/1/comments"), &json!({ "body": "b" })).no(), answer);
    let app = hub.client("app-token").post(ISSUES, &json!({ "title": "a" })).no();
    assert_eq!(app, "403 Resource not accessible by integration");
}

#[test]
fn where_issues_are_switched_off_pull_requests_are_left() {
    let (hub, client) = served();
    client.post(ISSUES, &json!({ "title": "Alarm" })).ok(201);
    with_pull(&client);
    hub.github(|github| github.disable_issues(IMAGES));
    let off = "410 Issues has been disabled in this repository.";
    assert_eq!(client.post(ISSUES, &json!({ "title": "Alarm" })).no(), off);
    assert_eq!(client.patch(&format!("{ISSUES}/1"), &json!({ "title": "a" })).no(), off);
    assert_eq!(client.get(&format!("{ISSUES}/1")).no(), off);
    assert_eq!(numbers(&client.get(ISSUES).ok(200)), [2]);
    client.post(&format!("{ISSUES}/2/comments"), &json!({ "body": "b" })).ok(201);
    assert_eq!(client.get("/repos/acme/python").ok(200)["has_issues"], false);
}
