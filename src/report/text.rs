//! Reports as text for a terminal: a line a series, and what a person needs to know below it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;

use super::artifact::{ArtifactReport, OpenPgpReport, OpenPgpStatus};
use super::check::{CheckReport, Reason, SeriesReport, Status};
use super::time::{ago, instant};
use super::verify::{Verdict, VerifyReport};

/// The width to wrap at, and the time by which ages are told.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    /// Columns; `usize::MAX` where output is no terminal, so that a line stays a line.
    pub width: usize,
    /// The time of the run.
    pub now: Timestamp,
    /// Also digests, issuers and what binds the names.
    pub verbose: bool,
}

const INDENT: &str = "         ";

/// What `pybump check` prints; styled with ANSI codes, which the writer strips where they are not wanted.
pub fn check_text(report: &CheckReport, palette: Palette) -> String {
    let mut text = String::new();
    for series in &report.series {
        series_text(&mut text, series, palette);
    }
    text.push_str(&check_summary(report));
    text.push('\n');
    text
}

fn series_text(text: &mut String, series: &SeriesReport, palette: Palette) {
    let step = match (&series.at, &series.target) {
        (Some(at), Some(target)) if at != target => format!("{at} → {target}"),
        (Some(at), _) => at.clone(),
        (None, Some(target)) => format!("new → {target}"),
        (None, None) => "new".to_owned(),
    };
    let (word, style) = shown(series.status);
    let since = series.reason.as_ref().and_then(|reason| reason.since);
    let since =
        since.map_or(String::new(), |since| format!("  since {} ({})", instant(since), ago(since, palette.now)));
    let line = format!("{:<8} {step:<22} {style}{word}{style:#}{since}", series.key);
    writeln!(text, "{line}").expect("writing to a string does not fail");
    if let Some(Reason { text: reason, .. }) = &series.reason {
        indented(text, reason, palette);
    }
    if let Some(pending) = &series.pending {
        let since = pending.since.map_or(String::new(), |since| format!(" ({})", ago(since, palette.now)));
        indented(text, &format!("meanwhile {}{since}", pending.text), palette);
    }
    if let Some(stale) = &series.stale {
        indented(text, &stale.text(palette.now), palette);
    }
    if series.status == Status::Update || palette.verbose {
        for artifact in &series.artifacts {
            artifact_text(text, artifact, palette);
        }
    }
    for component in &series.components {
        let from = component.from.as_ref().map_or(String::new(), |from| format!("{from} → "));
        indented(text, &format!("{} {from}{}", component.name, component.to), palette);
    }
    if !series.dropped_variants.is_empty() {
        indented(text, &format!("drops {}", series.dropped_variants.join(", ")), palette);
    }
    for note in &series.notes {
        indented(text, note, palette);
    }
}

fn artifact_text(text: &mut String, artifact: &ArtifactReport, palette: Palette) {
    let ArtifactReport { file, signer, issuer, signed_at, log_index, sha256, .. } = artifact;
    let bytes = artifact.size.map_or(String::new(), |size| format!(", {size} bytes hashed"));
    indented(
        text,
        &format!("{file}: signed by {signer}, {}, {}{bytes}", instant(*signed_at), logged(*log_index)),
        palette,
    );
    // That a key is missing stands in the series' notes.
    let shown = |openpgp: &&OpenPgpReport| match openpgp.state {
        OpenPgpStatus::Absent => false,
        OpenPgpStatus::NoKey => palette.verbose,
        OpenPgpStatus::Unchecked | OpenPgpStatus::Agrees => true,
    };
    let there = artifact.openpgp.as_ref().filter(shown);
    if let Some(openpgp) = there {
        indented(text, &format!("  OpenPGP signature {}", openpgp.text()), palette);
    }
    if palette.verbose {
        indented(text, &format!("  sha256 {sha256}"), palette);
        let issuer = issuer.as_ref().map_or(String::new(), |issuer| format!("issuer {issuer}; "));
        indented(text, &format!("  {issuer}name bound by {}", bound(artifact)), palette);
    }
}

