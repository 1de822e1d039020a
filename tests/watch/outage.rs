//! No network for a day: what is said of it, and that the process is there when it is over.

use pybump::demo::world::{Fault, World};

use super::watcher::{Watcher, messages};
use super::watching;
use crate::publish::trial::small;
use crate::support::github::Client;
use crate::support::worlds::{one_behind, release};

#[test]
fn a_day_in_which_nothing_answers_is_told_when_it_begins_and_when_it_is_over() {
    let stage = small(one_behind(), "");
    watching(&stage, "");
    let mut watcher = Watcher::start(&stage, "watch.toml", &["--listen", "127.0.0.1:0"]);
    let line = watcher.until("/healthz and /metrics on ");
    let base = line["message"].as_str().unwrap().split(" on ").nth(1).unwrap().to_owned();
    let client = Client::new(&base, "");
    let failures = |client: &Client| {
        let text = client.get("/metrics").text;
        let line =
            text.lines().find_map(|line| line.strip_prefix("pybump_consecutive_failures{repository=\"acme/python\"} "));
        line.unwrap_or_else(|| panic!("{text}")).parse::<u32>().unwrap()
    };
    watcher.until("round done");
    // The clone answers, for git has its own ways; nothing else does.
    stage.server.world(|world| world.fail_below("/", Fault::Status(501, String::new())));
    stage.server.world(|world| world.release(&release("3.14.4", 5))).unwrap();
    let first = watcher.round();
    let began: Vec<_> = ["ERROR", "WARN"].iter().flat_map(|level| messages(&first, level)).collect();
    assert!(!began.is_empty() && began.len() < 4, "{began:#?}");
    for round in 2..=24 {
        let lines = watcher.round();
        assert_eq!((messages(&lines, "ERROR"), messages(&lines, "WARN")), (vec![], vec![]), "round {round}");
        assert!(!messages(&lines, "INFO").iter().any(|text| text.starts_with("over: ")), "round {round}: {lines:#?}");
    }
    watcher.until("waiting");
    assert_eq!(failures(&client), 24);
    assert_eq!(client.get("/healthz").ok(200)["failing"][0], "acme/python");
    stage.server.world(World::mend);
    let lines = watcher.round();
    let over: Vec<_> = messages(&lines, "INFO").into_iter().filter(|text| text.starts_with("over: ")).collect();
    assert_eq!(over.len(), began.len(), "{lines:#?}");
    watcher.until("waiting");
    assert_eq!(failures(&client), 0);
    assert_eq!(stage.pull().title, "Update 3.14 to 3.14.4");
    watcher.stop();
}
