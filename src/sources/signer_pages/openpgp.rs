//! The list of OpenPGP keys: a person, what they sign in brackets, and the ids of their keys.
//!
//! Refuses, item by item, what it cannot read to the last word: a statement half understood would be a pin half right.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use scraper::{Html, Selector};
use url::Url;

use super::{PageText, SignerPage, UnreadableRow, pieces, whole};
use crate::model::{Fingerprint, InvalidValue, Series};
use crate::sources::ParseError;

/// A person, what they sign, and with which keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPgpRow {
    /// The person's name: letters, spaces and `.'-`.
    pub person: String,
    /// The series whose source files they sign.
    pub series: BTreeSet<Series>,
    /// True if they sign Windows binaries.
    pub windows: bool,
    /// True if they sign macOS binaries.
    pub macos: bool,
    /// Their keys; at least one.
    pub keys: Vec<ShownKey>,
    /// The item as the page has it.
    pub text: PageText,
}

/// A key as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShownKey {
    /// The whole fingerprint, written or linked.
    Fingerprint(Fingerprint),
    /// Its last 16 digits, in capitals.
    Long(String),
    /// Its last 8 digits, in capitals. Anyone can make a key that ends so: it names none.
    Short(String),
}

impl ShownKey {
    /// True if it names the key of this fingerprint; 8 digits never do.
    pub fn names(&self, fingerprint: &Fingerprint) -> bool {
        match self {
            Self::Fingerprint(shown) => shown == fingerprint,
            Self::Long(digits) => fingerprint.to_string().ends_with(digits.as_str()),
            Self::Short(_) => false,
        }
    }
}

impl fmt::Display for ShownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fingerprint(fingerprint) => fingerprint.fmt(f),
            Self::Long(digits) | Self::Short(digits) => f.pad(digits),
        }
    }
}

static LINK: LazyLock<Selector> = LazyLock::new(|| Selector::parse("a[href]").expect("a constant selector"));

/// More keys than this no person has.
const KEYS: usize = 16;

/// Reads the page. An error where it is cut, and where no item of a list is about a key.
pub fn parse(text: &str, url: &Url) -> Result<SignerPage<OpenPgpRow>, ParseError> {
    whole(text, url)?;
    let mut page = SignerPage { rows: Vec::new(), unreadable: Vec::new() };
    let items = pieces::items(text).into_iter().filter(|item| is_about_a_key(item));
    for (number, item) in (1..).zip(items) {
        let (shown, row) = match pieces::parsed(item) {
            Ok(item) => {
                let shown = pieces::text(item.root_element());
                (shown.clone(), row(&item, &shown))
            }
            Err(why) => (item.to_owned(), Err(InvalidValue::new("an item of plain text and links", &why))),
        };
        match row {
            Ok(row) => page.rows.push(row),
            Err(problem) => {
                let series =
                    statement(&shown).ok().and_then(|(_, signs)| signs).map_or_else(BTreeSet::new, |it| it.series);
                page.unreadable.push(UnreadableRow { number, series, problem, text: PageText::new(&shown) });
            }
        }
    }
    if page.rows.is_empty() && page.unreadable.is_empty() {
        return Err(ParseError::new(url, "a list of persons with \"key id\" and what they sign", "no such list"));
    }
    Ok(page)
}

/// True of items that speak of a key, or of a series as this page writes it: `3.13.x`.
fn is_about_a_key(item: &str) -> bool {
    let lower = item.to_ascii_lowercase();
    let of_series = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').any(|word| {
        let base = word.strip_suffix(".x").or_else(|| word.strip_suffix(".z"));
        base.is_some_and(|base| base.parse::<Series>().is_ok())
    });
    of_series || lower.split_whitespace().collect::<Vec<_>>().join(" ").contains("key id")
}

fn row(item: &Html, text: &str) -> Result<OpenPgpRow, InvalidValue> {
    let (person, signs) = statement(text)?;
    let signs = signs.unwrap_or_default();
    let mut keys = keys(text)?;
    for link in item.select(&LINK) {
        let Some(linked) = fingerprint_in(link.attr("href").unwrap_or_default()) else { continue };
        let named = pieces::text(link);
        let own = digits(named.rsplit(':').next().unwrap_or(&named));
        let shown = |key: &&mut ShownKey| own.as_ref().map_or_else(|| ends_in(&linked, key), |own| *own == **key);
        let key = keys.iter_mut().find(shown).filter(|key| ends_in(&linked, key));
        let Some(key) = key else {
            let found = format!("{named}, linked to {linked}");
            return Err(InvalidValue::new("a link to the key whose id is shown", &found));
        };
        *key = ShownKey::Fingerprint(linked);
    }
    let Signs { series, windows, macos } = signs;
    Ok(OpenPgpRow { person, series, windows, macos, keys, text: PageText::new(text) })
}

fn ends_in(fingerprint: &Fingerprint, key: &ShownKey) -> bool {
    fingerprint.to_string().ends_with(&key.to_string())
}

/// What a person signs.
#[derive(Default)]
struct Signs {
    series: BTreeSet<Series>,
    windows: bool,
    macos: bool,
}

