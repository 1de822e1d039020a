//! Folders that are no image repository, or cannot be written.

use crate::support::repository::Tree;
use crate::support::run::{Run, pybump};
use crate::support::scene::Scene;
use crate::support::worlds::one_behind;

#[test]
fn a_folder_that_is_no_image_repository_is_told_what_was_looked_for() {
    let home = tempfile::tempdir().unwrap();
    for command in ["check", "update", "render"] {
        let run = Run::of(&pybump(home.path()).arg(command).output().unwrap(), home.path()).ended(2);
        assert_eq!(
            run.stderr,
            "error: . is no image repository that pybump knows: looked for versions.json and Dockerfile-linux.template, \
             found neither; run pybump in a clone of docker-library/python or of a repository laid out like it, or name \
             one with -C DIR; pybump init sets up a new one\n",
            "{command}"
        );
    }
    std::fs::write(home.path().join("versions.json"), "{}").unwrap();
    let run = Run::of(&pybump(home.path()).args(["-C", ".", "check"]).output().unwrap(), home.path()).ended(2);
    run.said("found only versions.json");
    let run = Run::of(&pybump(home.path()).args(["-C", "absent", "check"]).output().unwrap(), home.path()).ended(2);
    run.said("absent is no image repository");
    assert_eq!(Tree::read(home.path()).0.into_keys().collect::<Vec<_>>(), ["versions.json"]);
}

#[test]
fn a_file_where_a_folder_should_be_fails_before_anything_is_written() {
    let scene = Scene::new(one_behind());
    std::fs::remove_dir_all(scene.root().join("3.14/windows")).unwrap();
    scene.write("3.14/windows", "a file");
    let before = scene.tree();
    for command in [&["update", "--force"][..], &["render"]] {
        let run = scene.run(command).ended(1).said("nothing was written");
        run.said("3.14/windows");
        assert_eq!(scene.tree(), before, "{command:?}");
    }
}

#[test]
fn a_folder_where_a_file_should_be_fails_before_anything_is_written() {
    let scene = Scene::new(one_behind());
    let path = "3.14/windows/windowsservercore-ltsc2025/Dockerfile";
    std::fs::remove_file(scene.root().join(path)).unwrap();
    std::fs::create_dir(scene.root().join(path)).unwrap();
    let before = scene.tree();
    let run = scene.run(&["update", "--force"]).ended(1);
    run.said(&format!("cannot write {path}: a folder is in the way; nothing was written"));
    assert_eq!(scene.tree(), before);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_is_not_followed() {
    let scene = Scene::new(one_behind());
    let outside = scene.home().join("outside");
    std::fs::rename(scene.root().join("3.14"), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, scene.root().join("3.14")).unwrap();
    let before = Tree::read(&outside);
    let run = scene.run(&["update", "--force"]).ended(1);
    run.said("3.14 is a symbolic link").said("nothing was written");
    assert_eq!(Tree::read(&outside), before);
    assert_eq!(scene.manifest()["3.14"]["version"], "3.14.2");
}

#[cfg(unix)]
#[test]
fn modes_survive_an_update() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::new(one_behind());
    let path = scene.root().join("versions.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    scene.run(&["update"]).ended(0).said("3 files changed");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}
