//! What those without a say in the repository open: it is told, and keeps pybump from nothing.

use pybump::demo::github::{Author, Opening};

use super::stage::{BRANCH, IMAGES, Stage};
use super::trial::small;
use crate::support::run::Run;
use crate::support::worlds::{one_behind, release};

const STRANGER: Author<'static> = Author { name: "Stranger", email: "stranger@example.org" };

/// The manifest as pybump would propose it; GitHub stays as it was.
fn proposed(stage: &Stage) -> String {
    let untouched = stage.github(|github| github.save());
    stage.pr_image().said("opened");
    let manifest = stage.file(BRANCH, "versions.json").unwrap();
    stage.github(|github| github.restore(&untouched));
    manifest
}

/// A stranger opens a pull request from a fork with these files.
fn from_a_fork(stage: &Stage, files: &[(&str, Option<&str>)], body: &str) {
    stage.github(|github| {
        github.fork(IMAGES, "stranger");
        github.push("stranger/python", "bump", STRANGER, "Update", files);
        let opening = Opening { title: "Update", body, head: "stranger:bump", base: "main" };
        github.open_pull(IMAGES, "stranger", opening).unwrap();
    });
}

#[track_caller]
fn opens_its_own(stage: &Stage) -> Run {
    let run = stage.pr_image().said("opened");
    assert_eq!(stage.subjects(BRANCH), ["Update 3.14 to 3.14.3"]);
    run
}

#[test]
fn a_strangers_pull_request_with_the_very_same_files_is_told_and_not_relied_on() {
    let stage = small(one_behind(), "");
    from_a_fork(&stage, &[("versions.json", Some(&proposed(&stage)))], "");
    let run = opens_its_own(&stage);
    insta::assert_snapshot!(run.stderr, @"warning: #1 by stranger proposes 3.14 3.14.3 as well; pybump does not rely on it: its author is no collaborator");
    stage.pr_image().said("unchanged");
    assert_eq!(stage.writes(), 0);
}

#[test]
fn the_right_version_with_other_checksums_covers_nothing_whoever_brings_it() {
    let stage = small(one_behind(), "");
    let manifest = stage.read("versions.json").replace("3.14.2", "3.14.3");
    stage.push("mara-3.14", &[("versions.json", Some(&manifest))]);
    let opening = Opening { title: "Mine", body: "", head: "mara-3.14", base: "main" };
    stage.github(|github| github.open_pull(IMAGES, "mara", opening)).unwrap();
    let run = opens_its_own(&stage);
    insta::assert_snapshot!(run.stderr, @"warning: #1 by mara proposes 3.14 3.14.3 as well; pybump does not rely on it: what it sets is not what pybump found");
}

#[test]
fn a_draft_covers_nothing_until_it_is_ready() {
    let stage = small(one_behind(), "");
    let manifest = proposed(&stage);
    stage.push("mara-3.14", &[("versions.json", Some(&manifest))]);
    let opening = Opening { title: "Mine", body: "", head: "mara-3.14", base: "main" };
    stage.github(|github| {
        github.open_pull(IMAGES, "mara", opening).unwrap();
        github.edit_pull(IMAGES, 1, |pull| pull.draft = true);
    });
    let untouched = stage.github(|github| github.save());
    opens_its_own(&stage).said("it is a draft");
    stage.github(|github| {
        github.restore(&untouched);
        github.edit_pull(IMAGES, 1, |pull| pull.draft = false);
    });
    stage.pr_image().said("3.14 left to #1");
    assert_eq!((stage.writes(), stage.pulls().len()), (0, 1));
}

#[test]
fn a_collaborators_pull_request_from_a_fork_is_relied_on() {
    let stage = small(one_behind(), "");
    let manifest = proposed(&stage);
    stage.github(|github| {
        github.fork(IMAGES, "mara");
        github.push("mara/python", "bump", STRANGER, "Update", &[("versions.json", Some(&manifest))]);
        let opening = Opening { title: "Mine", body: "", head: "mara:bump", base: "main" };
        github.open_pull(IMAGES, "mara", opening).unwrap();
    });
    stage.pr_image().said("3.14 left to #1");
    assert_eq!((stage.writes(), stage.pulls().len()), (0, 1));
}

#[test]
fn what_pybumps_own_pull_request_carries_is_never_given_up_for_anothers() {
    let stage = small(one_behind(), "");
    stage.pr_image().said("opened");
    stage.server.world(|world| world.release(&release("3.14.4", 5))).unwrap();
    // Ours is at 3.14.3 still; a person is faster with 3.14.4, a stranger as well.
    let untouched = stage.github(|github| github.save());
    stage.pr_image().said("updated");
    let manifest = stage.file(BRANCH, "versions.json").unwrap();
    stage.github(|github| github.restore(&untouched));
    stage.push("mara-3.14", &[("versions.json", Some(&manifest))]);
    let opening = Opening { title: "Mine", body: "", head: "mara-3.14", base: "main" };
    stage.github(|github| github.open_pull(IMAGES, "mara", opening)).unwrap();
    from_a_fork(&stage, &[("versions.json", Some(&manifest))], "");
    stage.pr_image().said("updated");
    assert_eq!(stage.subjects(BRANCH), ["Update 3.14 to 3.14.4"]);
    assert!(stage.pulls().iter().all(|pull| pull.open && pull.comments.is_empty()));
}

#[test]
fn a_body_copied_from_pybump_makes_a_strangers_pull_request_nobody_of_ours() {
    let stage = small(one_behind(), "");
    let untouched = stage.github(|github| github.save());
    stage.pr_image().said("opened");
    let body = stage.pull().body.unwrap();
    stage.github(|github| github.restore(&untouched));
    from_a_fork(&stage, &[("README", Some("x\n"))], &body);
    let run = opens_its_own(&stage);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_foreign_manifest_that_cannot_be_read_sets_nothing_and_stops_no_run() {
    let deep = "[".repeat(10_000);
    let many = format!("{{\"3.14\": \"{}\"}}", "x".repeat(3 << 20));
    let texts: [&[(&str, Option<&str>)]; 5] = [
        &[("versions.json", None), ("versions.json/a", Some("x"))],
        &[("versions.json", Some("<html>\u{1b}[31m"))],
        &[("versions.json", Some(&deep))],
        &[("versions.json", Some(&many))],
        &[("versions.json", Some(""))],
    ];
    for files in texts {
        let stage = small(one_behind(), "");
        from_a_fork(&stage, files, "");
        let run = opens_its_own(&stage).said("warning: #1 is not counted: ");
        assert!(!run.stderr.contains('\u{1b}') && run.stderr.lines().count() == 1, "{}", run.stderr);
    }
    let stage = small(one_behind(), "");
    from_a_fork(&stage, &[("versions.json", None)], "");
    assert_eq!(opens_its_own(&stage).stderr, "");
}

#[test]
fn a_pull_request_from_a_branch_of_an_earlier_configuration_is_named_for_a_person_to_close() {
    let stage = small(one_behind(), "");
    stage.pr_image().said("opened");
    let config = stage.read("pybump.toml");
    stage.write("pybump.toml", &format!("{config}branch = \"bot/python\"\n"));
    let run = stage.pr_image().said("opened");
    insta::assert_snapshot!(run.stderr, @"warning: #1 is pybump's, from the branch pybump/update, which is none of today's configuration; a person should close it");
    assert_eq!(stage.subjects("bot/python"), ["Update 3.14 to 3.14.3"]);
    stage.pr_image().said("unchanged").said("#1 is pybump's");
    assert_eq!(stage.writes(), 0);
}
