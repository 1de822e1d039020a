//! `dd557664`, mended six hours later by `ac65a0ec`: of all requests for 3.15.0a3, long released, those for the evidence of
//! its source failed once. The manifest lost the checksum, and the Dockerfiles the line that compares it.

use pybump::demo::world::{Fault, World};
use pybump::sources::client::Timeouts;

use super::told::History;
use crate::publish::stage::Stage;
use crate::publish::trial::{ONCE, Trial};
use crate::support::repository::Tree;
use crate::support::scene::{LINUX, Scene, WINDOWS};
use crate::support::worlds::{release, version};

const TRACKED: [(&str, &str); 2] = [("3.14", "3.14.2"), ("3.15-rc", "3.15.0a3")];

fn calm() -> World {
    let mut world = World::new().unwrap();
    for (text, hours) in [("3.14.2", 820), ("3.15.0a3", 550)] {
        world.release(&release(text, hours)).unwrap();
    }
    for (key, phase) in [("3.14", "bugfix"), ("3.15", "feature")] {
        world.phase(key.parse().unwrap(), phase);
    }
    world
}

/// What lies beside the source of this alpha answers like this.
fn evidence_fails(world: &mut World, alpha: &str, fault: &Fault) {
    for suffix in ["sigstore", "spdx.json"] {
        world.fail(&format!("/ftp/python/3.15.0/Python-3.15.0{alpha}.tar.xz.{suffix}"), fault.clone());
    }
}

