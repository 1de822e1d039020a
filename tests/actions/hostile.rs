//! Text from outside that would like to speak to the runner.

use std::fs;

use super::stage::step;
use crate::support::run::pybump;
use crate::support::scene::{LINUX, Scene};
use crate::support::worlds::calm;

#[test]
fn a_diff_of_files_that_hold_commands_shows_them_and_gives_none() {
    let scene = Scene::tracking(calm(), &[("3.14", "3.14.1")], &[LINUX]);
    let template = scene.read("Dockerfile-linux.template");
    let lines = "::error::forged\n\t::add-mask::a\n# ##[set-output name=updated]9.9\n";
    scene.write(
        "Dockerfile-linux.template",
        &template.replacen("ENV PYTHON_VERSION=", &format!("{lines}ENV PYTHON_VERSION="), 1),
    );
    scene.run(&["render"]).ended(0);
    let step = step(scene.command(&["update", "--dry-run", "--diff"]), scene.home());
    assert_eq!(step.commands(), Vec::<&str>::new());
    for shown in [" :\\:error::forged", "\t:\\:add-mask::a", "# ##\\[set-output name=updated]9.9"] {
        assert!(step.run.stdout.contains(shown), "{shown}: {:#?}", step.run);
    }
    assert_eq!(step.outputs["updated"], "3.14");
}

#[test]
fn a_reason_that_quotes_a_command_is_code_in_the_summary_and_data_in_the_annotation() {
    let scene = Scene::new(calm());
    let words = "::error::x ##[add-mask]y\n| z | <img src=x> @mallory %0A";
    scene.write("versions.json", &scene.read("versions.json").replace("3.14.2", &words.replace('\n', "\\n")));
    let step = step(scene.command(&["check"]), scene.home());
    assert_eq!(step.run.status, 1, "{:#?}", step.run);
    assert_eq!(step.commands().len(), 1, "{:#?}", step.run);
    assert!(step.run.stderr.starts_with("::error title=pybump::"), "{:#?}", step.run);
    assert!(step.run.stderr.contains("%250A"), "{:#?}", step.run);
}

#[test]
fn a_note_of_a_verbose_run_is_no_command() {
    let scene = Scene::new(calm());
    fs::create_dir(scene.home().join("##[warning]")).unwrap();
    let config = scene.home().join("##[warning]/pybump.toml");
    fs::write(&config, "").unwrap();
    let mut command = scene.command(&["check", "-v"]);
    command.arg("--config").arg(&config);
    let step = step(command, scene.home());
    assert!(step.run.stderr.contains("##\\[warning]"), "{:#?}", step.run);
    assert_eq!(step.commands(), Vec::<&str>::new());
}

#[test]
fn a_demo_is_no_work_of_the_step() {
    let home = tempfile::tempdir().unwrap();
    let mut command = pybump(home.path());
    command.arg("demo");
    let step = step(command, home.path());
    assert_eq!(step.commands(), Vec::<&str>::new());
    assert_eq!((step.summary.as_str(), step.outputs().as_str()), ("", ""));
    step.run.ended(0).said("mallory@example.org");
}
