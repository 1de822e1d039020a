//! Signatures that do not hold: the series is held, both values are named, nothing is written.

use pybump::demo::authority::openpgp::{OpenPgpKey, SignatureFlaw};
use pybump::demo::world::{Fault, World};

use crate::support::openpgp::{manager, path, pinning, signed, signed_by, stranger};
use crate::support::worlds::{hours_ago, source};

/// Holds 3.13 in every mode, says `words`, writes nothing, and fails `verify`; the others go on.
#[track_caller]
fn is_held(key: &OpenPgpKey, world: World, words: &[String]) {
    let scene = pinning(key, true, world);
    let series = scene.checked("3.13");
    assert_eq!(
        (&series["status"], &series["reason"]["code"]),
        (&"held".into(), &"evidence-rejected".into()),
        "{series:#}"
    );
    assert_eq!(scene.checked("3.14")["status"], "current");
    let before = scene.tree();
    for command in [&["update"][..], &["update", "--no-download", "--force"], &["check"]] {
        let run =
            scene.run(command).ended(0).said("the source tarball of 3.13.10: its OpenPGP signature does not hold: ");
        words.iter().fold(run, |run, words| run.said(words));
        assert_eq!(scene.tree(), before);
    }
    scene.run(&["verify", "3.13.10", "--no-download"]).ended(1).said("NOT verified").said(&words[0]);
}

#[test]
fn a_strangers_signature_holds_the_series_and_both_keys_are_named() {
    let keys = [stranger(), manager()].map(|key| key.fingerprint().to_string());
    is_held(&manager(), signed_by(&stranger()), &keys);
}

#[test]
fn a_signature_by_a_key_that_had_been_revoked_or_was_compromised_later_holds_the_series() {
    for (retired, at, words) in [(true, 30, "which had been revoked at"), (false, 5, "none of its signatures counts")] {
        let key = manager().revoked(hours_ago(at), retired).unwrap();
        is_held(&key, signed_by(&manager()), &[words.to_owned(), key.fingerprint().to_string()]);
    }
}

#[test]
fn a_key_that_was_retired_later_still_vouches_for_what_it_signed() {
    let key = manager().revoked(hours_ago(5), true).unwrap();
    pinning(&key, true, signed_by(&manager())).run(&["update", "3.13"]).ended(0).said("agrees");
}

#[test]
fn a_cut_signature_garbage_and_a_second_signature_hold_the_series() {
    let good = |bytes: &[u8]| manager().sign(bytes, hours_ago(19), None).unwrap();
    let cut = signed(|bytes| good(bytes)[..100].to_owned());
    is_held(&manager(), cut, &["it has no line -----END PGP SIGNATURE-----".to_owned()]);
    let garbage = signed(|_| "<html>\u{1b}[31mnot found</html>".to_owned());
    is_held(&manager(), garbage, &["it has no line -----BEGIN PGP SIGNATURE-----".to_owned()]);
    let second = signed(|bytes| good(bytes) + &stranger().sign(b"other", hours_ago(19), None).unwrap());
    is_held(&manager(), second, &["the signature file holds 2 armor blocks; expected 1".to_owned()]);
    let text = signed(|bytes| manager().sign(bytes, hours_ago(19), Some(&SignatureFlaw::Text)).unwrap());
    is_held(&manager(), text, &["the signature's type is Text; expected Binary".to_owned()]);
    let future = signed(|bytes| manager().sign(bytes, hours_ago(-5), None).unwrap());
    is_held(&manager(), future, &["the signature says that it was made at ".to_owned()]);
    let mut binary = signed_by(&manager());
    binary.put(&path(&source("3.13.10"), ".asc"), vec![0x88, 0xff, 0x00].into(), hours_ago(18));
    is_held(&manager(), binary, &["it has no line -----BEGIN PGP SIGNATURE-----".to_owned()]);
}

/// Passes `check`, which reads no bytes, and is held where they are read.
#[track_caller]
fn is_held_by_the_bytes(world: World) {
    let scene = pinning(&manager(), true, world);
    assert_eq!(scene.checked("3.13")["status"], "update");
    let before = scene.tree();
    let run = scene.run(&["update"]).ended(0).said("held");
    let run = run.said(&format!("the key {} signed bytes whose SHA-512 digest begins with ", manager().fingerprint()));
    run.said("; these bytes have ").said("no file changed");
    assert_eq!(scene.tree(), before);
    scene.run(&["verify", "3.13.10"]).ended(1).said("NOT verified").said("; these bytes have ");
}

#[test]
fn a_signature_over_other_bytes_holds_the_series_once_they_are_read() {
    is_held_by_the_bytes(signed(|_| manager().sign(b"another release", hours_ago(19), None).unwrap()));
}

#[test]
fn a_stranger_who_claims_the_managers_key_id_is_found_out_once_the_bytes_are_read() {
    let id = manager().fingerprint().to_string()[24..].to_owned();
    let claims = SignatureFlaw::Claims(id);
    is_held_by_the_bytes(signed(|bytes| stranger().sign(bytes, hours_ago(19), Some(&claims)).unwrap()));
}

#[test]
fn a_signature_that_cannot_be_read_makes_the_series_wait() {
    let mut world = signed_by(&manager());
    world.fail(&path(&source("3.13.10"), ".asc"), Fault::Status(403, String::new()));
    let scene = pinning(&manager(), true, world);
    let series = scene.checked("3.13");
    assert_eq!(
        (&series["status"], &series["reason"]["code"]),
        (&"waiting".into(), &"unreachable".into()),
        "{series:#}"
    );
}
