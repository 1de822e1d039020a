//! `pybump pr` and `pybump run`: the pull requests.

mod image;
mod library;
mod notice;
mod signers;

pub use image::{repository, repository_if_named};

use anyhow::Result;

use self::image::Kept;
use self::notice::Found;
use super::actions;
use super::arguments::{
    Cli, OfficialImagesArguments, PrArguments, PrImageArguments, PrLibraryArguments, PullRequest, RunArguments,
};
use super::output::Output;
use super::setup::{self, GITHUB_TOKEN, PYBUMP_GITHUB_TOKEN, PYBUMP_OFFICIAL_IMAGES_TOKEN, Process};
use super::status::Status;
use crate::config::BranchName;
use crate::publish::notify::OpenPulls;
use crate::publish::report::{PullsReport, RunReport, pulls_text, run_sections};
use crate::report::check::CheckReport;
use crate::report::check_text;

/// Keeps one of the pull requests.
pub async fn pr(cli: &Cli, arguments: &PrArguments, process: &Process, output: &mut Output) -> Result<Status> {
    match &arguments.of {
        PullRequest::Image(arguments) => {
            let kept = Box::pin(image::keep(cli, arguments, process, output)).await?;
            let Kept { report, check, status, found: _ } = kept;
            output.result(&report, |palette| {
                format!("{}\n{}", check_text(&check, palette), pulls_text(&report, palette))
            })?;
            actions::kept(&report, &check, &branch(cli, process)?, status, output);
            Ok(status)
        }
        PullRequest::Library(arguments) => {
            let report = Box::pin(library::keep(cli, arguments, process, output)).await?;
            output.result(&report, |palette| pulls_text(&report, palette))?;
            actions::published(&report, output);
            Ok(Status::Done)
        }
    }
}

/// What a scheduled job came to.
pub struct Job {
    /// What became of the pull requests and issues.
    pub report: RunReport,
    /// What each series is at; nothing if it could not be looked at.
    pub check: Option<CheckReport>,
    /// The status that it ends with.
    pub status: Status,
    /// True if something could not be done, which an alarm's status does not tell.
    pub failed: bool,
}

/// The scheduled job, told. In GitHub Actions, without any token, it is a dry run: on a fork, or before its owner has set one,
/// a workflow shows what it would do.
pub async fn run(cli: &Cli, arguments: &RunArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let mut arguments = arguments.clone();
    let any = [PYBUMP_GITHUB_TOKEN, GITHUB_TOKEN, PYBUMP_OFFICIAL_IMAGES_TOKEN];
    if process.is_in_actions() && process.token(&any).is_none() && !arguments.dry_run {
        arguments.dry_run = true;
        output.notice(NO_TOKEN);
    }
    let Job { report, check, status, failed: _ } = Box::pin(job(cli, &arguments, process, output)).await?;
    output.result_in_sections(&report, |palette| {
        run_sections(&report, check.as_ref().map(|check| check_text(check, palette)), palette)
    })?;
    actions::ran(&report, check.as_ref(), &branch(cli, process)?, status, output);
    Ok(status)
}

/// What a job without a token is told.
const NO_TOKEN: &str = "no token is set, so this is a dry run: it says what would be done and writes nothing; set GITHUB_TOKEN to \
     ${{ github.token }}, with permissions: { contents: write, pull-requests: write, issues: write }, or PYBUMP_GITHUB_TOKEN \
     to the token of an App or a person";

/// The branch of the image repository's pull request.
fn branch(cli: &Cli, process: &Process) -> Result<BranchName> {
    Ok(setup::config(cli, process)?.publish.branch)
}

/// The scheduled job: the image repository's pull requests, then official-images'. The second is tried where the first
/// failed as well: it is made of what is merged already. What fails is told at once. Last, who is not looking is told.
pub async fn job(cli: &Cli, arguments: &RunArguments, process: &Process, output: &mut Output) -> Result<Job> {
    let RunArguments { dry_run, trust } = arguments;
    let of_image = PrImageArguments {
        keys: Vec::new(),
        dry_run: *dry_run,
        no_download: false,
        without_windows: false,
        trust: trust.clone(),
    };
    let (mut status, mut broke) = (Status::Done, false);
    let mut failed = |error: anyhow::Error, output: &mut Output| {
        broke = true;
        output.error(&crate::cli::told(&error));
        status = status.max(Status::of_error(&error));
    };
    let image = match Box::pin(image::keep(cli, &of_image, process, output)).await {
        Ok(image) => Some(image),
        Err(error) => {
            failed(error, output);
            None
        }
    };
    let config = setup::config(cli, process)?;
    let token = process.variable(PYBUMP_OFFICIAL_IMAGES_TOKEN).is_some();
    let library = if config.publish.library.enabled.unwrap_or(token) {
        let parents = OfficialImagesArguments { official_images: None };
        // As in `run`: in a workflow, what there is no token for is shown.
        let is_shown = process.is_in_actions() && process.token(&library::TOKENS).is_none();
        let of_library = PrLibraryArguments { dry_run: *dry_run || is_shown, parents };
        match Box::pin(library::keep(cli, &of_library, process, output)).await {
            Ok(library) => Some(library),
            Err(error) => {
                failed(error, output);
                None
            }
        }
    } else {
        None
    };
    let (mut report, mut check) = (RunReport::new(*dry_run), None);
    if let Some(Kept { report: pulls, check: checked, status: kept, found }) = image {
        status = status.max(kept);
        let found = Found { pulls: OpenPulls::of(&pulls, library.as_ref()), ..found };
        (check, report.image) = (Some(checked), Some(pulls));
        Box::pin(notice::tell(found, process, &mut report, output)).await;
    }
    report.library = library;
    let failed = broke || [&report.image, &report.library].into_iter().flatten().any(PullsReport::has_failed);
    Ok(Job { report, check, status, failed })
}
