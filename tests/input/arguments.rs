//! Arguments that cannot be used.

use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::worlds::calm;

const HOSTILE: [&str; 8] =
    ["3.14.0$(x)", "../3.14.0", "3.14.0\n", "3.14.0\u{1b}[31m", "v3.14.0", "3.14.0 ", "3.14.0;id", ""];

#[test]
fn hostile_versions_and_keys_are_wrong_usage_and_shown_escaped() {
    for text in HOSTILE {
        for command in ["verify", "check", "update", "render"] {
            let run = bare(&[command, text]).ended(2);
            assert!(run.stderr.contains("expected a"), "{command} {text:?}: {run:#?}");
            assert!(
                !run.stderr.contains('\u{1b}') && !run.stderr.contains("3.14.0\n'"),
                "{command} {text:?}: {run:#?}"
            );
        }
    }
}

#[test]
fn a_refused_version_reads_so() {
    let run = bare(&["verify", "3.14.0$(x)"]).ended(2);
    insta::assert_snapshot!(run.stderr, @r#"
    error: invalid value '3.14.0$(x)' for '<VERSION>': expected a CPython version such as 3.14.6 or 3.15.0b3, found "3.14.0$(x)"

    For more information, try '--help'.
    "#);
}

#[test]
fn a_misspelt_command_is_told_the_near_one() {
    bare(&["chekc"]).ended(2).said("check");
    bare(&["update", "--dryrun"]).ended(2).said("--dry-run");
    bare(&[]).ended(2).said("Usage: pybump");
}

#[test]
fn mirrors_that_are_none_are_wrong_usage() {
    let scene = Scene::new(calm());
    let cases = [
        ("https://www.python.org/", "expected FROM=TO"),
        ("python.org=http://x/", "mirror FROM \"python.org\""),
        ("https://www.python.org/=ftp://x/", "expected an http or https URL"),
        ("https://www.python.org/=http://x/?q=1", "expected no query"),
    ];
    for (mirror, words) in cases {
        scene.run(&["--mirror", mirror, "check"]).ended(2).said(words);
    }
    let twice = ["--mirror", "https://a.example/=http://b/", "--mirror", "https://a.example/=http://c/", "check"];
    scene.run(&twice).ended(2).said("two mirrors for https://a.example/");
}

#[test]
fn a_mirrors_password_is_never_shown() {
    let scene = Scene::new(calm());
    let mirror = "https://elsewhere.example/=http://user:hunter2@127.0.0.1:1/";
    scene.run(&["-vv", "--mirror", mirror, "check"]).ended(0).did_not_say("hunter2");
    scene.run(&["--mirror", "https://a.example=http://user:hunter2@", "check"]).ended(2).did_not_say("hunter2");
}

#[test]
fn a_trust_root_that_is_missing_or_none_is_wrong_usage_and_named() {
    let scene = Scene::new(calm());
    let run = |file: &str| {
        let mut arguments = scene.arguments(&["check"]);
        *arguments.last_mut().unwrap() = file.to_owned();
        let output = crate::support::run::pybump(scene.home()).args(arguments).output().unwrap();
        crate::support::run::Run::of(&output, scene.home()).ended(2).said(file)
    };
    run("absent.json").said("cannot read absent.json");
    for text in ["", "{}", "[1]", "not JSON"] {
        std::fs::write(scene.home().join("bad.json"), text).unwrap();
        run("bad.json");
    }
    assert_eq!(scene.server.requests(), []);
}
