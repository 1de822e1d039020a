//! `pybump update`

use std::path::Path;

use anyhow::{Result, anyhow};
use tempfile::TempDir;

use super::actions;
use super::arguments::{Cli, UpdateArguments};
use super::diff::{colored, unified};
use super::downloads::download_all;
use super::output::Output;
use super::plan::{ledger, plan, renderings};
use super::setup::{Process, Setup};
use super::status::Status;
use crate::config::Author;
use crate::layout::{DockerLibrary, Edit, MANIFEST, apply};
use crate::ledger::Ledger;
use crate::model::TrackedKey;
use crate::publish::{CommitOptions, LocalClone, MadeCommit, SeriesCommit, all_edits, series_commits};
use crate::report::check::CheckReport;
use crate::report::check_text;
use crate::report::files::FilesReport;
use crate::report::update::{CommitReport, UpdateReport, update_text};

/// Brings the manifest and the Dockerfiles up to date.
pub async fn run(cli: &Cli, arguments: &UpdateArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let mut setup = Setup::new(cli, &arguments.trust, process)?;
    setup.outside.may_download = !arguments.no_download;
    let mut layout = DockerLibrary::open(&cli.directory)?;
    let target = if arguments.commit { Some(CommitTarget::open(&cli.directory, &setup, output)?) } else { None };
    if let Some(target) = &target {
        layout = DockerLibrary::open(target.head.path())?;
    }
    let ledger = ledger(&setup.config, &layout, &arguments.keys, output)?;
    let mut plan =
        plan(&setup, &layout, ledger.as_ref(), &arguments.keys, arguments.without_windows, process, output).await?;
    let (mut renderings, rendered) = renderings(&mut plan, &layout, arguments.force, output);
    if !arguments.no_download {
        download_all(&setup.outside, &mut plan, output).await;
    }
    renderings.retain(|rendering| plan.changes().any(|(key, _)| key == rendering.key));
    let options = target.as_ref().map(|target| target.options.clone()).unwrap_or_default();
    let commits = series_commits(&plan, &layout, ledger.as_ref(), &renderings, &options)?;
    let edits = all_edits(&commits);
    let diff = if arguments.diff { Some(unified(layout.root(), &edits)?) } else { None };
    if let Some(diff) = &diff {
        output.say(&colored(diff))?;
    }
    let mut status = rendered;
    let applied = match &target {
        Some(target) => target.commit(&commits, arguments.dry_run),
        None if arguments.dry_run => Ok(Vec::new()),
        None => write(&layout, ledger.as_ref(), &edits).map(|()| Vec::new()),
    };
    if let Err(error) = &applied {
        output.error(&format!("{error:#}"));
        status = Status::Failed;
    }
    let check = CheckReport::of(&plan, setup.staleness());
    let text = |palette| check_text(&check, palette);
    let report = UpdateReport {
        series: check.series.clone(),
        files: FilesReport::of(&edits, !arguments.dry_run && applied.is_ok()),
        commits: applied.unwrap_or_default().iter().map(CommitReport::of).collect(),
        bytes_checked: !arguments.no_download,
        diff,
    };
    output.result(&report, |palette| update_text(&report, &text(palette)))?;
    actions::updated(&report, output);
    Ok(Status::of(&plan, false).max(status))
}

/// The clone that commits are made in, and what it gives to them.
struct CommitTarget {
    clone: LocalClone,
    /// The files of `HEAD`: everything is computed from these, so that what a killed run left changes nothing.
    head: TempDir,
    author: Author,
    options: CommitOptions,
}

impl CommitTarget {
    /// Refuses a clone in which no commits can be made, before anything is asked or downloaded.
    fn open(folder: &Path, setup: &Setup, output: &mut Output) -> Result<Self> {
        let clone = LocalClone::open(folder)?;
        let recorded = |path: &str| setup.config.ledger.as_ref().is_some_and(|folder| folder.has(path));
        let written = |path: &str| {
            path == MANIFEST
                || recorded(path)
                || path.split_once('/').is_some_and(|(folder, _)| folder.parse::<TrackedKey>().is_ok())
        };
        clone.refuse_changes_but(written)?;
        let config = &setup.config.publish;
        let author = config.author.clone().map_or_else(|| clone.author(), Ok)?;
        if clone.branch().is_none() {
            output.warn("HEAD is detached: commits will be on no branch until you name one: git switch -c NAME");
        }
        let options = CommitOptions { evidence: config.evidence, sign_off: config.sign_off.then(|| author.clone()) };
        Ok(Self { head: clone.snapshot()?, clone, author, options })
    }

    fn commit(&self, commits: &[SeriesCommit], dry_run: bool) -> Result<Vec<MadeCommit>> {
        let made = if dry_run { LocalClone::would_commit } else { LocalClone::commit };
        Ok(made(&self.clone, commits, &self.author)?)
    }
}

/// Applies `edits`, unless manifest or ledger are no longer what they were made from.
fn write(layout: &DockerLibrary, ledger: Option<&Ledger>, edits: &[Edit]) -> Result<()> {
    let changed = |what: &str| {
        anyhow!("{what} changed while pybump was looking; nothing was written: run the same command again")
    };
    if !edits.is_empty() && DockerLibrary::open(layout.root())?.text() != layout.text() {
        return Err(changed(MANIFEST));
    }
    if let Some(ledger) = ledger.filter(|_| !edits.is_empty())
        && !ledger.is_as_read(layout.root())?
    {
        return Err(changed("the ledger"));
    }
    Ok(apply(layout.root(), edits)?)
}
