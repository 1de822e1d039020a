//! The `pybump` program: reads the environment and the clock once, runs one command, prints its error, exits.

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;
use clap::error::{ContextKind, ContextValue};
use etcetera::BaseStrategy as _;
use pybump::cli::actions::{Guard, Records};
use pybump::cli::{Cli, Command, LogFormat, Output, Process, Shared, Status, VARIABLES, run, told};
use pybump::sources::client::{RetryPolicy, Timeouts};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// musl's own takes a command three times as long.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| escaped(error).exit());
    let folders = etcetera::choose_base_strategy().ok();
    let process = Process {
        variables: VARIABLES.iter().filter_map(|name| Some((*name, std::env::var(name).ok()?))).collect(),
        now: jiff::Timestamp::now(),
        cache_folder: folders.as_ref().map(|folders| folders.cache_dir().join("pybump")),
        state_folder: folders.as_ref().and_then(|folders| Some(folders.state_dir()?.join("pybump"))),
        retry: RetryPolicy::default(),
        timeouts: Timeouts::default(),
        shared: Shared::default(),
    };
    log_to_stderr(&cli, process.is_in_actions());
    let mut output = Output::new(&cli, process.now).in_actions(Records::of(&process));
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
    // Runs of a process that stays are threads of it, and a run may need what the main thread has.
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).thread_stack_size(8 << 20).enable_all().build()?;
    let status = runtime.block_on(async {
        if matches!(cli.command, Command::Watch(_)) {
            // It has its own way to end.
            return run(cli, process, output).await.map(Some);
        }
        tokio::select! {
            // Listened for before anything is begun.
            biased;
            signal = tokio::signal::ctrl_c() => signal.map(|()| None).map_err(Into::into),
            status = run(cli, process, output) => status.map(Some),
        }
    });
    // Whatever still waits for an answer is not waited for.
    runtime.shutdown_background();
    status
}

/// Notes on what happens, for `-v`, `-vv` and whoever watches; errors and results of the other commands are not logged but
/// printed. In a job of GitHub Actions no note is taken for a command.
fn log_to_stderr(cli: &Cli, in_actions: bool) {
    let watch = match &cli.command {
        Command::Watch(arguments) => Some(arguments.log),
        _ => None,
    };
    let level = match (cli.verbose, watch, cli.quiet) {
        (0, None, _) => "error",
        (0, Some(_), true) => "pybump=warn",
        (0, Some(_), false) => "pybump::cli::watch=info,pybump=warn",
        (1, _, _) => "pybump=info",
        _ => "pybump=debug",
    };
    let stderr = move || -> Box<dyn std::io::Write> {
        if in_actions { Box::new(Guard::new(std::io::stderr())) } else { Box::new(std::io::stderr()) }
    };
    let ansi = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(level)).with_writer(stderr);
    let log = log.with_ansi(ansi).with_target(false);
    match watch {
        None => log.without_time().init(),
        Some(LogFormat::Text) => log.with_timer(Now).init(),
        Some(LogFormat::Json) => log.json().flatten_event(true).with_timer(Now).init(),
    }
}

/// The time of a log line, in UTC.
struct Now;

impl FormatTime for Now {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        write!(writer, "{:.3}", jiff::Timestamp::now())
    }
}
