//! `pybump report`

mod clone;
mod outside;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::Timestamp;

use super::arguments::{Cli, Format, ReportArguments};
use super::output::Output;
use super::plan::{ledger, renderings, tracked};
use super::setup::{Process, Setup};
use super::status::{Misuse, Status};
use crate::layout::{DockerLibrary, Edit, apply};
use crate::model::PythonVersion;
use crate::report::check::CheckReport;
use crate::report::page::{Facts, FeedNames, PageReport, feed, html, markdown, page_text, recorded};
use outside::Looked;

/// Says where the images stand, how they got there, and on what evidence; writes nothing into the repository. What cannot be
/// looked at is said to be missing, and fails nothing.
pub async fn run(cli: &Cli, arguments: &ReportArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let setup = Setup::new(cli, &arguments.trust, process)?;
    let layout = DockerLibrary::open(&cli.directory)?;
    let keys = tracked(&layout, &arguments.keys)?;
    let ledger = ledger(&setup.config, &layout, &arguments.keys, output)?;
    let name = outside::repository(cli, process, &setup.config.publish)?;
    let repository = name.as_ref().map(|name| outside::named(name, process, &setup)).transpose()?;
    let feed_of = match (&arguments.html, &repository) {
        (Some(_), None) => return Err(Misuse(UNNAMED.to_owned()).into()),
        (None, _) => None,
        (Some(_), Some(repository)) => {
            Some(FeedNames { repository: repository.clone(), published: arguments.url.clone() })
        }
    };
    let ledger = ledger.as_ref();
    let Looked { plan, proposals, mut missing } = if arguments.offline {
        Looked { missing: vec![OFFLINE.to_owned()], ..Looked::default() }
    } else {
        let named = name.as_ref().zip(repository.as_ref());
        outside::look(&setup, &layout, ledger, &keys, named, process, output).await
    };
    let (mut checked, mut status) = (Vec::new(), Status::Done);
    if let Some(mut plan) = plan {
        let (_, rendered) = renderings(&mut plan, &layout, false, output);
        let open: Vec<_> = proposals.iter().flat_map(outside::open_pulls).collect();
        checked = CheckReport::of(&plan, setup.staleness()).with_pulls(&open).series;
        status = Status::of(&plan, false).max(rendered);
    }
    let series = clone::series(layout.manifest(), &keys, &setup.config.library, &checked, &proposals, &mut missing);
    let mut artifacts = recorded(layout.manifest(), ledger, &checked, setup.trust_root.file.is_none());
    artifacts.retain(|artifact| {
        let version = artifact.version.parse::<PythonVersion>();
        version.is_ok_and(|version| keys.iter().any(|key| key.series == version.series()))
    });
    let facts = Facts::new(ledger, &checked, proposals);
    let (commit, timeline) = clone::history(&cli.directory, &keys, &facts, repository.as_ref(), &mut missing);
    // To the second, as every other time of the report.
    let as_of = Timestamp::from_second(process.now.as_second()).unwrap_or(process.now);
    let report = PageReport { schema: 1, as_of, repository, commit, missing, series, timeline, artifacts };
    if let (Some(folder), Some(names)) = (&arguments.html, &feed_of) {
        write(folder, &report, names)?;
    }
    output.result(&report, |palette| match cli.format {
        Format::Markdown => markdown(&report),
        Format::Text | Format::Json => page_text(&report, palette),
    })?;
    if let (Some(folder), Format::Text) = (&arguments.html, cli.format) {
        output.say(&format!("wrote index.html, report.json and feed.atom into {}\n", folder.display()))?;
    }
    Ok(status)
}

const OFFLINE: &str = "where each series should be, and the pull requests: --offline asks nobody";

const UNNAMED: &str = "which repository on GitHub is this? the feed's ids are made of its name: set publish.repository = \
                       \"OWNER/NAME\" in pybump.toml; the clone's origin does not tell";

/// Writes the page and what lies beside it.
fn write(folder: &Path, report: &PageReport, names: &FeedNames) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let json = serde_json::to_string_pretty(report)? + "\n";
    let files = [("report.json", json), ("feed.atom", feed(report, names)), ("index.html", html(report))];
    let edits = files.map(|(name, text)| Edit::Write { path: name.into(), text });
    apply(folder, &edits).with_context(|| format!("cannot write the report into {}", folder.display()))
}
