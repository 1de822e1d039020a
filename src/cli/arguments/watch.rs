//! Arguments of `pybump watch`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::TrustArguments;
use crate::config::Listen;
use crate::model::{Schedule, Zone};

/// `pybump watch`
#[derive(Debug, Args)]
pub struct WatchArguments {
    /// When to run, five fields as in crontab; default "0 */6 * * *"
    #[arg(long, value_name = "CRON")]
    pub schedule: Option<Schedule>,
    /// The time zone of the schedule, such as Europe/Berlin; default UTC
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<Zone>,
    /// Serve /healthz and /metrics on this loopback port; default none
    #[arg(long, value_name = "PORT")]
    pub listen: Option<Listen>,
    /// Keep what must outlast a restart in DIR instead of the user's state folder
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// How log lines are written, to standard error
    #[arg(long, value_enum, default_value_t = LogFormat::Text, hide_default_value = true)]
    pub log: LogFormat,
    /// Do everything but write to GitHub
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    #[command(flatten)]
    pub trust: TrustArguments,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// A JSON object a line
    Json,
}
