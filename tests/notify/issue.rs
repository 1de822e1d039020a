//! The one issue: opened, kept, closed, and left alone.

use insta::assert_snapshot;
use pybump::demo::github::{GitHubFault, Moment, Right};
use pybump::demo::world::Fault;

use super::stage::{ISSUE, held, hold, issue, issues, mend, run};
use crate::ledger::stage::ON;
use crate::publish::contradictions::plain;
use crate::publish::stage::{IMAGES, REPRODUCIBLE, Stage};
use crate::publish::trial::small;
use crate::support::run::{Run, bare};
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::{calm, one_behind, release};

#[test]
fn a_hold_opens_one_issue_and_the_second_run_writes_nothing() {
    let (stage, _) = held(ISSUE);
    run(&stage, 0).said("what needs a person").said("opened");
    let opened = issue(&stage);
    assert!(opened.open && opened.labels.iter().eq(["pybump"]), "{opened:#?}");
    assert_snapshot!(format!("{}\n\n{}", opened.title, plain(opened.body.as_ref().unwrap())), @r"
    pybump: 1 series needs a person

    What pybump cannot settle by itself, gravest first. Every other series goes on.

    - **Held 3.14** since DATE TIME UTC: the source tarball of 3.14.3: its Sigstore bundle does not hold: the bundle was signed by `thomas@python.org` (issuer `https://accounts.google.com`); expected `hugo@python.org` (issuer `https://github.com/login/oauth`). Take this release over by no other way: ask its release manager, and see with `pybump signers --check` whether python.org names another signer than is pinned.

    `pybump check` says the same in a clone.

    pybump keeps this issue: it is written anew when any of this changes, and closed when nothing is left. Closed by a person, it stays closed until there is something new.
    ");
    run(&stage, 0).said("unchanged");
    assert_eq!((stage.writes(), issue(&stage)), (0, opened));
}

#[test]
fn without_notify_issue_nothing_is_opened_and_no_request_more_is_made() {
    let requests = |more: &str| {
        let (stage, _) = held(more);
        run(&stage, 0);
        run(&stage, 0);
        stage.server.exchanges().len()
    };
    let without = requests("");
    assert_eq!(requests("\n[notify]\nlabels = [\"bot\"]\n"), without);
    // The two lists of open issues.
    assert_eq!(requests(ISSUE), without + 2);
}

#[test]
fn when_nothing_is_left_it_is_closed_with_a_comment_and_what_comes_later_is_another_issue() {
    let (stage, good) = held(ISSUE);
    run(&stage, 0);
    mend(&stage, good);
    run(&stage, 0).said("closed");
    let closed = issue(&stage);
    assert!(!closed.open);
    assert_snapshot!(closed.comments[0].body, @"Closed by pybump: nothing is left that needs a person.");
    run(&stage, 0);
    assert_eq!(stage.writes(), 0);
    hold(&stage);
    run(&stage, 0).said("opened");
    assert_eq!(issues(&stage).iter().filter(|issue| issue.open).count(), 1);
}

#[test]
fn what_a_person_closed_stays_closed_until_there_is_something_new() {
    let stage = Stage::new(one_behind(), ISSUE);
    hold(&stage);
    run(&stage, 0);
    let number = issue(&stage).number;
    stage.github(|github| github.close_issue(IMAGES, number, "mara"));
    run(&stage, 0).said("was closed for this content by a person");
    assert_eq!(stage.writes(), 0);
    // A release of the other series is tagged for long, and has no files.
    stage.server.world(|world| world.tag(&"3.13.10".parse().unwrap(), crate::support::worlds::hours_ago(50)));
    run(&stage, 0).said("opened").said("pybump: 2 series need a person");
    let open: Vec<_> = issues(&stage).iter().map(|issue| issue.open).collect();
    assert_eq!(open, [false, true]);
    run(&stage, 0);
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_server_that_does_not_answer_neither_closes_it_nor_opens_what_a_person_closed() {
    let (stage, _) = held(ISSUE);
    run(&stage, 0);
    let opened = issue(&stage);
    let faults = [Fault::Status(503, String::new()), Fault::Status(200, "<html>".to_owned())];
    for fault in &faults {
        stage.server.world(|world| world.fail_below("/ftp/python/3.14.3/", fault.clone()));
        run(&stage, 0);
        assert_eq!((stage.writes(), issue(&stage)), (0, opened.clone()), "{fault:?}");
        stage.server.world(pybump::demo::world::World::mend);
    }
    stage.github(|github| github.close_issue(IMAGES, opened.number, "mara"));
    for fault in faults {
        stage.server.world(|world| world.fail_below("/ftp/python/3.14.3/", fault));
        run(&stage, 0);
        assert_eq!((stage.writes(), issues(&stage).len()), (0, 1));
        stage.server.world(pybump::demo::world::World::mend);
    }
}

#[test]
fn a_release_that_stays_unmerged_is_told_with_its_pull_request_and_the_words_do_not_age() {
    let mut world = calm();
    world.release(&release("3.14.3", 60)).unwrap();
    let stage = small(world, ISSUE);
    run(&stage, 0);
    let opened = issue(&stage);
    assert_snapshot!(plain(opened.body.as_ref().unwrap()).lines().nth(2).unwrap(), @"- **Not merged 3.14**: 3.14.3 is out since DATE TIME UTC; #1 proposes it since DATE TIME UTC. Review it.");
    run(&stage, 0);
    assert_eq!((stage.writes(), issue(&stage)), (0, opened));
    stage.merge(1, pybump::demo::github::Merge::Squash);
    run(&stage, 0);
    assert!(!issue(&stage).open);
}

#[test]
fn a_wait_is_no_trouble() {
    let stage = small(calm(), ISSUE);
    stage.server.world(|world| world.tag(&"3.14.3".parse().unwrap(), crate::support::worlds::hours_ago(2)));
    run(&stage, 0).said("waiting");
    assert_eq!((stage.writes(), issues(&stage).len()), (0, 0));
}

#[test]
fn an_alarm_comes_first_and_is_linked_and_each_issue_is_kept_by_its_own_rule() {
    let stage =
        Stage::configured(Scene::new(one_behind()), ON, &format!("{REPRODUCIBLE}{ISSUE}labels = [\"security\"]\n"));
    run(&stage, 0);
    stage.merge(1, pybump::demo::github::Merge::Squash);
    // A person changes the manifest: an alarm that no pull request can express.
    let files = ["versions.json", "3.14/slim-trixie/Dockerfile"];
    let manifest = stage.file("main", files[0]).unwrap();
    let json: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let digest = json["3.14"]["checksums"]["source"]["sha256"].as_str().unwrap().to_owned();
    let texts = files.map(|file| stage.file("main", file).unwrap().replace(&digest, &"a".repeat(64)));
    let changes: Vec<_> = files.iter().zip(&texts).map(|(file, text)| (*file, Some(text.as_str()))).collect();
    stage.push("main", &changes);
    stage.pull_clone();
    stage.server.world(|world| world.tag(&"3.13.10".parse().unwrap(), crate::support::worlds::hours_ago(50)));
    run(&stage, 5).said("pybump: 2 series need a person");
    let [alarm, notice] = <[_; 2]>::try_from(issues(&stage)).unwrap();
    assert_eq!(alarm.title, "Review 3.14: Python-3.14.3.tar.xz is not what was accepted");
    let body = plain(notice.body.as_ref().unwrap());
    assert_snapshot!(body.lines().skip(2).take(2).collect::<Vec<_>>().join("\n"), @r"
    - **Alarm 3.14**: #2 has all of it. Build nothing from it before that is settled.
    - **Not merged 3.13**: 3.13.10 is out since DATE TIME UTC: waiting on its files.
    ");
    assert!(body.contains(&format!("#{} has all of it", alarm.number)));
    run(&stage, 5).did_not_say("it is not known what it is about");
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_token_that_may_not_write_issues_costs_a_warning_that_names_the_right_and_nothing_else() {
    let mut stage = Stage::new(one_behind(), ISSUE);
    stage.server.world(|world| world.release(&release("3.13.10", 10))).unwrap();
    hold(&stage);
    stage.token = "actions-token";
    stage.github(|github| github.withhold("github-actions[bot]", Right::Issues));
    run(&stage, 0)
        .said("warning: the issue about what needs a person could not be kept: ")
        .said("it needs the right to write issues")
        .said("FAILED");
    assert_eq!(stage.pull().title, "Update 3.13 to 3.13.10");
}

#[test]
fn issues_that_are_switched_off_or_cannot_be_listed_cost_a_warning() {
    let (stage, _) = held(ISSUE);
    stage.github(|github| github.disable_issues(IMAGES));
    run(&stage, 0).said("warning: ").said("switch them on in the repository's Settings");
    let (stage, _) = held(ISSUE);
    run(&stage, 0);
    run(&stage, 0);
    // Two lists are asked for at once, after everything else.
    let asked = stage.server.exchanges();
    let lists = asked.len() - 2;
    assert!(asked[lists..].iter().any(|asked| asked.query.contains("labels=pybump")), "{asked:#?}");
    stage.server.forget_requests();
    stage.github(|github| github.fail_times(lists, 2, GitHubFault::Status(Moment::Before, 403)));
    let output = stage.command(&["run"]).output().unwrap();
    let run = Run::of(&output, stage.home()).ended(0);
    run.said("warning: the issue about what needs a person could not be kept: cannot read ");
}

#[test]
fn a_dry_run_shows_the_issue_and_opens_none() {
    let (stage, _) = held(ISSUE);
    let json = stage.run(&["run", "--dry-run", "--format", "json"]).ended(0).json();
    assert_documented(&json, &bare(&["schema", "run"]).ended(0).json());
    assert_eq!((json["notice"]["action"].as_str(), json["notice"]["id"].as_str()), (Some("opened"), Some("notice")));
    let run = stage.run(&["run", "--dry-run"]).ended(0);
    run.said("would open").said("pybump: 1 series needs a person").said("- **Held 3.14**");
    assert_eq!((stage.writes(), issues(&stage).len()), (0, 0));
}

#[test]
fn an_issue_that_a_stranger_opened_with_its_mark_is_not_touched_and_keeps_none_from_being_opened() {
    let (stage, _) = held(ISSUE);
    run(&stage, 0);
    let ours = issue(&stage);
    stage.github(|github| github.close_issue(IMAGES, ours.number, "bot"));
    let (stage, _) = held(ISSUE);
    stage.github(|github| {
        github.open_issue(IMAGES, "stranger", &ours.title, ours.body.as_deref().unwrap(), &[]);
    });
    run(&stage, 0).said("opened").said("bears pybump's mark");
    assert_eq!(issues(&stage).iter().filter(|issue| issue.author == "bot" && issue.open).count(), 1);
}
