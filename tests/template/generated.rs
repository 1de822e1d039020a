//! Random templates, and one that includes a file, rendered by both.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use pybump::template::{ManifestValue, Template, TemplateError, Variables};

use super::oracle;
use super::strategies::{template, variables};
use crate::support::judges;

const MANIFEST: &str = r#"{
  "3.14": {
    "version": "3.14.6",
    "variants": ["trixie", "slim-trixie", "alpine3.24"],
    "checksums": {"source": {"sha256": "c08bc65a"}, "windows": null},
    "words": ["b", "a \"quoted\"", "c\\d", "é🐍"],
    "flag": true,
    "n": 5
  }
}"#;

#[test]
fn generated_templates_render_as_gawk_and_jq_render_them() {
    if !judges::require(&["jq", "gawk"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (template_file, manifest_file) = (folder.path().join("T"), folder.path().join("versions.json"));
    fs::write(&manifest_file, MANIFEST).unwrap();
    let manifest = ManifestValue::parse(MANIFEST).unwrap();
    let (rendered, failed) = (Cell::new(0), Cell::new(0));

    let mut runner = TestRunner::new(Config { cases: 128, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(template(), variables()), |(text, variables)| {
        fs::write(&template_file, &text).unwrap();
        let theirs = oracle::render(&template_file, &manifest_file, &variables);
        let ours = Template::compile("T", &text, folder.path()).and_then(|t| t.render(&manifest, &variables));
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                rendered.set(rendered.get() + 1);
                prop_assert_eq!(ours, theirs);
            }
            (Err(error), Err(_)) => {
                failed.set(failed.get() + 1);
                prop_assert!(is_short_and_placed(&error), "{}", error);
            }
            (Ok(ours), Err(theirs)) => {
                return Err(TestCaseError::fail(format!("jq fails: {theirs}; we render {ours:?}")));
            }
            (Err(ours), Ok(theirs)) => {
                return Err(TestCaseError::fail(format!("we fail: {ours}; jq renders {theirs:?}")));
            }
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    // Comparing failures alone would judge nothing.
    assert!(rendered.get() > 64 && failed.get() > 0, "{} rendered, {} failed", rendered.get(), failed.get());
}

fn is_short_and_placed(error: &TemplateError) -> bool {
    error.place.file == "T" && error.to_string().len() < 500
}

#[test]
fn a_template_that_includes_a_file_renders_as_gawk_and_jq_render_it() {
    if !judges::require(&["jq", "gawk"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let text = "{{ include \"shared\" -}}\nFROM {{ base }}\n{{ import \"shared\" as s -}}\n{{ s::base }}\n";
    write("shared.jq", "def base: \"debian:\" + (env.variant | ltrimstr(\"slim-\"));\n");
    write("versions.json", MANIFEST);
    write("T", text);
    let variables = Variables { version: "3.14", variant: "slim-trixie", windows: None };
    let at = |name: &str| folder.path().join(name);
    let theirs = oracle::render(&at("T"), &at("versions.json"), &variables).unwrap();
    let ours = Template::compile("T", text, Path::new(folder.path())).unwrap();
    assert_eq!(ours.render(&ManifestValue::parse(MANIFEST).unwrap(), &variables).unwrap(), theirs);
    assert_eq!(theirs, "FROM debian:trixie\ndebian:trixie\n");
}
