//! The issue while `pybump watch` runs: a configuration that broke is in it until it is mended.

use super::stage::{ISSUE, issue};
use crate::publish::stage::Stage;
use crate::support::worlds::calm;
use crate::watch::watcher::Watcher;
use crate::watch::watching;

#[test]
fn a_configuration_that_broke_is_told_in_the_issue_until_it_is_mended() {
    let stage = Stage::new(calm(), ISSUE);
    watching(&stage, "");
    let sound = stage.file("HEAD", "pybump.toml").unwrap();
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    stage.push("main", &[("pybump.toml", Some(&format!("{sound}nonsense = \"@mara <b>\"\n")))]);
    stage.pull_clone();
    watcher.round();
    let opened = issue(&stage);
    assert_eq!(opened.title, "pybump: the configuration needs a person");
    let body = opened.body.clone().unwrap();
    assert!(
        body.contains("- **The configuration cannot be used**: `pybump.toml:9`: unknown field `nonsense`"),
        "{body}"
    );
    stage.server.forget_requests();
    watcher.round();
    assert_eq!((stage.writes(), issue(&stage)), (0, opened));
    stage.push("main", &[("pybump.toml", Some(&sound))]);
    stage.pull_clone();
    watcher.round();
    assert!(!issue(&stage).open);
    watcher.stop();
}
