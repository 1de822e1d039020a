//! The embedded world: `pybump demo` shows the product against it, and the tests build their hostile cases from it.
//!
//! Owns a Sigstore authority made on the spot, a small python.org and GitHub on loopback, and an image repository from
//! pybump's own templates. What it shows are the real commands over real HTTP.

pub mod authority;
pub mod github;
mod hub;
pub mod scaffold;
mod story;
pub mod world;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Parser as _;

use crate::cli::{Cli, DemoArguments, Output, Process, Status, run as run_command};
use world::Server;

/// The commands shown first, in their order, each with the question that it answers.
const BY_HAND: [(&str, &[&str]); 4] = [
    ("What is each series at, and where should it be?", &["check"]),
    ("Who signed the new release, and are its bytes the ones signed?", &["verify", "3.14.3"]),
    ("Bring the repository up to date; what waits or is held stays as it is.", &["update", "--diff"]),
    ("Are all Dockerfiles what the manifest and the templates give?", &["render", "--check"]),
];

/// The last command, whose folder is one of the repository.
const REPORT: [&str; 3] = ["report", "--html", "report"];

/// Shows the main job on a made-up image repository, offline.
pub async fn run(arguments: &DemoArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let started = Instant::now();
    output.only_shows();
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let repository = arguments.keep.clone().unwrap_or_else(|| scratch.path().join("images"));
    let mut world = story::world(process.now)?;
    scaffold::scaffold(&repository, &world, &story::seeds()?)?;
    std::fs::write(repository.join(crate::config::FILE), story::CONFIGURATION).context("cannot write pybump.toml")?;
    std::fs::write(repository.join(".gitignore"), "/report/\n").context("cannot write .gitignore")?;
    let commit = scaffold::commit_all(&repository, "Add Python images, one release behind", story::begun(process.now))?;
    world.github = hub::github(&repository, process.now)?;
    let trusted_root = scratch.path().join("trusted_root.json");
    std::fs::write(&trusted_root, world.trusted_root()).context("cannot write the demo's trust root")?;
    let server = Server::start(world, Duration::ZERO).context("cannot listen on loopback")?;
    output.say_wrapped(&format!(
        "An image repository with four tracked series, made of pybump's own templates, in {} (commit {commit}). A \
         python.org, a peps.python.org and a GitHub of its own, on http://{}, whose releases are signed by a Sigstore \
         authority made just now. No network; all the configuration is whose image it is, and that a \
         ledger is kept.",
        repository.display(),
        server.address()
    ))?;
    let mut stage = Stage::new(process, scratch.path(), repository, trusted_root, server);
    for (question, command) in BY_HAND {
        stage.show(question, command, output).await?;
    }
    stage.on_github(output).await?;
    stage.show("How did it go? A page that needs nothing else, with a feed beside it.", &REPORT, output).await?;
    let requests = stage.server.requests().len();
    let seconds = started.elapsed().as_secs_f64();
    let after = match &arguments.keep {
        Some(folder) => {
            let folder = folder.display();
            format!("Look around: git -C {folder} log --stat, and {folder}/report/index.html in a browser.")
        }
        None => "Everything is removed again; --keep DIR leaves the repository in DIR.".to_owned(),
    };
    output.say(&format!("\nDone in {seconds:.1} s, {requests} requests. {after}\n"))?;
    Ok(stage.worst)
}

/// Where the commands are run, and how it went so far.
struct Stage {
    process: Process,
    repository: PathBuf,
    trusted_root: PathBuf,
    server: Server,
    worst: Status,
}

impl Stage {
    fn new(process: &Process, scratch: &Path, repository: PathBuf, trusted_root: PathBuf, server: Server) -> Self {
        let variables = HashMap::from([
            ("GITHUB_API_URL", format!("http://{}/api/", server.address())),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("PYBUMP_GITHUB_TOKEN", hub::BOT_TOKEN.to_owned()),
            ("PYBUMP_OFFICIAL_IMAGES_TOKEN", hub::PERSON_TOKEN.to_owned()),
        ]);
        let process = Process { variables, cache_folder: Some(scratch.join("cache")), ..process.clone() };
        Self { process, repository, trusted_root, server, worst: Status::Done }
    }

    /// The scheduled job: a pull request, its merge, the pull request to official-images, and a run that finds nothing to do.
    async fn on_github(&mut self, output: &mut Output) -> Result<()> {
        output.say("\n# That was by hand. Put it back: from here on the scheduled job does it.\n$ git restore . && git clean -fdq\n")?;
        let git = git2::Repository::open(&self.repository)?;
        git.checkout_head(Some(git2::build::CheckoutBuilder::new().force().remove_untracked(true)))?;
        self.show("Open the pull request.", &["run"], output).await?;
        self.show_body("What a reviewer reads, before its markdown is rendered:", hub::IMAGES, output)?;
        output.say("\n# A maintainer merges it, and the clone follows.\n$ git pull\n")?;
        let repository = self.repository.clone();
        self.server.world(|world| hub::merge(&mut world.github, 1, &repository))?;
        self.show("What official-images should have now:", &["library"], output).await?;
        self.show("The job again: it tidies up, and opens the pull request there.", &["run"], output).await?;
        self.show_body("What official-images' maintainers read:", hub::OFFICIAL_IMAGES, output)?;
        self.show("Is what was accepted still what upstream has?", &["audit"], output).await?;
        self.server.forget_requests();
        self.show("And once more.", &["run"], output).await?;
        let (asked, wrote) = (self.server.exchanges().len(), self.server.writes().len());
        output.say(&format!("\nGitHub was asked {asked} questions, and told to change {wrote} things.\n"))?;
        Ok(())
    }

    /// Shows a command and what it says.
    async fn show(&mut self, question: &str, command: &[&str], output: &mut Output) -> Result<()> {
        output.say(&format!("\n# {question}\n$ pybump {}\n", command.join(" ")))?;
        let cli = Cli::try_parse_from(self.real_arguments(command))?;
        self.worst = self.worst.max(Box::pin(run_command(&cli, &self.process, output)).await?);
        Ok(())
    }

    /// Shows the body of the first pull request of `repository`.
    fn show_body(&self, heading: &str, repository: &str, output: &mut Output) -> Result<()> {
        let body = self.server.world(|world| hub::body(&world.github, repository, 1));
        output.say(&format!("\n# {heading}\n\n{body}\n"))?;
        Ok(())
    }

    /// What is run where `pybump COMMAND` is shown: the same, in the repository and with the demo's world for the real one.
    fn real_arguments(&self, command: &[&str]) -> Vec<std::ffi::OsString> {
        let mut all: Vec<std::ffi::OsString> = vec!["pybump".into(), "-C".into(), self.repository.clone().into()];
        for mirror in self.server.mirrors() {
            all.extend(["--mirror".into(), mirror.into()]);
        }
        match command {
            [before @ .., folder] if *command == REPORT => {
                all.extend(before.iter().map(Into::into));
                all.push(self.repository.join(folder).into());
            }
            _ => all.extend(command.iter().map(Into::into)),
        }
        if !matches!(command.first(), Some(&("render" | "library"))) {
            all.extend(["--trusted-root".into(), self.trusted_root.clone().into()]);
        }
        all
    }
}
