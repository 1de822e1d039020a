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
    /// Judge a pull request: by configuration, pins, keys and ledger of the commit REF, not by its own
    ///
    /// Manifest and ledger are those of the work tree. Of what they add, nothing goes unproven; an entry of the ledger that
    /// REF has and that is changed or gone is an alarm, with status 5. Changes of what REF judges by are told.
    #[arg(long, value_name = "REF")]
    pub base: Option<String>,
    #[command(flatten)]
    pub trust: TrustArguments,
}

/// `pybump signers`
#[derive(Debug, Args)]
pub struct SignersArguments {
    /// Compare with python.org's pages, and exit with status 1 if they say anything else or cannot be read
    #[arg(long, conflicts_with = "update")]
    pub check: bool,
    /// Write what the pages say into the signers file that pybump.toml names
    ///
    /// Comments and order stay. A row that cannot be read is never taken over, and no pin is removed: both are told, with
    /// status 1. A key that a page names by its id alone is asked for at keys.openpgp.org.
    ///
    /// Each pinned OpenPGP key that is not at hand is asked for there too, by its fingerprint, and kept as
    /// keys/FINGERPRINT.asc beside the signers file; status 1 if one cannot be had.
    #[arg(long)]
    pub update: bool,
    /// With --update, show what would be written, and write nothing
    #[arg(long, short = 'n', requires = "update")]
    pub dry_run: bool,
}
