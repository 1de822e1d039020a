//! Killed at any of its requests, run again: the same end as if nothing had happened.

use std::process::{Child, Stdio};
use std::time::Duration;

use pybump::demo::github::Moment::{After, Before};
use pybump::sources::client::Timeouts;

use super::contradictions::alarmed;
use super::stage::{REPRODUCIBLE, Stage};
use super::trial::{ONCE, Trial, outdated, small};
use crate::support::run::spawnable;
use crate::support::worlds::one_behind;

const PATIENCE: Duration = Duration::from_secs(40);

fn started(stage: &Stage, arguments: &[&str]) -> Child {
    let mut command = spawnable(stage.home());
    command.args(stage.arguments(arguments));
    command.env("GITHUB_API_URL", stage.api()).env("PYBUMP_GITHUB_TOKEN", stage.token);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Kills a run at each of its requests, before and after it is worked on.
fn prove(trial: &Trial) {
    let (unbroken, requests) = trial.unbroken();
    for (index, request) in requests.iter().enumerate() {
        // Whether a question was worked on before its asker died is all one.
        for moment in if request.is_write() { &[Before, After][..] } else { &[Before] } {
            trial.restore();
            let server = &trial.stage.server;
            server.hold_at(index, *moment);
            let mut child = started(&trial.stage, trial.command);
            let held = server.wait_until_held(PATIENCE);
            child.kill().unwrap();
            child.wait().unwrap();
            assert!(held, "request {index} was never made");
            assert!(server.wait_until_hung_up(PATIENCE));
            server.release();
            trial.assert_ends_as(&unbroken, &format!("killed {moment:?} request {index}"));
        }
    }
}

#[test]
fn killed_at_any_request_while_it_opens_a_pull_request_the_next_run_ends_the_same() {
    prove(&Trial::new(small(one_behind(), "labels = [\"bot\"]\n"), |_| ()));
}

#[test]
fn killed_at_any_request_while_it_moves_a_branch_the_next_run_ends_the_same() {
    prove(&Trial::new(small(one_behind(), REPRODUCIBLE), outdated));
}

#[test]
fn killed_at_any_request_while_it_tells_alarms_by_pull_request_and_issue_the_next_run_ends_the_same() {
    prove(&alarmed());
}

#[test]
fn killed_at_any_request_while_it_tells_what_needs_a_person_the_next_run_ends_the_same() {
    prove(&crate::notify::stage::trial());
}

#[test]
fn interrupted_it_says_what_is_left_and_the_next_run_ends_the_same() {
    let trial = Trial::new(small(one_behind(), ""), |_| ());
    let (unbroken, requests) = trial.unbroken();
    trial.restore();
    let server = &trial.stage.server;
    server.hold_at(requests.len() - 1, Before);
    let child = started(&trial.stage, trial.command);
    assert!(server.wait_until_held(PATIENCE));
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"error: interrupted; nothing is left half-written, and the same command goes on from here");
    assert!(server.wait_until_hung_up(PATIENCE));
    server.release();
    assert!(trial.run(ONCE, Timeouts::default()).is_ok());
    trial.assert_ends_as(&unbroken, "interrupted");
}
