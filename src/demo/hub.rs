//! The demo's GitHub: the image repository, official-images with the parents' library files, a fork, a bot and people.
//!
//! Owns who is there and what official-images holds before the story begins.

use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::Timestamp;

use super::github::{AccountKind, Author, GitHub, Merge, Permission};
use crate::config::Config;
use crate::layout::DockerLibrary;
use crate::sources::base_images;
use crate::stackbrew::{ImageClone, Parents, Recipes, Rules, library};

/// The image repository.
pub const IMAGES: &str = "example/python";
/// Where its library file goes.
pub const OFFICIAL_IMAGES: &str = "docker-library/official-images";
/// The token that opens pull requests in the image repository.
pub const BOT_TOKEN: &str = "demo-token-of-the-bot";
/// The token that pushes to the fork of official-images.
pub const PERSON_TOKEN: &str = "demo-token-of-a-person";

const MARA: Author<'static> = Author { name: "Mara Maintainer", email: "mara@example.org" };

/// What official-images has of the parents, in short.
const PARENTS: [(&str, &str); 4] = [
    ("alpine", "Maintainers: A (@a)\n\nTags: 3.22\nArchitectures: amd64, arm64v8, ppc64le, s390x\n"),
    ("buildpack-deps", "Maintainers: B (@b)\n\nTags: trixie\nArchitectures: amd64, arm32v7, arm64v8, i386, s390x\n"),
    ("debian", "Maintainers: D (@d)\n\nTags: trixie-slim\nArchitectures: amd64, arm32v7, arm64v8, i386, s390x\n"),
    ("ubuntu", "Maintainers: U (@u)\n\nTags: 24.04\nArchitectures: amd64, arm64v8\n"),
];

/// A GitHub that has the image repository as it is in `folder`, and official-images as it was published last.
pub fn github(folder: &Path, now: Timestamp) -> Result<GitHub> {
    let mut github = GitHub::new();
    github.set_clock(now);
    github.account("image-bot[bot]", BOT_TOKEN, AccountKind::App);
    github.account("mara", PERSON_TOKEN, AccountKind::User);
    github.import(IMAGES, folder).context("cannot put the repository on the demo's GitHub")?;
    github.permit("image-bot[bot]", IMAGES, Permission::Write);
    github.create(OFFICIAL_IMAGES).context("cannot make the demo's official-images")?;
    let python = published(folder)?;
    let mut files: Vec<_> = PARENTS.iter().map(|(name, text)| (format!("library/{name}"), *text)).collect();
    files.push(("library/python".to_owned(), &python));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), Some(*text))).collect();
    github.push(OFFICIAL_IMAGES, "main", MARA, "Publish the images", &files);
    github.fork(OFFICIAL_IMAGES, "mara");
    Ok(github)
}

/// The library file as the image repository's first commit has it.
fn published(folder: &Path) -> Result<String> {
    let (config, _) = Config::load(None, folder)?;
    let (layout, clone) = (DockerLibrary::open(folder)?, ImageClone::open(folder)?);
    let parse = |(name, text): &(&str, &str)| Ok(((*name).to_owned(), base_images::parse(text, name)?));
    let parents = PARENTS.iter().map(parse).collect::<Result<Parents>>()?;
    let (rules, recipes) = (Rules::new(&config.library, &clone)?, Recipes::read(&layout, &clone)?);
    Ok(library(layout.manifest(), &recipes, &parents, &rules, &clone)?.to_string())
}

/// A maintainer merges the pull request, and the clone in `folder` follows.
pub fn merge(github: &mut GitHub, number: u64, folder: &Path) -> Result<()> {
    github.merge_pull(IMAGES, number, MARA, Merge::Commit)?;
    github.pull_into(IMAGES, folder).context("cannot pull from the demo's GitHub")?;
    Ok(())
}

/// The body of a pull request as people read it: without the mark at its end.
pub fn body(github: &GitHub, repository: &str, number: u64) -> String {
    let body = github.pull(repository, number).and_then(|pull| pull.body.clone()).unwrap_or_default();
    body.split("<!-- pybump").next().unwrap_or_default().trim_end().to_owned()
}
