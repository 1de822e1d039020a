//! Stopped after any of its steps: the same command run again ends in the same tree, every entry there once.

use std::fs;

use super::stage::{file, kept, on};
use crate::support::repository::Tree;
use crate::support::scene::Scene;
use crate::support::worlds::{one_behind, release};

/// Both series move, and 3.13 loses its Windows variant: files are written, and one is removed.
fn world() -> pybump::demo::world::World {
    let mut world = one_behind();
    let mut source_only = release("3.13.10", 30);
    source_only.windows = false;
    world.release(&source_only).unwrap();
    world.phase("3.13".parse().unwrap(), "security");
    world
}

fn replaced_by(scene: &Scene, tree: &Tree) {
    fs::remove_dir_all(scene.root()).unwrap();
    tree.write(&scene.root());
    if tree.0.keys().any(|name| name.starts_with(".git/")) {
        for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
            fs::create_dir_all(scene.root().join(".git").join(folder)).unwrap();
        }
    }
}

#[test]
fn an_update_ends_in_the_same_tree() {
    let scene = kept(world());
    let before = scene.tree();
    let json = scene.run(&["update", "--format", "json"]).ended(0).json();
    let after = scene.tree();
    let edits: Vec<&str> =
        json["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    let ledgers = edits.iter().filter(|path| path.starts_with("state/ledger/")).count();
    assert!(ledgers == 2 && edits.last() == Some(&"versions.json"), "{edits:?}");
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
    assert_eq!(file(&scene, "3.13")["artifacts"].as_array().unwrap().len(), 1);
}

#[test]
fn a_commit_ends_in_the_same_commits() {
    let scene = on(Scene::new(world())).committed();
    let before = scene.tree();
    scene.update_commit(&[]).ended(0);
    let (after, head) = (scene.tree(), scene.git(&["rev-parse", "HEAD"]));
    let mut files: Vec<_> = before.changed(&after).into_iter().filter(|name| !name.starts_with(".git/")).collect();
    files.sort_by_key(|name| name == "versions.json");
    assert_eq!(files.iter().filter(|name| name.starts_with("state/ledger/")).count(), 2, "{files:?}");
    for done in 0..=files.len() {
        let mut half = before.clone();
        for name in &files[..done] {
            match after.0.get(name) {
                Some(file) => half.0.insert(name.clone(), file.clone()),
                None => half.0.remove(name),
            };
        }
        replaced_by(&scene, &half);
        scene.update_commit(&[]).ended(0);
        scene.assert_clean();
        assert_eq!(scene.git(&["rev-parse", "HEAD"]), head, "after {done} of {files:?}");
    }
}
