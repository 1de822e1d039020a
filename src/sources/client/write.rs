//! Changes asked of GitHub.
//!
//! Owns which of them may be sent again: what can do no harm twice, and what the server has surely not acted upon.
//! Refuses to send one without a token, to a mirror, or after a redirect.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout};
use url::Url;

use super::exchange::Tries;
use super::failure::{FetchError, Problem};
use super::mirror::Address;
use super::options::BodyLimit;
use super::redirect::token_may_go;
use super::request::{Failure, failed};
use super::retry::{self, Verdict};
use super::{Client, Inner};

/// A change to ask for.
#[derive(Debug, Clone)]
pub struct Write<'a> {
    /// `POST`, `PATCH` or `DELETE`.
    pub method: Method,
    /// Where, below the API's root.
    pub url: &'a Url,
    /// JSON, or nothing.
    pub body: Bytes,
    /// Whether it may be sent again.
    pub repeat: Repeat,
}

/// When a change that brought no clear answer is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Whenever that may help: twice is as good as once.
    Freely,
    /// Only where the server has surely not acted upon it. Else the caller looks what became of it.
    Unseen,
}

/// What the server said to a change: a success, or a refusal for good.
#[derive(Debug, Clone)]
pub struct Written {
    /// 2xx, or 4xx.
    pub status: StatusCode,
    /// JSON, or nothing.
    pub body: Bytes,
}

/// The largest answer that is read: that to a tree names every file of its top folder.
const LIMIT: BodyLimit = BodyLimit::mebibytes(8);

/// How long GitHub wants to be left alone after its secondary limit, where it does not say.
const SECONDARY: SignedDuration = SignedDuration::from_secs(60);

impl Client {
    /// Asks for a change. An error leaves open whether it took place, unless [`Problem::was_unseen`].
    pub async fn write(&self, write: &Write<'_>) -> Result<Written, FetchError> {
        let inner = &*self.0;
        let effective = inner.options.mirrors.effective(write.url);
        let address = Address::new(write.url.clone(), effective.clone());
        if effective != *write.url || !token_may_go(&inner.options.github_api, &effective) {
            return Err(FetchError::new(address, Problem::NotToWriteTo));
        }
        let Some(token) = &inner.token else { return Err(FetchError::new(address, Problem::NoToken)) };
        let mut tries = Tries::of(inner);
        loop {
            let turn = inner.turn(write.url).await.map_err(|failure| tries.unasked(failure))?;
            let failure = match inner.try_write(write, &address, token).await {
                Ok(written) => return Ok(written),
                Err(failure) => failure,
            };
            drop(turn);
            inner.heed(write.url, &failure);
            if write.repeat == Repeat::Unseen && !failure.problem.was_unseen() {
                return Err(tries.give_up(failure));
            }
            tries.wait_after(failure).await?;
        }
    }
}

impl Inner {
    async fn try_write(&self, write: &Write<'_>, address: &Address, token: &HeaderValue) -> Result<Written, Failure> {
        let _slot = self.slot().await;
        let whole = self.options.timeouts.page;
        match timeout(whole, self.send_write(write, address, token)).await {
            Ok(result) => result,
            Err(_) => Err(failed(address, Problem::Timeout(whole))),
        }
    }

    async fn send_write(&self, write: &Write<'_>, address: &Address, token: &HeaderValue) -> Result<Written, Failure> {
        let fail = |problem| failed(address, problem);
        let timeouts = &self.options.timeouts;
        let connections = self.transport.to(write.url).map_err(fail)?;
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(header::AUTHORIZATION, token.clone());
        if !write.body.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = connections.request(write.method.clone(), write.url.clone()).headers(headers);
        self.counters.request();
        let start = Instant::now();
        let longest = timeouts.connect + timeouts.idle;
        let response = match timeout(longest, request.body(write.body.clone()).send()).await {
            Ok(response) => response.map_err(|error| fail(Problem::of_request(&error, timeouts.connect)))?,
            Err(_) => return Err(fail(Problem::Timeout(longest))),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let (method, url, ms) = (&write.method, super::redacted(write.url), start.elapsed().as_millis());
        tracing::debug!("{method} {url}: status {} after {ms} ms", status.as_u16());
        let mut body = self.body(response, LIMIT).map_err(fail)?;
        let mut bytes = BytesMut::new();
        while let Some(piece) = self.piece(&mut body).await.map_err(fail)? {
            bytes.extend_from_slice(&piece);
        }
        let body = bytes.freeze();
        if status.is_success() {
            return Ok(Written { status, body });
        }
        let now = Timestamp::now();
        let limits = matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS);
        if limits && names_secondary_limit(&body) && !headers.contains_key(header::RETRY_AFTER) {
            let until = now.checked_add(SECONDARY).unwrap_or(now).round(jiff::Unit::Second).unwrap_or(now);
            return Err(fail(Problem::ComeBack { status: status.as_u16(), until }));
        }
        match retry::judge(status, &headers, true, &self.options.retry, now) {
            Verdict::Redirect => {
                let to = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
                Err(fail(Problem::Redirect { to: to.to_owned(), reason: "a change is asked for in one place only" }))
            }
            Verdict::Problem { problem: Problem::Status { .. }, .. } if status.is_client_error() => {
                Ok(Written { status, body })
            }
            Verdict::Missing => Ok(Written { status, body }),
            Verdict::Problem { problem, wait } => Err(Failure { address: address.clone(), problem, wait }),
            Verdict::Body | Verdict::Unchanged => Err(fail(Problem::NothingToConfirm)),
        }
    }
}

fn names_secondary_limit(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    text.contains("secondary rate limit") || text.contains("abuse detection")
}

impl Problem {
    /// True where the server has surely not acted upon the request.
    pub fn was_unseen(&self) -> bool {
        match self {
            Self::Connect(_)
            | Self::Certificate(_)
            | Self::NoRoots(_)
            | Self::NoToken
            | Self::NotToWriteTo
            | Self::RateLimited { .. } => true,
            Self::Busy { status } | Self::ComeBack { status, .. } => matches!(status, 403 | 429),
            _ => false,
        }
    }
}
