//! The report for a terminal: the matrix, what needs a person, and how long proposing took.

use std::fmt::Write as _;

use super::{PageReport, PageSeries, matrix, word};
use crate::report::check::Status;
use crate::report::page::shown::shown;
use crate::report::text::{Palette, wrapped};
use crate::report::{ago, instant};

/// What `pybump report` prints.
pub fn page_text(report: &PageReport, palette: Palette) -> String {
    let mut text = format!("{}, as of {}\n\n", shown(&report.title()), instant(report.as_of));
    text.push_str(&table(report));
    let now = report.as_of;
    let told = |series: &&PageSeries| series.needs_attention(now) || series.status() == Some(Status::Update);
    for series in report.series.iter().filter(told) {
        let reason = series.check.as_ref().and_then(|check| check.reason.as_ref());
        let since = reason.and_then(|reason| reason.since);
        let since = since.map_or(String::new(), |since| format!(", since {}", instant(since)));
        let (key, step, word) = (&series.key, shown(&series.step()), word(series.status()));
        writeln!(text, "\n{key}  {step}  {word}{since}").expect("writing to a string does not fail");
        let pull = series.pull_request.as_ref();
        let pull = pull.map(|pull| format!("proposed in {}, open for {}", pull.url, ago(pull.opened_at, now)));
        let reason = reason.map(|reason| reason.text.clone());
        for sentence in reason.into_iter().chain(pull).chain(series.told(now)) {
            wrapped(&mut text, &shown(&sentence), "    ", palette);
        }
    }
    text.push('\n');
    for missing in &report.missing {
        wrapped(&mut text, &format!("Not looked at: {}", shown(missing)), "", palette);
    }
    if !report.timeline.bumps.is_empty() {
        wrapped(&mut text, &report.timeline.latency_text(), "", palette);
    }
    wrapped(&mut text, &report.summary(), "", palette);
    text
}

/// The matrix in columns, as wide as what stands in them.
fn table(report: &PageReport) -> String {
    let mut rows = vec![
        std::iter::once(String::new()).chain(report.series.iter().map(|series| series.key.clone())).collect(),
        std::iter::once(String::new())
            .chain(report.series.iter().map(|series| word(series.status()).to_owned()))
            .collect(),
    ];
    for row in matrix(report) {
        let cell = |cell: &Option<super::Cell<'_>>| cell.as_ref().map_or("-", |cell| cell.version).to_owned();
        let cells: Vec<_> = std::iter::once(row.variant.to_owned()).chain(row.cells.iter().map(cell)).collect();
        rows.push(cells);
    }
    let columns = report.series.len() + 1;
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<_> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
