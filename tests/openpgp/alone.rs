//! Releases whose only signature is an OpenPGP one: up to 3.13 the policy takes them, and then the bytes name the digest.

use std::fs;

use pybump::demo::world::World;
use pybump::model::Sha256;

use crate::support::openpgp::{manager, path, pinning, signed_by, stranger};
use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::{calm, hours_ago, release, source, windows};

/// 3.13.10 under the `.asc` of the pinned manager, without a bundle.
fn alone() -> World {
    let mut world = signed_by(&manager());
    for artifact in [source("3.13.10"), windows("3.13.10")] {
        world.remove(&path(&artifact, ".sigstore"));
    }
    world
}

fn scene(world: World) -> Scene {
    pinning(&manager(), true, world)
}

/// What `check` makes of the series: status, code and words.
fn held(scene: &Scene) -> (String, String) {
    let series = scene.checked("3.13");
    assert_eq!(series["status"], "held", "{series}");
    (series["reason"]["code"].as_str().unwrap().to_owned(), series["reason"]["text"].as_str().unwrap().to_owned())
}

#[test]
fn a_pinned_key_will_do_and_the_digest_is_that_of_the_bytes() {
    let scene = scene(alone());
    let bytes = scene.server.world(|world| world.page(&path(&source("3.13.10"), "")).unwrap().body.clone());
    let series = scene.checked("3.13");
    assert_eq!(series["status"], "update");
    let artifact = &series["artifacts"][0];
    assert_eq!(artifact["sha256"], Sha256::of(&bytes).to_string());
    assert_eq!(artifact["signer"], format!("OpenPGP key {}", manager().fingerprint()));
    assert!(artifact["issuer"].is_null() && artifact["log_index"].is_null());
    assert_eq!(artifact["openpgp"]["state"], "agrees");
    scene.run(&["update", "3.13"]).ended(0).said("in no log");
    assert_eq!(scene.manifest()["3.13"]["checksums"]["source"]["sha256"], Sha256::of(&bytes).to_string());
    let json = scene.run(&["verify", "3.13.10", "--format", "json"]).ended(0).json();
    assert_documented(&json, &bare(&["schema", "verify"]).json());
    assert_eq!(json["artifacts"][1]["verdict"], "verified");
}

#[test]
fn the_bytes_are_downloaded_once_each() {
    let scene = scene(alone());
    scene.run(&["update", "3.13"]).ended(0);
    let asked = scene.server.requests();
    let whole = asked.iter().filter(|ask| ask.method == "GET" && ask.target.ends_with("/Python-3.13.10.tar.xz"));
    assert_eq!(whole.count(), 1);
}

#[test]
fn without_a_download_nothing_names_the_digest() {
    let scene = scene(alone());
    let before = scene.tree();
    scene.run(&["update", "3.13", "--no-download"]).ended(0).said("names no digest; run without --no-download");
    scene.run(&["verify", "3.13.10", "--no-download"]).ended(1).said("names no digest; run without --no-download");
    scene.tree().assert_same_files(&before, "without a download");
}

#[test]
fn a_stranger_other_bytes_and_another_name_are_held() {
    let (code, words) = held(&scene({
        let mut world = alone();
        let bytes = world.page(&path(&source("3.13.10"), "")).unwrap().body.clone();
        world.put(
            &path(&source("3.13.10"), ".asc"),
            stranger().sign(&bytes, hours_ago(19), None).unwrap().into(),
            hours_ago(18),
        );
        world
    }));
    assert_eq!(code, "evidence-rejected");
    assert!(words.contains("was made by the key"), "{words}");

    let (_, words) = held(&scene({
        let mut world = alone();
        let other = world.page(&path(&windows("3.13.10"), "")).unwrap().body.clone();
        world.put(&path(&source("3.13.10"), ""), other, hours_ago(18));
        world
    }));
    assert!(words.contains("the signature does not fit them"), "{words}");

    // An older release's tarball under its genuine signature, offered under the new name.
    let (_, words) = held(&scene({
        let mut world = alone();
        let older = world.page(&path(&source("3.13.9"), "")).unwrap().body.clone();
        let signature = manager().sign(&older, hours_ago(19), None).unwrap();
        world.put(&path(&source("3.13.10"), ""), older, hours_ago(18));
        world.put(&path(&source("3.13.10"), ".asc"), signature.into(), hours_ago(18));
        world.remove(&path(&source("3.13.10"), ".spdx.json"));
        world
    }));
    assert!(words.contains("do not go by its name"), "{words}");
}

