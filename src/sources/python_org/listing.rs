//! A folder listing as web servers make them: nginx's autoindex, and tables in the manner of fancyindex.
//!
//! Owns telling a listing from any other page: an error page, a login form or a listing cut in the middle is an error,
//! never a listing with nothing in it. Names come from links, for nginx cuts the visible ones, and are refused unless
//! plain.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::markup;
use crate::sources::ParseError;

/// A listing.
pub(super) struct Listing {
    /// The path that it names in its heading.
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
    /// False where a link is no plain name.
    pub(super) complete: bool,
}

/// A file or folder.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) folder: bool,
    pub(super) modified: Option<Timestamp>,
    pub(super) size: Option<u64>,
}

static HEADING: LazyLock<Selector> = LazyLock::new(|| Selector::parse("h1").expect("a constant selector"));
static LINK: LazyLock<Selector> = LazyLock::new(|| Selector::parse("a[href]").expect("a constant selector"));

pub(super) fn parse(text: &str, url: &Url) -> Result<Listing, ParseError> {
    let end = text.trim_end();
    let tail = end.len().checked_sub("</html>".len()).and_then(|start| end.get(start..));
    if !tail.is_some_and(|tail| tail.eq_ignore_ascii_case("</html>")) {
        let last: String = end.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
        return Err(ParseError::new(url, "a folder listing that ends in </html>", &last));
    }
    markup::check(text).map_err(|found| ParseError::new(url, "a folder listing of plain rows and links", &found))?;
    let page = Html::parse_document(text);
    let heading = page.select(&HEADING).next().map(|heading| heading.text().collect::<String>()).unwrap_or_default();
    let Some(title) = heading.trim().strip_prefix("Index of ") else {
        let found = if heading.trim().is_empty() { "a page without a heading" } else { heading.trim() };
        return Err(ParseError::new(url, "a folder listing headed \"Index of …\"", found));
    };
    let mut listing = Listing { title: title.trim().to_owned(), rows: Vec::new(), complete: true };
    for link in page.select(&LINK) {
        match entry(link.attr("href").unwrap_or_default()) {
            Entry::Named { name, folder } => {
                let (modified, size) = facts(&beside(link));
                listing.rows.push(Row { name, folder, modified, size });
            }
            Entry::Navigation => {}
            Entry::Unclear => listing.complete = false,
        }
    }
    Ok(listing)
}

/// What a link of a listing is.
enum Entry {
    Named {
        name: String,
        folder: bool,
    },
    /// To the folder above, or to another order of the same rows.
    Navigation,
    Unclear,
}

fn entry(href: &str) -> Entry {
    if matches!(href, "../" | ".." | "./" | "/") || href.starts_with('?') {
        return Entry::Navigation;
    }
    let href = href.strip_prefix("./").unwrap_or(href);
    let (name, folder) = match href.strip_suffix('/') {
        Some(name) => (name, true),
        None => (href, false),
    };
    match decoded(name) {
        Some(name) if is_plain(&name) => Entry::Named { name, folder },
        _ => Entry::Unclear,
    }
}

/// The text that `name` percent-encodes.
fn decoded(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let mut byte = [0];
            hex::decode_to_slice(tail.get(..2)?, &mut byte).ok()?;
            bytes.push(byte[0]);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

/// True of names that mean nothing to a path, a shell or a terminal.
fn is_plain(name: &str) -> bool {
    name.len() <= 255
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+~-".contains(&byte))
}

/// The text beside a link: to the end of its line, or in the later cells of its row.
fn beside(link: ElementRef<'_>) -> String {
    let cell = link.parent().and_then(ElementRef::wrap).filter(|parent| parent.value().name() == "td");
    if let Some(cell) = cell {
        // A few cells and little text: a row's cells are read again for each of its links.
        let cells = cell.next_siblings().filter_map(ElementRef::wrap).take(4);
        let texts = cells.map(|cell| cell.text().take(4).flat_map(|text| text.chars().take(64)).collect::<String>());
        return texts.collect::<Vec<_>>().join(" ");
    }
    let text = link.next_sibling().and_then(|node| node.value().as_text());
    text.and_then(|text| text.lines().next()).unwrap_or_default().to_owned()
}

/// Time and size out of the text beside a link, each only where it is unmistakable. Listings give UTC.
fn facts(text: &str) -> (Option<Timestamp>, Option<u64>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words.windows(2).position(|pair| moment(pair[0], pair[1]).is_some());
    let modified = at.and_then(|at| moment(words[at], words[at + 1]));
    let others: Vec<&str> = words
        .iter()
        .enumerate()
        .filter(|(index, _)| at.is_none_or(|at| *index != at && *index != at + 1))
        .map(|(_, word)| *word)
        .collect();
    let size = match others.as_slice() {
        [only] if only.bytes().all(|byte| byte.is_ascii_digit()) => only.parse().ok(),
        _ => None,
    };
    (modified, size)
}

/// `07-Oct-2025 10:11`, `2025-Oct-07 10:11` or `2025-10-07 10:11`.
fn moment(date: &str, time: &str) -> Option<Timestamp> {
    let parts: Vec<&str> = date.split('-').collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = match (1..).zip(names).find(|(_, name)| name == month) {
        Some((number, _)) => number,
        None => number(month)?,
    };
    let date = Date::new(number(year)?, month, number(day)?).ok()?;
    let (hour, minute) = time.split_once(':')?;
    let time = jiff::civil::Time::new(number(hour)?, number(minute)?, 0, 0).ok()?;
    date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
