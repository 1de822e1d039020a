//! `pybump verify`: the evidence of one release, and what is wrong with it.

use pybump::demo::world::Fault;

use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::{calm, hours_ago, one_behind, source, version};

#[test]
fn a_release_is_verified_and_its_evidence_printed() {
    let run = Scene::new(one_behind()).run(&["verify", "3.14.3"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    Python-3.14.3.tar.xz             verified
             sha256         393ad866a34b28fff92a482fd6275d7dea91e827edfc24db0f926782e2cd3918
             signed by      hugo@python.org (issuer https://github.com/login/oauth)
             signed at      DATE TIME UTC
             log entry      1014650
             SBOM           agrees on file name, version and digest
             bytes          212 downloaded, hashed and equal to what was signed
             name bound by  the archive's top folder, the SBOM's file name and version, a signing time after the tag
    python-3.14.3-amd64.exe          verified
             sha256         276a534eeca1a67321db93b27dd433879a25c1f56a6e2038c21dc9762f02b5fa
             signed by      hugo@python.org (issuer https://github.com/login/oauth)
             signed at      DATE TIME UTC
             log entry      1010090
             SBOM           agrees on file name, version and digest
             bytes          57 downloaded, hashed and equal to what was signed
             name bound by  the SBOM's file name and version, a signing time after the tag
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
}

#[test]
fn verifying_needs_no_image_repository() {
    let scene = Scene::new(one_behind());
    std::fs::remove_dir_all(scene.root()).unwrap();
    std::fs::create_dir(scene.root()).unwrap();
    scene.run(&["verify", "3.14.3"]).ended(0).said("verified");
    assert!(scene.tree().0.is_empty());
}

#[test]
fn without_a_download_no_byte_is_fetched_and_the_output_says_so() {
    let scene = Scene::new(one_behind());
    scene.run(&["verify", "3.14.3", "--no-download"]).ended(0).said("bytes          not downloaded");
    let tarball = |target: &str| target.ends_with("3.14.3.tar.xz") || target.ends_with("amd64.exe");
    assert!(scene.server.requests().iter().all(|request| request.method == "HEAD" || !tarball(&request.target)));
}

#[test]
fn a_source_only_release_says_that_there_is_no_installer() {
    let mut world = one_behind();
    for suffix in ["", ".sigstore", ".spdx.json"] {
        world.remove(&format!("/ftp/python/3.14.3/python-3.14.3-amd64.exe{suffix}"));
    }
    let run = Scene::new(world).run(&["verify", "3.14.3"]).ended(0);
    run.said("python-3.14.3-amd64.exe          not there");
}

#[test]
fn a_release_that_does_not_exist_fails() {
    let run = Scene::new(calm()).run(&["verify", "3.14.77"]).ended(1);
    insta::assert_snapshot!(run.stderr, @"error: python.org has no files of 3.14.77: looked for its source tarball and its Windows installer, both answered 404");
}

#[test]
fn other_bytes_than_those_signed_fail() {
    let mut world = one_behind();
    world.put("/ftp/python/3.14.3/Python-3.14.3.tar.xz", "other".into(), hours_ago(1));
    let scene = Scene::new(world);
    let run = scene.run(&["verify", "3.14.3"]).ended(1);
    run.said("Python-3.14.3.tar.xz             NOT verified").said("its bytes have SHA-256 ");
    let json = scene.run(&["verify", "3.14.3", "--format", "json"]).ended(1).json();
    assert_documented(&json, &bare(&["schema", "verify"]).json());
    assert_eq!(json["artifacts"][0]["verdict"], "failed");
}

#[test]
fn an_older_release_under_the_name_fails() {
    let mut world = one_behind();
    world.pass_off(&source("3.14.1"), &source("3.14.3"));
    let scene = Scene::new(world);
    scene.run(&["verify", "3.14.3"]).ended(1).said("NOT verified").said("Python-3.14.1.tar.xz");
    scene.server.world(|world| world.remove("/ftp/python/3.14.3/Python-3.14.3.tar.xz.spdx.json"));
    scene.run(&["verify", "3.14.3"]).ended(1).said("before the release was tagged at");
}

#[test]
fn a_tag_that_cannot_be_dated_is_told_of() {
    let mut world = one_behind();
    world.fail_below("/api/", Fault::Status(403, String::new()));
    let run = Scene::new(world).run(&["verify", "3.14.3"]).ended(0);
    run.said("warning: the tag of 3.14.3 could not be dated").did_not_say("a signing time after the tag");
    let mut world = one_behind();
    world.untag(&version("3.14.3"));
    let run = Scene::new(world).run(&["verify", "3.14.3"]).ended(0);
    run.said("warning: 3.14.3 is not tagged in python/cpython").did_not_say("a signing time after the tag");
}

#[test]
fn the_public_trust_root_does_not_vouch_for_the_demos_authority() {
    let scene = Scene::new(one_behind());
    let arguments = scene.arguments(&["verify", "3.14.3"]);
    let mut command = crate::support::run::pybump(scene.home());
    let output = command.args(&arguments[..arguments.len() - 2]).output().unwrap();
    crate::support::run::Run::of(&output, scene.home()).ended(1).said("NOT verified");
}
