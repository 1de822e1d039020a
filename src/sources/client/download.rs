//! Bodies as they come.
//!
//! Owns the caps: no body goes past its limit or past what its headers announced, ends early unseen, or stalls for
//! ever.

use std::time::Duration;

use bytes::Bytes;
use http::header;
use reqwest::Response;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout, timeout_at};

use super::Client;
use super::exchange::announced;
use super::failure::{FetchError, Problem};
use super::mirror::Address;
use super::options::BodyLimit;

/// A file on its way.
#[derive(Debug)]
pub struct Download {
    client: Client,
    address: Address,
    body: Body,
    deadline: Instant,
    _slot: OwnedSemaphorePermit,
}

impl Download {
    pub(super) fn new(client: Client, address: Address, body: Body, slot: OwnedSemaphorePermit) -> Self {
        let deadline = Instant::now() + client.longest_download();
        Self { client, address, body, deadline, _slot: slot }
    }

    /// The next piece, or none at the end. After an error nothing more comes.
    pub async fn next(&mut self) -> Result<Option<Bytes>, FetchError> {
        let piece = timeout_at(self.deadline, self.client.piece(&mut self.body)).await;
        let piece = piece.unwrap_or_else(|_| Err(Problem::Timeout(self.client.longest_download())));
        piece.map_err(|problem| FetchError::new(self.address.clone(), problem))
    }

    /// Its size in bytes, where the server announced it.
    pub fn size(&self) -> Option<u64> {
        self.body.announced
    }
}

/// A body within its limit.
#[derive(Debug)]
pub(super) struct Body {
    response: Response,
    limit: BodyLimit,
    announced: Option<u64>,
    received: u64,
    ended: bool,
}

impl Body {
    /// The body of `response`, unless its headers already say that it is too large or encoded.
    pub(super) fn new(response: Response, limit: BodyLimit) -> Result<Self, Problem> {
        let headers = response.headers();
        if let Some(encoding) = headers.get(header::CONTENT_ENCODING).filter(|value| *value != "identity") {
            return Err(Problem::Encoded(String::from_utf8_lossy(encoding.as_bytes()).into_owned()));
        }
        let announced = announced(headers);
        if announced.is_some_and(|size| size > limit.get()) {
            return Err(Problem::TooLarge { limit, announced });
        }
        Ok(Self { response, limit, announced, received: 0, ended: false })
    }

    /// The next piece, waited for as long as `idle`.
    pub(super) async fn next(&mut self, idle: Duration) -> Result<Option<Bytes>, Problem> {
        if self.ended {
            return Ok(None);
        }
        self.ended = true;
        let received = self.received;
        let piece = match timeout(idle, self.response.chunk()).await {
            Err(_) => return Err(Problem::Stalled { after: idle, received }),
            Ok(Err(error)) => return Err(Problem::of_body(&error, self.announced, received)),
            Ok(Ok(None)) if self.announced.is_some_and(|size| size != received) => {
                return Err(Problem::Cut { announced: self.announced, received });
            }
            Ok(Ok(None)) => return Ok(None),
            Ok(Ok(Some(piece))) => piece,
        };
        self.received += piece.len() as u64;
        if self.received > self.limit.get() {
            return Err(Problem::TooLarge { limit: self.limit, announced: None });
        }
        if self.announced.is_some_and(|size| self.received > size) {
            return Err(Problem::Broken("the body is longer than announced".to_owned()));
        }
        self.ended = false;
        Ok(Some(piece))
    }
}
