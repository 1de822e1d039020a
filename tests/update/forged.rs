//! Releases that are not what they are called: nothing of them is ever written.

use pybump::demo::authority::Flaw;
use pybump::demo::world::{World, tarball};
use pybump::model::SigstoreIdentity;
use serde_json::Value;

use crate::support::scene::{LINUX, Scene, WINDOWS};
use crate::support::worlds::{calm, hours_ago, one_behind, release, source, version, windows};

/// Holds 3.14 in every mode, says `words`, and writes nothing.
#[track_caller]
fn is_held(world: World, code: &str, words: &str) {
    let scene = Scene::new(world);
    let series = scene.checked("3.14");
    assert_eq!(
        (&series["status"], &series["reason"]["code"]),
        (&Value::from("held"), &Value::from(code)),
        "{series:#}"
    );
    let text = series["reason"]["text"].as_str().unwrap();
    assert!(text.contains(words), "{text}");
    let before = scene.tree();
    for command in [&["update"][..], &["update", "--no-download"], &["update", "--no-download", "--force"]] {
        scene.run(command).ended(0).said(words);
        assert_eq!(scene.tree(), before);
    }
}

#[test]
fn another_persons_signature_is_refused() {
    let mut forged = release("3.14.3", 20);
    let (identity, issuer) = ("thomas@python.org".to_owned(), "https://accounts.google.com".to_owned());
    forged.signer = Some(SigstoreIdentity { identity, issuer });
    let mut world = calm();
    world.release(&forged).unwrap();
    is_held(
        world,
        "evidence-rejected",
        "the bundle was signed by thomas@python.org (issuer https://accounts.google.com); expected hugo@python.org (issuer https://github.com/login/oauth)",
    );
}

#[test]
fn every_flaw_of_a_bundle_is_refused() {
    for flaw in Flaw::ALL {
        let mut forged = release("3.14.3", 20);
        (forged.flaw, forged.windows) = (Some(*flaw), false);
        let mut world = calm();
        world.release(&forged).unwrap();
        let scene = Scene::tracking(world, &[("3.14", "3.14.2")], &[LINUX]);
        let before = scene.tree();
        let run = scene.run(&["update", "--no-download"]).ended(0);
        // What is past its cap is not read at all.
        let words = if *flaw == Flaw::Oversized { "the body is too large: " } else { "1 series: 1 held" };
        run.said(words).said("no file changed");
        assert_eq!(scene.tree(), before, "{flaw:?}");
    }
}

#[test]
fn a_bundle_of_another_release_is_refused() {
    let mut world = one_behind();
    let page = world.page("/ftp/python/3.14.2/Python-3.14.2.tar.xz.sigstore").unwrap().clone();
    world.put("/ftp/python/3.14.3/Python-3.14.3.tar.xz.sigstore", page.body, page.modified);
    is_held(world, "evidence-rejected", "its SBOM does not hold: ");
}

#[test]
fn an_older_release_passed_off_as_the_new_one_is_refused_by_its_sbom() {
    let mut world = one_behind();
    world.pass_off(&source("3.14.1"), &source("3.14.3"));
    is_held(world, "evidence-rejected", "Python-3.14.1.tar.xz");
}

#[test]
fn an_older_release_passed_off_without_sbom_is_refused_by_its_signing_time() {
    let mut world = one_behind();
    world.pass_off(&source("3.14.1"), &source("3.14.3"));
    world.remove("/ftp/python/3.14.3/Python-3.14.3.tar.xz.spdx.json");
    is_held(world, "evidence-rejected", "before the release was tagged at");
}

#[test]
fn an_older_installer_passed_off_as_the_new_one_is_refused() {
    for suffix in ["", ".spdx.json"] {
        let mut world = one_behind();
        world.pass_off(&windows("3.14.1"), &windows("3.14.3"));
        world.remove(&format!("/ftp/python/3.14.3/python-3.14.3-amd64.exe{suffix}"));
        if suffix.is_empty() {
            let page = world.page("/ftp/python/3.14.1/python-3.14.1-amd64.exe").unwrap().clone();
            world.put("/ftp/python/3.14.3/python-3.14.3-amd64.exe", page.body, page.modified);
        }
        is_held(world, "evidence-rejected", "the Windows installer of 3.14.3: ");
    }
}

/// 3.14.1's bytes as 3.14.3, with a bundle that was made again after 3.14.3's tag, and no SBOM.
fn signed_again() -> World {
    let mut world = one_behind();
    let mut again = release("3.14.3", 20);
    again.sbom = false;
    world.remove("/ftp/python/3.14.3/Python-3.14.3.tar.xz.spdx.json");
    world.artifact(&again, &source("3.14.3"), tarball(&version("3.14.1")), hours_ago(2)).unwrap();
    world
}

