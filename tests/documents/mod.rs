//! What the documents promise of the tests: every test that they name is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every test of this crate by its full name, as `cargo test` prints it.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["src", "tests"].into_iter().flat_map(|folder| tests_below(&root.join(folder))).collect()
}

fn tests_below(root: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                names.extend(tests_of(&module(root, &path), &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    names
}

/// The module that a file is: `a::b` for `a/b.rs` and for `a/b/mod.rs`.
fn module(root: &Path, file: &Path) -> String {
    let path: PathBuf = file.strip_prefix(root).unwrap().with_extension("");
    let parts = path.iter().map(|part| part.to_str().unwrap()).filter(|part| !matches!(*part, "mod" | "main" | "lib"));
    parts.collect::<Vec<_>>().join("::")
}

/// The tests in `text`, of a module's file, with the module's name; in a module within the file, with both names.
fn tests_of(module: &str, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut inner, mut is_test) = (None, false);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(" {")) {
            inner = Some(name);
        } else if line == "}" {
            inner = None;
        }
        let code = line.trim_start();
        if code.starts_with("#[test]") || code.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some(rest) = code.strip_prefix("async fn ").or_else(|| code.strip_prefix("fn ")) {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            if std::mem::take(&mut is_test) {
                names.push([Some(module), inner, Some(name)].into_iter().flatten().collect::<Vec<_>>().join("::"));
            }
        }
    }
    names
}

/// What stands in backticks in a document and is a test's name, or the beginning of several: `a::b`, `a::*`.
fn named(document: &str) -> Vec<&str> {
    let name = |text: &&str| {
        text.contains("::") && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:*".contains(c))
    };
    document.split('`').skip(1).step_by(2).filter(name).collect()
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let tests = tests();
    for (file, least) in [("ARCHITECTURE.md", 60), ("THREAT-MODEL.md", 50)] {
        let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let named = named(&document);
        assert!(named.len() >= least, "{file} names only {} tests", named.len());
        let missing: Vec<_> = named
            .into_iter()
            .filter(|name| match name.strip_suffix('*') {
                Some(beginning) => !tests.iter().any(|test| test.starts_with(beginning)),
                None => !tests.contains(*name),
            })
            .collect();
        assert_eq!(missing, Vec::<&str>::new(), "{file} names tests that are not there");
    }
}

/// Or a name in a document might be compared with names that no test has. The library's tests are in another program, and on
/// some systems not every test is there.
#[test]
fn tests_go_by_the_names_that_this_program_lists() {
    let output = std::process::Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let listed: BTreeSet<_> =
        listed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect();
    let found: BTreeSet<_> = tests_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")).into_iter().collect();
    let unknown: Vec<_> = listed.difference(&found).collect();
    assert!(unknown.is_empty() && listed.len() > 400, "{unknown:?} of {}", listed.len());
}
