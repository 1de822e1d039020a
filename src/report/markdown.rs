//! Reports as markdown: for the summary of a step in GitHub Actions, and for documents.
//!
//! Owns headings, tables and their order, the most important first. Lets no text from outside in but through `escape`.

use super::artifact::ArtifactReport;
use super::audit::{AuditReport, AuditVerdict, audit_summary};
use super::check::{CheckReport, Reason, SeriesReport, Status};
use super::escape::{code, prose};
use super::files::{Action, FilesReport};
use super::text::{Palette, check_summary};
use super::time::{ago, instant};
use super::update::UpdateReport;
use super::verify::{Verdict, VerifyReport};

/// What each series is at, why it is not where it should be and since when, and the evidence of what is to change.
pub fn check_markdown(report: &CheckReport, palette: Palette) -> String {
    series_markdown(&report.series, palette) + &format!("\n{}\n", check_summary(report))
}

/// The part about the series: a table, notes, evidence.
pub fn series_markdown(series: &[SeriesReport], palette: Palette) -> String {
    let rows =
        series.iter().map(|series| [series.key.clone(), step(series), state(series.status), why(series, palette)]);
    let mut text = table(["series", "CPython", "state", "why"], rows);
    let notes: Vec<_> =
        series.iter().flat_map(|series| series.notes.iter().map(move |note| (&series.key, note))).collect();
    if !notes.is_empty() {
        text.push('\n');
    }
    for (key, note) in notes {
        text.push_str(&format!("- {key}: {}\n", prose(note)));
    }
    let told = series.iter().filter(|series| matches!(series.status, Status::Update | Status::Alarm));
    let artifacts: Vec<_> = told.flat_map(|series| &series.artifacts).collect();
    if !artifacts.is_empty() {
        text.push_str(&format!("\n### Evidence\n\n{}", evidence(&artifacts)));
    }
    text
}

/// What `pybump update` changed, or would.
pub fn update_markdown(report: &UpdateReport, palette: Palette) -> String {
    let mut text = series_markdown(&report.series, palette);
    if !report.bytes_checked {
        text.push_str("\nThe artifacts were **not downloaded**: the digests rest on the evidence alone.\n");
    }
    text.push_str(&format!("\n### Files\n\n{}", files_list(&report.files, "No file changed.")));
    for commit in &report.commits {
        let word = if report.files.applied { "committed" } else { "would commit" };
        text.push_str(&format!("- {word} {} {}\n", code(&commit.id), code(&commit.subject)));
    }
    text
}

/// Which Dockerfiles are not what the manifest and the templates give.
pub fn render_markdown(report: &FilesReport) -> String {
    files_list(report, "Every Dockerfile is what manifest and templates give.")
}

/// The evidence for a release, and what does not hold.
pub fn verify_markdown(report: &VerifyReport) -> String {
    let rows = report.artifacts.iter().map(|verdict| match verdict {
        Verdict::Verified(artifact) => {
            let by = format!("{}, {}", code(&artifact.signer), instant(artifact.signed_at));
            [code(&artifact.file), "verified".to_owned(), by]
        }
        Verdict::Failed { file, text } => [code(file), "**NOT verified**".to_owned(), prose(text)],
        Verdict::Absent { file } => [code(file), "not there".to_owned(), String::new()],
    });
    table(["file", "", "signed by, or why not"], rows)
}

