//! The ledger travels in the pull request of its bump.

use pybump::demo::github::Merge;

use super::stage::{ON, files};
use crate::publish::stage::{BRANCH, REPRODUCIBLE, Stage, head};
use crate::support::scene::Scene;
use crate::support::worlds::{calm, hours_ago, one_behind, release, source};

const ALARM: &str = "pybump/update-alarm-3.14";
const FILE: &str = "state/ledger/3.14.json";

/// A stage whose ledger is on.
fn stage(world: pybump::demo::world::World) -> Stage {
    Stage::configured(Scene::new(world), ON, REPRODUCIBLE)
}

#[test]
fn the_branch_has_the_very_files_that_an_update_of_the_clone_writes() {
    for flags in [&[][..], &["--no-download"]] {
        let stage = stage(one_behind());
        stage.run(&[&["pr", "image"], flags].concat()).ended(0).said("opened");
        let tip = stage.branch(BRANCH).unwrap();
        let file = stage.file(BRANCH, FILE).unwrap();
        let body = stage.pull().body.unwrap();
        assert!(body.contains(FILE), "{body}");
        assert_eq!(body.contains("--no-download --commit"), !flags.is_empty(), "{body}");
        stage.run(&[&["update", "--commit"], flags].concat()).ended(0);
        assert_eq!(head(&stage.root()), tip, "the commit on GitHub is not the one that git makes");
        assert_eq!(stage.read(FILE), file);
    }
}

#[test]
fn a_second_run_writes_nothing_and_after_the_merge_the_ledger_is_the_clones() {
    let stage = stage(one_behind());
    stage.pr_image().said("opened");
    stage.pr_image().said("unchanged");
    assert_eq!(stage.writes(), 0);
    stage.merge(1, Merge::Squash);
    assert_eq!(files(&stage, "3.14"), ["Python-3.14.3.tar.xz", "python-3.14.3-amd64.exe"]);
    stage.pr_image().said("cleared");
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
}

#[test]
fn only_what_is_committed_counts() {
    let stage = stage(one_behind());
    std::fs::create_dir_all(stage.root().join("state/ledger")).unwrap();
    stage.write(FILE, "garbage");
    stage.pr_image().said("opened");
    assert_eq!(stage.read(FILE), "garbage");
}

#[test]
fn an_alarms_pull_request_records_what_it_would_replace() {
    let stage = stage(one_behind());
    stage.pr_image();
    stage.merge(1, Merge::Squash);
    stage.pr_image().said("cleared");
    let accepted = stage.manifest()["3.14"]["checksums"]["source"]["sha256"].as_str().unwrap().to_owned();
    stage.server.world(|world| {
        world.artifact(&release("3.14.3", 20), &source("3.14.3"), "other".into(), hours_ago(2)).unwrap();
    });
    stage.run(&["pr", "image"]).ended(5).said("opened");
    let recorded: serde_json::Value = serde_json::from_str(&stage.file(ALARM, FILE).unwrap()).unwrap();
    let artifacts = recorded["artifacts"].as_array().unwrap();
    let names: Vec<_> = artifacts.iter().map(|entry| entry["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["Python-3.14.3.tar.xz", "Python-3.14.3.tar.xz", "python-3.14.3-amd64.exe"]);
    assert_eq!((&artifacts[0]["sha256"], artifacts[0].get("replaces")), (&accepted.clone().into(), None));
    assert_eq!(artifacts[1]["replaces"], accepted);
    stage.run(&["pr", "image"]).ended(5);
    assert_eq!(stage.writes(), 0);
    // A person accepts it.
    stage.merge(2, Merge::Squash);
    stage.pr_image().said("2 series: 2 current");
}

#[test]
fn an_alarm_over_what_the_ledger_does_not_know_replaces_what_the_manifest_had() {
    let stage = stage(calm());
    let accepted = stage.manifest()["3.14"]["checksums"]["source"]["sha256"].clone();
    stage.server.world(|world| {
        world.artifact(&release("3.14.2", 2000), &source("3.14.2"), "other".into(), hours_ago(2)).unwrap();
    });
    stage.run(&["pr", "image"]).ended(5).said("opened");
    let recorded: serde_json::Value = serde_json::from_str(&stage.file(ALARM, FILE).unwrap()).unwrap();
    assert_eq!(recorded["artifacts"][0]["replaces"], accepted);
    assert_eq!(recorded["artifacts"].as_array().unwrap().len(), 1);
}

#[test]
fn a_damaged_ledger_keeps_the_pull_request_and_ends_with_1() {
    let stage = stage(one_behind());
    stage.pr_image().said("opened");
    stage.push("main", &[(FILE, Some("garbage"))]);
    stage.pull_clone();
    stage.run(&["pr", "image"]).ended(1).said("its ledger is damaged");
    assert!(stage.pull().open);
}
