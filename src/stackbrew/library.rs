//! The library file: its entries as values, and its text.
//!
//! Owns the rules by which `generate-stackbrew-library.sh` gives architectures, and the order and spelling of fields. Refuses tags that would name two images.

use std::collections::BTreeMap;
use std::fmt;

use super::error::LibraryError;
use super::image_clone::ImageClone;
use super::recipes::{Parent, Recipe, Recipes};
use super::rules::Rules;
use super::tags::Tags;
use crate::config::Maintainer;
use crate::model::{Architecture, CommitSha, Manifest};
use crate::sources::base_images::{LibraryFile, is_tag};

/// A library file; its `Display` is the file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// What the comment on top names, if there is one.
    pub generator: Option<String>,
    /// `Maintainers`
    pub maintainers: Vec<Maintainer>,
    /// `GitRepo`
    pub repository: String,
    /// Newest series first, variants in the manifest's order.
    pub entries: Vec<Entry>,
}

/// One entry: a Dockerfile, its tags and where it is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `Tags`
    pub tags: Vec<String>,
    /// `SharedTags`
    pub shared_tags: Vec<String>,
    /// `Architectures`, sorted.
    pub architectures: Vec<Architecture>,
    /// `GitCommit`: the newest commit that touched the Dockerfile or a file it copies.
    pub commit: CommitSha,
    /// `Directory`: the Dockerfile's folder.
    pub directory: String,
    /// `Constraints` of a Windows variant, whose builder is the classic one.
    pub constraint: Option<String>,
}

/// The library files of the parents, by image.
pub type Parents = BTreeMap<String, LibraryFile>;

/// The library file for `HEAD` of `clone`, whose Dockerfiles are `recipes`.
pub fn library(
    manifest: &Manifest,
    recipes: &Recipes,
    parents: &Parents,
    rules: &Rules,
    clone: &ImageClone,
) -> Result<Library, LibraryError> {
    let tags = Tags::new(manifest, rules.aliases.as_ref())?;
    let architectures = architectures(&recipes.recipes, parents, rules)?;
    let mut sets: Vec<_> = recipes.recipes.iter().map(|recipe| recipe.files.clone()).collect();
    sets.extend(rules.generator.iter().map(|file| vec![file.clone()]));
    let mut commits = clone.newest_commits(&sets)?.into_iter();
    let mut entries = Vec::new();
    for (recipe, architectures) in recipes.recipes.iter().zip(architectures) {
        let commit = commits.next().flatten();
        let constraint = constraint(recipe)?;
        let file = || format!("{}/Dockerfile", recipe.directory);
        entries.push(Entry {
            tags: tags.simple(recipe.key, &recipe.variant),
            shared_tags: tags.shared(recipe.key, &recipe.variant),
            architectures,
            commit: commit.ok_or_else(|| LibraryError::NotCommitted { file: file() })?,
            directory: recipe.directory.clone(),
            constraint,
        });
    }
    check_tags(&entries)?;
    let generator = rules.generator.as_ref().map(|file| {
        let commit = commits.next().flatten().ok_or_else(|| LibraryError::NoGenerator { file: file.clone() })?;
        Ok::<_, LibraryError>(rules.page(&commit, file).unwrap_or_else(|| format!("{file} at {commit}")))
    });
    Ok(Library {
        generator: generator.transpose()?,
        maintainers: rules.maintainers.clone(),
        repository: rules.repository.to_string(),
        entries,
    })
}

/// The constraint of a Windows variant: one that official-images' builders know by name.
fn constraint(recipe: &Recipe) -> Result<Option<String>, LibraryError> {
    if !recipe.variant.is_windows() {
        return Ok(None);
    }
    let name = recipe.variant.name();
    let release = ["windowsservercore-", "nanoserver-"].iter().find_map(|kind| name.strip_prefix(kind));
    let year = |text: &str| text.len() == 4 && text.starts_with("20") && text.bytes().all(|byte| byte.is_ascii_digit());
    let known = release.is_some_and(|release| release == "1809" || release.strip_prefix("ltsc").is_some_and(year));
    let unknown =
        || LibraryError::UnknownConstraint { directory: recipe.directory.clone(), constraint: name.to_owned() };
    if known { Ok(Some(name.to_owned())) } else { Err(unknown()) }
}

