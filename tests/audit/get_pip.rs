//! A get-pip pin does not vouch for itself: pypa's own branch must have the script.

use pybump::demo::world::{Fault, World};
use pybump::model::{CommitSha, Sha256};
use serde_json::{Value, json};

use super::base::branched;
use super::stage::audited;
use crate::support::run::Run;
use crate::support::scene::Scene;
use crate::support::worlds::{calm, hours_ago};

const OLD: &str = "print('older')\n";
const NEW: &str = "print('newest')\n";
const FORGED: &str = "print('mallory')\n";

/// A commit of each script: on `main` of pypa/get-pip, its newest, and one of a fork.
struct Commits {
    old: CommitSha,
    new: CommitSha,
    forged: CommitSha,
}

/// What a manifest has of `script` at `commit`.
fn pin(commit: &CommitSha, script: &str) -> Value {
    json!({
        "version": format!("https://github.com/pypa/get-pip/commit/{commit}"),
        "url": format!("https://github.com/pypa/get-pip/raw/{commit}/public/get-pip.py"),
        "sha256": Sha256::of(script.as_bytes()),
    })
}

/// The branch of a pull request; its base pins the older script for 3.14.
fn proposed() -> (Scene, Commits) {
    let mut world = calm();
    let (old, new) = (world.get_pip(OLD, hours_ago(900)), world.get_pip(NEW, hours_ago(100)));
    let commits = Commits { forged: world.forked_get_pip(FORGED, hours_ago(50)), old, new };
    let scene = Scene::new(world);
    scene.edit_manifest(|manifest| manifest["3.14"]["get-pip"] = pin(&commits.old, OLD));
    (branched(scene), commits)
}

/// The pull request pins this for 3.14; what it comes to.
#[track_caller]
fn pinned(scene: &Scene, pin: &Value, status: i32) -> Run {
    let mut manifest = scene.manifest();
    manifest["3.14"]["get-pip"] = pin.clone();
    scene.write("versions.json", &format!("{manifest:#}\n"));
    scene.server.forget_requests();
    audited(scene, &["--base", "main"], status)
}

/// How often GitHub was asked about get-pip.
fn asked(scene: &Scene) -> usize {
    scene.server.requests().iter().filter(|request| request.target.contains("/pypa/get-pip/")).count()
}

#[test]
fn a_script_that_pypa_s_branch_has_is_let_through_and_one_that_the_base_has_is_not_asked_about() {
    let (scene, commits) = proposed();
    let run = pinned(&scene, &pin(&commits.old, OLD), 0).did_not_say("get-pip");
    assert_eq!(asked(&scene), 0, "{run:#?}");
    pinned(&scene, &pin(&commits.new, NEW), 0).said("get-pip of 3.14").said("; 1 get-pip pin: 1 of pypa/get-pip");
    assert_eq!(asked(&scene), 2);
    // Under a key that had none the same is asked, once for both.
    scene.edit_manifest(|manifest| manifest["3.13"]["get-pip"] = pin(&commits.new, NEW));
    scene.server.forget_requests();
    let json = scene.run(&["audit", "--base", "main", "--format", "json"]).ended(0).json();
    assert_eq!(json["get_pip"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&json["get_pip"][0]["keys"], &json["get_pip"][0]["verdict"]),
        (&json!(["3.13", "3.14"]), &json!("holds"))
    );
    assert_eq!(asked(&scene), 2);
    // An older one of pypa's is pypa's as well.
    scene.edit_manifest(|manifest| manifest["3.13"]["get-pip"] = pin(&commits.old, OLD));
    audited(&scene, &["3.13", "--base", "main"], 0).said("get-pip of 3.13").did_not_say("3.14");
}

#[test]
fn a_commit_of_a_fork_is_refused_though_its_script_has_that_very_digest() {
    let (scene, commits) = proposed();
    pinned(&scene, &pin(&commits.forged, FORGED), 1)
        .said("get-pip of 3.14                  REFUSED")
        .said(&format!(
            "commit {} is not on the branch main of pypa/get-pip: GitHub serves the commits",
            commits.forged
        ))
        .said("let pybump update write the pin")
        .said("1 get-pip pin: 1 refused");
    // Judged by itself, nothing is said of it.
    audited(&scene, &[], 0).did_not_say("get-pip");
    audited(&scene, &["3.13", "--base", "main"], 0);
}

#[test]
fn a_commit_that_github_does_not_know_another_digest_and_another_address_are_refused() {
    let (scene, commits) = proposed();
    let unknown: CommitSha = "1".repeat(40).parse().unwrap();
    pinned(&scene, &pin(&unknown, NEW), 1).said(&format!("pypa/get-pip has no commit {unknown} on its branch main: "));
    let other = Sha256::of(FORGED.as_bytes()).to_string();
    let found = Sha256::of(NEW.as_bytes());
    pinned(&scene, &pin(&commits.new, FORGED), 1)
        .said(&format!("its sha256 is \"{other}\", and that of the script at its commit is {found}"));
    for url in [
        "https://mallory.example/get-pip.py".to_owned(),
        format!("https://github.com/mallory/get-pip/raw/{}/public/get-pip.py", commits.forged),
        format!("https://github.com/pypa/get-pip/raw/{}/public/get-pip.py", commits.forged),
        format!("https://github.com/pypa/get-pip/raw/{}/public/3.9/get-pip.py", commits.new),
        format!("https://github.com/pypa/get-pip/raw/{}/public/get-pip.py\u{202e}", commits.new),
        String::new(),
    ] {
        let mut pin = pin(&commits.new, FORGED);
        pin["url"] = url.clone().into();
        let run = pinned(&scene, &pin, 1).said("its url is \"").did_not_say("\u{202e}");
        assert_eq!(asked(&scene), 0, "{url}: {run:#?}");
    }
}

#[test]
fn where_github_does_not_tell_it_cannot_be_told() {
    let (scene, commits) = proposed();
    let compare = format!("/api/repos/pypa/get-pip/compare/main...{}", commits.new);
    let script = format!("/github/pypa/get-pip/raw/{}/public/get-pip.py", commits.new);
    for (path, what) in [
        (&compare, format!("whether commit {} is on the branch main of pypa/get-pip cannot be told: ", commits.new)),
        (&script, "whether its sha256 is that of the script at its commit cannot be told: ".to_owned()),
    ] {
        scene.server.world(|world| world.fail(path, Fault::Status(501, String::new())));
        pinned(&scene, &pin(&commits.new, NEW), 1)
            .said("no answer")
            .said(&what)
            .said("1 get-pip pin: 1 not answered for");
        scene.server.world(World::mend);
    }
    pinned(&scene, &pin(&commits.new, NEW), 0);
}
