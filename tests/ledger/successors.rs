//! Release managers change in the middle of a series: what was accepted from the former stays accepted, and what is new must
//! be the successor's.

use pybump::demo::world::Release;
use pybump::model::SigstoreIdentity;

use super::stage::{ON, kept};
use crate::support::scene::Scene;
use crate::support::worlds::{hours_ago, one_behind, release, source};

const FORMER: &str = "hugo@python.org";
const SUCCESSOR: &str = "successor@python.org";

/// 3.14.3 accepted from the former manager, then the successor pinned for 3.14.
fn handed_over() -> Scene {
    let scene = kept(one_behind());
    scene.run(&["update"]).ended(0);
    let signers = include_str!("../../state/signers.toml").replace(FORMER, SUCCESSOR);
    std::fs::write(scene.home().join("signers.toml"), signers).unwrap();
    scene.write("pybump.toml", &format!("{ON}signers = '{}'\n", scene.home().join("signers.toml").display()));
    scene
}

fn by(identity: &str) -> Release {
    let issuer = "https://github.com/login/oauth".to_owned();
    Release { signer: Some(SigstoreIdentity { identity: identity.to_owned(), issuer }), ..release("3.14.4", 5) }
}

#[test]
fn what_the_former_manager_signed_stays_accepted_and_is_told() {
    let scene = handed_over();
    let words =
        "was accepted as signed by hugo@python.org (issuer https://github.com/login/oauth); successor@python.org";
    scene.run(&["check", "3.14"]).ended(0).said("current").said(words);
    scene.run(&["audit", "3.14"]).ended(0).said("holds");
}

#[test]
fn a_new_release_by_the_successor_is_taken_and_one_by_the_former_is_held() {
    let scene = handed_over();
    scene.server.world(|world| world.release(&by(SUCCESSOR))).unwrap();
    scene.run(&["update"]).ended(0).said("3.14.3 → 3.14.4").said(SUCCESSOR);

    let scene = handed_over();
    scene.server.world(|world| world.release(&by(FORMER))).unwrap();
    let series = scene.checked("3.14");
    assert_eq!((&series["status"], &series["reason"]["code"]), (&"held".into(), &"evidence-rejected".into()));
    assert!(series["reason"]["text"].as_str().unwrap().contains("was signed by hugo@python.org"), "{series}");
}

#[test]
fn other_bytes_by_the_former_manager_are_an_alarm_still() {
    let scene = handed_over();
    let former = Release { signer: by(FORMER).signer, ..release("3.14.3", 20) };
    scene.server.world(|world| {
        world.artifact(&former, &source("3.14.3"), "other bytes".into(), hours_ago(2)).unwrap();
    });
    assert_eq!(scene.checked_with("3.14", &[])["reason"]["code"], "digest-changed");
    scene.run(&["audit", "3.14"]).ended(5).said("ALARM");
}
