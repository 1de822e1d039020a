//! What a scheduled job does for who is not looking: the one issue about what needs a person, and the webhook.

use crate::cli::output::Output;
use crate::cli::setup::{PYBUMP_WEBHOOK, Process};
use crate::config::{NotifyConfig, RepositoryName};
use crate::publish::github::Remote;
use crate::publish::issue::IssueReport;
use crate::publish::notify::{self, Memory, OpenPulls, Troubles};
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

/// What was told, and where.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// What became of the issue; nothing where none is wanted and none is there.
    pub notice: Option<IssueReport>,
    /// What the webhook was told, or with a dry run would be.
    pub news: Option<String>,
}

/// Keeps the issue where the configuration wants one, and tells the webhook where there is one. `memory` is shared by all runs of
/// the process. What cannot be told is a warning.
pub async fn tell(found: &Found, memory: &Memory, process: &Process, dry_run: bool, output: &mut Output) -> Told {
    let mut told = Told::default();
    if found.config.issue {
        let remote = Remote::at(&found.client, &found.repository, found.variable);
        let notice = notify::keep(&remote, &found.config.labels, &found.troubles, dry_run).await;
        notice.warnings.iter().for_each(|warning| output.warn(warning));
        told.notice = notice.report;
    }
    match process.variable(PYBUMP_WEBHOOK).map(Webhook::new) {
        None => {}
        Some(Err(error)) => output.warn(&format!("{PYBUMP_WEBHOOK}: {error}")),
        Some(Ok(webhook)) => {
            let Found { client, repository, troubles, pulls, .. } = found;
            let telling = notify::tell(client, &webhook, memory, repository, troubles, pulls, dry_run).await;
            telling.warnings.iter().for_each(|warning| output.warn(warning));
            told.news = telling.text;
        }
    }
    told
}
