//! What a scheduled job does for who is not looking: the one issue about what needs a person, and the webhook.

use crate::cli::output::Output;
use crate::cli::setup::{PYBUMP_WEBHOOK, Process};
use crate::config::{NotifyConfig, RepositoryName};
use crate::publish::github::Remote;
use crate::publish::notify::{self, OpenPulls, Trouble, Troubles};
use crate::publish::report::RunReport;
use crate::sources::client::{Client, Webhook};

/// What a run found out that somebody is told of, and where.
#[derive(Debug, Clone)]
pub struct Found {
    /// The client, whose token may write issues.
    pub client: Client,
    /// The environment variable that the token came from.
    pub variable: Option<&'static str>,
    /// The image repository under its name of today.
    pub repository: RepositoryName,
    /// `[notify]`
    pub config: NotifyConfig,
    /// What needs a person.
    pub troubles: Troubles,
    /// The pull requests that are open.
    pub pulls: OpenPulls,
}

/// Keeps the issue where the configuration wants one, and tells the webhook where there is one; what is told of both stands in
/// `report`. What cannot be told is a warning.
pub async fn tell(mut found: Found, process: &Process, report: &mut RunReport, output: &mut Output) {
    if let Some(error) = &process.shared.config_error {
        found.troubles = found.troubles.with(Trouble::configuration(error, None));
    }
    let Found { client, variable, repository, config, troubles, pulls } = found;
    if config.issue
        && let Ok(_within) = process.shared.gate.enter()
    {
        let remote = Remote::at(&client, &repository, variable);
        let notice = notify::keep(&remote, &config.labels, &troubles, report.dry_run).await;
        notice.warnings.iter().for_each(|warning| output.warn(warning));
        report.notice = notice.report;
    }
    // What the webhook was told last is compared with all of a run. Nobody who is to stop waits for it: what it did not take is
    // told again.
    if process.shared.gate.enter().is_err() {
        return;
    }
    let webhook = match process.variable(PYBUMP_WEBHOOK).map(Webhook::new) {
        None => return,
        Some(Err(error)) => return output.warn(&format!("{PYBUMP_WEBHOOK}: {error}")),
        Some(Ok(webhook)) => webhook,
    };
    let memory = process.shared.memory.below(process.cache_folder.as_deref());
    let telling = notify::tell(&client, &webhook, &memory, &repository, &troubles, &pulls, report.dry_run).await;
    telling.warnings.iter().for_each(|warning| output.warn(warning));
    report.news = telling.text;
}
