//! Opened once, brought up to date, closed when it is over; what a person decides stands.

use insta::assert_snapshot;
use pybump::demo::github::{Permission, Right};
use pybump::publish::issue::{IssueAction, IssueMark, IssueReport, issues_text};
use pybump::report::Palette;

use super::stage::{IMAGES, LABEL, Run, acme, issue, issues, told, wanted};

const ID: &str = "alarm 3.14 Python-3.14.2.tar.xz";

fn text(dones: &[pybump::publish::issue::IssueDone], dry: bool) -> String {
    let repository = IMAGES.parse().unwrap();
    let reports: Vec<_> = dones.iter().map(|done| IssueReport::of(&repository, done)).collect();
    issues_text(&reports, dry, Palette { width: 90, now: jiff::Timestamp::UNIX_EPOCH, verbose: false })
}

#[test]
fn it_is_opened_once_and_the_second_run_writes_nothing() {
    for token in ["bot-token", "app-token", "actions-token"] {
        let hub = acme();
        let all = [wanted(ID, "other bytes"), wanted("alarm 3.13 signer", "another signer")];
        let run = Run { token, wanted: &all, ..Run::default() };
        let done = run.done(&hub);
        assert!(done.iter().all(|done| done.action == IssueAction::Opened && done.warnings.is_empty()), "{done:#?}");
        assert_eq!(done.iter().map(|done| done.number).collect::<Vec<_>>(), [Some(1), Some(2)]);
        run.settles(&hub);
        let there = issue(&hub, 1);
        assert_eq!(there.title, "Review alarm 3.14 Python-3.14.2.tar.xz");
        assert!(
            there.body.unwrap().starts_with("Upstream serves other bytes.\n\nFind out why.\n\n<!-- pybump-issue {")
        );
        assert_eq!(there.labels.into_iter().collect::<Vec<_>>(), ["bot", LABEL]);
        assert_eq!(issues(&hub).len(), 2);
    }
}

#[test]
fn where_nothing_is_wanted_and_nothing_open_two_questions_are_asked() {
    let hub = acme();
    assert_eq!(Run::default().done(&hub), []);
    let lists = hub.exchanges().iter().filter(|exchange| exchange.path.ends_with("/issues")).count();
    assert_eq!((lists, hub.exchanges().len()), (2, 3));
}

#[test]
fn new_words_are_written_once_and_what_a_person_wrote_below_stays() {
    let hub = acme();
    Run { wanted: &[wanted(ID, "a")], ..Run::default() }.one(&hub);
    hub.github(|github| {
        github.edit_issue(IMAGES, 1, |issue| {
            let body = issue.body.take().unwrap().replace('\n', "\r\n");
            issue.body = Some(format!("{body}\r\n\r\nMara looks into it."));
        });
    });
    let all = [wanted(ID, "a")];
    Run { wanted: &all, ..Run::default() }.settles(&hub);
    let all = [wanted(ID, "b")];
    let run = Run { wanted: &all, ..Run::default() };
    assert_eq!(run.one(&hub).action, IssueAction::Updated);
    assert_eq!(hub.writes().len(), 1);
    let body = issue(&hub, 1).body.unwrap();
    assert!(body.starts_with("Upstream serves b.") && body.ends_with("-->\n\nMara looks into it."), "{body}");
    run.settles(&hub);
    assert_eq!(issues(&hub).len(), 1);
}

#[test]
fn words_that_do_not_fit_beside_what_a_person_wrote_leave_it_alone_and_that_is_told() {
    let hub = acme();
    Run { wanted: &[wanted(ID, "a")], ..Run::default() }.one(&hub);
    hub.github(|github| {
        let more = "x".repeat(65_000);
        github.edit_issue(IMAGES, 1, |issue| issue.body = issue.body.take().map(|body| format!("{body}\n\n{more}")));
    });
    let all = [wanted(ID, &"b".repeat(1_000))];
    let run = Run { wanted: &all, ..Run::default() };
    let done = run.one(&hub);
    assert_eq!(done.warnings, ["#1 is not brought up to date: there is no room beside what others wrote in its body"]);
    run.settles(&hub);
}

