//! One rolling pull request, from the first release to the last.

use pybump::demo::github::Merge;

use super::stage::{BRANCH, IMAGES, REPRODUCIBLE, Stage, head, marker};
use crate::support::worlds::{calm, one_behind, release};

#[test]
fn a_release_becomes_a_pull_request_and_a_second_run_writes_nothing() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image().said("opened");
    let pull = stage.pull();
    assert_eq!(
        (pull.title.as_str(), pull.head.branch.as_str(), pull.base.as_str()),
        ("Update 3.14 to 3.14.3", BRANCH, "main")
    );
    assert_eq!(stage.subjects(BRANCH), ["Update 3.14 to 3.14.3"]);
    assert_eq!((stage.version(BRANCH, "3.14"), stage.version("main", "3.14")), ("3.14.3".into(), "3.14.2".into()));
    for _ in 0..2 {
        stage.pr_image().said("unchanged");
        assert_eq!(stage.writes(), 0);
    }
    assert_eq!(stage.pull(), pull);
}

#[test]
fn the_branch_has_the_very_files_that_an_update_of_the_clone_writes() {
    let stage = Stage::new(one_behind(), REPRODUCIBLE);
    stage.pr_image();
    let tip = stage.branch(BRANCH).unwrap();
    stage.run(&["update", "--commit"]).ended(0);
    assert_eq!(head(&stage.root()), tip, "the commit on GitHub is not the one that git makes");
    let pull = stage.pull();
    assert_eq!(marker(&pull).tip.as_str(), tip);
}

#[test]
fn nothing_to_do_makes_nothing() {
    let stage = Stage::new(calm(), "");
    stage.pr_image().said("no pull request is open and none is needed");
    assert_eq!((stage.writes(), stage.pulls().len()), (0, 0));
}

#[test]
fn a_new_release_moves_the_branch_of_the_same_pull_request() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    stage.server.world(|world| world.release(&release("3.13.10", 5))).unwrap();
    stage.pr_image().said("updated");
    let pull = stage.pull();
    assert_eq!(stage.subjects(BRANCH), ["Update 3.13 to 3.13.10", "Update 3.14 to 3.14.3"]);
    assert!(pull.title.contains("3.13.10") && pull.title.contains("3.14.3"), "{}", pull.title);
    assert!(pull.body.as_deref().unwrap().contains("3.13.10"));
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_merged_pull_request_leaves_nothing_behind() {
    for how in [Merge::Commit, Merge::Squash, Merge::Rebase] {
        let stage = Stage::new(one_behind(), "");
        stage.pr_image();
        stage.merge(1, how);
        stage.pr_image().said("cleared");
        assert_eq!(stage.branch(BRANCH), None, "{how:?}");
        stage.pr_image().said("none is needed");
        assert_eq!(stage.writes(), 0);
        // The next release gets a pull request of its own.
        stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
        stage.pr_image().said("opened");
        assert_eq!(stage.pulls().len(), 2);
        assert_eq!(stage.subjects(BRANCH), ["Update 3.14 to 3.14.4"]);
    }
}

#[test]
fn when_the_base_has_caught_up_the_pull_request_is_closed_with_a_comment_and_the_branch_goes() {
    let stage = Stage::new(one_behind(), REPRODUCIBLE);
    stage.pr_image();
    // A person pushes the same update to the default branch.
    let tip = stage.github(|github| github.branch(IMAGES, BRANCH)).unwrap();
    stage.github(|github| github.push(IMAGES, "main", super::stage::MARA, "By hand", &[]));
    let files = ["versions.json", "3.14/slim-trixie/Dockerfile", "3.14/windows/windowsservercore-ltsc2025/Dockerfile"];
    let texts = files.map(|path| stage.file(&tip.to_string(), path).unwrap());
    let changes: Vec<_> = files.iter().zip(&texts).map(|(path, text)| (*path, Some(text.as_str()))).collect();
    stage.push("main", &changes);
    stage.pull_clone();
    stage.pr_image().said("closed");
    let pull = stage.pull();
    assert!(!pull.open);
    insta::assert_snapshot!(pull.comments[0].body, @"Closed by pybump: 3.14 is at 3.14.3.");
    assert_eq!((pull.comments.len(), stage.branch(BRANCH)), (1, None));
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_release_that_nobody_merges_is_told_with_the_pull_request_that_is_open() {
    let stage = Stage::new(one_behind(), "");
    stage.write("pybump.toml", &format!("stale-after = \"6h\"\n{}", stage.read("pybump.toml")));
    stage.pr_image().said("out for 19 h: pull request #1 open for 0 min");
    let json = stage.run(&["pr", "image", "--format", "json"]).ended(0).json();
    assert_eq!(json["series"][1]["stale"]["pull_request"], 1);
    assert_eq!(stage.writes(), 0);
}
