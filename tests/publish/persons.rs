//! What persons do stands: they close, commit, merge and open pull requests of their own.

use pybump::demo::github::{AccountKind, Opening, Permission};

use super::stage::{BRANCH, IMAGES, MARA, REPRODUCIBLE, Stage, marker};
use crate::support::worlds::{one_behind, release};

#[test]
fn what_a_person_closed_stays_closed_until_there_is_something_new() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    stage.github(|github| github.close_pull(IMAGES, 1, "mara"));
    for _ in 0..2 {
        stage.pr_image().said("left").said("#1 was closed for this content by a person");
        assert_eq!(stage.writes(), 0);
    }
    stage.server.world(|world| world.release(&release("3.13.10", 10))).unwrap();
    stage.pr_image().said("updated");
    let pull = stage.pull();
    assert!(pull.open && pull.title.contains("3.13.10"), "{pull:#?}");
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
}

#[test]
fn closed_with_its_branch_deleted_it_comes_back_as_a_new_one_for_something_new_alone() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    stage.github(|github| {
        github.close_pull(IMAGES, 1, "mara");
        github.delete_branch(IMAGES, BRANCH, "mara");
    });
    stage.pr_image().said("was closed for this content by a person");
    assert_eq!((stage.writes(), stage.branch(BRANCH)), (0, None));
    stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    stage.pr_image().said("opened");
    let pulls = stage.pulls();
    assert_eq!(pulls.iter().map(|pull| pull.open).collect::<Vec<_>>(), [false, true]);
    assert_eq!(pulls[1].title, "Update 3.14 to 3.14.4");
}

#[test]
fn a_branch_with_a_persons_commits_is_never_moved() {
    for publish in ["", REPRODUCIBLE] {
        let stage = Stage::new(one_behind(), publish);
        stage.pr_image();
        let commit = stage.push(BRANCH, &[("README.md", Some("words\n"))]);
        // Same content: nothing to do, whoever committed.
        stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
        let run = stage.pr_image().said("holds commits that are not pybump's, first one by Mara");
        assert_eq!(stage.writes(), 0);
        assert_eq!(stage.branch(BRANCH), Some(commit), "{run:#?}");
        assert_eq!(stage.pull().title, "Update 3.14 to 3.14.3");
        // Once it is gone, pybump goes on.
        stage.github(|github| {
            github.close_pull(IMAGES, 1, "mara");
            github.delete_branch(IMAGES, BRANCH, "mara");
        });
        stage.pr_image().said("opened");
        assert_eq!(stage.subjects(BRANCH), ["Update 3.14 to 3.14.4"]);
    }
}

#[test]
fn a_branch_that_was_there_before_is_a_persons() {
    let stage = Stage::new(one_behind(), "");
    let commit = stage.push(BRANCH, &[("README.md", Some("words\n"))]);
    stage.pr_image().said("not pybump's");
    assert_eq!((stage.branch(BRANCH), stage.pulls().len()), (Some(commit), 0));
}

#[test]
fn a_persons_words_stay_until_there_is_something_new_to_say() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    let text = format!("Please wait for Friday.\n\n{}", stage.pull().body.unwrap());
    stage.github(|github| {
        github.edit_pull(IMAGES, 1, |pull| {
            pull.body = Some(text);
            pull.title = "Friday: 3.14.3".to_owned();
        });
    });
    stage.pr_image().said("unchanged");
    assert_eq!(stage.writes(), 0);
    stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    stage.pr_image().said("updated");
    assert_eq!(stage.pull().title, "Update 3.14 to 3.14.4");
    assert!(!stage.pull().body.unwrap().contains("Friday"));
}

#[test]
fn a_body_that_lost_its_mark_gets_one_again_without_moving_the_branch() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    let (tip, body) = (stage.branch(BRANCH), stage.pull().body);
    stage.github(|github| github.edit_pull(IMAGES, 1, |pull| pull.body = Some("Nice.".to_owned())));
    stage.pr_image().said("edited");
    assert_eq!((stage.branch(BRANCH), stage.pull().body), (tip, body));
}

