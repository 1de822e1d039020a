//! `pybump tags`

use std::path::Path;

use anyhow::{Context as _, Result};

use super::arguments::{Cli, TagsArguments};
use super::diff::{colored, of_file};
use super::library::{Made, make, read, warn_of};
use super::output::Output;
use super::setup::Process;
use super::status::{Misuse, Status};
use crate::layout::{Edit, apply};
use crate::stackbrew::{TagList, in_readme};

/// Prints the tag list, or puts it into a README.
pub async fn run(cli: &Cli, arguments: &TagsArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let Made { library, rules, modified } = make(cli, &arguments.parents, process).await?;
    warn_of(&modified, output);
    let list = TagList::of(&library, &rules, arguments.registry.as_deref());
    let Some(file) = &arguments.readme else {
        output.result(&list, |_| list.markdown())?;
        return Ok(Status::Done);
    };
    let before = read(file)?;
    let after = in_readme(&before, &list.markdown()).map_err(|error| Misuse(format!("{}: {error}", file.display())))?;
    if arguments.check {
        output.print(&colored(&of_file(file, &before, &after)))?;
        return Ok(if before == after { Status::Done } else { Status::Failed });
    }
    if before == after {
        output.say(&format!("{} is up to date\n", file.display()))?;
    } else {
        write(file, after)?;
        output.say(&format!("wrote {}\n", file.display()))?;
    }
    Ok(Status::Done)
}

/// Replaces the file whole; of a link, what it leads to.
fn write(file: &Path, text: String) -> Result<()> {
    let real = file.canonicalize().with_context(|| format!("cannot find {}", file.display()))?;
    let name = real.file_name().context("a file that was read has a name")?;
    let folder = real.parent().context("a file that was read is in a folder")?;
    Ok(apply(folder, &[Edit::Write { path: name.into(), text }])?)
}
