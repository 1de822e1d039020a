//! `bump.yml`: what a scheduled run leaves on GitHub, with which token, and what it does where it may write nothing.

use serde_json::json;

use super::stage::Flows;
use crate::audit::stage::rerolled;
use crate::notify::hook::Hook;
use crate::publish::stage::BRANCH;
use crate::support::worlds::{calm, one_behind};

#[test]
fn the_schedule_opens_a_pull_request_and_the_next_turn_writes_nothing() {
    let Some(flows) = Flows::new(one_behind()) else { return };
    let ran = flows.bump().green();
    let pull = flows.pull();
    assert_eq!((pull.title.as_str(), pull.author.as_str()), ("Update 3.14 to 3.14.3", "github-actions[bot]"));
    assert_eq!(flows.version(BRANCH, "3.14"), "3.14.3");
    assert!(ran.said("bump", "Get pybump").contains("digest and build attestation verified"), "{ran:#?}");
    assert_eq!(
        (ran.output("bump", "Bump", "updated"), ran.output("bump", "Bump", "pr-url")),
        ("3.14", "https://github.com/acme/python/pull/1")
    );
    assert!(ran.summary("bump").contains("3.14.3"), "{ran:#?}");

    let again = flows.bump().green();
    assert_eq!(flows.writes(), 0, "{:#?}", flows.server.writes());
    assert_eq!(flows.pull(), pull);
    assert!(flows.server.requests().iter().any(|request| request.status == 304), "the cache was not kept: {again:#?}");
}

#[test]
fn an_app_goes_before_a_person_and_a_person_before_the_job_s_own_token() {
    let app = (json!({ "PYBUMP_APP_CLIENT_ID": "Iv1" }), json!({ "PYBUMP_APP_PRIVATE_KEY": "key of the App" }));
    let person = (json!({}), json!({ "PYBUMP_GITHUB_TOKEN": "bot-token" }));
    for ((vars, secrets), author) in [(app, "pybump[bot]"), (person, "bot")] {
        let Some(mut flows) = Flows::new(one_behind()) else { return };
        (flows.vars, flows.secrets) = (vars, secrets);
        flows.bump().green();
        assert_eq!(flows.pull().author, author);
    }
}

#[test]
fn a_fork_says_what_it_would_do_and_ends_green() {
    let Some(mut flows) = Flows::new(one_behind()) else { return };
    flows.fork = true;
    flows.vars = json!({ "PYBUMP_APP_CLIENT_ID": "Iv1" });
    let ran = flows.bump().green();
    assert_eq!((flows.writes(), flows.pulls().len()), (0, 0));
    assert!(ran.said("bump", "Say that a fork changes nothing").contains("::notice"), "{ran:#?}");
    assert!(ran.said("bump", "Run pybump").contains("Update 3.14 to 3.14.3"), "{ran:#?}");
}

#[test]
fn a_dry_run_by_hand_writes_nothing() {
    let Some(flows) = Flows::new(one_behind()) else { return };
    let ran =
        flows.run("bump.yml", "workflow_dispatch", &json!({}), &json!({ "dry-run": true, "verbose": true })).green();
    assert_eq!(flows.writes(), 0);
    assert!(ran.said("bump", "Run pybump").starts_with("pybump run --dry-run --verbose\n"), "{ran:#?}");
}

#[test]
fn where_actions_may_not_open_pull_requests_the_run_is_red_and_says_which_setting() {
    let Some(flows) = Flows::new(one_behind()) else { return };
    flows.github(|github| github.forbid_actions_pull_requests("acme/python"));
    let ran = flows.bump();
    assert_eq!(ran.result("bump"), "failure");
    assert!(ran.said("bump", "Run pybump").contains("Allow GitHub Actions to create"), "{ran:#?}");
}

#[test]
fn what_the_webhook_was_told_of_an_alarm_is_told_once_however_the_run_ends() {
    let Some(mut flows) = Flows::new(calm()) else { return };
    let hook = Hook::start();
    flows.secrets = json!({ "PYBUMP_WEBHOOK": hook.url() });
    flows.server.world(|world| rerolled(world, "3.14.2"));
    let first = flows.bump();
    assert_eq!((first.result("bump"), first.output("bump", "Bump", "alarm")), ("failure", "true"), "{first:#?}");
    assert_eq!(hook.told().len(), 1);
    let again = flows.bump();
    assert_eq!(again.result("bump"), "failure");
    assert_eq!(hook.told(), [""; 0], "{again:#?}");
}
