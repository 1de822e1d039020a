//! The page: one HTML file that needs nothing else, no script, no font, no request.
//!
//! Owns its frame and its parts' order. Text from outside enters through [`shown`] and the macro's escaping alone; the
//! content security policy allows the page's own style and nothing besides.

mod evidence;
mod series;
mod timeline;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::PageReport;
use super::shown::shown;
use crate::model::Sha256;
use crate::report::instant;

const STYLE: &str = include_str!("style.css");

/// The page of `report`; `feed.atom` and `report.json` lie beside it.
pub fn html(report: &PageReport) -> String {
    let title = shown(&report.title());
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="generator" content=(concat!("pybump ", env!("CARGO_PKG_VERSION")));
                meta name="description" content=(report.summary());
                title { (title) }
                link rel="icon" href="data:,";
                link rel="alternate" type="application/atom+xml" title="Bumps and alarms" href="feed.atom";
                link rel="alternate" type="application/json" title="The same as JSON" href="report.json";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (header(report, &title))
                main #main tabindex="-1" {
                    (missing(report))
                    (series::series(report))
                    (series::dockerfiles(report))
                    (timeline::timeline(report))
                    (evidence::evidence(report))
                }
                footer {
                    p {
                        "Made by pybump " (env!("CARGO_PKG_VERSION")) ". The same is there "
                        a href="report.json" { "as JSON" } ", and its bumps and alarms "
                        a href="feed.atom" { "as an Atom feed" } "."
                    }
                }
            }
        }
    };
    page.into_string() + "\n"
}

fn header(report: &PageReport, title: &str) -> Markup {
    markup! {
        header {
            h1 { (title) }
            p.lead { (report.summary()) "." }
            p.quiet {
                "As of " (time(report.as_of))
                @if let Some(commit) = &report.commit {
                    ", at commit "
                    @if let Some(repository) = &report.repository {
                        a href=(repository.page(&format!("commit/{}", commit.id))) { code { (short(&commit.id)) } }
                    } @else {
                        code { (short(&commit.id)) }
                    }
                    " of " (time(commit.written_at))
                }
                "."
            }
            nav aria-label="On this page" {
                ul {
                    li { a href="#series" { "Series" } }
                    li { a href="#dockerfiles" { "Dockerfiles" } }
                    li { a href="#timeline" { "Timeline" } }
                    li { a href="#evidence" { "Evidence" } }
                }
            }
        }
    }
}

fn missing(report: &PageReport) -> Markup {
    markup! {
        @if !report.missing.is_empty() {
            section.missing aria-labelledby="missing" {
                h2 #missing { "Not looked at" }
                p { "This page says nothing about:" }
                ul { @for missing in &report.missing { li { (shown(missing)) } } }
            }
        }
    }
}

/// The page's own style by its digest; the icon is an empty one, so that no browser asks for any.
fn policy() -> String {
    let digest = STANDARD.encode(Sha256::of(STYLE.as_bytes()).as_bytes());
    format!("default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'")
}

fn time(at: Timestamp) -> Markup {
    markup! { time datetime=(at) { (instant(at)) } }
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}
