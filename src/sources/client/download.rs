//! Bodies as they come.
//!
//! Owns the caps: no body goes past its limit or past what its headers announced, ends early unseen, or stalls for
//! ever.

use std::fs::File;
use std::io::Read as _;
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
use super::round::Spooled;

/// A file on its way.
#[derive(Debug)]
pub struct Download {
    address: Address,
    from: From,
}

/// Where the bytes come from.
#[derive(Debug)]
enum From {
    /// The server.
    Server { client: Client, body: Box<Body>, deadline: Instant, _slot: OwnedSemaphorePermit },
    /// What another run of this round has downloaded.
    Copy { file: File, announced: Option<u64> },
}

/// How many bytes of a copy are read at a time.
const PIECE: usize = 256 * 1024;

impl Download {
    pub(super) fn new(client: Client, address: Address, body: Body, slot: OwnedSemaphorePermit) -> Self {
        let deadline = Instant::now() + client.longest_download();
        Self { address, from: From::Server { client, body: Box::new(body), deadline, _slot: slot } }
    }

    pub(super) fn spooled(spooled: &Spooled, file: File) -> Self {
        Self { address: spooled.address.clone(), from: From::Copy { file, announced: spooled.announced } }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// The next piece, or none at the end. After an error nothing more comes.
    pub async fn next(&mut self) -> Result<Option<Bytes>, FetchError> {
        let piece = match &mut self.from {
            From::Server { client, body, deadline, .. } => {
                let piece = timeout_at(*deadline, client.piece(body)).await;
                piece.unwrap_or_else(|_| Err(Problem::Timeout(client.longest_download())))
            }
            From::Copy { file, .. } => {
                let mut piece = Vec::with_capacity(PIECE);
                let read = file.take(PIECE as u64).read_to_end(&mut piece);
                read.map(|count| (count > 0).then(|| piece.into())).map_err(|error| Problem::Broken(error.to_string()))
            }
        };
        piece.map_err(|problem| FetchError::new(self.address.clone(), problem))
    }

    /// Its size in bytes, where the server announced it.
    pub fn size(&self) -> Option<u64> {
        match &self.from {
            From::Server { body, .. } => body.announced,
            From::Copy { announced, .. } => *announced,
        }
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
