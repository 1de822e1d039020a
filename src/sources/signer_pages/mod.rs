//! Who signs CPython's releases, as python.org's pages say it.
//!
//! Owns the two pages: their addresses, and what a row of them must be to mean something. A row that is not is an error of
//! that row alone. Refuses to judge: what a row means for the pins is decided in `resolve`.

mod openpgp;
mod pieces;
mod sigstore;

use std::collections::BTreeSet;
use std::fmt;

use url::Url;

use super::ParseError;
use super::client::{Answer, BodyLimit, Client};
use super::parse_error::read;
use crate::model::{InvalidValue, Series};

pub use openpgp::{OpenPgpRow, ShownKey, parse as parse_openpgp};
pub use sigstore::{SigstoreRow, parse as parse_sigstore};

/// Sigstore identities and issuers by series.
pub const SIGSTORE: &str = "https://www.python.org/downloads/metadata/sigstore/";

/// OpenPGP keys by person.
pub const OPENPGP: &str = "https://www.python.org/downloads/metadata/pgp/";

/// The largest page that is read. The real ones have some 50 kB.
const PAGE: BodyLimit = BodyLimit::mebibytes(1);

/// What one of the pages says: at least one row, readable or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerPage<R> {
    /// The rows that mean something, in the page's order.
    pub rows: Vec<R>,
    /// Those that do not.
    pub unreadable: Vec<UnreadableRow>,
}

/// A row that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {number}{}: {problem}", named(series))]
pub struct UnreadableRow {
    /// Counted from 1 among the rows that are about signers.
    pub number: usize,
    /// The series that it is about, as far as that can be told; if none, it may be about any.
    pub series: BTreeSet<Series>,
    /// What was expected and what was found.
    pub problem: InvalidValue,
    /// The row as the page has it.
    pub text: PageText,
}

fn named(series: &BTreeSet<Series>) -> String {
    let series: Vec<_> = series.iter().map(ToString::to_string).collect();
    if series.is_empty() { String::new() } else { format!(" ({})", series.join(", ")) }
}

/// Text of a page on one line, to be shown as evidence: without characters that are not seen, forge output or turn its
/// direction, and of at most 300 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageText(String);

impl PageText {
    const LONGEST: usize = 300;

    /// `text`, made safe to show.
    pub fn new(text: &str) -> Self {
        let mut shown = String::new();
        for (count, c) in text.split_whitespace().collect::<Vec<_>>().join(" ").chars().enumerate() {
            if count == Self::LONGEST {
                shown.push('…');
                break;
            }
            // What cannot be seen by itself is escaped by its number: longer than a quote or a backslash is.
            if c.is_control() || c.escape_debug().len() > 2 {
                shown.extend(c.escape_unicode());
            } else {
                shown.push(c);
            }
        }
        Self(shown)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Both pages, asked for at the same time.
#[derive(Debug, Clone)]
pub struct SignerPages {
    /// Sigstore identities and issuers.
    pub sigstore: Answer<SignerPage<SigstoreRow>>,
    /// OpenPGP keys.
    pub openpgp: Answer<SignerPage<OpenPgpRow>>,
}

/// Reads both pages.
pub async fn fetch(client: &Client) -> SignerPages {
    let page = async |address: &str| {
        let url = Url::parse(address).expect("a constant URL");
        client.get(&url, PAGE).await
    };
    let (sigstore, openpgp) = futures::join!(page(SIGSTORE), page(OPENPGP));
    SignerPages {
        sigstore: sigstore.and_then(|page| read(&page, sigstore::parse)),
        openpgp: openpgp.and_then(|page| read(&page, openpgp::parse)),
    }
}

/// An error unless `page` came to its end.
fn whole(page: &str, url: &Url) -> Result<(), ParseError> {
    if pieces::is_whole(page) {
        return Ok(());
    }
    let end = page.trim_end();
    let tail: String = end.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
    Err(ParseError::new(url, "a page that ends in </html>", &tail))
}

#[cfg(test)]
mod tests;
