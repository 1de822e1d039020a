//! `pybump render`

use anyhow::Result;

use super::actions;
use super::arguments::{Cli, RenderArguments};
use super::output::Output;
use super::plan::tracked;
use super::status::Status;
use crate::layout::{DockerLibrary, apply};
use crate::report::files::{FilesReport, files_text};

/// Regenerates Dockerfiles from the manifest and the templates. Series that fail do not stop the others.
pub fn run(cli: &Cli, arguments: &RenderArguments, output: &mut Output) -> Result<Status> {
    let layout = DockerLibrary::open(&cli.directory)?;
    let keys = tracked(&layout, &arguments.keys)?;
    let mut edits = Vec::new();
    let mut status = Status::Done;
    for (key, rendered) in layout.render(layout.text(), &keys)? {
        match rendered {
            Ok(rendered) => {
                edits.extend(layout.edits(key, &rendered)?);
            }
            Err(error) => {
                output.error(&format!("{key}: {error}; its Dockerfiles are left as they are"));
                status = Status::Failed;
            }
        }
    }
    if arguments.check {
        if !edits.is_empty() {
            status = Status::Failed;
        }
    } else {
        apply(layout.root(), &edits)?;
    }
    let report = FilesReport::of(&edits, !arguments.check);
    output.result(&report, |_| files_text(&report))?;
    actions::rendered(&report, output);
    Ok(status)
}
