//! `pybump run`: the image repository's pull request and official-images' in one go; and what both print as JSON.

use pybump::demo::github::Permission;
use serde_json::Value;

use super::stage::{FORK, OFFICIAL, Official};
use crate::publish::stage::{BRANCH, REPRODUCIBLE};
use crate::support::run::{Run, bare};
use crate::support::schema::assert_documented;
use crate::support::worlds::release;

/// Runs `command` with the bot's token for the image repository beside the person's.
fn with_both(official: &Official, command: &[&str]) -> Run {
    let mut command = official.command(command);
    command.env("PYBUMP_GITHUB_TOKEN", "bot-token");
    official.ran(command)
}

/// The image repository is one release behind, and official-images one commit.
fn two_behind(publish: &str) -> Official {
    let official = Official::behind(publish);
    official.server.world(|world| world.release(&release("3.13.10", 30))).unwrap();
    official
}

#[test]
fn a_scheduled_run_keeps_both_pull_requests_each_with_its_own_token() {
    let official = two_behind("");
    with_both(&official, &["run"]).ended(0).said("acme/python").said("docker-library/official-images");
    assert_eq!((official.pull().author.as_str(), official.proposed().author.as_str()), ("bot", "mona"));
    assert_eq!(official.subjects(BRANCH), ["Update 3.13 to 3.13.10"]);
    // What is not merged yet is not proposed to official-images.
    assert!(!official.proposed().body.unwrap().contains("3.13.10"));
    with_both(&official, &["run"]).ended(0);
    assert_eq!(official.writes(), 0);
}

#[test]
fn a_merged_image_pull_request_is_proposed_to_official_images_by_the_next_run() {
    let official = two_behind("");
    with_both(&official, &["run"]).ended(0);
    official.merge(1, pybump::demo::github::Merge::Squash);
    with_both(&official, &["run"]).ended(0).said("cleared").said("updated");
    let text = official.text(FORK, super::stage::BRANCH).unwrap();
    assert!(text.contains("3.13.10-slim-trixie") && text == official.library(), "{text}");
    let message = official.tip().message;
    assert!(message.contains(": Update 3.13 to 3.13.10"), "{message}");
}

#[test]
fn a_run_proposes_to_official_images_where_it_is_wanted_and_the_token_is_there() {
    // The token alone says so.
    let mut official = two_behind("");
    official.token = "";
    with_both(&official, &["run"]).ended(0).did_not_say("official-images");
    assert_eq!((official.pulls().len(), official.proposals().len()), (1, 0));
    // The configuration says no.
    let official = two_behind("[publish.library]\nenabled = false\n");
    with_both(&official, &["run"]).ended(0).did_not_say("official-images");
    assert_eq!(official.proposals().len(), 0);
    // It says yes, and the one token must do for both.
    let mut official = two_behind("[publish.library]\nenabled = true\n");
    official.token = "";
    let run = with_both(&official, &["run"]).ended(1).said("there is no fork bot/official-images");
    assert!(official.pulls().len() == 1 && run.stdout.contains("opened"), "{run:#?}");
    official.github(|github| github.fork(OFFICIAL, "bot"));
    with_both(&official, &["run"]).ended(0);
    assert_eq!(official.proposed().author, "bot");
}

#[test]
fn official_images_is_looked_after_where_the_image_repository_fails() {
    let official = two_behind("");
    official.github(|github| github.archive(crate::publish::stage::IMAGES));
    with_both(&official, &["run"]).ended(1).said("is archived");
    assert_eq!((official.pulls().len(), official.proposals().len()), (0, 1));
    // And the other way round.
    let official = two_behind("");
    official.github(|github| github.archive(FORK));
    with_both(&official, &["run"]).ended(1).said("mona/official-images is archived");
    assert_eq!((official.pulls().len(), official.proposals().len()), (1, 0));
}

fn documented(run: &Run, of: &str) -> Value {
    let (json, schema) = (run.json(), bare(&["schema", of]).ended(0).json());
    assert_documented(&json, &schema);
    json
}

#[test]
fn the_json_is_as_its_schema_documents() {
    let official = two_behind("");
    for (dry, action) in [(true, "opened"), (false, "opened"), (false, "unchanged")] {
        let option: &[&str] = if dry { &["--dry-run"] } else { &[] };
        let json = documented(&official.run(&[&["--format", "json", "pr", "library"], option].concat()), "pr");
        let pull = &json["pull_requests"][0];
        assert_eq!(
            (&json["dry_run"], &pull["action"], &pull["repository"]),
            (&dry.into(), &action.into(), &OFFICIAL.into())
        );
        let tip = (!dry).then(|| official.tip());
        assert_eq!(pull["commit"], tip.as_ref().map_or(Value::Null, |tip| tip.sha.to_string().into()));
        assert!(pull["tree"].is_string() && pull["body"].is_string());
    }
    official.github(|github| github.close_pull(OFFICIAL, 1, "olaf"));
    let json = documented(&official.run(&["--format", "json", "pr", "library"]), "pr");
    assert_eq!(json["pull_requests"][0]["action"], "left");
    let json = documented(&with_both(&official, &["--format", "json", "run"]), "run");
    assert_eq!((&json["image"]["pull_requests"][0]["action"], json["library"].is_object()), (&"opened".into(), true));
    official.github(|github| github.archive(FORK));
    let json = documented(&with_both(&official, &["--format", "json", "run"]), "run");
    assert!(json["image"].is_object() && json["library"].is_null());
}

#[test]
fn an_app_that_is_installed_at_the_fork_alone_is_told_so_and_a_person_s_token_goes_on_from_its_branch() {
    let publish = format!("{REPRODUCIBLE}[publish.library]\nfork = \"mona/official-images\"\n");
    let mut official = Official::behind(&publish);
    official.token = "app-token";
    official.github(|github| github.permit("pybump[bot]", FORK, Permission::Write));
    let words = official.run(&["pr", "library"]).ended(1).stderr;
    assert!(words.contains("can open pull requests only where its App is installed"), "{words}");
    assert!(official.has_branch() && official.proposals().is_empty());
    official.token = "mona-token";
    let tip = official.tip();
    official.pr().said("opened");
    assert_eq!((official.tip(), official.proposed().author.as_str()), (tip, "mona"));
}
