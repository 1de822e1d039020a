//! A pull request is judged by what its base pins, and cannot vouch for itself.

use std::fs;

use insta::assert_snapshot;
use pybump::demo::github::Merge;
use pybump::model::SigstoreIdentity;

use super::stage::{accepted, audited, rerolled, verdicts};
use crate::ledger::stage::ON;
use crate::publish::stage::{REPRODUCIBLE, Stage, head};
use crate::support::openpgp::path;
use crate::support::run::Run;
use crate::support::scene::Scene;
use crate::support::worlds::{calm, one_behind, release, source};

const BASE: [&str; 2] = ["--base", "main"];
const LEDGER: &str = "state/ledger/3.14.json";
const PINS: &str = include_str!("../../state/signers.toml");

/// [`accepted`] on `main`, and the branch of a pull request checked out.
fn proposed() -> Scene {
    branched(accepted())
}

pub fn branched(scene: Scene) -> Scene {
    let scene = scene.committed();
    scene.git(&["switch", "--quiet", "--create", "bump"]);
    scene
}

/// 3.14.4 comes out, signed by `signer`, and the pull request brings it.
fn bumped(scene: &Scene, signer: Option<&str>) {
    let mut next = release("3.14.4", 12);
    let identity = |signer: &str| SigstoreIdentity {
        identity: signer.to_owned(),
        issuer: "https://github.com/login/oauth".to_owned(),
    };
    next.signer = signer.map(identity);
    scene.server.world(|world| world.release(&next)).unwrap();
    scene.run(&["update"]).ended(0).said("3.14.3 → 3.14.4");
    scene.commit_all("Update 3.14 to 3.14.4", "2024-01-02T00:00:00Z");
}

/// What the pull request comes to, judged by its base.
#[track_caller]
fn judged(scene: &Scene, status: i32) -> Run {
    audited(scene, &BASE, status)
}

