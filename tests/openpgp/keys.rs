//! Where keys come from, and what is said where there is none.

use std::fs;

use crate::support::openpgp::{manager, pinning, signed_by, stranger};
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
