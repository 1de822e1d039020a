//! Releases that carry an OpenPGP signature, alone or beside a bundle.

use insta::assert_snapshot;
use pybump::demo::world::World;

use super::stage::{audited, other_bytes, verdicts};
use crate::ledger::stage::ON;
use crate::support::openpgp::{manager, path, pinning, signed_by};
use crate::support::scene::Scene;
use crate::support::worlds::{hours_ago, source, windows};

/// 3.13.10 was accepted under the pinned manager's `.asc`; beside a bundle as well if `bundles`.
fn accepted(bundles: bool, ledger: bool) -> Scene {
    let mut world = signed_by(&manager());
    if !bundles {
        unbundled(&mut world);
    }
    let scene = pinning(&manager(), true, world);
    if ledger {
        scene.write("pybump.toml", &format!("{ON}{}", scene.read("pybump.toml")));
    }
    scene.run(&["update", "3.13"]).ended(0).said("3.13.9 → 3.13.10");
    scene.server.forget_requests();
    scene
}

fn unbundled(world: &mut World) {
    for artifact in [source("3.13.10"), windows("3.13.10")] {
        world.remove(&path(&artifact, ".sigstore"));
    }
}

/// The `.asc` of the manager over the bytes that are there, made at another time.
fn signed_again(world: &mut World) {
    let bytes = world.page(&path(&source("3.13.10"), "")).unwrap().body.clone();
    let asc = manager().sign(&bytes, hours_ago(2), None).unwrap();
    world.put(&path(&source("3.13.10"), ".asc"), asc.into(), hours_ago(2));
}

#[test]
fn a_signature_alone_proves_nothing_until_the_bytes_are_read() {
    for ledger in [true, false] {
        let scene = accepted(false, ledger);
        let unread = verdicts(&scene, &["3.13"], 0);
        insta::allow_duplicates! { assert_snapshot!(unread, @"
        Python-3.13.10.tar.xz unproven
        python-3.13.10-amd64.exe unproven
        ") };
        audited(&scene, &["3.13"], 0).said("use --download");
        scene.server.forget_requests();
        let read = verdicts(&scene, &["3.13", "--download"], 0);
        insta::allow_duplicates! { assert_snapshot!(read, @"
        Python-3.13.10.tar.xz holds
        python-3.13.10-amd64.exe holds
        ") };
        let whole = |asked: &pybump::demo::world::Request| asked.method == "GET" && asked.target.ends_with("10.tar.xz");
        assert_eq!(scene.server.requests().iter().filter(|asked| whole(asked)).count(), 1);
    }
}

#[test]
fn other_bytes_under_a_signature_alone_alarm_where_the_ledger_knows_it() {
    for (ledger, status) in [(true, 5), (false, 1)] {
        let scene = accepted(false, ledger);
        scene.server.world(|world| other_bytes(world, &source("3.13.10")));
        verdicts(&scene, &["3.13", "--download"], status);
    }
}

#[test]
fn a_signature_made_again_beside_the_same_bundle_alarms_once_the_bytes_are_read() {
    let scene = accepted(true, true);
    scene.server.world(signed_again);
    assert_snapshot!(verdicts(&scene, &["3.13", "--download"], 5), @"
    Python-3.13.10.tar.xz alarm (evidence-changed)
    python-3.13.10-amd64.exe holds
    ");
    audited(&scene, &["3.13", "--download"], 5).said("accepted with the OpenPGP signature ");
}

#[test]
fn a_signature_or_a_bundle_that_is_not_there_any_more_is_gone_whatever_else_holds() {
    let scene = accepted(true, true);
    scene.server.world(|world| world.remove(&path(&source("3.13.10"), ".asc")));
    for flags in [&["3.13"][..], &["3.13", "--download"]] {
        let verdicts = verdicts(&scene, flags, 1);
        insta::allow_duplicates! { assert_snapshot!(verdicts, @"
        Python-3.13.10.tar.xz gone
        python-3.13.10-amd64.exe holds
        ") };
    }
    audited(&scene, &["3.13"], 1).said("there is none beside it now");
    let scene = accepted(true, true);
    scene.server.world(unbundled);
    for flags in [&["3.13"][..], &["3.13", "--download"]] {
        let verdicts = verdicts(&scene, flags, 1);
        insta::allow_duplicates! { assert_snapshot!(verdicts, @"
        Python-3.13.10.tar.xz gone
        python-3.13.10-amd64.exe gone
        ") };
    }
}

#[test]
fn a_policy_that_requires_more_now_finds_what_was_accepted_on_less_wanting() {
    let scene = accepted(false, true);
    let file = scene.home().join("trust/signers.toml");
    let signers = std::fs::read_to_string(&file).unwrap();
    let stricter =
        signers.replace("require-any = [\"sigstore\", \"openpgp\"]", "require = [\"sigstore\", \"openpgp\"]");
    assert_ne!(signers, stricter);
    std::fs::write(&file, stricter).unwrap();
    assert_snapshot!(verdicts(&scene, &["3.13"], 1), @"
    Python-3.13.10.tar.xz gone
    python-3.13.10-amd64.exe gone
    ");
    audited(&scene, &["3.13"], 1);
}