#[test]
fn an_honest_bump_holds() {
    let scene = proposed();
    bumped(&scene, None);
    assert_snapshot!(verdicts(&scene, &BASE, 0), @"
    Python-3.13.10.tar.xz holds
    python-3.13.10-amd64.exe holds
    Python-3.14.3.tar.xz holds
    python-3.14.3-amd64.exe holds
    Python-3.14.4.tar.xz holds
    python-3.14.4-amd64.exe holds
    ");
    let run = judged(&scene, 0).said("6 artifacts: 6 as accepted");
    assert_eq!(run.stderr, "");
    assert_eq!(scene.run(&["audit", "--base", "main", "--format", "json"]).json()["base"], "main");
    verdicts(&scene, &["--base", "main", "--download"], 0);
    assert_snapshot!(verdicts(&scene, &["--base", "main", "3.13"], 0), @"
    Python-3.13.10.tar.xz holds
    python-3.13.10-amd64.exe holds
    ");
    // Merged into a base that went on meanwhile, as GitHub checks it out, and by itself.
    scene.git(&["switch", "--quiet", "main"]);
    scene.write("README.md", "words\n");
    scene.commit_all("Meanwhile", "2024-01-03T00:00:00Z");
    judged(&scene, 0);
    scene.git(&["switch", "--quiet", "bump"]);
    judged(&scene, 0);
}

#[test]
fn a_signer_whom_the_pull_request_pins_in_its_own_favour_counts_for_nothing() {
    let scene = proposed();
    scene.write("pybump.toml", &format!("{ON}signers = \"state/signers.toml\"\n"));
    scene.write("state/signers.toml", &PINS.replace("hugo@python.org", "mallory@example.org"));
    bumped(&scene, Some("mallory@example.org"));
    // By its own pins, all is well.
    verdicts(&scene, &["3.14"], 0);
    assert_snapshot!(verdicts(&scene, &["3.14", "--base", "main"], 1), @"
    Python-3.14.3.tar.xz holds
    python-3.14.3-amd64.exe holds
    Python-3.14.4.tar.xz refused
    python-3.14.4-amd64.exe refused
    ");
    let run = judged(&scene, 1).said("signed by mallory@example.org").said("expected hugo@python.org");
    assert_snapshot!(run.stderr, @"
    note: pybump.toml is changed here; judged by that of main
    note: state/signers.toml is changed here; judged by that of main
    ");
}

#[test]
fn keys_and_a_policy_of_its_own_count_for_nothing_and_are_told() {
    let scene = accepted();
    scene.write("pybump.toml", &format!("{ON}signers = \"state/signers.toml\"\n"));
    scene.write("state/signers.toml", PINS);
    let scene = branched(scene);
    judged(&scene, 0).did_not_say("note:");
    scene.write("state/signers.toml", &format!("{PINS}\n# more\n"));
    fs::create_dir(scene.root().join("state/keys")).unwrap();
    scene.write("state/keys/README.md", "words\n");
    scene.commit_all("Pins", "2024-01-02T00:00:00Z");
    assert_snapshot!(judged(&scene, 0).stderr, @"
    note: state/keys is changed here; judged by that of main
    note: state/signers.toml is changed here; judged by that of main
    ");
}

#[test]
fn an_entry_that_is_changed_or_gone_is_an_alarm_with_file_and_line() {
    let scene = proposed();
    let ledger = scene.read(LEDGER);
    scene.write(LEDGER, &ledger.replacen("\"size\": 212", "\"size\": 213", 1));
    assert_snapshot!(judged(&scene, 5).stderr, @"error: state/ledger/3.14.json:5: the entry of Python-3.14.3.tar.xz is not what it was; entries are only ever added: bring it back, and add another one where something is to replace it");
    // Its own audit compares it with upstream; a change that upstream does not tell is seen by the base alone.
    let accepted_at = crate::ledger::stage::file(&scene, "3.14")["artifacts"][0]["accepted_at"].clone();
    scene.write(LEDGER, &ledger.replacen(accepted_at.as_str().unwrap(), "2024-01-02T03:04:05Z", 1));
    audited(&scene, &[], 0);
    judged(&scene, 5).said("state/ledger/3.14.json:5: the entry of Python-3.14.3.tar.xz is not what it was");
    fs::remove_file(scene.root().join(LEDGER)).unwrap();
    let run = judged(&scene, 5);
    assert_eq!(run.stderr.matches("is gone").count(), 2, "{run:#?}");
    assert!(run.stderr.contains("the entry of python-3.14.3-amd64.exe is gone"), "{run:#?}");
    let json = scene.run(&["audit", "--base", "main", "--format", "json"]).ended(5).json();
    assert_eq!(json["ledger_losses"].as_array().unwrap().len(), 2);
    audited(&scene, &["3.13", "--base", "main"], 0);
    // One that does not name the ledger any more has it all the same.
    scene.write("pybump.toml", "");
    judged(&scene, 5).said("is gone");
}

#[test]
fn a_branch_that_lags_behind_its_base_loses_nothing() {
    let scene = proposed();
    scene.write("README.md", "words\n");
    scene.commit_all("Words", "2024-01-02T00:00:00Z");
    scene.git(&["switch", "--quiet", "main"]);
    bumped(&scene, None);
    scene.git(&["switch", "--quiet", "bump"]);
    judged(&scene, 0).did_not_say("is gone");
}

#[test]
fn a_damaged_file_of_the_pull_request_fails_it() {
    let scene = proposed();
    scene.write(LEDGER, &scene.read(LEDGER).replacen("\"kind\": \"source\"", "\"kind\": \"sauce\"", 1));
    judged(&scene, 1).said("state/ledger/3.14.json:8: ");
}

#[test]
fn an_entry_that_is_added_and_does_not_say_what_upstream_has_is_refused() {
    for (from, to, why) in [
        ("\"size\": ", "\"size\": 9", "bytes, upstream announces "),
        ("\"identity\": \"hugo@python.org\"", "\"identity\": \"mallory@example.org\"", "accepted as signed by mallory"),
    ] {
        let scene = proposed();
        bumped(&scene, None);
        let after = scene.read(LEDGER);
        let at = after.find("\"file\": \"Python-3.14.4.tar.xz\"").unwrap();
        scene.write(LEDGER, &format!("{}{}", &after[..at], after[at..].replacen(from, to, 1)));
        assert_ne!(scene.read(LEDGER), after);
        judged(&scene, 1).said("the entry that is added to the ledger is not what upstream has").said(why);
    }
}

#[test]
fn a_digest_without_evidence_is_refused_and_one_of_other_bytes_is_an_alarm() {
    let scene = branched(super::stage::unrecorded());
    scene.server.world(|world| {
        world.release(&release("3.14.4", 12)).unwrap();
        world.remove(&path(&source("3.14.4"), ".sigstore"));
    });
    scene.edit_manifest(|manifest| {
        let entry = &mut manifest["3.14"];
        entry["version"] = "3.14.4".into();
        entry["checksums"] = serde_json::json!({ "source": { "sha256": "ab".repeat(32) } });
        entry["variants"] = serde_json::json!(["slim-trixie"]);
    });
    audited(&scene, &["3.14"], 0).said("unproven");
    assert_snapshot!(verdicts(&scene, &["3.14", "--base", "main"], 1), @"Python-3.14.4.tar.xz refused");
    judged(&scene, 1).said("nothing vouches for what is new here");
    scene.server.world(|world| world.release(&release("3.14.4", 12))).unwrap();
    assert_snapshot!(verdicts(&scene, &["3.14", "--base", "main"], 5), @"Python-3.14.4.tar.xz alarm (digest-changed)");
}

#[test]
fn a_base_without_a_configuration_judges_by_what_is_built_in() {
    let scene = branched(super::stage::unrecorded());
    scene.write("pybump.toml", ON);
    bumped(&scene, None);
    assert!(scene.root().join(LEDGER).is_file());
    let run = judged(&scene, 0);
    assert_eq!(run.stderr, "note: pybump.toml is changed here; judged by that of main\n");
    // The ledger that it begins is judged too.
    scene.write(LEDGER, &scene.read(LEDGER).replace("hugo@python.org", "mallory@example.org"));
    judged(&scene, 1).said("accepted as signed by mallory");
}

#[test]
fn a_base_whose_configuration_is_damaged_or_leads_elsewhere_is_told_with_its_name() {
    for (config, error) in [
        ("ledgre = \"x\"\n", "main:pybump.toml:1: unknown field `ledgre`"),
        ("signers = \"absent.toml\"\n", "cannot read main:absent.toml"),
        ("signers = \"../signers.toml\"\n", "pybump.toml: signers leads out of the repository"),
        ("trusted-root = \"a/../../root.json\"\n", "pybump.toml: trusted-root leads out of the repository"),
    ] {
        let scene = Scene::new(calm());
        scene.write("pybump.toml", config);
        let scene = branched(scene);
        scene.write("pybump.toml", "");
        scene.commit_all("Mend", "2024-01-02T00:00:00Z");
        let run = judged(&scene, 2).said(error);
        assert!(!run.stderr.contains("/tmp/"), "{run:#?}");
    }
}

#[test]
fn a_pull_request_that_breaks_its_configuration_or_pins_fails() {
    let scene = branched(Scene::new(calm()));
    scene.write("pybump.toml", "ledgre = \"x\"\n");
    judged(&scene, 2).said("~/images/pybump.toml:1: unknown field `ledgre`");
    scene.write("pybump.toml", "signers = \"signers.toml\"\n");
    scene.write("signers.toml", "people = 1\n");
    judged(&scene, 2).said("~/images/signers.toml");
}

#[test]
fn a_base_that_is_not_there_and_a_configuration_beside_it_are_refused() {
    let scene = branched(Scene::new(calm()));
    scene.server.forget_requests();
    audited(&scene, &["--base", "origin/main"], 2).said("has no commit \"origin/main\"").said("fetch-depth: 0");
    audited(&scene, &["--base", "main", "--config", "other.toml"], 2).said("leave --config out");
    assert_eq!(scene.server.requests().len(), 0);
}

#[test]
fn what_a_person_is_to_accept_of_an_alarm_is_judged_as_new() {
    let scene = Scene::new(one_behind());
    scene.write("pybump.toml", ON);
    scene.run(&["update"]).ended(0);
    let stage = Stage::configured(scene, ON, REPRODUCIBLE);
    stage.server.world(|world| rerolled(world, "3.14.3"));
    stage.run(&["pr", "image"]).ended(5).said("opened");
    let before = head(&stage.root());
    let base = ["--base", &before];
    // The base's own records alarm, as they do without one.
    assert_snapshot!(verdicts(&stage, &base, 5), @"
    Python-3.13.9.tar.xz holds
    python-3.13.9-amd64.exe holds
    Python-3.14.3.tar.xz alarm (digest-changed)
    python-3.14.3-amd64.exe holds
    ");
    stage.merge(1, Merge::Squash);
    audited(&stage, &base, 0)
        .said("note: merging this accepts that Python-3.14.3.tar.xz changed under its version, from SHA-256 ");
    assert_snapshot!(verdicts(&stage, &base, 0), @"
    Python-3.13.9.tar.xz holds
    python-3.13.9-amd64.exe holds
    Python-3.14.3.tar.xz holds
    python-3.14.3-amd64.exe holds
    ");
}
