//! What an update appends, and when it appends nothing.

use jiff::Timestamp;
use pybump::ledger::differences;
use pybump::model::{Sha256, Signers};
use pybump::verify::sigstore::SigstoreVerifier;
use pybump::verify::{Evidence, VerifiedArtifact, verify_evidence};
use serde_json::{Value, json};

use super::stage::{ON, file, files, kept, ledger, on};
use crate::support::openpgp::{manager, path, pinning, signed_by};
use crate::support::scene::{LINUX, Scene};
use crate::support::worlds::{calm, hours_ago, one_behind, release, source, windows};

#[test]
fn a_bump_records_each_artifact_with_its_evidence() {
    let scene = kept(one_behind());
    let run = scene.run(&["update"]).ended(0);
    insta::assert_snapshot!(run.stdout.lines().skip(5).collect::<Vec<_>>().join("\n"), @"
    wrote    3.14/slim-trixie/Dockerfile
    wrote    3.14/windows/windowsservercore-ltsc2025/Dockerfile
    wrote    state/ledger/3.14.json
    wrote    versions.json
    4 files changed
    ");
    let recorded = file(&scene, "3.14");
    let manifest = scene.manifest();
    let digest = |suffix: &str| {
        let path = path(&source("3.14.3"), suffix);
        scene.server.world(|world| Sha256::of(&world.page(&path).unwrap().body).to_string())
    };
    let entry = &recorded["artifacts"][0];
    assert_eq!(entry["sha256"], manifest["3.14"]["checksums"]["source"]["sha256"]);
    assert_eq!(entry["size"], 212);
    // The installer was signed last.
    let hours_after_tag = |value: &Value| {
        let [time, tagged] =
            [value, &entry["tagged_at"]].map(|time| time.as_str().unwrap().parse::<Timestamp>().unwrap());
        time.duration_since(tagged).as_hours()
    };
    let installer = &recorded["artifacts"][1];
    assert_eq!(hours_after_tag(&entry["evidence"]["sigstore"]["signed_at"]), 1);
    assert_eq!((hours_after_tag(&entry["accepted_at"]), hours_after_tag(&installer["accepted_at"])), (3, 3));
    let sigstore = &entry["evidence"]["sigstore"];
    assert_eq!(sigstore["identity"], "hugo@python.org");
    assert_eq!(sigstore["issuer"], "https://github.com/login/oauth");
    assert_eq!(sigstore["sha256"], digest(".sigstore"));
    assert_eq!(entry["evidence"]["sbom"]["sha256"], digest(".spdx.json"));
    assert_eq!(files(&scene, "3.14"), ["Python-3.14.3.tar.xz", "python-3.14.3-amd64.exe"]);
    assert!(!scene.root().join("state/ledger/3.13.json").exists(), "nothing of 3.13 was accepted");
}

#[test]
fn an_openpgp_signature_that_held_over_the_bytes_is_recorded_with_its_keys() {
    let scene = pinning(&manager(), true, signed_by(&manager()));
    let config = scene.read("pybump.toml");
    scene.write("pybump.toml", &format!("{config}{ON}"));
    scene.run(&["update"]).ended(0);
    let asc = scene.server.world(|world| Sha256::of(&world.page(&path(&source("3.13.10"), ".asc")).unwrap().body));
    let fingerprint = manager().fingerprint().to_string();
    let made_at = &scene.checked("3.13")["artifacts"][0]["openpgp"]["made_at"];
    let openpgp = &file(&scene, "3.13")["artifacts"][0]["evidence"]["openpgp"];
    assert_eq!(*openpgp, json!({ "primary": fingerprint, "key": fingerprint, "made_at": made_at, "sha256": asc }));
}

#[test]
fn without_a_download_neither_size_nor_unread_signature_is_recorded() {
    let scene = pinning(&manager(), true, signed_by(&manager()));
    let config = scene.read("pybump.toml");
    scene.write("pybump.toml", &format!("{config}{ON}"));
    scene.run(&["update", "--no-download"]).ended(0);
    let entry = &file(&scene, "3.13")["artifacts"][0];
    assert_eq!((entry.get("size"), entry["evidence"].get("openpgp")), (None, None));
    assert!(entry["evidence"]["sigstore"].is_object());
}

#[test]
fn without_the_key_nothing_of_a_ledger_is_read_or_written() {
    let scene = Scene::new(one_behind());
    scene.run(&["update"]).ended(0);
    assert!(!scene.root().join("state").exists());
    let damaged = Scene::new(one_behind());
    std::fs::create_dir_all(damaged.root().join("state/ledger")).unwrap();
    damaged.write("state/ledger/3.14.json", "garbage");
    let before = damaged.tree();
    damaged.run(&["update"]).ended(0).did_not_say("ledger");
    let names: Vec<_> = damaged.tree().changed(&before);
    assert_eq!(
        names,
        ["3.14/slim-trixie/Dockerfile", "3.14/windows/windowsservercore-ltsc2025/Dockerfile", "versions.json"]
    );
}

#[test]
fn a_dry_run_and_a_check_write_nothing_and_a_second_update_appends_nothing() {
    let scene = kept(one_behind());
    let before = scene.tree();
    let run = scene.run(&["update", "--dry-run", "--diff"]).ended(0).said("differs  state/ledger/3.14.json");
    run.said("+++ b/state/ledger/3.14.json\n@@ -0,0 +1,");
    scene.checked("3.14");
    assert_eq!(scene.tree(), before);
    scene.run(&["update"]).ended(0);
    let first = scene.tree();
    scene.run(&["update"]).ended(0).said("no file changed");
    assert_eq!(scene.tree(), first);
}

#[test]
fn the_same_bump_writes_the_same_bytes_whenever_it_is_made() {
    let scene = kept(one_behind());
    let before = scene.tree();
    scene.run(&["update"]).ended(0);
    let first = scene.tree();
    assert!(first.0.contains_key("state/ledger/3.14.json"));
    std::fs::remove_dir_all(scene.root()).unwrap();
    before.write(&scene.root());
    scene.run(&["update"]).ended(0).said("3.14.2 → 3.14.3");
    scene.tree().assert_same_files(&first, "the second time");
}

#[test]
fn later_bumps_keep_every_byte_of_earlier_entries() {
    let scene = kept(one_behind());
    scene.run(&["update"]).ended(0);
    let before = scene.read("state/ledger/3.14.json");
    scene.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    scene.run(&["update"]).ended(0);
    let after = scene.read("state/ledger/3.14.json");
    let kept = before.strip_suffix("\n  ]\n}\n").unwrap();
    assert!(after.starts_with(&format!("{kept},\n    {{\n")), "{after}");
    assert_eq!(
        files(&scene, "3.14"),
        ["Python-3.14.3.tar.xz", "python-3.14.3-amd64.exe", "Python-3.14.4.tar.xz", "python-3.14.4-amd64.exe"]
    );
}

#[test]
fn components_that_move_alone_append_nothing_and_an_added_checksum_appends_its_own_artifact() {
    let mut world = calm();
    world.bundles(&"3.14.2".parse().unwrap(), "26.2", None, hours_ago(2000));
    let scene = kept(world);
    let lenient = "FROM debian\nENV SHA256={{ .checksums | [.. | strings] | tojson }}\n";
    scene.write("Dockerfile-linux.template", lenient);
    scene.write("Dockerfile-windows.template", lenient);
    scene.edit_manifest(|manifest| manifest["3.14"]["pip"] = json!({ "version": "26.1" }));
    scene.run(&["update"]).ended(0).said("26.2");
    assert!(!scene.root().join("state").exists());
    scene.edit_manifest(|manifest| {
        manifest["3.14"]["checksums"].as_object_mut().unwrap().remove("windows");
    });
    scene.run(&["update"]).ended(0).said("gets the checksum that its entry lacks");
    assert_eq!(files(&scene, "3.14"), ["python-3.14.2-amd64.exe"]);
}

#[test]
fn final_and_pre_release_keys_share_the_file_of_their_series() {
    let mut world = calm();
    for (text, hours) in [("3.15.0a1", 900), ("3.15.0rc1", 800)] {
        world.release(&release(text, hours)).unwrap();
    }
    let scene = on(Scene::tracking(world, &[("3.15-rc", "3.15.0a1")], &[LINUX]));
    scene.run(&["update"]).ended(0).said("3.15.0a1 → 3.15.0rc1");
    scene.server.world(|world| {
        world.release(&release("3.15.0", 100)).unwrap();
        world.phase("3.15".parse().unwrap(), "bugfix");
    });
    scene.run(&["update", "3.15"]).ended(0);
    assert_eq!(scene.manifest()["3.15"]["version"], "3.15.0");
    assert_eq!(files(&scene, "3.15"), ["Python-3.15.0rc1.tar.xz", "Python-3.15.0.tar.xz"]);
    assert_eq!(std::fs::read_dir(scene.root().join("state/ledger")).unwrap().count(), 1);
}

/// What `verify` makes of the source tarball of 3.14.3 as the scene's world has it now.
fn now(scene: &Scene) -> VerifiedArtifact {
    let artifact = source("3.14.3");
    scene.server.world(|world| {
        let text = |suffix| {
            let page = world.page(&path(&artifact, suffix))?;
            Some(String::from_utf8(page.body.to_vec()).unwrap())
        };
        let (bundle, sbom) = (text(".sigstore").unwrap(), text(".spdx.json"));
        let evidence = Evidence { bundle: &bundle, sbom: sbom.as_deref(), tagged_at: None };
        let verifier = SigstoreVerifier::from_trusted_root(&world.trusted_root()).unwrap();
        let signers = Signers::embedded();
        verify_evidence(&verifier, signers.of(artifact.version.series(), artifact.kind), &artifact, evidence).unwrap()
    })
}

#[test]
fn what_differs_from_an_entry_is_named_with_both_values() {
    let scene = kept(one_behind());
    scene.run(&["update"]).ended(0);
    let ledger = ledger(&scene);
    assert_eq!(ledger.entries().count(), 2);
    assert_eq!(ledger.newest(&windows("3.14.2")), None);
    let entry = ledger.newest(&source("3.14.3")).unwrap();
    let accepted = now(&scene);
    assert_eq!(differences(entry, &accepted), []);
    // Signed again, the same bytes.
    scene.server.world(|world| {
        let body = world.page(&path(&source("3.14.3"), "")).unwrap().body.clone();
        world.artifact(&release("3.14.3", 20), &source("3.14.3"), body, hours_ago(2)).unwrap();
    });
    let signed_again = now(&scene);
    let (old, new) = (accepted.sigstore().unwrap(), signed_again.sigstore().unwrap());
    let words =
        |now: &VerifiedArtifact| -> Vec<String> { differences(entry, now).iter().map(ToString::to_string).collect() };
    assert_eq!(
        words(&signed_again),
        [format!(
            "accepted with the bundle {} (log entry {}), the one beside it is {} (log entry {}) now",
            old.file_sha256(),
            old.log_index(),
            new.file_sha256(),
            new.log_index()
        )]
    );
    // Other bytes.
    scene.server.world(|world| {
        world.artifact(&release("3.14.3", 20), &source("3.14.3"), "other".into(), hours_ago(2)).unwrap();
    });
    let other = now(&scene);
    let first = format!("accepted with SHA-256 {}, its evidence is for {} now", accepted.sha256(), other.sha256());
    let last = format!(
        "accepted with the SBOM {}, the one beside it is {} now",
        accepted.sbom_sha256().unwrap(),
        other.sbom_sha256().unwrap()
    );
    let words = words(&other);
    assert_eq!((words.len(), &words[0], &words[2]), (3, &first, &last));
    // A bump does not replace it; a person does, and may go back.
    let (series, at) = (other.artifact().version.series(), other.signed_at());
    let mut changed = ledger.clone();
    assert_eq!(changed.accept(series, [&other], at), None);
    for (now, before) in [(&other, accepted.sha256()), (&accepted, other.sha256())] {
        let (path, text) = changed.accept_changed(now, before, at).unwrap();
        assert_eq!(changed.accept_changed(now, before, at), None);
        assert_eq!(changed.newest(now.artifact()).unwrap().replaces(), Some(before));
        scene.write(&path.display().to_string(), &text);
        assert_eq!(self::ledger(&scene), changed, "what is appended is read back");
    }
}