/// The entry in the transparency log, in words.
fn logged(index: Option<u64>) -> String {
    index.map_or("in no log".to_owned(), |index| format!("log entry {index}"))
}

fn bound(artifact: &ArtifactReport) -> String {
    if artifact.bound_by.is_empty() { "nothing but the signature".to_owned() } else { artifact.bound_by.join(", ") }
}

/// How many series are where, in one line.
pub(super) fn check_summary(report: &CheckReport) -> String {
    let count = |status| report.series.iter().filter(|series| series.status == status).count();
    let parts: Vec<_> = [
        (Status::Current, "current"),
        (Status::Update, "to update"),
        (Status::Waiting, "waiting"),
        (Status::Held, "held"),
        (Status::Alarm, "with an alarm"),
    ]
    .into_iter()
    .filter(|(status, _)| count(*status) > 0)
    .map(|(status, words)| format!("{} {words}", count(status)))
    .collect();
    format!(
        "{} series: {}",
        report.series.len(),
        if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") }
    )
}

/// What `pybump verify` prints.
pub fn verify_text(report: &VerifyReport, palette: Palette) -> String {
    let mut text = String::new();
    for verdict in &report.artifacts {
        let (word, status, file) = match verdict {
            Verdict::Verified(artifact) => ("verified", Status::Current, &artifact.file),
            Verdict::Failed { file, .. } => ("NOT verified", Status::Alarm, file),
            Verdict::Absent { file } => ("not there", Status::Waiting, file),
        };
        let (_, style) = shown(status);
        writeln!(text, "{file:<32} {style}{word}{style:#}").expect("writing to a string does not fail");
        match verdict {
            Verdict::Verified(artifact) => evidence_text(&mut text, artifact, palette),
            Verdict::Failed { text: why, .. } => indented(&mut text, why, palette),
            Verdict::Absent { .. } => {}
        }
    }
    wrapped(&mut text, &format!("trust root: {}", report.trust_root.text(palette.now)), "", palette);
    text
}

fn evidence_text(text: &mut String, artifact: &ArtifactReport, palette: Palette) {
    let bytes = match artifact.size {
        Some(size) => format!("{size} downloaded, hashed and equal to what was signed"),
        None => "not downloaded".to_owned(),
    };
    let sbom = if artifact.sbom { "agrees on file name, version and digest" } else { "none" };
    let openpgp = artifact.openpgp.as_ref().map(|openpgp| ("OpenPGP", openpgp.text()));
    let signer = match &artifact.issuer {
        Some(issuer) => format!("{} (issuer {issuer})", artifact.signer),
        None => artifact.signer.clone(),
    };
    let rows = [
        ("sha256", artifact.sha256.clone()),
        ("signed by", signer),
        ("signed at", instant(artifact.signed_at)),
        ("log entry", artifact.log_index.map_or("none".to_owned(), |index| index.to_string())),
        ("SBOM", sbom.to_owned()),
    ];
    let more = [("bytes", bytes), ("name bound by", bound(artifact))];
    for (name, value) in rows.into_iter().chain(openpgp).chain(more) {
        indented(text, &format!("{name:<14} {value}"), palette);
    }
}

fn shown(status: Status) -> (&'static str, Style) {
    let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
    match status {
        Status::Current => ("current", color(AnsiColor::Green)),
        Status::Update => ("update", color(AnsiColor::Cyan).bold()),
        Status::Waiting => ("waiting", color(AnsiColor::Yellow)),
        Status::Held => ("held", color(AnsiColor::Red)),
        Status::Alarm => ("ALARM", color(AnsiColor::Red).bold()),
    }
}

/// Adds `words` below a series' line, wrapped at the width where there is one.
fn indented(text: &mut String, words: &str, palette: Palette) {
    wrapped(text, words, INDENT, palette);
}

/// Adds `words` as lines that start with `indent`, wrapped at the width where there is one.
pub fn wrapped(text: &mut String, words: &str, indent: &str, palette: Palette) {
    let options = textwrap::Options::new(palette.width.min(10_000))
        .initial_indent(indent)
        .subsequent_indent(indent)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    text.push_str(&textwrap::fill(words, options));
    text.push('\n');
}
