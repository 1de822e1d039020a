//! `479bd1eb`: 3.13.10's Windows installer was replaced some seven hours after the release had come in, and the new digest
//! followed as a bare "Update 3.13". Three days later came 3.13.11.

use pybump::demo::world::World;

use super::told::History;
use crate::support::scene::{LINUX, WINDOWS};
use crate::support::worlds::{calm, hours_ago, release, windows};

/// The release manager uploads and signs another installer under the same name.
fn reroll(world: &mut World) {
    let again = release("3.13.10", 12);
    world.artifact(&again, &windows("3.13.10"), "MZ, built again".into(), hours_ago(2)).unwrap();
}

fn begins() -> History {
    History::begins(calm(), &[("3.13", "3.13.9"), ("3.14", "3.14.2")], &[LINUX, WINDOWS], "", |_| {})
}

#[test]
fn an_installer_replaced_after_the_merge_is_an_alarm_and_nothing_newer_hides_it() {
    let history = begins();
    history.then(|world| world.release(&release("3.13.10", 12)).unwrap());
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.13 3.13.9 → 3.13.10 update; 3.14 3.14.2 current
    update --commit (0): Update 3.13 to 3.13.10
    run (0): #1 pybump/update: Update 3.13 to 3.13.10 (Update 3.13 to 3.13.10)
    ");
    history.merged(1);
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.13 3.13.10 current; 3.14 3.14.2 current
    update --commit (0): no commit
    run (0): no pull request
    ");
    let recorded = history.recorded("3.13", "windows");

    history.then(reroll);
    insta::assert_snapshot!(history.told(), @"
    check (5): 3.13 3.13.10 alarm (digest-changed); 3.14 3.14.2 current
    update --commit (5): no commit
    run (5): #2 [security] pybump/update-alarm-3.13: Review 3.13: python-3.13.10-amd64.exe changed under its version (Update 3.13)
    ");
    assert_eq!(history.subjects("pybump/update-alarm-3.13"), ["Update 3.13"]);

    history.then(|world| world.release(&release("3.13.11", 6)).unwrap());
    insta::assert_snapshot!(history.told(), @"
    check (5): 3.13 3.13.10 alarm (digest-changed); 3.14 3.14.2 current
    update --commit (5): no commit
    run (5): #2 [security] pybump/update-alarm-3.13: Review 3.13: python-3.13.10-amd64.exe changed under its version (Update 3.13)
    ");
    assert_eq!(history.recorded("3.13", "windows"), recorded);

    history.merged(2);
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.13 3.13.10 → 3.13.11 update; 3.14 3.14.2 current
    update --commit (0): Update 3.13 to 3.13.11
    run (0): #3 pybump/update: Update 3.13 to 3.13.11 (Update 3.13 to 3.13.11)
    ");
    history.merged(3);
    assert_eq!(history.version("main", "3.13"), "3.13.11");
}

#[test]
fn an_installer_replaced_before_the_merge_is_an_alarm_and_what_was_proposed_stays_unchanged() {
    let history = begins();
    history.then(|world| world.release(&release("3.13.10", 12)).unwrap());
    history.told();
    let branch = history.branch("pybump/update");
    history.then(reroll);
    let told = history.told();
    let (_, run) = told.split_once("\nrun ").unwrap();
    insta::assert_snapshot!(run, @"(5): #1 pybump/update: Update 3.13 to 3.13.10 (Update 3.13 to 3.13.10)");
    assert_eq!(history.branch("pybump/update"), branch);
    // A person who has looked into it closes what was proposed: then the new installer may be.
    history.closed(1);
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.13 3.13.9 → 3.13.10 update; 3.14 3.14.2 current
    update --commit (0): Update 3.13 to 3.13.10
    run (0): #3 pybump/update: Update 3.13 to 3.13.10 (Update 3.13 to 3.13.10)
    ");
}
