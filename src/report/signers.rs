//! The result of `pybump signers`: the pins, and what python.org's pages say against them; as its JSON has it and in words.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Palette, wrapped};
use crate::model::{ArtifactKind, Fingerprint, Series, Signer, Signers};
use crate::observe::keys::AskedKey;
use crate::observe::signers::SignerFindings;
use crate::resolve::signers::SignerPageName;

/// Who is pinned, and what python.org's pages say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SignersReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// The signers file; null for the built-in pins.
    pub file: Option<String>,
    /// By series, oldest first.
    pub pins: Vec<PinReport>,
    /// What the pages say; null where they were not asked.
    pub pages: Option<PagesReport>,
    /// The pinned OpenPGP keys that are neither built in nor beside the signers file; null where the pages were not asked.
    pub keys: Option<Vec<KeyReport>>,
    /// True if the signers file was changed.
    pub written: bool,
}

/// Who signs the releases of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PinReport {
    /// The series.
    pub series: String,
    /// The persons who sign all of its artifacts.
    pub persons: Vec<String>,
    /// Whom its Sigstore certificates name; null if nobody is pinned.
    pub sigstore: Option<IdentityReport>,
    /// The OpenPGP keys, by fingerprint.
    pub openpgp: Vec<String>,
    /// Who signs its Windows installers, where that is somebody else.
    pub windows: Option<WindowsReport>,
    /// The evidence that its releases need.
    pub policy: String,
}

/// A Sigstore identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IdentityReport {
    /// The e-mail address.
    pub identity: String,
    /// Who vouches for it.
    pub issuer: String,
}

/// Who signs Windows installers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WindowsReport {
    /// The persons.
    pub persons: Vec<String>,
    /// Whom their Sigstore certificates name; null if nobody is pinned.
    pub sigstore: Option<IdentityReport>,
    /// Their OpenPGP keys, by fingerprint.
    pub openpgp: Vec<String>,
}

/// What the pages say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PagesReport {
    /// Where they say something else than is pinned.
    pub differences: Vec<DifferenceReport>,
    /// What could not be read.
    pub unreadable: Vec<UnreadableReport>,
    /// What follows from nothing and matters to nobody but readers.
    pub notes: Vec<String>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DifferenceReport {
    /// A series, or `Windows`.
    pub part: String,
    /// The page that says otherwise.
    pub page: String,
    /// What differs, in words.
    pub what: String,
    /// What is pinned.
    pub pinned: String,
    /// What the page says.
    pub found: String,
    /// The page's own row; null where it has none.
    pub row: Option<String>,
    /// The change of the pins that follows; null if none does.
    pub change: Option<String>,
    /// Why none does.
    pub left: Option<String>,
}

/// A pinned OpenPGP key that was not at hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyReport {
    /// Its fingerprint.
    pub key: String,
    /// The file that it is, or would be, kept as; null where it was not asked for, or could not be had.
    pub file: Option<String>,
    /// True if it is there now.
    pub kept: bool,
    /// Why it could not be had; null if it could, or was not asked for.
    pub problem: Option<String>,
}

/// A row, or a page, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnreadableReport {
    /// The page.
    pub page: String,
    /// What was expected and what was found.
    pub problem: String,
    /// The row as the page has it; null where the page itself could not be read.
    pub row: Option<String>,
}

impl SignersReport {
    /// The report of `pins` out of `file`, and of what was found about them.
    pub fn new(file: Option<String>, pins: &Signers, findings: Option<&SignerFindings>) -> Self {
        let mut series: Vec<_> = pins.people().iter().flat_map(|signer| signer.series.iter().copied()).collect();
        series.sort_unstable();
        series.dedup();
        Self {
            schema: 1,
            file,
            pins: series.into_iter().map(|series| PinReport::of(pins, series)).collect(),
            pages: findings.map(PagesReport::of),
            keys: None,
            written: false,
        }
    }
}

impl KeyReport {
    /// A key that was not asked for.
    pub fn not_at_hand(key: &Fingerprint) -> Self {
        Self { key: key.to_string(), file: None, kept: false, problem: None }
    }

