//! A full disk: said with the place, nothing half published, and finished when there is room again.
//!
//! Without rights to mount a small file system, the limit on the size of files stands in for the disk: with a limit of 0 no file
//! takes another byte.

use std::process::Command;
use std::time::Duration;

use pybump::demo::github::Moment::Before;

use super::watcher::{Watcher, command, messages};
use super::watching;
use crate::publish::stage::{IMAGES, Stage};
use crate::publish::trial::small;
use crate::support::github::Client;
use crate::support::worlds::{one_behind, release};

const PATIENCE: Duration = Duration::from_secs(40);

/// A process that is told by an error, as by a full disk, and not by a signal that a file is too large.
fn start(stage: &Stage, more: &[&str]) -> Watcher {
    let plain = command(stage, "watch.toml", more);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(plain.get_program()).args(plain.get_args());
    shell.env_clear().envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Watcher::of(shell.current_dir(stage.home()))
}

/// Takes all room, or gives it back.
fn fill(watcher: &Watcher, full: bool) {
    let limit = if full { "--fsize=0:" } else { "--fsize=unlimited:" };
    let id = watcher.id().to_string();
    assert!(Command::new("prlimit").args(["--pid", &id, limit]).status().unwrap().success());
}

#[test]
fn on_a_full_disk_it_says_what_cannot_be_written_and_goes_on_when_there_is_room() {
    let stage = small(one_behind(), "");
    watching(&stage, "");
    let mut watcher = start(&stage, &["--listen", "127.0.0.1:0"]);
    let line = watcher.until("/healthz and /metrics on ");
    let client = Client::new(line["message"].as_str().unwrap().split(" on ").nth(1).unwrap(), "");
    let writable = || client.get("/metrics").text.contains("\npybump_state_writable 1\n");
    watcher.until("round done");
    watcher.until("waiting");
    assert!(writable());

    fill(&watcher, true);
    stage.server.world(|world| world.release(&release("3.14.4", 5))).unwrap();
    stage.server.forget_requests();
    let lines = watcher.round();
    let folder = stage.home().join("state").display().to_string();
    let (errors, warnings) = (messages(&lines, "ERROR"), messages(&lines, "WARN"));
    let files = format!("cannot write the files of {IMAGES} into {folder}/runs: ");
    assert!(errors.len() == 1 && errors[0].starts_with(&files), "{lines:#?}");
    assert!(
        warnings.len() == 1 && warnings[0].starts_with(&format!("cannot write {folder}/watch.json: ")),
        "{lines:#?}"
    );
    let lines = watcher.round();
    assert_eq!((messages(&lines, "ERROR"), messages(&lines, "WARN")), (vec![], vec![]), "told again");
    assert_eq!((stage.writes(), stage.pull().title.as_str()), (0, "Update 3.14 to 3.14.3"));
    watcher.until("waiting");
    assert!(!writable(), "{:#?}", watcher.seen);
    let second = command(&stage, "watch.toml", &[]).output().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(second.status.code() == Some(1) && said.contains(&format!("process {}, since ", watcher.id())), "{said}");
    assert_eq!(std::fs::read_dir(stage.home().join("state/runs")).unwrap().count(), 0, "something was left");

    fill(&watcher, false);
    let lines = watcher.round();
    let told = messages(&lines, "INFO");
    assert!(told.contains(&"the state can be written again".to_owned()), "{told:#?}");
    assert!(told.iter().any(|text| text.starts_with(&format!("over: {files}"))), "{told:#?}");
    assert_eq!(stage.pull().title, "Update 3.14 to 3.14.4");
    watcher.until("waiting");
    assert!(writable());
    watcher.stop();
}

#[test]
fn full_from_any_request_on_nothing_is_published_by_half() {
    let stage = small(one_behind(), "labels = [\"bot\"]\n");
    watching(&stage, "");
    let before = stage.github(|github| github.save());
    let mut watcher = start(&stage, &[]);
    watcher.until("round done");
    let requests = stage.server.exchanges().len();
    for index in 0..requests {
        stage.github(|github| github.restore(&before));
        stage.server.forget_requests();
        stage.server.hold_at(index, Before);
        watcher.signal("USR1");
        assert!(stage.server.wait_until_held(PATIENCE), "request {index} was never made");
        fill(&watcher, true);
        stage.server.release();
        watcher.until("round done");
        watcher.until("waiting");
        fill(&watcher, false);
        let when = format!("full from request {index} on");
        let lines = watcher.round();
        assert_eq!((messages(&lines, "ERROR"), messages(&lines, "WARN")), (vec![], vec![]), "{when}");
        assert_eq!(stage.pull().title, "Update 3.14 to 3.14.3", "{when}");
        assert_eq!(stage.version("pybump/update", "3.14"), "3.14.3", "{when}");
        stage.server.forget_requests();
        watcher.round();
        assert_eq!(stage.writes(), 0, "{when}");
    }
    watcher.stop();
}
