//! Pull requests keep GitHub's rules, whoever acts.

use pybump::demo::github::{Conflict, Merge, Opening, Permission};
use serde_json::{Value, json};

use super::setup::{IMAGES, MAINTAINER, acme, branch, commit_on, served, with_pull};
use crate::support::github::Hub;

const PULLS: &str = "/repos/acme/python/pulls";

#[test]
fn a_pull_request_is_found_by_its_head_and_follows_its_branch() {
    let (hub, client) = served();
    let pull = with_pull(&client);
    assert_eq!((&pull["number"], &pull["state"], &pull["commits"]), (&json!(1), &json!("open"), &json!(1)));
    let found = client.get(&format!("{PULLS}?head=acme:update&state=open&base=main")).ok(200);
    assert_eq!(found[0]["number"], 1);
    assert_eq!(client.get(&format!("{PULLS}?head=acme:other")).ok(200), json!([]));
    let next = commit_on(&client, pull["head"]["sha"].as_str().unwrap(), "Go on");
    client.patch("/repos/acme/python/git/refs/heads/update", &json!({ "sha": next })).ok(200);
    assert_eq!(client.get(&format!("{PULLS}/1")).ok(200)["head"]["sha"], next.as_str());
    assert_eq!(client.get("/repos/acme/python/git/ref/pull/1/head").ok(200)["object"]["sha"], next.as_str());
    assert_eq!(client.get(&format!("{PULLS}/1/commits")).ok(200).as_array().unwrap().len(), 2);
    let files = client.get(&format!("{PULLS}/1/files")).ok(200);
    assert_eq!((&files[0]["filename"], &files[0]["status"]), (&json!("versions.json"), &json!("modified")));
    assert_eq!(hub.github(|github| github.pull(IMAGES, 1).unwrap().head.sha.to_string()), next);
}

#[test]
fn a_second_pull_request_and_ones_that_cannot_be_are_refused() {
    let (hub, client) = served();
    with_pull(&client);
    hub.github(|github| {
        let main = github.branch(IMAGES, "main").unwrap();
        github.force_push(IMAGES, "same", main, "mara");
    });
    let open =
        |head: &str, base: &str| client.post(PULLS, &json!({ "title": "Update", "head": head, "base": base })).no();
    let refused = "422 Validation Failed";
    assert_eq!(open("update", "main"), format!("{refused} A pull request already exists for acme:update."));
    assert_eq!(open("same", "main"), format!("{refused} No commits between main and same"));
    assert_eq!(open("nowhere", "main"), format!("{refused} head"));
    assert_eq!(open("nobody:update", "main"), format!("{refused} head"));
    assert_eq!(open("update", "nowhere"), format!("{refused} base"));
    assert_eq!(hub.github(|github| github.pulls(IMAGES).len()), 1);
}

#[test]
fn title_text_and_state_are_changed_and_a_text_that_is_too_long_is_refused() {
    let (hub, client) = served();
    with_pull(&client);
    client.patch(&format!("{PULLS}/1"), &json!({ "title": "Update 3.13, 3.14", "body": "é".repeat(65_536) })).ok(200);
    let long = client.patch(&format!("{PULLS}/1"), &json!({ "body": "é".repeat(65_537) }));
    assert_eq!(long.no(), "422 Validation Failed body body is too long (maximum is 65536 characters)");
    client.patch(&format!("{PULLS}/1"), &json!({ "state": "closed" })).ok(200);
    hub.github(|github| {
        let pull = github.pull(IMAGES, 1).unwrap();
        assert_eq!(
            (pull.title.as_str(), pull.open, pull.closed_by.as_deref()),
            ("Update 3.13, 3.14", false, Some("bot"))
        );
        assert_eq!(pull.body.as_ref().unwrap().chars().count(), 65_536);
    });
    client.patch(&format!("{PULLS}/1"), &json!({ "state": "open" })).ok(200);
    assert_eq!(client.get(&format!("{PULLS}/2")).no(), "404 Not Found");
}

#[test]
fn a_closed_pull_request_whose_branch_is_gone_or_was_replaced_stays_closed() {
    let (hub, client) = served();
    let pull = with_pull(&client);
    let main = pull["base"]["sha"].as_str().unwrap();
    client.patch(&format!("{PULLS}/1"), &json!({ "state": "closed" })).ok(200);
    let other = commit_on(&client, main, "Something else");
    client.patch("/repos/acme/python/git/refs/heads/update", &json!({ "sha": other, "force": true })).ok(200);
    assert_eq!(
        hub.github(|github| github.pull(IMAGES, 1).unwrap().head.sha.to_string()),
        pull["head"]["sha"].as_str().unwrap()
    );
    let reopen = || client.patch(&format!("{PULLS}/1"), &json!({ "state": "open" })).no();
    let no = "422 Validation Failed state state cannot be changed.";
    assert_eq!(reopen(), format!("{no} The update branch was force-pushed or recreated."));
    client.delete("/repos/acme/python/git/refs/heads/update");
    assert_eq!(reopen(), format!("{no} The update branch has been deleted."));
}