    /// A key that was asked for, to be kept as `file`; `kept` if what could be had is written.
    pub fn asked(key: &AskedKey, file: &str, kept: bool) -> Self {
        let problem = key.text.as_ref().err().map(ToString::to_string);
        let had = problem.is_none();
        let file = had.then(|| file.to_owned());
        Self { key: key.fingerprint.to_string(), file, kept: kept && had, problem }
    }
}

impl PinReport {
    fn of(pins: &Signers, series: Series) -> Self {
        let persons = |kind: Option<ArtifactKind>| {
            let of_kind = |signer: &&Signer| match kind {
                None => signer.artifacts.is_empty(),
                Some(kind) => signer.artifacts.contains(&kind),
            };
            let signers = pins.people().iter().filter(|signer| signer.series.contains(&series)).filter(of_kind);
            let mut persons: Vec<_> = signers.map(|signer| signer.name.clone()).collect();
            persons.dedup();
            persons
        };
        let pinned = |kind| {
            let pins = pins.of(series, kind);
            let sigstore = pins.and_then(|pins| pins.sigstore.as_ref()).map(|sigstore| IdentityReport {
                identity: sigstore.identity.clone(),
                issuer: sigstore.issuer.clone(),
            });
            let openpgp: Vec<_> = pins.map_or(&[][..], |pins| &pins.openpgp).iter().map(ToString::to_string).collect();
            (sigstore, openpgp)
        };
        let (sigstore, openpgp) = pinned(ArtifactKind::Source);
        let for_windows = persons(Some(ArtifactKind::Windows));
        let windows = (!for_windows.is_empty()).then(|| {
            let (sigstore, openpgp) = pinned(ArtifactKind::Windows);
            WindowsReport { persons: for_windows, sigstore, openpgp }
        });
        let mut all = persons(None);
        all.extend(persons(Some(ArtifactKind::Source)));
        let (series, policy) = (series.to_string(), pins.policy(series).to_string());
        Self { series, persons: all, sigstore, openpgp, windows, policy }
    }

