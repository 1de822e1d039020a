//! `library.yml` and `pages.yml`.

use serde_json::json;

use super::stage::Flows;
use crate::support::worlds::calm;

#[test]
fn without_a_token_for_official_images_the_difference_is_shown_and_the_run_ends_green() {
    let Some(flows) = Flows::new(calm()) else { return };
    flows.github(|github| {
        github.create("docker-library/official-images").unwrap();
    });
    let ran = flows.run("library.yml", "push", &json!({ "ref": "refs/heads/main" }), &json!({})).green();
    assert!(ran.said("library", "Run pybump").starts_with("pybump pr library --dry-run\n"), "{ran:#?}");
    assert_eq!(flows.writes(), 0);
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
