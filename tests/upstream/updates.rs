//! docker-library/python's own updates, made again: from the commit before, with the real evidence of the release, to
//! the very tree that the upstream scripts committed, under the very subject.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use git2::build::CheckoutBuilder;
use git2::{Commit, Oid, Repository, RepositoryInitOptions, Sort};
use jiff::Timestamp;
use pybump::demo::world::{Server, World};
use pybump::layout::DockerLibrary;
use pybump::model::{Artifact, PythonVersion, Signers, TrackedKey};
use pybump::publish::{CommitOptions, alarm_commit, tree_after};
use pybump::resolve::Alarm;
use pybump::verify::sigstore::SigstoreVerifier;
use pybump::verify::{Evidence, verify_evidence};
use serde_json::Value;

use crate::support::judges::require;

/// One update that upstream committed.
pub struct Update {
    pub key: TrackedKey,
    pub version: PythonVersion,
    setuptools: Option<String>,
    windows: bool,
    /// The same version got other digests: upstream had re-rolled an artifact.
    pub reroll: bool,
}

#[test]
#[ignore = "needs PYBUMP_UPSTREAM, a clone of docker-library/python, and PYBUMP_DATA"]
fn upstream_updates_are_made_again_byte_for_byte_and_rerolls_are_alarms() {
    if !require(&["PYBUMP_UPSTREAM", "PYBUMP_DATA"]) {
        return;
    }
    let repository = Repository::open(std::env::var_os("PYBUMP_UPSTREAM").unwrap()).unwrap();
    let bundles = PathBuf::from(std::env::var_os("PYBUMP_DATA").unwrap()).join("sigstore");
    let (mut same, mut bots, mut alarms, mut all) = (0, 0, 0, 0);
    for (update, parent, commit) in updates(&repository) {
        let Some(server) = world(&update, &bundles) else { continue };
        all += 1;
        let folder = tempfile::tempdir().unwrap();
        let clone = clone(&repository, &parent, &folder.path().join("clone"));
        let config = folder.path().join("pybump.toml");
        fs::write(&config, "[publish]\nevidence = false\nauthor = \"A <a@example.org>\"\n").unwrap();
        let key = update.key.to_string();
        let arguments = ["update", "--no-download", "--commit", &key, "--config", config.to_str().unwrap()];
        let output = pybump(clone.workdir().unwrap(), &server).args(arguments).output().unwrap();
        let head = clone.head().unwrap().peel_to_commit().unwrap();
        let status = if update.reroll { 5 } else { 0 };
        let made = if update.reroll { accepted(&update, &clone, &bundles) } else { (head.tree_id(), subject(&head)) };
        // A person worded two of them in a way of their own.
        let worded = !by_the_bot(&commit) || made.1 == subject(&commit);
        let below = if update.reroll { head.id() } else { head.parent_id(0).unwrap_or(head.id()) };
        if made.0 != commit.tree_id() || !worded || below != parent.id() || output.status.code() != Some(status) {
            println!("{key} to {} is not made again: {made:?} {output:?}", update.version);
        } else if update.reroll {
            alarms += 1;
        } else {
            same += 1;
            bots += usize::from(by_the_bot(&commit));
        }
    }
    println!(
        "{same} upstream updates committed again with the same tree, the {bots} of them that the bot made with the \
         same subject; {alarms} re-rolls alarmed about, and accepting them makes the same tree and subject; of {all} steps"
    );
    assert!(same >= 26 && bots >= 24 && alarms >= 2 && same + alarms == all);
}

/// Every update of one series that upstream committed, with the commit before and its own. Of a re-rolled release only the
/// second evidence is left, and so only the second update.
pub fn updates(repository: &Repository) -> Vec<(Update, Commit<'_>, Commit<'_>)> {
    let mut updates: Vec<_> = commits(repository)
        .into_iter()
        .filter_map(|(parent, commit)| Some((update(repository, &parent, &commit)?, parent, commit)))
        .collect();
    let rerolled: BTreeSet<_> =
        updates.iter().filter(|(update, ..)| update.reroll).map(|(update, ..)| update.version.clone()).collect();
    updates.retain(|(update, ..)| update.reroll || !rerolled.contains(&update.version));
    updates
}

/// The tree and the subject of the commit that would accept what a re-roll changed.
fn accepted(update: &Update, clone: &Repository, bundles: &Path) -> (Oid, String) {
    let layout = DockerLibrary::open(clone.workdir().unwrap()).unwrap();
    let recorded = &layout.manifest().entries[&update.key];
    let artifacts =
        [(Artifact::source(&update.version), recorded.source), (Artifact::windows(&update.version), recorded.windows)];
    let verifier = SigstoreVerifier::embedded().unwrap();
    let alarms = artifacts.into_iter().filter_map(|(artifact, recorded)| {
        let bundle = fs::read_to_string(bundles.join(format!("{}.sigstore", artifact.file_name()))).ok()?;
        let evidence = Evidence { bundle: &bundle, sbom: None, tagged_at: None };
        let signers = Signers::embedded();
        let now =
            verify_evidence(&verifier, signers.of(update.key.series, artifact.kind), &artifact, evidence).unwrap();
        recorded.filter(|recorded| *recorded != now.sha256()).map(|recorded| Alarm {
            now,
            recorded,
            accepted: None,
            doubt: None,
        })
    });
    let alarms: Vec<_> = alarms.collect();
    let [alarm] = &alarms[..] else { panic!("{} artifacts changed", alarms.len()) };
    let commit = alarm_commit(update.key, alarm, &layout, None, &CommitOptions::default()).unwrap();
    let head = clone.head().unwrap().peel_to_tree().unwrap();
    (tree_after(clone, &head, &commit.edits).unwrap().id, commit.subject)
}

