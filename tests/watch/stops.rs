//! Stopped and killed in the middle of a round: in time, with nothing left half-done, and the next start goes on.

use std::path::Path;
use std::time::{Duration, Instant};

use pybump::demo::github::Exchange;
use pybump::demo::github::Moment::{self, After, Before};
use serde_json::Value;

use super::watcher::{Watcher, messages};
use super::watching;
use crate::publish::stage::{IMAGES, REPRODUCIBLE, Stage};
use crate::publish::trial::small;
use crate::support::worlds::one_behind;

const PATIENCE: Duration = Duration::from_secs(40);

/// A watched stage, GitHub as it is before, and what a whole round asks of it.
struct Stops {
    stage: Stage,
    before: pybump::demo::github::Saved,
    requests: Vec<Exchange>,
}

impl Stops {
    fn new() -> Self {
        let stage = small(one_behind(), REPRODUCIBLE);
        watching(&stage, "");
        let before = stage.github(|github| github.save());
        let mut watcher = Watcher::start(&stage, "watch.toml", &[]);
        watcher.until("round done");
        let requests = stage.server.exchanges();
        watcher.stop();
        assert_eq!(stage.pulls().len(), 1);
        Self { stage, before, requests }
    }

    /// Each request, before it is worked on, and one that changes something after it as well.
    fn moments(&self) -> impl Iterator<Item = (usize, Moment)> {
        let of = |(index, request): (usize, &Exchange)| {
            let after = request.is_write().then_some((index, After));
            [Some((index, Before)), after]
        };
        self.requests.iter().enumerate().flat_map(of).flatten().collect::<Vec<_>>().into_iter()
    }

    /// A process whose first round, which is due at once, is held at this request.
    fn held(&self, index: usize, moment: Moment) -> Watcher {
        let _ = std::fs::remove_dir_all(self.state());
        self.stage.github(|github| github.restore(&self.before));
        self.stage.server.forget_requests();
        self.stage.server.hold_at(index, moment);
        let watcher = Watcher::start(&self.stage, "watch.toml", &[]);
        assert!(self.stage.server.wait_until_held(PATIENCE), "request {index} was never made");
        watcher
    }

    fn state(&self) -> std::path::PathBuf {
        self.stage.home().join("state")
    }

    /// Starts again: what was begun is finished at once and once.
    fn goes_on(&self, when: &str) {
        self.stage.server.forget_requests();
        let mut watcher = Watcher::start(&self.stage, "watch.toml", &[]);
        watcher.until("the last round did not come to its end");
        watcher.until("round done");
        watcher.until("waiting");
        assert_eq!((messages(&watcher.seen, "ERROR"), messages(&watcher.seen, "WARN")), (vec![], vec![]), "{when}");
        assert_eq!(unfinished(&self.state()), 0, "{when}");
        self.has_one(when);
        watcher.stop();
    }

    fn has_one(&self, when: &str) {
        let pulls = self.stage.pulls();
        assert!(pulls.len() == 1 && pulls[0].open && pulls[0].title == "Update 3.14 to 3.14.3", "{when}: {pulls:#?}");
        let branches = self.stage.github(|github| github.refs(IMAGES).len());
        assert_eq!((branches, self.stage.version("pybump/update", "3.14")), (2, "3.14.3".to_owned()), "{when}");
    }
}

/// How many rounds are remembered that did not come to their end.
fn unfinished(state: &Path) -> u64 {
    let memory: Value = serde_json::from_slice(&std::fs::read(state.join("watch.json")).unwrap()).unwrap();
    memory["unfinished"].as_u64().unwrap()
}

#[test]
fn asked_to_stop_at_any_request_it_ends_well_and_the_next_start_goes_on() {
    let stops = Stops::new();
    for (index, moment) in stops.moments() {
        let when = format!("stopped {moment:?} request {index}");
        let mut watcher = stops.held(index, moment);
        watcher.signal("TERM");
        watcher.until("asked to stop");
        stops.stage.server.release();
        // In time, with status 0.
        let seen = watcher.stopped();
        assert_eq!(messages(&seen, "ERROR"), [""; 0], "{when}");
        let left = unfinished(&stops.state());
        if left > 0 {
            stops.goes_on(&when);
        } else {
            stops.has_one(&when);
        }
    }
}

#[test]
fn asked_to_stop_while_github_is_silent_it_ends_in_time_and_the_next_start_goes_on() {
    let stops = Stops::new();
    let index = stops.requests.iter().position(Exchange::is_write).unwrap();
    let mut watcher = stops.held(index, After);
    let asked = Instant::now();
    watcher.signal("TERM");
    watcher.until("stopped in the middle; the next start goes on from there");
    watcher.stopped();
    assert!(asked.elapsed() < Duration::from_secs(10), "it took {:?}", asked.elapsed());
    assert!(stops.stage.server.wait_until_hung_up(PATIENCE));
    stops.stage.server.release();
    stops.goes_on("stopped in silence");
}

#[test]
fn killed_in_the_middle_of_a_round_the_next_start_takes_the_state_over_and_makes_it_up_once() {
    let stops = Stops::new();
    let writes: Vec<_> = stops.moments().filter(|(index, _)| stops.requests[*index].is_write()).collect();
    for (index, moment) in writes {
        let watcher = stops.held(index, moment);
        watcher.kill();
        assert!(stops.stage.server.wait_until_hung_up(PATIENCE));
        stops.stage.server.release();
        assert_eq!(unfinished(&stops.state()), 1);
        stops.goes_on(&format!("killed {moment:?} request {index}"));
    }
    // There is nothing more to make up.
    let mut again = Watcher::start(&stops.stage, "watch.toml", &[]);
    again.until("waiting");
    assert!(again.seen.iter().all(|line| line["message"] != "round done"), "{:#?}", again.seen);
    again.stop();
}

#[test]
fn what_ends_the_process_each_time_is_not_run_into_again_and_again() {
    let stops = Stops::new();
    for times in 1..=2 {
        if times == 1 {
            stops.held(0, Before).kill();
        } else {
            stops.stage.server.forget_requests();
            stops.stage.server.hold_at(0, Before);
            let watcher = Watcher::start(&stops.stage, "watch.toml", &[]);
            assert!(stops.stage.server.wait_until_held(PATIENCE));
            watcher.kill();
        }
        assert!(stops.stage.server.wait_until_hung_up(PATIENCE));
        stops.stage.server.release();
        assert_eq!(unfinished(&stops.state()), times);
    }
    let mut third = Watcher::start(&stops.stage, "watch.toml", &[]);
    let line = third.until("waiting");
    let next: jiff::Timestamp = line["next"].as_str().unwrap().parse().unwrap();
    let wait = jiff::Timestamp::now().duration_until(next).as_secs();
    assert!((200..=300).contains(&wait), "{line}");
    third.stop();
}
