//! A digest belongs to one name and a name to one digest, for as long as the ledger remembers.

use pybump::demo::world::{World, installer, tarball};
use pybump::model::Artifact;

use super::stage::kept;
use crate::support::scene::Scene;
use crate::support::worlds::{hours_ago, one_behind, release, source, version, windows};

/// A scene that went from 3.14.2 over 3.14.3 to 3.14.4: the manifest has nothing of 3.14.3 any more.
fn moved_on(remember: bool) -> Scene {
    let scene = if remember { kept(one_behind()) } else { Scene::new(one_behind()) };
    scene.run(&["update"]).ended(0);
    scene.server.world(|world| world.release(&release("3.14.4", 12))).unwrap();
    scene.run(&["update"]).ended(0);
    assert_eq!(scene.manifest()["3.14"]["version"], "3.14.4");
    scene
}

/// 3.14.5 comes out, and by the name of `artifact` a mirror serves the bytes of 3.14.3 with a genuine bundle over them, which
/// the release manager made again since; and no SBOM.
fn pass_off(world: &mut World, artifact: &Artifact, old: &Artifact, body: bytes::Bytes) {
    world.release(&release("3.14.5", 6)).unwrap();
    let mut again = release("3.14.3", 20);
    again.sbom = false;
    world.remove(&format!("/ftp/python/{}.spdx.json", old.path()));
    world.artifact(&again, old, body, hours_ago(1)).unwrap();
    world.pass_off(old, artifact);
}

#[track_caller]
fn is_held(scene: &Scene, flags: &[&str], words: &str) {
    let series = scene.checked("3.14");
    assert_eq!(series["reason"]["code"], "digest-of-another-name", "{series:#}");
    let before = scene.tree();
    scene.run(&[&["update"], flags].concat()).ended(0).said("held").said(words).said("no file changed");
    assert_eq!(scene.tree(), before);
}

#[test]
fn an_older_installer_with_its_genuine_evidence_under_the_new_name_is_held_by_the_ledger_alone() {
    for remember in [true, false] {
        let scene = moved_on(remember);
        let (old, new) = (windows("3.14.3"), windows("3.14.5"));
        scene.server.world(|world| pass_off(world, &new, &old, installer(&version("3.14.3"))));
        if remember {
            let words = "the Windows installer of 3.14.5 has the digest of the Windows installer of 3.14.3, by \
                         state/ledger/3.14.json: one file under two names";
            is_held(&scene, &[], words);
        } else {
            scene.run(&["update"]).ended(0).said("3.14.4 → 3.14.5").said("3 files changed");
        }
    }
}

#[test]
fn an_older_tarball_is_held_without_a_download_too() {
    let scene = moved_on(true);
    let (old, new) = (source("3.14.3"), source("3.14.5"));
    scene.server.world(|world| pass_off(world, &new, &old, tarball(&version("3.14.3"))));
    is_held(&scene, &["--no-download", "--force"], "has the digest of the source tarball of 3.14.3, by state/ledger/");
}

#[test]
fn the_ledger_of_another_series_counts_too() {
    let scene = moved_on(true);
    scene.server.world(|world| {
        world.release(&release("3.13.10", 6)).unwrap();
        let mut again = release("3.13.10", 6);
        again.sbom = false;
        world.remove("/ftp/python/3.13.10/python-3.13.10-amd64.exe.spdx.json");
        world.artifact(&again, &windows("3.13.10"), installer(&version("3.14.3")), hours_ago(1)).unwrap();
    });
    let series = scene.checked("3.13");
    assert_eq!(series["reason"]["code"], "digest-of-another-name", "{series:#}");
    scene.run(&["update"]).ended(0).said("the Windows installer of 3.14.3, by state/ledger/3.14.json");
}

#[test]
fn a_release_that_was_taken_back_and_comes_again_with_other_bytes_is_an_alarm_with_both_digests() {
    let scene = kept(one_behind());
    let before = scene.read("versions.json");
    scene.run(&["update"]).ended(0);
    let accepted = scene.manifest()["3.14"]["checksums"]["source"]["sha256"].as_str().unwrap().to_owned();
    // A person goes back, and upstream replaces the file meanwhile.
    scene.write("versions.json", &before);
    scene.run(&["render"]).ended(0);
    let mut longer = tarball(&version("3.14.3")).to_vec();
    longer.extend([0; 4]);
    let now = pybump::model::Sha256::of(&longer).to_string();
    scene.server.world(|world| {
        world.artifact(&release("3.14.3", 20), &source("3.14.3"), longer.into(), hours_ago(2)).unwrap();
    });
    let tree = scene.tree();
    let words = format!("was accepted with SHA-256 {accepted}, upstream's evidence is for {now} now");
    scene.run(&["update"]).ended(5).said("ALARM").said(&words).said("no file changed");
    assert_eq!(scene.tree(), tree);
    assert_eq!(scene.checked("3.14")["reason"]["code"], "digest-changed");
}
