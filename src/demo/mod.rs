//! The embedded world: `pybump demo` shows the product against it, and the tests build their hostile cases from it.
//!
//! Owns a Sigstore authority made on the spot, a small python.org and GitHub on loopback, and an image repository from
//! pybump's own templates. What it shows are the real commands over real HTTP.

pub mod authority;
pub mod github;
pub mod scaffold;
mod story;
pub mod world;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Parser as _;

use crate::cli::{Cli, DemoArguments, Output, Process, Status, run as run_command};
use world::Server;

/// The commands shown, in their order, each with the question that it answers.
const COMMANDS: [(&str, &[&str]); 5] = [
    ("What is each series at, and where should it be?", &["check"]),
    ("Who signed the new release, and are its bytes the ones signed?", &["verify", "3.14.3"]),
    ("Bring the repository up to date; what waits or is held stays as it is.", &["update", "--diff"]),
    ("Are all Dockerfiles what the manifest and the templates give?", &["render", "--check"]),
    ("And now?", &["check"]),
];

/// Shows the main job on a made-up image repository, offline.
pub async fn run(arguments: &DemoArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let started = Instant::now();
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let repository = arguments.keep.clone().unwrap_or_else(|| scratch.path().join("images"));
    let world = story::world(process.now)?;
    scaffold::scaffold(&repository, &world, &story::seeds()?)?;
    let commit = scaffold::commit_all(&repository, "Add Python images, one release behind", process.now)?;
    let trusted_root = scratch.path().join("trusted_root.json");
    std::fs::write(&trusted_root, world.trusted_root()).context("cannot write the demo's trust root")?;
    let server = Server::start(world, Duration::ZERO).context("cannot listen on loopback")?;
    output.say_wrapped(&format!(
        "An image repository with four tracked series, made of pybump's own templates, in {} (commit {commit}). A \
         python.org, a GitHub and a peps.python.org of its own, on http://{}, whose releases are signed by a Sigstore \
         authority made just now. No network, no configuration.",
        repository.display(),
        server.address()
    ))?;
    let process = Process {
        variables: std::collections::HashMap::new(),
        now: process.now,
        cache_folder: Some(scratch.path().join("cache")),
        retry: process.retry,
    };
    let mut worst = Status::Done;
    for (question, command) in COMMANDS {
        output.say(&format!("\n# {question}\n$ pybump {}\n", command.join(" ")))?;
        let cli = Cli::try_parse_from(real_arguments(command, &repository, &trusted_root, &server))?;
        worst = worst.max(Box::pin(run_command(&cli, &process, output)).await?);
    }
    let requests = server.requests().len();
    let seconds = started.elapsed().as_secs_f64();
    let after = match &arguments.keep {
        Some(folder) => format!("Look around: git -C {0} status; git -C {0} diff", folder.display()),
        None => "Everything is removed again; --keep DIR leaves the repository in DIR.".to_owned(),
    };
    output.say(&format!("\nDone in {seconds:.1} s, {requests} requests. {after}\n"))?;
    Ok(worst)
}

/// What is run where `pybump COMMAND` is shown: the same, in the repository and with the demo's world for the real one.
fn real_arguments(
    command: &[&str],
    repository: &Path,
    trusted_root: &Path,
    server: &Server,
) -> Vec<std::ffi::OsString> {
    let mut all: Vec<std::ffi::OsString> = vec!["pybump".into(), "-C".into(), repository.into()];
    for mirror in server.mirrors() {
        all.extend(["--mirror".into(), mirror.into()]);
    }
    all.extend(command.iter().map(Into::into));
    if command.first() != Some(&"render") {
        all.extend(["--trusted-root".into(), trusted_root.into()]);
    }
    all
}
