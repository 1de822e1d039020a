//! An image repository made of pybump's own templates, one release behind.
//!
//! Owns the shape of the entries that it starts with. Writes into the folder that it is given, and nowhere else.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::world::World;
use crate::cli::Misuse;
use crate::layout::{DockerLibrary, Edit, MANIFEST, SEED, apply};
use crate::model::{ArtifactKind, PythonVersion, TrackedKey};

/// One entry of the seed manifest.
#[derive(Debug, Clone)]
pub struct Seed {
    /// The key.
    pub key: TrackedKey,
    /// The release that the entry is at; its artifacts are in the world.
    pub version: PythonVersion,
    /// Its Dockerfiles.
    pub variants: Vec<&'static str>,
}

/// Writes templates, manifest and Dockerfiles into `folder`, which is made if it is not there and must be empty.
pub fn scaffold(folder: &Path, world: &World, seeds: &[Seed]) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let empty =
        fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?.next().is_none();
    if !empty {
        let misuse = format!("{} is not empty; name a folder that is empty or does not exist", folder.display());
        return Err(Misuse(misuse).into());
    }
    let write = |path: &str, text: String| Edit::Write { path: path.into(), text };
    apply(folder, &SEED.map(|(path, text)| write(path, text.to_owned())))?;
    let mut text = DockerLibrary::open(folder)?.text().clone();
    for seed in seeds {
        text = text.with_entry(seed.key, &entry(world, seed)?)?;
    }
    apply(folder, &[write(MANIFEST, text.as_str().to_owned())])?;
    let layout = DockerLibrary::open(folder)?;
    let keys: Vec<_> = seeds.iter().map(|seed| seed.key).collect();
    for (key, rendered) in layout.render(layout.text(), &keys)? {
        apply(folder, &layout.edits(key, &rendered?)?)?;
    }
    Ok(())
}

fn entry(world: &World, seed: &Seed) -> Result<Map<String, Value>> {
    let digest =
        |kind| world.digest(&seed.version, kind).with_context(|| format!("{} is not in the world", seed.version));
    let mut checksums = json!({ "source": { "sha256": digest(ArtifactKind::Source)? } });
    if seed.variants.iter().any(|variant| variant.starts_with("windows/")) {
        checksums["windows"] = json!({ "sha256": digest(ArtifactKind::Windows)? });
    }
    let mut entry = json!({ "version": seed.version, "variants": seed.variants, "checksums": checksums });
    if let Some(key) = world.openpgp_key(seed.key.series) {
        entry["gpg"] = json!({ "key": key });
    }
    Ok(entry.as_object().cloned().unwrap_or_default())
}

/// Makes `folder` a git repository with one commit that holds all of it; the commit's id in short.
pub fn commit_all(folder: &Path, message: &str, at: Timestamp) -> Result<String> {
    let doing = || format!("cannot commit {}", folder.display());
    let commit = || -> Result<git2::Oid, git2::Error> {
        let repository = git2::Repository::init_opts(
            folder,
            git2::RepositoryInitOptions::new().initial_head("main").external_template(false),
        )?;
        let mut index = repository.index()?;
        index.add_all(["."], git2::IndexAddOption::DEFAULT, None)?;
        index.write()?;
        let tree = repository.find_tree(index.write_tree()?)?;
        let author = git2::Signature::new("pybump demo", "demo@pybump.invalid", &git2::Time::new(at.as_second(), 0))?;
        repository.commit(Some("HEAD"), &author, &author, message, &tree, &[])
    };
    Ok(commit().with_context(doing)?.to_string().chars().take(10).collect())
}
