//! What those without a say in the repository open: it keeps pybump from nothing and is not touched.

use pybump::demo::github::Opening;
use pybump::publish::issue::{IssueAction, IssueMark};

use super::stage::{IMAGES, LABEL, Run, acme, issue, issues, wanted};
use crate::support::github::Hub;

const ID: &str = "alarm 3.14 Python-3.14.2.tar.xz";

/// The body that pybump would write.
fn body(hub: &Hub) -> String {
    let untouched = hub.github(|github| github.save());
    let all = [wanted(ID, "a")];
    Run { wanted: &all, ..Run::default() }.one(hub);
    let body = issue(hub, 1).body.unwrap();
    hub.github(|github| github.restore(&untouched));
    body
}

#[test]
fn a_strangers_forged_mark_neither_suppresses_an_issue_nor_is_it_touched() {
    for (token, labels, closed) in [
        ("bot-token", &[][..], false),
        ("app-token", &[LABEL], false),
        ("actions-token", &[LABEL], true),
        ("bot-token", &[LABEL], true),
    ] {
        let hub = acme();
        let body = body(&hub);
        hub.github(|github| {
            github.open_issue(IMAGES, "stranger", "Nothing to see", &body, &[]);
            // A form for issues may give labels to whatever is filed with it.
            github.edit_issue(IMAGES, 1, |issue| issue.labels.extend(labels.iter().map(|label| (*label).to_owned())));
            if closed {
                github.close_issue(IMAGES, 1, "stranger");
            }
        });
        let forged = issue(&hub, 1);
        let all = [wanted(ID, "a")];
        let run = Run { token, wanted: &all, ..Run::default() };
        let done = run.one(&hub);
        assert_eq!((&done.action, done.number), (&IssueAction::Opened, Some(2)));
        run.settles(&hub);
        if closed {
            assert_eq!(done.warnings, Vec::<String>::new());
        } else {
            let told = "#1 by stranger bears pybump's mark; pybump does not rely on it: its author is no collaborator";
            assert_eq!(done.warnings, [told]);
        }
        let over = Run { token, settled: &[ID], ..Run::default() };
        assert!(matches!(over.one(&hub).action, IssueAction::Closed(_)));
        assert_eq!((issue(&hub, 1), issue(&hub, 2).open), (forged, false));
    }
}

#[test]
fn an_issue_that_another_identity_of_pybumps_opened_is_the_one() {
    let hub = acme();
    let all = [wanted(ID, "a")];
    Run { token: "actions-token", wanted: &all, ..Run::default() }.one(&hub);
    for token in ["app-token", "bot-token", "mara-token"] {
        Run { token, wanted: &all, ..Run::default() }.settles(&hub);
    }
    assert_eq!(issues(&hub).len(), 1);
}

#[test]
fn a_stranger_is_believed_by_nobody_but_the_stranger() {
    let hub = acme();
    let all = [wanted(ID, "a")];
    let own = Run { token: "stranger-token", wanted: &all, ..Run::default() };
    own.one(&hub);
    own.settles(&hub);
    assert_eq!(Run { wanted: &all, ..Run::default() }.one(&hub).number, Some(2));
}

#[test]
fn a_pull_request_with_the_mark_of_an_issue_is_no_issue() {
    let hub = acme();
    let body = body(&hub);
    hub.github(|github| {
        let mara = pybump::demo::github::Author { name: "Mara", email: "mara@example.org" };
        github.push(IMAGES, "main", mara, "Begin", &[("a", Some("a"))]);
        github.push(IMAGES, "update", mara, "Update", &[("a", Some("b"))]);
        let opening = Opening { title: "Update", body: &body, head: "update", base: "main" };
        github.open_pull(IMAGES, "mara", opening).unwrap();
    });
    let all = [wanted(ID, "a")];
    let run = Run { wanted: &all, ..Run::default() };
    assert_eq!(run.one(&hub).number, Some(2));
    run.settles(&hub);
    assert_eq!(hub.github(|github| github.pull(IMAGES, 1).unwrap().body.clone()).unwrap(), body);
}

#[test]
fn what_strangers_pile_up_until_lists_cannot_be_read_stops_no_alarm_and_is_told() {
    let hub = acme();
    let filler = "é".repeat(65_000);
    hub.github(|github| {
        for _ in 0..40 {
            github.open_issue(IMAGES, "stranger", "Filler", &filler, &[]);
        }
    });
    let all = [wanted(ID, "a")];
    let run = Run { wanted: &all, ..Run::default() };
    let done = run.one(&hub);
    assert_eq!(done.action, IssueAction::Opened);
    assert!(done.warnings[0].starts_with("not all open issues could be looked at: "), "{done:#?}");
    run.settles(&hub);
    // Nor does what they say below an issue keep it from being closed.
    hub.github(|github| {
        for _ in 0..40 {
            github.comment(IMAGES, done.number.unwrap(), "stranger", &filler);
        }
    });
    assert!(matches!(Run { settled: &[ID], ..Run::default() }.one(&hub).action, IssueAction::Closed(_)));
}

#[test]
fn a_damaged_mark_is_nobody_of_ours() {
    let hub = acme();
    let body = body(&hub);
    let damaged = body.replace("\"content\":", "\"contents\":");
    assert_eq!(IssueMark::read(&damaged), None);
    hub.github(|github| github.open_issue(IMAGES, "mara", "Mine", &damaged, &[LABEL]));
    let all = [wanted(ID, "a")];
    assert_eq!(Run { wanted: &all, ..Run::default() }.one(&hub).number, Some(2));
    assert_eq!(issue(&hub, 1).body.unwrap(), damaged);
}
