//! One run over one watched repository: fetched, checked out, and done as `pybump run` does it.
//!
//! Owns which configuration is in force: the repository's own, or while that cannot be read, the last one that could. Gives
//! back all that was said, for the round to tell.

use std::path::{Component, Path};
use std::time::Duration;

use anyhow::{Result, anyhow};
use jiff::Timestamp;
use tokio::time::timeout;

use super::settings::Watched;
use crate::cli::arguments::{Cli, Color, Command, Format, RunArguments, TrustArguments};
use crate::cli::output::Output;
use crate::cli::pr::{Job, job};
use crate::cli::setup::{Process, SECRETS, Shared};
use crate::cli::{Misuse, Status, told};
use crate::config::{Config, FILE};
use crate::publish::{Gate, Stopping};
use crate::report::Level;
use crate::watch::clone::Checkout;
use crate::watch::state::StateFolder;
use crate::watch::told::Complaint;

/// A run that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(3600);

/// What is the same for every repository of a round.
#[derive(Debug, Clone)]
pub struct Common {
    /// Environment and limits.
    pub process: Process,
    /// Mirrors, as `--mirror` has them.
    pub mirrors: Vec<String>,
    /// How much is logged.
    pub verbose: u8,
    /// Who may sign.
    pub trust: TrustArguments,
    /// Whether nothing is written to GitHub.
    pub dry_run: bool,
    /// What is wrong with the process's own configuration, where this repository is the only one.
    pub config_error: Option<String>,
}

/// What a run came to.
pub struct Visit {
    /// The repository, `OWNER/NAME`.
    pub name: String,
    /// How it ended.
    pub status: Ended,
    /// True if there is an alarm, however it ended.
    pub alarm: bool,
    /// What it came to, where it came that far.
    pub job: Option<Job>,
    /// Warnings and errors, in the order in which they were said.
    pub complaints: Vec<Complaint>,
    /// True if the configuration in force is not the newest one.
    pub old_config: bool,
}

impl Visit {
    /// One that came to nothing but this error.
    pub fn failed(name: String, error: String) -> Self {
        let complaints = vec![Complaint { level: Level::Error, text: error }];
        Self { name, status: Ended::Failed, alarm: false, job: None, complaints, old_config: false }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Well.
    Done,
    /// With an alarm.
    Alarm,
    /// Not well: it may go better another time.
    Failed,
    /// Not well, and not before somebody changes something.
    Unusable,
    /// Not begun, or not well, because GitHub wants to be left alone for so long.
    Postponed(Duration),
    /// The process is to stop.
    Stopped,
}

impl Ended {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Alarm => "alarm",
            Self::Failed => "failed",
            Self::Unusable => "unusable",
            Self::Postponed(_) => "postponed",
            Self::Stopped => "stopped",
        }
    }
}

/// Runs over `watched` at `now`.
pub async fn visit(watched: &Watched, common: &Common, state: &StateFolder, scratch: &Path, now: Timestamp) -> Visit {
    if let Some(visit) = postponed(watched, common) {
        return visit;
    }
    let mut common = common.clone();
    let gate = common.process.shared.gate.way();
    common.process.shared.gate = gate.clone();
    let common = &common;
    let mut said = Said::default();
    let stopped = stopped(&gate);
    let result = tokio::select! {
        result = timeout(LONGEST, run(watched, common, state, scratch, now, &mut said)) => match result {
            Ok(result) => result,
            Err(_) => Err(anyhow!("the run took longer than {} minutes and was given up; the next one goes on from here", LONGEST.as_secs() / 60)),
        },
        () = stopped => Err(Stopping.into()),
    };
    // Also where it was asked to stop between two things, and did not come to the second.
    let is_stopped = gate.has_refused() || result.as_ref().is_err_and(anyhow::Error::is::<Stopping>);
    let (ended, failed, job) = match result {
        Ok(job) => (job.status, job.failed, Some(job)),
        Err(error) => {
            said.complaints.push(Complaint { level: Level::Error, text: told(&error) });
            (Status::of_error(&error), true, None)
        }
    };
    let alarm = ended == Status::Alarm;
    let status = match of_status(ended) {
        _ if is_stopped => Ended::Stopped,
        Ended::Alarm if failed => Ended::Failed,
        status => status,
    };
    if let (Ended::Failed, Some(visit)) = (status, postponed(watched, common)) {
        // It failed for that, and what it did until then is told all the same.
        return Visit { alarm, job, ..visit };
    }
    let name = watched.name().to_string();
    // The folder's name is another in each run.
    let plain = |complaint: Complaint| match &said.folder {
        Some(folder) => {
            Complaint { text: complaint.text.replace(&format!("{folder}/"), "").replace(folder, &name), ..complaint }
        }
        None => complaint,
    };
    let complaints = said.complaints.into_iter().map(plain).collect();
    Visit { name, status, alarm, job, complaints, old_config: said.old_config }
}

