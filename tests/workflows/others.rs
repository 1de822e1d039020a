//! `library.yml` and `pages.yml`.

use pybump::demo::github::AccountKind;
use serde_json::json;

use super::stage::Flows;
use crate::audit::stage::rerolled;
use crate::publish::stage::MARA;
use crate::support::worlds::calm;

const OFFICIAL: &str = "docker-library/official-images";

/// A stage with official-images, which knows the image's parent and not the image, and mona's fork of it.
fn official() -> Option<Flows> {
    let flows = Flows::new(calm())?;
    flows.github(|github| {
        let debian = "Maintainers: D (@d)\nArchitectures: amd64, arm64v8\n\nTags: trixie-slim\n";
        github.account("mona", "mona-token", AccountKind::User);
        github.create(OFFICIAL).unwrap();
        github.push(OFFICIAL, "main", MARA, "Add debian", &[("library/debian", Some(debian))]);
        github.fork(OFFICIAL, "mona");
    });
    Some(flows)
}

#[test]
fn what_is_merged_is_proposed_to_official_images_with_a_person_s_token() {
    let Some(mut flows) = official() else { return };
    flows.secrets = json!({ "PYBUMP_OFFICIAL_IMAGES_TOKEN": "mona-token" });
    flows.run("library.yml", "push", &json!({ "ref": "refs/heads/main" }), &json!({})).green();
    let proposed = flows.github(|github| github.pulls(OFFICIAL).into_iter().cloned().collect::<Vec<_>>());
    assert_eq!((proposed.len(), proposed[0].author.as_str()), (1, "mona"));
    flows.run("library.yml", "push", &json!({ "ref": "refs/heads/main" }), &json!({})).green();
    assert_eq!(flows.writes(), 0, "{:#?}", flows.server.writes());
}

#[test]
fn without_a_token_or_on_a_fork_the_difference_is_shown_and_the_run_ends_green() {
    for fork in [false, true] {
        let Some(mut flows) = official() else { return };
        flows.fork = fork;
        if fork {
            flows.secrets = json!({ "PYBUMP_OFFICIAL_IMAGES_TOKEN": "mona-token" });
        }
        let ran = flows.run("library.yml", "push", &json!({ "ref": "refs/heads/main" }), &json!({})).green();
        let said = ran.said("library", "Run pybump");
        assert!(said.starts_with("pybump pr library --dry-run\n") && said.contains("+Tags: 3.14.2"), "{said}");
        assert_eq!(flows.writes(), 0);
    }
}

#[test]
fn the_report_is_published_and_on_a_fork_only_written() {
    for (fork, published) in [(false, "success"), (true, "skipped")] {
        let Some(mut flows) = Flows::new(calm()) else { return };
        flows.fork = fork;
        let ran = flows.run("pages.yml", "push", &json!({ "ref": "refs/heads/main" }), &json!({})).green();
        assert_eq!((ran.result("report"), ran.result("publish")), ("success", published));
        let page = std::fs::read_to_string(flows.folder().join("artifacts/github-pages/index.html")).unwrap();
        assert!(page.contains("3.14.2"), "{page}");
    }
}

#[test]
fn a_page_that_tells_of_an_alarm_is_published_and_the_run_is_red() {
    let Some(flows) = Flows::new(calm()) else { return };
    flows.server.world(|world| rerolled(world, "3.14.2"));
    let ran = flows.run("pages.yml", "schedule", &json!({ "schedule": "7 1,7,13,19 * * *" }), &json!({}));
    assert_eq!((ran.result("report"), ran.result("publish")), ("failure", "success"), "{ran:#?}");
    let page = std::fs::read_to_string(flows.folder().join("artifacts/github-pages/index.html")).unwrap();
    assert!(page.contains("1 with an alarm"), "{page}");
}

#[test]
fn where_no_page_could_be_written_none_is_published() {
    let Some(flows) = Flows::new(calm()) else { return };
    flows.push("main", &[("pybump.toml", Some("ledgre = \"x\"\n"))]);
    let ran = flows.run("pages.yml", "push", &json!({ "ref": "refs/heads/main" }), &json!({}));
    assert_eq!((ran.result("report"), ran.result("publish")), ("failure", "skipped"), "{ran:#?}");
    assert!(ran.steps("report").contains(&("Hand it over", "skipped")), "{ran:#?}");
}
