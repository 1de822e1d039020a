//! Arguments of the commands that judge evidence and change nothing.

use std::path::PathBuf;

use clap::Args;

use super::KEYS;
use crate::model::{PythonVersion, TrackedKey};

/// Whose signatures count.
#[derive(Debug, Clone, Args)]
pub struct TrustArguments {
    /// Trust this Sigstore trusted_root.json instead of the public-good instance
    #[arg(long, value_name = "FILE")]
    pub trusted_root: Option<PathBuf>,
}

/// `pybump verify`
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// A CPython release such as 3.14.6 or 3.15.0b3
    #[arg(value_name = "VERSION")]
    pub release: PythonVersion,
    /// Go by the evidence alone, without downloading the artifacts
    #[arg(long)]
    pub no_download: bool,
    #[command(flatten)]
    pub trust: TrustArguments,
}

/// `pybump audit`
#[derive(Debug, Args)]
pub struct AuditArguments {
    #[arg(value_name = "KEY", help = KEYS)]
    pub keys: Vec<TrackedKey>,
    /// Download every artifact and hash its bytes as well
    #[arg(long)]
    pub download: bool,
    #[command(flatten)]
    pub trust: TrustArguments,
}
