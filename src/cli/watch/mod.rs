//! `pybump watch`: the scheduled job in a process that stays.
//!
//! Owns the loop: it waits, looks at clock, configuration and signals, and runs one round at a time. It ends when it is asked to,
//! never because a run failed.

mod round;
mod settings;
mod signals;
mod visit;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use tokio::time::timeout;

use self::round::{Ledger, round, to_retry};
use self::settings::{Settings, SettingsFile, Watched};
use self::signals::{Signals, Wake};
use self::visit::Common;
use super::arguments::{Cli, WatchArguments};
use super::setup::{Process, Shared};
use super::status::{Misuse, Status};
use crate::sources::client::{ClientOptions, Connections};
use crate::watch::metrics::{Metrics, seconds};
use crate::watch::server::{Health, Vitals, bind, serve};
use crate::watch::state::{Memory, StateFolder};
use crate::watch::timetable::{Clock, Timetable, Watchman, pause};
use crate::watch::told::Troubles;

/// How long whoever is publishing has to come to an end when the process is to stop.
const GRACE: Duration = Duration::from_secs(8);

/// Watches until it is asked to stop.
pub async fn run(cli: &Cli, arguments: &WatchArguments, process: &Process) -> Result<Status> {
    let mut file = SettingsFile::of(cli);
    file.read()?;
    let folder = file.state(arguments, process)?;
    let state = Arc::new(StateFolder::open(&folder, process.now)?);
    let settings = file.settings(cli, arguments, process, &|name| state.clone_of(name))?;
    if process.github_token().is_none() && !arguments.dry_run {
        let message = "pybump watch keeps pull requests and no token is set: set PYBUMP_GITHUB_TOKEN, or GITHUB_TOKEN; \
                       --dry-run needs none";
        return Err(Misuse(message.to_owned()).into());
    }
    let scratch = state.scratch().with_context(|| format!("cannot write into {}", folder.display()))?;
    let vitals = Vitals::default();
    if let Some(listen) = settings.listen {
        let address = listen.address();
        let listener = bind(address).await;
        let listener = listener.with_context(|| format!("cannot listen on {address}; --listen takes another port"))?;
        tracing::info!("/healthz and /metrics on http://{}", listener.local_addr().unwrap_or(address));
        tokio::spawn(serve(listener, vitals.clone()));
    }
    let common = common(cli, arguments, process)?;
    let mut memory = state.memory();
    let names: Vec<_> = settings.repositories.iter().map(|watched| watched.name().to_string()).collect();
    memory.repositories.retain(|name, _| names.contains(name));
    tracing::info!(
        repositories = settings.repositories.len(), schedule = %settings.timetable.schedule,
        timezone = %settings.timetable.zone, state = %folder.display(), "watching"
    );
    if memory.unfinished > 0 {
        let began = memory.last_round.map(|began| format!("{began:.0}"));
        tracing::info!(began, times = memory.unfinished, "the last round did not come to its end; it is made up");
    }
    let mut watch = Watch {
        cli,
        arguments,
        file,
        settings,
        state,
        scratch,
        vitals,
        common,
        memory,
        troubles: Troubles::default(),
        invalid: None,
        unwritable: None,
        asked: false,
        reread: false,
    };
    watch.until_stopped().await?;
    tracing::info!("stopped");
    Ok(Status::Done)
}

struct Watch<'a> {
    cli: &'a Cli,
    arguments: &'a WatchArguments,
    file: SettingsFile,
    settings: Settings,
    state: Arc<StateFolder>,
    scratch: PathBuf,
    vitals: Vitals,
    common: Common,
    memory: Memory,
    troubles: Troubles,
    /// What is wrong with the newest configuration, if an older one is in force.
    invalid: Option<String>,
    /// Why the state could not be written the last time.
    unwritable: Option<String>,
    /// True if a round was asked for that has not begun.
    asked: bool,
    /// True if somebody wants to know of the configuration, whatever was said of it before.
    reread: bool,
}

