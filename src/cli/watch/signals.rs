//! What steers a process that watches: signals, and the time that goes by.
//!
//! Owns what each signal means. Where there are none but Ctrl-C, that stops it.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

/// What ends a wait.
pub enum Wake {
    /// Time to look at the clock.
    Look,
    /// A round is wanted now.
    Now,
    /// The configuration is to be read.
    Reload,
    /// The process is to stop.
    Stop,
}

/// The signals that the process is steered by.
#[cfg(unix)]
pub struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    run: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Listens from now on.
    pub fn new() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            run: signal(SignalKind::user_defined1())?,
        })
    }

    /// What comes first within `wait`.
    pub async fn wake(&mut self, wait: Duration) -> Wake {
        tokio::select! {
            _ = self.terminate.recv() => Wake::Stop,
            _ = self.interrupt.recv() => Wake::Stop,
            _ = self.hang_up.recv() => Wake::Reload,
            _ = self.run.recv() => Wake::Now,
            () = sleep(wait) => Wake::Look,
        }
    }
}

/// The signals that the process is steered by.
#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Listens from now on.
    pub fn new() -> Result<Self> {
        Ok(Self)
    }

    /// What comes first within `wait`.
    pub async fn wake(&mut self, wait: Duration) -> Wake {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => Wake::Stop,
            () = sleep(wait) => Wake::Look,
        }
    }
}
