//! What the scheduled job tells, with a token and without.

use insta::assert_snapshot;

use super::stage::{Step, step};
use crate::audit::stage::rerolled;
use crate::publish::stage::{BRANCH, Stage};
use crate::support::run::Run;
use crate::support::worlds::one_behind;

fn ran(stage: &Stage, arguments: &[&str]) -> Step {
    let mut told = step(stage.command(arguments), stage.home());
    told.summary = told.summary.replace(&format!("http://{}", stage.server.address()), "http://WORLD");
    told
}

#[test]
fn a_run_groups_its_log_and_sums_up_the_pull_request_with_its_link() {
    let stage = Stage::new(one_behind(), "");
    let run = ran(&stage, &["run"]);
    let (tip, tree) = stage.github(|github| {
        let tip = github.log(crate::publish::stage::IMAGES, BRANCH).remove(0);
        (tip.sha.to_string(), tip.tree.to_string())
    });
    assert_snapshot!(run.run.stdout.replace(&tip, "TIP").replace(&tree, "TREE"), @"
    ::group::check
    3.13     3.13.9                 current
    3.14     3.14.2 → 3.14.3        update
             Python-3.14.3.tar.xz: signed by hugo@python.org, DATE TIME UTC, log entry 1014650, 212 bytes hashed
             python-3.14.3-amd64.exe: signed by hugo@python.org, DATE TIME UTC, log entry 1010090, 57 bytes hashed
    2 series: 1 current, 1 to update
    ::endgroup::
    ::group::image repository
    opened       https://github.com/acme/python/pull/1  Update 3.14 to 3.14.3
                 commit TIP, tree TREE
    ::endgroup::
    ");
    assert_snapshot!(run.summary, @"
    ## pybump run

    ### Image repository

    - **opened** [acme/python#1](https://github.com/acme/python/pull/1) Update 3.14 to 3.14.3

    ### Series

    | series | CPython | state | why |
    |---|---|---|---|
    | 3.13 | 3.13.9 | current |  |
    | 3.14 | 3.14.2 → 3.14.3 | **update** |  |

    ### Evidence

    | file | SHA-256 | signed by | signed at | log entry | bytes |
    |---|---|---|---|---|---|
    | `Python-3.14.3.tar.xz` | `393ad866a34b28fff92a482fd6275d7dea91e827edfc24db0f926782e2cd3918` | `hugo@python.org` | DATE TIME UTC | 1014650 | 212 hashed |
    | `python-3.14.3-amd64.exe` | `276a534eeca1a67321db93b27dd433879a25c1f56a6e2038c21dc9762f02b5fa` | `hugo@python.org` | DATE TIME UTC | 1010090 | 57 hashed |

    2 series: 1 current, 1 to update
    ");
    assert_snapshot!(run.outputs(), @"
    alarm=false
    held=
    library-pr-url=
    pr-url=https://github.com/acme/python/pull/1
    updated=3.14
    waiting=
    ");
    run.run.ended(0);
    let again = ran(&stage, &["run"]);
    assert_eq!(again.outputs, run.outputs);
    assert!(again.summary.contains("- unchanged ["), "{}", again.summary);
    let image = ran(&stage, &["pr", "image"]);
    assert_eq!(image.outputs["pr-url"], run.outputs["pr-url"]);
    assert!(image.summary.starts_with("## pybump pr image\n\n- unchanged ["), "{}", image.summary);
}

#[test]
fn a_pull_request_about_an_alarm_is_linked_and_is_no_output_that_could_be_merged() {
    let stage = Stage::new(one_behind(), "");
    stage.server.world(|world| rerolled(world, "3.13.9"));
    let run = ran(&stage, &["run"]);
    let (alarms, updates): (Vec<_>, Vec<_>) = stage.pulls().into_iter().partition(|pull| pull.title.contains("3.13"));
    assert_eq!((alarms.len(), updates.len()), (1, 1));
    assert!(run.summary.contains(&format!("[acme/python#{}](", alarms[0].number)), "{}", run.summary);
    assert!(run.outputs["pr-url"].ends_with(&format!("/pull/{}", updates[0].number)), "{}", run.outputs());
    assert_eq!((run.outputs["alarm"].as_str(), run.outputs["held"].as_str()), ("true", "3.13"));
    run.run.ended(5);
}

#[test]
fn what_a_person_closed_or_changed_is_no_output() {
    let stage = Stage::new(one_behind(), "");
    stage.pr_image();
    stage.push(BRANCH, &[("README.md", Some("By hand.\n"))]);
    let run = ran(&stage, &["run"]);
    assert_eq!(run.outputs["pr-url"], "");
    assert!(run.summary.contains("- **left** "), "{}", run.summary);
}

fn without_token(stage: &Stage, arguments: &[&str]) -> Step {
    let mut command = stage.command(arguments);
    command.env_remove("PYBUMP_GITHUB_TOKEN");
    step(command, stage.home())
}

#[test]
fn a_job_without_any_token_says_what_it_would_do_and_ends_well() {
    let stage = Stage::new(one_behind(), "");
    let run = without_token(&stage, &["run"]);
    assert_snapshot!(run.run.stderr, @"::notice title=pybump::no token is set, so this is a dry run: it says what would be done and writes nothing; set GITHUB_TOKEN to ${{ github.token }}, with permissions: { contents: write, pull-requests: write, issues: write }, or PYBUMP_GITHUB_TOKEN to the token of an App or a person");
    assert!(run.run.stdout.contains("\nwould open   acme/python:pybump/update"), "{:#?}", run.run);
    assert!(run.summary.contains("A dry run: nothing was written.\n"), "{}", run.summary);
    assert_eq!((run.outputs["updated"].as_str(), run.outputs["pr-url"].as_str()), ("3.14", ""));
    run.run.ended(0);
    assert!(stage.pulls().is_empty() && stage.writes() == 0);
    stage.server.world(|world| rerolled(world, "3.13.9"));
    assert_eq!(without_token(&stage, &["run"]).run.status, 5);
    // Elsewhere, and of a command that asks for a pull request, it is an error.
    without_token(&stage, &["pr", "image"]).run.ended(2).said("a pull request needs a token and none is set");
    let mut command = stage.command(&["run"]);
    command.env_remove("PYBUMP_GITHUB_TOKEN");
    Run::of(&command.output().unwrap(), stage.home()).ended(2).said("a pull request needs a token and none is set");
}

#[test]
fn a_library_file_that_there_is_no_token_for_is_shown_and_fails_nothing() {
    let stage = Stage::new(one_behind(), "library.enabled = true\n");
    let run = without_token(&stage, &["run"]);
    assert!(!run.run.stderr.contains("PYBUMP_OFFICIAL_IMAGES_TOKEN is not set"), "{:#?}", run.run);
    assert_eq!(run.outputs["library-pr-url"], "");
}

#[test]
fn a_token_that_may_not_write_is_an_error_that_says_what_it_needs() {
    let stage = Stage::new(one_behind(), "");
    stage.github(|github| github.withhold("bot", pybump::demo::github::Right::Contents));
    let run = ran(&stage, &["run"]);
    assert!(run.run.stderr.starts_with("::error title=pybump::acme/python:pybump/update: POST "), "{:#?}", run.run);
    assert!(run.summary.contains("- **FAILED** `acme/python:pybump/update`"), "{}", run.summary);
    run.run.ended(1).said("it needs the right to write contents");
}
