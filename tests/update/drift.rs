//! Dockerfiles that are not what manifest and templates give.

use crate::support::scene::Scene;
use crate::support::worlds::one_behind;

const DRIFTED: &str = "3.14/slim-trixie/Dockerfile";

fn drifted(path: &str) -> Scene {
    let scene = Scene::new(one_behind());
    let text = scene.read(path);
    scene.write(path, &format!("{text}# by hand\n"));
    scene
}

#[test]
fn a_series_whose_dockerfiles_drifted_is_left_alone_and_the_file_named() {
    let scene = drifted(DRIFTED);
    let before = scene.tree();
    let run = scene.run(&["update"]).ended(0);
    insta::assert_snapshot!(run.stdout, @"
    3.13     3.13.9                 current
    3.14     3.14.2                 held
             its Dockerfiles are not what manifest and templates give (3.14/slim-trixie/Dockerfile differs from what the templates give); run `pybump render`, or pass --force
    2 series: 1 current, 1 held
    no file changed
    ");
    assert_eq!(scene.tree(), before);
    assert_eq!(scene.checked("3.14")["reason"]["code"], "drift");
    scene.run(&["check", "--exit-code"]).ended(4);
}

#[test]
fn force_writes_the_series_all_the_same() {
    let scene = drifted(DRIFTED);
    scene.run(&["update", "--force"]).ended(0).said("3.14.2 → 3.14.3");
    let clean = Scene::new(one_behind());
    clean.run(&["update"]).ended(0);
    scene.tree().assert_same_files(&clean.tree(), "afterwards");
}

#[test]
fn missing_and_extra_files_are_drift_too() {
    let scene = Scene::new(one_behind());
    std::fs::remove_file(scene.root().join(DRIFTED)).unwrap();
    scene.write("3.14/notes.txt", "mine");
    let run = scene.run(&["update"]).ended(0);
    run.said("3.14/notes.txt is not named by the manifest, 3.14/slim-trixie/Dockerfile is missing");
    assert_eq!(scene.read("3.14/notes.txt"), "mine");
}

#[test]
fn drift_in_a_series_that_does_not_change_is_a_warning() {
    let path = "3.13/slim-trixie/Dockerfile";
    let scene = drifted(path);
    let before = scene.read(path);
    let run = scene.run(&["update"]).ended(0);
    insta::assert_snapshot!(run.stderr, @"warning: 3.13/slim-trixie/Dockerfile differs from what the templates give; `pybump render 3.13` would mend it");
    assert_eq!(scene.read(path), before);
    assert_eq!(scene.manifest()["3.14"]["version"], "3.14.3");
    assert_eq!(scene.run(&["-q", "update"]).ended(0).stderr, "");
}
