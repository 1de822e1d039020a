//! What is not settled, contradicts or changed under its version.

use pybump::demo::github::Merge;
use pybump::demo::world::{Fault, World};
use serde_json::json;

use super::stage::{BRANCH, IMAGES, REPRODUCIBLE, Stage};
use super::trial::small;
use crate::support::scene::{LINUX, Scene, WINDOWS};
use crate::support::worlds::{calm, hours_ago, one_behind, release, source, version};

const ALARM: &str = "pybump/update-alarm-3.14";

/// The source tarball of a release that came out so long ago is another one from now on, signed by the same release
/// manager.
fn reroll(stage: &Stage, text: &str, hours: i64, body: &'static [u8]) {
    stage.server.world(|world| {
        let again = release(text, hours);
        world.artifact(&again, &source(text), body.into(), again.tagged_at).unwrap();
    });
}

#[test]
fn a_rerolled_artifact_gets_a_labelled_pull_request_of_its_own() {
    let mut world = calm();
    world.release(&release("3.13.10", 10)).unwrap();
    let stage = Stage::new(world, REPRODUCIBLE);
    reroll(&stage, "3.14.2", 30, b"other bytes");
    stage.run(&["pr", "image", "--no-download"]).ended(5).said("opened");
    let pulls = stage.pulls();
    let branches: Vec<_> = pulls.iter().map(|pull| pull.head.branch.as_str()).collect();
    assert_eq!(branches, [BRANCH, ALARM]);
    assert_eq!(stage.subjects(BRANCH), ["Update 3.13 to 3.13.10"]);
    assert_eq!(stage.subjects(ALARM), ["Update 3.14"]);
    assert!(pulls[0].labels.is_empty() && pulls[1].labels.contains("security"), "{pulls:#?}");
    assert_eq!(pulls[1].title, "Review 3.14: Python-3.14.2.tar.xz changed under its version");
    let body = pulls[1].body.clone().unwrap();
    let recorded = stage.manifest()["3.14"]["checksums"]["source"]["sha256"].as_str().unwrap().to_owned();
    let now = stage.file(ALARM, "versions.json").unwrap();
    assert!(body.contains(&recorded) && !now.contains(&recorded) && body.contains("hugo@python.org"), "{body}");
    stage.run(&["pr", "image", "--no-download"]).ended(5);
    assert_eq!(stage.writes(), 0);
    // A person accepts it: the alarm is over.
    stage.merge(2, Merge::Squash);
    stage.run(&["pr", "image", "--no-download"]).ended(0);
    assert_eq!(stage.branch(ALARM), None);
}

#[test]
fn an_artifact_that_changes_while_it_is_proposed_is_an_alarm_and_the_branch_stays() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    let tip = stage.branch(BRANCH);
    reroll(&stage, "3.14.3", 20, b"other bytes");
    for writes in [1, 0] {
        let run = stage.run(&["pr", "image", "--no-download"]).ended(5);
        run.said("Python-3.14.3.tar.xz changed while it was proposed: #1 has SHA-256 ");
        assert_eq!((stage.writes(), stage.branch(BRANCH)), (writes, tip.clone()));
    }
    let issues = || stage.github(|github| github.issues(IMAGES).into_iter().cloned().collect::<Vec<_>>());
    assert_eq!(issues()[0].title, "Review #1: Python-3.14.3.tar.xz changed while it was proposed");
    assert!(issues()[0].labels.contains("security") && issues()[0].open, "{:#?}", issues());
    // Closed by a person who has looked into it, the new one may be proposed.
    stage.github(|github| {
        github.close_pull(IMAGES, 1, "mara");
        github.delete_branch(IMAGES, BRANCH, "mara");
    });
    stage.run(&["pr", "image", "--no-download"]).ended(0).said("opened");
    assert!(!issues()[0].open);
}

#[test]
fn a_hiccup_closes_nothing_and_rewrites_nothing() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    let before = stage.pull();
    for outage in ["/ftp/python/", "/ftp/python/3.14.3/", "/api/repos/python/", "/raw/python/", "/peps/"] {
        stage.server.world(|world| world.fail_below(outage, Fault::Status(503, String::new())));
        stage.run(&["pr", "image"]).ended(0);
        assert_eq!(stage.writes(), 0, "{outage}");
        stage.server.world(World::mend);
    }
    assert_eq!(stage.pull(), before);
}

#[test]
fn what_is_proposed_is_not_taken_back_to_an_older_release_that_alone_is_whole() {
    let mut world = one_behind();
    world.release(&release("3.14.4", 10)).unwrap();
    let stage = small(world, "");
    stage.pr_image();
    let before = (stage.pull(), stage.branch(BRANCH));
    assert_eq!(stage.version(BRANCH, "3.14"), "3.14.4");
    for fault in [Fault::Status(503, String::new()), Fault::Status(404, String::new())] {
        stage.server.world(|world| world.fail_below("/ftp/python/3.14.4/", fault));
        stage.pr_image().said("3.14 3.14.4 is proposed and only 3.14.3 is whole at this moment");
        assert_eq!((stage.writes(), (stage.pull(), stage.branch(BRANCH))), (0, before.clone()));
        stage.server.world(World::mend);
    }
    stage.pr_image().said("unchanged");
}

