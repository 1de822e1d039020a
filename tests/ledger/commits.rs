//! The ledger travels in the commit of its series.

use std::process::Stdio;
use std::time::Duration;

use pybump::demo::github::Moment;
use pybump::demo::world::Fault;

use super::stage::on;
use crate::support::repository::Tree;
use crate::support::run::{Run, spawnable};
use crate::support::scene::Scene;
use crate::support::worlds::{one_behind, release};

fn two_behind() -> Scene {
    let mut world = one_behind();
    world.release(&release("3.13.10", 30)).unwrap();
    on(Scene::new(world)).committed()
}

#[test]
fn each_series_commit_has_its_own_file_and_no_other() {
    let scene = two_behind();
    scene.update_commit(&[]).ended(0);
    scene.assert_clean();
    for (commit, series) in [("HEAD~1", "3.13"), ("HEAD", "3.14")] {
        let names = scene.git(&["show", "--format=", "--name-only", commit]);
        let ledgers: Vec<_> = names.lines().filter(|name| name.starts_with("state/")).collect();
        assert_eq!(ledgers, [format!("state/ledger/{series}.json")], "{names}");
    }
    let head = scene.git(&["rev-parse", "HEAD"]);
    scene.update_commit(&[]).ended(0).said("no file changed");
    assert_eq!(scene.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn files_and_tree_are_those_of_a_plain_update_committed_by_git() {
    let (committed, plain) = (two_behind(), two_behind());
    committed.update_commit(&[]).ended(0);
    plain.run(&["update"]).ended(0);
    plain.commit_all("by git", "2024-01-02T00:00:00Z");
    assert_eq!(ledgerless(&committed), ledgerless(&plain));
    for scene in [&committed, &plain] {
        assert_eq!(scene.git(&["ls-files", "state"]), "state/ledger/3.13.json\nstate/ledger/3.14.json");
    }
}

/// What two worlds give alike: signatures, and so the bundles' digests, differ from one to the other.
fn ledgerless(scene: &Scene) -> Vec<(String, Vec<u8>)> {
    let Tree(files) = scene.tree();
    let files = files.into_iter().filter(|(name, _)| !name.starts_with(".git/") && !name.starts_with("state/"));
    files.map(|(name, file)| (name, file.bytes)).collect()
}

#[test]
fn bumps_of_two_series_on_two_branches_merge_without_a_conflict_in_the_ledger() {
    let scene = two_behind();
    scene.git(&["checkout", "--quiet", "-b", "one"]);
    scene.update_commit(&["3.13"]).ended(0);
    scene.git(&["checkout", "--quiet", "-b", "two", "main"]);
    scene.update_commit(&["3.14"]).ended(0);
    scene.git(&["merge", "--quiet", "--no-edit", "one"]);
    assert_eq!(scene.git(&["ls-files", "state"]), "state/ledger/3.13.json\nstate/ledger/3.14.json");
    scene.run(&["update"]).ended(0).said("no file changed");
}

#[test]
fn a_line_of_someone_elses_in_the_ledger_is_refused_and_what_a_killed_run_left_is_not() {
    let scene = two_behind();
    scene.run(&["update", "3.14"]).ended(0);
    let written = scene.read("state/ledger/3.14.json");
    scene.write("state/ledger/3.14.json", &written.replacen("hugo@", "ugo@", 1));
    scene.update_commit(&["3.14"]).ended(1).said("state/ledger/3.14.json (untracked)");
    scene.write("state/ledger/3.14.json", &written);
    scene.update_commit(&["3.14"]).ended(0);
    scene.assert_clean();
}

#[test]
fn with_line_ends_of_another_system_the_ledger_goes_on() {
    let scene = two_behind();
    scene.run(&["update"]).ended(0);
    let crlf = scene.read("state/ledger/3.14.json").replace('\n', "\r\n");
    scene.write("state/ledger/3.14.json", &crlf);
    scene.server.world(|world| world.release(&release("3.14.4", 10))).unwrap();
    scene.run(&["update"]).ended(0).said("3.14.3 → 3.14.4");
    let after = scene.read("state/ledger/3.14.json");
    assert!(after.starts_with(crlf.strip_suffix("\r\n  ]\r\n}\r\n").unwrap()), "{after}");
}

#[test]
fn a_ledger_that_changes_while_it_looks_is_not_written_over() {
    let scene = two_behind();
    scene.run(&["update", "3.13"]).ended(0);
    let ours = scene.read("state/ledger/3.13.json");
    scene.server.world(|world| {
        world.release(&release("3.13.11", 10)).unwrap();
        // What the fake GitHub is asked for can be held.
        world.fail("/ftp/python/3.14.3/Python-3.14.3.tar.xz", Fault::Redirect("/api/held".to_owned()));
    });
    scene.server.hold_at(0, Moment::Before);
    let mut command = spawnable(scene.home());
    command.args(scene.arguments(&["update"])).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    assert!(scene.server.wait_until_held(Duration::from_secs(40)), "nothing was asked");
    scene.write("state/ledger/3.13.json", &ours.replacen("hugo@", "ugo@", 1).replacen("thomas@", "tom@", 1));
    let before = scene.tree();
    scene.server.release();
    let run = Run::of(&child.wait_with_output().unwrap(), scene.home()).ended(1);
    run.said("the ledger changed while pybump was looking; nothing was written: run the same command again");
    assert_eq!(scene.tree(), before);
}