#[test]
fn an_older_tarball_signed_again_is_refused_by_its_top_folder() {
    let scene = Scene::new(signed_again());
    let before = scene.tree();
    let run = scene.run(&["update"]).ended(0);
    run.said("held").said("its bytes do not go by its name: ").said("Python-3.14.1/");
    assert_eq!(scene.tree(), before);
}

#[test]
fn without_a_download_the_output_says_what_is_not_bound() {
    let scene = Scene::new(signed_again());
    let run = scene.run(&["update", "--no-download", "--dry-run"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    3.13     3.13.9                 current
    3.14     3.14.2 → 3.14.3        update
             Python-3.14.3.tar.xz: signed by hugo@python.org, DATE TIME UTC, log entry 1057330
             python-3.14.3-amd64.exe: signed by hugo@python.org, DATE TIME UTC, log entry 1010090
    2 series: 1 current, 1 to update
    not downloaded: Python-3.14.3.tar.xz; that the digest is this file's rests on a signing time after the tag
    not downloaded: python-3.14.3-amd64.exe; that the digest is this file's rests on the SBOM's file name and version and a signing time after the tag
    differs  3.14/slim-trixie/Dockerfile
    differs  3.14/windows/windowsservercore-ltsc2025/Dockerfile
    differs  versions.json
    3 files would change; nothing was written
    ");
}

#[test]
fn a_digest_that_the_manifest_knows_by_another_name_is_refused() {
    let mut world = one_behind();
    let mut again = release("3.14.3", 20);
    again.sbom = false;
    world.remove("/ftp/python/3.14.3/Python-3.14.3.tar.xz.spdx.json");
    world.artifact(&again, &source("3.14.3"), tarball(&version("3.14.2")), hours_ago(2)).unwrap();
    is_held(
        world,
        "digest-of-another-name",
        "the source tarball of 3.14.3 has the digest of the source tarball of 3.14.2",
    );
}

#[test]
fn a_hostile_version_in_the_sbom_is_shown_escaped() {
    let mut world = one_behind();
    let path = "/ftp/python/3.14.3/Python-3.14.3.tar.xz.spdx.json";
    let sbom = String::from_utf8(world.page(path).unwrap().body.to_vec()).unwrap();
    let sbom = sbom.replace("\"versionInfo\":\"3.14.3\"", "\"versionInfo\":\"3.14.3\\u001b[31m\\n$(x)\"");
    world.put(path, sbom.into(), hours_ago(3));
    let scene = Scene::tracking(world, &[("3.14", "3.14.2")], &[LINUX, WINDOWS]);
    let run = scene.run(&["check"]).ended(0).said("its SBOM does not hold: ");
    assert!(!run.raw.contains('\u{1b}') && !run.raw.contains("\n$(x)"), "{run:#?}");
}

#[test]
fn an_older_installer_is_not_added_to_the_recorded_release() {
    for components_move in [false, true] {
        let mut world = calm();
        world.pass_off(&windows("3.14.1"), &windows("3.14.2"));
        world.remove("/ftp/python/3.14.2/python-3.14.2-amd64.exe.spdx.json");
        world.bundles(&version("3.14.2"), "26.2", None, hours_ago(2000));
        let scene = Scene::new(world);
        let lenient = "FROM debian\nENV SHA256={{ .checksums | [.. | strings] | tojson }}\n";
        scene.write("Dockerfile-linux.template", lenient);
        scene.write("Dockerfile-windows.template", lenient);
        scene.edit_manifest(|manifest| {
            manifest["3.14"]["checksums"].as_object_mut().unwrap().remove("windows");
            if components_move {
                manifest["3.14"]["pip"] = serde_json::json!({ "version": "26.1" });
            }
        });
        scene.run(&["render"]).ended(0);
        let before = scene.tree();
        for command in [&["update"][..], &["update", "--no-download"]] {
            scene.run(command).ended(0).said("before the release was tagged").said("no file changed");
            assert_eq!(scene.tree(), before);
        }
    }
}

#[test]
fn a_newer_release_hides_no_alarm() {
    let scene = Scene::new(one_behind());
    scene.edit_manifest(|manifest| manifest["3.14"]["checksums"]["source"]["sha256"] = "0".repeat(64).into());
    scene.run(&["render"]).ended(0);
    let before = scene.tree();
    for command in ["check", "update"] {
        scene.run(&[command]).ended(5).said("has another digest than the manifest holds for it");
        assert_eq!(scene.tree(), before);
    }
}