/// For each recipe what its parents have in common, less the exclusions. All parents that are not known are one error.
fn architectures(recipes: &[Recipe], parents: &Parents, rules: &Rules) -> Result<Vec<Vec<Architecture>>, LibraryError> {
    let mut all = Vec::new();
    let mut faults = Vec::new();
    for recipe in recipes {
        let common = match common(recipe, parents) {
            Ok(common) => common,
            Err(mut found) => {
                faults.append(&mut found);
                continue;
            }
        };
        let excluded = |architecture: &&Architecture| {
            rules.exclude.iter().any(|rule| rule.covers(architecture, recipe.key.series, &recipe.variant))
        };
        let left: Vec<_> = common.iter().filter(|architecture| !excluded(architecture)).cloned().collect();
        if left.is_empty() && faults.is_empty() {
            let parents = if common.is_empty() { "none".to_owned() } else { joined(&common) };
            return Err(LibraryError::NoArchitecture { directory: recipe.directory.clone(), parents });
        }
        all.push(left);
    }
    if faults.is_empty() { Ok(all) } else { Err(LibraryError::Parents { faults }) }
}

fn common(recipe: &Recipe, parents: &Parents) -> Result<Vec<Architecture>, Vec<String>> {
    if recipe.variant.is_windows() {
        return Ok(vec!["windows-amd64".parse().expect("a constant architecture")]);
    }
    let known = recipe.parents.iter().map(|parent| of_parent(parent, parents));
    let (known, faults): (Vec<_>, Vec<_>) = known.partition(Result::is_ok);
    let place = |fault: String| format!("{}/Dockerfile is {fault}", recipe.directory);
    let faults: Vec<_> = faults.into_iter().filter_map(Result::err).map(place).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut known = known.into_iter().filter_map(Result::ok);
    let Some(first) = known.next() else { return Err(vec![place("FROM no image".to_owned())]) };
    Ok(known.fold(first.to_vec(), |common, next| common.into_iter().filter(|one| next.contains(one)).collect()))
}

fn of_parent<'a>(parent: &Parent, parents: &'a Parents) -> Result<&'a [Architecture], String> {
    match parent {
        Parent::Other(image) => Err(format!("FROM {image}, which is no official image")),
        Parent::Official { name, tag } => parents
            .get(name)
            .and_then(|file| file.architectures(tag))
            .ok_or_else(|| format!("FROM {name}:{tag}, but official-images' library/{name} has no tag {tag}")),
    }
}

/// No tag twice, and none both simple and shared, as bashbrew wants it.
fn check_tags(entries: &[Entry]) -> Result<(), LibraryError> {
    let mut simple = BTreeMap::new();
    for entry in entries {
        for tag in &entry.tags {
            if !is_tag(tag) {
                return Err(LibraryError::BadTag { directory: entry.directory.clone(), tag: tag.clone() });
            }
            if let Some(other) = simple.insert(tag, &entry.directory) {
                return Err(same(tag, other, &entry.directory));
            }
        }
    }
    for entry in entries {
        if let Some((tag, other)) = entry.shared_tags.iter().find_map(|tag| Some((tag, simple.get(tag)?))) {
            return Err(same(tag, other, &entry.directory));
        }
    }
    Ok(())
}

fn same(tag: &str, one: &str, other: &str) -> LibraryError {
    LibraryError::SameTag { tag: tag.to_owned(), one: one.to_owned(), other: other.to_owned() }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(generator) = &self.generator {
            writeln!(f, "# this file is generated via {generator}\n")?;
        }
        let maintainers: Vec<_> = self.maintainers.iter().map(ToString::to_string).collect();
        writeln!(f, "Maintainers: {}", maintainers.join(",\n             "))?;
        writeln!(f, "GitRepo: {}\nBuilder: buildkit", self.repository)?;
        self.entries.iter().try_for_each(|entry| write!(f, "\n{entry}"))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Tags: {}", self.tags.join(", "))?;
        if !self.shared_tags.is_empty() {
            writeln!(f, "SharedTags: {}", self.shared_tags.join(", "))?;
        }
        writeln!(f, "Architectures: {}", joined(&self.architectures))?;
        writeln!(f, "GitCommit: {}\nDirectory: {}", self.commit, self.directory)?;
        match &self.constraint {
            Some(constraint) => writeln!(f, "Constraints: {constraint}\nBuilder: classic"),
            None => Ok(()),
        }
    }
}

fn joined(architectures: &[Architecture]) -> String {
    architectures.iter().map(Architecture::as_str).collect::<Vec<_>>().join(", ")
}
