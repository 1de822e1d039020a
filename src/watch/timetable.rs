//! When a round is due: by the schedule, later by a little jitter, and sooner again for what failed.
//!
//! Pure: the clock and the dice are passed in. A round that was missed, because the process was not there, a round took long, or
//! the machine slept, is made up once. Refuses to believe in times that are still to come.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::model::{Schedule, Zone};

/// When rounds are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timetable {
    /// The schedule.
    pub schedule: Schedule,
    /// The time zone that it is read in.
    pub zone: Zone,
    /// A round begins up to this much later.
    pub jitter: SignedDuration,
}

/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(5);

/// The longest wait after a failure.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// As long as nothing is due, the clock is looked at this often.
const LOOK: Duration = Duration::from_secs(5);

/// A clock that is this far from where it should be was set.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

impl Timetable {
    /// When the next round is due after one that began at `last`. Without one it is due at once. `dice` is any number.
    pub fn next(&self, last: Option<Timestamp>, now: Timestamp, dice: u8) -> Timestamp {
        let Some(last) = last else { return now };
        // A time to come is a clock's that was wrong.
        let Some(mut due) = self.schedule.next(last.min(now), &self.zone) else { return Timestamp::MAX };
        if due <= now {
            return now;
        }
        let half = |due| self.schedule.next(due, &self.zone).map(|after| due.duration_until(after) / 2);
        // Put back a little, the clock comes to the same time again, which has had its round.
        if due <= last && half(due).is_some_and(|half| now.duration_until(last) < half) {
            due = self.schedule.next(due, &self.zone).unwrap_or(due);
        }
        // Never as late as the next one but one.
        let room = half(due).unwrap_or(self.jitter);
        due.saturating_add(self.jitter.min(room) * i32::from(dice) / 255).unwrap_or(due)
    }

    /// When a round is made up that began at `last` and did not come to its end, as did `unfinished` in a row; nothing if the last one
    /// did. The first is made up at once, and what ends the process each time is not run into again and again.
    pub fn make_up(unfinished: u32, last: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        match unfinished {
            0 => None,
            1 => Some(now),
            more => Some(Self::retry(more - 1, last.unwrap_or(now).min(now), 0).max(now)),
        }
    }

    /// When something is tried again that failed at `now` for the `failures`th time in a row.
    pub fn retry(failures: u32, now: Timestamp, dice: u8) -> Timestamp {
        let doubled = FIRST_WAIT * 2_i32.pow(failures.saturating_sub(1).min(8));
        a_little_later(doubled.min(LONGEST_WAIT), now, dice)
    }

    /// When something is tried again that is not to be tried for `rest`.
    pub fn after(rest: Duration, now: Timestamp, dice: u8) -> Timestamp {
        a_little_later(SignedDuration::try_from(rest).unwrap_or(LONGEST_WAIT), now, dice)
    }
}

/// `wait` from `now`, or up to a tenth more.
fn a_little_later(wait: SignedDuration, now: Timestamp, dice: u8) -> Timestamp {
    now.saturating_add(wait + wait * i32::from(dice) / 2550).unwrap_or(now)
}

/// What the clock did between two looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// It went on.
    Ran,
    /// It was put back, or forward, or the machine slept: by how much more or less than it should have gone on.
    Jumped(SignedDuration),
}

/// The wall clock beside the time that really went by.
#[derive(Debug, Clone, Copy)]
pub struct Watchman {
    seen: Timestamp,
}

impl Watchman {
    /// One who looks at the clock for the first time.
    pub fn new(now: Timestamp) -> Self {
        Self { seen: now }
    }

    /// What the clock did while `passed` went by.
    pub fn look(&mut self, now: Timestamp, passed: Duration) -> Clock {
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        let off = self.seen.duration_until(now).saturating_sub(passed);
        self.seen = now;
        if off.abs() > TOLERANCE { Clock::Jumped(off) } else { Clock::Ran }
    }
}

/// How long to wait before the clock is looked at again, where something is due at `due`.
pub fn pause(due: Timestamp, now: Timestamp) -> Duration {
    let wait = now.duration_until(due);
    Duration::try_from(wait).map_or(Duration::ZERO, |wait| wait.min(LOOK))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-20T{text}Z").parse().unwrap()
    }

    fn six_hourly(jitter: SignedDuration) -> Timetable {
        Timetable { schedule: "0 */6 * * *".parse().unwrap(), zone: Zone::default(), jitter }
    }

    #[test]
    fn a_missed_round_is_made_up_once() {
        let table = six_hourly(SignedDuration::from_mins(5));
        assert_eq!(table.next(None, at("10:00:00"), 9), at("10:00:00"));
        // Three were missed: one is due at once, and then the next by the schedule.
        assert_eq!(table.next(Some("2026-11-19T18:01:00Z".parse().unwrap()), at("13:00:00"), 9), at("13:00:00"));
        assert_eq!(table.next(Some(at("13:00:00")), at("13:01:00"), 0), at("18:00:00"));
    }

    #[test]
    fn jitter_delays_and_never_past_the_next_round() {
        let table = six_hourly(SignedDuration::from_mins(5));
        let next = |dice| table.next(Some(at("12:00:00")), at("12:01:00"), dice);
        assert_eq!((next(0), next(255)), (at("18:00:00"), at("18:05:00")));
        let wide = Timetable { schedule: "*/10 * * * *".parse().unwrap(), ..six_hourly(SignedDuration::from_hours(9)) };
        assert_eq!(wide.next(Some(at("12:00:00")), at("12:01:00"), 255), at("12:15:00"));
    }

    #[test]
    fn a_clock_that_was_put_back_delays_nothing() {
        let table = six_hourly(SignedDuration::ZERO);
        assert_eq!(table.next(Some("2030-01-01T00:00:00Z".parse().unwrap()), at("10:00:00"), 0), at("12:00:00"));
        let mut watchman = Watchman::new(at("10:00:00"));
        let five = Duration::from_secs(5);
        assert_eq!(watchman.look(at("10:00:05"), five), Clock::Ran);
        assert_eq!(watchman.look(at("08:00:10"), five), Clock::Jumped(SignedDuration::from_hours(-2)));
        assert_eq!(watchman.look(at("08:00:15"), five), Clock::Ran);
        assert_eq!(watchman.look(at("20:00:20"), five), Clock::Jumped(SignedDuration::from_hours(12)));
        // A round that took long is no jump.
        assert_eq!(watchman.look(at("21:00:20"), Duration::from_secs(3600)), Clock::Ran);
    }

    #[test]
    fn waits_after_failures_double_up_to_an_hour() {
        let waits: Vec<_> = (1..=6)
            .map(|failures| at("10:00:00").duration_until(Timetable::retry(failures, at("10:00:00"), 0)))
            .collect();
        assert_eq!(waits, [5, 10, 20, 40, 60, 60].map(SignedDuration::from_mins));
        assert_eq!(Timetable::retry(u32::MAX, at("10:00:00"), 255), at("11:06:00"));
        let half_an_hour = Duration::from_secs(1800);
        assert_eq!(Timetable::after(half_an_hour, at("10:00:00"), 0), at("10:30:00"));
        assert_eq!(Timetable::after(half_an_hour, at("10:00:00"), 255), at("10:33:00"));
        assert_eq!(pause(at("10:00:00"), at("09:59:58")), Duration::from_secs(2));
        assert_eq!(
            (pause(at("10:00:00"), at("11:00:00")), pause(at("10:00:00"), at("08:00:00"))),
            (Duration::ZERO, LOOK)
        );
    }
}
