//! Arguments of the commands that look at releases and write Dockerfiles.

use clap::Args;

use super::{KEYS, TrustArguments};
use crate::model::TrackedKey;

/// `pybump check`
#[derive(Debug, Args)]
pub struct CheckArguments {
    #[arg(value_name = "KEY", help = KEYS)]
    pub keys: Vec<TrackedKey>,
    /// Exit with status 3 if updates exist, 4 if something is held
    #[arg(long)]
    pub exit_code: bool,
    /// Go on without the Windows variants where a release has no installer
    #[arg(long)]
    pub without_windows: bool,
    #[command(flatten)]
    pub trust: TrustArguments,
}

/// `pybump update`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct UpdateArguments {
    #[arg(value_name = "KEY", help = KEYS)]
    pub keys: Vec<TrackedKey>,
    /// Do everything but write
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Commit each series that changes, on the branch that is checked out
    ///
    /// Everything is computed from HEAD. Work tree and index must be as committed, or as an update that was killed left
    /// them. The author is `author` in [publish] of pybump.toml, else git config user.name and user.email; the
    /// environment is not asked. Dates follow from the evidence and the parent, so that the same update makes the same commits
    /// anywhere. No hook is run, and commits are not signed.
    #[arg(long)]
    pub commit: bool,
    /// Print a unified diff of the changes
    #[arg(long)]
    pub diff: bool,
    /// Go by the evidence alone, without downloading the artifacts
    #[arg(long)]
    pub no_download: bool,
    /// Also write series whose Dockerfiles are not what manifest and templates give
    #[arg(long)]
    pub force: bool,
    /// Go on without the Windows variants where a release has no installer
    #[arg(long)]
    pub without_windows: bool,
    #[command(flatten)]
    pub trust: TrustArguments,
}

/// `pybump matrix`
#[derive(Debug, Args)]
pub struct MatrixArguments {
    #[arg(value_name = "KEY", help = KEYS)]
    pub keys: Vec<TrackedKey>,
    /// Only Dockerfiles whose folder changed between REF and HEAD, from where the two parted on
    #[arg(long, value_name = "REF")]
    pub base: Option<String>,
}

/// `pybump render`
#[derive(Debug, Args)]
pub struct RenderArguments {
    #[arg(value_name = "KEY", help = KEYS)]
    pub keys: Vec<TrackedKey>,
    /// Write nothing; list what differs, and exit with status 1 if anything does
    #[arg(long)]
    pub check: bool,
}
