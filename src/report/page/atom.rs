//! The Atom feed (RFC 4287): an entry a bump and an alarm, the newest first.
//!
//! Owns the ids, which are made of names alone, so that a reader sees no entry twice, and the times: those of commits and
//! evidence, never the run's. XML needs every element closed, so none is written in HTML's short form.

use std::collections::BTreeSet;

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html as markup};
use url::Url;

use super::shown::shown;
use super::timeline::hours;
use super::{Bump, PageReport, RepositoryReport};
use crate::report::check::Status;
use crate::report::instant;

/// What a feed is called, and where it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedNames {
    /// The repository, whose name is part of every id.
    pub repository: RepositoryReport,
    /// The address below which the page will be published, where that is known.
    pub published: Option<Url>,
}

/// The bumps that a feed has; readers keep what they have seen.
const ENTRIES: usize = 50;

struct Entry {
    id: String,
    title: String,
    updated: Timestamp,
    link: String,
    text: String,
}

/// The feed of `report`.
pub fn feed(report: &PageReport, names: &FeedNames) -> String {
    let FeedNames { repository, published } = names;
    let mut entries: Vec<_> = alarms(report, repository).collect();
    entries.extend(report.timeline.bumps.iter().filter_map(|bump| entry(bump, report, repository)));
    entries.sort_by(|one, other| (other.updated, &other.id).cmp(&(one.updated, &one.id)));
    // A version that came, went and came again is one entry.
    let mut known = BTreeSet::new();
    entries.retain(|entry| known.insert(entry.id.clone()));
    entries.truncate(ENTRIES);
    let begun = report.commit.as_ref().map_or(Timestamp::UNIX_EPOCH, |commit| commit.written_at);
    let updated = entries.first().map_or(begun, |entry| entry.updated);
    let place = |file: &str| published.as_ref().and_then(|base| base.join(file).ok());
    let feed = markup! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"))
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" {
            id { (id(repository, "")) }
            title { (shown(&report.title())) }
            updated { (updated) }
            author { name { "pybump" } }
            @if let Some(own) = place("feed.atom") { link rel="self" type="application/atom+xml" href=(own) {} }
            @match place("index.html") {
                Some(page) => link rel="alternate" type="text/html" href=(page) {},
                None => link rel="alternate" type="text/html" href=(repository.url) {},
            }
            @for entry in &entries { (PreEscaped("\n")) (of(entry)) }
        }
    };
    feed.into_string() + "\n"
}

fn of(entry: &Entry) -> Markup {
    let Entry { id, title, updated, link, text } = entry;
    markup! {
        entry {
            id { (id) }
            title { (title) }
            updated { (updated) }
            link rel="alternate" href=(link) {}
            summary { (text) }
        }
    }
}

/// A tag URI (RFC 4151) below the repository's name. The date is part of the name, and of no meaning.
fn id(repository: &RepositoryReport, path: &str) -> String {
    let host = repository.url.host_str().unwrap_or("localhost");
    format!("tag:{host},2026:pybump/{}{path}", repository.name)
}

fn entry(bump: &Bump, report: &PageReport, repository: &RepositoryReport) -> Option<Entry> {
    let Bump { key, from, to, .. } = bump;
    let updated = bump.merged_at.or(bump.proposed_at).or(bump.released_at)?;
    let mut text = match from {
        Some(from) => format!("{key} went from {from} to {to}."),
        None => format!("{key} is new, at {to}."),
    };
    if let Some(released_at) = bump.released_at {
        text.push_str(&format!(" The release was signed {}.", instant(released_at)));
    }
    if let Some(seconds) = bump.seconds {
        text.push_str(&format!(" It was proposed {} later.", hours(seconds)));
    }
    for artifact in report.artifacts.iter().filter(|artifact| artifact.version == *to) {
        let signer = artifact.evidence.as_ref().map(|evidence| format!(", signed by {}", evidence.signer));
        text.push_str(&format!(" {}: SHA-256 {}{}.", artifact.file, artifact.sha256, signer.unwrap_or_default()));
    }
    let pull = bump.pull_request.as_ref().map(|pull| pull.url.clone());
    Some(Entry {
        id: id(repository, &format!("/{key}/{to}")),
        title: match from {
            Some(from) => format!("{key}: {from} → {to}"),
            None => format!("{key}: new, at {to}"),
        },
        updated,
        link: pull.or(bump.url.clone()).unwrap_or_else(|| repository.url.to_string()),
        text: shown(&text),
    })
}

fn alarms<'a>(report: &'a PageReport, repository: &'a RepositoryReport) -> impl Iterator<Item = Entry> + 'a {
    let begun = report.commit.as_ref().map_or(Timestamp::UNIX_EPOCH, |commit| commit.written_at);
    report.series.iter().filter(|series| series.status() == Some(Status::Alarm)).filter_map(move |series| {
        let reason = series.check.as_ref()?.reason.as_ref()?;
        Some(Entry {
            id: id(repository, &format!("/{}/{}/{}", series.key, series.version, reason.code)),
            title: format!("Alarm: {} at {}", series.key, series.version),
            updated: reason.since.unwrap_or(begun),
            link: repository.url.to_string(),
            text: shown(&reason.text),
        })
    })
}