#[test]
fn an_open_pull_request_ends_with_its_branch_or_with_its_last_commit() {
    let (hub, client) = served();
    let pull = with_pull(&client);
    let main = pull["base"]["sha"].as_str().unwrap();
    client.patch("/repos/acme/python/git/refs/heads/update", &json!({ "sha": main, "force": true })).ok(200);
    assert_eq!(client.get(&format!("{PULLS}/1")).ok(200)["state"], "closed", "nothing is left of it");
    branch(&client, "other");
    client.post(PULLS, &json!({ "title": "Other", "head": "other", "base": "main" })).ok(201);
    client.delete("/repos/acme/python/git/refs/heads/other");
    hub.github(|github| {
        let pull = github.pull(IMAGES, 2).unwrap();
        assert_eq!((pull.open, pull.closed_by.as_deref(), pull.merged.is_some()), (false, Some("bot"), false));
    });
}

#[test]
fn persons_merge_in_all_three_ways_and_not_what_conflicts() {
    for (how, parents, message) in [
        (Merge::Commit, 2, "Merge pull request #1 from acme/update\n\nUpdate 3.14"),
        (Merge::Squash, 1, "Update 3.14 (#1)"),
        (Merge::Rebase, 1, "Work on update"),
    ] {
        let (hub, client) = served();
        with_pull(&client);
        let merged = hub.github(|github| {
            github.push(IMAGES, "main", MAINTAINER, "Meanwhile", &[("other", Some("1\n"))]);
            github.merge_pull(IMAGES, 1, MAINTAINER, how).unwrap()
        });
        let commit = hub.github(|github| github.commit(IMAGES, "main")).unwrap();
        assert_eq!((commit.sha, commit.parents.len(), commit.message.as_str()), (merged, parents, message));
        let pull = client.get(&format!("{PULLS}/1")).ok(200);
        assert_eq!((&pull["state"], &pull["merged"]), (&json!("closed"), &json!(true)));
        assert_eq!(pull["merge_commit_sha"], merged.to_string());
    }
    let (hub, client) = served();
    with_pull(&client);
    let merged = hub.github(|github| {
        github.push(IMAGES, "main", MAINTAINER, "Meanwhile", &[("versions.json", Some("mine\n"))]);
        github.merge_pull(IMAGES, 1, MAINTAINER, Merge::Squash)
    });
    assert_eq!(merged, Err(Conflict));
    assert_eq!(client.get(&format!("{PULLS}/1")).ok(200)["mergeable"], false);
}

#[test]
fn a_base_that_catches_up_merges_the_pull_request() {
    let (hub, client) = served();
    let pull = with_pull(&client);
    hub.github(|github| {
        let head = github.pull(IMAGES, 1).unwrap().head.sha;
        github.force_push(IMAGES, "main", head, "mara");
    });
    let after = client.get(&format!("{PULLS}/1")).ok(200);
    assert_eq!((&after["merged"], &after["merge_commit_sha"]), (&json!(true), &pull["head"]["sha"]));
    let comparison = client.get("/repos/acme/python/compare/main...update").ok(200);
    assert_eq!(comparison["status"], "identical");
}

#[test]
fn labels_comments_and_reviewers_hang_on_it() {
    let (hub, client) = served();
    with_pull(&client);
    let labels = client.post("/repos/acme/python/issues/1/labels", &json!({ "labels": ["python", "bot"] })).ok(200);
    assert_eq!(labels[1]["name"], "python");
    assert_eq!(client.get("/repos/acme/python/issues/1/labels").ok(200), labels);
    client.post("/repos/acme/python/issues/1/comments", &json!({ "body": "Superseded." })).ok(201);
    hub.github(|github| github.comment(IMAGES, 1, "mara", "Why?"));
    let comments = client.get("/repos/acme/python/issues/1/comments").ok(200);
    let said: Vec<&Value> = comments.as_array().unwrap().iter().map(|comment| &comment["user"]["login"]).collect();
    assert_eq!(said, ["bot", "mara"]);
    let ask = |login: &str| client.post(&format!("{PULLS}/1/requested_reviewers"), &json!({ "reviewers": [login] }));
    ask("mara").ok(201);
    let users = client.get(&format!("{PULLS}/1/requested_reviewers")).ok(200);
    assert_eq!(users["users"][0]["login"], "mara");
    assert_eq!(ask("bot").no(), "422 Review cannot be requested from pull request author.");
    let stranger = ask("stranger").no();
    assert!(stranger.starts_with("422 Reviews may only be requested from collaborators."), "{stranger}");
    hub.github(|github| {
        let pull = github.pull(IMAGES, 1).unwrap();
        assert_eq!(pull.labels.iter().collect::<Vec<_>>(), ["bot", "python"]);
        assert_eq!((pull.comments[1].body.as_str(), pull.reviewers.contains("mara")), ("Why?", true));
    });
}

