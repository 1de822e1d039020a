//! Clocks that jump: what the loop makes of them, played with times alone.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use pybump::watch::timetable::{Clock, Timetable, Watchman, pause};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn table(schedule: &str, zone: &str) -> Timetable {
    Timetable { schedule: schedule.parse().unwrap(), zone: zone.parse().unwrap(), jitter: SignedDuration::ZERO }
}

/// The loop, with a clock on the wall and the time that really goes by.
struct Loop {
    table: Timetable,
    wall: Timestamp,
    watchman: Watchman,
    next: Timestamp,
    last: Timestamp,
    went_by: Duration,
    /// When rounds began: by the clock, and after how much time.
    rounds: Vec<(Timestamp, Duration)>,
}

impl Loop {
    /// One whose last round began at `wall`.
    fn new(table: Timetable, wall: Timestamp) -> Self {
        let next = table.next(Some(wall), wall, 0);
        let (watchman, rounds) = (Watchman::new(wall), Vec::new());
        Self { table, wall, watchman, next, last: wall, went_by: Duration::ZERO, rounds }
    }

    /// Runs for so long.
    fn run(&mut self, long: Duration) {
        let end = self.went_by + long;
        let mut passed = Duration::ZERO;
        while self.went_by < end {
            if let Clock::Jumped(_) = self.watchman.look(self.wall, passed) {
                self.next = self.table.next(Some(self.last), self.wall, 0);
            }
            if self.next <= self.wall {
                self.rounds.push((self.wall, self.went_by));
                self.last = self.wall;
                self.next = self.table.next(Some(self.last), self.wall, 0);
            }
            // Looks in between change nothing while the clock goes on.
            let rest = Duration::try_from(self.wall.duration_until(self.next)).unwrap_or_default();
            let left = end.saturating_sub(self.went_by);
            passed = rest.max(pause(self.next, self.wall)).max(Duration::from_secs(1)).min(left);
            self.went_by += passed;
            self.wall += passed;
        }
        // The clock is looked at before it can jump.
        self.watchman.look(self.wall, passed);
    }

    /// Sets the clock.
    fn jump(&mut self, by: SignedDuration) {
        self.wall += by;
    }

    /// What the clock showed at each round.
    fn shown(&self) -> Vec<String> {
        self.rounds.iter().map(|(wall, _)| wall.to_string()).collect()
    }
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_clock_that_jumps_a_day_ahead_makes_up_one_round() {
    let mut watch = Loop::new(table("0 */6 * * *", "UTC"), at("2026-11-20T12:00:00Z"));
    watch.run(HOUR);
    watch.jump(SignedDuration::from_hours(24));
    watch.run(12 * HOUR);
    assert_eq!(watch.shown(), ["2026-11-21T13:00:00Z", "2026-11-21T18:00:00Z", "2026-11-22T00:00:00Z"]);
}

#[test]
fn a_clock_that_goes_back_a_little_repeats_no_round() {
    for back in [2, 90, 3600] {
        let mut watch = Loop::new(table("0 */6 * * *", "UTC"), at("2026-11-20T12:00:00Z"));
        watch.run(Duration::from_secs(1));
        watch.jump(-SignedDuration::from_secs(back));
        watch.run(12 * HOUR);
        assert_eq!(watch.shown()[0], "2026-11-20T18:00:00Z", "{back} s");
    }
}

#[test]
fn a_clock_that_goes_back_far_delays_no_round() {
    let mut watch = Loop::new(table("0 */6 * * *", "UTC"), at("2030-01-01T00:00:00Z"));
    watch.run(Duration::from_secs(1));
    watch.jump(at("2030-01-01T00:00:01Z").duration_until(at("2026-11-20T11:00:00Z")));
    watch.run(8 * HOUR);
    assert_eq!(watch.shown(), ["2026-11-20T12:00:00Z", "2026-11-20T18:00:00Z"]);
}

#[test]
fn a_day_that_has_25_hours_or_23_has_one_round_at_night() {
    for (begin, round) in
        [("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"), ("2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z")]
    {
        let mut watch = Loop::new(table("30 2 * * *", "Europe/Berlin"), at(begin));
        watch.run(24 * HOUR);
        assert_eq!(watch.shown(), [round]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_clock_does_rounds_go_on_and_none_follows_at_once_on_another(
        schedule in prop::sample::select(vec!["0 */6 * * *", "*/10 * * * *", "0 3 * * *", "15 2,14 * * *"]),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York"]),
        jumps in prop::collection::vec((1..60_000_u64, -300_000..300_000_i64), 1..5),
    ) {
        let mut watch = Loop::new(table(schedule, zone), at("2026-10-20T12:00:00Z"));
        let mut jumped = Vec::new();
        for (long, by) in jumps {
            watch.run(Duration::from_secs(long));
            watch.jump(SignedDuration::from_secs(by));
            jumped.push(watch.went_by);
        }
        watch.run(30 * HOUR);
        // The longest gap is that of a night in autumn; a round that is not repeated adds at most half of one.
        let gap = match schedule { "*/10 * * * *" => HOUR + HOUR / 6, "0 */6 * * *" => 7 * HOUR, "0 3 * * *" => 25 * HOUR, _ => 13 * HOUR };
        let times: Vec<_> = std::iter::once(Duration::ZERO).chain(watch.rounds.iter().map(|(_, after)| *after)).collect();
        for pair in times.windows(2) {
            // Each jump may begin the wait anew.
            let within = jumped.iter().filter(|when| pair[0] <= **when && **when <= pair[1]).count();
            let waited = pair[1].saturating_sub(pair[0]);
            prop_assert!(waited <= (gap + gap / 2) * (u32::try_from(within).unwrap() + 1), "{waited:?} with {within} jumps");
            prop_assert!(within > 0 || waited >= Duration::from_secs(600) , "{waited:?} without a jump");
        }
        let silent = watch.went_by.saturating_sub(*times.last().unwrap());
        let within = jumped.iter().filter(|when| *times.last().unwrap() <= **when).count();
        prop_assert!(silent <= (gap + gap / 2) * (u32::try_from(within).unwrap() + 1), "{silent:?} at the end");
    }
}
