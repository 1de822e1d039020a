//! `pybump check`

use anyhow::Result;

use super::actions;
use super::arguments::{CheckArguments, Cli, Format};
use super::output::Output;
use super::plan::{ledger, plan, renderings};
use super::setup::{Process, Setup};
use super::status::Status;
use crate::layout::DockerLibrary;
use crate::report::check::CheckReport;
use crate::report::check_text;
use crate::report::markdown::check_markdown;

/// Says where each series is and should be; writes nothing into the repository.
pub async fn run(cli: &Cli, arguments: &CheckArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let setup = Setup::new(cli, &arguments.trust, process)?;
    let layout = DockerLibrary::open(&cli.directory)?;
    let ledger = ledger(&setup.config, &layout, &arguments.keys, output)?;
    let mut plan =
        plan(&setup, &layout, ledger.as_ref(), &arguments.keys, arguments.without_windows, process, output).await?;
    let (_, rendered) = renderings(&mut plan, &layout, false, output);
    let report = CheckReport::of(&plan, setup.staleness());
    output.result(&report, |palette| match cli.format {
        Format::Markdown => check_markdown(&report, palette),
        Format::Text | Format::Json => check_text(&report, palette),
    })?;
    actions::checked(&report, output);
    Ok(Status::of(&plan, arguments.exit_code).max(rendered))
}