#[test]
fn a_pin_that_cannot_be_read_at_this_moment_stays_in_what_is_proposed() {
    const OLD: &str = "https://github.com/pypa/get-pip/commit/0000000000000000000000000000000000000001";
    let mut world = one_behind();
    world.get_pip("print('get-pip')\n", hours_ago(100));
    let scene = Scene::tracking(world, &[("3.14", "3.14.2")], &[LINUX]);
    scene.edit_manifest(|manifest| {
        manifest["3.14"]["get-pip"] =
            json!({ "version": OLD, "url": "https://example.org/old", "sha256": "0".repeat(64) });
    });
    scene.run(&["render"]).ended(0);
    let stage = Stage::of(scene, "");
    stage.pr_image().said("opened");
    let before = (stage.pull(), stage.branch(BRANCH));
    assert!(!stage.file(BRANCH, "versions.json").unwrap().contains(OLD));
    for fault in [Fault::Status(503, String::new()), Fault::Status(404, String::new())] {
        stage.server.world(|world| world.fail_below("/api/repos/pypa/get-pip/", fault));
        stage.pr_image().said("is proposed, and not all that belongs to it could be read");
        assert_eq!((stage.writes(), (stage.pull(), stage.branch(BRANCH))), (0, before.clone()));
        // A newer release is not kept waiting by it.
        stage.server.world(World::mend);
    }
    stage.server.world(|world| {
        world.release(&release("3.14.4", 5)).unwrap();
        world.fail_below("/api/repos/pypa/get-pip/", Fault::Status(503, String::new()));
    });
    stage.pr_image().said("updated");
    assert_eq!(stage.version(BRANCH, "3.14"), "3.14.4");
}

#[test]
fn words_are_written_anew_once_every_source_has_answered_and_no_sooner() {
    let stage = small(one_behind(), "");
    stage.pr_image();
    let before = stage.pull();
    stage.server.world(|world| world.tag(&version("3.14.4"), hours_ago(1)));
    for outage in ["/peps/", "/ftp/python/3.14.4/", "/ftp/python/3.14.3/Python-3.14.3.tar.xz.spdx.json"] {
        stage.server.world(|world| world.fail_below(outage, Fault::Status(503, String::new())));
        stage.pr_image();
        assert_eq!((stage.writes(), stage.pull()), (0, before.clone()), "{outage}");
        stage.server.world(World::mend);
    }
    stage.pr_image().said("edited");
    assert!(stage.pull().body.unwrap().contains("3.14.4 is tagged but has no files yet"));
}

#[test]
fn what_is_not_even_a_bundle_or_an_sbom_contradicts_nothing() {
    let stage = small(one_behind(), "");
    stage.pr_image();
    let before = (stage.pull(), stage.branch(BRANCH));
    for suffix in ["sigstore", "spdx.json"] {
        for body in ["<html>Please log in</html>", "", "{\"error\": \"busy\"}", "[]"] {
            let path = format!("/ftp/python/3.14.3/Python-3.14.3.tar.xz.{suffix}");
            stage.server.world(|world| world.fail(&path, Fault::Status(200, body.to_owned())));
            stage.pr_image().said("3.14 is held: ");
            assert_eq!((stage.writes(), (stage.pull(), stage.branch(BRANCH))), (0, before.clone()), "{suffix} {body}");
            stage.server.world(World::mend);
        }
    }
    stage.pr_image().said("unchanged");
}

#[test]
fn evidence_or_an_installer_that_is_missing_for_once_closes_nothing() {
    let mut world = calm();
    // Out for longer than anything is waited for.
    world.release(&release("3.14.3", 100)).unwrap();
    let stage = Stage::new(world, "");
    stage.pr_image();
    let before = (stage.pull(), stage.branch(BRANCH));
    for file in ["Python-3.14.3.tar.xz.sigstore", "python-3.14.3-amd64.exe.sigstore", "python-3.14.3-amd64.exe"] {
        let path = format!("/ftp/python/3.14.3/{file}");
        let page = stage.server.world(|world| world.page(&path).unwrap().clone());
        stage.server.world(|world| world.remove(&path));
        stage.pr_image().said("3.14 is held: ");
        assert_eq!((stage.writes(), (stage.pull(), stage.branch(BRANCH))), (0, before.clone()), "{file}");
        stage.server.world(|world| world.put(&path, page.body, page.modified));
    }
    stage.pr_image().said("unchanged");
}

