//! One run in this process, for what a process of its own cannot be told: how long to wait, how often to try.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use clap::Parser as _;
use jiff::Timestamp;
use pybump::cli::{self, Cli, Output, Process, Shared, Status};
use pybump::sources::client::{RetryPolicy, Timeouts};

use super::scene::Scene;

/// Runs `command` in `scene` with these environment variables: the status and all that it said, or the error.
pub fn run(
    scene: &Scene,
    command: &[&str],
    variables: HashMap<&'static str, String>,
    retry: RetryPolicy,
    timeouts: Timeouts,
) -> Result<(Status, String), String> {
    let arguments = std::iter::once("pybump".to_owned()).chain(scene.arguments(command));
    let cli = Cli::try_parse_from(arguments).unwrap();
    let cache_folder = Some(scene.home().join("cache"));
    let process = Process {
        variables,
        now: Timestamp::now(),
        cache_folder,
        state_folder: None,
        retry,
        timeouts,
        shared: Shared::default(),
    };
    let said = Said::default();
    let mut output = Output::to(&cli, process.now, Box::new(said.clone()), Box::new(said.clone()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let status = runtime.block_on(cli::run(&cli, &process, &mut output)).map_err(|error| cli::told(&error))?;
    let said = said.0.lock().unwrap().clone();
    Ok((status, String::from_utf8(said).unwrap()))
}

/// What was written, on either stream.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