#[test]
fn an_sbom_of_other_bytes_is_held() {
    let mut world = alone();
    let sbom = world.page(&path(&source("3.13.9"), ".spdx.json")).unwrap().body.clone();
    world.put(&path(&source("3.13.10"), ".spdx.json"), sbom, hours_ago(18));
    let (_, words) = held(&scene(world));
    assert!(words.contains("its SBOM does not hold"), "{words}");
}

#[test]
fn a_signature_made_before_the_tag_is_held() {
    let mut world = alone();
    let bytes = world.page(&path(&source("3.13.10"), "")).unwrap().body.clone();
    let early = manager().sign(&bytes, hours_ago(900), None).unwrap();
    world.put(&path(&source("3.13.10"), ".asc"), early.into(), hours_ago(18));
    let (_, words) = held(&scene(world));
    assert!(words.contains("before the release was tagged"), "{words}");
}

/// The scene with this policy in place of the two that are built in.
fn under(policy: &str, world: World) -> Scene {
    let scene = scene(world);
    let file = scene.home().join("trust/signers.toml");
    let text = fs::read_to_string(&file).unwrap();
    let (head, rest) = text.split_once("[[policy]]").unwrap();
    let signers = &rest[rest.find("[[signer]]").unwrap()..];
    fs::write(file, format!("{head}[[policy]]\n{policy}\n{signers}")).unwrap();
    scene
}

#[test]
fn a_policy_that_requires_a_bundle_holds_it() {
    let (code, words) = held(&under("series = '3.13'\nrequire = ['sigstore']\ncheck = ['openpgp']", alone()));
    assert_eq!(code, "openpgp-only");
    assert!(words.contains("the policy for the series requires a Sigstore bundle"), "{words}");
}

#[test]
fn a_policy_that_requires_both_waits_for_the_signature_and_holds_then() {
    let policy = "series = '3.13'\nrequire = ['sigstore', 'openpgp']";
    for (hours, status) in [(5, "waiting"), (40, "held")] {
        let mut world = calm();
        world.release(&release("3.13.10", hours)).unwrap();
        let series = under(policy, world).checked("3.13");
        assert_eq!((&series["status"], &series["reason"]["code"]), (&status.into(), &"evidence-incomplete".into()));
        assert!(series["reason"]["text"].as_str().unwrap().contains("OpenPGP signature"), "{series}");
    }
    assert_eq!(under(policy, signed_by(&manager())).checked("3.13")["status"], "update");
}

#[test]
fn a_required_signature_whose_key_is_nowhere_is_held() {
    let world = signed_by(&manager());
    let scene = under("series = '3.13'\nrequire = ['sigstore', 'openpgp']", world);
    fs::remove_dir_all(scene.home().join("trust/keys")).unwrap();
    let (code, words) = held(&scene);
    assert_eq!(code, "evidence-rejected");
    assert!(words.contains("not at hand"), "{words}");
}

#[test]
fn a_policy_that_looks_at_no_sbom_asks_for_none() {
    let mut world = calm();
    world.release(&release("3.13.10", 20)).unwrap();
    let scene = under("series = '3.13'\nrequire = ['sigstore']", world);
    assert_eq!(scene.checked("3.13")["status"], "update");
    let asked = scene.server.requests();
    let of_313 =
        |suffix: &str| asked.iter().any(|ask| ask.target.contains("/3.13.10/") && ask.target.ends_with(suffix));
    assert!(!of_313(".spdx.json") && !of_313(".asc") && of_313(".sigstore"));
}
