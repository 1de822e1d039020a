//! `pybump pr image`

use anyhow::{Context as _, Result, anyhow};

use super::notice::Found;
use super::signers;
use crate::cli::arguments::{Cli, PrImageArguments};
use crate::cli::downloads::download_all;
use crate::cli::output::Output;
use crate::cli::plan::{ledger, plan, renderings};
use crate::cli::setup::{self, GITHUB_TOKEN, Process, Setup};
use crate::cli::status::{Misuse, Status, Unpublished};
use crate::config::{Author, CommitMode, PublishConfig, RepositoryName};
use crate::layout::DockerLibrary;
use crate::observe;
use crate::publish::image::{Image, ImageDone};
use crate::publish::issue::{IssueReport, IssueStep};
use crate::publish::notify::{OpenPulls, Troubles};
use crate::publish::report::{PullAction, PullReport, PullsReport};
use crate::publish::snapshot;
use crate::report::check::CheckReport;
use crate::resolve::{Outcome, Plan};

/// What became of the image repository's pull requests.
pub struct Kept {
    /// As it is told.
    pub report: PullsReport,
    /// What each series is at.
    pub check: CheckReport,
    /// The status.
    pub status: Status,
    /// What somebody who is not looking is told of.
    pub found: Found,
}

/// Checks, and keeps the image repository's pull requests.
pub async fn keep(cli: &Cli, arguments: &PrImageArguments, process: &Process, output: &mut Output) -> Result<Kept> {
    let mut setup = Setup::new(cli, &arguments.trust, process)?;
    setup.outside.may_download = !arguments.no_download;
    let token = process.github_token();
    if token.is_none() && !arguments.dry_run {
        let message = "a pull request needs a token and none is set: set PYBUMP_GITHUB_TOKEN, or GITHUB_TOKEN, to one that may \
                       write contents and pull requests, and issues for alarms; --dry-run needs none";
        return Err(Misuse(message.to_owned()).into());
    }
    let (client, folder) = (&setup.outside.client, cli.directory.display());
    let git = git2::Repository::open(&cli.directory).map_err(|error| {
        anyhow!(
            "{folder} is no git clone ({}); run pybump in a clone of the image repository, or name it with -C",
            error.message()
        )
    })?;
    let head = git.head().and_then(|head| head.peel_to_tree());
    let head = head.map_err(|error| {
        anyhow!(
            "{folder} has no commit ({}); a pull request is made on top of one that GitHub has too",
            error.message()
        )
    })?;
    let config = &setup.config.publish;
    let (repository, author) = (repository(config, process, &git)?, author(config, &git)?);
    let unsigned = config.sign_off && author.is_none();
    // What is committed counts: a pull request is made on top of that.
    let (own_snapshot, files);
    if let Some(there) = &process.shared.files {
        files = there.as_path();
    } else {
        own_snapshot = snapshot(&git, &head).context("cannot write the files of HEAD into a temporary folder")?;
        files = own_snapshot.path();
    }
    let layout = DockerLibrary::open(files)?;
    let ledger = ledger(&setup.config, &layout, &arguments.keys, output)?;
    let own = signers::OwnFile::find(setup.config.signers.as_deref(), &cli.directory, files);
    let (own, mut warnings) = own.map_or_else(|why| (None, vec![why]), |own| (own, Vec::new()));
    let pins = own.as_ref().map_or(&setup.outside.signers, |own| &own.pins);
    let (plan, findings) = futures::join!(
        plan(&setup, &layout, ledger.as_ref(), &arguments.keys, arguments.without_windows, process, output),
        observe::signers::signers(client, pins)
    );
    let mut plan = plan?;
    let proposal = signers::proposal(client, own.as_ref(), &findings, &mut warnings).await;
    let (mut renderings, rendered) = renderings(&mut plan, &layout, false, output);
    if !arguments.no_download {
        download_all(&setup.outside, &mut plan, output).await;
    }
    renderings.retain(|rendering| plan.changes().any(|(key, _)| key == rendering.key));
    let mut options = Vec::new();
    if arguments.without_windows {
        options.push("--without-windows");
    }
    if arguments.no_download && ledger.is_some() {
        // Sizes stand in the ledger where bytes were read.
        options.push("--no-download");
    }
    let image = Image {
        client,
        variable: token.as_ref().map(|token| token.variable),
        starts_no_workflows: token.as_ref().is_some_and(|token| token.variable == GITHUB_TOKEN)
            && process.variable("GITHUB_ACTIONS") == Some("true"),
        server: &setup::server(process, client)?,
        repository: &repository,
        config,
        author,
        folder: &cli.directory,
        layout: &layout,
        ledger: ledger.as_ref(),
        plan: &plan,
        renderings: &renderings,
        options: &options,
        signers: proposal.as_ref(),
        gate: &process.shared.gate,
        dry_run: arguments.dry_run,
    };
    let done = image.publish().await.map_err(|source| match alarms(&plan) {
        alarms if alarms.is_empty() => source.into(),
        alarms => anyhow::Error::from(Unpublished { alarms: alarms.join("; "), source }),
    })?;
    let check = CheckReport::of(&plan, setup.staleness()).with_pulls(&done.open());
    if unsigned {
        warnings.push(UNSIGNED.to_owned());
    }
    let name = done.repository.clone();
    let (report, status) = told(done, &check, arguments.dry_run, warnings, output);
    let found = Found {
        client: client.clone(),
        variable: token.map(|token| token.variable),
        repository: name,
        config: setup.config.notify.clone(),
        troubles: Troubles::of(&plan, &check, &report),
        pulls: OpenPulls::of(&report, None),
    };
    Ok(Kept { report, check, status: Status::of(&plan, false).max(rendered).max(status), found })
}

