//! Several repositories in one process: upstream is asked once for all, and the port tells of each.

use pybump::demo::github::{GitHubFault, Permission};
use pybump::demo::world::Request;

use super::configure;
use super::watcher::{Watcher, far, messages};
use crate::publish::stage::Stage;
use crate::support::github::Client;
use crate::support::worlds::one_behind;

/// A stage with `count` repositories on GitHub, all with the same files.
pub fn stage(count: usize) -> Stage {
    let stage = Stage::new(one_behind(), "");
    let root = stage.root();
    let mut text = format!("[watch]\nschedule = \"{}\"\n", far());
    for number in 0..count {
        let name = format!("acme/image-{number}");
        stage.github(|github| {
            github.import(&name, &root).unwrap();
            github.permit("bot", &name, Permission::Write);
        });
        text.push_str(&format!("[[watch.repositories]]\nname = \"{name}\"\nurl = \"{}\"\n", root.display()));
    }
    configure(&stage, &text);
    stage
}

/// Paths asked of upstream in one round over `count` repositories, sorted.
fn asked(count: usize) -> Vec<String> {
    let stage = stage(count);
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    for number in 0..count {
        let pulls = stage.github(|github| github.pulls(&format!("acme/image-{number}")).len());
        assert_eq!(pulls, 1, "image-{number}: {:#?}", watcher.seen);
    }
    let upstream = |request: &Request| !request.target.contains("acme/") && !request.target.starts_with("/api/user");
    let requests = stage.server.requests().into_iter().filter(|request| upstream(request));
    let mut asked: Vec<_> = requests.map(|request| format!("{} {}", request.method, request.target)).collect();
    asked.sort();
    watcher.stop();
    asked
}

#[test]
fn upstream_is_asked_by_twelve_repositories_what_it_is_asked_by_two() {
    assert_eq!(asked(12), asked(2));
}

#[test]
fn a_used_up_allowance_is_heeded_by_all_told_once_and_no_failure() {
    let stage = stage(24);
    stage.github(|github| github.fail_times(60, usize::MAX, GitHubFault::PrimaryLimit(403, 1800)));
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    let done = watcher.until("round done");
    let waiting = watcher.until("waiting");
    let refused = stage.server.exchanges().iter().filter(|exchange| exchange.status == Some(403)).count();
    assert!((1..=16).contains(&refused), "{refused} requests were sent to be refused");
    let proposed =
        (0..24).filter(|number| stage.github(|github| !github.pulls(&format!("acme/image-{number}")).is_empty()));
    let proposed = proposed.count();
    assert!((1..12).contains(&proposed), "{proposed} pull requests");
    assert_eq!((&done["failed"], done["changed"].as_u64()), (&0.into(), Some(proposed as u64)), "{done}");
    let postponed = done["postponed"].as_u64().unwrap();
    assert!(postponed >= 24 - proposed as u64, "{done}");
    assert_eq!(waiting["again"].as_u64(), Some(postponed), "{waiting}");
    assert_eq!(messages(&watcher.seen, "ERROR"), [""; 0]);
    let told = messages(&watcher.seen, "WARN");
    let postponing = told.iter().filter(|text| text.starts_with("GitHub's allowance of requests is used up, or"));
    assert_eq!(postponing.count(), 1, "{told:?}");
    // Besides, whoever could do all but list the issues says so: no more than were under way.
    assert!(told.len() <= 16, "{told:?}");
    watcher.stop();
}

#[test]
fn the_port_tells_of_health_and_numbers() {
    let stage = stage(2);
    let mut watcher = Watcher::start(&stage, "watch.toml", &["--listen", "127.0.0.1:0"]);
    let line = watcher.until("/healthz and /metrics on ");
    let base = line["message"].as_str().unwrap().split(" on ").nth(1).unwrap().to_owned();
    watcher.until("round done");
    watcher.until("waiting");
    let client = Client::new(&base, "");
    let health = client.get("/healthz").ok(200);
    assert_eq!((health["status"].as_str(), health["failing"].as_array().map(Vec::len)), (Some("ok"), Some(0)));
    let numbers = client.get("/metrics").text;
    for number in [
        "pybump_runs_total{result=\"done\"} 2",
        "pybump_repositories 2",
        "pybump_series{repository=\"acme/image-0\",state=\"update\"} 1",
        "pybump_series{repository=\"acme/image-1\",state=\"current\"} 1",
        "pybump_config_valid 1",
        "pybump_consecutive_failures{repository=\"acme/image-1\"} 0",
    ] {
        assert!(numbers.contains(number), "{number}: {numbers}");
    }
    assert_eq!(messages(&watcher.seen, "ERROR"), [""; 0]);
    watcher.stop();
}

#[test]
fn a_repository_that_is_not_watched_any_more_leaves_nothing_behind() {
    let stage = stage(2);
    let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
    watcher.until("round done");
    let kept = |number: usize| {
        ["clones/acme/image-N.git", "configurations/acme/image-N.toml"]
            .map(|path| stage.home().join("state").join(path.replace('N', &number.to_string())).exists())
    };
    assert_eq!((kept(0), kept(1)), ([true; 2], [true; 2]));
    let text = stage.home_file("watch.toml");
    let (first, second) = (text.find("[[watch").unwrap(), text.rfind("[[watch").unwrap());
    configure(&stage, &format!("{}{}", &text[..first], &text[second..]));
    watcher.signal("HUP");
    watcher.until("the configuration ");
    watcher.round();
    assert_eq!((kept(0), kept(1)), ([false; 2], [true; 2]), "{:#?}", watcher.seen);
    assert_eq!(messages(&watcher.seen, "WARN"), [""; 0]);
    watcher.stop();
}
