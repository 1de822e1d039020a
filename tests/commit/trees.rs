//! Trees and ids computed in-process are those that git computes.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use git2::{Oid, Repository};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use pybump::layout::Edit;
use pybump::publish::{commit_id, in_memory, tree_after};

use super::git;
use crate::support::repository::Tree;

const PATHS: [&str; 6] =
    ["versions.json", "3.14/a/Dockerfile", "3.14/b/Dockerfile", "3.14-rc/a/Dockerfile", "3.14.x", "x/y/z/w"];

/// Content, and whether it is executable.
type Files = BTreeMap<usize, (String, bool)>;

fn files() -> impl Strategy<Value = Files> {
    prop::collection::btree_map(0..PATHS.len(), ("[ab\r\n]{0,2}", any::<bool>()), 1..PATHS.len())
}

fn edits() -> impl Strategy<Value = BTreeMap<usize, Option<String>>> {
    prop::collection::btree_map(0..PATHS.len(), prop::option::of("[ab\r\n]{0,2}"), 0..PATHS.len())
}

/// Runs git with `input`; what it printed.
fn piped(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut git: Command = git::command(folder, folder);
    let mut child = git.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// The tree of `files`, made by git.
fn by_git(folder: &Path, files: &Files) -> Oid {
    let rows: String = files
        .iter()
        .map(|(path, (text, executable))| {
            let blob = piped(folder, &["hash-object", "-w", "--stdin"], text);
            format!("{} {blob}\t{}\n", if *executable { "100755" } else { "100644" }, PATHS[*path])
        })
        .collect::<Vec<_>>()
        .concat();
    git::run(folder, folder, &["read-tree", "--empty"]);
    piped(folder, &["update-index", "--index-info"], &rows);
    git::run(folder, folder, &["write-tree"]).parse().unwrap()
}

fn scratch() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git::run(folder.path(), folder.path(), &["init", "--quiet", "--bare"]);
    folder
}

#[test]
fn any_edits_of_any_tree_make_the_tree_that_git_makes_and_leave_the_disk_alone() {
    let folder = scratch();
    let mut runner = TestRunner::new(Config { cases: 40, ..Config::default() });
    let property = |(before, edits): (Files, BTreeMap<usize, Option<String>>)| {
        let base = by_git(folder.path(), &before);
        let on_disk = Tree::read(folder.path());
        let repository = in_memory(folder.path()).unwrap();
        let made: Vec<_> = edits
            .iter()
            .map(|(path, text)| match text {
                Some(text) => Edit::Write { path: PATHS[*path].into(), text: text.clone() },
                None => Edit::Remove { path: PATHS[*path].into() },
            })
            .collect();
        let after = tree_after(&repository, &repository.find_tree(base).unwrap(), &made).unwrap();
        prop_assert_eq!(Tree::read(folder.path()).changed(&on_disk), Vec::<String>::new());
        prop_assert!(repository.find_tree(after.id).is_ok());

        let mut expected = before.clone();
        for (path, text) in &edits {
            match text {
                Some(text) => {
                    let executable = before.get(path).is_some_and(|(_, executable)| *executable);
                    expected.insert(*path, (text.clone(), executable))
                }
                None => expected.remove(path),
            };
        }
        let differ = (0..PATHS.len()).filter(|path| before.get(path) != expected.get(path));
        let changes: Vec<_> = after.changes.iter().map(|change| change.path.as_str()).collect();
        prop_assert_eq!(changes, differ.map(|path| PATHS[path]).collect::<Vec<_>>());
        prop_assert_eq!(after.id, by_git(folder.path(), &expected));
        Ok(())
    };
    runner.run(&(files(), edits()), property).unwrap();
}

#[test]
fn a_commit_in_memory_has_the_id_that_git_gives_and_is_not_on_the_disk() {
    let folder = scratch();
    let tree = by_git(folder.path(), &Files::from([(0, ("{}\n".to_owned(), false))]));
    let repository = in_memory(folder.path()).unwrap();
    let author = "Zoë, of \"Images\" <zoe+bot@example.org>".parse().unwrap();
    let date = "2026-06-10T17:09:59.9Z".parse().unwrap();
    let message = "Update 3.14 to 3.14.6\n\nPython-3.14.6.tar.xz\n  log    entry 1\n\nSigned-off-by: é <e@e>\n";
    let first = commit_id(&repository, tree, &[], &author, date, message).unwrap();
    let second = commit_id(&repository, tree, &[first], &author, date, message).unwrap();
    assert!(Repository::open(folder.path()).unwrap().find_commit(first).is_err());
    let tree = tree.to_string();
    let by_git = |parent: &[&str]| {
        let mut git = git::command(folder.path(), folder.path());
        for role in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{role}_NAME"), "Zoë, of \"Images\"")
                .env(format!("GIT_{role}_EMAIL"), "zoe+bot@example.org");
            git.env(format!("GIT_{role}_DATE"), "2026-06-10T17:09:59Z");
        }
        let output = git.args(["commit-tree", &tree, "-m", message.trim_end()]).args(parent).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    };
    assert_eq!(by_git(&[]), first.to_string());
    assert_eq!(by_git(&["-p", &first.to_string()]), second.to_string());
}

#[test]
fn a_folder_where_a_file_is_to_be_is_an_error() {
    let folder = scratch();
    let base = by_git(folder.path(), &Files::from([(1, (String::new(), false))]));
    let repository = in_memory(folder.path()).unwrap();
    let write = |path: &str| Edit::Write { path: path.into(), text: String::new() };
    for path in ["3.14/a", "3.14/a/Dockerfile/x"] {
        assert!(tree_after(&repository, &repository.find_tree(base).unwrap(), &[write(path)]).is_err(), "{path}");
    }
}
