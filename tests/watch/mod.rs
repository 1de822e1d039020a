//! `pybump watch` as a process: rounds, signals, faults, and what it logs.
#![cfg(unix)]

mod clock;
mod disk;
mod faults;
mod many;
mod memory;
mod outage;
mod own_clone;
mod stops;
pub mod watcher;

use std::fs;

use pybump::demo::github::Merge;

use crate::publish::stage::{IMAGES, Stage};
use crate::support::worlds::{one_behind, release};
use watcher::{Watcher, command, far, messages};

/// A configuration that names the stage's repository, fetched from the scene's clone.
pub fn watching(stage: &Stage, more: &str) {
    let url = stage.root().display().to_string();
    let schedule = far();
    let text = format!(
        "{more}\n[watch]\nschedule = \"{schedule}\"\n[[watch.repositories]]\nname = \"{IMAGES}\"\nurl = \"{url}\"\n"
    );
    configure(stage, &text);
}

/// Puts the configuration in place at once, so that no process reads half of it.
pub fn configure(stage: &Stage, text: &str) {
    let new = stage.home().join("watch.toml.new");
    fs::write(&new, text).unwrap();
    fs::rename(new, stage.home().join("watch.toml")).unwrap();
}

fn stage() -> Stage {
    let stage = Stage::new(one_behind(), "");
    watching(&stage, "");
    stage
}

#[test]
fn a_round_opens_the_pull_request_and_the_next_ones_follow_what_happens() {
    let stage = stage();
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("pull request opened");
    watcher.until("round done");
    assert_eq!(stage.pull().title, "Update 3.14 to 3.14.3");
    stage.server.forget_requests();
    watcher.round();
    assert_eq!(stage.writes(), 0);
    // A person merges it, and something new comes out.
    stage.merge(stage.pull().number, Merge::Squash);
    stage.server.world(|world| world.release(&release("3.13.10", 3)).unwrap());
    let lines = watcher.round();
    assert!(messages(&lines, "INFO").contains(&"pull request opened".to_owned()), "{lines:#?}");
    assert_eq!(stage.pulls().last().unwrap().title, "Update 3.13 to 3.13.10");
    watcher.stop();
    // A start after that finds nothing to make up, and no clone of a person was touched.
    let mut again = Watcher::start(&stage, "watch.toml", &[]);
    again.until("waiting");
    assert!(again.seen.iter().all(|line| line["message"] != "round done"), "{:#?}", again.seen);
    again.stop();
}

#[test]
fn a_second_watch_on_the_same_state_is_refused_naming_the_first() {
    let stage = stage();
    let mut watcher = Watcher::start(&stage, "watch.toml", &["--dry-run"]);
    watcher.until("watching");
    let second = command(&stage, "watch.toml", &["--dry-run"]).output().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("process {}, since ", watcher.id())) && said.contains("--state DIR"), "{said}");
    watcher.until("round done");
    assert_eq!(stage.pulls().len(), 0);
    watcher.stop();
}

#[test]
fn an_invalid_configuration_is_told_once_and_the_one_before_stays_in_force() {
    let stage = stage();
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    watching(&stage, "concurency = 4\n");
    let told = watcher.until("");
    let told = if told["level"] == "ERROR" { told } else { watcher.until(&stage.home().display().to_string()) };
    let text = told["message"].as_str().unwrap();
    assert!(text.contains("watch.toml:1: unknown field `concurency`"), "{text}");
    assert!(text.ends_with("the configuration before it stays in force"), "{text}");
    let lines = watcher.round();
    assert_eq!(messages(&lines, "ERROR"), [""; 0], "told again");
    // Who asks is answered.
    watcher.until("waiting");
    watcher.signal("HUP");
    watcher.until("asked to read the configuration again");
    assert_eq!(watcher.until(&stage.home().display().to_string())["message"].as_str(), Some(text));
    let text =
        stage.home_file("watch.toml").replace("concurency = 4", "").replace("schedule = \"0 ", "schedule = \"30 ");
    configure(&stage, &text);
    let line = watcher.until("the configuration");
    assert!(line["schedule"].as_str().unwrap().starts_with("30 "), "{line}");
    watcher.stop();
}

#[test]
fn a_repository_whose_own_configuration_breaks_runs_on_with_the_one_before() {
    let stage = stage();
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    let broken = format!("{}nonsense = 1\n", stage.file("HEAD", "pybump.toml").unwrap());
    stage.push("main", &[("pybump.toml", Some(&broken))]);
    stage.pull_clone();
    stage.server.world(|world| world.release(&release("3.13.10", 3)).unwrap());
    let lines = watcher.round();
    let errors = messages(&lines, "ERROR");
    assert!(errors.iter().any(|text| text.contains("nonsense")), "{errors:?}");
    assert_eq!(stage.pull().title, "Update 3.13 to 3.13.10, 3.14 to 3.14.3");
    watcher.stop();
}

#[test]
fn a_file_of_the_machine_is_not_read_on_behalf_of_a_repository() {
    let stage = stage();
    fs::write(stage.home().join("secret.toml"), "password = 1\n").unwrap();
    let named = format!("signers = \"{}\"\n", stage.home().join("secret.toml").display());
    stage.push("main", &[("pybump.toml", Some(&named))]);
    stage.pull_clone();
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    let errors = messages(&watcher.seen, "ERROR");
    assert!(errors[0].contains("signers is ") && errors[0].contains("not in the repository"), "{errors:?}");
    assert!(!errors.concat().contains("password"), "{errors:?}");
    watcher.stop();
}

#[test]
fn an_outage_is_told_when_it_begins_and_when_it_is_over() {
    let stage = stage();
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    let away = stage.home().join("away");
    fs::rename(stage.root(), &away).unwrap();
    let first = watcher.round();
    assert_eq!(messages(&first, "ERROR").len(), 1, "{first:#?}");
    for _ in 0..3 {
        let lines = watcher.round();
        assert_eq!((messages(&lines, "ERROR"), messages(&lines, "WARN")), (Vec::new(), Vec::new()));
    }
    fs::rename(&away, stage.root()).unwrap();
    let lines = watcher.round();
    assert!(
        messages(&lines, "INFO").iter().any(|text| text.starts_with("over: git ls-remote of acme/python failed")),
        "{lines:#?}"
    );
    watcher.stop();
}

#[test]
fn a_token_and_a_schedule_are_asked_for_before_anything_is_begun() {
    let stage = stage();
    let run = |command: &mut std::process::Command| {
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, said) = run(command(&stage, "watch.toml", &[]).env_remove("PYBUMP_GITHUB_TOKEN"));
    assert!(status == Some(2) && said.contains("set PYBUMP_GITHUB_TOKEN"), "{said}");
    let (status, said) = run(&mut command(&stage, "watch.toml", &["--schedule", "0 0 31 2 *"]));
    assert!(status == Some(2) && said.contains("a schedule that comes at some time"), "{said}");
    let (status, said) = run(&mut command(&stage, "watch.toml", &["--listen", "0.0.0.0:80"]));
    assert!(status == Some(2) && said.contains("a loopback port"), "{said}");
}
