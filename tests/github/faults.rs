//! Each fault strikes the request it is meant for, before or after the work is done.

use std::sync::Arc;
use std::time::Duration;

use pybump::demo::github::{GitHubFault, Moment};
use serde_json::{Value, json};

use super::setup::{IMAGES, branch, served, with_pull};
use crate::support::github::Client;

const REFS: &str = "/repos/acme/python/git/refs";
const PATIENCE: Duration = Duration::from_secs(20);

fn make(client: &Client, sha: &str) -> Result<u16, reqwest::Error> {
    let body = json!({ "ref": "refs/heads/new", "sha": sha });
    client.send("POST", REFS, &[], Some(&body)).map(|reply| reply.status)
}

#[test]
fn a_lost_answer_leaves_the_work_done_or_not_as_told() {
    for (moment, there) in [(Moment::Before, false), (Moment::After, true)] {
        for status in [None, Some(500), Some(502), Some(503)] {
            let (hub, client) = served();
            let main = hub.github(|github| github.branch(IMAGES, "main").unwrap()).to_string();
            let fault = status.map_or(GitHubFault::Reset(moment), |status| GitHubFault::Status(moment, status));
            hub.github(|github| github.fail_at(1, fault));
            client.get("/repos/acme/python");
            assert_eq!(make(&client, &main).ok(), status);
            assert_eq!(hub.github(|github| github.branch(IMAGES, "new").is_some()), there);
            assert_eq!(hub.exchanges()[1].status, status);
            assert_eq!(make(&client, &main).unwrap(), if there { 422 } else { 201 }, "a fault strikes once");
        }
    }
}

#[test]
fn no_answer_at_all_leaves_the_work_done_or_not_as_told() {
    for (moment, there) in [(Moment::Before, false), (Moment::After, true)] {
        let (hub, client) = served();
        let hub = Arc::new(hub);
        let main = hub.github(|github| github.branch(IMAGES, "main").unwrap()).to_string();
        hub.github(|github| github.fail_at(0, GitHubFault::Silence(moment)));
        let body = json!({ "ref": "refs/heads/new", "sha": main });
        let served = Arc::clone(&hub);
        let silent = client.hang_up("POST", REFS, &body, move || {
            assert!(served.wait_for(PATIENCE, |request| request.method == "POST"));
        });
        assert!(silent);
        assert_eq!(hub.exchanges()[0].status, None);
        assert_eq!(hub.github(|github| github.branch(IMAGES, "new").is_some()), there);
    }
}

#[test]
fn limits_say_what_githubs_say() {
    let (hub, client) = served();
    hub.github(|github| {
        github.fail_at(0, GitHubFault::SecondaryLimit(Some(7)));
        github.fail_at(1, GitHubFault::SecondaryLimit(None));
        github.fail_times(2, 2, GitHubFault::PrimaryLimit(429, 90));
    });
    let first = client.get("/repos/acme/python");
    assert_eq!((first.status, first.header("retry-after")), (403, "7"));
    let second = client.get("/repos/acme/python");
    assert!(second.no().starts_with("403 You have exceeded a secondary rate limit."), "{second:?}");
    assert!(!second.headers.keys().any(|name| name.as_str().starts_with("x-ratelimit") || name == "retry-after"));
    for _ in 0..2 {
        let third = client.get("/repos/acme/python");
        assert_eq!((third.status, third.header("x-ratelimit-remaining")), (429, "0"));
        let reset: i64 = third.header("x-ratelimit-reset").parse().unwrap();
        let wait = reset - jiff::Timestamp::now().as_second();
        assert!((85..=90).contains(&wait), "{wait}");
    }
    assert_eq!(client.get("/repos/acme/python").status, 200);
}

#[test]
fn a_faster_run_makes_the_second_one_a_duplicate() {
    let (hub, client) = served();
    let main = hub.github(|github| github.branch(IMAGES, "main").unwrap()).to_string();
    hub.github(|github| github.fail_at(0, GitHubFault::Race));
    assert_eq!(make(&client, &main).unwrap(), 422);
    assert!(hub.github(|github| github.branch(IMAGES, "new").is_some()));
    branch(&client, "update");
    hub.forget_requests();
    hub.github(|github| github.fail_at(0, GitHubFault::Race));
    let body = json!({ "title": "Update", "head": "update", "base": "main" });
    let answer = client.post("/repos/acme/python/pulls", &body).no();
    assert_eq!(answer, "422 Validation Failed A pull request already exists for acme:update.");
    assert_eq!(hub.github(|github| github.pulls(IMAGES).len()), 1);
}

#[test]
fn a_person_who_is_faster_moves_the_branch() {
    let (hub, client) = served();
    let pull = with_pull(&client);
    hub.forget_requests();
    hub.github(|github| github.fail_at(0, GitHubFault::Overtaken));
    let back = json!({ "sha": pull["head"]["sha"] });
    assert_eq!(client.patch(&format!("{REFS}/heads/update"), &back).no(), "422 Update is not a fast forward");
    let tip = hub.github(|github| github.commit(IMAGES, "update")).unwrap();
    assert_eq!(tip.author.name, "Somebody Else");
}

#[test]
fn a_truncated_answer_announces_more_than_it_sends() {
    let (hub, client) = served();
    hub.github(|github| github.fail_at(0, GitHubFault::Truncated));
    let body: Value = json!({ "content": "a" });
    let error = client.send("POST", "/repos/acme/python/git/blobs", &[], Some(&body)).unwrap_err();
    assert!(error.is_body() || error.is_decode() || error.is_request(), "{error:?}");
    assert_eq!(hub.exchanges()[0].fault.as_deref(), Some("Truncated"));
}
