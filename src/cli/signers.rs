//! `pybump signers`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::arguments::{Cli, SignersArguments};
use super::diff::{colored, of_file};
use super::output::Output;
use super::setup::{self, Process, beside, key_file};
use super::status::{Misuse, Status};
use crate::layout::{Edit, apply, with_pins};
use crate::model::{Fingerprint, Signers};
use crate::observe::keys::{AskedKey, keys};
use crate::observe::signers::{SignerFindings, signers};
use crate::report::signers::{KeyReport, SignersReport, pages_text, pins_text};
use crate::sources::client::Client;
use crate::verify::openpgp::Keyring;

/// Says who is pinned; on request what python.org's pages say, and takes that over.
pub async fn run(cli: &Cli, arguments: &SignersArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let config = setup::config(cli, process)?;
    let pins = setup::signers(&config)?;
    let file = config.signers.as_deref();
    let shown = file.map(|file| file.display().to_string());
    if !arguments.check && !arguments.update {
        let report = SignersReport::new(shown, &pins, None);
        output.result(&report, |palette| pins_text(&report, palette))?;
        return Ok(Status::Done);
    }
    let own = match file {
        None if arguments.update => return Err(Misuse(NO_FILE.to_owned()).into()),
        file => file.filter(|_| arguments.update),
    };
    let at_hand = setup::keys(&config, &pins)?;
    let client = setup::client(cli, &config, process)?;
    let spinner = output.spinner("asking python.org");
    let findings = signers(&client, &pins).await;
    let update = match own {
        None => None,
        Some(file) => Some(Update::find(file, &findings, &at_hand, &client).await?),
    };
    drop(spinner);
    let mut report = SignersReport::new(shown, &pins, Some(&findings));
    report.keys = Some(match &update {
        None => missing(&pins, &at_hand).map(|key| KeyReport::not_at_hand(&key)).collect(),
        Some(update) => update.keys.iter().map(|key| update.told(key, !arguments.dry_run)).collect(),
    });
    if let Some(update) = update.as_ref().filter(|_| !arguments.dry_run) {
        update.write()?;
        report.written = update.changes_pins();
    }
    let diff = update.as_ref().map_or_else(String::new, Update::diff);
    output.result(&report, |palette| {
        let keys = report.keys.as_deref().unwrap_or_default();
        let mut text = report.pages.as_ref().map_or(String::new(), |pages| pages_text(pages, keys, palette));
        if !diff.is_empty() {
            let how = if report.written { "wrote" } else { "would write; nothing was written:" };
            text.push_str(&format!("\n{how} {}\n{}", report.file.as_deref().unwrap_or_default(), colored(&diff)));
        }
        text
    })?;
    let comparison = &findings.comparison;
    // What was taken over is no difference any more.
    let settled =
        if report.written { comparison.is_complete() && findings.left().next().is_none() } else { comparison.agrees() };
    let had = update.is_none_or(|update| update.keys.iter().all(|key| key.text.is_ok()));
    Ok(if settled && had { Status::Done } else { Status::Failed })
}

const NO_FILE: &str = "these pins are built in: add `signers = \"state/signers.toml\"` to pybump.toml and a copy of pybump's \
                       own file there to change them; --check needs none";

/// The pinned keys that are not at hand.
fn missing(pins: &Signers, at_hand: &Keyring) -> impl Iterator<Item = Fingerprint> {
    pins.openpgp_keys().into_iter().filter(|key| !at_hand.has(key)).cloned()
}

/// What is to be written.
struct Update<'a> {
    file: &'a Path,
    before: String,
    after: String,
    /// The keys pinned by `after` that were not at hand.
    keys: Vec<AskedKey>,
}

impl<'a> Update<'a> {
    /// What `findings` ask of the signers file, and the keys that it then pins.
    async fn find(file: &'a Path, findings: &SignerFindings, at_hand: &Keyring, client: &Client) -> Result<Self> {
        let before = setup::read(file)?;
        let changes: Vec<_> = findings.adopted().map(|(_, change)| change.clone()).collect();
        let after = if changes.is_empty() { Ok(before.clone()) } else { with_pins(&before, &changes) };
        let after = after.with_context(|| format!("{}: nothing was written", file.display()))?;
        let wanted: Vec<_> = missing(&Signers::parse(&after)?, at_hand).collect();
        Ok(Self { file, before, after, keys: keys(client, &wanted, &findings.keys).await })
    }

    fn changes_pins(&self) -> bool {
        self.before != self.after
    }

    fn diff(&self) -> String {
        if self.changes_pins() { of_file(self.file, &self.before, &self.after) } else { String::new() }
    }

    fn told(&self, key: &AskedKey, kept: bool) -> KeyReport {
        let file = beside(self.file).join(key_file(&key.fingerprint));
        KeyReport::asked(key, &file.display().to_string(), kept)
    }

    /// Writes keys and pins, all or nothing; keys first, for without a pin they are nothing.
    fn write(&self) -> Result<()> {
        let mut edits: Vec<_> = self.keys.iter().filter_map(edit).collect();
        // A link is written through: what it links to is the file that counts. Keys are looked for beside the link.
        let file = real(self.file)?;
        let folder = real(beside(self.file))?;
        if beside(&file) != folder {
            apply(&folder, &std::mem::take(&mut edits))?;
        }
        if self.changes_pins() {
            let path = file.file_name().unwrap_or_default().into();
            edits.push(Edit::Write { path, text: self.after.clone() });
        }
        Ok(apply(beside(&file), &edits)?)
    }
}

fn edit(key: &AskedKey) -> Option<Edit> {
    let text = key.text.clone().ok()?;
    Some(Edit::Write { path: key_file(&key.fingerprint), text })
}

fn real(path: &Path) -> Result<PathBuf> {
    path.canonicalize().with_context(|| format!("cannot find {}", path.display()))
}
