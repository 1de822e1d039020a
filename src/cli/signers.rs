//! `pybump signers`

use std::path::Path;

use anyhow::{Context as _, Result};

use super::arguments::{Cli, SignersArguments};
use super::diff::{colored, of_file};
use super::output::Output;
use super::setup::{self, Process};
use super::status::{Misuse, Status};
use crate::config::Config;
use crate::layout::{Edit, apply, with_pins};
use crate::observe::signers::signers;
use crate::report::signers::{SignersReport, pages_text, pins_text};

/// Says who is pinned; on request what python.org's pages say, and takes that over.
pub async fn run(cli: &Cli, arguments: &SignersArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let (config, _) = Config::load(cli.config.as_deref(), &cli.directory)?;
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
    let client = setup::client(cli, &config, process)?;
    let spinner = output.spinner("asking python.org");
    let findings = signers(&client, &pins).await;
    drop(spinner);
    let mut report = SignersReport::new(shown, &pins, Some(&findings));
    let changes: Vec<_> = findings.adopted().map(|(_, change)| change.clone()).collect();
    let mut diff = String::new();
    if let Some(file) = own.filter(|_| !changes.is_empty()) {
        let before = setup::read(file)?;
        let after = with_pins(&before, &changes).with_context(|| format!("{}: nothing was written", file.display()))?;
        diff = of_file(file, &before, &after);
        report.written = !arguments.dry_run;
        if report.written {
            write(file, after)?;
        }
    }
    output.result(&report, |palette| {
        let mut text = report.pages.as_ref().map_or(String::new(), |pages| pages_text(pages, palette));
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
    Ok(if settled { Status::Done } else { Status::Failed })
}

const NO_FILE: &str = "these pins are built in: add `signers = \"state/signers.toml\"` to pybump.toml and a copy of pybump's \
                       own file there to change them; --check needs none";

fn write(file: &Path, text: String) -> Result<()> {
    // A link is written through: what it links to is the file that counts.
    let file = file.canonicalize().with_context(|| format!("cannot find {}", file.display()))?;
    let (folder, name) = (file.parent().unwrap_or(Path::new("/")), file.file_name().unwrap_or_default());
    Ok(apply(folder, &[Edit::Write { path: name.into(), text }])?)
}
