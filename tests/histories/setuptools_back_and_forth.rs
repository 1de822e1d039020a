//! `f8da2ae7` and, six hours later, `ff4d235f`: for one answer 3.10.18 seemed to bundle setuptools 56.0.0, which series began
//! with, instead of 65.5.0. Upstream's scripts lift the latter to 65.5.1, as a configured floor does here.

use pybump::demo::world::World;
use serde_json::json;

use super::told::History;
use crate::support::scene::LINUX;
use crate::support::worlds::{hours_ago, release, version};

const FLOOR: &str = "[series.\"3.10\".setuptools]\nfloor = \"65.5.1\"\n";

fn bundles(world: &mut World, release: &str, setuptools: &'static str) {
    world.bundles(&version(release), "23.0.1", Some(setuptools), hours_ago(1500));
}

/// 3.10 at 3.10.18 with setuptools 65.5.1.
fn begins(floor: &str) -> History {
    let mut world = World::new().unwrap();
    world.release(&release("3.10.18", 1500)).unwrap();
    world.phase("3.10".parse().unwrap(), "security");
    bundles(&mut world, "3.10.18", "65.5.0");
    History::begins(world, &[("3.10", "3.10.18")], &[LINUX], floor, |scene| {
        scene.edit_manifest(|manifest| manifest["3.10"]["setuptools"] = json!({ "version": "65.5.1" }));
    })
}

fn setuptools(history: &History, branch: &str) -> String {
    let manifest: serde_json::Value = serde_json::from_str(&history.file(branch, "versions.json").unwrap()).unwrap();
    manifest["3.10"]["setuptools"]["version"].as_str().unwrap().to_owned()
}

#[test]
fn an_answer_about_another_release_moves_setuptools_neither_back_nor_forth() {
    for floor in ["", FLOOR] {
        let history = begins(floor);
        let before = history.told();
        insta::allow_duplicates! { insta::assert_snapshot!(before, @"
        check (0): 3.10 3.10.18 current
        update --commit (0): no commit
        run (0): no pull request
        "); }
        // For an hour, and once more after a good answer.
        for answer in ["56.0.0", "65.5.0", "56.0.0", "65.5.0"] {
            history.then(|world| bundles(world, "3.10.18", answer));
            assert_eq!(history.told(), before, "{answer}");
        }
        let said = || history.run(&["check"]).ended(0);
        history.then(|world| bundles(world, "3.10.18", "56.0.0"));
        if floor.is_empty() {
            said().said("setuptools stays at 65.5.1 rather than go back to 56.0.0: that takes a CPython change");
        } else {
            said().said("setuptools 65.5.1 by the configured floor; 3.10.18 bundles 56.0.0");
        }
        assert_eq!((setuptools(&history, "main").as_str(), history.pulls().len()), ("65.5.1", 0));
    }
}

#[test]
fn a_floor_holds_while_the_next_release_comes_with_the_same_answer() {
    let history = begins(FLOOR);
    history.then(|world| {
        world.release(&release("3.10.19", 30)).unwrap();
        bundles(world, "3.10.19", "56.0.0");
    });
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.10 3.10.18 → 3.10.19 update
    update --commit (0): Update 3.10 to 3.10.19
    run (0): #1 pybump/update: Update 3.10 to 3.10.19 (Update 3.10 to 3.10.19)
    ");
    assert_eq!(setuptools(&history, "pybump/update"), "65.5.1");
    // What is proposed stays as it is when the answer is good again.
    let branch = history.branch("pybump/update");
    history.then(|world| bundles(world, "3.10.19", "65.5.0"));
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.10 3.10.18 → 3.10.19 update
    update --commit (0): Update 3.10 to 3.10.19
    run (0): #1 pybump/update: Update 3.10 to 3.10.19 (Update 3.10 to 3.10.19)
    ");
    assert_eq!(history.branch("pybump/update"), branch);
    // And what is newer arrives.
    history.merged(1);
    history.then(|world| bundles(world, "3.10.19", "79.0.1"));
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.10 3.10.19 update
    update --commit (0): Update 3.10 to setuptools 79.0.1
    run (0): #2 pybump/update: Update 3.10 to setuptools 79.0.1 (Update 3.10 to setuptools 79.0.1)
    ");
    assert_eq!(setuptools(&history, "pybump/update"), "79.0.1");
}
