//! Every commit of docker-library/python rendered again from its own manifest and templates.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{Commit, ObjectType, Oid, Repository, Sort, TreeWalkMode, TreeWalkResult};
use jiff::Timestamp;
use pybump::layout::{DockerLibrary, MANIFEST};

/// When upstream had regenerated every series with the templates of early 2022. In the commits just before, one series
/// was updated at a time, and what the others held was not what the templates gave, by jq either.
const IN_STEP_SINCE: &str = "2022-01-31T18:56:11Z";

/// Paths and blobs.
type Files = BTreeMap<PathBuf, Oid>;

#[test]
#[ignore = "needs PYBUMP_UPSTREAM, a clone of docker-library/python"]
fn upstream_history_renders_byte_for_byte() {
    let upstream = env::var_os("PYBUMP_UPSTREAM").expect("PYBUMP_UPSTREAM names a clone of docker-library/python");
    let repository = Repository::open(upstream).expect("PYBUMP_UPSTREAM is a git repository");
    let mut verdicts = HashMap::<(Files, Files), Vec<String>>::new();
    let (mut commits, mut identical) = (0, 0);
    for commit in commits_since(&repository, IN_STEP_SINCE.parse().unwrap()) {
        let differences = verdicts.entry(files(&commit)).or_insert_with_key(|(inputs, dockerfiles)| {
            differences(&repository, inputs, dockerfiles).unwrap_or_else(|error| vec![error])
        });
        commits += 1;
        identical += usize::from(differences.is_empty());
        for difference in differences.iter().take(3) {
            println!("{} {}: {difference}", commit.id(), commit.summary().ok().flatten().unwrap_or_default());
        }
    }
    println!("{identical} of {commits} identical ({} trees rendered)", verdicts.len());
    assert!(commits >= 464, "the clone is shallow or old: it has {commits} commits since {IN_STEP_SINCE}");
    assert_eq!(identical, commits);
}

/// The commits reachable from `HEAD` that were made at `start` or later.
fn commits_since(repository: &Repository, start: Timestamp) -> Vec<Commit<'_>> {
    let mut walk = repository.revwalk().unwrap();
    walk.set_sorting(Sort::TIME).unwrap();
    walk.push_head().unwrap();
    walk.map(|id| repository.find_commit(id.unwrap()).unwrap())
        .filter(|commit| commit.time().seconds() >= start.as_second())
        .collect()
}

/// What `commit` renders from, and every Dockerfile that it holds.
fn files(commit: &Commit<'_>) -> (Files, Files) {
    let (mut inputs, mut dockerfiles) = (Files::new(), Files::new());
    let tree = commit.tree().unwrap();
    tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
        let (Ok(name), Some(ObjectType::Blob)) = (entry.name(), entry.kind()) else { return TreeWalkResult::Ok };
        if name == "Dockerfile" {
            dockerfiles.insert(Path::new(folder).join(name), entry.id());
        } else if folder.is_empty() && (name == MANIFEST || has_extension(name, "template")) {
            inputs.insert(name.into(), entry.id());
        }
        TreeWalkResult::Ok
    })
    .unwrap();
    (inputs, dockerfiles)
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

/// How what pybump renders from `inputs` differs from `dockerfiles`.
fn differences(repository: &Repository, inputs: &Files, dockerfiles: &Files) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    for (path, id) in inputs {
        fs::write(folder.path().join(path), repository.find_blob(*id).unwrap().content()).unwrap();
    }
    let layout = DockerLibrary::open(folder.path()).map_err(|error| error.to_string())?;
    let keys: Vec<_> = layout.manifest().entries.keys().copied().collect();
    let mut rendered = BTreeMap::new();
    for (key, files) in layout.render(layout.text(), &keys).map_err(|error| error.to_string())? {
        rendered.extend(files.map_err(|error| format!("{key}: {error}"))?);
    }
    let id = |text: &String| Oid::hash_object(ObjectType::Blob, text.as_bytes()).unwrap();
    let rendered: Files = rendered.iter().map(|(path, text)| (path.clone(), id(text))).collect();
    let paths = dockerfiles.keys().chain(rendered.keys().filter(|path| !dockerfiles.contains_key(*path)));
    Ok(paths
        .filter(|path| dockerfiles.get(*path) != rendered.get(*path))
        .map(|path| match (dockerfiles.contains_key(path), rendered.contains_key(path)) {
            (true, true) => format!("{} differs", path.display()),
            (true, false) => format!("{} is not rendered", path.display()),
            (false, _) => format!("{} is not in the commit", path.display()),
        })
        .collect())
}
