//! One question to a source, from the first attempt to the last.
//!
//! Owns the order of things: a slot, the request, its body, the copy that is kept, and the wait before the next
//! attempt. Refuses to hold a slot while it waits.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use jiff::Timestamp;
use reqwest::Response;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, timeout};

use super::answer::{Answer, Head, Page};
use super::cache::{Entry, Kept};
use super::download::{Body, Download};
use super::failure::{FetchError, Problem};
use super::mirror::Address;
use super::options::BodyLimit;
use super::request::{Ask, Failure, Opened, failed};
use super::retry;
use super::{Client, Inner};

impl Client {
    pub(super) async fn page(&self, ask: Ask<'_>) -> Answer<Page> {
        let mut tries = Tries::of(&self.0);
        loop {
            let turn = match self.0.turn(ask.url).await {
                Ok(turn) => turn,
                Err(failure) => return Answer::Failed(tries.unasked(failure)),
            };
            let failure = match self.0.try_page(&ask).await {
                Ok(answer) => return answer,
                Err(failure) => failure,
            };
            drop(turn);
            self.0.heed(ask.url, &failure);
            if let Err(error) = tries.wait_after(failure).await {
                return Answer::Failed(error);
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
        let mut tries = Tries::of(&self.0);
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
pub(super) struct Tries<'a> {
    client: &'a Inner,
    made: u32,
}

impl<'a> Tries<'a> {
    pub(super) fn of(client: &'a Inner) -> Self {
        Self { client, made: 0 }
    }

    /// The error of a failure after which there is no further attempt.
    pub(super) fn give_up(&mut self, failure: Failure) -> FetchError {
        self.made += 1;
        FetchError { address: failure.address, attempts: self.made, problem: failure.problem }
    }

    /// The error where the next attempt is not even made.
    pub(super) fn unasked(&self, failure: Failure) -> FetchError {
        FetchError { address: failure.address, attempts: self.made.max(1), problem: failure.problem }
    }

    /// Waits for the next attempt, or says that there is none: the failure is for good or the attempts are used up.
    pub(super) async fn wait_after(&mut self, failure: Failure) -> Result<(), FetchError> {
        let policy = &self.client.options.retry;
        if self.made + 1 >= policy.attempts || !failure.problem.is_transient() {
            return Err(self.give_up(failure));
        }
        let Failure { address, problem, wait } = failure;
        self.made += 1;
        let wait = wait.unwrap_or_else(|| policy.wait(self.made, dice()));
        tracing::debug!(%address, %problem, ?wait, "asking again");
        sleep(wait).await;
        Ok(())
    }
}

impl Inner {
    pub(super) async fn slot(&self) -> OwnedSemaphorePermit {
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

    pub(super) async fn piece(&self, body: &mut Body) -> Result<Option<Bytes>, Problem> {
        let piece = body.next(self.options.timeouts.idle).await?;
        self.counters.bytes(piece.as_ref().map_or(0, |piece| piece.len() as u64));
        Ok(piece)
    }

    /// The body of `response`, once its headers say that it is one to read.
    pub(super) fn body(&self, response: Response, limit: BodyLimit) -> Result<Body, Problem> {
        let body = Body::new(response, limit)?;
        self.counters.body();
        Ok(body)
    }
}

fn has_no_store(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::CACHE_CONTROL).into_iter();
    values.filter_map(|value| value.to_str().ok()).any(|value| value.to_ascii_lowercase().contains("no-store"))
}

pub(super) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn last_modified(headers: &HeaderMap) -> Option<Timestamp> {
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