/// What a run comes to while GitHub wants to be left alone. The words are the same for all of them, to be told once.
fn postponed(watched: &Watched, common: &Common) -> Option<Visit> {
    let token = common.process.github_token();
    let connections = common.process.shared.connections.as_ref()?;
    let rest = connections.rest(token.as_ref().map(|token| &token.secret))?;
    let text = "GitHub's allowance of requests is used up, or it asks to be left alone; tried again when that is over";
    Some(Visit {
        name: watched.name().to_string(),
        status: Ended::Postponed(rest),
        alarm: false,
        job: None,
        complaints: vec![Complaint { level: Level::Warning, text: text.to_owned() }],
        old_config: false,
    })
}

/// Returns when the process is to stop and nobody is publishing any more.
async fn stopped(gate: &Gate) {
    gate.closed().await;
    gate.empty().await;
}

fn of_status(status: Status) -> Ended {
    match status {
        Status::Done | Status::Updates | Status::Held => Ended::Done,
        Status::Alarm => Ended::Alarm,
        Status::Failed => Ended::Failed,
        Status::Usage => Ended::Unusable,
    }
}

/// What was said so far.
#[derive(Default)]
struct Said {
    complaints: Vec<Complaint>,
    old_config: bool,
    /// The folder of the run.
    folder: Option<String>,
}

async fn run(
    watched: &Watched,
    common: &Common,
    state: &StateFolder,
    scratch: &Path,
    now: Timestamp,
    said: &mut Said,
) -> Result<Job> {
    let commit = watched.clone.fetch(&SECRETS).await?;
    let checkout = watched.clone.check_out(&commit, scratch)?;
    said.folder = Some(checkout.path().display().to_string());
    let mut config_error = common.config_error.clone();
    let mut config = match &watched.config {
        Some(config) => config.clone(),
        None => match own(&checkout, watched, state)? {
            (config, None) => config,
            (config, Some(error)) => {
                said.old_config = true;
                let error = error.replace(&format!("{}/", checkout.path().display()), "");
                let text = format!("{error}; the configuration before it stays in force");
                said.complaints.push(Complaint { level: Level::Error, text });
                config_error = Some(error);
                config
            }
        },
    };
    // Whoever watches has named it.
    config.publish.repository = Some(watched.name().clone());
    let trust = common.trust.clone();
    let arguments = RunArguments { dry_run: common.dry_run, trust: trust.clone() };
    let cli = Cli {
        directory: checkout.path().to_path_buf(),
        config: None,
        mirror: common.mirrors.clone(),
        format: Format::Text,
        verbose: common.verbose,
        quiet: true,
        color: Color::Never,
        command: Command::Run(RunArguments { dry_run: common.dry_run, trust }),
    };
    let mut process = common.process.clone();
    process.now = now;
    let files = Some(checkout.path().to_path_buf());
    process.shared = Shared { config: Some(config), files, config_error, ..process.shared };
    let (mut output, heard) = Output::heard(&cli, now);
    let result = Box::pin(job(&cli, &arguments, &process, &mut output)).await;
    said.complaints.extend(heard.take());
    result
}

/// The repository's own configuration, and what is wrong with the newest one where an older one is in force.
fn own(checkout: &Checkout, watched: &Watched, state: &StateFolder) -> Result<(Config, Option<String>)> {
    let path = checkout.path().join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        text => text,
    };
    let read = text.map_err(anyhow::Error::from).and_then(|text| {
        let config = Config::read(&text, &path)?;
        own_files_alone(&config, checkout.path())?;
        Ok((config, text))
    });
    match read {
        Ok((config, text)) => {
            if let Err(error) = state.keep_configuration(watched.name(), &text) {
                tracing::debug!("cannot keep the configuration of {}: {error}", watched.name());
            }
            Ok((config, None))
        }
        Err(error) => {
            let before = state.configuration(watched.name()).and_then(|text| Config::read(&text, &path).ok());
            before.map(|before| (before, Some(told(&error)))).ok_or(error)
        }
    }
}

/// Refuses to read, on behalf of a repository, a file of this machine.
fn own_files_alone(config: &Config, root: &Path) -> Result<(), Misuse> {
    let is_own = |file: &Path| {
        file.strip_prefix(root)
            .is_ok_and(|file| file.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)))
    };
    match config.judges().find(|(_, file)| !is_own(file)) {
        None => Ok(()),
        Some((key, file)) => Err(Misuse(format!(
            "{FILE}: {key} is {}, which is not in the repository; pybump watch reads nothing else on its behalf: keep the file in \
             the repository",
            file.display()
        ))),
    }
}
