//! The mirror table: URL prefixes of upstream, and the prefixes that stand in for them.
//!
//! Owns the translation of a URL, and how a translated one is shown. Refuses prefixes that are no http(s) URLs, that
//! carry a query, and matches that end inside a path segment.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use url::Url;

use super::secret::{has_credentials, redacted};

/// One line of the table: what starts with one URL is asked of another.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mirror {
    from: Url,
    to: Url,
}

/// Why a mirror is no mirror.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MirrorError {
    /// There is no `=`.
    #[error("mirror \"{}\": expected FROM=TO, two URL prefixes such as https://www.python.org/=https://mirror.example/python/", .0.escape_debug())]
    NoEquals(String),
    /// One side is not a URL prefix.
    #[error("mirror {side} \"{}\": {problem}", .found.escape_debug())]
    Prefix {
        /// `FROM` or `TO`.
        side: &'static str,
        /// The text as it came; empty where it may hold credentials.
        found: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Two lines translate the same prefix.
    #[error("two mirrors for {0}; a prefix has one")]
    Doubled(Url),
}

impl Mirror {
    /// The mirror that serves what starts with `from` at `to`.
    pub fn new(from: &str, to: &str) -> Result<Self, MirrorError> {
        let from = prefix("FROM", from)?;
        if has_credentials(&from) {
            return Err(MirrorError::Prefix {
                side: "FROM",
                found: redacted(&from),
                problem: "expected no credentials".into(),
            });
        }
        Ok(Self { from, to: prefix("TO", to)? })
    }

    /// What `url` is called at the mirror, if it starts with this prefix.
    fn apply(&self, url: &Url) -> Option<Url> {
        if url.origin() != self.from.origin() {
            return None;
        }
        let rest = url.path().strip_prefix(self.from.path().trim_end_matches('/'))?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
        let mut mapped = self.to.clone();
        mapped.set_path(&format!("{}{rest}", self.to.path().trim_end_matches('/')));
        mapped.set_query(url.query());
        Some(mapped)
    }
}

fn prefix(side: &'static str, text: &str) -> Result<Url, MirrorError> {
    let error = |found: String, problem: String| MirrorError::Prefix { side, found, problem };
    let url = Url::parse(text).map_err(|problem| {
        let found = if text.contains('@') { String::new() } else { text.to_owned() };
        error(found, format!("expected a URL prefix such as https://www.python.org/ftp/python/: {problem}"))
    })?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(error(redacted(&url), "expected an http or https URL".into()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(error(redacted(&url), "expected no query and no fragment".into()));
    }
    Ok(url)
}

impl FromStr for Mirror {
    type Err = MirrorError;

    /// Parses `FROM=TO`.
    fn from_str(text: &str) -> Result<Self, MirrorError> {
        let shown = || if text.contains('@') { String::new() } else { text.to_owned() };
        let (from, to) = text.split_once('=').ok_or_else(|| MirrorError::NoEquals(shown()))?;
        Self::new(from, to)
    }
}

impl fmt::Display for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.from, redacted(&self.to))
    }
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Every mirror in force. The longest matching prefix wins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct MirrorTable(Vec<Mirror>);

impl MirrorTable {
    /// A table of `mirrors`, which have one line a prefix.
    pub fn new(mirrors: impl IntoIterator<Item = Mirror>) -> Result<Self, MirrorError> {
        let mut table = Vec::<Mirror>::new();
        for mirror in mirrors {
            if table.iter().any(|known| same_prefix(known, &mirror)) {
                return Err(MirrorError::Doubled(mirror.from));
            }
            table.push(mirror);
        }
        table.sort_by_key(|mirror| std::cmp::Reverse(mirror.from.path().trim_end_matches('/').len()));
        Ok(Self(table))
    }

    /// This table with `other` laid over it: where both have a prefix, `other`'s line counts.
    pub fn overridden_by(mut self, other: Self) -> Self {
        self.0.retain(|mirror| !other.0.iter().any(|known| same_prefix(known, mirror)));
        self.0.extend(other.0);
        Self::new(self.0).expect("prefixes differ within each table and between what is left of both")
    }

    /// Where `url` is really asked for: at its mirror, or at itself.
    pub fn effective(&self, url: &Url) -> Url {
        self.0.iter().find_map(|mirror| mirror.apply(url)).unwrap_or_else(|| url.clone())
    }

    /// The URLs that stand in for upstream's.
    pub(super) fn targets(&self) -> impl Iterator<Item = &Url> {
        self.0.iter().map(|mirror| &mirror.to)
    }
}

fn same_prefix(a: &Mirror, b: &Mirror) -> bool {
    a.from.origin() == b.from.origin() && a.from.path().trim_end_matches('/') == b.from.path().trim_end_matches('/')
}

