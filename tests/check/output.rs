//! Exit statuses, JSON, and what is not written or fetched.

use crate::support::repository::Tree;
use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::{calm, hours_ago, one_behind, release, source, version};
use pybump::demo::authority::Flaw;
use pybump::demo::world::{Request, World};

fn held_as_well(mut world: World) -> World {
    let mut forged = release("3.13.10", 30);
    forged.flaw = Some(Flaw::ForeignAuthority);
    world.release(&forged).unwrap();
    world
}

/// A scene in which upstream signs other bytes as 3.14.2 than the manifest says.
fn alarmed(world: World) -> Scene {
    let scene = Scene::new(world);
    scene.server.world(|world| {
        world.artifact(&release("3.14.2", 2000), &source("3.14.2"), "other".into(), hours_ago(9)).unwrap();
    });
    scene
}

#[test]
fn exit_codes_are_told_on_request_and_an_alarm_always() {
    let cases = [
        (Scene::new(calm()), 0, 0),
        (Scene::new(one_behind()), 0, 3),
        (Scene::new(held_as_well(calm())), 0, 4),
        (Scene::new(held_as_well(one_behind())), 0, 4),
        (alarmed(held_as_well(calm())), 5, 5),
    ];
    for (scene, plain, detailed) in cases {
        scene.run(&["check"]).ended(plain);
        scene.run(&["check", "--exit-code"]).ended(detailed);
        scene.run(&["-q", "check", "--exit-code"]).ended(detailed);
    }
}

#[test]
fn a_wait_is_no_update_and_no_hold() {
    let mut world = calm();
    world.tag(&version("3.14.3"), hours_ago(1));
    Scene::new(world).run(&["check", "--exit-code"]).ended(0);
}

#[test]
fn the_json_of_every_outcome_is_as_its_schema_documents() {
    let schema = bare(&["schema", "check"]).ended(0).json();
    let mut pending = held_as_well(one_behind());
    pending.tag(&version("3.14.4"), hours_ago(1));
    let scenes = [Scene::new(calm()), Scene::new(pending), alarmed(held_as_well(calm()))];
    for scene in scenes {
        let json = scene.run(&["--format", "json", "check"]).json();
        assert_documented(&json, &schema);
        assert_eq!(json["schema"], 1);
    }
}

#[test]
fn the_json_of_a_held_series_reads_so() {
    let scene = Scene::new(held_as_well(calm()));
    let run = scene.run(&["check", "3.13", "--format", "json"]).ended(0);
    insta::assert_snapshot!(run.stdout, @r#"
    {
      "schema": 1,
      "series": [
        {
          "key": "3.13",
          "at": "3.13.9",
          "target": null,
          "status": "held",
          "reason": {
            "code": "evidence-rejected",
            "text": "the source tarball of 3.13.10: its Sigstore bundle does not hold: the bundle's certificate does not verify: certificate chain is invalid: certificate chain validation failed: UnknownIssuer",
            "since": "INSTANT"
          },
          "pending": null,
          "components": [],
          "dropped_variants": [],
          "artifacts": [],
          "stale": {
            "release": null,
            "since": "INSTANT",
            "reason": "held: Sigstore bundle",
            "pull_request": null,
            "reason_since": null
          },
          "notes": []
        }
      ]
    }
    "#);
}

#[test]
fn check_writes_nothing_into_the_repository_and_fetches_no_artifact() {
    let scene = Scene::new(one_behind());
    let before = scene.tree();
    scene.run(&["check"]).ended(0);
    assert_eq!(scene.tree(), before);
    let artifacts: Vec<_> = scene
        .server
        .requests()
        .into_iter()
        .filter(|request| [".tar.xz", "-amd64.exe"].iter().any(|end| request.target.ends_with(end)))
        .collect();
    assert!(!artifacts.is_empty() && artifacts.iter().all(|request| request.method == "HEAD"), "{artifacts:?}");
}

#[test]
fn a_second_check_transfers_no_body_and_says_the_same() {
    let scene = Scene::new(one_behind());
    let first = scene.run(&["check"]).ended(0);
    assert!(scene.server.requests().iter().any(|request| request.body > 0));
    scene.server.forget_requests();
    let second = scene.run(&["check"]).ended(0);
    assert_eq!(second.stdout, first.stdout);
    let bodies: Vec<_> = scene.server.requests().into_iter().filter(|request| request.body > 0).collect();
    assert_eq!(bodies, []);
}

#[test]
fn what_is_cached_lies_in_the_users_cache_folder_alone() {
    let scene = Scene::new(one_behind());
    scene.run(&["check"]).ended(0);
    let home = Tree::read(scene.home());
    let elsewhere: Vec<_> = home
        .0
        .keys()
        .filter(|name| !name.starts_with("images/") && !name.starts_with("cache/pybump/") && *name != "root.json")
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    assert!(home.0.keys().any(|name| name.starts_with("cache/pybump/")));
}

#[test]
fn output_into_a_closed_pipe_is_no_error() {
    let scene = Scene::new(calm());
    let mut child = crate::support::run::spawnable(scene.home());
    child.args(scene.arguments(&["check"])).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = child.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn every_request_is_told_when_all_is_to_be_told() {
    let scene = Scene::new(one_behind());
    let told = String::from_utf8(scene.command(&["-vv", "check"]).output().unwrap().stderr).unwrap();
    let asked = scene.server.requests();
    for Request { method, target, status, .. } in &asked {
        let line = format!("{method} http://{}{target}: status {status} after ", scene.server.address());
        assert!(told.contains(&line), "{line} {told}");
    }
    assert_eq!(told.matches(": status ").count(), asked.len(), "{told}");
    scene.run(&["-v", "check"]).ended(0).did_not_say(": status ");
}
