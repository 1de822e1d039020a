//! A damaged ledger: its series is held and named with the line, nothing is written for it, and others go on.

use super::stage::{files, kept};
use crate::support::scene::Scene;
use crate::support::worlds::{calm, hours_ago, one_behind, release, source};

/// 3.13 and 3.14 are behind, and both have a ledger.
fn behind() -> Scene {
    let mut world = one_behind();
    world.release(&release("3.13.10", 30)).unwrap();
    let scene = kept(world);
    scene.run(&["update"]).ended(0);
    scene.server.world(|world| {
        world.release(&release("3.13.11", 12)).unwrap();
        world.release(&release("3.14.4", 12)).unwrap();
    });
    scene
}

/// What becomes of a file's text.
type Damage = fn(String) -> String;

#[test]
fn it_holds_its_series_with_file_and_line_and_the_others_go_on() {
    let file = "state/ledger/3.14.json";
    let damages: [(&str, Damage); 4] = [
        (":1: EOF while parsing a value", |_| String::new()),
        (":10: ", |text| text.replacen("\"size\": 212", "\"size\": \"212\"", 1)),
        (":5: ", |text| text.replacen("    {\n", "<<<<<<< ours\n    {\n", 1)),
        (":2: expected schema 1, found 7", |text| text.replacen("\"schema\": 1", "\"schema\": 7", 1)),
    ];
    for (words, damage) in damages {
        let scene = behind();
        scene.write(file, &damage(scene.read(file)));
        let before = scene.tree();
        let series = scene.checked("3.14");
        assert_eq!((&series["status"], &series["reason"]["code"]), (&"held".into(), &"ledger-damaged".into()));
        assert!(series["reason"]["text"].as_str().unwrap().contains(&format!("{file}{words}")), "{series:#}");
        scene.run(&["check"]).ended(1).said(&format!("git log -p -- {file}"));
        let run = scene.run(&["update", "--force"]).ended(1);
        run.said("its ledger is damaged").said("3.13.10 → 3.13.11");
        let changed = scene.tree().changed(&before);
        assert_eq!(changed.iter().filter(|name| name.contains("3.14")).count(), 0, "{changed:?}");
        assert_eq!(scene.manifest()["3.14"]["version"], "3.14.3");
        assert_eq!(files(&scene, "3.13").len(), 4);
    }
}

#[test]
fn once_it_is_restored_the_series_goes_on() {
    let scene = behind();
    let whole = scene.read("state/ledger/3.14.json");
    scene.write("state/ledger/3.14.json", &whole[1..]);
    scene.run(&["update", "3.14"]).ended(1);
    scene.write("state/ledger/3.14.json", &whole);
    scene.run(&["update", "3.14"]).ended(0).said("3.14.3 → 3.14.4");
    assert_eq!(files(&scene, "3.14").len(), 4);
}

#[test]
fn a_series_that_is_current_is_held_too_and_an_alarm_comes_first() {
    let scene = kept(one_behind());
    scene.run(&["update"]).ended(0);
    scene.write("state/ledger/3.14.json", "garbage");
    assert_eq!(scene.checked("3.14")["reason"]["code"], "ledger-damaged");
    scene.server.world(|world| {
        world.artifact(&release("3.14.3", 20), &source("3.14.3"), "other".into(), hours_ago(2)).unwrap();
    });
    scene.run(&["update"]).ended(5).said("ALARM").said("its ledger is damaged, and stays as it is");
    assert_eq!(scene.read("state/ledger/3.14.json"), "garbage");
}

#[test]
fn the_file_of_a_series_that_is_not_looked_at_is_a_warning() {
    let scene = kept(calm());
    std::fs::create_dir_all(scene.root().join("state/ledger")).unwrap();
    scene.write("state/ledger/3.9.json", "garbage");
    scene.write("state/ledger/3.9-old.json", "garbage");
    scene.write("state/ledger/README.md", "What was accepted.");
    let run = scene.run(&["check"]).ended(0).said("2 series: 2 current");
    insta::assert_snapshot!(run.stderr, @"
    warning: state/ledger/3.9.json:1: expected value; it is never begun anew: git log -p -- state/ledger/3.9.json shows when it changed, git restore --source=COMMIT -- state/ledger/3.9.json brings an earlier one back
    warning: state/ledger/3.9-old.json is no series' ledger, and what it says does not count
    ");
}

#[test]
fn a_folder_that_is_none_stops_everything() {
    let scene = kept(one_behind());
    std::fs::create_dir_all(scene.root().join("state")).unwrap();
    scene.write("state/ledger", "a file");
    let before = scene.tree();
    scene.run(&["update"]).ended(1).said("cannot read the ledger's folder state/ledger: ");
    assert_eq!(scene.tree(), before);
}

#[cfg(unix)]
#[test]
fn a_link_or_a_flood_in_place_of_the_file_is_damage() {
    let scene = behind();
    let file = scene.root().join("state/ledger/3.14.json");
    std::fs::rename(&file, scene.home().join("elsewhere.json")).unwrap();
    std::os::unix::fs::symlink(scene.home().join("elsewhere.json"), &file).unwrap();
    scene.run(&["update"]).ended(1).said("state/ledger/3.14.json:1: expected a plain file");
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, vec![b' '; (4 << 20) + 1]).unwrap();
    scene.run(&["update"]).ended(1).said("state/ledger/3.14.json:1: expected at most 4194304 bytes, found more");
    std::fs::write(&file, b"{\n\n\xff}").unwrap();
    scene.run(&["update"]).ended(1).said("state/ledger/3.14.json:3: expected UTF-8 text");
}

#[test]
fn a_folder_outside_the_repository_is_refused() {
    let scene = kept(one_behind());
    for folder in ["/srv/ledger", "../ledger", "3.14/ledger", ".git/ledger"] {
        scene.write("pybump.toml", &format!("\nledger = \"{folder}\"\n"));
        scene.run(&["update"]).ended(2).said("pybump.toml:2: expected a folder for the ledger").said(folder);
    }
}
