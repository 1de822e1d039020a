//! `verify.yml`: a bump is let through, and what a pull request says in its own favour counts for nothing.

use pybump::model::SigstoreIdentity;

use super::stage::Flows;
use crate::publish::stage::BRANCH;
use crate::support::worlds::{calm, one_behind, release};

/// The step that asks for the evidence.
const AUDIT: &str = "Every digest is vouched for, by the signers of the base branch or by pypa/get-pip";

#[test]
fn a_bump_is_verified_and_only_what_it_changed_is_built() {
    let Some(flows) = Flows::new(one_behind()) else { return };
    flows.bump().green();
    let ran = flows.verify(1, BRANCH).green();
    let steps = ran.steps("check");
    assert!(steps.iter().all(|(_, outcome)| matches!(*outcome, "success") || outcome == &"skipped"), "{ran:#?}");
    assert_eq!(ran.legs("build"), ["3.14/slim-trixie", "3.14/windows/windowsservercore-ltsc2025"]);
    assert!(ran.said("build", "It starts, and is the version that it says").contains("Python 3.14.3"), "{ran:#?}");
    let asked = flows.asked();
    let built: Vec<_> = asked.iter().filter(|line| line.starts_with("docker build")).collect();
    assert_eq!(
        built,
        [
            "docker build --pull --tag pybump-verify 3.14/slim-trixie",
            "docker build --pull --tag pybump-verify 3.14/windows/windowsservercore-ltsc2025"
        ]
    );
    assert_eq!(ran.result("verified"), "success");
}

#[test]
fn a_pull_request_that_changes_no_image_builds_none_and_is_verified() {
    let Some(flows) = Flows::new(one_behind()) else { return };
    flows.push("words", &[("README.md", Some("Python\n"))]);
    let ran = flows.verify(7, "words").green();
    assert_eq!((ran.result("check"), ran.result("build"), ran.result("verified")), ("success", "skipped", "success"));
    assert!(!flows.asked().iter().any(|line| line.starts_with("docker")), "{ran:#?}");
}

#[test]
fn a_dockerfile_that_templates_do_not_give_fails() {
    let Some(flows) = Flows::new(one_behind()) else { return };
    let path = "3.14/slim-trixie/Dockerfile";
    let text = format!("{}RUN echo by hand\n", flows.file("main", path).unwrap());
    flows.push("by-hand", &[(path, Some(&text))]);
    let ran = flows.verify(7, "by-hand");
    assert_eq!((ran.result("check"), ran.result("verified")), ("failure", "failure"));
    let steps = ran.steps("check");
    assert!(steps.contains(&("The Dockerfiles are what manifest and templates give", "failure")), "{ran:#?}");
    assert!(steps.contains(&(AUDIT, "success")), "{steps:#?}");
    assert_eq!(ran.legs("build"), ["3.14/slim-trixie"], "the image is built nevertheless");
}

#[test]
fn a_dockerfile_with_an_error_in_its_shell_lines_fails_by_the_rules_of_the_base_branch() {
    let Some(flows) = Flows::new(one_behind()) else { return };
    let template = format!("{}\nENTRYPOINT python3\n", flows.file("main", "Dockerfile-linux.template").unwrap());
    let path = "3.14/slim-trixie/Dockerfile";
    let text = format!("{}\nENTRYPOINT python3\nENTRYPOINT sh\n", flows.file("main", path).unwrap());
    let lenient = "ignored: [DL4004]\n";
    flows.push(
        "twice",
        &[("Dockerfile-linux.template", Some(&template)), (path, Some(&text)), (".hadolint.yaml", Some(lenient))],
    );
    let ran = flows.verify(7, "twice");
    let steps = ran.steps("check");
    assert!(steps.contains(&("The changed Dockerfiles pass hadolint", "failure")), "{steps:#?}");
    assert!(ran.said("check", "The changed Dockerfiles pass hadolint").contains("DL4004"), "{ran:#?}");
}

#[test]
fn what_a_pull_request_pins_in_its_own_favour_is_judged_by_the_base() {
    let mut world = calm();
    let mut forged = release("3.14.3", 20);
    let (identity, issuer) = ("mallory@example.org".to_owned(), "https://github.com/login/oauth".to_owned());
    forged.signer = Some(SigstoreIdentity { identity, issuer });
    world.release(&forged).unwrap();
    let Some(flows) = Flows::new(world) else { return };
    // In mallory's clone all is as it should be.
    let pins = flows.read("state/signers.toml").replace("hugo@python.org", "mallory@example.org");
    flows.write("state/signers.toml", &pins);
    flows.scene().run(&["update"]).ended(0).said("3.14.3");
    let tree = flows.tree();
    let files: Vec<(&str, String)> = tree
        .0
        .iter()
        .filter(|(path, _)| !path.starts_with(".git/"))
        .map(|(path, file)| (path.as_str(), String::from_utf8(file.bytes.clone()).unwrap()))
        .collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, Some(text.as_str()))).collect();
    flows.push("mallory", &files);
    assert_eq!(flows.version("mallory", "3.14"), "3.14.3");

    let ran = flows.verify(7, "mallory");
    assert_eq!((ran.result("check"), ran.result("verified")), ("failure", "failure"));
    let steps = ran.steps("check");
    assert!(steps.contains(&("The Dockerfiles are what manifest and templates give", "success")), "{steps:#?}");
    let said = ran.said("check", AUDIT);
    assert!(said.contains("mallory@example.org") && said.contains("hugo@python.org"), "{said}");
}

#[test]
fn python_code_of_the_pull_request_is_not_run_by_the_job_that_vouches() {
    let Some(flows) = Flows::new(one_behind()) else { return };
    flows.bump().green();
    let code = "import os, pathlib\npathlib.Path(os.environ['STAND_INS'], 'own-code').write_text('ran')\n";
    let files = ["venv.py", "pip.py", "ensurepip.py", "sitecustomize.py"].map(|name| (name, Some(code)));
    flows.push(BRANCH, &files);
    let ran = flows.verify(1, BRANCH);
    assert!(!flows.folder().join("own-code").exists(), "{ran:#?}");
    let steps = ran.green();
    assert!(steps.steps("check").contains(&("The changed Dockerfiles pass hadolint", "success")), "{steps:#?}");
}
