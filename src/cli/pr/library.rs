//! `pybump pr library`

use anyhow::Result;

use super::image::UNSIGNED;
use crate::cli::arguments::{Cli, PrLibraryArguments};
use crate::cli::diff::{colored, of_file};
use crate::cli::library::{Made, make};
use crate::cli::output::Output;
use crate::cli::setup::{self, PYBUMP_GITHUB_TOKEN, PYBUMP_OFFICIAL_IMAGES_TOKEN, Process};
use crate::cli::status::Misuse;
use crate::config::CommitMode;
use crate::publish::library::{LibraryPull, LibraryPullError};
use crate::publish::report::{PullReport, PullsReport};
use crate::stackbrew::ImageClone;

/// The variables of tokens that may do it, the first that is set counts.
pub const TOKENS: [&str; 2] = [PYBUMP_OFFICIAL_IMAGES_TOKEN, PYBUMP_GITHUB_TOKEN];

/// Keeps the official-images pull request; what is told of it.
pub async fn keep(
    cli: &Cli,
    arguments: &PrLibraryArguments,
    process: &Process,
    output: &mut Output,
) -> Result<PullsReport> {
    let config = setup::config(cli, process)?;
    let token = process.token(&TOKENS);
    if token.is_none() && !arguments.dry_run {
        let misuse = format!(
            "{PYBUMP_OFFICIAL_IMAGES_TOKEN} is not set; it needs the token of a person who has a fork of {}: a workflow's \
             own GITHUB_TOKEN reaches no other repository",
            config.publish.library.upstream
        );
        return Err(Misuse(misuse).into());
    }
    let variable = token.as_ref().map(|token| token.variable);
    let client = setup::client_with(cli, &config, process, token)?;
    let Made { library, rules, modified } = make(cli, &arguments.parents, process).await?;
    if !modified.is_empty() {
        return Err(LibraryPullError::NotCommitted { files: modified }.into());
    }
    let text = library.to_string();
    let pull = LibraryPull {
        client: &client,
        variable,
        server: &setup::server(process, &client)?,
        config: &config.publish,
        clone: &ImageClone::open(&cli.directory)?,
        rules: &rules,
        text: &text,
        dry_run: arguments.dry_run,
    };
    let _within = process.shared.gate.enter()?;
    let done = pull.publish().await?;
    if arguments.dry_run {
        let file = std::path::Path::new("library").join(&rules.name);
        output.say(&colored(&of_file(&file, &done.before.unwrap_or_default(), &text)))?;
    }
    let report = PullReport::of(&done.upstream, &done.branch, &done.done);
    let mut warnings = done.done.warnings;
    if config.publish.sign_off && config.publish.commit == Some(CommitMode::Verified) {
        warnings.push(UNSIGNED.to_owned());
    }
    for warning in &warnings {
        output.warn(warning);
    }
    Ok(PullsReport::new(arguments.dry_run, Vec::new(), vec![report], Vec::new(), warnings))
}
