//! docker-library/python's own updates, made again: from the commit before, with the real evidence of the release, to
//! the very tree that the upstream scripts committed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use git2::{Commit, ObjectType, Repository, Sort, TreeWalkMode, TreeWalkResult};
use jiff::Timestamp;
use pybump::demo::world::{Server, World};
use pybump::model::{Artifact, PythonVersion, TrackedKey};
use serde_json::Value;

use crate::support::judges::require;

/// One update that upstream committed.
struct Update {
    key: TrackedKey,
    version: PythonVersion,
    setuptools: Option<String>,
    windows: bool,
    /// The same version got other digests: upstream had re-rolled an artifact.
    reroll: bool,
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

#[test]
#[ignore = "needs PYBUMP_UPSTREAM, a clone of docker-library/python, and PYBUMP_DATA"]
fn upstream_updates_are_made_again_byte_for_byte_and_rerolls_are_alarms() {
    if !require(&["PYBUMP_UPSTREAM", "PYBUMP_DATA"]) {
        return;
    }
    let repository = Repository::open(std::env::var_os("PYBUMP_UPSTREAM").unwrap()).unwrap();
    let bundles = PathBuf::from(std::env::var_os("PYBUMP_DATA").unwrap()).join("sigstore");
    let updates: Vec<_> = commits(&repository)
        .into_iter()
        .filter_map(|(parent, commit)| Some((update(&repository, &parent, &commit)?, parent, commit)))
        .collect();
    let rerolled: BTreeSet<_> =
        updates.iter().filter(|(update, ..)| update.reroll).map(|(update, ..)| update.version.clone()).collect();
    let (mut same, mut alarms, mut all) = (0, 0, 0);
    for (update, parent, commit) in updates {
        // Of a re-rolled release only the second evidence is left.
        let first_of_two = !update.reroll && rerolled.contains(&update.version);
        let Some(server) = world(&update, &bundles).filter(|_| !first_of_two) else { continue };
        all += 1;
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &files(&repository, &parent));
        let key = update.key.to_string();
        let output = pybump(folder.path(), &server).args(["update", "--no-download", &key]).output().unwrap();
        let expected = files(&repository, if update.reroll { &parent } else { &commit });
        let status = if update.reroll { 5 } else { 0 };
        if read(folder.path()) != expected || output.status.code() != Some(status) {
            println!("{key} to {} is not made again: {output:?}", update.version);
        } else if update.reroll {
            alarms += 1;
        } else {
            same += 1;
        }
    }
    println!("{same} upstream updates made again byte for byte, {alarms} re-rolls alarmed about, of {all} steps");
    assert!(same > 0 && same + alarms == all);
}

/// First-parent steps, oldest first.
fn commits(repository: &Repository) -> Vec<(Commit<'_>, Commit<'_>)> {
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

fn manifest(repository: &Repository, commit: &Commit<'_>) -> Option<serde_json::Map<String, Value>> {
    let id = commit.tree().ok()?.get_name("versions.json")?.id();
    serde_json::from_slice(repository.find_blob(id).ok()?.content()).ok()
}

/// A world that has this release, with its real bundles; none if they are not at hand.
fn world(update: &Update, bundles: &Path) -> Option<Server> {
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

fn pybump(folder: &Path, server: &Server) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pybump"));
    command.env_clear().arg("-C").arg(folder);
    for mirror in server.mirrors() {
        command.args(["--mirror", &mirror]);
    }
    command
}

fn files(repository: &Repository, commit: &Commit<'_>) -> Files {
    let mut files = Files::new();
    let walk = |folder: &str, entry: &git2::TreeEntry<'_>| {
        if entry.kind() == Some(ObjectType::Blob) {
            let path = Path::new(folder).join(entry.name().unwrap());
            files.insert(path, repository.find_blob(entry.id()).unwrap().content().to_vec());
        }
        TreeWalkResult::Ok
    };
    commit.tree().unwrap().walk(TreeWalkMode::PreOrder, walk).unwrap();
    files
}

fn write(root: &Path, files: &Files) {
    for (path, bytes) in files {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), bytes).unwrap();
    }
}

fn read(root: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(root).unwrap().to_path_buf(), fs::read(&path).unwrap());
            }
        }
    }
    files
}
