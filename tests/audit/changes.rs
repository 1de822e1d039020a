//! What is not as it was accepted: an alarm, which ends with 5.

use insta::assert_snapshot;

use super::stage::{
    accepted, audited, configured, foreign_bundle, moved_on, other_bytes, rerolled, signed_again, unrecorded, verdicts,
};
use crate::support::openpgp::path;
use crate::support::scene::Scene;
use crate::support::worlds::{hours_ago, source, windows};

#[test]
fn other_bytes_under_the_same_bundle_alarm_where_they_are_read() {
    for scene in [accepted(), unrecorded()] {
        scene.server.world(|world| other_bytes(world, &windows("3.14.3")));
        verdicts(&scene, &[], 0);
        let verdicts = verdicts(&scene, &["--download", "3.14"], 5);
        insta::allow_duplicates! { assert_snapshot!(verdicts, @"
        Python-3.14.3.tar.xz holds
        python-3.14.3-amd64.exe alarm (bytes-changed)
        ") };
    }
}

#[test]
fn another_size_alarms_without_a_download() {
    let scene = accepted();
    scene.server.world(|world| {
        let bytes = world.page(&path(&source("3.14.3"), "")).unwrap().body.to_vec();
        world.put(&path(&source("3.14.3"), ""), [bytes, b"more".to_vec()].concat().into(), hours_ago(1));
    });
    assert_snapshot!(audited(&scene, &["3.14"], 5).stdout, @"
    Python-3.14.3.tar.xz             ALARM
             Python-3.14.3.tar.xz was accepted with 212 bytes, upstream announces 216; download it and compare its digest with 393ad866a34b28fff92a482fd6275d7dea91e827edfc24db0f926782e2cd3918
    python-3.14.3-amd64.exe          holds  hugo@python.org, DATE TIME UTC
    2 artifacts: 1 as accepted, 1 with an alarm; bytes not read (--download reads them)
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
    assert_snapshot!(verdicts(&scene, &[], 5), @"
    Python-3.13.10.tar.xz holds
    python-3.13.10-amd64.exe holds
    Python-3.14.3.tar.xz alarm (size-changed)
    python-3.14.3-amd64.exe holds
    ");
}

#[test]
fn another_file_signed_by_the_same_person_alarms_with_and_without_a_ledger() {
    for scene in [accepted(), unrecorded()] {
        scene.server.world(|world| rerolled(world, "3.14.3"));
        let verdicts = verdicts(&scene, &[], 5);
        insta::allow_duplicates! { assert_snapshot!(verdicts, @"
        Python-3.13.10.tar.xz holds
        python-3.13.10-amd64.exe holds
        Python-3.14.3.tar.xz alarm (digest-changed)
        python-3.14.3-amd64.exe holds
        ") };
    }
}

#[test]
fn a_bundle_made_again_over_the_same_bytes_alarms_where_the_ledger_knows_the_old_one() {
    let scene = accepted();
    let old = log_index(&scene);
    scene.server.world(|world| signed_again(world, "3.14.3"));
    let run = audited(&scene, &[], 5).said("the evidence for them is not").said(&format!("(log entry {old})"));
    assert_eq!(run.stdout.matches("log entry").count(), 2, "{}", run.stdout);
    assert_snapshot!(verdicts(&scene, &["3.14"], 5), @"
    Python-3.14.3.tar.xz alarm (evidence-changed)
    python-3.14.3-amd64.exe holds
    ");
    let scene = unrecorded();
    scene.server.world(|world| signed_again(world, "3.14.3"));
    audited(&scene, &[], 0).said("4 artifacts: 4 as accepted");
}

fn log_index(scene: &Scene) -> String {
    let ledger = crate::ledger::stage::file(scene, "3.14");
    ledger["artifacts"][0]["evidence"]["sigstore"]["log_index"].to_string()
}

#[test]
fn evidence_that_does_not_hold_alarms_where_the_ledger_says_that_it_did() {
    let scene = moved_on();
    scene.server.world(|world| foreign_bundle(world, &source("3.14.3")));
    assert_snapshot!(verdicts(&scene, &["3.14"], 5), @"
    Python-3.14.3.tar.xz alarm (evidence-refused)
    python-3.14.3-amd64.exe holds
    Python-3.14.4.tar.xz holds
    python-3.14.4-amd64.exe holds
    ");
    let scene = unrecorded();
    scene.server.world(|world| foreign_bundle(world, &source("3.14.3")));
    assert_snapshot!(verdicts(&scene, &["3.14"], 1), @"
    Python-3.14.3.tar.xz refused
    python-3.14.3-amd64.exe holds
    ");
}

#[test]
fn what_was_accepted_from_a_signer_who_is_not_pinned_any_more_holds() {
    let scene = accepted();
    let signers = include_str!("../../state/signers.toml").replace("hugo@python.org", "hana@python.org");
    scene.write("signers.toml", &signers);
    configured(&scene, "signers = \"signers.toml\"\n");
    assert_snapshot!(verdicts(&scene, &[], 0), @"
    Python-3.13.10.tar.xz holds
    python-3.13.10-amd64.exe holds
    Python-3.14.3.tar.xz holds
    python-3.14.3-amd64.exe holds
    ");
    audited(&scene, &["3.14"], 0).said("hugo@python.org");
}

#[test]
fn a_manifest_changed_by_hand_alarms_with_both_digests() {
    let scene = accepted();
    let accepted = scene.manifest()["3.14"]["checksums"]["source"]["sha256"].as_str().unwrap().to_owned();
    let other = "ab".repeat(32);
    scene.edit_manifest(|manifest| manifest["3.14"]["checksums"]["source"]["sha256"] = other.as_str().into());
    assert_snapshot!(verdicts(&scene, &[], 5), @"
    Python-3.13.10.tar.xz holds
    python-3.13.10-amd64.exe holds
    Python-3.14.3.tar.xz alarm (manifest-contradicts-ledger)
    python-3.14.3-amd64.exe holds
    ");
    audited(&scene, &[], 5).said(&format!("was accepted with SHA-256 {accepted}, the manifest says {other}"));
}

#[test]
fn an_alarm_is_no_less_one_while_another_source_is_silent() {
    let scene = accepted();
    scene.server.world(|world| {
        rerolled(world, "3.14.3");
        world.fail_below("/ftp/python/3.13.10/", pybump::demo::world::Fault::Status(403, String::new()));
    });
    assert_snapshot!(verdicts(&scene, &[], 5), @"
    Python-3.13.10.tar.xz unanswered
    python-3.13.10-amd64.exe unanswered
    Python-3.14.3.tar.xz alarm (digest-changed)
    python-3.14.3-amd64.exe holds
    ");
}
