//! Arguments of `pybump schema`.

use clap::{Args, ValueEnum};

/// `pybump schema`
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// Of which command, or of which file
    #[arg(value_enum)]
    pub of: Schema,
}

/// The JSON that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Schema {
    /// pybump check --format json
    Check,
    /// pybump update --format json
    Update,
    /// pybump render --format json
    Render,
    /// pybump verify --format json
    Verify,
    /// pybump audit --format json
    Audit,
    /// pybump signers --format json
    Signers,
    /// pybump library --format json
    Library,
    /// pybump matrix
    Matrix,
    /// pybump tags --format json
    Tags,
    /// pybump pr image --format json, pybump pr library --format json
    Pr,
    /// pybump run --format json
    Run,
    /// pybump report --format json, and report.json
    Report,
    /// pybump init --format json
    Init,
    /// A file of the ledger, state/ledger/SERIES.json
    Ledger,
    /// pybump.toml
    Config,
}
