//! Somebody else acts while a run is under way: another run, or a person who commits.

use std::time::Duration;

use pybump::cli::Status;
use pybump::demo::github::GitHubFault::Overtaken;
use pybump::demo::github::Moment::{self, After, Before};
use pybump::sources::client::Timeouts;

use super::stage::{BRANCH, REPRODUCIBLE, Stage};
use super::trial::{ONCE, Trial, caught_up, outdated, small};
use crate::support::worlds::one_behind;

const PATIENCE: Duration = Duration::from_secs(20);

/// One run is held at each of its requests in turn while `meanwhile` takes place; `judge` sees what it came to.
fn held_at_each(trial: &Trial, meanwhile: impl Fn() + Sync, judge: impl Fn(Result<Status, String>, usize, Moment)) {
    let (_, requests) = trial.unbroken();
    for index in 0..requests.len() {
        for moment in [Before, After] {
            trial.restore();
            trial.stage.server.hold_at(index, moment);
            let result = std::thread::scope(|scope| {
                let held = scope.spawn(|| trial.run(ONCE, Timeouts::default()));
                assert!(trial.stage.server.wait_until_held(PATIENCE), "request {index} was never made");
                meanwhile();
                trial.stage.server.release();
                held.join().unwrap()
            });
            judge(result, index, moment);
        }
    }
}

#[test]
fn of_two_runs_at_once_both_end_well_with_one_pull_request_and_one_branch() {
    for (publish, prepare) in [
        ("", (|_: &Stage| ()) as fn(&Stage)),
        (REPRODUCIBLE, |_: &Stage| ()),
        ("labels = [\"bot\"]\nreviewers = [\"mara\"]\n", |_: &Stage| ()),
        ("", outdated),
        (REPRODUCIBLE, outdated),
    ] {
        let trial = Trial::new(small(one_behind(), publish), prepare);
        let (unbroken, _) = trial.unbroken();
        let other = || assert_eq!(trial.run(ONCE, Timeouts::default()), Ok(Status::Done));
        held_at_each(&trial, other, |result, index, moment| {
            let when = format!("held {moment:?} request {index}");
            assert_eq!(result, Ok(Status::Done), "{when}");
            trial.assert_ends_as(&unbroken, &when);
        });
    }
}

#[test]
fn two_runs_that_race_end_well_with_one_pull_request_and_one_branch() {
    for prepare in [(|_: &Stage| ()) as fn(&Stage), outdated] {
        let trial = Trial::new(small(one_behind(), ""), prepare);
        let (unbroken, _) = trial.unbroken();
        for round in 0..8 {
            trial.restore();
            std::thread::scope(|scope| {
                let runs = [0, 1].map(|_| scope.spawn(|| trial.run(ONCE, Timeouts::default())));
                for run in runs {
                    assert_eq!(run.join().unwrap(), Ok(Status::Done), "round {round}");
                }
            });
            trial.assert_ends_as(&unbroken, &format!("round {round}"));
        }
    }
}

#[test]
fn a_person_who_makes_the_branch_first_keeps_it() {
    for publish in ["", REPRODUCIBLE] {
        let trial = Trial::new(small(one_behind(), publish), |_| ());
        let (_, requests) = trial.unbroken();
        let making = requests.iter().position(|request| request.path.ends_with("/git/refs")).unwrap();
        trial.restore();
        trial.stage.github(|github| github.fail_at(making, Overtaken));
        assert_eq!(trial.run(ONCE, Timeouts::default()), Ok(Status::Done));
        let tip = trial.stage.branch(BRANCH);
        assert_eq!(trial.stage.file(BRANCH, "overtaken").as_deref(), Some("by a person\n"));
        trial.stage.pr_image().said("Somebody Else").said(BRANCH);
        assert_eq!((trial.stage.branch(BRANCH), trial.stage.pulls().len()), (tip, 0));
    }
}

/// A person's commit stands, whatever is done to the branch and whenever it comes before the last look at it.
fn prove_kept(trial: &Trial) {
    let (_, requests) = trial.unbroken();
    let done =
        requests.iter().position(|request| request.path.ends_with(&format!("/git/refs/heads/{BRANCH}"))).unwrap();
    assert!(requests[done].is_write() && requests[done - 1].path.ends_with(BRANCH), "nothing looks before {done}");
    let commit = || drop(trial.stage.push(BRANCH, &[("NOTES", Some("mine\n"))]));
    held_at_each(trial, commit, |result, index, moment| {
        let when = format!("held {moment:?} request {index}");
        assert_eq!(result, Ok(Status::Done), "{when}");
        // Between that look and the change itself GitHub lets nobody say where the branch must be.
        if (index, moment) == (done - 1, After) || (index, moment) == (done, Before) {
            return;
        }
        let tip = trial.stage.branch(BRANCH);
        assert_eq!(trial.stage.file(BRANCH, "NOTES").as_deref(), Some("mine\n"), "{when}");
        trial.stage.server.forget_requests();
        assert_eq!(trial.run(ONCE, Timeouts::default()), Ok(Status::Done), "{when}");
        assert_eq!(
            (trial.stage.branch(BRANCH), trial.stage.pulls().len(), trial.stage.writes()),
            (tip, 1, 0),
            "{when}"
        );
    });
}

#[test]
fn a_person_who_commits_before_the_last_look_at_a_branch_to_be_moved_keeps_the_commit() {
    for publish in ["", REPRODUCIBLE] {
        let trial = Trial::new(small(one_behind(), publish), outdated);
        prove_kept(&trial);
        trial.stage.pr_image().said("Mara").said(BRANCH);
    }
}

#[test]
fn a_person_who_commits_before_the_last_look_at_a_branch_to_be_removed_keeps_the_commit() {
    prove_kept(&Trial::new(small(one_behind(), ""), caught_up));
}
