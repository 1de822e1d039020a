//! Stopped at any instant: every file is whole, old or new, and the same command run again ends in the same tree.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pybump::demo::world::{Fault, World};
use serde_json::Value;

use crate::support::repository::Tree;
use crate::support::run::{Run, spawnable};
use crate::support::scene::Scene;
use crate::support::worlds::{one_behind, release};

/// Both series move, and 3.13 loses its Windows variant: files are written, and one is removed.
fn world() -> World {
    let mut world = one_behind();
    let mut source_only = release("3.13.10", 30);
    source_only.windows = false;
    world.release(&source_only).unwrap();
    world.phase("3.13".parse().unwrap(), "security");
    world
}

fn started(scene: &Scene) -> Child {
    let mut command = spawnable(scene.home());
    command.args(scene.arguments(&["update"])).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn replaced_by(scene: &Scene, tree: &Tree) {
    std::fs::remove_dir_all(scene.root()).unwrap();
    tree.write(&scene.root());
}

/// Waits until 3.14.3's tarball, which never ends, is being read.
fn stalls(scene: &Scene) -> Child {
    let tarball = "/ftp/python/3.14.3/Python-3.14.3.tar.xz";
    scene.server.world(|world| world.fail(tarball, Fault::Stall));
    let child = started(scene);
    let reading = |request: &pybump::demo::world::Request| request.method == "GET" && request.target == tarball;
    assert!(scene.server.wait_for(Duration::from_secs(40), reading), "the tarball was never asked for");
    child
}

#[test]
fn killed_while_it_downloads_it_leaves_everything_as_it_was() {
    let scene = Scene::new(world());
    let before = scene.tree();
    let mut child = stalls(&scene);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(scene.tree(), before);
    scene.server.world(World::mend);
    scene.run(&["update"]).ended(0).said("2 to update");
    scene.run(&["render", "--check"]).ended(0);
}

/// Several times, for by chance it is listened for in time.
#[cfg(unix)]
#[test]
fn interrupted_before_it_waits_for_anything_it_says_so_all_the_same() {
    let scene = Scene::new(world());
    let before = scene.tree();
    scene.server.world(|world| world.fail("/ftp/python/3.14.3/Python-3.14.3.tar.xz", Fault::Stall));
    let config = scene.root().join("pybump.toml");
    assert!(Command::new("mkfifo").arg(&config).status().unwrap().success());
    for _ in 0..8 {
        let child = started(&scene);
        // Opened once it is being read.
        let config = std::fs::File::options().write(true).open(&config).unwrap();
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        drop(config);
        let run = Run::of(&child.wait_with_output().unwrap(), scene.home()).ended(130);
        assert!(run.stderr.starts_with("error: interrupted; "), "{}", run.stderr);
    }
    std::fs::remove_file(&config).unwrap();
    assert_eq!(scene.tree(), before);
}

#[cfg(unix)]
#[test]
fn interrupted_while_it_downloads_it_says_so_and_leaves_everything_as_it_was() {
    let scene = Scene::new(world());
    let before = scene.tree();
    let child = stalls(&scene);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let run = Run::of(&child.wait_with_output().unwrap(), scene.home()).ended(130);
    insta::assert_snapshot!(run.stderr, @"error: interrupted; nothing is left half-written, and the same command goes on from here");
    assert_eq!(scene.tree(), before);
}

#[test]
fn stopped_after_any_of_its_edits_it_ends_in_the_same_tree_when_run_again() {
    let scene = Scene::new(world());
    let before = scene.tree();
    let json = scene.run(&["update", "--format", "json"]).ended(0).json();
    let after = scene.tree();
    let edits: Vec<&str> =
        json["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert!(edits.len() >= 5 && json["files"].as_array().unwrap().iter().any(|file| file["action"] == "remove"));
    for done in 0..=edits.len() {
        let mut half = before.clone();
        for path in &edits[..done] {
            match after.0.get(*path) {
                Some(file) => half.0.insert((*path).to_owned(), file.clone()),
                None => half.0.remove(*path),
            };
        }
        replaced_by(&scene, &half);
        scene.run(&["update"]).ended(0);
        scene.tree().assert_same_files(&after, &format!("after {done} of {edits:?}"));
    }
}

#[test]
fn killed_while_it_writes_it_leaves_whole_files_and_ends_in_the_same_tree_when_run_again() {
    let scene = Scene::new(world());
    let before = scene.tree();
    scene.run(&["update"]).ended(0);
    let after = scene.tree();
    for seen in 1..=6 {
        replaced_by(&scene, &before);
        let mut child = started(&scene);
        while child.try_wait().unwrap().is_none() && changes(&scene, &before) < seen {}
        let _ = child.kill();
        child.wait().unwrap();
        for (name, file) in &scene.tree().0 {
            let whole =
                [&before, &after].iter().any(|tree| tree.0.get(name).is_some_and(|known| known.bytes == file.bytes));
            assert!(
                whole || name.contains("/.pybump-") || name.starts_with(".pybump-"),
                "{name} is neither old nor new"
            );
        }
        scene.run(&["update"]).ended(0);
        scene.tree().assert_same_files(&after, &format!("killed at change {seen}"));
    }
}

/// How many names in the folders that the update writes to are new or gone, staged files included.
fn changes(scene: &Scene, before: &Tree) -> usize {
    let folders = ["", "3.13/slim-trixie", "3.14/slim-trixie", "3.14/windows/windowsservercore-ltsc2025"];
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(scene.root().join(folder)).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let fresh = |folder: &str| {
        let known = |name: &String| before.0.contains_key(format!("{folder}/{name}").trim_start_matches('/'));
        names(folder).iter().filter(|name| name.starts_with(".pybump-") || (!folder.is_empty() && !known(name))).count()
    };
    folders.iter().map(|folder| fresh(folder)).sum()
}

#[test]
fn what_a_killed_run_staged_is_swept_by_the_next() {
    let scene = Scene::new(world());
    for folder in ["", "3.14/slim-trixie/"] {
        scene.write(&format!("{folder}.pybump-Ab12Cd"), "half a Dockerf");
    }
    let json: Value = scene.run(&["update", "--format", "json"]).ended(0).json();
    assert_eq!(json["applied"], true);
    let left: Vec<_> = scene.tree().0.into_keys().filter(|name| name.contains(".pybump-")).collect();
    assert!(left.is_empty(), "{left:?}");
}