/// A URL as upstream has it, and where it was really asked for. Shown without credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Arc<Urls>);

#[derive(PartialEq, Eq)]
struct Urls {
    url: Url,
    effective: Url,
}

impl Address {
    /// `url`, asked for at `effective` (a mirror, or where a redirect led).
    pub fn new(url: Url, effective: Url) -> Self {
        Self(Arc::new(Urls { url, effective }))
    }

    /// The URL as upstream has it.
    pub fn url(&self) -> &Url {
        &self.0.url
    }

    /// Where it was really asked for. May hold credentials: show the address instead.
    pub(in crate::sources) fn effective(&self) -> &Url {
        &self.0.effective
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted(self.url()))?;
        if self.url() != self.effective() {
            write!(f, " (through {})", redacted(self.effective()))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(lines: &[&str]) -> MirrorTable {
        MirrorTable::new(lines.iter().map(|line| line.parse().unwrap())).unwrap()
    }

    fn effective(table: &MirrorTable, url: &str) -> String {
        table.effective(&Url::parse(url).unwrap()).to_string()
    }

    #[test]
    fn the_longest_prefix_wins_and_ends_at_a_path_boundary() {
        let table = table(&[
            "https://www.python.org/=https://all.example/py",
            "https://www.python.org/ftp/python=http://127.0.0.1:8000/ftp/",
            "https://api.github.com=http://127.0.0.1:8000/api",
        ]);
        assert_eq!(effective(&table, "https://www.python.org/ftp/python/3.14.0/"), "http://127.0.0.1:8000/ftp/3.14.0/");
        assert_eq!(effective(&table, "https://www.python.org/ftp/python"), "http://127.0.0.1:8000/ftp");
        assert_eq!(effective(&table, "https://www.python.org/ftp/python2/"), "https://all.example/py/ftp/python2/");
        assert_eq!(effective(&table, "https://api.github.com/repos?a=b"), "http://127.0.0.1:8000/api/repos?a=b");
        for other in ["http://www.python.org/", "https://www.python.org:444/", "https://www.python.org.evil.example/"] {
            assert_eq!(effective(&table, other), other);
        }
        let climbing = effective(&table, "https://www.python.org/ftp/python/../../secret");
        assert_eq!(climbing, "https://all.example/py/secret");
    }

    #[test]
    fn what_is_no_mirror_says_why_and_shows_no_credentials() {
        let error = |text: &str| text.parse::<Mirror>().unwrap_err().to_string();
        insta::assert_snapshot!(error("https://www.python.org/"), @r#"mirror "https://www.python.org/": expected FROM=TO, two URL prefixes such as https://www.python.org/=https://mirror.example/python/"#);
        insta::assert_snapshot!(error("www.python.org=https://a.example"), @r#"mirror FROM "www.python.org": expected a URL prefix such as https://www.python.org/ftp/python/: relative URL without a base"#);
        insta::assert_snapshot!(error("https://a.example=file:///etc"), @r#"mirror TO "file:///etc": expected an http or https URL"#);
        insta::assert_snapshot!(error("https://a.example=https://u:pass@b.example/?q"), @r#"mirror TO "https://redacted@b.example/?q": expected no query and no fragment"#);
        insta::assert_snapshot!(error("https://u:pass@a.example=https://b.example/"), @r#"mirror FROM "https://redacted@a.example/": expected no credentials"#);
        insta::assert_snapshot!(error("https://a.example=https://u:pass@"), @r#"mirror TO "": expected a URL prefix such as https://www.python.org/ftp/python/: empty host"#);
        let twice = ["https://a.example/x=https://b.example", "https://a.example/x/=https://c.example"];
        let doubled = MirrorTable::new(twice.map(|line| line.parse().unwrap())).unwrap_err();
        insta::assert_snapshot!(doubled, @"two mirrors for https://a.example/x/; a prefix has one");
    }

    #[test]
    fn a_table_laid_over_another_replaces_equal_prefixes_only() {
        let below = table(&["https://a.example/=https://one.example/", "https://b.example/=https://one.example/b/"]);
        let both = below.overridden_by(table(&["https://a.example=https://two.example"]));
        assert_eq!(effective(&both, "https://a.example/x"), "https://two.example/x");
        assert_eq!(effective(&both, "https://b.example/x"), "https://one.example/b/x");
    }

    #[test]
    fn an_address_shows_both_urls_and_no_credentials() {
        let mirror = table(&["https://a.example/=https://u:pass@b.example/"]);
        let url = Url::parse("https://a.example/x").unwrap();
        let address = Address::new(url.clone(), mirror.effective(&url));
        assert_eq!(address.to_string(), "https://a.example/x (through https://redacted@b.example/x)");
        assert_eq!(format!("{mirror:?}"), "MirrorTable([https://a.example/=https://redacted@b.example/])");
    }
}
