//! Times as people read them: to the minute, in UTC, and how long ago.

use jiff::Timestamp;

/// `2026-06-10 17:09 UTC`
pub fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How long before `now` something was, in its largest unit: `5 min`, `9 h`, `3 d`.
pub fn ago(since: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(since).as_mins().max(0);
    match minutes {
        0..=119 => format!("{minutes} min"),
        120..=2879 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_their_largest_unit() {
        let now: Timestamp = "2026-06-10T17:09:59Z".parse().unwrap();
        let at = |text: &str| ago(text.parse().unwrap(), now);
        assert_eq!(at("2026-06-10T16:09:59Z"), "60 min");
        assert_eq!(at("2026-06-10T08:00:00Z"), "9 h");
        assert_eq!(at("2026-06-07T08:00:00Z"), "3 d");
        assert_eq!(at("2026-06-10T17:20:00Z"), "0 min");
        assert_eq!(instant(now), "2026-06-10 17:09 UTC");
    }
}
