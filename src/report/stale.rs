//! What is said of a release that has been out for long without being merged here.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::time::ago;
use crate::resolve::{Obstacle, Stale};

/// What counts as long, and by which time.
#[derive(Debug, Clone, Copy)]
pub struct Staleness {
    /// The time of the run.
    pub now: Timestamp,
    /// How long a release may be out.
    pub after: SignedDuration,
}

/// A release that has been out for long without being merged here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StaleReport {
    /// Which release; null where its series is held, or none is known.
    pub release: Option<String>,
    /// Since when it is out, by upstream's own times.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub since: Timestamp,
    /// What is in its way.
    pub reason: String,
    /// The pull request that proposes it; null if none is known.
    pub pull_request: Option<u64>,
    /// Since when what is in its way is there, where that is another time.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub reason_since: Option<Timestamp>,
}

impl StaleReport {
    /// The report of one.
    pub fn of(Stale { release, since, obstacle }: Stale) -> Self {
        let (pull_request, reason_since) = match &obstacle {
            Obstacle::PullRequest { number, opened_at } => (Some(*number), Some(*opened_at)),
            Obstacle::NotProposed | Obstacle::Waiting(_) | Obstacle::Held(_) => (None, None),
        };
        let release = release.map(|release| release.to_string());
        Self { release, since, reason: obstacle.to_string(), pull_request, reason_since }
    }

    /// In words: `out for 3 d: pull request #12 open for 2 d`.
    pub fn text(&self, now: Timestamp) -> String {
        let out = ago(self.since, now);
        match self.reason_since {
            Some(since) => format!("out for {out}: {} for {}", self.reason, ago(since, now)),
            None => format!("out for {out}: {}", self.reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_tell_how_long_it_is_out_and_what_for() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let (since, now) = (at("2026-06-07T08:00:00Z"), at("2026-06-10T17:09:59Z"));
        let text = |obstacle| StaleReport::of(Stale { release: None, since, obstacle }).text(now);
        assert_eq!(text(Obstacle::Waiting("the Windows installer")), "out for 3 d: waiting on the Windows installer");
        assert_eq!(text(Obstacle::Held("signer")), "out for 3 d: held: signer");
        let opened_at = at("2026-06-08T08:00:00Z");
        let pull = Obstacle::PullRequest { number: 12, opened_at };
        assert_eq!(text(pull), "out for 3 d: pull request #12 open for 2 d");
    }
}
