//! From an empty folder to the first pull request, by the commands that init names.

use std::path::Path;

use pybump::config::schema;
use serde_json::Value;

use crate::publish::stage::{BRANCH, IMAGES, Stage};
use crate::support::scene::Scene;
use crate::support::worlds::{calm, release};

/// The command lines that init says come next.
fn next(stdout: &str) -> Vec<&str> {
    let (_, steps) = stdout.split_once("\nNext:\n").unwrap();
    steps.lines().filter_map(|line| Some(line.split_once(". $ ")?.1)).collect()
}

fn git_init(root: &Path) {
    let mut options = git2::RepositoryInitOptions::new();
    let git = git2::Repository::init_opts(root, options.initial_head("main").external_template(false)).unwrap();
    git.remote("origin", &format!("https://github.com/{IMAGES}.git")).unwrap();
}

#[test]
fn an_empty_folder_comes_to_its_first_pull_request_by_the_commands_that_init_names() {
    let scene = Scene::empty(calm());
    git_init(&scene.root());
    let run = scene.run(&["init"]).ended(0);
    let commit = "git add -A && git commit -m \"Add Python images\"";
    assert_eq!(next(&run.raw), ["pybump update 3.14", commit, "git push -u origin HEAD", "pybump run"]);

    scene.run(&["update", "3.14"]).ended(0).said("3.14.2");
    let manifest = scene.manifest();
    assert_eq!(manifest["3.14"]["version"], "3.14.2");
    assert_eq!(manifest["3.14"]["variants"].as_array().map(Vec::len), Some(5));
    scene.run(&["render", "--check"]).ended(0);
    let ledger: Value = serde_json::from_str(&scene.read("state/ledger/3.14.json")).unwrap();
    assert_eq!(ledger["artifacts"].as_array().map(Vec::len), Some(1));
    let before = scene.tree();
    scene.run(&["init"]).ended(0).said("nothing to write").said("versions.json with 3.14 at 3.14.2");
    assert_eq!(scene.tree(), before);

    let stage = Stage::hosted(scene);
    stage.run(&["run"]).ended(0);
    assert_eq!((stage.pulls().len(), stage.writes()), (0, 0), "there is nothing to do");
    stage.server.world(|world| world.release(&release("3.14.3", 20))).unwrap();
    stage.run(&["run"]).ended(0);
    assert_eq!(stage.pull().title, "Update 3.14 to 3.14.3");
    assert_eq!(stage.version(BRANCH, "3.14"), "3.14.3");
    let ledger: Value = serde_json::from_str(&stage.file(BRANCH, "state/ledger/3.14.json").unwrap()).unwrap();
    assert_eq!(ledger["artifacts"].as_array().map(Vec::len), Some(2));
    stage.run(&["run"]).ended(0);
    assert_eq!((stage.pulls().len(), stage.writes()), (1, 0), "a second run writes nothing");
}

#[test]
fn what_needs_a_person_becomes_an_issue_by_the_configuration_that_init_writes() {
    let scene = Scene::empty(calm());
    git_init(&scene.root());
    scene.run(&["init"]).ended(0);
    scene.run(&["update", "3.14"]).ended(0);
    let stage = Stage::hosted(scene);
    let forged = pybump::model::SigstoreIdentity {
        identity: "mallory@example.org".to_owned(),
        issuer: "https://github.com/login/oauth".to_owned(),
    };
    let forged = pybump::demo::world::Release { signer: Some(forged), ..release("3.14.3", 20) };
    stage.server.world(|world| world.release(&forged)).unwrap();
    stage.run(&["run"]).ended(0);
    let titles: Vec<_> =
        stage.github(|github| github.issues(IMAGES).iter().map(|issue| issue.title.clone()).collect::<Vec<_>>());
    assert_eq!(titles.len(), 1, "{titles:?}");
    assert_eq!(stage.pulls().len(), 0);
}

#[test]
fn the_library_and_the_command_print_one_schema() {
    let printed = crate::support::run::bare(&["schema", "config"]).ended(0).json();
    assert_eq!(printed, serde_json::to_value(schema()).unwrap());
}
