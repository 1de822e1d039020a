//! What a person meets first.

use crate::support::repository::Tree;
use crate::support::run::{Run, bare, pybump};

const COMMANDS: [&str; 12] = [
    "check",
    "update",
    "render",
    "verify",
    "signers",
    "report",
    "matrix",
    "init",
    "demo",
    "schema",
    "completions",
    "man",
];

#[test]
fn every_commands_help_has_examples_that_call_it() {
    for command in COMMANDS {
        let run = bare(&[command, "--help"]).ended(0);
        let (_, examples) = run.raw.split_once("Example").unwrap_or_else(|| panic!("{command}: {run:#?}"));
        assert!(examples.contains(&format!("  pybump {command}")), "{command}: {examples}");
        assert_eq!(bare(&["help", command]).ended(0).raw, run.raw);
    }
}

#[test]
fn the_help_names_every_command_and_exit_status() {
    let run = bare(&["--help"]).ended(0);
    for command in COMMANDS {
        assert!(run.raw.contains(&format!("\n  {command} ")), "{command} is not named");
    }
    for words in [
        "Examples:",
        "\n  0  done",
        "\n  1  failed",
        "\n  2  wrong usage",
        "\n  3  with --exit-code: updates exist",
        "\n  4  with --exit-code: something is held",
        "\n  5  an artifact",
    ] {
        assert!(run.raw.contains(words), "{words}: {}", run.raw);
    }
    assert_eq!(bare(&["--version"]).ended(0).raw, format!("pybump {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_know_every_command() {
    for (shell, sign) in [("bash", "complete -F _pybump"), ("zsh", "#compdef pybump"), ("fish", "complete -c pybump")] {
        let run = bare(&["completions", shell]).ended(0);
        assert!(run.raw.contains(sign), "{shell}");
        assert!(COMMANDS.iter().all(|command| run.raw.contains(command)), "{shell}");
    }
    bare(&["completions", "tcsh"]).ended(2).said("bash");
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let run = bare(&["man"]).ended(0);
    assert!(run.raw.contains(".TH pybump 1") && run.raw.contains("Exit status"), "{}", run.raw);
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("man")).unwrap();
    Run::of(&pybump(home.path()).args(["man", "--out-dir", "man"]).output().unwrap(), home.path()).ended(0);
    let pages = Tree::read(&home.path().join("man")).0;
    for command in COMMANDS {
        assert!(pages.contains_key(&format!("pybump-{command}.1")), "{command}: {:?}", pages.keys());
    }
    assert!(pages.contains_key("pybump.1"));
    bare(&["man", "--out-dir", "absent"]).ended(1).said("the folder must exist");
}

#[test]
fn every_schema_is_json_and_describes_what_it_names() {
    for command in ["check", "update", "render", "verify", "signers", "report"] {
        let schema = bare(&["schema", command]).ended(0).json();
        for (name, property) in schema["properties"].as_object().unwrap() {
            assert!(property["description"].is_string() || property["$ref"].is_string(), "{command}: {name}");
        }
    }
}

#[test]
fn colour_is_used_on_request_only() {
    let home = tempfile::tempdir().unwrap();
    let error = |arguments: &[&str]| {
        let output = pybump(home.path()).args(arguments).arg("check").output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(!error(&[]).contains('\u{1b}') && !error(&["--color", "never"]).contains('\u{1b}'));
    assert!(error(&["--color", "always"]).contains('\u{1b}'));
}
