//! Every request of a run fails in every way: the next run ends where an unbroken one ends, and the one after it writes
//! nothing.

use pybump::cli::Status;
use pybump::demo::github::GitHubFault::{self, *};
use pybump::demo::github::Merge;
use pybump::demo::github::Moment::{After, Before};
use pybump::sources::client::{RetryPolicy, Timeouts};

use super::contradictions::alarmed;
use super::stage::{IMAGES, MARA, REPRODUCIBLE, Stage};
use super::trial::{End, ONCE, Trial, caught_up, opened, outdated, small};
use crate::support::worlds::{one_behind, release};

const DRESSED: &str = "labels = [\"bot\", \"python\"]\nreviewers = [\"mara\"]\n";

/// Every kind of fault but a person's commit, which has a test of its own.
pub const FAULTS: [GitHubFault; 16] = [
    Reset(Before),
    Reset(After),
    Silence(Before),
    Silence(After),
    Status(Before, 500),
    Status(After, 500),
    Status(Before, 502),
    Status(After, 502),
    Status(Before, 503),
    Status(After, 503),
    SecondaryLimit(Some(1)),
    SecondaryLimit(None),
    PrimaryLimit(403, 1800),
    PrimaryLimit(429, 1800),
    Race,
    Truncated,
];

/// Lets every request fail in every way.
fn prove(trial: &Trial) {
    let (unbroken, requests) = trial.unbroken();
    let (mut cases, mut continued): (_, Vec<End>) = (0, Vec::new());
    for fault in &FAULTS {
        // Whether a question was worked on before its answer was lost is all one, and so is asking it twice.
        let of_writes = matches!(fault, Reset(After) | Silence(After) | Status(After, _) | Race);
        for index in (0..requests.len()).filter(|index| requests[*index].is_write() || !of_writes) {
            cases += 1;
            trial.restore();
            trial.run_with(index, fault, &unbroken);
            // Most faults leave one of a few states; what follows from each is seen once. Half an answer may be left in the
            // cache as well.
            let left = trial.end();
            if *fault == Truncated || !continued.contains(&left) {
                trial.assert_ends_as(&unbroken, &format!("{fault:?} at request {index}"));
                continued.push(left);
            }
        }
    }
    println!("{cases} cases over {} requests, {} continuations", requests.len(), continued.len());
}

/// Opened, closed by a person, and then 3.14.4 comes out.
fn turned_down(stage: &Stage) {
    opened(stage);
    stage.github(|github| github.close_pull(IMAGES, 1, MARA.name));
    stage.server.world(|world| world.release(&release("3.14.4", 5))).unwrap();
}

#[test]
fn opening_survives_any_fault_of_any_request() {
    prove(&Trial::new(small(one_behind(), ""), |_| ()));
}

#[test]
fn the_scheduled_job_with_commits_of_ours_survives_any_fault_of_any_request() {
    let mut trial = Trial::new(small(one_behind(), REPRODUCIBLE), |_| ());
    trial.command = &["run"];
    prove(&trial);
}

#[test]
fn opening_with_labels_and_reviewers_survives_any_fault_of_any_request() {
    prove(&Trial::new(small(one_behind(), DRESSED), |_| ()));
}

#[test]
fn opening_one_for_each_series_survives_any_fault_of_any_request() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 5)).unwrap();
    prove(&Trial::new(Stage::new(world, "group = \"series\"\n"), |_| ()));
}

#[test]
fn moving_survives_any_fault_of_any_request() {
    prove(&Trial::new(small(one_behind(), ""), outdated));
}

#[test]
fn moving_with_commits_labels_and_reviewers_of_ours_survives_any_fault_of_any_request() {
    prove(&Trial::new(small(one_behind(), &format!("{REPRODUCIBLE}{DRESSED}")), outdated));
}

#[test]
fn closing_survives_any_fault_of_any_request() {
    prove(&Trial::new(small(one_behind(), ""), caught_up));
}

#[test]
fn opening_again_survives_any_fault_of_any_request() {
    prove(&Trial::new(small(one_behind(), ""), turned_down));
}

#[test]
fn tidying_after_a_merge_survives_any_fault_of_any_request() {
    prove(&Trial::new(small(one_behind(), REPRODUCIBLE), |stage| {
        opened(stage);
        stage.merge(1, Merge::Squash);
    }));
}

#[test]
fn telling_alarms_by_pull_request_and_issue_survives_any_fault_of_any_request() {
    prove(&alarmed());
}

#[test]
fn telling_what_needs_a_person_survives_any_fault_of_any_request() {
    prove(&crate::notify::stage::trial());
}

#[test]
fn a_passing_trouble_ends_well_within_the_one_run() {
    let patient = RetryPolicy { base: ONCE.base, ..RetryPolicy::default() };
    for prepare in [|_: &Stage| (), outdated, caught_up] {
        let trial = Trial::new(small(one_behind(), DRESSED), prepare);
        let (unbroken, requests) = trial.unbroken();
        for fault in [Status(After, 502), Reset(Before), Truncated, SecondaryLimit(Some(0))] {
            for index in 0..requests.len() {
                trial.restore();
                trial.stage.github(|github| github.fail_at(index, fault.clone()));
                let when = format!("{fault:?} at request {index}");
                assert_eq!(trial.run(patient, Timeouts::default()), Ok(Status::Done), "{when}");
                assert_eq!(trial.end(), unbroken, "{when}");
            }
        }
    }
}
