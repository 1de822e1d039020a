//! From a release to its merge, as the report tells it afterwards.

use pybump::demo::github::Merge;
use pybump::demo::world::World;

use crate::ledger::stage::ON;
use crate::publish::stage::{REPRODUCIBLE, Stage, head};
use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::{calm, hours_ago, one_behind, release, source, version};

/// A stage whose ledger is on.
pub fn stage(world: World) -> Stage {
    Stage::configured(Scene::new(world), ON, REPRODUCIBLE)
}

/// One on which 3.14.3 was proposed and merged.
pub fn merged() -> Stage {
    let stage = stage(one_behind());
    stage.pr_image().said("opened");
    stage.merge(1, Merge::Commit);
    stage
}

#[test]
fn a_merged_bump_is_told_with_release_pull_request_merge_and_latency() {
    let stage = merged();
    let report = stage.run(&["report", "--format", "json"]).ended(0).json();
    let bumps = report["timeline"]["bumps"].as_array().unwrap();
    assert_eq!(bumps.len(), 1, "{bumps:#?}");
    let bump = &bumps[0];
    assert_eq!((&bump["key"], &bump["from"], &bump["to"]), (&"3.14".into(), &"3.14.2".into(), &"3.14.3".into()));
    assert_eq!(bump["commit"], head(&stage.root()));
    assert_eq!(bump["pull_request"]["number"], 1);
    assert_eq!(
        bump["pull_request"]["url"],
        "https://github.com/acme/python/pull/1".replace("https://github.com", &page(&stage))
    );
    assert_eq!(bump["proposed_by"], "pull-request");
    let pull = stage.pull();
    assert_eq!(bump["proposed_at"], pull.created_at.to_string());
    assert_eq!(bump["merged_at"], pull.merged.unwrap().at.to_string());
    let signed = &report["artifacts"][0];
    assert_eq!(signed["file"], "Python-3.14.3.tar.xz");
    assert_eq!(bump["released_at"], signed["evidence"]["signed_at"]);
    let hours = bump["seconds"].as_u64().unwrap() / 3_600;
    assert!((18..=20).contains(&hours), "{hours} h");
    assert_eq!(report["timeline"]["latency"]["worst"], "3.14.3");
    assert_eq!(report["missing"], serde_json::json!([]));
}

/// Where people look at this stage's GitHub.
fn page(stage: &Stage) -> String {
    stage.api().trim_end_matches("/api").to_owned()
}

#[test]
fn what_is_proposed_is_told_until_it_is_decided() {
    let stage = stage(one_behind());
    stage.pr_image();
    let report = stage.run(&["report", "--format", "json"]).ended(0).json();
    let series = &report["series"][0];
    assert_eq!((&series["key"], &series["check"]["status"]), (&"3.14".into(), &"update".into()));
    assert_eq!(series["pull_request"]["number"], 1);
    assert_eq!(report["timeline"]["bumps"], serde_json::json!([]));
    stage.run(&["report"]).ended(0).said("proposed in http").said("/acme/python/pull/1, open for");
}

#[test]
fn every_outcome_is_as_its_schema_documents() {
    let schema = bare(&["schema", "report"]).ended(0).json();
    let mut pending = one_behind();
    pending.tag(&version("3.13.10"), hours_ago(1));
    for stage in [merged(), stage(calm()), stage(pending)] {
        for command in [&["report", "--format", "json"][..], &["report", "--format", "json", "--offline"]] {
            let report = stage.run(command).ended(0).json();
            assert_documented(&report, &schema);
            assert_eq!(report["schema"], 1);
        }
    }
}

#[test]
fn an_artifact_that_changed_is_told_with_both_digests_and_status_5() {
    let stage = merged();
    stage.server.world(|world| {
        world.artifact(&release("3.14.3", 20), &source("3.14.3"), "other".into(), hours_ago(9)).unwrap();
    });
    let report = stage.run(&["report", "--format", "json", "--html", "public"]).ended(5).json();
    let rows = report["artifacts"].as_array().unwrap();
    let standings: Vec<_> =
        rows.iter().filter(|row| row["file"] == "Python-3.14.3.tar.xz").map(|row| &row["standing"]).collect();
    assert_eq!(standings, ["disputed", "tracked"]);
    assert_ne!(rows[0]["sha256"], rows[1]["sha256"]);
    assert!(stage.home_file("public/feed.atom").contains("<title>Alarm: 3.14 at 3.14.3</title>"));
    assert!(stage.home_file("public/index.html").contains("Alarm: not what was accepted under this name"));
}

#[test]
fn keys_limit_all_of_it() {
    let report = merged().run(&["report", "3.13", "--format", "json"]).ended(0).json();
    assert_eq!(report["series"].as_array().unwrap().len(), 1);
    assert_eq!(report["timeline"]["bumps"], serde_json::json!([]));
    let files: Vec<_> =
        report["artifacts"].as_array().unwrap().iter().map(|row| row["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["Python-3.13.9.tar.xz", "python-3.13.9-amd64.exe"]);
    stage(calm()).run(&["report", "3.9"]).ended(2).said("3.9 is not a key of versions.json");
}

#[test]
fn a_release_that_left_the_manifest_is_told_from_the_ledger() {
    let stage = merged();
    stage.server.world(|world| world.release(&release("3.14.4", 3)).unwrap());
    stage.pr_image();
    stage.merge(2, Merge::Squash);
    let report = stage.run(&["report", "--format", "json"]).ended(0).json();
    let standing = |file: &str| {
        let rows = report["artifacts"].as_array().unwrap();
        rows.iter().find(|row| row["file"] == file).unwrap_or_else(|| panic!("no {file}: {rows:#?}"))["standing"]
            .clone()
    };
    assert_eq!(standing("Python-3.14.4.tar.xz"), "tracked");
    assert_eq!(standing("Python-3.14.3.tar.xz"), "earlier");
    let told: Vec<_> = report["timeline"]["bumps"].as_array().unwrap().iter().map(|bump| &bump["to"]).collect();
    assert_eq!(told, ["3.14.4", "3.14.3"]);
}

#[test]
fn a_commit_that_the_evidence_dates_is_not_passed_off_as_its_arrival() {
    let scene = Scene::new(one_behind());
    scene.write("pybump.toml", &format!("{ON}[publish]\n{REPRODUCIBLE}"));
    pybump::demo::scaffold::commit_all(&scene.root(), "Add Python images", hours_ago(2_400)).unwrap();
    scene.run(&["update", "--commit"]).ended(0);
    let report = scene.run(&["report", "--format", "json", "--offline"]).ended(0).json();
    let bump = &report["timeline"]["bumps"][0];
    assert_eq!(bump["to"], "3.14.3");
    assert!(bump["released_at"].is_string());
    assert!(bump["merged_at"].is_null() && bump["proposed_at"].is_null() && bump["seconds"].is_null(), "{bump:#}");
}
