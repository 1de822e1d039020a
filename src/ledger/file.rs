//! The file of one series: its text, and the entries that the text means.
//!
//! There is one spelling, so that what is read is written back byte for byte and every other text is damage: JSON with two
//! spaces, fields in one order, entries by version, source before Windows, then in the order of acceptance. Refuses whatever
//! a run would not have written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::entry::LedgerEntry;
use super::fault::{Damage, wrong_series};
use crate::model::{Artifact, Series, Sha256};
use crate::verify::json;
use crate::verify::quote::quote;

/// The version of the file's shape.
const SCHEMA: u32 = 1;

/// A file is at most this many bytes long; an entry takes about 1 KiB.
pub(super) const CAP: usize = 4 << 20;

/// Every artifact of one series that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LedgerFile {
    /// The version of this file's shape: 1.
    schema: u32,
    /// The series, as the file's name has it.
    #[schemars(with = "String")]
    series: Series,
    /// By version, source before Windows, then in the order of acceptance. Of several entries of one file the last counts.
    artifacts: Vec<LedgerEntry>,
    /// A checkout may have turned line ends into those of another system.
    #[serde(skip)]
    line_end: LineEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum LineEnd {
    #[default]
    Unix,
    Windows,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with schema, series and artifacts")]
struct Document<'a> {
    #[serde(rename = "schema")]
    _schema: u32,
    series: String,
    #[serde(borrow)]
    artifacts: Vec<&'a RawValue>,
}

impl LedgerFile {
    /// A ledger of `series` with nothing in it yet.
    pub(super) fn new(series: Series) -> Self {
        Self { schema: SCHEMA, series, artifacts: Vec::new(), line_end: LineEnd::Unix }
    }

    /// The entries, in the file's order.
    pub(super) fn entries(&self) -> &[LedgerEntry] {
        &self.artifacts
    }

    /// The entry of `artifact` that counts.
    pub(super) fn newest(&self, artifact: &Artifact) -> Option<&LedgerEntry> {
        self.artifacts.iter().rev().find(|entry| entry.artifact() == *artifact)
    }

    /// Puts `entry` after those before it; false if what it says stands there already.
    pub(super) fn append(&mut self, entry: LedgerEntry) -> bool {
        let artifact = entry.artifact();
        if self.newest(&artifact).is_some_and(|newest| newest.covers(&entry)) {
            return false;
        }
        let at = self.artifacts.partition_point(|other| other.artifact() <= artifact);
        self.artifacts.insert(at, entry);
        true
    }

