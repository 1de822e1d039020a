//! What a process that watches remembers of each run, and forgets.

use std::fs;

use pybump::demo::github::{Moment, Permission};
use serde_json::{Value, json};

use super::watcher::{Watcher, messages};
use super::{configure, stage, watching};
use crate::audit::stage::rerolled;
use crate::publish::stage::{IMAGES, Stage};
use crate::support::worlds::one_behind;

fn remembered(stage: &Stage) -> Value {
    serde_json::from_slice(&fs::read(stage.home().join("state/watch.json")).unwrap()).unwrap()
}

#[test]
fn those_that_failed_together_are_tried_again_together() {
    let stage = super::many::stage(5);
    let away = stage.home().join("away");
    fs::rename(stage.root(), &away).unwrap();
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    assert_eq!(watcher.until("waiting")["again"], 5);
    let memory = remembered(&stage);
    let times: Vec<_> =
        memory["repositories"].as_object().unwrap().values().map(|one| one["retry_at"].as_str()).collect();
    assert!(times.len() == 5 && times[0].is_some() && times.iter().all(|time| *time == times[0]), "{memory:#}");
    watcher.stop();
}

#[test]
fn an_alarm_that_cannot_be_told_is_a_failure_and_one_that_was_told_is_none() {
    let stage = stage();
    stage.server.world(|world| rerolled(world, "3.13.9"));
    stage.github(|github| github.permit("bot", IMAGES, Permission::Read));
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    let done = watcher.until("round done");
    assert_eq!((&done["alarms"], &done["failed"]), (&json!(1), &json!(1)), "{done}");
    watcher.until("waiting");
    let of_images = |stage: &Stage| remembered(stage)["repositories"][IMAGES].clone();
    let memory = of_images(&stage);
    assert!(memory["failures"] == 1 && memory["retry_at"].is_string() && memory["last_success"].is_null(), "{memory}");
    stage.github(|github| github.permit("bot", IMAGES, Permission::Write));
    watcher.round();
    watcher.until("waiting");
    let memory = of_images(&stage);
    assert!(memory["failures"] == 0 && memory["retry_at"].is_null() && memory["last_success"].is_string(), "{memory}");
    watcher.stop();
}

#[test]
fn what_is_not_watched_any_more_is_forgotten_at_the_start() {
    let stage = stage();
    let folder = stage.home().join("state");
    fs::create_dir_all(&folder).unwrap();
    let gone = json!({ "failures": 3, "retry_at": "2026-01-01T00:00:00Z", "last_success": null });
    let memory = json!({ "last_round": null, "unfinished": 0, "repositories": { "acme/gone": gone } });
    fs::write(folder.join("watch.json"), memory.to_string()).unwrap();
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    assert!(watcher.until("waiting")["again"].is_null(), "{:#?}", watcher.seen);
    assert_eq!(remembered(&stage)["repositories"].as_object().unwrap().keys().collect::<Vec<_>>(), [IMAGES]);
    watcher.stop();
}

#[test]
fn a_configuration_that_was_away_is_in_force_again_once_it_is_back() {
    let stage = stage();
    let file = stage.home().join("watch.toml");
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let lines = watcher.round();
    assert!(messages(&lines, "ERROR")[0].starts_with("cannot read "), "{lines:#?}");
    configure(&stage, &text);
    let lines = watcher.round();
    assert!(messages(&lines, "INFO").iter().any(|text| text.ends_with("is in force")), "{lines:#?}");
    watcher.stop();
}

/// A process that is held up in its first round, asked for another, and its stage.
fn asked_for_another() -> (Stage, Watcher) {
    let stage = Stage::new(one_behind(), "");
    watching(&stage, "");
    stage.server.hold_at(0, Moment::Before);
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    assert!(stage.server.wait_until_held(std::time::Duration::from_secs(40)));
    watcher.signal("USR1");
    // Read before anything else that is signalled.
    watcher.until("another round is asked for");
    (stage, watcher)
}

#[test]
fn who_asks_during_a_round_what_is_wrong_with_the_configuration_is_answered_after_it() {
    let stage = Stage::new(one_behind(), "");
    watching(&stage, "");
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    watching(&stage, "concurency = 4\n");
    let file = stage.home().join("watch.toml").display().to_string();
    let told = watcher.until(&file);
    stage.server.forget_requests();
    stage.server.hold_at(0, Moment::Before);
    watcher.signal("USR1");
    assert!(stage.server.wait_until_held(std::time::Duration::from_secs(40)));
    watcher.signal("HUP");
    watcher.signal("USR1");
    // Said of one, which shows that signals are looked at.
    watcher.until("another round is asked for");
    stage.server.release();
    watcher.until("round done");
    watcher.until("asked to read the configuration again");
    assert_eq!(watcher.until(&file)["message"], told["message"]);
    watcher.stop();
}

#[test]
fn a_round_that_is_asked_for_during_one_follows_it() {
    let (stage, mut watcher) = asked_for_another();
    stage.server.release();
    watcher.until("round done");
    watcher.until("round done");
    watcher.stop();
}

#[test]
fn a_round_that_is_asked_for_is_not_lost_to_a_configuration_that_changes_at_the_same_time() {
    let (stage, mut watcher) = asked_for_another();
    watching(&stage, "concurrency = 2\n");
    stage.server.release();
    watcher.until("round done");
    watcher.until("the configuration");
    watcher.until("round done");
    watcher.stop();
}
