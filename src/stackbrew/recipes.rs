//! The Dockerfiles that a library file lists, with what decides their architectures and their commit.
//!
//! Follows `generate-stackbrew-library.sh`: manifest, existence and parents are the work tree's, copied files are
//! `HEAD`'s. Says which of these files differ from `HEAD`, where the two would not belong together.

use std::collections::BTreeMap;
use std::fs;
use std::io;

use globset::GlobBuilder;

use super::dockerfile;
use super::error::LibraryError;
use super::image_clone::ImageClone;
use crate::layout::{DockerLibrary, MANIFEST};
use crate::model::{TrackedKey, Variant};
use crate::sources::base_images::is_tag;

/// All Dockerfiles of a clone, in the library file's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipes {
    /// Newest series first, variants in the manifest's order.
    pub recipes: Vec<Recipe>,
    /// Files whose content is not `HEAD`'s.
    pub modified: Vec<String>,
}

/// One Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The series.
    pub key: TrackedKey,
    /// The variant.
    pub variant: Variant,
    /// The Dockerfile's folder from the repository's root.
    pub directory: String,
    /// What its stages start from.
    pub parents: Vec<Parent>,
    /// The Dockerfile and what it copies, from the repository's root.
    pub files: Vec<String>,
}

/// What a stage of a Dockerfile starts from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parent {
    /// `debian:trixie-slim`: an entry of the library file `debian`.
    Official {
        /// The image.
        name: String,
        /// The tag.
        tag: String,
    },
    /// Anything else, of which no library file tells.
    Other(String),
}

impl Recipes {
    /// Reads the Dockerfiles that the manifest of `layout` names; one without its file is left out.
    pub fn read(layout: &DockerLibrary, clone: &ImageClone) -> Result<Self, LibraryError> {
        let mut modified = Vec::new();
        if clone.file(MANIFEST)?.as_deref() != Some(layout.text().as_str().as_bytes()) {
            modified.push(MANIFEST.to_owned());
        }
        let mut recipes = Vec::new();
        for (key, entry) in layout.manifest().entries.iter().rev() {
            for variant in &entry.variants {
                let directory = format!("{key}/{variant}");
                let file = format!("{directory}/Dockerfile");
                let path = layout.root().join(&file);
                let text = match fs::read_to_string(&path) {
                    Ok(text) => text,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(source) => return Err(LibraryError::Read { path, source }),
                };
                let Some(committed) = clone.file(&file)? else { return Err(LibraryError::NotCommitted { file }) };
                let committed = String::from_utf8_lossy(&committed);
                if committed != text {
                    modified.push(file.clone());
                }
                let parents = dockerfile::parents(&text).iter().map(|image| Parent::of(image)).collect();
                let files = files(clone, &directory, file, &committed)?;
                recipes.push(Recipe { key: *key, variant: variant.clone(), directory, parents, files });
            }
        }
        Ok(Self { recipes, modified })
    }

    /// The official images whose library files tell the architectures, each with the first folder that needs it.
    pub fn official_parents(&self) -> BTreeMap<&str, &str> {
        let mut parents = BTreeMap::new();
        for recipe in self.recipes.iter().filter(|recipe| !recipe.variant.is_windows()) {
            for parent in &recipe.parents {
                if let Parent::Official { name, .. } = parent {
                    parents.entry(name.as_str()).or_insert(recipe.directory.as_str());
                }
            }
        }
        parents
    }
}

impl Parent {
    fn of(image: &str) -> Self {
        let tagged = image.split_once('@').map_or(image, |(tagged, _)| tagged);
        let short = tagged.strip_prefix("docker.io/").unwrap_or(tagged);
        let short = short.strip_prefix("library/").unwrap_or(short);
        let (name, tag) = short.split_once(':').unwrap_or((short, "latest"));
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
        if name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.bytes().all(plain) && is_tag(tag) {
            Self::Official { name: name.to_owned(), tag: tag.to_owned() }
        } else {
            Self::Other(image.to_owned())
        }
    }
}

/// The Dockerfile and what it copies, without what leads out of the repository.
fn files(clone: &ImageClone, directory: &str, dockerfile: String, text: &str) -> Result<Vec<String>, LibraryError> {
    let mut files = vec![dockerfile];
    for source in dockerfile::copied(text) {
        let Some(path) = below(directory, &source) else { continue };
        if source.contains(['*', '?', '[']) {
            files.extend(expand(clone, &path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// `source` from the repository's root.
fn below(directory: &str, source: &str) -> Option<String> {
    let mut parts: Vec<_> = directory.split('/').collect();
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What a pattern names at `HEAD`, part by part as a shell expands it.
fn expand(clone: &ImageClone, pattern: &str) -> Result<Vec<String>, LibraryError> {
    let mut paths = vec![String::new()];
    for part in pattern.split('/') {
        let joined =
            |folder: &str, name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let escaped = part.replace('{', "[{]").replace('}', "[}]");
        let glob = GlobBuilder::new(&escaped).build().ok().filter(|_| part.contains(['*', '?', '[']));
        let Some(matcher) = glob.map(|glob| glob.compile_matcher()) else {
            paths = paths.iter().map(|folder| joined(folder, part)).collect();
            continue;
        };
        let mut found = Vec::new();
        for folder in &paths {
            let names = clone.names(folder)?;
            let visible = names.iter().filter(|name| part.starts_with('.') || !name.starts_with('.'));
            found.extend(visible.filter(|name| matcher.is_match(name)).map(|name| joined(folder, name)));
        }
        paths = found;
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_images_are_told_from_others() {
        let official = |name: &str, tag: &str| Parent::Official { name: name.to_owned(), tag: tag.to_owned() };
        assert_eq!(Parent::of("debian:trixie-slim"), official("debian", "trixie-slim"));
        assert_eq!(Parent::of("docker.io/library/debian"), official("debian", "latest"));
        assert_eq!(Parent::of("alpine:3.23@sha256:00"), official("alpine", "3.23"));
        for image in ["mcr.microsoft.com/windows/servercore:ltsc2025", "localhost:5000/debian:x", "$BASE", "../x", ""] {
            assert_eq!(Parent::of(image), Parent::Other(image.to_owned()));
        }
    }

    #[test]
    fn sources_stay_in_the_repository() {
        assert_eq!(below("3.14/slim", "./a//b/").unwrap(), "3.14/slim/a/b");
        assert_eq!(below("3.14/slim", "/a").unwrap(), "3.14/slim/a");
        assert_eq!(below("3.14/slim", "../../shared").unwrap(), "shared");
        assert_eq!(below("3.14/slim", "."), Some("3.14/slim".to_owned()));
        assert_eq!(below("3.14/slim", "../../../x"), None);
    }
}
