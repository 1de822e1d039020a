//! The result of `pybump audit`: what was accepted, judged again.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use schemars::JsonSchema;
use serde::Serialize;

use super::artifact::ArtifactReport;
use super::text::{Palette, wrapped};
use super::time::instant;
use super::trust_root::TrustRootReport;
use crate::model::Artifact;
use crate::resolve::{Finding, Recorded};

/// What was accepted, judged again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// What the Sigstore evidence was judged by.
    pub trust_root: TrustRootReport,
    /// True if the files themselves were downloaded and hashed.
    pub bytes_checked: bool,
    /// True if the configuration names a ledger.
    pub has_ledger: bool,
    /// The commit whose configuration, pins and ledger judged a pull request, as it was named; null of an audit of the
    /// repository itself.
    pub base: Option<String>,
    /// What the pull request changes of that.
    pub notes: Vec<String>,
    /// What is wrong with files of the ledger; their entries were left out.
    pub ledger_faults: Vec<String>,
    /// Entries of the base's ledger that the pull request changes or removes: alarms.
    pub ledger_losses: Vec<String>,
    /// By artifact, in order of versions.
    pub artifacts: Vec<AuditedArtifact>,
    /// The get-pip pins that the pull request sets or moves; of an audit without a base there are none.
    pub get_pip: Vec<AuditedPin>,
}

/// A get-pip pin that a pull request sets or moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditedPin {
    /// The keys of the manifest that have it.
    pub keys: Vec<String>,
    /// The commit of pypa/get-pip that it names.
    pub commit: String,
    /// `holds`, `refused` or `unanswered`.
    pub verdict: AuditVerdict,
    /// Why; null where it holds.
    pub reason: Option<String>,
}

/// One artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditedArtifact {
    /// The file's name.
    pub file: String,
    /// True if the manifest has its digest.
    pub in_manifest: bool,
    /// True if the ledger has an entry of it.
    pub in_ledger: bool,
    /// What became of it.
    pub verdict: AuditVerdict,
    /// A word for machines, of an alarm; null otherwise.
    pub code: Option<String>,
    /// Why; null where it holds.
    pub reason: Option<String>,
    /// Its evidence, where that holds.
    pub artifact: Option<Box<ArtifactReport>>,
}

/// What became of an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditVerdict {
    /// Its evidence holds, and is what was accepted.
    Holds,
    /// It is not what was accepted.
    Alarm,
    /// Its evidence does not hold; there is no record of what it was.
    Refused,
    /// The file or its evidence is not there any more.
    Gone,
    /// A source did not answer.
    Unanswered,
    /// Nothing beside it proves anything, and nothing says that anything ever did.
    Unproven,
}

impl AuditedArtifact {
    /// The report of one.
    pub fn of(artifact: &Artifact, recorded: Recorded<'_>, finding: Finding) -> Self {
        let (verdict, code, reason, artifact_report) = match finding {
            Finding::Holds(verified) => {
                (AuditVerdict::Holds, None, None, Some(Box::new(ArtifactReport::of(&verified))))
            }
            Finding::Alarm { code, text } => (AuditVerdict::Alarm, Some(code.to_owned()), Some(text), None),
            Finding::Refused(why) => (AuditVerdict::Refused, None, Some(why), None),
            Finding::Gone(why) => (AuditVerdict::Gone, None, Some(why), None),
            Finding::Unanswered(why) => (AuditVerdict::Unanswered, None, Some(why), None),
            Finding::Unproven(why) => (AuditVerdict::Unproven, None, Some(why), None),
        };
        Self {
            file: artifact.file_name(),
            in_manifest: recorded.manifest.is_some(),
            in_ledger: recorded.entry.is_some(),
            verdict,
            code,
            reason,
            artifact: artifact_report,
        }
    }
}

impl AuditedPin {
    /// What it is called beside files.
    pub fn name(&self) -> String {
        format!("get-pip of {}", self.keys.join(", "))
    }
}

impl AuditReport {
    /// True if an artifact, or the ledger, is not what was accepted.
    pub fn alarms(&self) -> bool {
        self.has(AuditVerdict::Alarm) || !self.ledger_losses.is_empty()
    }

