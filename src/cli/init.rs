//! `pybump init`

use anyhow::Result;

use super::arguments::{Cli, InitArguments, LayoutName};
use super::output::Output;
use super::status::{Misuse, Status};
use crate::init::{InitPlan, Layout, Replace, look, plan};
use crate::layout::apply;
use crate::report::init::{InitReport, init_text};

/// Looks at the repository, and writes what pybump needs to run there unattended.
pub fn run(cli: &Cli, arguments: &InitArguments, output: &mut Output) -> Result<Status> {
    if let Some(file) = &cli.config {
        let message =
            "init writes pybump.toml into the repository and reads no other configuration; leave out --config";
        return Err(Misuse(format!("{message} {}", file.display())).into());
    }
    let layout = match arguments.layout {
        None => Layout::AsFound,
        Some(LayoutName::DockerLibrary) => Layout::DockerLibrary,
    };
    let found = look(&cli.directory, layout)?;
    let plan = plan(&found, &arguments.files, if arguments.force { Replace::Yes } else { Replace::No })?;
    if !arguments.dry_run {
        apply(&found.folder, &plan.edits())?;
    }
    let report = InitReport::of(&found, &plan, !arguments.dry_run);
    output.result(&report, |palette| {
        let contents = if arguments.dry_run && palette.verbose { contents(&plan) } else { String::new() };
        init_text(&report, palette) + &contents
    })?;
    Ok(Status::Done)
}

/// Every file that would be written, with a line above it that names it.
fn contents(plan: &InitPlan) -> String {
    let mut text = String::new();
    for file in plan.files.iter().filter(|file| file.is_written()) {
        text.push_str(&format!("\n==> {} <==\n{}", file.path, file.text));
    }
    text
}
