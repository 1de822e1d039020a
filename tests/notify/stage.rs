//! A stage that tells, and what it comes to.

use bytes::Bytes;
use pybump::demo::github::Issue;

use super::hook::Hook;
use crate::audit::stage::foreign_bundle;
use crate::publish::stage::{IMAGES, Stage};
use crate::publish::trial::{Trial, small};
use crate::support::openpgp::path;
use crate::support::run::Run;
use crate::support::worlds::{hours_ago, one_behind, source};

/// The end of a configuration that wants the issue.
pub const ISSUE: &str = "\n[notify]\nissue = true\n";

/// The series 3.14 is held: the bundle of 3.14.3 is by somebody else than is pinned. The bundle as it was.
pub fn hold(stage: &Stage) -> Bytes {
    stage.server.world(|world| {
        let good = world.page(&path(&source("3.14.3"), ".sigstore")).unwrap().body.clone();
        foreign_bundle(world, &source("3.14.3"));
        good
    })
}

/// The bundle is as it was.
pub fn mend(stage: &Stage, good: Bytes) {
    stage.server.world(|world| world.put(&path(&source("3.14.3"), ".sigstore"), good, hours_ago(1)));
}

/// 3.14 alone is tracked, and is held.
pub fn held(more: &str) -> (Stage, Bytes) {
    let stage = small(one_behind(), more);
    let good = hold(&stage);
    (stage, good)
}

/// The same, to be run again and again.
pub fn trial() -> Trial {
    let mut trial = Trial::new(held(ISSUE).0, |_| ());
    trial.command = &["run"];
    trial.warns = true;
    trial
}

#[track_caller]
pub fn run(stage: &Stage, status: i32) -> Run {
    stage.run(&["run"]).ended(status)
}

/// The same with a webhook and all that can be said.
#[track_caller]
pub fn run_telling(stage: &Stage, hook: &Hook, arguments: &[&str]) -> Run {
    stage.server.forget_requests();
    let mut command = stage.command(&[&["-vv", "run"], arguments].concat());
    Run::of(&command.env("PYBUMP_WEBHOOK", hook.url()).output().unwrap(), stage.home())
        .ended(0)
        .did_not_say("SECRET")
        .did_not_say("s3cr3t")
}

pub fn issues(stage: &Stage) -> Vec<Issue> {
    stage.github(|github| github.issues(IMAGES).into_iter().cloned().collect())
}

#[track_caller]
pub fn issue(stage: &Stage) -> Issue {
    let mut issues = issues(stage);
    assert_eq!(issues.len(), 1, "{issues:#?}");
    issues.remove(0)
}
