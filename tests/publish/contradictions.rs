//! What the ledger says and somebody else contradicts: the pull request and the issues about it.

use insta::assert_snapshot;
use pybump::cli::Status;
use pybump::demo::github::{GitHubFault, Issue, Merge, Moment, Right};
use pybump::demo::world::{Fault, World};

use super::stage::{BRANCH, IMAGES, REPRODUCIBLE, Stage};
use super::trial::Trial;
use crate::audit::stage::{both_behind, foreign_bundle, rerolled, signed_again};
use crate::ledger::stage::ON;
use crate::support::openpgp::path;
use crate::support::run::Run;
use crate::support::scene::{LINUX, Scene, TRACKED};
use crate::support::worlds::{one_behind, release, source, windows};

pub const LEDGER: &str = "state/ledger/3.14.json";

/// At 3.14.3, which the ledger knows.
pub fn recorded(publish: &str) -> Stage {
    let stage = Stage::configured(Scene::new(one_behind()), ON, &format!("{REPRODUCIBLE}{publish}"));
    stage.pr_image();
    stage.merge(1, Merge::Squash);
    stage.pr_image();
    stage
}

/// At 3.13.10 and 3.14.3, Linux only; then 3.13's manifest is changed by hand, and 3.14.3 is signed again: an issue and a pull
/// request are due.
pub fn alarmed() -> Trial {
    let scene = Scene::tracking(both_behind(), &TRACKED, &[LINUX]);
    let mut trial = Trial::new(Stage::configured(scene, ON, REPRODUCIBLE), |stage| {
        stage.pr_image();
        stage.merge(1, Merge::Squash);
        stage.pr_image();
        by_hand_in(stage, "3.13", "a");
        stage.server.world(|world| signed_again(world, "3.14.3"));
    });
    trial.status = Status::Alarm;
    trial
}

pub fn image(stage: &Stage, status: i32) -> Run {
    stage.run(&["pr", "image"]).ended(status)
}

pub fn issues(stage: &Stage) -> Vec<Issue> {
    stage.github(|github| github.issues(IMAGES).into_iter().cloned().collect())
}

#[track_caller]
fn issue(stage: &Stage) -> Issue {
    let mut issues = issues(stage);
    assert_eq!(issues.len(), 1, "{issues:#?}");
    issues.remove(0)
}

/// A person changes the digest of 3.14.3's source in the manifest, on the default branch.
fn by_hand(stage: &Stage, digit: &str) {
    by_hand_in(stage, "3.14", digit);
}

fn by_hand_in(stage: &Stage, key: &str, digit: &str) {
    let manifest = stage.file("main", "versions.json").unwrap();
    let json: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let digest = json[key]["checksums"]["source"]["sha256"].as_str().unwrap().to_owned();
    let dockerfile = format!("{key}/slim-trixie/Dockerfile");
    let other = digit.repeat(64);
    let texts = [manifest.replace(&digest, &other), stage.file("main", &dockerfile).unwrap().replace(&digest, &other)];
    stage.push("main", &[("versions.json", Some(&texts[0])), (&dockerfile, Some(&texts[1]))]);
    stage.pull_clone();
}

/// A person takes the manifest back to what the ledger says.
fn put_back(stage: &Stage) {
    let ledger: serde_json::Value = serde_json::from_str(&stage.file("main", LEDGER).unwrap()).unwrap();
    let artifacts = ledger["artifacts"].as_array().unwrap();
    let entry = artifacts.iter().find(|entry| entry["file"] == "Python-3.14.3.tar.xz").unwrap();
    let digest = entry["sha256"].as_str().unwrap();
    by_hand(stage, "?");
    let files = ["versions.json", "3.14/slim-trixie/Dockerfile"];
    let texts = files.map(|file| stage.file("main", file).unwrap().replace(&"?".repeat(64), digest));
    let changes: Vec<_> = files.iter().zip(&texts).map(|(file, text)| (*file, Some(text.as_str()))).collect();
    stage.push("main", &changes);
    stage.pull_clone();
}

