//! The report for a README or a step's summary: the matrix as a table, and what waits or is held.
//!
//! Text from outside enters through `report::escape` alone.

use super::{PageReport, PageSeries, matrix, word};
use crate::report::check::Status;
use crate::report::escape::{code, prose};
use crate::report::instant;

/// What `pybump report --format markdown` prints.
pub fn markdown(report: &PageReport) -> String {
    let mut text = table(report);
    let now = report.as_of;
    let items: Vec<_> =
        report.series.iter().filter(|series| series.needs_attention(now)).map(|series| item(series, report)).collect();
    if !items.is_empty() {
        text.push_str(&format!("\n{}", items.concat()));
    }
    if !report.missing.is_empty() {
        let missing: Vec<_> =
            report.missing.iter().map(|missing| format!("- not looked at: {}\n", prose(missing))).collect();
        text.push_str(&format!("\n{}", missing.concat()));
    }
    if !report.timeline.bumps.is_empty() {
        text.push_str(&format!("\n{}\n", report.timeline.latency_text()));
    }
    text.push_str(&format!("\n{}, as of {}.\n", report.summary(), instant(now)));
    text
}

fn table(report: &PageReport) -> String {
    let series = |cell: &dyn Fn(&PageSeries) -> String| report.series.iter().map(cell).collect::<Vec<_>>();
    let line = |first: &str, cells: &[String]| format!("| {first} | {} |\n", cells.join(" | "));
    let mut text = line("Variant", &series(&|series| series.key.clone()));
    text.push_str(&format!("|---|{}\n", "---|".repeat(report.series.len())));
    text.push_str(&line("*state*", &series(&|series| state(series))));
    for row in matrix(report) {
        let cell = |cell: &Option<super::Cell<'_>>| match cell {
            None => "–".to_owned(),
            Some(cell) if cell.goes => format!("{}, to be dropped", cell.version),
            Some(cell) => cell.version.to_owned(),
        };
        text.push_str(&line(&code(row.variant), &row.cells.iter().map(cell).collect::<Vec<_>>()));
    }
    text
}

/// `current`, `update to 3.14.3`, with the pull request where there is one.
fn state(series: &PageSeries) -> String {
    let target = series.check.as_ref().and_then(|check| check.target.as_ref());
    let target = target.filter(|target| **target != series.version).map_or(String::new(), |to| format!(" to {to}"));
    let pull = series.pull_request.as_ref();
    let pull = pull.map_or(String::new(), |pull| format!(" ([#{}]({}))", pull.number, pull.url));
    format!("**{}**{target}{pull}", word(series.status()))
}

fn item(series: &PageSeries, report: &PageReport) -> String {
    let reason = series.check.as_ref().and_then(|check| check.reason.as_ref());
    let since = reason.and_then(|reason| reason.since);
    let since = since.map_or(String::new(), |since| format!(" since {}", instant(since)));
    let mut sentences: Vec<_> = reason.map(|reason| prose(&reason.text)).into_iter().collect();
    sentences.extend(series.told(report.as_of).iter().map(|sentence| prose(sentence)));
    format!(
        "- **{}** at {} {}{since}: {}\n",
        series.key,
        series.version,
        match series.status() {
            Some(Status::Alarm) => "has an **alarm**".to_owned(),
            status => format!("is **{}**", word(status)),
        },
        sentences.join("; ")
    )
}
