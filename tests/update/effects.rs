//! What an update changes, and what it does not touch.

use std::process::Command;

use pybump::model::ArtifactKind;
use serde_json::json;

use crate::support::repository::Tree;
use crate::support::run::bare;
use crate::support::scene::{LINUX, Scene, TRACKED, WINDOWS};
use crate::support::schema::assert_documented;
use crate::support::worlds::{calm, hours_ago, one_behind, release, source, version};

#[test]
fn manifest_and_dockerfiles_become_what_a_repository_made_at_that_release_is() {
    let world = one_behind();
    let expected = Scene::tracking(one_behind(), &[TRACKED[0], ("3.14", "3.14.3")], &[LINUX, WINDOWS]);
    let scene = Scene::new(world);
    let run = scene.run(&["update"]).ended(0);
    scene.tree().assert_same_files(&expected.tree(), "afterwards");
    insta::assert_snapshot!(run.stdout, @"
    3.13     3.13.9                 current
    3.14     3.14.2 → 3.14.3        update
             Python-3.14.3.tar.xz: signed by hugo@python.org, DATE TIME UTC, log entry 1014650, 212 bytes hashed
             python-3.14.3-amd64.exe: signed by hugo@python.org, DATE TIME UTC, log entry 1010090, 57 bytes hashed
    2 series: 1 current, 1 to update
    wrote    3.14/slim-trixie/Dockerfile
    wrote    3.14/windows/windowsservercore-ltsc2025/Dockerfile
    wrote    versions.json
    3 files changed
    ");
    scene.run(&["render", "--check"]).ended(0);
}

#[test]
fn the_manifest_keeps_every_byte_that_the_update_does_not_concern() {
    let scene = Scene::new(one_behind());
    let digests = scene.server.world(|world| {
        let digest = |text, kind| world.digest(&version(text), kind).unwrap().to_string();
        [("3.14.2", "3.14.3")].map(|(old, new)| {
            [ArtifactKind::Source, ArtifactKind::Windows].map(|kind| (digest(old, kind), digest(new, kind)))
        })
    });
    let odd = scene.read("versions.json").replace("\"3.13\": {", "\"3.13\":   {\n\"x-note\": [1,2],");
    scene.write("versions.json", &odd);
    scene.run(&["update"]).ended(0);
    let expected = digests
        .into_iter()
        .flatten()
        .fold(odd.replace("\"3.14.2\"", "\"3.14.3\""), |text, (old, new)| text.replace(&old, &new));
    assert_eq!(scene.read("versions.json"), expected);
}

#[test]
fn unknown_keys_of_the_entry_survive() {
    let scene = Scene::new(one_behind());
    scene.edit_manifest(|manifest| manifest["3.14"]["x-owner"] = json!({ "team": ["a", "b"] }));
    scene.run(&["update"]).ended(0);
    assert_eq!(scene.manifest()["3.14"]["x-owner"], json!({ "team": ["a", "b"] }));
    assert_eq!(scene.manifest()["3.14"]["version"], "3.14.3");
}

#[test]
fn files_of_other_series_are_not_touched() {
    let scene = Scene::new(one_behind());
    let before = scene.tree();
    scene.run(&["update"]).ended(0);
    let after = scene.tree();
    let touched: Vec<_> = after.0.iter().filter(|(name, file)| before.0.get(*name) != Some(file)).collect();
    let touched: Vec<_> = touched.into_iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        touched,
        ["3.14/slim-trixie/Dockerfile", "3.14/windows/windowsservercore-ltsc2025/Dockerfile", "versions.json"]
    );
}

#[test]
fn keys_named_are_updated_and_no_others() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 30)).unwrap();
    let scene = Scene::new(world);
    scene.run(&["update", "3.13"]).ended(0).said("3.13.9 → 3.13.10").did_not_say("3.14");
    let manifest = scene.manifest();
    assert_eq!((&manifest["3.13"]["version"], &manifest["3.14"]["version"]), (&json!("3.13.10"), &json!("3.14.2")));
}

#[test]
fn a_second_update_changes_nothing() {
    let scene = Scene::new(one_behind());
    scene.run(&["update"]).ended(0).said("3 files changed");
    let first = scene.tree();
    scene.run(&["update"]).ended(0).said("2 series: 2 current").said("no file changed");
    assert_eq!(scene.tree(), first);
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let scene = Scene::new(one_behind());
    let before = scene.tree();
    let dry = scene.run(&["update", "--dry-run", "--diff"]).ended(0);
    assert_eq!(scene.tree(), before);
    let real = scene.run(&["update", "--diff"]).ended(0);
    let sum = |run: &str| {
        run.replace("3 files would change; nothing was written", "3 files changed")
            .replace("\ndiffers  ", "\nwrote    ")
    };
    assert_eq!(sum(&dry.stdout), real.stdout);
}

