//! Where keys come from, and what is said where there is none.

use std::fs;

use pybump::demo::authority::openpgp::{OpenPgpKey, Statement};
use pybump::demo::world::Fault;

use crate::support::openpgp::{made_at, manager, pinning, signed_by, stranger};
use crate::support::worlds::hours_ago;

/// Where the demo's key server has the manager's key.
fn address() -> String {
    format!("/keys/vks/v1/by-fingerprint/{}", manager().fingerprint())
}

#[test]
fn a_signature_whose_key_is_nowhere_is_not_checked_and_every_output_says_so() {
    let scene = pinning(&manager(), false, signed_by(&manager()));
    let run = scene.run(&["update", "3.13"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    3.13     3.13.9 → 3.13.10       update
             Python-3.13.10.tar.xz: signed by thomas@python.org, DATE TIME UTC, log entry 1020675, 212 bytes hashed
             python-3.13.10-amd64.exe: signed by thomas@python.org, DATE TIME UTC, log entry 1042803, 58 bytes hashed
             the OpenPGP signature beside the source tarball of 3.13.10 is not checked: its key 59A65E2D2D9230C3880884FFF655D37DE76951CC is not at hand
             the OpenPGP signature beside the Windows installer of 3.13.10 is not checked: its key 59A65E2D2D9230C3880884FFF655D37DE76951CC is not at hand
             gpg.key 7169605F62C751356D054A26A821E680E5FA6305 → 59A65E2D2D9230C3880884FFF655D37DE76951CC, which is pinned for the series
    1 series: 1 to update
    wrote    3.13/slim-trixie/Dockerfile
    wrote    3.13/windows/windowsservercore-ltsc2025/Dockerfile
    wrote    versions.json
    3 files changed
    ");
    let scene = pinning(&manager(), false, signed_by(&manager()));
    let openpgp = &scene.checked("3.13")["artifacts"][0]["openpgp"];
    assert_eq!((&openpgp["state"], &openpgp["key"]), (&"no-key".into(), &manager().fingerprint().to_string().into()));
    scene
        .run(&["verify", "3.13.10"])
        .ended(0)
        .said("OpenPGP        not checked: its key ")
        .said("is not at hand (https://keys.openpgp.org/");
}

#[test]
fn a_key_that_is_not_at_hand_is_asked_for_by_its_fingerprint_and_kept() {
    let mut world = signed_by(&manager());
    world.put(&address(), manager().certificate().unwrap().into(), hours_ago(900));
    let scene = pinning(&manager(), false, world);
    scene.run(&["verify", "3.13.10"]).ended(0).said("agrees");
    scene.server.forget_requests();
    scene.run(&["verify", "3.13.10"]).ended(0).said("agrees");
    let asked: Vec<_> = scene.server.requests().into_iter().filter(|request| request.target == address()).collect();
    assert!(!asked.is_empty() && asked.iter().all(|request| request.body == 0), "{asked:?}");
}

#[test]
fn a_key_at_hand_is_not_asked_for_and_neither_is_one_that_nothing_needs() {
    for at_hand in [true, false] {
        let world = if at_hand { signed_by(&manager()) } else { crate::support::worlds::one_behind() };
        let scene = pinning(&manager(), at_hand, world);
        scene.run(&["update"]).ended(0);
        assert!(!scene.server.requests().iter().any(|request| request.target.starts_with("/keys/")));
    }
}

#[test]
fn another_key_under_the_fingerprint_is_refused_and_named() {
    let mut world = signed_by(&manager());
    world.put(&address(), stranger().certificate().unwrap().into(), hours_ago(900));
    let scene = pinning(&manager(), false, world);
    let run = scene.run(&["verify", "3.13.10"]).ended(0).said("OpenPGP        not checked: ");
    run.said(&format!("the key file holds {}; expected the key {}", stranger().fingerprint(), manager().fingerprint()));
}

#[test]
fn a_strangers_signature_is_told_apart_once_the_key_is_fetched() {
    let mut world = signed_by(&stranger());
    world.put(&address(), manager().certificate().unwrap().into(), hours_ago(900));
    let scene = pinning(&manager(), false, world);
    assert_eq!(scene.checked("3.13")["reason"]["code"], "evidence-rejected");
}

#[test]
fn a_key_file_that_holds_no_such_key_is_a_misconfiguration() {
    let scene = pinning(&manager(), true, signed_by(&manager()));
    let file = scene.home().join(format!("trust/keys/{}.asc", manager().fingerprint()));
    fs::write(&file, stranger().certificate().unwrap()).unwrap();
    scene.run(&["check"]).ended(2).said("expected the key").said(&manager().fingerprint().to_string());
    fs::write(&file, "garbage").unwrap();
    scene.run(&["check"]).ended(2).said("it has no line -----BEGIN PGP PUBLIC KEY BLOCK-----");
}

/// The same key, as its holder said of it first: it ends before the release.
fn ending() -> OpenPgpKey {
    let said = Statement { lasts: 86_400, ..Statement::new(made_at()) };
    OpenPgpKey::unstated(1, made_at()).unwrap().stating(&said).unwrap()
}

#[test]
fn a_copy_that_ended_before_the_signature_is_made_good_by_a_newer_one() {
    let mut world = signed_by(&manager());
    assert_eq!(ending().fingerprint(), manager().fingerprint());
    world.put(&address(), manager().certificate().unwrap().into(), hours_ago(100));
    let scene = pinning(&ending(), true, world);
    scene.run(&["verify", "3.13.10"]).ended(0).said("agrees");
}

#[test]
fn a_copy_that_ended_holds_where_no_newer_one_is_known_and_is_told_where_none_was_to_be_had() {
    let scene = pinning(&ending(), true, signed_by(&manager()));
    assert_eq!(scene.checked("3.13")["reason"]["code"], "evidence-rejected");
    scene.server.world(|world| world.fail_below("/keys/", Fault::Status(503, String::new())));
    let series = scene.checked("3.13");
    assert_eq!((&series["status"], &series["artifacts"][0]["openpgp"]["state"]), (&"update".into(), &"no-key".into()));
}

#[test]
fn a_key_server_that_does_not_answer_stands_in_nobodys_way_beside_a_bundle() {
    let mut world = signed_by(&manager());
    world.fail_below("/keys/", Fault::Status(503, String::new()));
    let scene = pinning(&manager(), false, world);
    scene.run(&["update", "3.13", "--dry-run"]).ended(0).said("3.13.9 → 3.13.10").said("is not at hand");
    // With a ledger, what is recorded as checked in one run is not to be missing in the next.
    scene.write("pybump.toml", &format!("ledger = 'state/ledger'\n{}", scene.read("pybump.toml")));
    let series = scene.checked("3.13");
    assert_eq!(series["status"], "waiting");
    let words = series["reason"]["text"].as_str().unwrap();
    assert!(words.contains("could not be had") && words.contains("pybump signers --update"), "{words}");
}

#[test]
fn a_key_is_asked_for_once_a_run() {
    let mut world = signed_by(&manager());
    world.put(&address(), manager().certificate().unwrap().into(), hours_ago(900));
    let scene = pinning(&manager(), false, world);
    scene.run(&["update", "3.13"]).ended(0).said("agrees");
    let asked = scene.server.requests().into_iter().filter(|request| request.target == address()).count();
    assert_eq!(asked, 1);
}
