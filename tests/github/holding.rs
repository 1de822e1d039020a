//! A request can be held so that its client can be killed, before or after the work is done.

use std::sync::Arc;
use std::time::Duration;

use pybump::demo::github::Moment;
use serde_json::json;

use super::setup::{IMAGES, served};

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_held_request_blocks_no_other_and_dies_with_its_client() {
    for (moment, there) in [(Moment::Before, false), (Moment::After, true)] {
        let (hub, client) = served();
        let hub = Arc::new(hub);
        let main = hub.github(|github| github.branch(IMAGES, "main").unwrap()).to_string();
        hub.hold_at(0, moment);
        let body = json!({ "ref": "refs/heads/new", "sha": main });
        let (served, other) = (Arc::clone(&hub), hub.client("bot-token"));
        let hung_up = client.hang_up("POST", "/repos/acme/python/git/refs", &body, move || {
            assert!(served.wait_until_held(PATIENCE));
            assert_eq!(other.get("/repos/acme/python").status, 200);
        });
        assert!(hung_up && hub.wait_until_hung_up(PATIENCE));
        hub.release();
        assert_eq!(client.get("/repos/acme/python").status, 200);
        assert_eq!(hub.github(|github| github.branch(IMAGES, "new").is_some()), there);
    }
}

#[test]
fn a_released_request_goes_on() {
    let (hub, _client) = served();
    hub.hold_at(0, Moment::Before);
    std::thread::scope(|scope| {
        let patient = scope.spawn(|| hub.client("bot-token").get("/repos/acme/python").status);
        assert!(hub.wait_until_held(PATIENCE));
        hub.release();
        assert_eq!(patient.join().unwrap(), 200);
    });
}
