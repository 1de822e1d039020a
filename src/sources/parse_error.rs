//! A page that is not what its URL promises, and how a fetched page is read.

use url::Url;

use super::client::{Answer, FetchError, Page, Problem, redacted};
use crate::model::InvalidValue;

/// A page that is not what its URL promises. Shows the URL, what was expected and what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", redacted(.url))]
pub struct ParseError {
    /// Where the page came from.
    pub url: Box<Url>,
    /// What was expected and what was found.
    pub problem: InvalidValue,
}

impl ParseError {
    /// An error that says `expected` of what was `found` at `url`.
    pub fn new(url: &Url, expected: &'static str, found: &str) -> Self {
        Self::of_value(url, InvalidValue::new(expected, found))
    }

    /// An error about one value of the page at `url`.
    pub fn of_value(url: &Url, problem: InvalidValue) -> Self {
        Self { url: Box::new(url.clone()), problem }
    }
}

/// What `parse` makes of a page.
pub(super) fn read<T>(page: &Page, parse: impl FnOnce(&str, &Url) -> Result<T, ParseError>) -> Answer<T> {
    let parsed = page.text().and_then(|text| {
        parse(text, page.address.url())
            .map_err(|error| FetchError::new(page.address.clone(), Problem::Unreadable(error.problem)))
    });
    Answer::from(parsed)
}
