//! What the commands that look and write files tell.

use insta::assert_snapshot;

use super::stage::step;
use crate::audit::stage::{accepted, rerolled};
use crate::check::states::{EVERY_SERIES, every_state};
use crate::support::run::{Run, bare};
use crate::support::scene::{LINUX, Scene, WINDOWS};
use crate::support::worlds::one_behind;

fn scene() -> Scene {
    Scene::tracking(every_state(), &EVERY_SERIES, &[LINUX, WINDOWS])
}

const SUMMARY: &str = "\
## pybump check

| series | CPython | state | why |
|---|---|---|---|
";

#[test]
fn a_check_annotates_what_is_held_and_sums_up_every_series() {
    let scene = scene();
    let step = step(scene.command(&["check"]), scene.home());
    assert_snapshot!(step.run.stderr, @"::warning title=pybump%3A 3.12%3A held::the source tarball of 3.12.12: its Sigstore bundle does not hold: the bundle was signed by mallory@example.org (issuer https://github.com/login/oauth); expected thomas@python.org (issuer https://accounts.google.com)");
    assert_snapshot!(step.summary, @"
    ## pybump check

    | series | CPython | state | why |
    |---|---|---|---|
    | 3.12 | 3.12.11 | **held** | since DATE TIME UTC (AGO): the source tarball of 3.12.12: its Sigstore bundle does not hold: the bundle was signed by `mallory@example.org` (issuer `https://github.com/login/oauth`); expected `thomas@python.org` (issuer `https://accounts.google.com`) |
    | 3.13 | 3.13.9 | current |  |
    | 3.14 | 3.14.2 → 3.14.3 | **update** |  |
    | 3.15-rc | 3.15.0a4 | waiting | since DATE TIME UTC (AGO): 3.15.0a5 is tagged but has no files yet |

    ### Evidence

    | file | SHA-256 | signed by | signed at | log entry | bytes |
    |---|---|---|---|---|---|
    | `Python-3.14.3.tar.xz` | `393ad866a34b28fff92a482fd6275d7dea91e827edfc24db0f926782e2cd3918` | `hugo@python.org` | DATE TIME UTC | 1014650 | not read |
    | `python-3.14.3-amd64.exe` | `276a534eeca1a67321db93b27dd433879a25c1f56a6e2038c21dc9762f02b5fa` | `hugo@python.org` | DATE TIME UTC | 1010090 | not read |

    4 series: 1 current, 1 to update, 1 waiting, 1 held
    ");
    assert_snapshot!(step.outputs(), @"
    alarm=false
    held=3.12
    updated=3.14
    waiting=3.15-rc
    ");
    assert_eq!(step.run.ended(0).stdout, scene.run(&["check"]).stdout);
}

#[test]
fn outside_of_actions_nothing_of_it_happens() {
    let scene = scene();
    let summary = scene.home().join("summary.md");
    let mut command = scene.command(&["check"]);
    command.env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_OUTPUT", &summary);
    let run = Run::of(&command.output().unwrap(), scene.home()).ended(0);
    assert_eq!(run.stderr, "");
    assert!(!summary.exists());
}

#[test]
fn json_stays_json_and_a_quiet_run_still_leaves_its_records() {
    let scene = scene();
    let told = step(scene.command(&["check", "--format", "json"]), scene.home());
    assert_eq!(told.run.json()["series"].as_array().unwrap().len(), 4);
    assert!(told.run.stderr.starts_with("::warning title=pybump%3A 3.12%3A held::"), "{:#?}", told.run);
    let quiet = step(scene.command(&["check", "--quiet"]), scene.home());
    assert_eq!((quiet.run.stdout.as_str(), quiet.run.stderr.as_str()), ("", ""));
    assert!(quiet.summary.starts_with(SUMMARY) && quiet.outputs["updated"] == "3.14", "{}", quiet.summary);
}

#[test]
fn the_same_table_is_a_checks_markdown() {
    let scene = scene();
    let markdown = scene.run(&["check", "--format", "markdown"]).ended(0).stdout;
    let told = step(scene.command(&["check"]), scene.home());
    assert_eq!(told.summary, format!("## pybump check\n\n{markdown}"));
    bare(&["audit", "--format", "markdown"])
        .ended(2)
        .said("--format markdown is for pybump check, tags, matrix and report");
}

#[test]
fn an_alarm_is_an_error_with_quiet_too() {
    let scene = Scene::new(one_behind());
    scene.server.world(|world| rerolled(world, "3.13.9"));
    for arguments in [&["check"] as &[&str], &["check", "--quiet"]] {
        let step = step(scene.command(arguments), scene.home());
        assert!(step.run.stderr.starts_with("::error title=pybump%3A 3.13%3A alarm::"), "{:#?}", step.run);
        assert!(step.summary.contains("| 3.13 | 3.13.9 | **ALARM** | since DATE TIME UTC (AGO): "), "{}", step.summary);
        assert_eq!(step.outputs(), "alarm=true\nheld=3.13\nupdated=3.14\nwaiting=\n");
        step.run.ended(5);
    }
}

#[test]
fn an_update_and_a_render_sum_up_the_files() {
    let scene = Scene::new(one_behind());
    let update = step(scene.command(&["update"]), scene.home());
    let (_, files) = update.summary.split_once("### Files").unwrap();
    for file in ["3.14/slim-trixie/Dockerfile", "3.14/windows/windowsservercore-ltsc2025/Dockerfile", "versions.json"] {
        assert!(files.contains(&format!("\n- wrote `{file}`\n")), "{files}");
    }
    assert_eq!(update.outputs["updated"], "3.14");
    scene.write("3.14/slim-trixie/Dockerfile", "FROM scratch\n");
    let render = step(scene.command(&["render", "--check"]), scene.home());
    assert_snapshot!(render.summary, @"
    ## pybump render --check

    - differs: `3.14/slim-trixie/Dockerfile`
    ");
    render.run.ended(1);
}

#[test]
fn verify_and_audit_sum_up_what_holds_and_what_does_not() {
    let scene = accepted();
    let verify = step(scene.command(&["verify", "3.14.3", "--no-download"]), scene.home());
    assert_snapshot!(verify.summary, @"
    ## pybump verify 3.14.3

    | file |  | signed by, or why not |
    |---|---|---|
    | `Python-3.14.3.tar.xz` | verified | `hugo@python.org`, DATE TIME UTC |
    | `python-3.14.3-amd64.exe` | verified | `hugo@python.org`, DATE TIME UTC |
    ");
    let audit = step(scene.command(&["audit"]), scene.home());
    assert_snapshot!(audit.summary, @"
    ## pybump audit

    4 artifacts: 4 as accepted; bytes not read (--download reads them)
    ");
    assert_eq!(audit.outputs(), "alarm=false\n");
    scene.server.world(|world| rerolled(world, "3.14.3"));
    let audit = step(scene.command(&["audit"]), scene.home());
    assert_eq!(audit.commands().len(), 1);
    assert!(
        audit.run.stderr.starts_with("::error title=pybump%3A Python-3.14.3.tar.xz%3A alarm::"),
        "{:#?}",
        audit.run
    );
    assert!(audit.summary.contains("| `Python-3.14.3.tar.xz` | **ALARM** | "), "{}", audit.summary);
    assert_eq!(audit.outputs(), "alarm=true\n");
    audit.run.ended(5);
}

#[test]
fn an_error_of_the_whole_run_is_an_annotation_of_one_line() {
    let home = tempfile::tempdir().unwrap();
    let mut command = crate::support::run::pybump(home.path());
    command.args(["check", "--config", "a\n::error::b"]);
    let step = step(command, home.path());
    assert_snapshot!(step.run.stderr, @"::error title=pybump::cannot read the configuration a%0A::error::b: No such file or directory (os error 2)");
    assert_eq!(step.commands().len(), 1);
    assert_eq!(step.run.status, 2);
}
