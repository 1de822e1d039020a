//! `pybump matrix`: which Dockerfiles a pull request has to build.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::run::{Run, bare, pybump};
use crate::support::scene::{LINUX, Scene, WINDOWS};
use crate::support::schema::assert_documented;
use crate::support::worlds::calm;

/// Two series with three Dockerfiles each, committed on `main`, and the branch `bump` checked out.
fn branched() -> Scene {
    let variants = [LINUX, "alpine3.23", WINDOWS];
    let scene = Scene::tracking(calm(), &[("3.13", "3.13.9"), ("3.14", "3.14.2")], &variants).committed();
    scene.git(&["switch", "--quiet", "--create", "bump"]);
    scene
}

/// The names of the rows that `pybump matrix` prints on its one line.
#[track_caller]
fn rows(run: &Run) -> String {
    assert_eq!(run.raw.lines().count(), 1, "{run:#?}");
    let json = run.json();
    assert_documented(&json, &bare(&["schema", "matrix"]).ended(0).json());
    let rows = json["include"].as_array().unwrap().iter();
    rows.fold(String::new(), |names, row| names + row["name"].as_str().unwrap() + "\n")
}

#[test]
fn without_a_base_every_dockerfile_is_built_and_a_key_selects_its_own() {
    let scene = branched();
    let run = scene.run(&["matrix"]).ended(0);
    assert_snapshot!(rows(&run), @"
    3.13/alpine3.23
    3.13/slim-trixie
    3.13/windows/windowsservercore-ltsc2025
    3.14/alpine3.23
    3.14/slim-trixie
    3.14/windows/windowsservercore-ltsc2025
    ");
    assert_eq!(run.stderr, "");
    let row = |key: &str| run.json()["include"][4][key].clone();
    assert_eq!(row("tags"), "3.14.2-slim-trixie 3.14-slim-trixie 3-slim-trixie slim-trixie");
    assert_eq!((row("dockerfile"), row("context")), ("3.14/slim-trixie/Dockerfile".into(), "3.14/slim-trixie".into()));
    assert_eq!(rows(&scene.run(&["matrix", "3.14", "--quiet", "--format", "json"]).ended(0)).lines().count(), 3);
    scene.run(&["matrix", "3.12"]).ended(2).said("3.12 is not a key of versions.json");
}

#[test]
fn with_a_base_only_folders_that_changed_since_the_branch_left_it_are_built() {
    let scene = branched();
    assert_eq!(scene.run(&["matrix", "--base", "main"]).ended(0).raw, "{\"include\":[]}\n");
    // A file beside the Dockerfile counts, another folder and the work tree do not.
    scene.write("3.14/alpine3.23/entrypoint.sh", "#!/bin/sh\n");
    scene.write("README.md", "words\n");
    scene.commit_all("Change", "2024-01-02T00:00:00Z");
    scene.write("3.13/slim-trixie/Dockerfile", "FROM scratch\n");
    assert_snapshot!(rows(&scene.run(&["matrix", "--base", "main"]).ended(0)), @"3.14/alpine3.23");
    // What the base did meanwhile is none of the branch's changes.
    scene.git(&["stash", "--quiet"]);
    scene.git(&["switch", "--quiet", "main"]);
    scene.write("3.13/alpine3.23/Dockerfile", "FROM scratch\n");
    scene.commit_all("Meanwhile", "2024-01-03T00:00:00Z");
    scene.git(&["switch", "--quiet", "bump"]);
    assert_snapshot!(rows(&scene.run(&["matrix", "--base", "main"]).ended(0)), @"3.14/alpine3.23");
    // As GitHub checks out a pull request: merged into its base.
    scene.git(&["switch", "--quiet", "--detach", "main"]);
    scene.git(&["merge", "--quiet", "--no-edit", "bump"]);
    assert_snapshot!(rows(&scene.run(&["matrix", "--base", "main"]).ended(0)), @"3.14/alpine3.23");
    let id = scene.git(&["rev-parse", "main"]);
    assert_snapshot!(rows(&scene.run(&["matrix", "3.14", "--base", &id]).ended(0)), @"3.14/alpine3.23");
}

#[test]
fn a_file_that_goes_or_changes_its_mode_is_a_change() {
    let scene = branched();
    scene.write("3.14/alpine3.23/a", "a");
    scene.write("3.14/slim-trixie/b", "b");
    scene.commit_all("Files", "2024-01-02T00:00:00Z");
    scene.git(&["branch", "--quiet", "--force", "main"]);
    fs::remove_file(scene.root().join("3.14/alpine3.23/a")).unwrap();
    scene.commit_all("Remove", "2024-01-03T00:00:00Z");
    scene.git(&["update-index", "--chmod=+x", "3.14/slim-trixie/b"]);
    scene.git(&["commit", "--quiet", "--message", "Mode"]);
    assert_snapshot!(rows(&scene.run(&["matrix", "--base", "main"]).ended(0)), @"
    3.14/alpine3.23
    3.14/slim-trixie
    ");
}

#[test]
fn what_the_manifest_does_not_name_is_not_built_and_what_is_missing_is_told() {
    let scene = branched();
    scene.edit_manifest(|manifest| {
        manifest["3.14"]["variants"] = serde_json::json!([LINUX, "windows/windowsservercore-1809", "bookworm"]);
    });
    fs::create_dir(scene.root().join("3.14/alpine3.23")).unwrap();
    scene.write("3.14/alpine3.23/Dockerfile", "FROM scratch\n");
    fs::remove_file(scene.root().join("3.14/bookworm/Dockerfile")).unwrap();
    let run = scene.run(&["matrix", "3.14"]).ended(0);
    assert_snapshot!(rows(&run), @"3.14/slim-trixie");
    assert_snapshot!(run.stderr, @"
    warning: 3.14/bookworm/Dockerfile, which versions.json names, is not there and not built; pybump render 3.14 writes it
    warning: 3.14/windows/windowsservercore-1809 is not built: GitHub has runners for containers of Windows Server ltsc2022 and ltsc2025 only
    ");
}

#[test]
fn a_base_that_is_not_there_says_how_to_fetch_it() {
    let scene = branched();
    assert_snapshot!(scene.run(&["matrix", "--base", "origin/main"]).ended(2).stderr, @r#"error: --base: ~/images has no commit "origin/main"; name a branch, tag or commit that is there, or fetch it first: git fetch origin BRANCH, or fetch-depth: 0 with actions/checkout"#);
    scene.git(&["switch", "--quiet", "--orphan", "other"]);
    scene.git(&["commit", "--quiet", "--allow-empty", "--message", "Other"]);
    scene.git(&["switch", "--quiet", "bump"]);
    scene
        .run(&["matrix", "--base", "other"])
        .ended(1)
        .said("no commit is known that both HEAD and \"other\" come from");
    let scene = Scene::new(calm());
    scene.run(&["matrix", "--base", "main"]).ended(1).said("~/images is no git clone");
}

#[test]
fn a_clone_too_shallow_to_tell_is_refused() {
    let scene = branched();
    scene.write("README.md", "words\n");
    scene.commit_all("Change", "2024-01-02T00:00:00Z");
    let origin = format!("file://{}", scene.root().display());
    let clone = scene.home().join("clone");
    scene.git(&[
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        "--branch=bump",
        &origin,
        clone.to_str().unwrap(),
    ]);
    let matrix = |more: &[&str]| {
        let output = pybump(scene.home()).arg("-C").arg(&clone).arg("matrix").args(more).output().unwrap();
        Run::of(&output, scene.home())
    };
    matrix(&["--base", "origin/main"]).ended(1).said("for the clone is shallow").said("fetch-depth: 0");
    assert_eq!(rows(&matrix(&[]).ended(0)).lines().count(), 6);
}

#[test]
fn aliases_of_the_configuration_are_tags_and_the_table_shows_them() {
    let scene = branched();
    scene.write("pybump.toml", "[library.aliases]\n\"3.13\" = [\"stable\"]\n");
    let run = scene.run(&["matrix", "3.13", "--format", "markdown"]).ended(0);
    assert!(
        run.raw.contains("| `3.13/alpine3.23/Dockerfile` | 3.13.9 | ubuntu-latest | `3.13.9-alpine3.23`, "),
        "{run:#?}"
    );
    let json: Value = scene.run(&["matrix", "3.13"]).json();
    assert!(json["include"][1]["tags"].as_str().unwrap().ends_with(" stable-slim-trixie"), "{json:#}");
}
