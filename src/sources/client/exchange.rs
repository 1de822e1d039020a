//! One question to a source, from the first attempt to the last.
//!
//! Owns the order of things: a slot, the request, its redirects, the body, and the wait before the next attempt.
//! Refuses to send the token anywhere but to its host, also after a detour over another.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, header};
use jiff::Timestamp;
use reqwest::Response;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, timeout};
use url::Url;

use super::answer::{Answer, Head, Missing, Page};
use super::cache::{Entry, Kept};
use super::download::{Body, Download};
use super::failure::{FetchError, Problem};
use super::mirror::Address;
use super::options::BodyLimit;
use super::redirect::{same_origin, token_may_go};
use super::retry::{self, Verdict};
use super::{Client, Inner};

/// More redirects than this are a loop.
const REDIRECTS: usize = 5;

/// How much of an error's body is read, to quote its message and to keep the connection.
const QUOTED: u64 = 16 * 1024;

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
struct Failure {
    address: Address,
    problem: Problem,
    /// How long the server asked to wait.
    wait: Option<Duration>,
}

/// What an attempt brought, short of the body.
enum Opened {
    Body { address: Address, response: Response },
    Unchanged { address: Address, entry: Entry },
    Missing(Missing),
}

impl Client {
    pub(super) async fn page(&self, ask: Ask<'_>) -> Answer<Page> {
        let mut tries = Tries { client: &self.0, made: 0 };
        loop {
            match self.0.try_page(&ask).await {
                Ok(answer) => return answer,
                Err(failure) => match tries.wait_after(failure).await {
                    Ok(()) => {}
                    Err(error) => return Answer::Failed(error),
                },
            }
        }
    }

    pub(super) async fn headers(&self, ask: Ask<'_>) -> Answer<Head> {
        self.opened(ask).await.map(|(address, response, _slot)| Head {
            address,
            size: announced(response.headers()),
            last_modified: last_modified(response.headers()),
        })
    }

    pub(super) async fn download(&self, ask: Ask<'_>) -> Answer<Download> {
        let limit = ask.limit;
        self.opened(ask).await.and_then(|(address, response, slot)| {
            let body = self.0.body(response, limit).map_err(|problem| FetchError::new(address.clone(), problem));
            Answer::from(body.map(|body| Download::new(self.clone(), address, body, slot)))
        })
    }

    /// The next piece of a download's body, counted.
    pub(super) async fn piece(&self, body: &mut Body) -> Result<Option<Bytes>, Problem> {
        self.0.piece(body).await
    }

    /// How long a whole download may take.
    pub(super) fn longest_download(&self) -> Duration {
        self.0.options.timeouts.download
    }

    /// A response whose body is not read yet, in the slot that it keeps.
    async fn opened(&self, ask: Ask<'_>) -> Answer<(Address, Response, OwnedSemaphorePermit)> {
        let mut tries = Tries { client: &self.0, made: 0 };
        loop {
            let slot = self.0.slot().await;
            let failure = match self.0.open(&ask).await {
                Ok(Opened::Body { address, response }) => return Answer::Found((address, response, slot)),
                Ok(Opened::Missing(missing)) => return Answer::Missing(missing),
                Ok(Opened::Unchanged { address, .. }) => failed(&address, Problem::NothingToConfirm),
                Err(failure) => failure,
            };
            drop(slot);
            if let Err(error) = tries.wait_after(failure).await {
                return Answer::Failed(error);
            }
        }
    }
}

/// The attempts at one question.
struct Tries<'a> {
    client: &'a Inner,
    made: u32,
}

impl Tries<'_> {
    /// Waits for the next attempt, or says that there is none: the failure is for good or the attempts are used up.
    async fn wait_after(&mut self, failure: Failure) -> Result<(), FetchError> {
        let Failure { address, problem, wait } = failure;
        let policy = &self.client.options.retry;
        self.made += 1;
        if self.made >= policy.attempts || !problem.is_transient() {
            return Err(FetchError { address, attempts: self.made, problem });
        }
        let wait = wait.unwrap_or_else(|| policy.wait(self.made, dice()));
        tracing::debug!(%address, %problem, ?wait, "asking again");
        sleep(wait).await;
        Ok(())
    }
}

