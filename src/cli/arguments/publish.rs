//! Arguments of the commands that keep pull requests.

use clap::{Args, Subcommand};

use super::{KEYS, OfficialImagesArguments, TrustArguments};
use crate::model::TrackedKey;

/// `pybump pr`
#[derive(Debug, Args)]
pub struct PrArguments {
    /// Which
    #[command(subcommand)]
    pub of: PullRequest,
}

/// The pull requests that pybump keeps.
#[derive(Debug, Subcommand)]
pub enum PullRequest {
    /// The image repository's: a commit for each series that changes
    ///
    /// Made from HEAD, which must be on the default branch; the clone is left as it is. One pull request is kept for all
    /// series, or one for each with publish.group = "series"; an artifact that changed under its version gets its own.
    /// A branch with a person's commits is never moved, and what a person closed stays closed.
    #[command(after_help = "\
Examples:
  pybump pr image                     Open it, bring it up to date, or close it
  pybump pr image --dry-run           Print the body; writes nothing
  pybump pr image 3.14                Look at one series only

Tokens: PYBUMP_GITHUB_TOKEN (an App's or a person's), else GITHUB_TOKEN, with the right to write contents \
and pull requests. On what GITHUB_TOKEN pushes, GitHub starts no workflows.")]
    Image(PrImageArguments),
    /// The official-images one: the library file for HEAD
    ///
    /// From a branch of a fork, named after the image. Checks first that each parent has each architecture and that no
    /// tag is there twice.
    #[command(after_help = "\
Examples:
  pybump pr library                   Open it, bring it up to date, or close it
  pybump pr library --dry-run         Print the difference; writes nothing

Token: PYBUMP_OFFICIAL_IMAGES_TOKEN, a person's, for no App is installed there; else PYBUMP_GITHUB_TOKEN.")]
    Library(PrLibraryArguments),
}

/// `pybump pr image`
#[derive(Debug, Args)]
pub struct PrImageArguments {
    #[arg(value_name = "KEY", help = KEYS)]
    pub keys: Vec<TrackedKey>,
    /// Do everything but write to GitHub
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Go by the evidence alone, without downloading the artifacts
    #[arg(long)]
    pub no_download: bool,
    /// Go on without the Windows variants where a release has no installer
    #[arg(long)]
    pub without_windows: bool,
    #[command(flatten)]
    pub trust: TrustArguments,
}

/// `pybump pr library`
#[derive(Debug, Args)]
pub struct PrLibraryArguments {
    /// Do everything but write to GitHub
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    #[command(flatten)]
    pub parents: OfficialImagesArguments,
}

/// `pybump run`
#[derive(Debug, Clone, Args)]
pub struct RunArguments {
    /// Do everything but write to GitHub
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    #[command(flatten)]
    pub trust: TrustArguments,
}