#[test]
fn git_applies_the_diff_to_the_same_tree() {
    let mut world = one_behind();
    let mut source_only = release("3.13.10", 30);
    source_only.windows = false;
    world.release(&source_only).unwrap();
    world.phase("3.13".parse().unwrap(), "security");
    world.release(&release("3.15.0a1", 30)).unwrap();
    let scene = Scene::new(world);
    let before = scene.tree();
    let keys = ["3.13", "3.14", "3.15-rc"];
    let diff = scene.run(&[&["update", "--diff"], &keys[..]].concat()).ended(0);
    assert!(diff.raw.contains("deleted file mode") && diff.raw.contains("new file mode"), "{diff:#?}");
    let copy = tempfile::tempdir().unwrap();
    before.write(copy.path());
    std::fs::write(scene.home().join("patch"), &diff.raw).unwrap();
    let mut git = Command::new("git");
    git.arg("apply").arg(scene.home().join("patch")).current_dir(copy.path());
    let status = git.env("GIT_CEILING_DIRECTORIES", copy.path().parent().unwrap()).status().unwrap();
    assert!(status.success());
    Tree::read(copy.path()).assert_same_files(&scene.tree(), "afterwards");
}

#[test]
fn the_json_is_as_its_schema_documents_and_lists_files_in_order() {
    let scene = Scene::new(one_behind());
    let json = scene.run(&["update", "--format", "json"]).ended(0).json();
    assert_documented(&json, &bare(&["schema", "update"]).json());
    let files: Vec<_> = json["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(files.last(), Some(&"versions.json"));
    assert_eq!(files.len(), 3);
    assert_eq!((&json["applied"], &json["bytes_checked"]), (&json!(true), &json!(true)));
}

#[test]
fn a_checksum_where_the_manifest_had_none_is_an_update() {
    let scene = Scene::new(calm());
    let lenient = "FROM debian\nENV SHA256={{ .checksums | [.. | strings] | tojson }}\n";
    scene.write("Dockerfile-linux.template", lenient);
    scene.write("Dockerfile-windows.template", lenient);
    let whole = scene.manifest();
    for gone in ["source", "windows"] {
        scene.edit_manifest(|manifest| {
            manifest["3.14"]["checksums"].as_object_mut().unwrap().remove(gone);
        });
        let series = scene.checked("3.14");
        assert_eq!((&series["status"], &series["target"]), (&json!("update"), &json!("3.14.2")), "{gone}");
        scene.run(&["update"]).ended(0).said("gets the checksum that its entry lacks");
        assert_eq!(scene.manifest(), whole);
    }
}

#[test]
fn templates_that_refuse_the_entry_as_it_stands_hold_the_series_until_forced() {
    let scene = Scene::new(calm());
    let whole = scene.tree();
    let mut manifest = scene.manifest();
    manifest["3.14"]["checksums"].as_object_mut().unwrap().remove("source");
    scene.write("versions.json", &format!("{manifest:#}\n"));
    let before = scene.tree();
    let run = scene.run(&["update"]).ended(1).said("the manifest has no usable SHA-256 of the source archive");
    run.said("Dockerfile-linux.template:67:22").said("--force goes on, for they render after the update");
    assert_eq!(scene.tree(), before);
    scene.run(&["update", "--force"]).ended(0);
    scene.tree().assert_same_files(&whole, "forced");
}

#[test]
fn an_alarm_stops_its_own_series_and_no_other() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 30)).unwrap();
    let scene = Scene::new(world);
    scene.run(&["update", "3.14"]).ended(0);
    scene.server.world(|world| {
        world.artifact(&release("3.14.3", 20), &source("3.14.3"), "other".into(), hours_ago(2)).unwrap();
    });
    let before = scene.tree();
    for flags in [&["update"][..], &["update", "--no-download"], &["update", "--force"]] {
        scene.run(flags).ended(5).said("ALARM").said("the manifest says").said("upstream's evidence is for");
    }
    let changed = scene.tree().changed(&before);
    assert!(changed.iter().all(|name| name.starts_with("3.13/") || name == "versions.json"), "{changed:?}");
    assert_eq!(scene.manifest()["3.13"]["version"], "3.13.10");
    let old: serde_json::Value = serde_json::from_str(&before.text("versions.json")).unwrap();
    assert_eq!(scene.manifest()["3.14"], old["3.14"]);
}