#[test]
fn a_persons_pull_request_that_sets_the_same_version_is_linked_and_not_doubled() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 10)).unwrap();
    let stage = Stage::new(world, "");
    // Whole as pybump would have it: with the digests that upstream signs.
    let untouched = stage.github(|github| github.save());
    stage.run(&["pr", "image", "3.14"]).ended(0);
    let manifest = stage.file(BRANCH, "versions.json").unwrap();
    stage.github(|github| github.restore(&untouched));
    stage.push("mara-3.14", &[("versions.json", Some(&manifest))]);
    let opening = Opening { title: "Update to @3.14.3", body: "", head: "mara-3.14", base: "main" };
    stage.github(|github| github.open_pull(IMAGES, "mara", opening)).unwrap();
    stage.pr_image().said("3.14 left to #1").said("opened");
    assert_eq!(stage.subjects(BRANCH), ["Update 3.13 to 3.13.10"]);
    let body = stage.pulls()[1].body.clone().unwrap();
    assert!(body.contains("#1") && !body.contains(" @3.14.3"), "{body}");
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
    // When the person gives up, pybump takes over, in its own pull request.
    stage.github(|github| github.close_pull(IMAGES, 1, "mara"));
    stage.pr_image().said("updated");
    assert_eq!(stage.subjects(BRANCH), ["Update 3.13 to 3.13.10", "Update 3.14 to 3.14.3"]);
}

#[test]
fn a_person_who_comes_second_changes_nothing() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    let manifest = stage.read("versions.json").replace("3.14.2", "3.14.3");
    stage.push("mara-3.14", &[("versions.json", Some(&manifest))]);
    let opening = Opening { title: "Me too", body: "", head: "mara-3.14", base: "main" };
    stage.github(|github| github.open_pull(IMAGES, "mara", opening)).unwrap();
    stage.pr_image().said("unchanged");
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_fork_that_uses_the_same_branch_name_is_nobody_of_ours() {
    let stage = Stage::new(one_behind(), "");
    stage.github(|github| {
        github.fork(IMAGES, "stranger");
        github.push("stranger/python", BRANCH, MARA, "Mine", &[("README.md", Some("x"))]);
        let opening = Opening { title: "Mine", body: "", head: "stranger:pybump/update", base: "main" };
        github.open_pull(IMAGES, "stranger", opening).unwrap();
    });
    stage.pr_image().said("opened");
    assert_eq!(stage.pulls().len(), 2);
    assert_eq!(stage.pulls()[0].title, "Mine");
}

#[test]
fn a_base_that_moves_beside_the_update_leaves_the_branch_as_it_is_and_one_that_touches_it_does_not() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    let tip = stage.branch(BRANCH);
    stage.push("main", &[("README.md", Some("words\n"))]);
    stage.pull_clone();
    stage.pr_image().said("unchanged");
    assert_eq!((stage.writes(), stage.branch(BRANCH)), (0, tip.clone()));
    // The template changes, and with it every Dockerfile.
    let template = stage.read("Dockerfile-linux.template").replace("FROM ", "LABEL a=b\nFROM ");
    stage.write("Dockerfile-linux.template", &template);
    stage.scene().run(&["render"]).ended(0);
    let paths = ["Dockerfile-linux.template", "3.13/slim-trixie/Dockerfile", "3.14/slim-trixie/Dockerfile"];
    let texts = paths.map(|path| stage.read(path));
    let files: Vec<_> = paths.iter().zip(&texts).map(|(path, text)| (*path, Some(text.as_str()))).collect();
    stage.push("main", &files);
    stage.pull_clone();
    stage.pr_image().said("updated");
    assert_ne!(stage.branch(BRANCH), tip);
    assert!(stage.file(BRANCH, paths[2]).unwrap().contains("LABEL a=b"));
    assert_eq!(stage.subjects(BRANCH), ["Update 3.14 to 3.14.3"]);
    assert_eq!(stage.pulls().len(), 1);
}

#[test]
fn labels_and_reviewers_are_asked_for_once() {
    let publish = "labels = [\"bump\", \"python\"]\nreviewers = [\"mara\"]\n";
    let stage = Stage::new(one_behind(), publish);
    stage.pr_image();
    let pull = stage.pull();
    assert!(pull.labels.contains("bump") && pull.labels.contains("python") && pull.reviewers.contains("mara"));
    assert!(marker(&pull).dressed);
    // A person who takes a label off has decided.
    stage.github(|github| github.edit_pull(IMAGES, 1, |pull| pull.labels.retain(|label| label != "bump")));
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
    stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    stage.pr_image().said("updated");
    assert!(!stage.pull().labels.contains("bump"));
}

