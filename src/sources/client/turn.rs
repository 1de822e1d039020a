//! Whose turn it is to ask GitHub's API, among all that one process asks it.
//!
//! Owns how many requests are under way there at once, and until when it wants to be left alone: what one run was told, the
//! others heed, by token, for an allowance is a token's. Refuses to send what GitHub has said that it will not answer.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep};
use url::Url;

use super::Inner;
use super::failure::Problem;
use super::request::Failure;

/// How many requests may be under way at GitHub's API at once; GitHub puts up with a hundred of one account.
const AT_ONCE: usize = 16;

/// GitHub is left alone for no longer, whatever it says and whatever this machine's clock says: allowances are an hour's.
const LONGEST: Duration = Duration::from_secs(3600);

/// The turns of one process.
#[derive(Debug)]
pub(super) struct Turns {
    slots: Semaphore,
    rests: Mutex<HashMap<Option<HeaderValue>, Rest>>,
}

/// GitHub wants to be left alone.
#[derive(Debug, Clone)]
struct Rest {
    until: Instant,
    problem: Problem,
}

impl Default for Turns {
    fn default() -> Self {
        Self { slots: Semaphore::new(AT_ONCE), rests: Mutex::default() }
    }
}

impl Turns {
    /// How long GitHub still wants to be left alone by whoever has this token.
    pub(super) fn rest(&self, token: Option<&HeaderValue>) -> Option<Duration> {
        self.resting(token).map(|(wait, _)| wait)
    }

    /// Waits for a turn; the problem that another was told of, if that is not a wait of at most `longest`.
    async fn next(&self, token: Option<&HeaderValue>, longest: Duration) -> Result<SemaphorePermit<'_>, Problem> {
        loop {
            let slot = self.slots.acquire().await.expect("the semaphore is never closed");
            let Some((wait, problem)) = self.resting(token) else { return Ok(slot) };
            drop(slot);
            // Whoever was told to come back, or has used all up, is to end; only a short wait is one to be waited for.
            if wait > longest || !matches!(problem, Problem::Busy { .. }) {
                return Err(problem);
            }
            sleep(wait).await;
        }
    }

    /// Heeds what GitHub said.
    fn heed(&self, token: Option<&HeaderValue>, failure: &Failure) {
        let now = jiff::Timestamp::now();
        let until = |until: jiff::Timestamp| Duration::try_from(now.duration_until(until)).ok();
        let wait = match &failure.problem {
            Problem::RateLimited { until: Some(time), .. } | Problem::ComeBack { status: 403 | 429, until: time } => {
                until(*time)
            }
            Problem::Busy { status: 403 | 429 } => failure.wait,
            _ => None,
        };
        let Some(wait) = wait else { return };
        let rest = Rest { until: Instant::now() + wait.min(LONGEST), problem: failure.problem.clone() };
        let mut rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        let known = rests.entry(token.cloned()).or_insert_with(|| rest.clone());
        if known.until < rest.until {
            *known = rest;
        }
    }

    fn resting(&self, token: Option<&HeaderValue>) -> Option<(Duration, Problem)> {
        let rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = rests.get(&token.cloned())?;
        let wait = rest.until.checked_duration_since(Instant::now()).filter(|wait| !wait.is_zero())?;
        Some((wait, rest.problem.clone()))
    }
}

impl Inner {
    /// Waits for a turn where `url` is GitHub's API itself; nothing need be waited for elsewhere.
    pub(super) async fn turn(&self, url: &Url) -> Result<Option<SemaphorePermit<'_>>, Failure> {
        if !self.is_github(url) {
            return Ok(None);
        }
        let turn = self.transport.turns().next(self.token.as_ref(), self.options.retry.longest_wait).await;
        turn.map(Some).map_err(|problem| Failure {
            address: super::Address::new(url.clone(), self.options.mirrors.effective(url)),
            problem,
            wait: None,
        })
    }

    /// Tells the other clients of this process what GitHub said of `url`, if it is GitHub that said so.
    pub(super) fn heed(&self, url: &Url, failure: &Failure) {
        if self.is_github(url) {
            self.transport.turns().heed(self.token.as_ref(), failure);
        }
    }

    fn is_github(&self, url: &Url) -> bool {
        self.options.mirrors.effective(url).as_str().starts_with(self.options.github_api.as_str())
    }
}
