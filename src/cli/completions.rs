//! `pybump completions` and `pybump man`

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use super::arguments::{Cli, CompletionsArguments, ManArguments};
use super::output::Output;
use super::status::Status;

/// Prints a completion script.
pub fn completions(arguments: &CompletionsArguments, output: &mut Output) -> Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "pybump", &mut script);
    output.print(&String::from_utf8(script)?)?;
    Ok(Status::Done)
}

/// Prints the manual page, or writes one for each command.
pub fn man(arguments: &ManArguments, output: &mut Output) -> Result<Status> {
    if let Some(folder) = &arguments.out_dir {
        clap_mangen::generate_to(Cli::command(), folder)
            .with_context(|| format!("cannot write manual pages into {}; the folder must exist", folder.display()))?;
        return Ok(Status::Done);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    output.print(&String::from_utf8(page)?)?;
    Ok(Status::Done)
}