    /// The text of the file.
    pub(super) fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("plain values always serialise into memory") + "\n";
        match self.line_end {
            LineEnd::Unix => text,
            LineEnd::Windows => text.replace('\n', "\r\n"),
        }
    }

    /// The lines on which the entries begin, counted from 1. There is one spelling, in which nothing else is indented so.
    pub(super) fn lines(&self) -> Vec<usize> {
        let text = self.text();
        let begins = text.lines().enumerate().filter(|(_, line)| line.trim_end() == "    {");
        begins.map(|(number, _)| number + 1).collect()
    }

    /// Reads the text of the file of `series`.
    pub(super) fn parse(text: &str, series: Series) -> Result<Self, Damage> {
        let value = json::parse(text).map_err(|error| Damage::of_json(&error, 1))?;
        let line_of = |needle: &str| text.find(needle).map_or(1, |at| line(text, at));
        match value.get("schema") {
            Some(schema) if schema.as_u64() == Some(SCHEMA.into()) => {}
            found => {
                let found = found.map_or("none".to_owned(), Value::to_string);
                let problem = format!("expected schema {SCHEMA}, found {}; is a newer pybump at work?", quote(&found));
                return Err(Damage::at(line_of("\"schema\""), problem));
            }
        }
        let document: Document<'_> = serde_json::from_str(text).map_err(|error| Damage::of_json(&error, 1))?;
        if document.series != series.to_string() {
            return Err(Damage::at(line_of("\"series\""), wrong_series(series, &document.series)));
        }
        if document.artifacts.is_empty() {
            return Err(Damage::at(line_of("\"artifacts\""), "expected an artifact at least, found none"));
        }
        let mut file = Self::new(series);
        if text.contains("\r\n") {
            file.line_end = LineEnd::Windows;
        }
        let mut names = BTreeMap::new();
        for raw in document.artifacts {
            let first = line(text, raw.get().as_ptr() as usize - text.as_ptr() as usize);
            let entry: LedgerEntry = serde_json::from_str(raw.get()).map_err(|error| Damage::of_json(&error, first))?;
            file.check(&entry, &mut names).map_err(|problem| Damage::at(first, problem))?;
            file.artifacts.push(entry);
        }
        match unlike(&file.text(), text) {
            Some(damage) => Err(damage),
            None => Ok(file),
        }
    }

    /// Checks that `entry` may follow what is there; `names` has the name of each digest so far.
    fn check(&self, entry: &LedgerEntry, names: &mut BTreeMap<Sha256, Artifact>) -> Result<(), String> {
        let artifact = entry.artifact();
        check_alone(entry, self.series)?;
        if let Some(before) = self.artifacts.last().map(LedgerEntry::artifact).filter(|before| *before > artifact) {
            return Err(format!(
                "expected {artifact} before {before}, found it after; entries go by version, source first"
            ));
        }
        match names.insert(entry.sha256, artifact.clone()) {
            Some(other) if other != artifact => {
                return Err(format!("expected a digest of its own for {artifact}, found that of {other}"));
            }
            _ => {}
        }
        let Some(before) = self.artifacts.last().filter(|before| before.artifact() == artifact) else { return Ok(()) };
        let changed = (before.sha256 != entry.sha256).then_some(before.sha256);
        if entry.replaces != changed {
            let shown = |digest: Option<Sha256>| digest.map_or("nothing".to_owned(), |digest| digest.to_string());
            let (expected, found) = (shown(changed), shown(entry.replaces));
            return Err(format!(
                "expected {artifact} to replace {expected}, as the entry before it says, found {found}"
            ));
        }
        if before.covers(entry) {
            return Err(format!("expected something new of {artifact}, found what the entry before it says"));
        }
        Ok(())
    }
}

/// Checks what `entry` says of itself.
fn check_alone(entry: &LedgerEntry, series: Series) -> Result<(), String> {
    let artifact = entry.artifact();
    if artifact.version.series() != series {
        return Err(format!("expected a release of {series}, found {}", artifact.version));
    }
    if entry.file != artifact.file_name() {
        let (kind, version) = (artifact.kind, &artifact.version);
        return Err(format!("expected file \"{artifact}\" for {kind} of {version}, found \"{}\"", quote(&entry.file)));
    }
    if entry.replaces == Some(entry.sha256) {
        return Err(format!("expected {artifact} to replace another digest, found its own"));
    }
    let Some(sigstore) = entry.sigstore() else {
        return match entry.openpgp() {
            Some(_) => Ok(()),
            None => Err(format!("expected a Sigstore bundle or an OpenPGP signature of {artifact}, found neither")),
        };
    };
    for (what, text) in [("an identity", &sigstore.identity), ("an issuer", &sigstore.issuer)] {
        if text.is_empty() || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(format!("expected {what} without spaces, found \"{}\"", quote(text)));
        }
    }
    if sigstore.log_id.is_empty() || !sigstore.log_id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(format!("expected a log id in hexadecimal digits, found \"{}\"", quote(&sigstore.log_id)));
    }
    Ok(())
}

/// The first line of `found` that is not as `expected` has it.
fn unlike(expected: &str, found: &str) -> Option<Damage> {
    if expected == found {
        return None;
    }
    let lines = |text: &str| -> Vec<String> { text.split('\n').map(str::to_owned).collect() };
    let (expected, found) = (lines(expected), lines(found));
    let at = expected.iter().zip(&found).take_while(|(expected, found)| expected == found).count();
    let shown =
        |lines: &[String]| lines.get(at).map_or("the end".to_owned(), |line| format!("the line \"{}\"", quote(line)));
    Some(Damage::at(at + 1, format!("expected {}, found {}", shown(&expected), shown(&found))))
}

/// The line on which the byte at `offset` stands, counted from 1.
fn line(text: &str, offset: usize) -> usize {
    text[..offset.min(text.len())].matches('\n').count() + 1
}

#[cfg(test)]
#[path = "file/tests.rs"]
mod tests;
