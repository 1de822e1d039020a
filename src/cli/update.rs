//! `pybump update`

use anyhow::{Result, bail};

use super::arguments::{Cli, UpdateArguments};
use super::diff::{colored, unified};
use super::downloads::download_all;
use super::output::Output;
use super::plan::{plan, renderings};
use super::setup::{Process, Setup};
use super::status::Status;
use crate::layout::{DockerLibrary, Edit, MANIFEST, apply};
use crate::publish::{CommitOptions, all_edits, series_commits};
use crate::report::check::CheckReport;
use crate::report::check_text;
use crate::report::files::FilesReport;
use crate::report::update::{UpdateReport, update_text};

/// Brings the manifest and the Dockerfiles up to date.
pub async fn run(cli: &Cli, arguments: &UpdateArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let setup = Setup::new(cli, &arguments.trust, process)?;
    let layout = DockerLibrary::open(&cli.directory)?;
    let mut plan = plan(&setup, &layout, &arguments.keys, arguments.without_windows, process, output).await?;
    let (mut renderings, rendered) = renderings(&mut plan, &layout, arguments.force, output);
    if !arguments.no_download {
        download_all(&setup.outside, &mut plan, output).await;
    }
    renderings.retain(|rendering| plan.changes().any(|(key, _)| key == rendering.key));
    let edits = all_edits(&series_commits(&plan, &layout, &renderings, &CommitOptions::default())?);
    let diff = if arguments.diff { Some(unified(layout.root(), &edits)?) } else { None };
    if let Some(diff) = &diff {
        output.say(&colored(diff))?;
    }
    let mut status = rendered;
    let applied = if arguments.dry_run { Ok(()) } else { write(&layout, &edits) };
    if let Err(error) = &applied {
        output.error(&format!("{error:#}"));
        status = Status::Failed;
    }
    let check = CheckReport::of(&plan);
    let text = |palette| check_text(&check, palette);
    let report = UpdateReport {
        series: check.series.clone(),
        files: FilesReport::of(&edits, !arguments.dry_run && applied.is_ok()),
        bytes_checked: !arguments.no_download,
        diff,
    };
    output.result(&report, |palette| update_text(&report, &text(palette)))?;
    Ok(Status::of(&plan, false).max(status))
}

/// Applies `edits`, unless the manifest is no longer what they were made from.
fn write(layout: &DockerLibrary, edits: &[Edit]) -> Result<()> {
    if !edits.is_empty() && DockerLibrary::open(layout.root())?.text() != layout.text() {
        bail!("{MANIFEST} changed while pybump was looking; nothing was written: run the same command again");
    }
    Ok(apply(layout.root(), edits)?)
}
