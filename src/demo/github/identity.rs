//! Who wrote or committed something, and when, in the zone they wrote it down.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Value, json};

/// A name, an address and a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Seconds since the epoch.
    pub seconds: i64,
    /// Minutes that the zone is ahead of UTC.
    pub offset: i32,
}

impl Identity {
    /// An identity at a time in UTC.
    pub fn new(name: &str, email: &str, at: Timestamp) -> Self {
        Self { name: name.to_owned(), email: email.to_owned(), seconds: at.as_second(), offset: 0 }
    }

    /// As git2 has it.
    pub(super) fn of(signature: &git2::Signature<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            name: text(signature.name_bytes()),
            email: text(signature.email_bytes()),
            seconds: signature.when().seconds(),
            offset: signature.when().offset_minutes(),
        }
    }

    /// The time written as `2026-01-02T03:04:05Z` or with a numeric offset; none if it is no such text.
    pub(super) fn at(mut self, date: &str) -> Option<Self> {
        let at: Timestamp = date.parse().ok()?;
        let pieces = jiff::fmt::temporal::Pieces::parse(date).ok()?;
        self.seconds = at.as_second();
        self.offset = pieces.to_numeric_offset().map_or(0, |offset: Offset| offset.seconds() / 60);
        Some(self)
    }

    /// As it stands in a commit.
    pub(super) fn line(&self) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let (hours, minutes) = (self.offset.abs() / 60, self.offset.abs() % 60);
        format!("{} <{}> {} {sign}{hours:02}{minutes:02}", self.name, self.email, self.seconds)
    }

    /// As GitHub shows it: the time in UTC.
    pub(super) fn json(&self) -> Value {
        json!({ "name": self.name, "email": self.email, "date": instant(self.seconds) })
    }
}

/// A time as GitHub writes it.
pub(super) fn instant(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().to_string()
}
