//! `pybump library`, and the library file that `pybump tags` lists

use std::path::Path;

use anyhow::{Context as _, Result};
use futures::future::join_all;

use super::arguments::{Cli, Format, LibraryArguments, OfficialImagesArguments};
use super::diff::{colored, of_file};
use super::output::Output;
use super::setup::{self, Process, client};
use super::status::{Misuse, Status};
use crate::config::Config;
use crate::layout::DockerLibrary;
use crate::report::library::LibraryReport;
use crate::sources::base_images;
use crate::stackbrew::{ImageClone, Library, Parents, Recipes, Rules, library};

/// Prints the library file, or how another differs from it.
pub async fn run(cli: &Cli, arguments: &LibraryArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let Made { library, modified, .. } = make(cli, &arguments.parents, process).await?;
    warn_of(&modified, output);
    if let Some(file) = &arguments.check {
        let before = read(file)?;
        let diff = of_file(file, &before, &library.to_string());
        output.print(&colored(&diff))?;
        return Ok(if diff.is_empty() { Status::Done } else { Status::Failed });
    }
    if cli.format == Format::Json {
        output.result(&LibraryReport::of(&library), |_| String::new())?;
    } else {
        output.print(&library.to_string())?;
    }
    Ok(Status::Done)
}

/// The library file for the clone's `HEAD`.
pub struct Made {
    /// The file.
    pub library: Library,
    /// What is particular to the image.
    pub rules: Rules,
    /// Files of the work tree that count and are not as `HEAD` has them.
    pub modified: Vec<String>,
}

/// Warns of files that are not as `HEAD` has them.
pub fn warn_of(modified: &[String], output: &mut Output) {
    if !modified.is_empty() {
        output.warn(&format!(
            "not committed: {}; tags and parents are those of the work tree, commits those of HEAD",
            modified.join(", ")
        ));
    }
}

/// Makes the library file.
pub async fn make(cli: &Cli, arguments: &OfficialImagesArguments, process: &Process) -> Result<Made> {
    let config = setup::config(cli, process)?;
    let layout = DockerLibrary::open(&cli.directory)?;
    let clone = ImageClone::open(&cli.directory)?;
    let rules = Rules::new(&config.library, &clone)?;
    let recipes = Recipes::read(&layout, &clone)?;
    let parents = parents(cli, &config, arguments, &recipes, process).await?;
    let library = library(layout.manifest(), &recipes, &parents, &rules, &clone)?;
    Ok(Made { library, rules, modified: recipes.modified })
}

async fn parents(
    cli: &Cli,
    config: &Config,
    arguments: &OfficialImagesArguments,
    recipes: &Recipes,
    process: &Process,
) -> Result<Parents> {
    let names = recipes.official_parents();
    let needed =
        |name: &str, directory: &str| format!("{directory}/Dockerfile is FROM {name}, whose architectures are needed");
    if let Some(folder) = &arguments.official_images {
        let read = |(name, directory): (&str, &str)| {
            let file = base_images::read(folder, name).with_context(|| needed(name, directory))?;
            Ok((name.to_owned(), file))
        };
        return names.into_iter().map(read).collect();
    }
    let client = client(cli, config, process)?;
    let fetch = async |(name, directory): (&str, &str)| -> Result<_> {
        let file = base_images::fetch(&client, name).await.with_context(|| needed(name, directory))?;
        Ok((name.to_owned(), file))
    };
    join_all(names.into_iter().map(fetch)).await.into_iter().collect()
}

/// The text of a file that an argument names.
pub fn read(file: &Path) -> Result<String> {
    Ok(std::fs::read_to_string(file).map_err(|error| Misuse(format!("cannot read {}: {error}", file.display())))?)
}