impl Watch<'_> {
    async fn until_stopped(&mut self) -> Result<()> {
        let mut signals = Signals::new()?;
        let mut watchman = Watchman::new(Timestamp::now());
        let mut looked = Instant::now();
        let mut next = self.next();
        if next > Timestamp::now() {
            self.told_next(next);
        }
        loop {
            let now = Timestamp::now();
            if let Clock::Jumped(by) = watchman.look(now, looked.elapsed()) {
                next = self.next();
                tracing::warn!(%next, "the clock jumped by {} s", by.as_secs());
            }
            looked = Instant::now();
            self.vitals.beat();
            if std::mem::take(&mut self.reread) {
                tracing::info!("asked to read the configuration again");
                self.file.forget();
                self.invalid = None;
            }
            let in_force = match self.file.read() {
                Ok(changed) => changed && self.reload(),
                Err(error) => self.is_invalid(&error),
            };
            if in_force {
                next = self.next();
                self.told_next(next);
            }
            // A round that was asked for is owed whatever clock and configuration did meanwhile.
            let whole = std::mem::take(&mut self.asked) || next <= now;
            let due =
                if whole { self.settings.repositories.clone() } else { to_retry(&self.settings, &self.memory, now) };
            if !due.is_empty() {
                if self.stopped_in_round(due, whole, now, &mut signals).await {
                    return Ok(());
                }
                next = self.next();
                self.told_next(next);
                continue;
            }
            let soonest = self.retries().min().map_or(next, |retry| retry.min(next));
            match signals.wake(pause(soonest, now)).await {
                Wake::Look => {}
                Wake::Now => self.asked = true,
                Wake::Reload => self.reread = true,
                Wake::Stop => return Ok(()),
            }
        }
    }

    /// Runs a round, of all repositories if `whole`; true if the process was asked to stop meanwhile.
    async fn stopped_in_round(
        &mut self,
        due: Vec<Watched>,
        whole: bool,
        now: Timestamp,
        signals: &mut Signals,
    ) -> bool {
        if whole {
            self.memory.last_round = Some(now);
            self.memory.unfinished = self.memory.unfinished.saturating_add(1);
            self.vitals.metrics.last_round.set(seconds(now));
            self.remember();
            self.state.keep_only(self.settings.repositories.iter().map(Watched::name));
        }
        self.vitals.begin();
        let gate = self.common.process.shared.gate.clone();
        let ledger = Ledger {
            state: &self.state,
            memory: &mut self.memory,
            troubles: &mut self.troubles,
            metrics: &self.vitals.metrics,
        };
        let mut running = Box::pin(round(&due, &self.settings, &self.common, &self.scratch, now, ledger));
        let ended = loop {
            tokio::select! {
                finished = &mut running => break Some(finished),
                wake = signals.wake(Duration::from_secs(3600)) => match wake {
                    Wake::Stop => break None,
                    Wake::Now => {
                        tracing::info!("another round is asked for; it follows this one");
                        self.asked = true;
                    }
                    Wake::Reload => self.reread = true,
                    Wake::Look => {}
                },
            }
        };
        let finished = if let Some(finished) = ended {
            drop(running);
            finished
        } else {
            tracing::info!("asked to stop; what is being published is finished first");
            gate.close();
            let rest = timeout(GRACE, running).await;
            if rest.is_err() {
                tracing::warn!("stopped in the middle; the next start goes on from there");
            }
            rest.unwrap_or(false)
        };
        if whole && finished {
            self.memory.unfinished = 0;
        }
        self.vitals.beat();
        self.counted();
        self.remember();
        ended.is_none()
    }

    /// Takes over the configuration as read last, unless it cannot be used; true if it is in force.
    fn reload(&mut self) -> bool {
        let made =
            self.file.settings(self.cli, self.arguments, &self.common.process, &|name| self.state.clone_of(name));
        let settings = match made {
            Ok(settings) => settings,
            Err(error) => return self.is_invalid(&error),
        };
        if self.settings.listen != settings.listen {
            tracing::warn!("another port takes a restart");
        }
        let names = |settings: &Settings| {
            settings.repositories.iter().map(|watched| watched.name().to_string()).collect::<Vec<_>>()
        };
        let kept = names(&settings);
        for gone in names(&self.settings).iter().filter(|name| !kept.contains(name)) {
            self.memory.repositories.remove(gone);
            self.troubles.forget(gone);
            self.vitals.metrics.forget(gone);
        }
        self.settings = settings;
        self.invalid = None;
        self.common.config_error = None;
        tracing::info!(
            repositories = self.settings.repositories.len(), schedule = %self.settings.timetable.schedule,
            "the configuration {} is in force", self.file.path().display()
        );
        true
    }

    /// Notes that the newest configuration cannot be used; the one before stays in force. Never true.
    fn is_invalid(&mut self, error: &anyhow::Error) -> bool {
        let error = super::told(error);
        if self.invalid.as_ref() != Some(&error) {
            tracing::error!("{error}; the configuration before it stays in force");
        }
        if let [_] = self.settings.repositories[..] {
            self.common.config_error = Some(error.clone());
        }
        self.invalid = Some(error);
        self.counted();
        false
    }

    fn next(&self) -> Timestamp {
        let (last, now) = (self.memory.last_round, Timestamp::now());
        let scheduled = self.settings.timetable.next(last, now, dice());
        Timetable::make_up(self.memory.unfinished, last, now).map_or(scheduled, |at| at.min(scheduled))
    }

    fn retries(&self) -> impl Iterator<Item = Timestamp> {
        self.memory.repositories.values().filter_map(|memory| memory.retry_at)
    }

    fn told_next(&self, next: Timestamp) {
        let metrics = &self.vitals.metrics;
        metrics.next_round.set(seconds(next));
        self.counted();
        let retry = self.retries().min().filter(|retry| *retry < next);
        if let Some(retry) = retry {
            let again = self.retries().count();
            tracing::info!(next = %format!("{next:.0}"), retry = %format!("{retry:.0}"), again, "waiting");
        } else {
            tracing::info!(next = %format!("{next:.0}"), "waiting");
        }
    }

    /// Brings numbers and health up to date.
    fn counted(&self) {
        let metrics: &Metrics = &self.vitals.metrics;
        metrics.repositories.set(i64::try_from(self.settings.repositories.len()).unwrap_or(i64::MAX));
        metrics.config.set(i64::from(self.invalid.is_none()));
        metrics.state.set(i64::from(self.unwritable.is_none()));
        if let Some(connections) = &self.common.process.shared.connections {
            metrics.requests.inc_by(connections.requests().saturating_sub(metrics.requests.get()));
        }
        let failing = self.memory.repositories.iter().filter(|(_, memory)| memory.failures > 0);
        self.vitals.tell(Health {
            status: String::new(),
            last_round: self.memory.last_round,
            next_round: Timestamp::from_second(metrics.next_round.get()).ok(),
            failing: failing.map(|(name, _)| name.clone()).collect(),
        });
    }

    /// Writes down what must outlast a restart. A full disk stops nothing.
    fn remember(&mut self) {
        let why = self.state.remember(&self.memory).err().map(|error| error.to_string());
        match (&self.unwritable, &why) {
            (None, Some(why)) => {
                tracing::warn!("cannot write {}: {why}; a restart would run at once", self.state.file().display());
            }
            (Some(_), None) => tracing::info!("the state can be written again"),
            _ => {}
        }
        self.unwritable = why;
        self.vitals.metrics.state.set(i64::from(self.unwritable.is_none()));
    }
}

fn common(cli: &Cli, arguments: &WatchArguments, process: &Process) -> Result<Common> {
    let mut process = process.clone();
    // Whoever starts it, it is no step of a job.
    for name in ["GITHUB_ACTIONS", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
        process.variables.remove(name);
    }
    let options = ClientOptions { timeouts: process.timeouts, ..ClientOptions::default() };
    process.shared = Shared { connections: Some(Connections::new(&options)?), ..Shared::default() };
    Ok(Common {
        process,
        mirrors: Vec::new(),
        verbose: cli.verbose,
        trust: arguments.trust.clone(),
        dry_run: arguments.dry_run,
        config_error: None,
    })
}

/// A number that differs from time to time.
fn dice() -> u8 {
    let mut byte = [0];
    aws_lc_rs::rand::fill(&mut byte).map_or(0, |()| byte[0])
}