/// The person and, where the item has one, the statement in brackets of what they sign.
fn statement(text: &str) -> Result<(String, Option<Signs>), InvalidValue> {
    let expected = "a name, (what they sign), (key id: …)";
    let (person, rest) = text.split_once('(').ok_or_else(|| InvalidValue::new(expected, text))?;
    let person = person.trim();
    let in_name = |c: char| c.is_alphabetic() || matches!(c, ' ' | '.' | '\'' | '-' | '\u{2019}');
    if person.is_empty() || person.chars().count() > 80 || !person.chars().all(in_name) {
        return Err(InvalidValue::new("a person's name", person));
    }
    let (first, rest) = rest.split_once(')').ok_or_else(|| InvalidValue::new(expected, text))?;
    if is_keys(first) {
        return if rest.trim_end_matches('.').trim().is_empty() {
            Ok((person.to_owned(), None))
        } else {
            Err(InvalidValue::new("nothing behind the key ids", rest))
        };
    }
    Ok((person.to_owned(), Some(signs(first)?)))
}

fn is_keys(group: &str) -> bool {
    group.trim_start().get(..6).is_some_and(|start| start.eq_ignore_ascii_case("key id"))
}

/// Reads `3.12.x and 3.13.x source files and tags`, `Windows binaries`, `macOS binaries`, and several of them.
fn signs(text: &str) -> Result<Signs, InvalidValue> {
    const EXPECTED: &str = "what they sign, such as 3.12.x and 3.13.x source files and tags, or Windows binaries";
    let invalid = || InvalidValue::new(EXPECTED, text);
    let mut signs = Signs::default();
    let words: Vec<_> = text.split([' ', ',', '/', ';', '&']).filter(|word| !word.is_empty()).collect();
    let mut rest = words.as_slice();
    let mut of_series = BTreeSet::new();
    loop {
        rest = match rest {
            ["source", "files", "and", "tags", rest @ ..] | ["source", "files", rest @ ..] | ["tags", rest @ ..]
                if !of_series.is_empty() =>
            {
                signs.series.append(&mut of_series);
                rest
            }
            ["Windows", "binaries", rest @ ..] if of_series.is_empty() => {
                signs.windows = true;
                rest
            }
            ["macOS", "binaries", rest @ ..] if of_series.is_empty() => {
                signs.macos = true;
                rest
            }
            ["and", rest @ ..] => rest,
            [word, rest @ ..] => {
                let base = word.strip_suffix(".x").or_else(|| word.strip_suffix(".z")).ok_or_else(invalid)?;
                of_series.insert(base.parse().map_err(|_| invalid())?);
                rest
            }
            [] => break,
        };
    }
    let nothing = signs.series.is_empty() && !signs.windows && !signs.macos;
    if nothing || !of_series.is_empty() { Err(invalid()) } else { Ok(signs) }
}

/// The ids behind `key id:`.
fn keys(text: &str) -> Result<Vec<ShownKey>, InvalidValue> {
    let expected = "(key id: …) with ids of 16 or 8 hexadecimal digits at the end";
    let group = text.rsplit_once('(').and_then(|(_, group)| group.trim_end_matches('.').trim_end().strip_suffix(')'));
    let group = group.filter(|group| is_keys(group)).ok_or_else(|| InvalidValue::new(expected, text))?;
    let before = text.matches('(').count();
    let (_, ids) = group.split_once(':').ok_or_else(|| InvalidValue::new(expected, group))?;
    if before > 2 {
        return Err(InvalidValue::new("one statement in brackets before the key ids", text));
    }
    let ids = ids.replace(" and ", ",");
    let ids: Vec<_> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    let mut keys = Vec::new();
    for id in ids {
        if is_apple(id) {
            continue;
        }
        let key = digits(id).ok_or_else(|| InvalidValue::new("a key id of 16 or 8 hexadecimal digits", id))?;
        if keys.contains(&key) || keys.len() == KEYS {
            return Err(InvalidValue::new("each key id once, 16 at most", id));
        }
        keys.push(key);
    }
    if keys.is_empty() { Err(InvalidValue::new(expected, group)) } else { Ok(keys) }
}

/// True of what the page has named beside key ids: by it installers for macOS are signed, not files with OpenPGP.
fn is_apple(id: &str) -> bool {
    let id = id.strip_prefix("and ").unwrap_or(id);
    id.strip_prefix("Apple Developer ID ")
        .is_some_and(|id| id.len() == 10 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// An id or a fingerprint, in one piece or in groups of four.
fn digits(text: &str) -> Option<ShownKey> {
    let text = text.trim();
    let text = text.strip_prefix("and ").unwrap_or(text);
    let text = text.strip_prefix("0x").unwrap_or(text);
    let groups: Vec<_> = text.split(' ').filter(|group| !group.is_empty()).collect();
    if groups.len() > 1 && groups.iter().any(|group| group.len() != 4) {
        return None;
    }
    let digits = groups.concat().to_ascii_uppercase();
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match digits.len() {
        40 => digits.parse().ok().map(ShownKey::Fingerprint),
        16 => Some(ShownKey::Long(digits)),
        8 => Some(ShownKey::Short(digits)),
        _ => None,
    }
}

/// The fingerprint in the address of a link, if there is one.
fn fingerprint_in(address: &str) -> Option<Fingerprint> {
    let runs = address.split(|c: char| !c.is_ascii_alphanumeric());
    let mut runs = runs.map(|run| run.strip_prefix("0x").unwrap_or(run).to_ascii_uppercase());
    runs.find_map(|run| run.parse().ok())
}