#[test]
fn a_fork_shares_objects_and_opens_pull_requests_upstream() {
    let hub = Hub::serve(acme());
    let (client, maintainer) = (hub.client("stranger-token"), hub.client("mara-token"));
    let fork = client.post("/repos/acme/python/forks", &json!({})).ok(202);
    assert_eq!((&fork["full_name"], &fork["parent"]["full_name"]), (&json!("stranger/python"), &json!(IMAGES)));
    let main = fork["default_branch"].as_str().unwrap();
    let tip = client.get(&format!("/repos/stranger/python/git/ref/heads/{main}")).ok(200);
    let entry = json!({ "path": "a", "mode": "100644", "type": "blob", "content": "a" });
    let tip = tip["object"]["sha"].as_str().unwrap();
    let base = client.get(&format!("/repos/stranger/python/git/commits/{tip}")).ok(200);
    let tree = json!({ "base_tree": base["tree"]["sha"], "tree": [entry] });
    let tree = client.post("/repos/stranger/python/git/trees", &tree).ok(201);
    let commit = json!({ "message": "From afar", "tree": tree["sha"], "parents": [tip] });
    let commit = client.post("/repos/stranger/python/git/commits", &commit).ok(201);
    let sha = commit["sha"].as_str().unwrap();
    client.post("/repos/stranger/python/git/refs", &json!({ "ref": "refs/heads/python", "sha": sha })).ok(201);
    assert_eq!(client.get(&format!("/repos/acme/python/git/commits/{sha}")).status, 200, "objects are shared");
    let body = json!({
        "title": "Update python", "head": "stranger:python", "base": "main", "maintainer_can_modify": true,
    });
    let pull = client.post(PULLS, &body).ok(201);
    assert_eq!((&pull["head"]["label"], &pull["maintainer_can_modify"]), (&json!("stranger:python"), &json!(true)));
    assert_eq!(
        client.post(PULLS, &body).no(),
        "422 Validation Failed A pull request already exists for stranger:python."
    );
    let label = client.post("/repos/acme/python/issues/1/labels", &json!({ "labels": ["a"] }));
    assert_eq!(label.no(), "403 Must have admin rights to Repository.");
    let ask = json!({ "reviewers": ["mara"] });
    assert_eq!(client.post(&format!("{PULLS}/1/requested_reviewers"), &ask).no(), "404 Not Found");
    client.patch(&format!("{PULLS}/1"), &json!({ "title": "Update the python image" })).ok(200);
    let comparison = maintainer.get("/repos/acme/python/compare/main...stranger:python").ok(200);
    assert_eq!((&comparison["ahead_by"], &comparison["behind_by"]), (&json!(1), &json!(0)));
    hub.github(|github| github.push(IMAGES, "main", MAINTAINER, "Meanwhile", &[("b", Some("b\n"))]));
    let synced = client.post("/repos/stranger/python/merge-upstream", &json!({ "branch": "main" })).ok(200);
    assert_eq!(synced["merge_type"], "fast-forward");
    let synced = client.post("/repos/stranger/python/merge-upstream", &json!({ "branch": "main" })).ok(200);
    assert_eq!(synced["merge_type"], "none");
}

#[test]
fn persons_open_edit_close_and_reopen_by_the_same_rules() {
    let (hub, client) = served();
    let opening = Opening { title: "By hand", body: "", head: "hand", base: "main" };
    hub.github(|github| {
        github.permit("mara", IMAGES, Permission::Admin);
        github.push(IMAGES, "hand", MAINTAINER, "By hand", &[("a", Some("a\n"))]);
        assert_eq!(github.open_pull(IMAGES, "mara", opening), Ok(1));
        assert!(github.open_pull(IMAGES, "mara", opening).unwrap_err().contains("already exists for acme:hand"));
        github.edit_pull(IMAGES, 1, |pull| pull.body = Some("Edited.".to_owned()));
        github.close_pull(IMAGES, 1, "mara");
        github.reopen_pull(IMAGES, 1).unwrap();
        github.delete_branch(IMAGES, "hand", "mara");
        assert!(github.reopen_pull(IMAGES, 1).unwrap_err().contains("has been deleted"));
    });
    let pull = client.get(&format!("{PULLS}/1")).ok(200);
    assert_eq!((&pull["body"], &pull["state"]), (&json!("Edited."), &json!("closed")));
}
