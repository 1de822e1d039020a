//! Where each series is, and the Dockerfiles that it has.

use std::cmp::Reverse;

use jiff::Timestamp;
use maud::{Markup, html as markup};

use super::time;
use crate::report::ago;
use crate::report::check::{Reason, Status};
use crate::report::page::shown::shown;
use crate::report::page::{Cell, PageReport, PageSeries, matrix, word};

/// A card each, what needs a person first.
pub(super) fn series(report: &PageReport) -> Markup {
    let mut series: Vec<_> = report.series.iter().collect();
    series.sort_by_key(|series| Reverse(series.status()));
    markup! {
        section aria-labelledby="series" {
            h2 #series { "Series" }
            @if series.is_empty() {
                p { "The manifest tracks no series." }
            }
            div.cards { @for series in series { (card(series, report)) } }
        }
    }
}

fn card(series: &PageSeries, report: &PageReport) -> Markup {
    let now = report.as_of;
    markup! {
        article class=(class(series.status())) {
            h3 { (series.key) " " (badge(series.status())) }
            p.step { (shown(&series.step())) }
            @if let Some(Reason { text, since, .. }) = series.check.as_ref().and_then(|check| check.reason.as_ref()) {
                p { (shown(text)) }
                @if let Some(since) = since {
                    p.quiet { "Since " (time(*since)) ", for " (age(*since, now)) }
                }
            }
            @if let Some(pull) = &series.pull_request {
                p {
                    "Proposed in " a href=(pull.url) { "pull request #" (pull.number) } ", open for "
                    (age(pull.opened_at, now))
                }
            }
            @let told = series.told(now);
            @if !told.is_empty() {
                ul { @for sentence in told { li { (shown(&sentence)) } } }
            }
        }
    }
}

/// The matrix, and every tag.
pub(super) fn dockerfiles(report: &PageReport) -> Markup {
    let rows = matrix(report);
    markup! {
        section aria-labelledby="dockerfiles" {
            h2 #dockerfiles { "Dockerfiles" }
            @if rows.is_empty() {
                p { "The manifest names no Dockerfile." }
            } @else {
                section.scroll aria-labelledby="matrix" tabindex="0" {
                    table.matrix {
                        caption #matrix { "CPython version by variant and series" }
                        thead {
                            tr {
                                th scope="col" { "Variant" }
                                @for series in &report.series {
                                    th scope="col" { (series.key) br; (badge(series.status())) }
                                }
                            }
                        }
                        tbody {
                            @for row in &rows {
                                tr {
                                    th scope="row" { code { @for part in row.variant.split_inclusive('/') { (part) wbr; } } }
                                    @for cell in &row.cells { td { (in_matrix(cell.as_ref(), report)) } }
                                }
                            }
                        }
                    }
                }
                (tags(report))
            }
        }
    }
}

fn in_matrix(cell: Option<&Cell<'_>>, report: &PageReport) -> Markup {
    let Some(cell) = cell else {
        return markup! { span.quiet aria-hidden="true" { "–" } span.unseen { "none" } };
    };
    let page = report
        .repository
        .as_ref()
        .zip(report.commit.as_ref())
        .map(|(repository, commit)| repository.page(&format!("blob/{}/{}/Dockerfile", commit.id, cell.folder)));
    let tag = cell.tag.map(|tag| markup! { span.unseen { ", " (tag) } });
    markup! {
        @if let Some(page) = page {
            a href=(page) { (cell.version) (tag.unwrap_or_default()) }
        } @else {
            (cell.version) (tag.unwrap_or_default())
        }
        @if cell.goes { br; span.quiet { "to be dropped" } }
    }
}

fn tags(report: &PageReport) -> Markup {
    let tagged = |series: &PageSeries| series.variants.iter().any(|variant| !variant.tags.is_empty());
    markup! {
        @if report.series.iter().any(tagged) {
            details {
                summary { "Tags of every Dockerfile" }
                @for series in &report.series {
                    h3 { (series.key) }
                    dl.tags {
                        @for variant in &series.variants {
                            div {
                                dt { code { (variant.name) } }
                                dd { @for tag in &variant.tags { code { (tag) } " " } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How long ago something was, on one line.
fn age(since: Timestamp, now: Timestamp) -> String {
    ago(since, now).replace(' ', "\u{a0}")
}

fn badge(status: Option<Status>) -> Markup {
    let sign = match status {
        None => "?",
        Some(Status::Current) => "✓",
        Some(Status::Update) => "↑",
        Some(Status::Waiting) => "…",
        Some(Status::Held) => "!",
        Some(Status::Alarm) => "‼",
    };
    markup! { span.badge.(class(status)) { span aria-hidden="true" { (sign) " " } (word(status)) } }
}

fn class(status: Option<Status>) -> &'static str {
    if status.is_none() { "unknown" } else { word(status) }
}