/// True if no person worded the subject.
pub fn by_the_bot(commit: &Commit<'_>) -> bool {
    commit.author().name() == Ok("Docker Library Bot")
}

pub fn subject(commit: &Commit<'_>) -> String {
    commit.summary().unwrap().unwrap_or_default().to_owned()
}

/// A clone at `commit` that shares the objects of `repository`.
pub fn clone(repository: &Repository, commit: &Commit<'_>, folder: &Path) -> Repository {
    let clone = Repository::init_opts(folder, RepositoryInitOptions::new().external_template(false)).unwrap();
    let objects = format!("{}\n", repository.commondir().join("objects").display());
    fs::create_dir_all(clone.path().join("objects/info")).unwrap();
    fs::write(clone.path().join("objects/info/alternates"), objects).unwrap();
    let clone = Repository::open(folder).unwrap();
    clone.set_head_detached(commit.id()).unwrap();
    clone.checkout_head(Some(CheckoutBuilder::new().force())).unwrap();
    clone
}

/// First-parent steps, oldest first.
pub fn commits(repository: &Repository) -> Vec<(Commit<'_>, Commit<'_>)> {
    let mut walk = repository.revwalk().unwrap();
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE).unwrap();
    walk.push_head().unwrap();
    let commits = walk.map(|id| repository.find_commit(id.unwrap()).unwrap());
    commits.filter_map(|commit| Some((commit.parents().next()?, commit))).collect()
}

/// The update of one series that `commit` is, if it is one that changes nothing but what an update changes.
fn update(repository: &Repository, parent: &Commit<'_>, commit: &Commit<'_>) -> Option<Update> {
    let (before, after) = (manifest(repository, parent)?, manifest(repository, commit)?);
    let changed: Vec<_> = after.iter().filter(|(key, entry)| before.get(*key) != Some(entry)).collect();
    let [(key, entry)] = changed[..] else { return None };
    if before.len() != after.len() || before.get(key)?["variants"] != entry["variants"] {
        return None;
    }
    let shape = |entry: &Value| {
        let has = |path: &str| entry.pointer(path).is_some();
        [has("/checksums/source/sha256"), has("/checksums/source/md5"), has("/checksums/windows/sha256"), has("/pip")]
    };
    let windows = entry["variants"]
        .as_array()?
        .iter()
        .any(|variant| variant.as_str().is_some_and(|name| name.starts_with("windows/")));
    let version: PythonVersion = entry["version"].as_str()?.parse().ok()?;
    let reroll = before.get(key)?["version"] == entry["version"];
    let digests = before.get(key)?["checksums"] != entry["checksums"];
    (digests && shape(entry) == [true, false, windows, false] && shape(before.get(key)?) == shape(entry)).then(|| {
        Update {
            key: key.parse().unwrap(),
            version,
            setuptools: entry.pointer("/setuptools/version").and_then(Value::as_str).map(str::to_owned),
            windows,
            reroll,
        }
    })
}

pub fn manifest(repository: &Repository, commit: &Commit<'_>) -> Option<serde_json::Map<String, Value>> {
    let id = commit.tree().ok()?.get_name("versions.json")?.id();
    serde_json::from_slice(repository.find_blob(id).ok()?.content()).ok()
}

/// A world that has this release, with its real bundles; none if they are not at hand.
pub fn world(update: &Update, bundles: &Path) -> Option<Server> {
    let Update { key, version, setuptools, windows, .. } = update;
    let long_ago: Timestamp = "2000-01-01T00:00:00Z".parse().unwrap();
    let mut world = World::new().unwrap();
    world.tag(version, long_ago);
    let artifacts = [Some(Artifact::source(version)), windows.then(|| Artifact::windows(version))];
    for artifact in artifacts.into_iter().flatten() {
        let bundle = fs::read(bundles.join(format!("{}.sigstore", artifact.file_name()))).ok()?;
        let path = format!("/ftp/python/{}", artifact.path());
        world.put(&format!("{path}.sigstore"), bundle.into(), long_ago);
        world.put(&path, "only its being there is asked for".into(), long_ago);
    }
    let setuptools =
        setuptools.as_ref().map_or(String::new(), |version| format!("_SETUPTOOLS_VERSION = \"{version}\"\n"));
    let ensurepip = format!("{setuptools}_PIP_VERSION = \"26.1\"\n");
    world.put(&format!("/raw/python/cpython/v{version}/Lib/ensurepip/__init__.py"), ensurepip.into(), long_ago);
    world.phase(key.series, "bugfix");
    Some(Server::start(world, Duration::ZERO).unwrap())
}

pub fn pybump(folder: &Path, server: &Server) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pybump"));
    command.env_clear().arg("-C").arg(folder);
    for mirror in server.mirrors() {
        command.args(["--mirror", &mirror]);
    }
    command
}