#[test]
fn what_is_over_is_closed_with_a_comment_and_what_is_not_known_stays() {
    let hub = acme();
    let all = [wanted(ID, "a"), wanted("hold 3.13", "b")];
    Run { wanted: &all, ..Run::default() }.done(&hub);
    let run = Run { settled: &[ID], ..Run::default() };
    let done = run.done(&hub);
    assert_eq!(done[0].action, IssueAction::Closed(format!("Closed by pybump: {ID} is over.")));
    assert_eq!(done[1].action, IssueAction::Left("not looked at".to_owned()));
    let closed = issue(&hub, 1);
    assert_eq!((closed.open, closed.state_reason.as_deref()), (false, Some("completed")));
    assert_eq!(closed.comments.len(), 1);
    assert!(IssueMark::read(&closed.body.unwrap()).unwrap().closed);
    assert_snapshot!(text(&done, false), @r"
    closed       https://github.com/acme/python/issues/1  Review alarm 3.14 Python-3.14.2.tar.xz
                 Closed by pybump: alarm 3.14 Python-3.14.2.tar.xz is over.
    left         https://github.com/acme/python/issues/2  Review hold 3.13
                 it stays as it is: not looked at
    ");
    assert_eq!(run.done(&hub).len(), 1);
    assert_eq!(hub.writes().len(), 0);
    // What comes back is new.
    assert_eq!(Run { wanted: &all, ..Run::default() }.done(&hub)[0].number, Some(3));
}

#[test]
fn what_a_person_closed_stays_closed_for_the_same_content_and_is_opened_anew_for_other() {
    let hub = acme();
    let all = [wanted(ID, "a")];
    let run = Run { wanted: &all, ..Run::default() };
    run.one(&hub);
    hub.github(|github| github.close_issue(IMAGES, 1, "mara"));
    let mut reworded = wanted(ID, "a");
    reworded.body.push_str(" Now.");
    for all in [all, [reworded]] {
        let done = Run { wanted: &all, ..Run::default() }.one(&hub);
        assert_eq!((&done.action, done.number), (&IssueAction::LeftClosed, Some(1)));
        assert_eq!(hub.writes().len(), 0);
        insta::allow_duplicates! { assert_snapshot!(text(&[done], false), @r"
        left         https://github.com/acme/python/issues/1  Review alarm 3.14 Python-3.14.2.tar.xz
                     #1 was closed for this content by a person; it stays closed until there is
                     something new
        "); }
    }
    let all = [wanted(ID, "b")];
    let run = Run { wanted: &all, ..Run::default() };
    assert_eq!(run.one(&hub).number, Some(2));
    run.settles(&hub);
}

#[test]
fn what_a_person_opened_again_stays_open() {
    let hub = acme();
    let all = [wanted(ID, "a")];
    Run { wanted: &all, ..Run::default() }.one(&hub);
    // Closed by one person and opened by another: as if nothing had been.
    hub.github(|github| {
        github.close_issue(IMAGES, 1, "mara");
        github.reopen_issue(IMAGES, 1);
    });
    Run { wanted: &all, ..Run::default() }.settles(&hub);
    let over = Run { settled: &[ID], ..Run::default() };
    over.one(&hub);
    hub.github(|github| github.reopen_issue(IMAGES, 1));
    let done = over.one(&hub);
    assert_eq!(done.action, IssueAction::Left("pybump had closed it, and a person opened it again".to_owned()));
    assert_eq!((hub.writes().len(), issue(&hub, 1).open), (0, true));
    // Wanted again, it is pybump's again.
    assert_eq!(Run { wanted: &all, ..Run::default() }.one(&hub).action, IssueAction::Updated);
    Run { wanted: &all, ..Run::default() }.settles(&hub);
    assert!(matches!(over.one(&hub).action, IssueAction::Closed(_)));
}

#[test]
fn one_that_lost_its_label_is_the_one_still_open_or_closed() {
    let hub = acme();
    let all = [wanted(ID, "a")];
    let run = Run { wanted: &all, ..Run::default() };
    run.one(&hub);
    hub.github(|github| github.edit_issue(IMAGES, 1, |issue| issue.labels.clear()));
    run.settles(&hub);
    hub.github(|github| github.close_issue(IMAGES, 1, "mara"));
    assert_eq!(run.one(&hub).action, IssueAction::LeftClosed);
    assert_eq!((hub.writes().len(), issues(&hub).len()), (0, 1));
}

#[test]
fn labels_that_the_token_may_not_set_are_told_and_the_issue_is_kept_nevertheless() {
    let hub = acme();
    hub.github(|github| github.permit("bot", IMAGES, Permission::Read));
    let all = [wanted(ID, "a")];
    let run = Run { wanted: &all, ..Run::default() };
    let done = run.one(&hub);
    assert_eq!((&done.action, done.number), (&IssueAction::Opened, Some(1)));
    assert_eq!(done.warnings, ["#1 was not labelled security, bot: the token may not set labels"]);
    run.settles(&hub);
    assert!(matches!(Run { settled: &[ID], ..Run::default() }.one(&hub).action, IssueAction::Closed(_)));
}

#[test]
fn a_dry_run_says_what_it_would_do_and_writes_nothing() {
    let hub = acme();
    let (one, other) = (wanted(ID, "a"), wanted("hold 3.13", "b"));
    let opening = [one.clone(), other.clone()];
    let done = Run { wanted: &opening, dry: true, ..Run::default() }.done(&hub);
    assert_eq!((hub.writes().len(), issues(&hub).len()), (0, 0));
    assert_snapshot!(text(&done, true), @r"
    would open   acme/python: issue  Review alarm 3.14 Python-3.14.2.tar.xz

    Upstream serves a.

    Find out why.
    would open   acme/python: issue  Review hold 3.13

    Upstream serves b.

    Find out why.
    ");
    Run { wanted: &opening, ..Run::default() }.done(&hub);
    let changing = [wanted(ID, "c")];
    let done = Run { wanted: &changing, settled: &["hold 3.13"], dry: true, ..Run::default() }.done(&hub);
    assert_eq!(hub.writes().len(), 0);
    assert_snapshot!(text(&done, true), @r"
    would update https://github.com/acme/python/issues/1  Review alarm 3.14 Python-3.14.2.tar.xz

    Upstream serves c.

    Find out why.
    would close  https://github.com/acme/python/issues/2  Review hold 3.13
                 Closed by pybump: hold 3.13 is over.
    ");
}

#[test]
fn where_issues_are_switched_off_the_error_says_where_to_switch_them_on() {
    let hub = acme();
    hub.github(|github| github.disable_issues(IMAGES));
    let all = [wanted(ID, "a")];
    let kept = Run { wanted: &all, ..Run::default() }.on(&hub).unwrap();
    let error = told(&hub, kept[0].1.as_ref().unwrap_err());
    assert_snapshot!(error, @r#"POST http://WORLD/api/repos/acme/python/issues: status 410 (Issues has been disabled in this repository.); issues are switched off; switch them on in the repository's Settings > General > Features ("Issues")"#);
    assert_eq!(Run::default().done(&hub), []);
}

#[test]
fn a_token_that_may_not_write_issues_is_told_which_right_it_needs() {
    let hub = acme();
    let there = [wanted(ID, "a")];
    Run { wanted: &there, ..Run::default() }.one(&hub);
    hub.github(|github| {
        github.withhold("bot", Right::Issues);
        github.withhold("github-actions[bot]", Right::Issues);
    });
    let more = [wanted(ID, "a"), wanted("alarm 3.13", "b")];
    let kept = Run { wanted: &more, ..Run::default() }.on(&hub).unwrap();
    assert_eq!(kept[0].1.as_ref().unwrap().action, IssueAction::Unchanged);
    let error = told(&hub, kept[1].1.as_ref().unwrap_err());
    assert_snapshot!(error, @"POST http://WORLD/api/repos/acme/python/issues: status 403 (Resource not accessible by personal access token); the token in PYBUMP_GITHUB_TOKEN may not: it needs the right to write issues");
    let kept = Run { token: "actions-token", settled: &[ID], ..Run::default() }.on(&hub).unwrap();
    let error = told(&hub, kept[0].1.as_ref().unwrap_err());
    assert_snapshot!(error, @"POST http://WORLD/api/repos/acme/python/issues/1/comments: status 403 (Resource not accessible by integration); the token in GITHUB_TOKEN may not: it needs the right to write issues; in a workflow: permissions: { contents: write, issues: write, pull-requests: write }");
}

#[test]
fn one_that_cannot_be_kept_stops_no_other() {
    let hub = acme();
    let mut long = wanted("alarm 3.13", "b");
    long.title = "x".repeat(257);
    let all = [long, wanted(ID, "a")];
    let kept = Run { wanted: &all, ..Run::default() }.on(&hub).unwrap();
    assert!(kept[0].1.as_ref().unwrap_err().contains("title is too long"), "{kept:#?}");
    assert_eq!(kept[1].1.as_ref().unwrap().action, IssueAction::Opened);
}