/// The alarms of `plan`, each in its words.
fn alarms(plan: &Plan) -> Vec<String> {
    let alarms = plan.series.iter().filter_map(|series| match &series.outcome {
        Outcome::Alarm(alarm) => Some(format!("{}: {alarm}", series.key)),
        Outcome::Contradicted(contradiction) => Some(format!("{}: {contradiction}", series.key)),
        _ => None,
    });
    alarms.collect()
}

/// What is told of the pull requests and issues, and the status that they end with. Failures go to standard error.
fn told(
    done: ImageDone,
    check: &CheckReport,
    dry_run: bool,
    mut warnings: Vec<String>,
    output: &mut Output,
) -> (PullsReport, Status) {
    let pulls = done.branches.iter().map(|(branch, result)| match result {
        Ok(result) => PullReport::of(&done.repository, branch, result),
        Err(error) => PullReport::failed(&done.repository, branch, &error.to_string()),
    });
    let pulls: Vec<_> = pulls.collect();
    let issues = done.issues.iter().map(|(id, result)| match result {
        Ok(result) => IssueReport::of(&done.repository, result),
        Err(error) => IssueReport::failed(&done.repository, id, &error.to_string()),
    });
    let issues: Vec<_> = issues.collect();
    let mut status = if done.rerolled() { Status::Alarm } else { Status::Done };
    let mut failed = |what: &str, why: Option<&String>| {
        status = status.max(Status::Failed);
        output.error(&format!("{what}: {}", why.map_or("", String::as_str)));
    };
    for pull in pulls.iter().filter(|pull| pull.action == PullAction::Failed) {
        failed(&format!("{}:{}", pull.repository, pull.branch), pull.reason.as_ref());
    }
    for issue in issues.iter().filter(|issue| issue.action == IssueStep::Failed) {
        failed(&format!("the issue about {}", issue.id.escape_debug()), issue.reason.as_ref());
    }
    warnings.extend(done.warnings);
    warnings.extend(done.persons.iter().map(|person| {
        let keys: Vec<_> = person.keys.iter().map(ToString::to_string).collect();
        format!(
            "{} left to #{} ({}), which sets the same version",
            keys.join(", "),
            person.number,
            person.title.escape_debug()
        )
    }));
    for warning in &warnings {
        output.warn(warning);
    }
    (PullsReport::new(dry_run, check.series.clone(), pulls, issues, warnings), status)
}

/// Why a sign-off is not there.
pub const UNSIGNED: &str =
    "sign-off needs commit = \"reproducible\" or an author: GitHub fills in the author of verified commits";

/// Author of reproducible commits; nothing where GitHub fills that in.
fn author(config: &PublishConfig, git: &git2::Repository) -> Result<Option<Author>> {
    let mode = config.commit.unwrap_or(match config.author {
        Some(_) => CommitMode::Reproducible,
        None => CommitMode::Verified,
    });
    match (mode, &config.author) {
        (CommitMode::Verified, _) => Ok(None),
        (CommitMode::Reproducible, Some(author)) => Ok(Some(author.clone())),
        (CommitMode::Reproducible, None) => {
            let signature = git.signature().context(
                "commit = \"reproducible\" needs an author: set publish.author, or git config user.name and user.email",
            )?;
            let text = |value: std::result::Result<&str, _>| -> Result<String> { Ok(value.map(str::to_owned)?) };
            Ok(Some(Author { name: text(signature.name())?, email: text(signature.email())? }))
        }
    }
}

/// The repository on GitHub: as configured, as the workflow says, or where `origin` leads.
pub fn repository(config: &PublishConfig, process: &Process, git: &git2::Repository) -> Result<RepositoryName> {
    repository_if_named(config, process, git)?.ok_or_else(|| {
        Misuse(
            "which repository on GitHub is this? set publish.repository = \"OWNER/NAME\" in pybump.toml; the clone's \
             origin does not tell"
                .to_owned(),
        )
        .into()
    })
}

/// The same, or nothing where nothing tells.
pub fn repository_if_named(
    config: &PublishConfig,
    process: &Process,
    git: &git2::Repository,
) -> Result<Option<RepositoryName>> {
    if let Some(name) = &config.repository {
        return Ok(Some(name.clone()));
    }
    if let Some(text) = process.variable("GITHUB_REPOSITORY") {
        return Ok(Some(text.parse().map_err(|error| Misuse(format!("GITHUB_REPOSITORY: {error}")))?));
    }
    let origin = git.find_remote("origin").ok().and_then(|remote| remote.url().ok().map(str::to_owned));
    Ok(origin.as_deref().and_then(RepositoryName::of_remote))
}
