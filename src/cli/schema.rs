//! `pybump schema`

use anyhow::Result;
use schemars::schema_for;

use super::arguments::{Schema, SchemaArguments};
use super::output::Output;
use super::status::Status;
use crate::config;
use crate::ledger::LedgerFile;
use crate::publish::report::{PullsReport, RunReport};
use crate::report::audit::AuditReport;
use crate::report::check::CheckReport;
use crate::report::files::FilesReport;
use crate::report::init::InitReport;
use crate::report::library::LibraryReport;
use crate::report::page::PageReport;
use crate::report::signers::SignersReport;
use crate::report::update::UpdateReport;
use crate::report::verify::VerifyReport;
use crate::stackbrew::{Matrix, TagList};

/// Prints the JSON Schema of a command's JSON output, of the ledger's files, or of the configuration.
pub fn run(arguments: &SchemaArguments, output: &mut Output) -> Result<Status> {
    let schema = match arguments.of {
        Schema::Check => schema_for!(CheckReport),
        Schema::Update => schema_for!(UpdateReport),
        Schema::Render => schema_for!(FilesReport),
        Schema::Verify => schema_for!(VerifyReport),
        Schema::Audit => schema_for!(AuditReport),
        Schema::Signers => schema_for!(SignersReport),
        Schema::Library => schema_for!(LibraryReport),
        Schema::Matrix => schema_for!(Matrix),
        Schema::Tags => schema_for!(TagList),
        Schema::Pr => schema_for!(PullsReport),
        Schema::Run => schema_for!(RunReport),
        Schema::Report => schema_for!(PageReport),
        Schema::Init => schema_for!(InitReport),
        Schema::Ledger => schema_for!(LedgerFile),
        Schema::Config => config::schema(),
    };
    output.print(&format!("{}\n", serde_json::to_string_pretty(&schema)?))?;
    Ok(Status::Done)
}