#[test]
fn a_release_that_vanishes_leaves_the_pull_request_and_a_contradiction_takes_it_back() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    stage.server.world(|world| {
        world.untag(&version("3.14.3"));
        for path in ["Python-3.14.3.tar.xz", "Python-3.14.3.tar.xz.sigstore", "python-3.14.3-amd64.exe"] {
            world.remove(&format!("/ftp/python/3.14.3/{path}"));
        }
    });
    stage.pr_image();
    assert_eq!((stage.writes(), stage.pull().open), (0, true));
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    let stranger = pybump::model::SigstoreIdentity {
        identity: "mallory@example.org".to_owned(),
        issuer: "https://github.com/login/oauth".to_owned(),
    };
    stage.server.world(|world| {
        let forged = pybump::demo::world::Release { signer: Some(stranger), ..release("3.14.3", 20) };
        world.release(&forged).unwrap();
    });
    stage.pr_image().said("closed");
    let pull = stage.pull();
    assert!(!pull.open && pull.comments[0].body.contains("3.14 is held"), "{pull:#?}");
    assert_eq!(stage.branch(BRANCH), None);
    // pybump closed it, so that the genuine release is proposed again.
    stage.server.world(|world| world.release(&release("3.14.3", 20))).unwrap();
    stage.pr_image().said("opened");
}

#[test]
fn each_series_has_its_own_pull_request_where_that_is_configured() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 10)).unwrap();
    let stage = Stage::new(world, "group = \"series\"\n");
    stage.pr_image();
    let titles: Vec<_> = stage.pulls().into_iter().map(|pull| (pull.head.branch, pull.title)).collect();
    let expected = [("pybump/update-3.13", "Update 3.13 to 3.13.10"), ("pybump/update-3.14", "Update 3.14 to 3.14.3")];
    assert_eq!(titles, expected.map(|(branch, title)| (branch.to_owned(), title.to_owned())));
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
    stage.merge(1, Merge::Squash);
    stage.pr_image();
    assert_eq!((stage.branch("pybump/update-3.13"), stage.pulls()[1].open), (None, true));
}

#[test]
fn a_change_of_the_grouping_closes_what_the_old_one_left() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 10)).unwrap();
    let stage = Stage::of(Scene::tracking(world, &[("3.13", "3.13.9"), ("3.14", "3.14.2")], &[LINUX, WINDOWS]), "");
    stage.pr_image();
    let config = stage.read("pybump.toml");
    stage.write("pybump.toml", &format!("{config}group = \"series\"\n"));
    stage.pr_image();
    let open: Vec<_> = stage.pulls().into_iter().map(|pull| (pull.head.branch, pull.open)).collect();
    let expected = [(BRANCH, false), ("pybump/update-3.13", true), ("pybump/update-3.14", true)];
    assert_eq!(open, expected.map(|(branch, open)| (branch.to_owned(), open)));
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
}

#[test]
fn keys_that_were_not_asked_for_are_left_as_they_are() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 10)).unwrap();
    let stage = Stage::new(world, "");
    stage.pr_image();
    let before = stage.pull();
    stage.run(&["pr", "image", "3.14"]).ended(0).said("3.13 was not looked at");
    assert_eq!((stage.writes(), stage.pull()), (0, before));
}

#[test]
fn a_dry_run_prints_the_body_and_writes_nothing() {
    let stage = Stage::new(one_behind(), "");
    let run = stage.run(&["pr", "image", "--dry-run"]).ended(0).said("would open").said("Update 3.14 to 3.14.3");
    assert_eq!((stage.writes(), stage.pulls().len()), (0, 0));
    assert!(run.stdout.contains("pybump verify 3.14.3"), "{}", run.stdout);
    stage.pr_image();
    stage.run(&["pr", "image", "--dry-run"]).ended(0).said("unchanged");
    stage.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    stage.run(&["pr", "image", "--dry-run"]).ended(0).said("would update");
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_rerolled_proposal_that_a_person_closed_is_proposed_anew_and_the_old_one_stays_closed() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    reroll(&stage, "3.14.3", 20, b"other bytes");
    stage.run(&["pr", "image", "--no-download"]).ended(5);
    stage.github(|github| github.close_pull(IMAGES, 1, "mara"));
    stage.run(&["pr", "image", "--no-download"]).ended(0).said("opened");
    let open: Vec<_> = stage.pulls().iter().map(|pull| pull.open).collect();
    assert_eq!(open, [false, true]);
    stage.run(&["pr", "image", "--no-download"]).ended(0);
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_digest_of_another_release_is_put_before_a_person_by_an_issue_and_never_proposed() {
    let stage = Stage::new(calm(), "");
    stage.server.world(|world| {
        let other = world.page("/ftp/python/3.13.9/Python-3.13.9.tar.xz").unwrap().body.clone();
        let again = release("3.14.2", 2000);
        world.artifact(&again, &source("3.14.2"), other, hours_ago(5)).unwrap();
    });
    for writes in [1, 0] {
        stage.run(&["pr", "image", "--no-download"]).ended(5).said("ALARM");
        assert_eq!((stage.writes(), stage.pulls().len(), stage.branch(ALARM)), (writes, 0, None));
    }
    let issues = stage.github(|github| github.issues(IMAGES).into_iter().cloned().collect::<Vec<_>>());
    let body = issues[0].body.as_deref().unwrap();
    assert_eq!(issues[0].title, "Review 3.14: Python-3.14.2.tar.xz changed under its version");
    assert!(body.contains("its digest is that of the source tarball of 3.13.9"), "{body}");
}
