//! What the report asks of others: where each series should be, and pybump's own pull requests.

use std::collections::BTreeMap;

use anyhow::Result;
use url::Url;

use crate::cli::arguments::Cli;
use crate::cli::output::Output;
use crate::cli::plan::plan;
use crate::cli::setup::{self, Process, Setup};
use crate::cli::{pr, told};
use crate::config::{BranchName, Group, PublishConfig, RepositoryName};
use crate::layout::DockerLibrary;
use crate::ledger::Ledger;
use crate::model::TrackedKey;
use crate::publish::github::{Pull, PullState, Remote, RemoteError};
use crate::publish::marker::Marker;
use crate::report::check::OpenPull;
use crate::report::page::{Proposal, RepositoryReport};
use crate::resolve::Plan;

/// What was seen, and what could not be.
#[derive(Debug, Default)]
pub struct Looked {
    /// Where each series should be.
    pub plan: Option<Plan>,
    /// The pull requests.
    pub proposals: Vec<Proposal>,
    /// What could not be looked at, each with why.
    pub missing: Vec<String>,
}

/// The repository on GitHub, if anything names it.
pub fn repository(cli: &Cli, process: &Process, config: &PublishConfig) -> Result<Option<RepositoryName>> {
    match git2::Repository::open(&cli.directory) {
        Ok(git) => pr::repository_if_named(config, process, &git),
        Err(_) => Ok(config.repository.clone()),
    }
}

/// The repository as the report shows it.
pub fn named(name: &RepositoryName, process: &Process, setup: &Setup) -> Result<RepositoryReport> {
    let server = setup::server(process, &setup.outside.client)?;
    let page: Url = server.join(&name.to_string())?;
    Ok(RepositoryReport { name: name.to_string(), url: page })
}

/// Asks upstream and GitHub, at the same time.
pub async fn look(
    setup: &Setup,
    layout: &DockerLibrary,
    ledger: Option<&Ledger>,
    keys: &[TrackedKey],
    named: Option<(&RepositoryName, &RepositoryReport)>,
    process: &Process,
    output: &Output,
) -> Looked {
    let asking = plan(setup, layout, ledger, keys, false, process, output);
    let (plan, proposals) = futures::join!(asking, proposals(setup, keys, named, process));
    let mut looked = Looked::default();
    match plan {
        Ok(plan) => looked.plan = Some(plan),
        Err(error) => looked.missing.push(format!("where each series should be: {}", told(&error))),
    }
    match proposals {
        Ok(proposals) => looked.proposals = proposals,
        Err(error) => looked.missing.push(format!("the pull requests: {error}")),
    }
    looked
}

/// pybump's own pull requests, the newest thirty of each branch.
async fn proposals(
    setup: &Setup,
    keys: &[TrackedKey],
    named: Option<(&RepositoryName, &RepositoryReport)>,
    process: &Process,
) -> Result<Vec<Proposal>, RemoteError> {
    let Some((name, report)) = named else { return Ok(Vec::new()) };
    let variable = process.github_token().map(|token| token.variable);
    let (remote, _) = Remote::open(&setup.outside.client, name, variable).await?;
    let config = &setup.config.publish;
    let mut branches = vec![config.branch.clone()];
    if config.group == Group::Series {
        branches.extend(keys.iter().filter_map(|key| format!("{}-{key}", config.branch).parse::<BranchName>().ok()));
    }
    let pulls = branches.iter().map(|branch| remote.pulls_of(remote.name(), branch));
    let pulls = futures::future::join_all(pulls).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(pulls.iter().flatten().map(|pull| proposal(pull, report)).collect())
}

fn proposal(pull: &Pull, repository: &RepositoryReport) -> Proposal {
    Proposal {
        number: pull.number,
        url: repository.page(&format!("pull/{}", pull.number)),
        opened_at: pull.opened_at,
        merged_at: pull.merged_at,
        open: pull.state == PullState::Open,
        versions: Marker::read(&pull.body).map_or_else(BTreeMap::new, |marker| marker.keys),
    }
}

/// What is proposed and not decided.
pub fn open_pulls(proposal: &Proposal) -> Vec<OpenPull> {
    let Proposal { number, opened_at, versions, .. } = proposal;
    let of = |key: &String| OpenPull { key: key.clone(), number: *number, opened_at: *opened_at };
    versions.keys().filter(|_| proposal.open).map(of).collect()
}
