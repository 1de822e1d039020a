//! Arguments of `pybump init`.

use clap::{Args, ValueEnum};

/// `pybump init`
#[derive(Debug, Args)]
pub struct InitArguments {
    /// Only these of the files that init writes, such as state/pybump.schema.json; none means all that are of use here
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// Set up this layout, whatever Dockerfiles there are; by default the one found, and docker-library where there is none
    #[arg(long, value_enum)]
    pub layout: Option<LayoutName>,
    /// Do everything but write; with -v print each file
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// Replace files that differ from what init would write, but never a manifest or templates of your own
    #[arg(long)]
    pub force: bool,
}

/// How an image repository keeps its manifest and Dockerfiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LayoutName {
    /// versions.json and jq templates, as docker-library/python
    DockerLibrary,
}
