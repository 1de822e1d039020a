//! What commits say below their subjects.

use pybump::demo::world::World;
use pybump::model::Sha256;
use serde_json::json;

use crate::support::run::normalised;
use crate::support::scene::{LINUX, Scene};
use crate::support::worlds::{hours_ago, one_behind, release};

const OLD_PIN: &str = "https://github.com/pypa/get-pip/commit/0000000000000000000000000000000000000001";

/// The body of `HEAD`, with what differs from run to run replaced.
fn body(scene: &Scene) -> String {
    let body = scene.git(&["log", "-1", "--format=%b"]);
    let digests = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let body: String = body.split_inclusive([' ', '\n']).fold(String::new(), |text, word| {
        let end = word.trim_end();
        text + &if digests(end) { word.replace(end, "DIGEST") } else { word.to_owned() }
    });
    let shape: Vec<_> = normalised(&body, scene.home()).lines().map(timeless).collect();
    shape.join("\n")
}

/// `line` without the time of day and the log entry, which differ from run to run.
fn timeless(line: &str) -> String {
    match line.trim_start() {
        signed if signed.starts_with("signed ") => "  signed DATE TIME UTC".to_owned(),
        log if log.starts_with("log ") => "  log    entry NUMBER".to_owned(),
        _ => line.to_owned(),
    }
}

#[test]
fn the_evidence_stands_below_the_subject() {
    let mut world = one_behind();
    let mut source_only = release("3.13.10", 30);
    source_only.windows = false;
    world.release(&source_only).unwrap();
    world.phase("3.13".parse().unwrap(), "security");
    let scene = Scene::new(world).committed();
    let digest = |kind: &str| scene.manifest()["3.14"]["checksums"][kind]["sha256"].as_str().unwrap().to_owned();
    scene.update_commit(&["3.14"]).ended(0);
    insta::assert_snapshot!(body(&scene), @r"
    CPython 3.14.2 -> 3.14.3

    Python-3.14.3.tar.xz
      sha256 DIGEST
      signer hugo@python.org
      issuer https://github.com/login/oauth
      signed DATE TIME UTC
      log    entry NUMBER

    python-3.14.3-amd64.exe
      sha256 DIGEST
      signer hugo@python.org
      issuer https://github.com/login/oauth
      signed DATE TIME UTC
      log    entry NUMBER
    ");
    // The new digests, whole and on lines of their own.
    let whole = scene.git(&["log", "-1", "--format=%b"]);
    assert!(["source", "windows"].iter().all(|kind| whole.contains(&digest(kind))), "{whole}");
    scene.update_commit(&["3.13"]).ended(0);
    insta::assert_snapshot!(body(&scene), @r"
    CPython 3.13.9 -> 3.13.10

    Python-3.13.10.tar.xz
      sha256 DIGEST
      signer thomas@python.org
      issuer https://accounts.google.com
      signed DATE TIME UTC
      log    entry NUMBER

    Variants that go:
      windows/windowsservercore-ltsc2025
    ");
    let log = scene.git(&["log"]);
    assert!(log.lines().all(|line| line.chars().count() <= 80), "{log}");
}

#[test]
fn components_are_named_before_and_after() {
    let mut world = World::new().unwrap();
    world.release(&release("3.11.14", 3000)).unwrap();
    world.release(&release("3.11.15", 30)).unwrap();
    world.phase("3.11".parse().unwrap(), "security");
    let pin = world.get_pip("#!/usr/bin/env python\nprint('get-pip')\n", hours_ago(100));
    let scene = Scene::tracking(world, &[("3.11", "3.11.14")], &[LINUX]).committed();
    scene.edit_manifest(|manifest| {
        manifest["3.11"]["setuptools"] = json!({ "version": "65.5.1" });
        manifest["3.11"]["get-pip"] =
            json!({ "version": OLD_PIN, "url": "https://example.org/old", "sha256": Sha256::of(b"an older script") });
    });
    scene.commit_all("Components", "2024-01-02T00:00:00Z");
    scene.update_commit(&[]).ended(0);
    let upstreams =
        format!("Update 3.11 to 3.11.15, get-pip https://github.com/pypa/get-pip/commit/{pin}, setuptools 79.0.1");
    assert_eq!(scene.subjects()[0], upstreams);
    insta::assert_snapshot!(body(&scene).replace(&pin.to_string(), "COMMIT"), @r"
    CPython 3.11.14 -> 3.11.15

    Python-3.11.15.tar.xz
      sha256 DIGEST
      signer pablogsal@python.org
      issuer https://accounts.google.com
      signed DATE TIME UTC
      log    entry NUMBER

    setuptools 65.5.1 -> 79.0.1
    get-pip 0000000000000000000000000000000000000001
      -> COMMIT
      sha256 DIGEST
    ");
}

#[test]
fn without_evidence_and_sign_off_there_is_a_subject_and_nothing_else() {
    let scene = Scene::new(one_behind()).committed();
    scene.write("pybump.toml", "[publish]\nevidence = false\n");
    scene.commit_all("Configure", "2024-01-02T00:00:00Z");
    scene.update_commit(&[]).ended(0);
    assert_eq!(scene.git(&["cat-file", "commit", "HEAD"]).split_once("\n\n").unwrap().1, "Update 3.14 to 3.14.3");
}

#[test]
fn the_sign_off_is_a_trailer_that_git_understands() {
    for evidence in [true, false] {
        let scene = Scene::new(one_behind()).committed();
        let config =
            format!("[publish]\nsign-off = true\nevidence = {evidence}\nauthor = \"Image Bot <bot@example.org>\"\n");
        scene.write("pybump.toml", &config);
        scene.commit_all("Configure", "2024-01-02T00:00:00Z");
        scene.update_commit(&[]).ended(0);
        let asked = "--format=%an <%ae>|%(trailers:key=Signed-off-by,valueonly)";
        let both = "Image Bot <bot@example.org>|Image Bot <bot@example.org>";
        assert_eq!(scene.git(&["log", "-1", asked]), both);
        let ends = scene.git(&["log", "-1", "--format=%B"]);
        assert!(ends.ends_with("\n\nSigned-off-by: Image Bot <bot@example.org>"), "{ends}");
    }
}
