//! Each state with its reason.

use pybump::demo::world::World;
use pybump::model::SigstoreIdentity;

use crate::support::scene::{LINUX, Scene, TRACKED, WINDOWS};
use crate::support::worlds::{calm, hours_ago, one_behind, release, source, version};

/// 3.12 held, 3.13 current, 3.14 to update, 3.15-rc waiting.
pub fn every_state() -> World {
    let mut world = one_behind();
    world.release(&release("3.12.11", 4000)).unwrap();
    world.release(&release("3.15.0a4", 500)).unwrap();
    let stranger =
        SigstoreIdentity { identity: "mallory@example.org".into(), issuer: "https://github.com/login/oauth".into() };
    let mut forged = release("3.12.12", 6);
    forged.signer = Some(stranger);
    world.release(&forged).unwrap();
    world.tag(&version("3.15.0a5"), hours_ago(3));
    for (key, phase) in [("3.12", "security"), ("3.15", "feature")] {
        world.phase(key.parse().unwrap(), phase);
    }
    world
}

pub const EVERY_SERIES: [(&str, &str); 4] =
    [("3.12", "3.12.11"), ("3.13", "3.13.9"), ("3.14", "3.14.2"), ("3.15-rc", "3.15.0a4")];

#[test]
fn every_state_comes_with_its_reason() {
    let scene = Scene::tracking(every_state(), &EVERY_SERIES, &[LINUX, WINDOWS]);
    let before = scene.tree();
    let run = scene.run(&["check"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    3.12     3.12.11                held  since DATE TIME UTC (AGO)
             the source tarball of 3.12.12: its Sigstore bundle does not hold: the bundle was signed by mallory@example.org (issuer https://github.com/login/oauth); expected thomas@python.org (issuer https://accounts.google.com)
    3.13     3.13.9                 current
    3.14     3.14.2 → 3.14.3        update
             Python-3.14.3.tar.xz: signed by hugo@python.org, DATE TIME UTC, log entry 1014650
             python-3.14.3-amd64.exe: signed by hugo@python.org, DATE TIME UTC, log entry 1010090
    3.15-rc  3.15.0a4               waiting  since DATE TIME UTC (AGO)
             3.15.0a5 is tagged but has no files yet
    4 series: 1 current, 1 to update, 1 waiting, 1 held
    ");
    assert_eq!(run.stderr, "");
    assert_eq!(scene.tree(), before);
}

#[test]
fn keys_named_are_looked_at_and_no_others() {
    let scene = Scene::tracking(every_state(), &EVERY_SERIES, &[LINUX]);
    let run = scene.run(&["check", "3.13", "3.15-rc"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    3.13     3.13.9                 current
    3.15-rc  3.15.0a4               waiting  since DATE TIME UTC (AGO)
             3.15.0a5 is tagged but has no files yet
    2 series: 1 current, 1 waiting
    ");
    assert!(scene.server.requests().iter().all(|request| !request.target.contains("3.12.")));
}

#[test]
fn an_artifact_that_changed_under_its_version_alarms_with_both_digests() {
    let scene = Scene::new(calm());
    scene.server.world(|world| {
        world.artifact(&release("3.14.2", 2000), &source("3.14.2"), "other bytes".into(), hours_ago(5)).unwrap();
    });
    let run = scene.run(&["check"]).ended(5);
    insta::assert_snapshot!(run.stdout, @"
    3.13     3.13.9                 current
    3.14     3.14.2                 ALARM  since DATE TIME UTC (AGO)
             Python-3.14.2.tar.xz has another digest than the manifest holds for it: the manifest says 59c3003045c8ed7aad08dcd35771755c6c8e1a88d28ca5844e0a6a3efe565bfc, upstream's evidence is for a3ead5eedad5df82318c51685dbc1c147a36d1ff8584fc82de6b08d0bf63a795 (hugo@python.org, DATE TIME UTC); nothing was changed: find out why before anyone builds from it
    2 series: 1 current, 1 with an alarm
    ");
}

#[test]
fn a_manifest_ahead_of_upstream_is_held() {
    let scene = Scene::new(calm());
    scene.edit_manifest(|manifest| manifest["3.14"]["version"] = "3.14.7".into());
    let series = scene.checked("3.14");
    assert_eq!(series["status"], "held");
    assert_eq!(series["reason"]["code"], "manifest-ahead");
    assert_eq!(
        series["reason"]["text"],
        "the manifest says 3.14.7, upstream has no such release; its newest is 3.14.2"
    );
    assert_eq!(scene.checked("3.13")["status"], "current");
}

#[test]
fn the_final_of_a_pre_release_series_means_promotion_and_no_edit() {
    let mut world = calm();
    world.release(&release("3.15.0rc2", 900)).unwrap();
    world.release(&release("3.15.0", 30)).unwrap();
    let scene = Scene::tracking(world, &[("3.15-rc", "3.15.0rc2")], &[LINUX]);
    let series = scene.checked("3.15-rc");
    assert_eq!((&series["status"], &series["reason"]["code"]), (&"held".into(), &"promotion-due".into()));
    assert_eq!(series["reason"]["text"], "3.15.0 is out: rename the key to 3.15 to track its final releases");
    let before = scene.tree();
    scene.run(&["update"]).ended(0).said("no file changed");
    assert_eq!(scene.tree(), before);
}

#[test]
fn finals_track_finals_and_candidates_track_candidates() {
    let mut world = calm();
    for text in ["3.14.3rc1", "3.15.0a4", "3.15.0b1"] {
        world.release(&release(text, 40)).unwrap();
    }
    let tracked = [TRACKED[1], ("3.15-rc", "3.15.0a4")];
    let scene = Scene::tracking(world, &tracked, &[LINUX]);
    let [finals, pre_releases] = ["3.14", "3.15-rc"].map(|key| scene.checked(key));
    assert_eq!((&finals["status"], &finals["target"]), (&"current".into(), &"3.14.2".into()), "{finals:#}");
    assert_eq!((&pre_releases["status"], &pre_releases["target"]), (&"update".into(), &"3.15.0b1".into()));
}

#[test]
fn the_newest_complete_release_wins_and_the_incomplete_one_is_named() {
    let mut world = one_behind();
    world.tag(&version("3.14.4"), hours_ago(1));
    let scene = Scene::new(world);
    let series = scene.checked("3.14");
    assert_eq!((&series["status"], &series["target"]), (&"update".into(), &"3.14.3".into()));
    assert_eq!(series["pending"]["text"], "3.14.4 is tagged but has no files yet");
    scene.run(&["check", "3.14"]).said("meanwhile 3.14.4 is tagged but has no files yet (");
}

#[test]
fn a_release_whose_only_evidence_is_openpgp_is_held() {
    let mut world = one_behind();
    world.remove("/ftp/python/3.14.3/Python-3.14.3.tar.xz.sigstore");
    world.put("/ftp/python/3.14.3/Python-3.14.3.tar.xz.asc", "-----BEGIN PGP SIGNATURE-----\n".into(), hours_ago(20));
    let scene = Scene::new(world);
    let series = scene.checked("3.14");
    assert_eq!((&series["status"], &series["reason"]["code"]), (&"held".into(), &"openpgp-only".into()));
    assert_eq!(scene.checked("3.13")["status"], "current");
}

#[test]
fn a_release_without_any_evidence_waits_for_a_day_and_is_then_held() {
    for (hours, status) in [(5, "waiting"), (40, "held")] {
        let mut world = calm();
        world.release(&release("3.14.3", hours)).unwrap();
        world.remove("/ftp/python/3.14.3/Python-3.14.3.tar.xz.sigstore");
        let series = Scene::new(world).checked("3.14");
        assert_eq!((&series["status"], &series["reason"]["code"]), (&status.into(), &"no-evidence".into()), "{hours}");
    }
}
