//! The commit that would accept what an alarm is about: for a person to judge, and never made by a run.

use pybump::layout::DockerLibrary;
use pybump::model::{Sha256, Signers, TrackedKey};
use pybump::publish::{CommitOptions, alarm_commit, in_memory, tree_after};
use pybump::resolve::Alarm;
use pybump::verify::sigstore::SigstoreVerifier;
use pybump::verify::{Evidence, verify_evidence};

use crate::support::scene::Scene;
use crate::support::worlds::{calm, hours_ago, release, windows};

#[test]
fn it_changes_the_one_digest_and_the_dockerfiles_that_have_it_and_nothing_else() {
    let scene = Scene::new(calm()).committed();
    let key: TrackedKey = "3.14".parse().unwrap();
    let before = scene.read("versions.json");
    let recorded: Sha256 =
        scene.manifest()["3.14"]["checksums"]["windows"]["sha256"].as_str().unwrap().parse().unwrap();
    let artifact = windows("3.14.2");
    let now = scene.server.world(|world| {
        world.artifact(&release("3.14.2", 2000), &artifact, "other".into(), hours_ago(2)).unwrap();
        let verifier = SigstoreVerifier::from_trusted_root(&world.trusted_root()).unwrap();
        let page = world.page(&format!("/ftp/python/{}.sigstore", artifact.path())).unwrap();
        let bundle = String::from_utf8(page.body.to_vec()).unwrap();
        let evidence = Evidence { bundle: &bundle, sbom: None, tagged_at: None };
        verify_evidence(&verifier, Signers::embedded().of(key.series, artifact.kind), &artifact, evidence).unwrap()
    });
    let digest = now.sha256();
    let alarm = Alarm { now, recorded, accepted: None, doubt: None };
    let layout = DockerLibrary::open(&scene.root()).unwrap();
    let options = CommitOptions { evidence: true, sign_off: Some("A <a@example.org>".parse().unwrap()) };
    let commit = alarm_commit(key, &alarm, &layout, None, &options).unwrap();
    assert_eq!(commit.subject, "Update 3.14");
    assert_eq!(commit.date, alarm.now.signed_at());
    for words in [recorded.to_string(), digest.to_string(), artifact.file_name(), "hugo@python.org".to_owned()] {
        assert!(commit.body.contains(&words), "{words}: {}", commit.body);
    }
    assert!(commit.body.ends_with("\n\nSigned-off-by: A <a@example.org>"));

    let repository = in_memory(&scene.root()).unwrap();
    let head = repository.head().unwrap().peel_to_tree().unwrap();
    let changes = tree_after(&repository, &head, &commit.edits).unwrap().changes;
    let (paths, texts): (Vec<_>, Vec<_>) =
        changes.into_iter().map(|change| (change.path, change.blob.unwrap().text)).unzip();
    assert_eq!(paths, ["3.14/windows/windowsservercore-ltsc2025/Dockerfile", "versions.json"]);
    assert_eq!(texts[1], before.replace(&recorded.to_string(), &digest.to_string()));
    assert!(texts[0].contains(&digest.to_string()));
}