/// What is not as it was accepted; what is, in one line.
pub fn audit_markdown(report: &AuditReport) -> String {
    let mut text = format!("{}\n", audit_summary(report));
    let losses = report.ledger_losses.iter().map(|loss| format!("- **ALARM** {}\n", prose(loss)));
    let others = report.notes.iter().chain(&report.ledger_faults).map(|text| format!("- {}\n", prose(text)));
    let faults: Vec<_> = losses.chain(others).collect();
    if !faults.is_empty() {
        text.push_str(&format!("\n{}", faults.concat()));
    }
    let artifacts = report.artifacts.iter().map(|audited| (audited.file.clone(), audited.verdict, &audited.reason));
    let pins = report.get_pip.iter().map(|pin| (pin.name(), pin.verdict, &pin.reason));
    let rows: Vec<_> = artifacts
        .chain(pins)
        .filter(|(_, verdict, _)| *verdict != AuditVerdict::Holds)
        .map(|(name, verdict, reason)| {
            let word = match verdict {
                AuditVerdict::Holds => "holds",
                AuditVerdict::Alarm => "**ALARM**",
                AuditVerdict::Refused => "**refused**",
                AuditVerdict::Gone => "gone",
                AuditVerdict::Unanswered => "no answer",
                AuditVerdict::Unproven => "unproven",
            };
            [code(&name), word.to_owned(), reason.as_deref().map_or(String::new(), prose)]
        })
        .collect();
    if !rows.is_empty() {
        text.push_str(&format!("\n{}", table(["file", "", "why"], rows)));
    }
    text
}

/// A table; cells are markdown on one line.
pub fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(N));
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

fn step(series: &SeriesReport) -> String {
    match (&series.at, &series.target) {
        (Some(at), Some(target)) if at != target => format!("{at} → {target}"),
        (Some(at), _) => at.clone(),
        (None, Some(target)) => format!("new → {target}"),
        (None, None) => "new".to_owned(),
    }
}

fn state(status: Status) -> String {
    match status {
        Status::Current => "current",
        Status::Update => "**update**",
        Status::Waiting => "waiting",
        Status::Held => "**held**",
        Status::Alarm => "**ALARM**",
    }
    .to_owned()
}

/// Everything that is said of a series beside its versions, with since when.
fn why(series: &SeriesReport, palette: Palette) -> String {
    let reason = |reason: &Reason| {
        let since = reason.since.map(|since| format!("since {} ({}): ", instant(since), ago(since, palette.now)));
        format!("{}{}", since.unwrap_or_default(), prose(&reason.text))
    };
    let mut parts: Vec<_> = series.reason.iter().map(reason).collect();
    parts.extend(series.pending.iter().map(|pending| format!("meanwhile {}", reason(pending))));
    parts.extend(series.stale.iter().map(|stale| prose(&stale.text(palette.now))));
    parts.extend(series.components.iter().map(|component| {
        let from = component.from.as_ref().map_or(String::new(), |from| format!("{} → ", code(from)));
        format!("{} {from}{}", component.name, code(&component.to))
    }));
    if !series.dropped_variants.is_empty() {
        let dropped: Vec<_> = series.dropped_variants.iter().map(|variant| code(variant)).collect();
        parts.push(format!("drops {}", dropped.join(", ")));
    }
    parts.join("<br>")
}

fn evidence(artifacts: &[&ArtifactReport]) -> String {
    let rows = artifacts.iter().map(|artifact| {
        let log = artifact.log_index.map_or("none".to_owned(), |index| index.to_string());
        let bytes = artifact.size.map_or("not read".to_owned(), |size| format!("{size} hashed"));
        [code(&artifact.file), code(&artifact.sha256), code(&artifact.signer), instant(artifact.signed_at), log, bytes]
    });
    table(["file", "SHA-256", "signed by", "signed at", "log entry", "bytes"], rows)
}

fn files_list(report: &FilesReport, none: &str) -> String {
    if report.files.is_empty() {
        return format!("{none}\n");
    }
    let word = |action| match (action, report.applied) {
        (Action::Write, true) => "wrote",
        (Action::Remove, true) => "removed",
        (Action::Write, false) => "differs:",
        (Action::Remove, false) => "extra:",
    };
    let items: Vec<_> =
        report.files.iter().map(|file| format!("- {} {}\n", word(file.action), code(&file.path))).collect();
    items.concat()
}

#[cfg(test)]
#[path = "markdown/tests.rs"]
mod tests;
