//! The `pybump` program: reads the environment and the clock once, runs one command, prints its error, exits.

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;
use clap::error::{ContextKind, ContextValue};
use etcetera::BaseStrategy as _;
use pybump::cli::{Cli, Output, Process, Status, VARIABLES, run, told};
use pybump::sources::client::{RetryPolicy, Timeouts};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| escaped(error).exit());
    let process = Process {
        variables: VARIABLES.iter().filter_map(|name| Some((*name, std::env::var(name).ok()?))).collect(),
        now: jiff::Timestamp::now(),
        cache_folder: etcetera::choose_base_strategy().ok().map(|folders| folders.cache_dir().join("pybump")),
        retry: RetryPolicy::default(),
        timeouts: Timeouts::default(),
    };
    log_to_stderr(&cli);
    let mut output = Output::new(&cli, process.now);
    let status = match run_until_interrupted(&cli, &process, &mut output) {
        Ok(Some(status)) => status,
        Ok(None) => {
            output.error("interrupted; nothing is left half-written, and the same command goes on from here");
            return ExitCode::from(130);
        }
        Err(error) => {
            output.error(&told(&error));
            Status::of_error(&error)
        }
    };
    ExitCode::from(status.code())
}

/// The usage error with the value that it quotes made visible: it may have come from somewhere else than a keyboard.
fn escaped(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) {
        let plain = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
        let value = value.chars().map(plain).collect();
        error.insert(ContextKind::InvalidValue, ContextValue::String(value));
    }
    error
}

/// The command's status; nothing if Ctrl-C came first.
fn run_until_interrupted(cli: &Cli, process: &Process, output: &mut Output) -> Result<Option<Status>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            status = run(cli, process, output) => status.map(Some),
            signal = tokio::signal::ctrl_c() => signal.map(|()| None).map_err(Into::into),
        }
    })
}

/// Notes on what happens, for `-v` and `-vv`; errors and results are not logged but printed.
fn log_to_stderr(cli: &Cli) {
    let level = match cli.verbose {
        0 => "error",
        1 => "pybump=info",
        _ => "pybump=debug",
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_writer(std::io::stderr)
        .with_ansi(anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never)
        .with_target(false)
        .without_time()
        .init();
}
