//! Arguments of the commands that show pybump and its manual.

use std::path::PathBuf;

use clap::Args;

/// `pybump demo`
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Leave the image repository in DIR, which must not exist or be empty
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// `pybump completions`
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `pybump man`
#[derive(Debug, Args)]
pub struct ManArguments {
    /// Write pybump.1 and a page for each command into DIR, which must exist
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
}
