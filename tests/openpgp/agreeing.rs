//! A signature that holds, and none at all.

use crate::support::openpgp::{manager, path, pinning, signed_by};
use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::{calm, one_behind, release, source};

#[test]
fn a_signature_that_holds_is_named_with_its_key_and_time() {
    let scene = pinning(&manager(), true, signed_by(&manager()));
    let run = scene.run(&["verify", "3.13.10"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    Python-3.13.10.tar.xz            verified
             sha256         50c394e74a7d24f9eada00905751dedc97e903ece25ad746e6486dc497e9f643
             signed by      thomas@python.org (issuer https://accounts.google.com)
             signed at      DATE TIME UTC
             log entry      1020675
             SBOM           agrees on file name, version and digest
             OpenPGP        by 59A65E2D2D9230C3880884FFF655D37DE76951CC, DATE TIME UTC, agrees
             bytes          212 downloaded, hashed and equal to what was signed
             name bound by  the archive's top folder, the SBOM's file name and version, a signing time after the tag
    python-3.13.10-amd64.exe         verified
             sha256         a7335a154e7f5446a0bcbcfb051e67debcb92fa0ef5d1bface6c021b673a0040
             signed by      thomas@python.org (issuer https://accounts.google.com)
             signed at      DATE TIME UTC
             log entry      1042803
             SBOM           agrees on file name, version and digest
             OpenPGP        by 59A65E2D2D9230C3880884FFF655D37DE76951CC, DATE TIME UTC, agrees
             bytes          58 downloaded, hashed and equal to what was signed
             name bound by  the SBOM's file name and version, a signing time after the tag
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
    let run = scene.run(&["update", "3.13"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    3.13     3.13.9 → 3.13.10       update
             Python-3.13.10.tar.xz: signed by thomas@python.org, DATE TIME UTC, log entry 1020675, 212 bytes hashed
               OpenPGP signature by 59A65E2D2D9230C3880884FFF655D37DE76951CC, DATE TIME UTC, agrees
             python-3.13.10-amd64.exe: signed by thomas@python.org, DATE TIME UTC, log entry 1042803, 58 bytes hashed
               OpenPGP signature by 59A65E2D2D9230C3880884FFF655D37DE76951CC, DATE TIME UTC, agrees
             gpg.key 7169605F62C751356D054A26A821E680E5FA6305 → 59A65E2D2D9230C3880884FFF655D37DE76951CC, which is pinned for the series
    1 series: 1 to update
    wrote    3.13/slim-trixie/Dockerfile
    wrote    3.13/windows/windowsservercore-ltsc2025/Dockerfile
    wrote    versions.json
    3 files changed
    ");
    scene.run(&["check", "3.13"]).ended(0).said("3.13.10                current");
}

#[test]
fn without_the_bytes_it_is_said_to_be_unchecked() {
    let scene = pinning(&manager(), true, signed_by(&manager()));
    let run = scene.run(&["check", "3.13"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    3.13     3.13.9 → 3.13.10       update
             Python-3.13.10.tar.xz: signed by thomas@python.org, DATE TIME UTC, log entry 1020675
               OpenPGP signature by 59A65E2D2D9230C3880884FFF655D37DE76951CC, DATE TIME UTC, not checked: the file was not downloaded
             python-3.13.10-amd64.exe: signed by thomas@python.org, DATE TIME UTC, log entry 1042803
               OpenPGP signature by 59A65E2D2D9230C3880884FFF655D37DE76951CC, DATE TIME UTC, not checked: the file was not downloaded
             gpg.key 7169605F62C751356D054A26A821E680E5FA6305 → 59A65E2D2D9230C3880884FFF655D37DE76951CC, which is pinned for the series
    1 series: 1 to update
    ");
    let series = scene.checked("3.13");
    insta::assert_snapshot!(series["artifacts"][0]["openpgp"]["state"], @r#""unchecked""#);
    let words = "not checked: the file was not downloaded";
    scene.run(&["update", "3.13", "--no-download", "--dry-run"]).ended(0).said(words);
    scene.run(&["verify", "3.13.10", "--no-download"]).ended(0).said(words);
}

#[test]
fn the_json_says_key_time_and_state() {
    let scene = pinning(&manager(), true, signed_by(&manager()));
    let json = scene.run(&["verify", "3.13.10", "--format", "json"]).ended(0).json();
    assert_documented(&json, &bare(&["schema", "verify"]).json());
    let openpgp = &json["artifacts"][0]["openpgp"];
    assert_eq!((&openpgp["state"], &openpgp["reason"]), (&"agrees".into(), &serde_json::Value::Null));
    assert_eq!(openpgp["key"], manager().fingerprint().to_string());
    assert!(openpgp["made_at"].as_str().unwrap().ends_with('Z'), "{openpgp}");
    let json = scene.run(&["check", "--format", "json"]).ended(0).json();
    assert_documented(&json, &bare(&["schema", "check"]).json());
}

#[test]
fn none_is_fine_and_said() {
    let mut world = calm();
    world.release(&release("3.13.10", 20)).unwrap();
    let scene = pinning(&manager(), true, world);
    scene.run(&["verify", "3.13.10"]).ended(0).said("OpenPGP        none");
    assert_eq!(scene.checked("3.13")["artifacts"][0]["openpgp"]["state"], "absent");
    scene.run(&["update", "3.13"]).ended(0).said("3.13.9 → 3.13.10").did_not_say("OpenPGP");
}

#[test]
fn from_3_14_on_nobody_asks_for_one() {
    let mut world = one_behind();
    world.put(&path(&source("3.14.3"), ".asc"), "garbage".into(), crate::support::worlds::hours_ago(18));
    let scene = Scene::new(world);
    assert!(scene.checked("3.14")["artifacts"][0]["openpgp"].is_null());
    scene.run(&["verify", "3.14.3"]).ended(0).did_not_say("OpenPGP");
    let asked = scene.server.requests();
    let signature =
        |release: &str| asked.iter().any(|request| request.target.contains(release) && request.target.contains(".asc"));
    assert!(signature("/3.13.9/") && !signature("/3.14."), "{asked:?}");
}
