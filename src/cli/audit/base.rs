//! `pybump audit --base`: what a pull request is judged by, and what it changes of that.
//!
//! Owns that configuration, pins, keys, trust root and ledger come from the base's commit. Refuses a configuration that names
//! any of them outside of the repository's own files by a relative path: a commit is all that is looked at.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use anyhow::{Context as _, Result, anyhow};
use tempfile::TempDir;

use crate::cli::arguments::{AuditArguments, Cli};
use crate::cli::base;
use crate::cli::setup::{self, Process, Setup};
use crate::cli::status::{Misuse, Status};
use crate::config::{Config, FILE, LedgerFolder};
use crate::layout::{DockerLibrary, ManifestText};
use crate::ledger::{Ledger, LedgerEntry, LostEntry};
use crate::model::{Artifact, Manifest, Sha256};
use crate::publish::Base;

/// A pull request and its base.
pub struct Against {
    /// What judges.
    pub setup: Setup,
    /// The base's ledger; empty where it has none and the pull request begins one.
    pub ledger: Option<Ledger>,
    /// The pull request's.
    pub proposed: Option<Ledger>,
    /// Where the two parted.
    before: Option<Ledger>,
    /// The base's manifest, where it has one.
    pub manifest: Option<ManifestText>,
    /// What is changed of what judges, in words.
    changed: Vec<String>,
}

impl Against {
    /// Reads the commit that `reference` names, and what the work tree has beside it.
    pub fn read(cli: &Cli, arguments: &AuditArguments, reference: &str, process: &Process) -> Result<Self> {
        if cli.config.is_some() {
            let why = "--base takes pybump.toml from REF, so that what is judged has no say in it; leave --config out";
            return Err(Misuse(why.to_owned()).into());
        }
        let base = base::open(cli, reference)?;
        let written = "cannot write the files of a commit into a temporary folder";
        let (root, parted) = (base.files().context(written)?, base.files_where_parted().context(written)?);
        let config = config_of(&root);
        let setup = config.and_then(|config| Setup::of(config, cli, &arguments.trust, process));
        let setup = setup.map_err(|error| told_of(&error, root.path(), reference))?;
        // What it would be judged by once it is merged must be usable as well.
        let (own, _) = Config::load(None, &cli.directory)?;
        setup::keys(&own, &setup::signers(&own)?)?;
        let folder = setup.config.ledger.as_ref();
        let read =
            |root: &Path, folder: Option<&LedgerFolder>| folder.map(|folder| Ledger::read(root, folder)).transpose();
        let changed = changed(&base, &setup.config, root.path(), &own, &cli.directory)?;
        Ok(Self {
            ledger: read(root.path(), folder.or(own.ledger.as_ref()))?,
            proposed: read(&cli.directory, own.ledger.as_ref().or(folder))?,
            before: read(parted.path(), folder)?,
            manifest: DockerLibrary::open(root.path()).ok().map(|layout| layout.text().clone()),
            setup,
            changed,
        })
    }

    /// The entries that the pull request appends, by artifact.
    pub fn claims(&self) -> BTreeMap<Artifact, Vec<&LedgerEntry>> {
        let others: Vec<_> = self.ledger.iter().chain(&self.before).collect();
        self.proposed.as_ref().map_or_else(BTreeMap::new, |proposed| proposed.appended_to(&others))
    }

    /// What a reader of the audit should know: what is changed of what judges, and which changes of artifacts are accepted.
    pub fn notes(&self) -> Vec<String> {
        let claims = self.claims();
        let replaced = claims.values().flatten().filter_map(|claim| {
            let before = claim.replaces()?;
            Some(format!(
                "merging this accepts that {} changed under its version, from SHA-256 {before} to {}",
                claim.artifact(),
                claim.sha256()
            ))
        });
        self.changed.iter().cloned().chain(replaced).collect()
    }

    /// The entries of the base that it changes or removes.
    pub fn lost(&self) -> Vec<LostEntry> {
        match (&self.proposed, &self.before) {
            (Some(proposed), Some(before)) => proposed.lost_since(before),
            _ => Vec::new(),
        }
    }

    /// Files of the pull request's ledger that are none, each in words.
    pub fn strays(&self) -> Vec<String> {
        let strays = self.proposed.iter().flat_map(Ledger::strays);
        strays
            .map(|stray| format!("{} is no series' ledger, and what it says does not count", stray.display()))
            .collect()
    }

    /// True if the base's manifest does not have `digest` for `artifact`.
    pub fn is_new(&self, artifact: &Artifact, digest: Sha256) -> bool {
        let has = |manifest: &Manifest| {
            let entries = manifest.entries.values();
            let mut entries = entries.filter(|entry| entry.version == artifact.version);
            entries.any(|entry| entry.checksum(artifact.kind) == Some(digest))
        };
        !self.manifest.as_ref().is_some_and(|text| has(text.manifest()))
    }
}

/// The configuration of the commit whose files are in `root`.
fn config_of(root: &TempDir) -> Result<Config> {
    let (config, _) = Config::load(None, root.path())?;
    for (name, file) in config.judges() {
        let below = file.strip_prefix(root.path());
        if below.is_ok_and(|below| below.components().any(|part| part == Component::ParentDir)) {
            let why = "leads out of the repository, and --base takes what it names from a commit";
            return Err(Misuse(format!("{FILE}: {name} {why}; keep the file in the repository")).into());
        }
    }
    Ok(config)
}

/// The error with `REF:FILE` for the temporary files that it names.
fn told_of(error: &anyhow::Error, root: &Path, reference: &str) -> anyhow::Error {
    let text = crate::cli::told(error).replace(&format!("{}/", root.display()), &format!("{reference}:"));
    match Status::of_error(error) {
        Status::Usage => Misuse(text).into(),
        _ => anyhow!(text),
    }
}

/// What of the files that judge is changed: those that the base's configuration names, and those that the own one does.
fn changed(base: &Base, config: &Config, root: &Path, own: &Config, folder: &Path) -> Result<Vec<String>> {
    let mut paths = vec![FILE.to_owned()];
    for (config, root) in [(config, root), (own, folder)] {
        for file in [&config.signers, &config.trusted_root].into_iter().flatten() {
            let Ok(below) = file.strip_prefix(root) else { continue };
            let parts: Vec<_> = below.components().filter(|part| *part != Component::CurDir).collect();
            let path = |parts: &[Component<'_>]| {
                parts.iter().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
            };
            paths.push(path(&parts));
            if Some(file) == config.signers.as_ref() {
                let beside = path(&parts[..parts.len().saturating_sub(1)]);
                paths.push(if beside.is_empty() { "keys".to_owned() } else { format!("{beside}/keys") });
            }
        }
    }
    paths.sort();
    paths.dedup();
    let mut changed = Vec::new();
    for path in paths {
        if base.changed(&path)? {
            changed.push(path);
        }
    }
    let note = |path: &String| {
        format!("{} is changed here; judged by that of {}", path.escape_debug(), base.reference().escape_debug())
    };
    Ok(changed.iter().map(note).collect())
}
