//! The command line: arguments, one file a command, and what they share.
//!
//! Owns the order of stages in each command. Refuses to decide anything that a stage decides.

pub mod actions;
mod arguments;
mod audit;
mod base;
mod check;
mod completions;
mod diff;
mod downloads;
mod init;
mod library;
mod matrix;
mod output;
mod plan;
mod pr;
mod render;
mod report;
mod schema;
mod setup;
mod signers;
mod status;
mod tags;
mod update;
mod verify;
mod watch;

use anyhow::Result;

pub use arguments::{Cli, Command, DemoArguments, Format, LogFormat};
pub use output::Output;
pub use setup::{Process, Shared, VARIABLES};
pub use status::{Misuse, Status};

/// Runs one command; the status is the process's exit status.
pub async fn run(cli: &Cli, process: &Process, output: &mut Output) -> Result<Status> {
    let has_markdown =
        matches!(cli.command, Command::Tags(_) | Command::Matrix(_) | Command::Check(_) | Command::Report(_));
    if cli.format == Format::Markdown && !has_markdown {
        let misuse = "--format markdown is for pybump check, tags, matrix and report; use text or json";
        return Err(Misuse(misuse.to_owned()).into());
    }
    match &cli.command {
        Command::Check(arguments) => check::run(cli, arguments, process, output).await,
        Command::Update(arguments) => update::run(cli, arguments, process, output).await,
        Command::Render(arguments) => render::run(cli, arguments, output),
        Command::Verify(arguments) => Box::pin(verify::run(cli, arguments, process, output)).await,
        Command::Signers(arguments) => Box::pin(signers::run(cli, arguments, process, output)).await,
        Command::Audit(arguments) => Box::pin(audit::run(cli, arguments, process, output)).await,
        Command::Library(arguments) => Box::pin(library::run(cli, arguments, process, output)).await,
        Command::Tags(arguments) => Box::pin(tags::run(cli, arguments, process, output)).await,
        Command::Matrix(arguments) => matrix::run(cli, arguments, output),
        Command::Pr(arguments) => Box::pin(pr::pr(cli, arguments, process, output)).await,
        Command::Run(arguments) => Box::pin(pr::run(cli, arguments, process, output)).await,
        Command::Watch(arguments) => Box::pin(watch::run(cli, arguments, process)).await,
        Command::Report(arguments) => Box::pin(report::run(cli, arguments, process, output)).await,
        Command::Init(arguments) => init::run(cli, arguments, output),
        Command::Demo(arguments) => Box::pin(crate::demo::run(arguments, process, output)).await,
        Command::Schema(arguments) => schema::run(arguments, output),
        Command::Completions(arguments) => completions::completions(arguments, output),
        Command::Man(arguments) => completions::man(arguments, output),
    }
}

/// The error with its causes, each said once: most messages quote their cause already.
pub fn told(error: &anyhow::Error) -> String {
    error.chain().skip(1).fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        if text.contains(&cause) { text } else { format!("{text}: {cause}") }
    })
}
