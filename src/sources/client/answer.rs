//! What a source said, as values.
//!
//! Owns the three outcomes of asking: found, missing, failed. Missing is what the server said, never what a failure
//! is taken for.

use bytes::Bytes;
use jiff::Timestamp;

use super::failure::{FetchError, Problem};
use super::mirror::Address;

/// What a source said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    /// It is there.
    Found(T),
    /// The server says that it is not there (404 or 410).
    Missing(Missing),
    /// It is not known whether it is there, or it cannot be used.
    Failed(FetchError),
}

/// What is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} is not there (status {status})")]
pub struct Missing {
    /// Where it was looked for.
    pub address: Address,
    /// 404 or 410.
    pub status: u16,
}

impl<T> Answer<T> {
    /// What was found, if it was.
    pub fn found(self) -> Option<T> {
        match self {
            Self::Found(value) => Some(value),
            Self::Missing(_) | Self::Failed(_) => None,
        }
    }

    /// The same answer about something made of what was found.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Answer<U> {
        self.and_then(|value| Answer::Found(make(value)))
    }

    /// The answer that `make` gives about what was found.
    pub fn and_then<U>(self, make: impl FnOnce(T) -> Answer<U>) -> Answer<U> {
        match self {
            Self::Found(value) => make(value),
            Self::Missing(missing) => Answer::Missing(missing),
            Self::Failed(error) => Answer::Failed(error),
        }
    }

    /// The same answer by reference.
    pub fn as_ref(&self) -> Answer<&T> {
        match self {
            Self::Found(value) => Answer::Found(value),
            Self::Missing(missing) => Answer::Missing(missing.clone()),
            Self::Failed(error) => Answer::Failed(error.clone()),
        }
    }
}

impl<T> From<Result<T, FetchError>> for Answer<T> {
    fn from(result: Result<T, FetchError>) -> Self {
        result.map_or_else(Self::Failed, Self::Found)
    }
}

/// A body read whole, and what its headers said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it came from.
    pub address: Address,
    /// The body.
    pub bytes: Bytes,
    /// `Last-Modified`, where the server gave one.
    pub last_modified: Option<Timestamp>,
    /// The `Link` header, by which GitHub names the next page.
    pub link: Option<String>,
    /// True where the server confirmed a copy that was already here.
    pub revalidated: bool,
}

impl Page {
    /// The body as text. An error where it is not UTF-8.
    pub fn text(&self) -> Result<&str, FetchError> {
        std::str::from_utf8(&self.bytes)
            .map_err(|error| FetchError::new(self.address.clone(), Problem::NotText { offset: error.valid_up_to() }))
    }
}

/// What the headers of a file say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Where it lies.
    pub address: Address,
    /// Its size in bytes, where the server gave it.
    pub size: Option<u64>,
    /// `Last-Modified`, where the server gave one.
    pub last_modified: Option<Timestamp>,
}