#[test]
fn another_bot_with_the_same_token_kind_is_a_person_too() {
    let stage = Stage::new(one_behind(), "");
    stage.github(|github| {
        github.account("renovate[bot]", "renovate-token", AccountKind::App);
        github.permit("renovate[bot]", IMAGES, Permission::Write);
    });
    stage.pr_image();
    let author = pybump::demo::github::Author {
        name: "renovate[bot]",
        email: "29139614+renovate[bot]@users.noreply.github.com",
    };
    let commit = stage.github(|github| github.push(IMAGES, BRANCH, author, "Pin", &[("x", Some("y"))])).to_string();
    stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    stage.pr_image().said("not pybump's");
    assert_eq!(stage.branch(BRANCH), Some(commit));
}

#[test]
fn what_is_left_of_what_a_person_closed_stays_closed_when_a_source_hiccups() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 10)).unwrap();
    let stage = Stage::new(world, "");
    stage.pr_image();
    stage.github(|github| github.close_pull(IMAGES, 1, "mara"));
    stage.run(&["pr", "image", "3.14"]).ended(0).said("was closed for this content by a person");
    assert_eq!((stage.writes(), stage.pull().open), (0, false));
}

#[test]
fn what_others_write_below_the_words_stays_through_every_change() {
    let stage = Stage::new(one_behind(), "labels = [\"bump\"]\n");
    stage.pr_image();
    let text = format!("{}\n\n## Summary by a reviewing bot\n\nLooks fine.", stage.pull().body.unwrap());
    stage.github(|github| github.edit_pull(IMAGES, 1, |pull| pull.body = Some(text)));
    stage.pr_image().said("unchanged");
    assert_eq!(stage.writes(), 0);
    stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    stage.pr_image().said("updated");
    let body = stage.pull().body.unwrap();
    assert!(body.ends_with("## Summary by a reviewing bot\n\nLooks fine.") && body.contains("3.14.4"), "{body}");
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_persons_amended_commit_is_a_persons_even_under_the_bots_own_name() {
    let stage = Stage::new(one_behind(), REPRODUCIBLE);
    stage.pr_image();
    let bot = pybump::demo::github::Author { name: "Image Bot", email: "bot@example.org" };
    let amended = stage.github(|github| {
        github.delete_branch(IMAGES, "scratch", "mara");
        let amended = github.push(IMAGES, "scratch", bot, "Update 3.14 to 3.14.3", &[("3.14/fix", Some("mended"))]);
        github.force_push(IMAGES, BRANCH, amended, "mara");
        amended
    });
    stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    stage.pr_image().said("holds commits that are not pybump's, first one by Image Bot");
    assert_eq!((stage.writes(), stage.branch(BRANCH)), (0, Some(amended.to_string())));
}

#[test]
fn a_mark_that_a_person_forged_vouches_for_nothing() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    let before = stage.pull();
    let old = stage.branch(BRANCH).unwrap();
    let forged = stage.push(BRANCH, &[("3.14/slim-trixie/Dockerfile", Some("FROM mallory\n"))]);
    let body = before.body.unwrap().replace(&format!("\"tip\":\"{old}\""), &format!("\"tip\":\"{forged}\""));
    stage.github(|github| github.edit_pull(IMAGES, 1, |pull| pull.body = Some(body)));
    stage.pr_image().said("updated");
    assert_ne!(stage.branch(BRANCH), Some(forged));
    assert!(!stage.file(BRANCH, "3.14/slim-trixie/Dockerfile").unwrap().contains("mallory"));
}

#[test]
fn a_pull_request_with_a_persons_commits_is_not_closed_when_the_base_catches_up() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    let commit = stage.push(BRANCH, &[("README.md", Some("words\n"))]);
    let tip = stage.pull().head.sha.to_string();
    let paths = ["versions.json", "3.14/slim-trixie/Dockerfile", "3.14/windows/windowsservercore-ltsc2025/Dockerfile"];
    let texts = paths.map(|path| stage.file(&tip, path).unwrap());
    let files: Vec<_> = paths.iter().zip(&texts).map(|(path, text)| (*path, Some(text.as_str()))).collect();
    stage.push("main", &files);
    stage.pull_clone();
    stage.pr_image().said("not pybump's");
    assert_eq!((stage.writes(), stage.pull().open, stage.branch(BRANCH)), (0, true, Some(commit)));
}

#[test]
fn one_that_a_person_pointed_at_another_base_is_still_the_one() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    stage.push("next", &[("README.md", Some("words\n"))]);
    stage.github(|github| github.edit_pull(IMAGES, 1, |pull| pull.base = "next".to_owned()));
    stage.pr_image().said("unchanged");
    assert_eq!((stage.writes(), stage.pulls().len()), (0, 1));
}