    /// What stands below the series in the text.
    fn rows(&self) -> Vec<(&'static str, String)> {
        let windows = self.windows.as_ref().map(|windows| {
            let sigstore = windows.sigstore.as_ref().filter(|_| windows.sigstore != self.sigstore).map(shown);
            let parts: Vec<_> = sigstore.into_iter().chain(windows.openpgp.iter().cloned()).collect();
            ("Windows", format!("{}: {}", windows.persons.join(", "), parts.join(", ")))
        });
        let sigstore = self.sigstore.as_ref().map_or("nobody".to_owned(), shown);
        let openpgp = if self.openpgp.is_empty() { "no key".to_owned() } else { self.openpgp.join(", ") };
        [Some(("Sigstore", sigstore)), Some(("OpenPGP", openpgp)), windows, Some(("policy", self.policy.clone()))]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn shown(identity: &IdentityReport) -> String {
    format!("{}, issuer {}", identity.identity, identity.issuer)
}

impl PagesReport {
    fn of(findings: &SignerFindings) -> Self {
        let comparison = &findings.comparison;
        let differences =
            comparison.differences.iter().zip(&findings.changes).map(|(difference, change)| DifferenceReport {
                part: difference.part.to_string(),
                page: difference.page().url().to_owned(),
                what: difference.what().to_owned(),
                pinned: difference.expected(),
                found: difference.found(),
                row: difference.evidence.as_ref().map(ToString::to_string),
                change: change.as_ref().ok().map(ToString::to_string),
                left: change.as_ref().err().map(ToString::to_string),
            });
        let page = |name: SignerPageName| name.url().to_owned();
        let rows = comparison.unreadable.iter().map(|(name, row)| UnreadableReport {
            page: page(*name),
            problem: row.to_string(),
            row: Some(row.text.to_string()),
        });
        let pages = comparison.unanswered.iter().map(|(name, why)| UnreadableReport {
            page: page(*name),
            problem: why.clone(),
            row: None,
        });
        Self {
            differences: differences.collect(),
            unreadable: rows.chain(pages).collect(),
            notes: comparison.notes.clone(),
        }
    }

    /// True if both pages were read whole and say what is pinned.
    pub fn agrees(&self) -> bool {
        self.differences.is_empty() && self.unreadable.is_empty()
    }
}

const INDENT: &str = "  ";
const BELOW: &str = "           ";

/// The pins: series with the same ones together.
pub fn pins_text(report: &SignersReport, palette: Palette) -> String {
    let mut text = format!("pinned by {}\n", report.file.as_deref().unwrap_or("this build of pybump"));
    let mut rest = report.pins.as_slice();
    while let Some(first) = rest.first() {
        let same = |pin: &&PinReport| pin.persons == first.persons && pin.rows() == first.rows();
        let count = rest.iter().take_while(same).count();
        let series: Vec<_> = rest[..count].iter().map(|pin| pin.series.as_str()).collect();
        text.push_str(&format!("\n{:<10} {}\n", series.join(", "), first.persons.join(", ")));
        for (name, value) in first.rows() {
            row(&mut text, name, &value, palette);
        }
        rest = &rest[count..];
    }
    text
}

/// What the pages say against the pins, and the pinned `keys` that were not at hand.
pub fn pages_text(pages: &PagesReport, keys: &[KeyReport], palette: Palette) -> String {
    let mut text = String::new();
    for difference in &pages.differences {
        text.push_str(&format!("{:<8} {}\n", difference.part, difference.what));
        let row_text = difference.row.as_deref().unwrap_or("no row names it");
        for (name, value) in [
            ("pinned", difference.pinned.as_str()),
            ("found", &difference.found),
            ("row", row_text),
            ("page", &difference.page),
        ] {
            row(&mut text, name, value, palette);
        }
        if let Some(left) = &difference.left {
            row(&mut text, "left", left, palette);
        }
    }
    for unreadable in &pages.unreadable {
        text.push_str("unreadable\n");
        row(&mut text, "page", &unreadable.page, palette);
        row(&mut text, "problem", &unreadable.problem, palette);
        if let Some(words) = &unreadable.row {
            row(&mut text, "row", words, palette);
        }
    }
    for note in &pages.notes {
        wrapped(&mut text, &format!("note: {note}"), "", palette);
    }
    text.push_str(&keys_text(keys, palette));
    text.push_str(&summary(pages));
    text
}

/// The keys, and what became of them.
fn keys_text(keys: &[KeyReport], palette: Palette) -> String {
    let mut text = String::new();
    let mut unasked = Vec::new();
    for KeyReport { key, file, kept, problem } in keys {
        match (file, problem) {
            (Some(file), _) => text.push_str(&format!("{} {file}\n", if *kept { "kept" } else { "would keep" })),
            (None, Some(problem)) => {
                wrapped(&mut text, &format!("the key {key} could not be had: {problem}"), "", palette);
            }
            (None, None) => unasked.push(key.as_str()),
        }
    }
    if !unasked.is_empty() {
        let note = format!(
            "note: OpenPGP keys that are pinned and not at hand: {}; `pybump signers --update` keeps them beside the \
             repository's signers file",
            unasked.join(", ")
        );
        wrapped(&mut text, &note, "", palette);
    }
    text
}

fn summary(pages: &PagesReport) -> String {
    if pages.agrees() {
        return "python.org's pages say what is pinned\n".to_owned();
    }
    let plural =
        |count: usize, one: &str, more: &str| if count == 1 { one.to_owned() } else { format!("{count} {more}") };
    let differences = match pages.differences.len() {
        0 => "no difference".to_owned(),
        count => plural(count, "1 difference", "differences"),
    };
    let unreadable = match pages.unreadable.len() {
        0 => String::new(),
        count => format!("; {} could not be read", plural(count, "1 row or page", "rows or pages")),
    };
    format!("{differences}{unreadable}\n")
}

/// A name and its value, the latter wrapped below itself.
fn row(text: &mut String, name: &str, value: &str, palette: Palette) {
    let mut wrapped_value = String::new();
    wrapped(&mut wrapped_value, value, BELOW, palette);
    let start = format!("{INDENT}{name:<9}");
    text.push_str(&start);
    text.push_str(wrapped_value.get(BELOW.len()..).unwrap_or_default());
}
