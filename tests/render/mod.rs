//! `pybump render`: the Dockerfiles that manifest and templates give, and nothing else below a key.

use crate::support::run::bare;
use crate::support::scene::{Scene, TRACKED};
use crate::support::schema::assert_documented;
use crate::support::worlds::calm;

const LINUX: &str = "3.14/slim-trixie/Dockerfile";
const WINDOWS: &str = "3.14/windows/windowsservercore-ltsc2025/Dockerfile";

/// One file changed, one missing, one too many.
fn drifted() -> Scene {
    let scene = Scene::new(calm());
    scene.write(LINUX, "FROM scratch\n");
    std::fs::remove_file(scene.root().join(WINDOWS)).unwrap();
    std::fs::create_dir_all(scene.root().join("3.13/old")).unwrap();
    scene.write("3.13/old/Dockerfile", "FROM scratch\n");
    scene
}

#[test]
fn check_lists_what_differs_and_writes_nothing() {
    let scene = drifted();
    let before = scene.tree();
    let run = scene.run(&["render", "--check"]).ended(1);
    insta::assert_snapshot!(run.stdout, @"
    extra    3.13/old/Dockerfile
    differs  3.14/slim-trixie/Dockerfile
    differs  3.14/windows/windowsservercore-ltsc2025/Dockerfile
    3 files would change; nothing was written
    ");
    assert_eq!(scene.tree(), before);
    let json = scene.run(&["render", "--check", "--format", "json"]).ended(1).json();
    assert_documented(&json, &bare(&["schema", "render"]).json());
}

#[test]
fn rendering_mends_what_differs_and_touches_nothing_else() {
    let scene = drifted();
    let before = scene.tree();
    let run = scene.run(&["render"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    removed  3.13/old/Dockerfile
    wrote    3.14/slim-trixie/Dockerfile
    wrote    3.14/windows/windowsservercore-ltsc2025/Dockerfile
    3 files changed
    ");
    let after = scene.tree();
    after.assert_same_files(&Scene::new(calm()).tree(), "mended");
    assert_eq!(after.0["3.13/slim-trixie/Dockerfile"], before.0["3.13/slim-trixie/Dockerfile"]);
    assert!(!scene.root().join("3.13/old").exists());
    scene.run(&["render"]).ended(0).said("every Dockerfile is what manifest and templates give");
    assert_eq!(scene.tree(), after);
}

#[test]
fn keys_named_are_rendered_and_no_others() {
    let scene = drifted();
    scene.run(&["render", "3.13"]).ended(0);
    assert_eq!(scene.read(LINUX), "FROM scratch\n");
    assert!(!scene.root().join("3.13/old").exists());
    scene.run(&["render", "--check", "3.13"]).ended(0);
    scene.run(&["render", "--check", "3.14"]).ended(1);
}

#[test]
fn a_key_that_the_manifest_lacks_is_wrong_usage_and_the_known_ones_are_named() {
    let scene = Scene::new(calm());
    let run = scene.run(&["render", "3.12"]).ended(2);
    insta::assert_snapshot!(run.stderr, @"error: 3.12 is not a key of versions.json; it has 3.13, 3.14");
}

#[test]
fn a_series_that_fails_leaves_its_files_and_the_others_are_rendered() {
    let scene = Scene::new(calm());
    scene.write("3.13/slim-trixie/Dockerfile", "by hand\n");
    scene.write(LINUX, "by hand\n");
    let digest = scene.manifest()["3.14"]["checksums"]["source"]["sha256"].clone();
    let text = scene.read("versions.json").replace(digest.as_str().unwrap(), &"A".repeat(64));
    scene.write("versions.json", &text);
    let run = scene.run(&["render"]).ended(1);
    run.said("error: 3.14: Dockerfile-linux.template:").said("its Dockerfiles are left as they are");
    assert_eq!(scene.read(LINUX), "by hand\n");
    assert_ne!(scene.read("3.13/slim-trixie/Dockerfile"), "by hand\n");
}

#[test]
fn templates_see_no_environment() {
    let scene = Scene::tracking(calm(), &TRACKED[1..], &[crate::support::scene::LINUX]);
    scene.write("Dockerfile-linux.template", "{{ env | to_entries | sort | tojson }}\n{{ $ENV == env | tojson }}\n");
    let output = scene.command(&["render"]).env("GITHUB_TOKEN", "ghp_secret").env("SECRET", "x").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let seen = "[{\"key\":\"variant\",\"value\":\"slim-trixie\"},{\"key\":\"version\",\"value\":\"3.14\"}]\ntrue\n";
    assert!(scene.read(LINUX).ends_with(seen), "{}", scene.read(LINUX));
}

#[test]
fn rendering_asks_nobody() {
    let scene = Scene::new(calm());
    scene.run(&["render"]).ended(0);
    scene.run(&["render", "--check"]).ended(0);
    assert_eq!(scene.server.requests(), []);
}
