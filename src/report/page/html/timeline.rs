//! How the versions moved, as a table.

use maud::{Markup, html as markup};

use super::{short, time};
use crate::report::page::timeline::hours;
use crate::report::page::{Bump, PageReport, Via};

/// What is said where a time is not known.
const UNKNOWN: &str = "unknown";

/// Every bump, newest first.
pub(super) fn timeline(report: &PageReport) -> Markup {
    let timeline = &report.timeline;
    markup! {
        section aria-labelledby="timeline" {
            h2 #timeline { "Timeline" }
            @if timeline.bumps.is_empty() {
                p { "No bump is known." }
            } @else {
                p { (timeline.latency_text()) }
                div.scroll role="region" aria-labelledby="bumps" tabindex="0" {
                    table.bumps {
                        caption #bumps { "Bumps, newest first, times in UTC" }
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
                        tbody { @for bump in &timeline.bumps { (row(bump)) } }
                    }
                }
                @if timeline.older > 0 {
                    p.quiet { "And " (timeline.older) " older ones." }
                }
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
                (at(bump.proposed_at))
                @if let Some(pull) = &bump.pull_request {
                    br; a href=(pull.url) { "pull request #" (pull.number) }
                } @else if bump.proposed_by == Some(Via::Commit) {
                    br; span.quiet { "by the commit" }
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
