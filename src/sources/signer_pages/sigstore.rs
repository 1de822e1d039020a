//! The table of Sigstore identities: `Release`, `PEP`, `Release manager`, `OIDC Issuer`, its columns found by name.
//!
//! Refuses, row by row, cells that are shifted, missing, joined, or anything but what their column says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::{PageText, SignerPage, UnreadableRow, pieces, whole};
use crate::model::{InvalidValue, Series, SigstoreIdentity};
use crate::sources::ParseError;

/// Whom certificates name for the releases of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigstoreRow {
    /// The series.
    pub series: Series,
    /// An e-mail address, and the https URL of its issuer.
    pub identity: SigstoreIdentity,
    /// The row as the page has it, the cells of the four columns between `·`.
    pub text: PageText,
}

/// The columns, as their headers read.
const COLUMNS: [&str; 4] = ["release", "pep", "release manager", "oidc issuer"];

const EXPECTED: &str = "a table with the columns Release, PEP, Release manager and OIDC Issuer";

static ROW: LazyLock<Selector> = LazyLock::new(|| Selector::parse("tr").expect("a constant selector"));

/// Reads the page. An error where it is cut, where no table has the four columns or more than one has, and where that one
/// has no rows.
pub fn parse(text: &str, url: &Url) -> Result<SignerPage<SigstoreRow>, ParseError> {
    whole(text, url)?;
    let tables = pieces::tables(text);
    let mut found = Vec::new();
    for piece in &tables {
        match pieces::parsed(piece) {
            Ok(table) => found.extend(columns(&table).map(|columns| (table, columns))),
            Err(why) if piece.to_ascii_lowercase().contains(COLUMNS[3]) => {
                return Err(ParseError::new(url, "a table of plain rows and cells under OIDC Issuer", &why));
            }
            Err(_) => {}
        }
    }
    let (table, columns) = match <[_; 1]>::try_from(found) {
        Ok([only]) => only,
        Err(found) if found.is_empty() => {
            return Err(ParseError::new(url, EXPECTED, &format!("{} tables without them", tables.len())));
        }
        Err(found) => return Err(ParseError::new(url, "one such table", &found.len().to_string())),
    };
    let rows = table.select(&ROW).skip(1).filter(|row| !pieces::text(*row).is_empty());
    let rows: Vec<_> = rows.map(|row| Row::read(row, &columns)).collect();
    if rows.is_empty() {
        return Err(ParseError::new(url, "at least one row under Release, PEP, Release manager, OIDC Issuer", "none"));
    }
    Ok(judged(rows))
}

/// Where the four columns are, by the cells of the first row; nothing if it does not name each once.
fn columns(table: &Html) -> Option<Columns> {
    let head: Vec<_> = cells(table.select(&ROW).next()?).collect();
    if head.iter().any(|cell| is_joined(*cell)) {
        return None;
    }
    let names: Vec<_> = head.iter().map(|cell| pieces::text(*cell).to_lowercase()).collect();
    let mut places = [0; 4];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = names.iter().position(|name| name == column)?;
        if names.iter().filter(|name| *name == column).count() > 1 {
            return None;
        }
    }
    Some(Columns { places, count: names.len() })
}

struct Columns {
    places: [usize; 4],
    count: usize,
}

struct Row {
    /// What the cell under Release says.
    series: Option<Series>,
    text: PageText,
    identity: Result<SigstoreIdentity, InvalidValue>,
}

impl Row {
    fn read(row: ElementRef<'_>, columns: &Columns) -> Self {
        let cells: Vec<_> = cells(row).collect();
        let texts: Vec<_> = cells.iter().map(|cell| pieces::text(*cell)).collect();
        let all = PageText::new(&texts.join(" · "));
        let of = |index: usize| texts.get(columns.places[index]).map_or("", String::as_str);
        let series = of(0).parse::<Series>();
        let identity = if let Some(joined) = cells.iter().find(|cell| is_joined(**cell)) {
            Err(InvalidValue::new("cells without rowspan and colspan", &pieces::text(*joined)))
        } else if cells.len() != columns.count {
            Err(InvalidValue::new("a cell for each column of the table", all.as_str()))
        } else {
            series.clone().and_then(|_| pep(of(1))).and_then(|()| identity(of(2), of(3)))
        };
        // What stands in other columns may be anything.
        let text = if identity.is_ok() { PageText::new(&[of(0), of(1), of(2), of(3)].join(" · ")) } else { all };
        Self { series: series.ok(), text, identity }
    }
}

/// Rows of a series that is there twice contradict each other, or are one too many: neither counts.
fn judged(rows: Vec<Row>) -> SignerPage<SigstoreRow> {
    let mut times = BTreeMap::new();
    for series in rows.iter().filter_map(|row| row.series) {
        *times.entry(series).or_insert(0) += 1;
    }
    let mut page = SignerPage { rows: Vec::new(), unreadable: Vec::new() };
    for (number, Row { series, text, identity }) in (1..).zip(rows) {
        let doubled = series.filter(|series| times.get(series).is_some_and(|times| *times > 1));
        let problem = match (identity, series, doubled) {
            (Ok(identity), Some(series), None) => {
                page.rows.push(SigstoreRow { series, identity, text });
                continue;
            }
            (Err(problem), ..) => problem,
            (Ok(_), ..) => InvalidValue::new("one row for a series", text.as_str()),
        };
        page.unreadable.push(UnreadableRow { number, series: BTreeSet::from_iter(series), problem, text });
    }
    page
}

fn cells(row: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    row.child_elements().filter(|cell| matches!(cell.value().name(), "td" | "th"))
}

/// True of a cell that stands for several.
fn is_joined(cell: ElementRef<'_>) -> bool {
    ["rowspan", "colspan"].iter().any(|name| cell.attr(name).is_some_and(|count| count.trim() != "1"))
}

/// The PEP is not used, but what stands in its place tells of a shifted row.
fn pep(text: &str) -> Result<(), InvalidValue> {
    let number = text.strip_prefix("PEP").unwrap_or(text).trim();
    let is_number = number.len() <= 5 && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || matches!(text, "TBD" | "-") {
        return Ok(());
    }
    Err(InvalidValue::new("a PEP such as PEP 745, or nothing, under PEP", text))
}

fn identity(manager: &str, issuer: &str) -> Result<SigstoreIdentity, InvalidValue> {
    if !is_address(manager) {
        return Err(InvalidValue::new("an e-mail address such as hugo@python.org under Release manager", manager));
    }
    if !is_issuer(issuer) {
        return Err(InvalidValue::new("an https URL such as https://accounts.google.com under OIDC Issuer", issuer));
    }
    Ok(SigstoreIdentity { identity: manager.to_owned(), issuer: issuer.to_owned() })
}

fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
    let starts_plain = local.starts_with(|c: char| c.is_ascii_alphanumeric());
    text.len() <= 254 && starts_plain && local.bytes().all(plain) && is_host(host)
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let edges = !label.starts_with('-') && !label.ends_with('-');
        !label.is_empty() && edges && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.contains('.') && host.split('.').all(label)
}

/// True of an https URL that is spelt as it is meant: nothing in it would be read as something else.
fn is_issuer(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.port().is_none();
    let as_it_is = url.as_str() == text || url.as_str().strip_suffix('/') == Some(text);
    let in_path = |byte: u8| byte.is_ascii_alphanumeric() || b"/._~-".contains(&byte);
    url.scheme() == "https"
        && plain
        && as_it_is
        && text.len() <= 200
        && url.host_str().is_some_and(is_host)
        && url.path().bytes().all(in_path)
}