/// The text with every digest, time and log entry as a word.
pub fn plain(text: &str) -> String {
    let body = text.split("\n\n<!-- pybump").next().unwrap();
    let mut plain = String::new();
    for piece in body.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':') {
        let end = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let digits = end.bytes().all(|byte| byte.is_ascii_hexdigit());
        let word = match end.len() {
            64 if digits => "DIGEST",
            40 if digits => "COMMIT",
            10 if end.starts_with("20") && end.contains('-') => "DATE",
            5 | 8 if end.as_bytes()[2] == b':' => "TIME",
            _ => end,
        };
        plain.push_str(word);
        plain.push_str(&piece[end.len()..]);
    }
    plain
}

#[test]
fn a_manifest_changed_by_hand_opens_one_issue_and_the_second_run_writes_nothing() {
    let stage = recorded("");
    by_hand(&stage, "a");
    image(&stage, 5).said("the manifest says aaaa");
    let opened = issue(&stage);
    assert!(opened.labels.contains("security") && opened.open, "{opened:#?}");
    assert_snapshot!(format!("{}\n\n{}", opened.title, plain(&opened.body.unwrap())), @"
    Review 3.14: Python-3.14.3.tar.xz is not what was accepted

    > [!CAUTION]
    > the ledger says that `Python-3.14.3.tar.xz` was accepted with `SHA-256` `DIGEST`, the manifest says `DIGEST`; nothing was changed: somebody changed one of both by hand, find out which is right

    Until this is settled, 3.14 gets no updates. Other series go on.

    | The ledger says | |
    |---|---|
    | File | [Python-3.14.3.tar.xz](https://www.python.org/ftp/python/3.14.3/Python-3.14.3.tar.xz) |
    | SHA-256 | `DIGEST` |
    | Size | 212 bytes |
    | Signer | `hugo@python.org` |
    | Signed | DATE TIME UTC, log entry [1014650](https://search.sigstore.dev/?logIndex=1014650) |
    | Accepted on evidence of | DATE TIME UTC |

    Manifest and ledger are written together, in the commit of a bump. That they differ means that somebody changed one of both by hand, or merged a change of one alone: `git log` of both files tells who. Put back the one that is wrong.

    ```sh
    pybump audit 3.14
    pybump verify 3.14.3
    git log -p -S DIGEST --
    ```

    pybump closes this issue when ledger, manifest and upstream say the same again, or 3.14 is at another release. Closed by a person, it stays closed for as long as nothing about it changes.
    ");
    image(&stage, 5);
    assert_eq!((stage.writes(), issues(&stage).len()), (0, 1));
    put_back(&stage);
    image(&stage, 0).said("closed");
    let closed = issue(&stage);
    assert_eq!((closed.open, closed.comments.len()), (false, 1));
    assert_snapshot!(closed.comments[0].body, @"Closed by pybump: ledger, manifest and upstream say the same of Python-3.14.3.tar.xz again.");
    image(&stage, 0);
    assert_eq!(stage.writes(), 0);
}

#[test]
fn evidence_that_does_not_hold_any_more_opens_an_issue_that_no_hiccup_closes() {
    let stage = recorded("");
    let good = stage.server.world(|world| world.page(&path(&source("3.14.3"), ".sigstore")).unwrap().body.clone());
    stage.server.world(|world| foreign_bundle(world, &source("3.14.3")));
    image(&stage, 5).said("does not hold any more");
    let opened = issue(&stage);
    assert_snapshot!(format!("{}\n\n{}", opened.title, plain(&opened.body.clone().unwrap())), @"
    Review 3.14: Python-3.14.3.tar.xz is not what was accepted

    > [!CAUTION]
    > `Python-3.14.3.tar.xz` was accepted with `SHA-256` `DIGEST`, and the evidence beside it does not hold any more: its Sigstore bundle does not hold: the bundle was signed by `thomas@python.org` (issuer `https://accounts.google.com`); expected `hugo@python.org` (issuer `https://github.com/login/oauth`); nothing was changed: find out why before anyone builds from it

    Until this is settled, 3.14 gets no updates. Other series go on.

    | The ledger says | |
    |---|---|
    | File | [Python-3.14.3.tar.xz](https://www.python.org/ftp/python/3.14.3/Python-3.14.3.tar.xz) |
    | SHA-256 | `DIGEST` |
    | Size | 212 bytes |
    | Signer | `hugo@python.org` |
    | Signed | DATE TIME UTC, log entry [1014650](https://search.sigstore.dev/?logIndex=1014650) |
    | Accepted on evidence of | DATE TIME UTC |

    What was accepted was verified then. That its evidence does not verify any more means that it was replaced, that the pinned signer or the policy changed since, or that the trust root lacks a part: `pybump verify` and the history of the signers file tell.

    ```sh
    pybump audit 3.14
    pybump verify 3.14.3
    git log -p -S DIGEST --
    ```

    pybump closes this issue when ledger, manifest and upstream say the same again, or 3.14 is at another release. Closed by a person, it stays closed for as long as nothing about it changes.
    ");
    let away =
        [Fault::Status(503, String::new()), Fault::Status(404, String::new()), Fault::Status(200, String::new())];
    for fault in away {
        stage.server.world(|world| world.fail(&path(&source("3.14.3"), ".sigstore"), fault.clone()));
        image(&stage, 0);
        assert_eq!((stage.writes(), issue(&stage)), (0, opened.clone()), "{fault:?}");
        stage.server.world(World::mend);
    }
    stage.server.world(|world| {
        world.put(&path(&source("3.14.3"), ".sigstore"), good, crate::support::worlds::hours_ago(1));
    });
    image(&stage, 0).said("closed");
    assert_snapshot!(issue(&stage).comments[0].body, @"Closed by pybump: ledger, manifest and upstream say the same of Python-3.14.3.tar.xz again.");
}

#[test]
fn a_hiccup_opens_no_issue() {
    let stage = recorded("");
    for fault in [Fault::Status(503, String::new()), Fault::Status(200, "<html>".to_owned())] {
        stage.server.world(|world| world.fail_below("/ftp/python/3.14.3/", fault));
        image(&stage, 0);
        assert_eq!((stage.writes(), issues(&stage).len()), (0, 0));
        stage.server.world(World::mend);
    }
}

#[test]
fn an_issue_about_a_release_that_the_series_has_left_is_closed_with_those_words() {
    let stage = recorded("");
    by_hand(&stage, "a");
    image(&stage, 5);
    // A person brings the series to the next release.
    put_back(&stage);
    stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    image(&stage, 0).said("no evidence beside Python-3.14.3.tar.xz was seen to hold");
    assert!(issue(&stage).open);
    let number = stage.pulls().pop().unwrap().number;
    stage.merge(number, Merge::Squash);
    image(&stage, 0).said("closed");
    let issues = issues(&stage);
    assert_snapshot!(issues[0].comments[0].body, @"Closed by pybump: 3.14 is at 3.14.4 now, which Python-3.14.3.tar.xz is no part of.");
}

#[test]
fn what_a_person_closed_stays_closed_and_other_content_is_told_anew() {
    let stage = recorded("");
    by_hand(&stage, "a");
    image(&stage, 5);
    let number = issue(&stage).number;
    stage.github(|github| github.close_issue(IMAGES, number, "mara"));
    image(&stage, 5).said("was closed for this content by a person");
    assert_eq!(stage.writes(), 0);
    by_hand(&stage, "b");
    image(&stage, 5).said("opened");
    let open: Vec<_> = issues(&stage).iter().map(|issue| issue.open).collect();
    assert_eq!(open, [false, true]);
    image(&stage, 5);
    assert_eq!(stage.writes(), 0);
}

#[test]
fn where_issues_are_switched_off_the_error_says_so_and_the_alarm_stays_one() {
    let stage = recorded("");
    by_hand(&stage, "a");
    stage.github(|github| github.disable_issues(IMAGES));
    image(&stage, 5).said("switch them on in the repository's Settings").said("the manifest says aaaa");
}

#[test]
fn a_token_that_may_not_write_issues_is_told_which_right_it_needs_and_keeps_the_pull_requests() {
    let mut stage = recorded("");
    stage.token = "actions-token";
    stage.github(|github| github.withhold("github-actions[bot]", Right::Issues));
    image(&stage, 0);
    by_hand(&stage, "a");
    stage.server.world(|world| world.release(&release("3.13.10", 10))).unwrap();
    image(&stage, 5).said("the manifest says aaaa").said("it needs the right to write issues");
    assert_eq!(stage.subjects(BRANCH), ["Update 3.13 to 3.13.10"]);
}

#[test]
fn issues_that_cannot_be_listed_cost_a_warning_and_with_an_alarm_an_error_that_stops_no_pull_request() {
    let stage = recorded("");
    let refused = |status: i32| {
        image(&stage, status);
        let list = format!("/repos/{IMAGES}/issues");
        let first = stage.server.exchanges().iter().position(|asked| asked.path == list).unwrap();
        stage.server.forget_requests();
        stage.github(|github| github.fail_times(first, 9, GitHubFault::Status(Moment::Before, 403)));
        let output = stage.command(&["pr", "image"]).output().unwrap();
        Run::of(&output, stage.home()).ended(status)
    };
    refused(0).said("warning: the issues about alarms could not be looked at: ");
    by_hand(&stage, "a");
    let run =
        refused(5).said("error: the issue about alarm 3.14 Python-3.14.3.tar.xz: cannot read ").said("status 403");
    run.said("the manifest says aaaa").said("no pull request is open and none is needed");
}

#[test]
fn with_github_down_an_alarm_is_told_and_is_no_less_one() {
    let mut stage = recorded("");
    stage.server.world(|world| {
        signed_again(world, "3.14.3");
    });
    stage.token = "nobody's-token";
    for command in [&["pr", "image"][..], &["run"]] {
        let run = stage.run(command).ended(5);
        run.said("ALARM: 3.14: the bytes of Python-3.14.3.tar.xz are those accepted")
            .said("GitHub could not be told of it");
    }
}

#[test]
fn a_dry_run_shows_issue_and_pull_request_and_writes_nothing() {
    let stage = recorded("");
    stage.server.world(|world| {
        foreign_bundle(world, &windows("3.14.3"));
        world.release(&release("3.13.10", 10)).unwrap();
    });
    let run = stage.run(&["pr", "image", "--dry-run"]).ended(5).said("would open");
    run.said("Review 3.14: python-3.14.3-amd64.exe is not what was accepted").said("Update 3.13 to 3.13.10");
    assert_eq!((stage.writes(), issues(&stage).len()), (0, 0));
}

#[test]
fn a_release_taken_back_that_is_offered_with_other_bytes_is_an_issue_until_the_ledger_forgets_the_old_ones() {
    let stage = Stage::configured(Scene::tracking(one_behind(), &TRACKED, &[LINUX]), ON, REPRODUCIBLE);
    let files = ["versions.json", "3.14/slim-trixie/Dockerfile"];
    let before = files.map(|file| stage.file("main", file).unwrap());
    stage.pr_image();
    stage.merge(1, Merge::Squash);
    stage.pr_image();
    let back: Vec<_> = files.iter().zip(&before).map(|(file, text)| (*file, Some(text.as_str()))).collect();
    stage.push("main", &back);
    stage.pull_clone();
    stage.server.world(|world| rerolled(world, "3.14.3"));
    image(&stage, 5).said("upstream's evidence is for");
    assert!(issue(&stage).body.unwrap().contains("remove its entry from the ledger in a commit that says why"));
    stage.server.world(|world| world.fail_below("/ftp/python/3.14.3/", Fault::Status(404, String::new())));
    image(&stage, 0);
    assert_eq!((stage.writes(), issue(&stage).open), (0, true));
    stage.server.world(World::mend);
    stage.push("main", &[(LEDGER, None)]);
    stage.pull_clone();
    image(&stage, 0).said("3.14.2 → 3.14.3");
    assert_snapshot!(issue(&stage).comments[0].body, @"Closed by pybump: Python-3.14.3.tar.xz is proposed as upstream has it; the ledger says nothing else of it.");
}
