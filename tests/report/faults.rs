//! A source that is silent is named on the page, and fails nothing.

use std::process::Command;

use pybump::demo::world::Fault;

use super::story::{merged, stage};
use crate::support::run::Run;
use crate::support::scene::Scene;
use crate::support::worlds::{calm, one_behind};

/// A failure that is not worth another try, so that no test waits.
fn down() -> Fault {
    Fault::Status(403, "{\"message\": \"go away\"}".to_owned())
}

/// What the report says is missing.
fn missing(run: &Run) -> Vec<String> {
    let report = run.json();
    report["missing"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn without_the_pull_requests_all_else_is_told() {
    let stage = merged();
    stage.server.world(|world| world.fail_below("/api/repos/acme/", down()));
    let run = stage.run(&["report", "--html", "public", "--format", "json"]).ended(0);
    let missing = missing(&run);
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert!(missing[0].starts_with("the pull requests: ") && missing[0].contains("status 403"), "{missing:?}");
    let report = run.json();
    assert_eq!(report["series"][0]["check"]["status"], "current");
    let bump = &report["timeline"]["bumps"][0];
    assert_eq!(
        (&bump["to"], &bump["proposed_by"], &bump["pull_request"]),
        (&"3.14.3".into(), &"commit".into(), &serde_json::Value::Null)
    );
    assert!(stage.home_file("public/index.html").contains("the pull requests: "));
}

#[test]
fn without_upstream_the_matrix_the_timeline_and_the_ledger_are_told() {
    let stage = merged();
    stage.server.world(|world| {
        world.fail_below("/ftp/", down());
        world.fail_below("/api/repos/python/", down());
    });
    let run = stage.run(&["report", "--html", "public", "--format", "json"]).ended(0);
    let missing = missing(&run);
    assert!(missing.len() == 1 && missing[0].starts_with("where each series should be: "), "{missing:?}");
    let report = run.json();
    assert!(report["series"][0]["check"].is_null());
    assert_eq!(report["timeline"]["latency"]["worst"], "3.14.3");
    assert_eq!(report["artifacts"][0]["evidence"]["signer"], "hugo@python.org");
    stage.run(&["report"]).ended(0).said("2 not looked at");
}

#[test]
fn offline_nobody_is_asked() {
    let stage = merged();
    let run = stage.run(&["report", "--offline", "--html", "public", "--format", "json"]).ended(0);
    assert_eq!(stage.server.requests(), []);
    assert_eq!(missing(&run), ["where each series should be, and the pull requests: --offline asks nobody"]);
    assert_eq!(run.json()["artifacts"][0]["evidence"]["signer"], "hugo@python.org");
}

#[test]
fn a_shallow_clone_has_no_timeline_and_says_how_to_mend_it() {
    let stage = merged();
    let shallow = stage.home().join("shallow");
    let origin = format!("file://{}", stage.root().display());
    let git = Command::new("git")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(["-c", "safe.directory=*", "clone", "-q", "--depth", "1", &origin])
        .arg(&shallow)
        .status()
        .unwrap();
    assert!(git.success());
    let mut command = stage.command(&["report", "--format", "json"]);
    command.arg("-C").arg(&shallow);
    let run = Run::of(&command.output().unwrap(), stage.home()).ended(0);
    let missing = missing(&run);
    assert!(missing.len() == 1 && missing[0].starts_with("how the versions moved: "), "{missing:?}");
    assert!(missing[0].contains("git fetch --unshallow"), "{missing:?}");
    assert_eq!(run.json()["series"].as_array().unwrap().len(), 2);
}

#[test]
fn a_folder_that_is_no_clone_has_a_matrix_all_the_same() {
    let scene = Scene::new(one_behind());
    let run = scene.run(&["report", "--format", "json"]).ended(0);
    assert!(missing(&run)[0].contains("is not the top folder of a git repository"));
    assert_eq!(run.json()["series"][0]["check"]["target"], "3.14.3");
    assert!(run.json()["repository"].is_null() && run.json()["commit"].is_null());
}

#[test]
fn an_alias_without_its_series_costs_the_tags_alone() {
    let stage = stage(calm());
    let config = stage.read("pybump.toml").replace("[library]\n", "[library]\naliases = { \"3.9\" = [\"old\"] }\n");
    stage.write("pybump.toml", &config);
    let run = stage.run(&["report", "--format", "json"]).ended(0);
    assert!(missing(&run)[0].starts_with("the tags: library.aliases has 3.9"), "{:?}", missing(&run));
    assert_eq!(run.json()["series"][0]["variants"][0]["tags"], serde_json::json!([]));
}

#[test]
fn a_damaged_ledger_is_told_with_status_1_and_the_page_is_there() {
    let stage = merged();
    stage.write("state/ledger/3.14.json", "{}\n");
    stage.run(&["report", "--html", "public"]).ended(1).said("state/ledger/3.14.json");
    assert!(stage.home_file("public/index.html").contains("state/ledger/3.14.json"));
}
