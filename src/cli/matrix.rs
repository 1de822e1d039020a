//! `pybump matrix`

use anyhow::Result;

use super::arguments::{Cli, Format, MatrixArguments};
use super::base;
use super::output::Output;
use super::plan::tracked;
use super::status::Status;
use crate::config::Config;
use crate::layout::DockerLibrary;
use crate::stackbrew::{MadeMatrix, Matrix};

/// Prints the build matrix. It is one line of JSON, with `--quiet` too, for it is what a step's output takes.
pub fn run(cli: &Cli, arguments: &MatrixArguments, output: &mut Output) -> Result<Status> {
    let (config, _) = Config::load(cli.config.as_deref(), &cli.directory)?;
    let layout = DockerLibrary::open(&cli.directory)?;
    let keys = tracked(&layout, &arguments.keys)?;
    let base = arguments.base.as_ref().map(|reference| base::open(cli, reference)).transpose()?;
    let mut wanted = Vec::new();
    for (key, entry) in layout.manifest().entries.iter().filter(|(key, _)| keys.contains(key)) {
        for variant in &entry.variants {
            let context = format!("{key}/{variant}");
            if let Some(base) = &base
                && !base.changed(&context)?
            {
                continue;
            }
            if layout.root().join(&context).join("Dockerfile").is_file() {
                wanted.push((*key, variant.clone()));
            } else {
                output.warn(&format!(
                    "{context}/Dockerfile, which versions.json names, is not there and not built; pybump render {key} writes it"
                ));
            }
        }
    }
    let MadeMatrix { matrix, without_runner } = Matrix::of(layout.manifest(), &config.library, &wanted)?;
    for context in without_runner {
        output.warn(&format!(
            "{context} is not built: GitHub has runners for containers of Windows Server ltsc2022 and ltsc2025 only"
        ));
    }
    let matrix = matrix.within_limit()?;
    let text = if cli.format == Format::Markdown { matrix.markdown() } else { format!("{}\n", matrix.json()) };
    output.print(&text)?;
    Ok(Status::Done)
}
