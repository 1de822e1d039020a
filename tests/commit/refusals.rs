//! Where no commits are made: the error names what is the matter and what to do, and nothing is written.

use std::fs;

use super::git;
use crate::support::run::Run;
use crate::support::scene::Scene;
use crate::support::worlds::one_behind;

fn scene() -> Scene {
    Scene::new(one_behind()).committed()
}

/// Fails unless the run is refused with `words` before it asks or writes anything; what it said.
#[track_caller]
fn refused(scene: &Scene, words: &[&str]) -> Run {
    let before = scene.tree();
    let mut run = scene.update_commit(&[]).ended(1);
    for dry in [false, true] {
        if dry {
            run = scene.update_commit(&["--dry-run"]).ended(1);
        }
        for word in words {
            assert!(run.stderr.contains(word), "not said: {word}\n{run:#?}");
        }
    }
    assert_eq!(scene.tree().changed(&before), [] as [&str; 0]);
    run
}

#[test]
fn files_that_are_not_as_committed_are_named_and_nothing_is_asked() {
    let scene = scene();
    scene.write("Dockerfile-linux.template", "FROM scratch\n");
    scene.write("notes", "mine");
    scene.write("staged", "mine");
    scene.git(&["add", "staged"]);
    let run = refused(&scene, &[]);
    insta::assert_snapshot!(run.stderr, @"error: 3 files are not as committed: Dockerfile-linux.template (modified), notes (untracked), staged (staged); nothing was written: commit these or put them away with git stash -u, and run the same command again");
    assert_eq!(scene.server.requests().len(), 0);
    assert_eq!(scene.subjects(), ["Start"]);
}

#[test]
fn a_change_where_the_update_would_write_is_refused_whether_staged_or_not() {
    for (path, how) in [
        ("versions.json", "modified"),
        ("3.14/slim-trixie/Dockerfile", "modified"),
        ("3.14/slim-trixie/Dockerfile", "staged"),
        ("3.14/slim-trixie/Dockerfile", "deleted"),
        ("3.13/slim-trixie/Dockerfile", "modified"),
        ("3.14/README.md", "untracked"),
    ] {
        let scene = scene();
        let text = fs::read_to_string(scene.root().join(path)).unwrap_or_default();
        scene.write(path, &format!("{text}\n"));
        match how {
            "staged" => drop(scene.git(&["add", path])),
            "deleted" => fs::remove_file(scene.root().join(path)).unwrap(),
            _ => {}
        }
        refused(&scene, &[&format!("{path} ({how})"), "git stash -u"]);
    }
}

#[test]
fn what_is_staged_counts_even_if_the_work_tree_is_as_committed() {
    let scene = scene();
    let path = "3.14/slim-trixie/Dockerfile";
    let text = scene.read(path);
    scene.write(path, "FROM scratch\n");
    scene.git(&["add", path]);
    scene.write(path, &text);
    refused(&scene, &["3.14/slim-trixie/Dockerfile (staged)"]);
}

#[test]
fn a_file_that_git_does_not_show_is_not_overwritten_either() {
    let mut world = one_behind();
    world.release(&crate::support::worlds::release("3.15.0a1", 30)).unwrap();
    let scene = Scene::new(world).committed();
    scene.write(".gitignore", "3.15-rc\n");
    scene.commit_all("Ignore", "2024-01-02T00:00:00Z");
    fs::create_dir_all(scene.root().join("3.15-rc/slim-trixie")).unwrap();
    scene.write("3.15-rc/slim-trixie/Dockerfile", "mine");
    scene.update_commit(&["3.15-rc"]).ended(1).said("3.15-rc/slim-trixie/Dockerfile (in the way)");
    assert_eq!(scene.read("3.15-rc/slim-trixie/Dockerfile"), "mine");

    scene.git(&["update-index", "--assume-unchanged", "3.14/slim-trixie/Dockerfile"]);
    scene.write("3.14/slim-trixie/Dockerfile", "mine");
    scene.update_commit(&["3.14"]).ended(1).said("3.14/slim-trixie/Dockerfile (in the way)");
    assert_eq!(scene.read("3.14/slim-trixie/Dockerfile"), "mine");
}

#[cfg(unix)]
#[test]
fn a_mode_or_a_link_in_place_of_a_file_is_a_change() {
    let scene = scene();
    let path = scene.root().join("3.14/slim-trixie/Dockerfile");
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    refused(&scene, &["3.14/slim-trixie/Dockerfile (modified)"]);
    fs::rename(&path, scene.home().join("Dockerfile")).unwrap();
    std::os::unix::fs::symlink(scene.home().join("Dockerfile"), &path).unwrap();
    refused(&scene, &["3.14/slim-trixie/Dockerfile (modified)"]);
}

#[test]
fn in_the_middle_of_something() {
    for (file, what) in [("MERGE_HEAD", "a merge"), ("CHERRY_PICK_HEAD", "a cherry-pick"), ("REVERT_HEAD", "a revert")]
    {
        let scene = scene();
        let head = scene.git(&["rev-parse", "HEAD"]);
        scene.write(&format!(".git/{file}"), &format!("{head}\n"));
        refused(&scene, &[what, "git status says how"]);
    }
    let scene = scene();
    scene.git(&["bisect", "start"]);
    refused(&scene, &["a bisection is under way"]);
    scene.git(&["bisect", "reset"]);
    scene.write("one", "1");
    scene.commit_all("One", "2024-01-02T00:00:00Z");
    let stops = git::command(scene.home(), &scene.root())
        .args(["-c", "sequence.editor=sed -i s/pick/edit/", "rebase", "--quiet", "-i", "HEAD~1"])
        .status()
        .unwrap();
    assert!(stops.success());
    refused(&scene, &["a rebase is under way"]);
}

#[test]
fn where_there_is_no_clone_to_commit_in() {
    let bare = Scene::new(one_behind());
    refused(&bare, &["is no git repository", "-C DIR"]);

    bare.git(&["init", "--quiet"]);
    refused(&bare, &["has no commit yet", "commit the manifest and the Dockerfiles first"]);

    let inner = Scene::new(one_behind());
    git::run(inner.home(), inner.home(), &["init", "--quiet"]);
    refused(&inner, &["lies inside the git repository ~", "run pybump at its top"]);

    let bare = Scene::new(one_behind()).committed();
    bare.git(&["config", "core.bare", "true"]);
    refused(&bare, &["is a bare repository", "make a clone of it"]);
}

#[test]
fn with_a_lock_that_git_holds() {
    let scene = scene();
    scene.write(".git/index.lock", "");
    refused(&scene, &[".git/index.lock exists", "remove the file once none is"]);
}

#[test]
fn without_an_author() {
    let scene = scene();
    scene.git(&["config", "--global", "--unset", "user.email"]);
    refused(
        &scene,
        &["nobody is named as the author", "[publish] of pybump.toml", "git config user.name and user.email"],
    );
    scene.git(&["config", "--global", "user.email", "not an address"]);
    refused(&scene, &["git config user.name and user.email make no author of commits"]);
}

#[test]
fn a_clone_that_is_damaged() {
    for (file, text) in [(".git/HEAD", "garbage"), (".git/index", "garbage"), (".git/config", "[garbage")] {
        let scene = scene();
        scene.write(file, text);
        scene.update_commit(&[]).ended(1);
    }
    let scene = scene();
    let blob = scene.git(&["rev-parse", "HEAD:versions.json"]);
    let object = scene.root().join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    fs::remove_file(object).unwrap();
    refused(&scene, &[&blob]);
}
