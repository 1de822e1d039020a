//! How the versions moved, as a table.

use maud::{Markup, html as markup};

use super::{short, time};
use crate::report::page::timeline::hours;
use crate::report::page::{Bump, PageReport, Via};

/// What is said where a time is not known.
const UNKNOWN: &str = "unknown";

/// The bumps that are shown at once; the others are folded away.
const SHOWN: usize = 20;

/// Every bump, newest first.
pub(super) fn timeline(report: &PageReport) -> Markup {
    let timeline = &report.timeline;
    let (newest, others) = timeline.bumps.split_at(timeline.bumps.len().min(SHOWN));
    markup! {
        section aria-labelledby="timeline" {
            h2 #timeline { "Timeline" }
            @if newest.is_empty() {
                p { "No bump is known." }
            } @else {
                p { (timeline.latency_text()) }
                (table("bumps", "Bumps, newest first", newest))
            }
            @if !others.is_empty() {
                details {
                    summary { "Older bumps: " (others.len()) }
                    (table("older-bumps", "Older bumps, newest first", others))
                    @if timeline.older > 0 {
                        p.quiet { "And " (timeline.older) " before these." }
                    }
                }
            }
        }
    }
}

fn table(id: &str, caption: &str, bumps: &[Bump]) -> Markup {
    markup! {
        section.scroll aria-labelledby=(id) tabindex="0" {
            table.bumps {
                caption id=(id) { (caption) }
                thead {
                    tr {
                        th scope="col" { "Series" }
                        th scope="col" { "Version" }
                        th scope="col" { "Release signed" }
                        th scope="col" { "Proposed" }
                        th scope="col" { "Came in" }
                        th.number scope="col" { "Release to proposal" }
                    }
                }
                tbody { @for bump in bumps { (row(bump)) } }
            }
        }
    }
}

fn row(bump: &Bump) -> Markup {
    markup! {
        tr {
            th scope="row" { (bump.key) }
            td {
                @match &bump.from {
                    Some(from) => { (from) " → " (bump.to) },
                    None => { "new: " (bump.to) },
                }
            }
            td { (at(bump.released_at)) }
            td {
                @if let Some(pull) = &bump.pull_request {
                    (at(bump.proposed_at))
                    br; a href=(pull.url) { "pull request #" (pull.number) }
                } @else if bump.proposed_by == Some(Via::Commit) {
                    span.quiet { "by the commit" }
                } @else {
                    (at(bump.proposed_at))
                }
            }
            td {
                (at(bump.merged_at))
                br;
                @if let Some(url) = &bump.url {
                    a href=(url) { code { (short(&bump.commit)) } }
                } @else {
                    code { (short(&bump.commit)) }
                }
            }
            td.number {
                @match bump.seconds {
                    Some(seconds) => (hours(seconds)),
                    None => span.quiet { (UNKNOWN) },
                }
            }
        }
    }
}

fn at(known: Option<jiff::Timestamp>) -> Markup {
    markup! {
        @match known {
            Some(at) => (time(at)),
            None => span.quiet { (UNKNOWN) },
        }
    }
}
