//! Clones of every kind are left as git would leave them.

use std::fs;

use super::effects::two_behind;
use super::git;
use crate::support::scene::Scene;
use crate::support::worlds::one_behind;

/// What commits of `two_behind` come to in a clone with nothing special about it.
fn expected() -> [&'static str; 3] {
    ["Update 3.14 to 3.14.3", "Update 3.13 to 3.13.10", "Start"]
}

/// The scene with its repository replaced by a clone made with `arguments`.
fn cloned(scene: Scene, arguments: &[&str]) -> Scene {
    let (home, root) = (scene.home().to_owned(), scene.root());
    fs::rename(&root, home.join("origin")).unwrap();
    let origin = format!("file://{}", home.join("origin").display());
    git::run(&home, &home, &[&["clone", "--quiet"], arguments, &[&origin, "images"]].concat());
    scene
}

#[test]
fn in_a_shallow_clone() {
    let scene = Scene::new(two_behind()).committed();
    scene.write("more", "history");
    scene.commit_all("More", "2024-01-02T00:00:00Z");
    let scene = cloned(scene, &["--depth=1"]);
    assert_eq!(scene.git(&["rev-parse", "--is-shallow-repository"]), "true");
    scene.update_commit(&[]).ended(0);
    scene.assert_clean();
    assert_eq!(scene.subjects()[..2], expected()[..2]);
}

#[test]
fn in_a_linked_worktree_on_its_own_branch() {
    let scene = Scene::new(two_behind()).committed();
    let (home, root) = (scene.home().to_owned(), scene.root());
    let main = home.join("main");
    fs::rename(&root, &main).unwrap();
    git::run(&home, &main, &["worktree", "add", "--quiet", "-b", "bump", "../images"]);
    scene.update_commit(&[]).ended(0);
    scene.assert_clean();
    assert_eq!(scene.subjects(), expected());
    assert_eq!(git::run(&home, &main, &["log", "--format=%s", "main"]), "Start");
    assert_eq!(git::run(&home, &main, &["log", "--format=%s", "-1", "bump"]), expected()[0]);
    assert_eq!(git::run(&home, &main, &["status", "--porcelain"]), "");
}

#[test]
fn with_a_detached_head_which_is_said() {
    let scene = Scene::new(two_behind()).committed();
    scene.git(&["checkout", "--quiet", "--detach"]);
    scene.update_commit(&[]).ended(0).said("HEAD is detached").said("git switch -c NAME");
    scene.assert_clean();
    assert_eq!(scene.subjects(), expected());
    assert_eq!(scene.git(&["log", "--format=%s", "main"]), "Start");
}

#[test]
fn with_line_ends_of_another_system_the_commits_are_the_same() {
    let plain = Scene::new(two_behind()).committed();
    plain.update_commit(&[]).ended(0);
    let expected = plain.git(&["rev-parse", "HEAD^{tree}"]);
    for setting in ["core.autocrlf=true", "core.autocrlf=input", "core.eol=crlf"] {
        let scene = cloned(Scene::new(two_behind()).committed(), &["--config", setting]);
        let crlf = setting == "core.autocrlf=true";
        assert_eq!(scene.read("Dockerfile-linux.template").contains("\r\n"), crlf, "{setting}");
        scene.update_commit(&[]).ended(0);
        scene.assert_clean();
        assert_eq!(scene.git(&["rev-parse", "HEAD^{tree}"]), expected, "{setting}");
        assert_eq!(scene.read("3.14/slim-trixie/Dockerfile").contains("\r\n"), crlf, "{setting}");
        scene.git(&["add", "--renormalize", "."]);
        scene.assert_clean();
    }
}

#[test]
fn attributes_decide_line_ends_as_they_do_in_git() {
    let scene = Scene::new(two_behind()).committed();
    scene.write(".gitattributes", "windows/**/Dockerfile text eol=crlf\n*.json text eol=crlf\n");
    scene.commit_all("Attributes", "2024-01-02T00:00:00Z");
    scene.git(&["rm", "-r", "--quiet", "--cached", "."]);
    scene.git(&["reset", "--quiet", "--hard"]);
    assert!(scene.read("versions.json").contains("\r\n"));
    scene.update_commit(&[]).ended(0);
    scene.assert_clean();
    assert!(scene.read("versions.json").contains("\r\n") && !scene.git(&["show", "HEAD:versions.json"]).contains('\r'));
}

#[cfg(unix)]
#[test]
fn executable_files_stay_so() {
    use std::os::unix::fs::PermissionsExt as _;
    for filemode in ["true", "false"] {
        let scene = Scene::new(two_behind()).committed();
        let path = scene.root().join("3.14/slim-trixie/Dockerfile");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        scene.commit_all("Executable", "2024-01-02T00:00:00Z");
        scene.git(&["config", "core.filemode", filemode]);
        scene.update_commit(&[]).ended(0);
        scene.assert_clean();
        assert!(scene.git(&["ls-tree", "HEAD", "3.14/slim-trixie/Dockerfile"]).starts_with("100755 blob"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o755);
    }
}

#[test]
fn files_that_a_sparse_checkout_leaves_out_are_committed_and_stay_out() {
    let whole = Scene::new(two_behind()).committed();
    whole.update_commit(&[]).ended(0);
    let scene = Scene::new(two_behind()).committed();
    scene.git(&["sparse-checkout", "set", "--cone", "3.13"]);
    assert!(!scene.root().join("3.14").exists());
    scene.update_commit(&[]).ended(0);
    scene.assert_clean();
    assert_eq!(scene.git(&["rev-parse", "HEAD^{tree}"]), whole.git(&["rev-parse", "HEAD^{tree}"]));
    assert!(!scene.root().join("3.14").exists());
    scene.git(&["sparse-checkout", "disable"]);
    scene.assert_clean();
}

#[test]
fn files_that_git_ignores_are_left_alone_and_new_series_are_committed() {
    let mut world = one_behind();
    world.release(&crate::support::worlds::release("3.15.0a1", 30)).unwrap();
    let scene = Scene::new(world).committed();
    scene.write(".gitignore", "*.log\n");
    scene.commit_all("Ignore", "2024-01-02T00:00:00Z");
    scene.write("run.log", "mine");
    scene.update_commit(&["3.15-rc"]).ended(0);
    scene.assert_clean();
    assert_eq!(scene.subjects()[0], "Update 3.15-rc to 3.15.0a1");
    assert_eq!(scene.read("run.log"), "mine");
    assert_eq!(scene.git(&["show", "--format=", "--name-only", "HEAD"]).lines().count(), 3);
}

#[test]
fn hooks_are_not_run_and_the_reflog_tells_what_happened() {
    let scene = Scene::new(one_behind()).committed();
    for hook in ["pre-commit", "commit-msg", "post-commit", "reference-transaction"] {
        let path = format!(".git/hooks/{hook}");
        scene.write(&path, "#!/bin/sh\necho ran >> ../hooks-ran\nexit 1\n");
        #[cfg(unix)]
        fs::set_permissions(scene.root().join(path), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    scene.update_commit(&[]).ended(0);
    assert!(!scene.home().join("hooks-ran").exists());
    for name in ["HEAD", "main"] {
        assert_eq!(scene.git(&["reflog", "-1", "--format=%gs", name]), "commit: Update 3.14 to 3.14.3");
    }
}