impl Inner {
    async fn slot(&self) -> OwnedSemaphorePermit {
        self.slots.clone().acquire_owned().await.expect("the semaphore is never closed")
    }

    async fn try_page(&self, ask: &Ask<'_>) -> Result<Answer<Page>, Failure> {
        let _slot = self.slot().await;
        let whole = self.options.timeouts.page;
        match timeout(whole, self.read(ask)).await {
            Ok(result) => result,
            Err(_) => Err(self.failure(ask, Problem::Timeout(whole))),
        }
    }

    async fn read(&self, ask: &Ask<'_>) -> Result<Answer<Page>, Failure> {
        let (address, headers, bytes, revalidated) = match self.open(ask).await? {
            Opened::Missing(missing) => return Ok(Answer::Missing(missing)),
            Opened::Unchanged { address, entry } => (address, entry.headers, entry.body, true),
            Opened::Body { address, response } => {
                let headers = Kept::of(response.headers());
                let keep = ask.cached && !has_no_store(response.headers());
                let body = self.collect(response, ask.limit).await.map_err(|problem| failed(&address, problem))?;
                let entry = Entry { headers, body };
                if let Some(cache) = self.cache.as_ref().filter(|_| keep) {
                    cache.store(address.effective(), &entry);
                }
                (address, entry.headers, entry.body, false)
            }
        };
        let last_modified = headers.last_modified.as_deref().and_then(retry::http_date);
        Ok(Answer::Found(Page { address, bytes, last_modified, link: headers.link, revalidated }))
    }

    async fn collect(&self, response: Response, limit: BodyLimit) -> Result<Bytes, Problem> {
        let mut body = self.body(response, limit)?;
        let mut bytes = BytesMut::new();
        while let Some(piece) = self.piece(&mut body).await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.freeze())
    }

    async fn piece(&self, body: &mut Body) -> Result<Option<Bytes>, Problem> {
        let piece = body.next(self.options.timeouts.idle).await?;
        self.counters.bytes(piece.as_ref().map_or(0, |piece| piece.len() as u64));
        Ok(piece)
    }

    /// The body of `response`, once its headers say that it is one to read.
    fn body(&self, response: Response, limit: BodyLimit) -> Result<Body, Problem> {
        let body = Body::new(response, limit)?;
        self.counters.body();
        Ok(body)
    }

    /// Asks, and follows redirects, until there is an answer.
    async fn open(&self, ask: &Ask<'_>) -> Result<Opened, Failure> {
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
                    let next = self.allowed.follow(&effective, location.unwrap_or_default());
                    target = next.map_err(|refused| {
                        failed(&address, Problem::Redirect { to: refused.to, reason: refused.reason })
                    })?;
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
        tracing::trace!(url = %super::redacted(effective), method = %ask.method, "asking");
        self.counters.request();
        let request = connections.request(ask.method.clone(), effective.clone()).headers(headers);
        match timeout(timeouts.connect + timeouts.idle, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Problem::of_request(&error, timeouts.connect)),
            Err(_) => Err(Problem::Timeout(timeouts.connect + timeouts.idle)),
        }
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

    fn failure(&self, ask: &Ask<'_>, problem: Problem) -> Failure {
        failed(&Address::new(ask.url.clone(), self.options.mirrors.effective(ask.url)), problem)
    }
}

fn failed(address: &Address, problem: Problem) -> Failure {
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

fn has_no_store(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::CACHE_CONTROL).into_iter();
    values.filter_map(|value| value.to_str().ok()).any(|value| value.to_ascii_lowercase().contains("no-store"))
}

pub(super) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

pub(super) fn last_modified(headers: &HeaderMap) -> Option<Timestamp> {
    retry::http_date(headers.get(header::LAST_MODIFIED)?.to_str().ok()?)
}

/// A number that differs from call to call, so that clients which failed together do not return together.
fn dice() -> u8 {
    let mut byte = [0];
    match aws_lc_rs::rand::fill(&mut byte) {
        Ok(()) => byte[0],
        Err(_) => u8::MAX,
    }
}
