//! Stopped at any instant: the same command run again ends in the same commits.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::effects::two_behind;
use crate::support::repository::Tree;
use crate::support::run::spawnable;
use crate::support::scene::Scene;
use crate::support::worlds::release;

/// Both series move, and 3.13 loses its Windows variant: files are written, and one is removed.
fn scene() -> Scene {
    let mut world = two_behind();
    let mut source_only = release("3.13.11", 29);
    source_only.windows = false;
    world.release(&source_only).unwrap();
    world.phase("3.13".parse().unwrap(), "security");
    Scene::new(world).committed()
}

fn replaced_by(scene: &Scene, tree: &Tree) {
    fs::remove_dir_all(scene.root()).unwrap();
    tree.write(&scene.root());
    // The files are new, which the index does not know.
    for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
        fs::create_dir_all(scene.root().join(".git").join(folder)).unwrap();
    }
}

/// The names of the files that differ, in the order in which they are written.
fn steps(before: &Tree, after: &Tree) -> Vec<String> {
    let stage = |name: &str| match name {
        name if name.starts_with(".git/objects/") => 0,
        "versions.json" => 2,
        name if !name.starts_with(".git/") => 1 + u8::from(!after.0.contains_key(name)) * 2,
        ".git/index" => 4,
        _ => 5,
    };
    let mut names = before.changed(after);
    names.sort_by_key(|name| stage(name));
    names
}

#[test]
fn stopped_after_any_of_its_steps_it_ends_in_the_same_commits_when_run_again() {
    let scene = scene();
    let before = scene.tree();
    scene.update_commit(&[]).ended(0);
    let (after, head) = (scene.tree(), scene.git(&["rev-parse", "HEAD"]));
    let steps = steps(&before, &after);
    let files = steps.iter().filter(|name| !name.starts_with(".git/")).count();
    assert!(files == 5 && steps.len() > 12, "{steps:?}");
    for done in 0..=steps.len() {
        let mut half = before.clone();
        for name in &steps[..done] {
            match after.0.get(name) {
                Some(file) => half.0.insert(name.clone(), file.clone()),
                None => half.0.remove(name),
            };
        }
        replaced_by(&scene, &half);
        scene.update_commit(&[]).ended(0);
        scene.assert_clean();
        assert_eq!(scene.git(&["rev-parse", "HEAD"]), head, "after {done} of {steps:?}");
    }
}

#[test]
fn killed_while_it_writes_it_ends_in_the_same_commits_when_run_again() {
    let scene = scene();
    let before = scene.tree();
    scene.update_commit(&[]).ended(0);
    let head = scene.git(&["rev-parse", "HEAD"]);
    let all = files(&scene.root());
    for seen in 1..=24 {
        replaced_by(&scene, &before);
        let first = files(&scene.root());
        let mut command = spawnable(scene.home());
        command.args(scene.arguments(&["update", "--commit"])).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        while child.try_wait().unwrap().is_none() && files(&scene.root()) < first + seen {}
        let _ = child.kill();
        child.wait().unwrap();
        for lock in [".git/index.lock", ".git/refs/heads/main.lock"] {
            // As after a git that was killed, a lock is for a person to remove.
            let _ = fs::remove_file(scene.root().join(lock));
        }
        scene.update_commit(&[]).ended(0);
        scene.assert_clean();
        assert_eq!(scene.git(&["rev-parse", "HEAD"]), head, "killed at change {seen} of {}", all - first);
    }
}

/// How many files there are below `folder`.
fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

#[test]
fn what_a_plain_update_wrote_is_committed_as_it_is() {
    let scene = scene();
    scene.run(&["update"]).ended(0);
    let written = scene.tree();
    scene.update_commit(&[]).ended(0);
    scene.assert_clean();
    let changed = scene.tree().changed(&written);
    assert!(changed.iter().all(|name| name.starts_with(".git/")), "{changed:?}");
    assert_eq!(scene.subjects(), ["Update 3.14 to 3.14.3", "Update 3.13 to 3.13.11", "Start"]);
}

#[test]
fn what_a_killed_run_staged_is_swept() {
    let scene = scene();
    for folder in ["", "3.14/slim-trixie/"] {
        scene.write(&format!("{folder}.pybump-Ab12Cd"), "half a Dockerf");
    }
    scene.update_commit(&[]).ended(0);
    scene.assert_clean();
}

#[test]
fn half_of_what_it_would_write_and_a_line_of_someone_elses_is_refused() {
    let scene = scene();
    scene.run(&["update", "3.14"]).ended(0);
    let path = "3.14/slim-trixie/Dockerfile";
    scene.write(path, &(scene.read(path) + "RUN true\n"));
    let before = scene.tree();
    scene.update_commit(&[]).ended(1).said("3.14/slim-trixie/Dockerfile (modified)");
    assert_eq!(scene.tree().changed(&before), [] as [&str; 0]);
}
