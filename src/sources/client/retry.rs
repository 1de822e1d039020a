//! What is tried again, and when. The one place that classifies what went wrong.
//!
//! Again: no connection, time-outs, cut bodies, and the statuses 408, 425, 429 and 5xx. Never: anything else, and a
//! server that asks for a longer wait than a run should spend. Pure: the clock and the dice are passed in.

use std::error::Error;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

use super::failure::Problem;

/// How often and after what waits a request is repeated.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// How often a request is sent at most, at least once.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles with each further one.
    pub base: Duration,
    /// The longest such wait.
    pub cap: Duration,
    /// The longest wait that a server may ask for with `Retry-After`; beyond it the request fails.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(10),
            longest_wait: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// The wait after the `attempt`-th failure, counted from 1: half of the full wait and, by the throw of `dice`, up
    /// to the whole of it.
    pub(super) fn wait(&self, attempt: u32, dice: u8) -> Duration {
        let full = self.base.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(self.cap);
        full / 2 + full / 2 * u32::from(dice) / 255
    }
}

/// What a status and its headers mean.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A body follows.
    Body,
    /// The copy that is here still holds.
    Unchanged,
    /// It is elsewhere.
    Redirect,
    /// It is not there.
    Missing,
    /// It went wrong; the server may have said how long to wait.
    Problem { problem: Problem, wait: Option<Duration> },
}

/// What `status` with `headers` means at the time `now`.
pub(super) fn judge(
    status: StatusCode,
    headers: &HeaderMap,
    with_token: bool,
    policy: &RetryPolicy,
    now: Timestamp,
) -> Verdict {
    match status.as_u16() {
        200 => return Verdict::Body,
        304 => return Verdict::Unchanged,
        301 | 302 | 303 | 307 | 308 => return Verdict::Redirect,
        404 | 410 => return Verdict::Missing,
        _ => {}
    }
    let limited = matches!(status.as_u16(), 403 | 429);
    if limited && text(headers, "x-ratelimit-remaining") == Some("0") {
        let reset = text(headers, "x-ratelimit-reset").and_then(|text| text.parse().ok());
        let until = reset.and_then(|seconds| Timestamp::from_second(seconds).ok());
        return Verdict::Problem { problem: Problem::RateLimited { until, with_token }, wait: None };
    }
    let asked = (limited || status.is_server_error()).then(|| retry_after(headers, now)).flatten();
    match asked {
        Some(wait) if wait > policy.longest_wait => Verdict::Problem {
            problem: Problem::ComeBack { status: status.as_u16(), until: after(now, wait) },
            wait: None,
        },
        // GitHub's secondary limit is a 403 that names a wait; any other 403 is for good.
        Some(wait) => Verdict::Problem { problem: Problem::Busy { status: status.as_u16() }, wait: Some(wait) },
        None => Verdict::Problem { problem: Problem::Status { status: status.as_u16(), detail: None }, wait: None },
    }
}

impl Problem {
    /// True where the same request may succeed a moment later.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Connect(_)
            | Self::Broken(_)
            | Self::Timeout(_)
            | Self::Stalled { .. }
            | Self::Cut { .. }
            | Self::Busy { .. } => true,
            Self::Status { status, .. } => match status {
                408 | 425 | 429 => true,
                501 | 505 => false,
                status => (500..600).contains(status),
            },
            Self::Certificate(_)
            | Self::NoRoots(_)
            | Self::TooLarge { .. }
            | Self::Encoded(_)
            | Self::RateLimited { .. }
            | Self::ComeBack { .. }
            | Self::Redirect { .. }
            | Self::TooManyRedirects(_)
            | Self::NothingToConfirm
            | Self::NotText { .. }
            | Self::NoToken
            | Self::NotToWriteTo
            | Self::Unreadable(_) => false,
        }
    }

    /// What it means that a request brought no answer.
    pub(super) fn of_request(error: &reqwest::Error, connect: Duration) -> Self {
        let words = words(error);
        if error.is_timeout() {
            Self::Timeout(connect)
        } else if words.contains("certificate") {
            Self::Certificate(words)
        } else if error.is_connect() {
            Self::Connect(words)
        } else {
            Self::Broken(words)
        }
    }

    /// What it means that a body broke off after `received` bytes of those `announced`.
    pub(super) fn of_body(error: &reqwest::Error, announced: Option<u64>, received: u64) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = error.source();
        while let Some(link) = cause {
            let ended =
                link.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof);
            // A body shorter than announced, and a chunked one without its last chunk, both end in these words.
            if ended || link.to_string().contains("end of file before message length reached") {
                return Self::Cut { announced, received };
            }
            cause = link.source();
        }
        Self::Broken(format!("{} after {received} bytes", words(error)))
    }
}

/// The innermost causes of `error` in words, without its URL, which may hold credentials.
pub(super) fn words(error: &(dyn Error + 'static)) -> String {
    let mut chain = Vec::new();
    let mut cause = error.source();
    while let Some(link) = cause {
        chain.push(link.to_string());
        cause = link.source();
    }
    match chain.len() {
        0 => "no reason given".to_owned(),
        length => chain.split_off(length.saturating_sub(2)).join(": "),
    }
}

/// The wait that `Retry-After` asks for, in seconds or until a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = text(headers, header::RETRY_AFTER.as_str())?.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = http_date(text)?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}

/// An HTTP date (`Sun, 06 Nov 1994 08:49:37 GMT`).
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// The time `wait` from `now`, to the second.
fn after(now: Timestamp, wait: Duration) -> Timestamp {
    let then = SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok());
    then.and_then(|then| then.round(jiff::Unit::Second).ok()).unwrap_or(Timestamp::MAX)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