#[test]
fn one_failed_request_takes_no_checksum_away_and_the_next_release_has_its_own() {
    let history = History::begins(calm(), &TRACKED, &[LINUX, WINDOWS], "", |_| {});
    let recorded = history.recorded("3.15-rc", "source");
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.14 3.14.2 current; 3.15-rc 3.15.0a3 current
    update --commit (0): no commit
    run (0): no pull request
    ");

    // As then: both answers are nothing, once as an absence, once as a refusal, once as a page that is none.
    let faults =
        [Fault::Status(404, String::new()), Fault::Status(403, String::new()), Fault::Status(200, String::new())];
    let told = faults.map(|fault| {
        history.then(|world| evidence_fails(world, "a3", &fault));
        history.told()
    });
    insta::assert_snapshot!(told.join("\n\n"), @"
    check (0): 3.14 3.14.2 current; 3.15-rc 3.15.0a3 current
    update --commit (0): no commit
    run (0): no pull request

    check (0): 3.14 3.14.2 current; 3.15-rc 3.15.0a3 waiting (unreachable)
    update --commit (0): no commit
    run (0): no pull request

    check (0): 3.14 3.14.2 current; 3.15-rc 3.15.0a3 held (evidence-rejected)
    update --commit (0): no commit
    run (0): no pull request
    ");

    // The request fails once, and is made again.
    history.then(|world| {
        world.mend();
        evidence_fails(world, "a3", &Fault::Times(1, 503));
    });
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.14 3.14.2 current; 3.15-rc 3.15.0a3 current
    update --commit (0): no commit
    run (0): no pull request
    ");

    // Meanwhile the next alpha comes out, and the same goes wrong with it.
    history.then(|world| {
        world.mend();
        world.release(&release("3.15.0a4", 5)).unwrap();
        evidence_fails(world, "a4", &Fault::Status(404, String::new()));
    });
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.14 3.14.2 current; 3.15-rc 3.15.0a3 waiting (no-evidence)
    update --commit (0): no commit
    run (0): no pull request
    ");
    assert_eq!(history.recorded("3.15-rc", "source"), recorded);

    // Mended.
    history.then(World::mend);
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.14 3.14.2 current; 3.15-rc 3.15.0a3 → 3.15.0a4 update
    update --commit (0): Update 3.15-rc to 3.15.0a4
    run (0): #1 pybump/update: Update 3.15-rc to 3.15.0a4 (Update 3.15-rc to 3.15.0a4)
    ");
    history.merged(1);
    let now = history.recorded("3.15-rc", "source");
    let dockerfile = history.file("main", "3.15-rc/slim-trixie/Dockerfile").unwrap();
    assert!(now != recorded && dockerfile.contains(&format!("ENV PYTHON_SHA256={}", now.as_str().unwrap())));
    assert!(dockerfile.contains("sha256sum -c"), "{dockerfile}");
}

/// Every request of an update of this history, each failing in every way: the manifest keeps all its checksums and variants,
/// and every Dockerfile the line that compares.
#[test]
fn whichever_request_fails_and_however_no_checksum_and_no_variant_is_lost() {
    let mut world = calm();
    world.release(&release("3.15.0a4", 30)).unwrap();
    let mut trial = Trial::new(Stage::of(Scene::tracking(world, &TRACKED, &[LINUX, WINDOWS]), ""), |_| {});
    trial.command = &["update"];
    let before = trial.stage.tree();
    whole(&before, "before");
    trial.restore();
    trial.run(ONCE, Timeouts::default()).unwrap();
    assert!(trial.stage.read("versions.json").contains("3.15.0a4"));
    let mut paths: Vec<_> = trial.stage.server.requests().into_iter().map(|request| request.target).collect();
    paths.sort();
    paths.dedup();
    assert!(paths.len() > 15, "{paths:#?}");
    let faults = [
        Fault::Status(404, String::new()),
        Fault::Status(403, String::new()),
        Fault::Status(500, String::new()),
        Fault::Status(200, String::new()),
        Fault::Status(200, "<html>busy</html>".to_owned()),
        Fault::Cut,
        Fault::Redirect("https://example.org/".to_owned()),
    ];
    for path in &paths {
        for fault in &faults {
            std::fs::remove_dir_all(trial.stage.home().join("cache")).unwrap();
            before.write(&trial.stage.root());
            let path = path.split('?').next().unwrap();
            trial.stage.server.world(|world| world.fail(path, fault.clone()));
            let _ = trial.run(ONCE, Timeouts::default());
            whole(&trial.stage.tree(), &format!("{fault:?} at {path}"));
            trial.stage.server.world(World::mend);
        }
    }
}

#[track_caller]
fn whole(tree: &Tree, when: &str) {
    let manifest: serde_json::Value = serde_json::from_str(&tree.text("versions.json")).unwrap();
    for (key, _) in TRACKED {
        let entry = &manifest[key];
        assert_eq!(entry["variants"], serde_json::json!([LINUX, WINDOWS]), "{when}");
        for (kind, variant) in [("source", LINUX), ("windows", WINDOWS)] {
            let digest = entry["checksums"][kind]["sha256"].as_str().unwrap_or_else(|| panic!("{when}: no {kind}"));
            assert!(tree.text(&format!("{key}/{variant}/Dockerfile")).contains(digest), "{when}");
        }
    }
}

#[test]
fn an_entry_that_lost_its_checksum_gets_it_back_by_evidence_alone() {
    // As upstream's repository stood for six hours: the entry has no checksum of the source.
    let history = History::begins(calm(), &TRACKED, &[LINUX, WINDOWS], "", |scene| {
        for template in ["Dockerfile-linux.template", "Dockerfile-windows.template"] {
            scene.write(template, "FROM debian\nENV SHA256={{ .checksums | [.. | strings] | tojson }}\n");
        }
        scene.edit_manifest(|manifest| {
            manifest["3.15-rc"]["checksums"].as_object_mut().unwrap().remove("source");
        });
    });
    history.then(|world| evidence_fails(world, "a3", &Fault::Status(404, String::new())));
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.14 3.14.2 current; 3.15-rc 3.15.0a3 current
    update --commit (0): no commit
    run (0): no pull request
    ");
    history.then(World::mend);
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.14 3.14.2 current; 3.15-rc 3.15.0a3 update
    update --commit (0): Update 3.15-rc
    run (0): #1 pybump/update: Update 3.15-rc (Update 3.15-rc)
    ");
    history.merged(1);
    let digest = history.server.world(|world| world.digest(&version("3.15.0a3"), pybump::model::ArtifactKind::Source));
    assert_eq!(history.recorded("3.15-rc", "source"), digest.unwrap().to_string());
}