    /// True if an artifact or a pin has this verdict.
    pub fn has(&self, verdict: AuditVerdict) -> bool {
        let mut pins = self.get_pip.iter();
        self.artifacts.iter().any(|artifact| artifact.verdict == verdict) || pins.any(|pin| pin.verdict == verdict)
    }
}

/// What `pybump audit` prints.
pub fn audit_text(report: &AuditReport, palette: Palette) -> String {
    const INDENT: &str = "         ";
    let mut text = String::new();
    for audited in &report.artifacts {
        let (word, style) = shown(audited.verdict);
        let by = audited
            .artifact
            .as_ref()
            .map_or(String::new(), |artifact| format!("  {}, {}", artifact.signer, instant(artifact.signed_at)));
        let recorded = match (audited.in_manifest, audited.in_ledger) {
            (false, _) => "  (ledger only)",
            (true, false) if report.has_ledger => "  (not in the ledger)",
            (true, _) => "",
        };
        writeln!(text, "{:<32} {style}{word}{style:#}{by}{recorded}", audited.file).expect("writing to a string works");
        if let Some(reason) = &audited.reason {
            wrapped(&mut text, reason, INDENT, palette);
        }
        if let (true, Some(artifact)) = (palette.verbose, &audited.artifact) {
            wrapped(&mut text, &format!("sha256 {}", artifact.sha256), INDENT, palette);
        }
    }
    for pin in &report.get_pip {
        let (word, style) = shown(pin.verdict);
        writeln!(text, "{:<32} {style}{word}{style:#}  {}", pin.name(), pin.commit).expect("writing to a string works");
        if let Some(reason) = &pin.reason {
            wrapped(&mut text, reason, INDENT, palette);
        }
    }
    wrapped(&mut text, &audit_summary(report), "", palette);
    wrapped(&mut text, &format!("trust root: {}", report.trust_root.text(palette.now)), "", palette);
    text
}

/// How many artifacts are what, and pins, in one line.
pub(super) fn audit_summary(report: &AuditReport) -> String {
    let verdicts: Vec<_> = report.artifacts.iter().map(|artifact| artifact.verdict).collect();
    let artifacts = counted("artifact", &verdicts, "as accepted");
    let bytes =
        if report.bytes_checked { "bytes downloaded and hashed" } else { "bytes not read (--download reads them)" };
    let verdicts: Vec<_> = report.get_pip.iter().map(|pin| pin.verdict).collect();
    let pins = match verdicts.len() {
        0 => String::new(),
        _ => format!("; {}", counted("get-pip pin", &verdicts, "of pypa/get-pip")),
    };
    format!("{artifacts}; {bytes}{pins}")
}

fn counted(noun: &str, verdicts: &[AuditVerdict], holds: &str) -> String {
    use AuditVerdict::{Alarm, Gone, Holds, Refused, Unanswered, Unproven};
    let count = |verdict| verdicts.iter().filter(|other| **other == verdict).count();
    let words = [
        (Holds, holds),
        (Alarm, "with an alarm"),
        (Refused, "refused"),
        (Gone, "gone"),
        (Unanswered, "not answered for"),
        (Unproven, "without evidence"),
    ];
    let words: Vec<_> =
        words.into_iter().filter(|(it, _)| count(*it) > 0).map(|(it, word)| format!("{} {word}", count(it))).collect();
    let words = if words.is_empty() { "nothing to audit".to_owned() } else { words.join(", ") };
    let (number, plural) = (verdicts.len(), if verdicts.len() == 1 { "" } else { "s" });
    format!("{number} {noun}{plural}: {words}")
}

fn shown(verdict: AuditVerdict) -> (&'static str, Style) {
    let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
    match verdict {
        AuditVerdict::Holds => ("holds", color(AnsiColor::Green)),
        AuditVerdict::Alarm => ("ALARM", color(AnsiColor::Red).bold()),
        AuditVerdict::Refused => ("REFUSED", color(AnsiColor::Red).bold()),
        AuditVerdict::Gone => ("gone", color(AnsiColor::Red)),
        AuditVerdict::Unanswered => ("no answer", color(AnsiColor::Yellow)),
        AuditVerdict::Unproven => ("unproven", color(AnsiColor::Yellow)),
    }
}
