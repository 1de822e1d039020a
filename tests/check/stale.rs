//! A release that has been out for long without being merged is told of, with what it waits for.

use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::{calm, one_behind, release, windows};

/// What is said of the staleness of `key`, where a release may be out for six hours.
fn reason(scene: &Scene, key: &str) -> Option<String> {
    scene.write("pybump.toml", "stale-after = \"6h\"\n");
    let stale = &scene.checked(key)["stale"];
    stale["reason"].as_str().map(str::to_owned)
}

#[test]
fn a_release_that_is_out_for_long_is_told_with_what_is_in_its_way() {
    let scene = Scene::new(one_behind());
    assert_eq!(reason(&scene, "3.14").as_deref(), Some("not merged here"));
    assert_eq!(reason(&scene, "3.13"), None);
    scene.run(&["check", "3.14"]).ended(0).said("out for 19 h: not merged here");
    let json = scene.run(&["check", "--format", "json"]).ended(0).json();
    assert_documented(&json, &bare(&["schema", "check"]).json());
}

#[test]
fn a_release_that_waits_or_is_held_says_for_what() {
    let mut world = calm();
    world.release(&release("3.14.3", 12)).unwrap();
    for suffix in ["", ".sigstore", ".spdx.json"] {
        world.remove(&format!("/ftp/python/{}{suffix}", windows("3.14.3").path()));
    }
    assert_eq!(reason(&Scene::new(world), "3.14").as_deref(), Some("waiting on the Windows installer"));

    let mut world = calm();
    let mut forged = release("3.14.3", 12);
    forged.signer = Some(pybump::model::SigstoreIdentity {
        identity: "mallory@example.org".to_owned(),
        issuer: "https://github.com/login/oauth".to_owned(),
    });
    world.release(&forged).unwrap();
    assert_eq!(reason(&Scene::new(world), "3.14").as_deref(), Some("held: signer"));
}

#[test]
fn what_is_fresh_or_current_is_not_stale() {
    let mut world = calm();
    world.release(&release("3.14.3", 4)).unwrap();
    assert_eq!(reason(&Scene::new(world), "3.14"), None);
    assert_eq!(reason(&Scene::new(calm()), "3.14"), None);
}

#[test]
fn a_series_that_is_only_now_tracked_has_nothing_unmerged() {
    let scene = Scene::tracking(calm(), &[("3.13", "3.13.9")], &["slim-trixie"]);
    scene.run(&["update", "3.14", "--dry-run"]).ended(0).said("new → 3.14.2").did_not_say("out for");
}
