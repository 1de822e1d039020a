//! The summary's and the outputs' file: what others wrote stays, and neither ever fails a run.

use std::fs;

use super::stage::as_step;
use crate::support::run::Run;
use crate::support::scene::Scene;
use crate::support::worlds::calm;

#[test]
fn what_other_programs_of_the_step_wrote_stays() {
    let scene = Scene::new(calm());
    let (summary, outputs) = (scene.home().join("summary"), scene.home().join("outputs"));
    fs::write(&summary, "# Mine").unwrap();
    fs::write(&outputs, "updated=9.9").unwrap();
    for _ in 0..2 {
        let mut command = scene.command(&["check"]);
        assert!(as_step(&mut command, &summary, &outputs).output().unwrap().status.success());
    }
    let (summary, outputs) = (fs::read_to_string(summary).unwrap(), fs::read_to_string(outputs).unwrap());
    assert!(summary.starts_with("# Mine\n## pybump check\n\n| series ") && summary.matches("## pybump").count() == 2);
    assert!(outputs.starts_with("updated=9.9\nupdated<<END_OF_VALUE\n\nEND_OF_VALUE\n"), "{outputs}");
}

#[test]
fn a_file_that_cannot_be_written_is_a_warning() {
    let scene = Scene::new(calm());
    let absent = scene.home().join("absent/summary");
    let run = |arguments: &[&str]| {
        let mut command = scene.command(arguments);
        let folder = scene.home().to_owned();
        Run::of(&as_step(&mut command, &absent, &folder).output().unwrap(), scene.home())
    };
    let told = run(&["check"]).ended(0);
    insta::assert_snapshot!(told.stderr, @"
    ::warning title=pybump::cannot write ~/absent/summary, which GITHUB_STEP_SUMMARY names: No such file or directory (os error 2); the run goes on without
    ::warning title=pybump::cannot write ~, which GITHUB_OUTPUT names: Is a directory (os error 21); the run goes on without
    ");
    assert_eq!(run(&["check", "--quiet"]).ended(0).stderr, "");
    assert!(!absent.parent().unwrap().exists());
}

#[test]
fn a_step_without_files_goes_without() {
    let scene = Scene::new(calm());
    let mut command = scene.command(&["check"]);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", "");
    let run = Run::of(&command.output().unwrap(), scene.home()).ended(0);
    assert_eq!(run.stderr, "");
}
