//! `095cb43a`, taken back six hours later by `826fc077`: one bad answer about 3.11.1's Windows installer, a month after its
//! release, and all Windows images of the series were gone.

use pybump::demo::world::{Fault, World};

use super::told::History;
use crate::support::scene::{LINUX, WINDOWS};
use crate::support::worlds::release;

const OTHER: &str = "windows/windowsservercore-ltsc2022";
const INSTALLER: &str = "/ftp/python/3.11.1/python-3.11.1-amd64.exe";
const NEXT: &str = "/ftp/python/3.11.2/python-3.11.2-amd64.exe";

fn calm(phase: &'static str) -> World {
    let mut world = World::new().unwrap();
    world.release(&release("3.11.1", 700)).unwrap();
    world.phase("3.11".parse().unwrap(), phase);
    world
}

/// The installer and all that lies beside it answer like this.
fn answers(world: &mut World, installer: &str, fault: &Fault) {
    for suffix in ["", ".sigstore", ".spdx.json", ".asc"] {
        world.fail(&format!("{installer}{suffix}"), fault.clone());
    }
}

fn bad_answers() -> [Fault; 3] {
    let page = Fault::Status(200, "<html>busy</html>".to_owned());
    [Fault::Status(404, String::new()), Fault::Status(403, String::new()), page]
}

#[test]
fn bad_answers_about_the_installer_drop_no_windows_image_and_the_next_release_keeps_them() {
    let history = History::begins(calm("bugfix"), &[("3.11", "3.11.1")], &[LINUX, WINDOWS, OTHER], "", |_| {});
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.11 3.11.1 current
    update --commit (0): no commit
    run (0): no pull request
    ");

    let told = bad_answers().map(|fault| {
        history.then(|world| answers(world, INSTALLER, &fault));
        history.told()
    });
    insta::assert_snapshot!(told.join("\n\n"), @"
    check (0): 3.11 3.11.1 current
    update --commit (0): no commit
    run (0): no pull request

    check (0): 3.11 3.11.1 waiting (unreachable)
    update --commit (0): no commit
    run (0): no pull request

    check (0): 3.11 3.11.1 held (evidence-rejected)
    update --commit (0): no commit
    run (0): no pull request
    ");

    // Six hours later.
    history.then(World::mend);
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.11 3.11.1 current
    update --commit (0): no commit
    run (0): no pull request
    ");

    // The next release, the day after, while its installer's answers are bad: longer than the grace, in the phase in which
    // Windows is given up.
    history.then(|world| {
        world.release(&release("3.11.2", 40)).unwrap();
        world.phase("3.11".parse().unwrap(), "security");
    });
    let told = bad_answers().map(|fault| {
        history.then(|world| answers(world, NEXT, &fault));
        history.told()
    });
    insta::assert_snapshot!(told.join("\n\n"), @"
    check (0): 3.11 3.11.1 waiting (no-files)
    update --commit (0): no commit
    run (0): no pull request

    check (0): 3.11 3.11.1 waiting (unreachable)
    update --commit (0): no commit
    run (0): no pull request

    check (0): 3.11 3.11.1 held (evidence-rejected)
    update --commit (0): no commit
    run (0): no pull request
    ");

    history.then(World::mend);
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.11 3.11.1 → 3.11.2 update
    update --commit (0): Update 3.11 to 3.11.2
    run (0): #1 pybump/update: Update 3.11 to 3.11.2 (Update 3.11 to 3.11.2)
    ");
    history.merged(1);
    let manifest: serde_json::Value = serde_json::from_str(&history.file("main", "versions.json").unwrap()).unwrap();
    assert_eq!(manifest["3.11"]["variants"], serde_json::json!([LINUX, WINDOWS, OTHER]));
    for variant in [WINDOWS, OTHER] {
        assert!(history.file("main", &format!("3.11/{variant}/Dockerfile")).unwrap().contains("3.11.2"));
    }
}
