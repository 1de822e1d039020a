//! One request with its redirects, up to the headers of the answer.
//!
//! Owns what is sent along: conditions, the token, what caches may do. Refuses to send the token anywhere but to its
//! host, also after a detour over another, and to follow a redirect that the allow-list does not know.

use std::time::Duration;

use bytes::BytesMut;
use http::{HeaderMap, Method, header};
use jiff::Timestamp;
use reqwest::Response;
use tokio::time::{Instant, timeout};
use url::Url;

use super::Inner;
use super::answer::Missing;
use super::cache::Entry;
use super::download::Body;
use super::failure::Problem;
use super::mirror::Address;
use super::options::BodyLimit;
use super::redirect::{Refused, same_origin, token_may_go};
use super::retry::{self, Verdict};

/// What is asked.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) limit: BodyLimit,
    pub(super) freshness: Freshness,
    /// Whether a copy from an earlier run may be confirmed, and this page be kept.
    pub(super) cached: bool,
}

/// What caches in between may answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Whatever they hold.
    Any,
    /// Only what the source itself says now.
    Revalidated,
}

/// Why an attempt brought nothing.
pub(super) struct Failure {
    pub(super) address: Address,
    pub(super) problem: Problem,
    /// How long the server asked to wait.
    pub(super) wait: Option<Duration>,
}

/// What an attempt brought, short of the body.
pub(super) enum Opened {
    Body { address: Address, response: Response },
    Unchanged { address: Address, entry: Entry },
    Missing(Missing),
}

/// More redirects than this are a loop.
const REDIRECTS: usize = 5;

/// How much of an error's body is read, to quote its message and to keep the connection.
const QUOTED: u64 = 16 * 1024;

impl Inner {
    /// Asks, and follows redirects, until there is an answer.
    pub(super) async fn open(&self, ask: &Ask<'_>) -> Result<Opened, Failure> {
        let mut target = ask.url.clone();
        let mut token_allowed = true;
        for _ in 0..=REDIRECTS {
            let effective = self.options.mirrors.effective(&target);
            let address = Address::new(ask.url.clone(), effective.clone());
            token_allowed &= token_may_go(&self.options.github_api, &effective);
            let token = self.token.as_ref().filter(|_| token_allowed);
            let entry = self.cache.as_ref().filter(|_| ask.cached).and_then(|cache| cache.load(&effective, ask.limit));

            let mut headers = request_headers(ask.freshness, entry.as_ref());
            if let Some(token) = token {
                headers.insert(header::AUTHORIZATION, token.clone());
            }
            if same_origin(&self.options.github_api, &target) {
                headers.insert(header::ACCEPT, http::HeaderValue::from_static("application/vnd.github+json"));
            }
            let response = self.send(ask, &effective, headers).await.map_err(|problem| failed(&address, problem))?;
            let verdict = retry::judge(
                response.status(),
                response.headers(),
                token.is_some(),
                &self.options.retry,
                Timestamp::now(),
            );
            match (verdict, entry) {
                (Verdict::Body, _) => return Ok(Opened::Body { address, response }),
                (Verdict::Unchanged, Some(entry)) => {
                    self.counters.revalidated();
                    if let Some(cache) = &self.cache {
                        cache.confirmed(&effective);
                    }
                    return Ok(Opened::Unchanged { address, entry });
                }
                (Verdict::Unchanged, None) => return Err(failed(&address, Problem::NothingToConfirm)),
                (Verdict::Missing, _) => {
                    let status = response.status().as_u16();
                    self.quote(response).await;
                    return Ok(Opened::Missing(Missing { address, status }));
                }
                (Verdict::Redirect, _) => {
                    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
                    let next = self.allowed.follow(&effective, location);
                    target =
                        next.map_err(|Refused { to, reason }| failed(&address, Problem::Redirect { to, reason }))?;
                    self.quote(response).await;
                }
                (Verdict::Problem { mut problem, wait }, _) => {
                    let said = self.quote(response).await;
                    if let Problem::Status { detail, .. } = &mut problem {
                        *detail = said;
                    }
                    return Err(Failure { address, problem, wait });
                }
            }
        }
        Err(self.failure(ask, Problem::TooManyRedirects(REDIRECTS)))
    }

    async fn send(&self, ask: &Ask<'_>, effective: &Url, headers: HeaderMap) -> Result<Response, Problem> {
        let connections = self.transport.to(effective)?;
        let timeouts = &self.options.timeouts;
        self.counters.request();
        let request = connections.request(ask.method.clone(), effective.clone()).headers(headers);
        let start = Instant::now();
        let result = match timeout(timeouts.connect + timeouts.idle, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Problem::of_request(&error, timeouts.connect)),
            Err(_) => Err(Problem::Timeout(timeouts.connect + timeouts.idle)),
        };
        let (method, url, ms) = (&ask.method, super::redacted(effective), start.elapsed().as_millis());
        match &result {
            Ok(response) => tracing::debug!("{method} {url}: status {} after {ms} ms", response.status().as_u16()),
            Err(problem) => tracing::debug!("{method} {url}: {problem}"),
        }
        result
    }

    /// What an error's body says, read to keep the connection in use: GitHub's `message`, or nothing.
    async fn quote(&self, response: Response) -> Option<String> {
        let mut body = Body::new(response, BodyLimit::bytes(QUOTED)).ok()?;
        let mut bytes = BytesMut::new();
        let idle = self.options.timeouts.idle;
        let whole = timeout(idle, async {
            while let Ok(Some(piece)) = body.next(idle).await {
                bytes.extend_from_slice(&piece);
            }
        });
        whole.await.ok()?;
        let said: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        Some(said.get("message")?.as_str()?.chars().take(200).flat_map(char::escape_debug).collect())
    }

    pub(super) fn failure(&self, ask: &Ask<'_>, problem: Problem) -> Failure {
        failed(&Address::new(ask.url.clone(), self.options.mirrors.effective(ask.url)), problem)
    }
}

pub(super) fn failed(address: &Address, problem: Problem) -> Failure {
    Failure { address: address.clone(), problem, wait: None }
}

/// The headers of a request, less the token. Plain bytes are asked for, so that a cap counts what is read.
fn request_headers(freshness: Freshness, entry: Option<&Entry>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT_ENCODING, http::HeaderValue::from_static("identity"));
    if freshness == Freshness::Revalidated {
        headers.insert(header::CACHE_CONTROL, http::HeaderValue::from_static("no-cache"));
    }
    let kept = entry.map(|entry| &entry.headers);
    let conditions = [
        (header::IF_NONE_MATCH, kept.and_then(|kept| kept.etag.as_deref())),
        (header::IF_MODIFIED_SINCE, kept.and_then(|kept| kept.last_modified.as_deref())),
    ];
    for (name, value) in conditions {
        if let Some(value) = value.and_then(|value| http::HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}
