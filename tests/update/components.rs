//! setuptools, pip and the get-pip pin.

use pybump::demo::world::{Fault, World};
use serde_json::{Value, json};

use crate::support::scene::{LINUX, Scene};
use crate::support::worlds::{hours_ago, release, version};

const SCRIPT: &str = "#!/usr/bin/env python\nprint('get-pip')\n";
const OLD_PIN: &str = "https://github.com/pypa/get-pip/commit/0000000000000000000000000000000000000001";

/// 3.11 at 3.11.14; `newer` so, 3.11.15 is out.
fn world(newer: bool) -> World {
    let mut world = World::new().unwrap();
    world.release(&release("3.11.14", 3000)).unwrap();
    world.phase("3.11".parse().unwrap(), "security");
    world.get_pip(SCRIPT, hours_ago(100));
    if newer {
        world.release(&release("3.11.15", 30)).unwrap();
    }
    world
}

/// That world, and a repository whose entry has these components beside the version.
fn scene(world: World, components: &Value) -> Scene {
    let scene = Scene::tracking(world, &[("3.11", "3.11.14")], &[LINUX]);
    scene.edit_manifest(|manifest| {
        for (name, component) in components.as_object().unwrap() {
            manifest["3.11"][name] = component.clone();
        }
    });
    scene
}

fn setuptools(version: &str) -> Value {
    json!({ "setuptools": { "version": version } })
}

/// The setuptools version in the manifest after an update under `config`.
fn updated(scene: &Scene, config: &str) -> String {
    scene.write("pybump.toml", config);
    scene.run(&["update"]).ended(0);
    scene.manifest()["3.11"]["setuptools"]["version"].as_str().unwrap().to_owned()
}

#[test]
fn setuptools_follows_what_the_release_bundles() {
    let scene = scene(world(true), &setuptools("65.5.1"));
    scene.run(&["update"]).ended(0).said("setuptools 65.5.1 → 79.0.1");
    assert_eq!(scene.manifest()["3.11"]["setuptools"], json!({ "version": "79.0.1" }));
    assert_eq!(scene.manifest()["3.11"]["version"], "3.11.15");
}

#[test]
fn a_component_moves_up_without_a_cpython_change_and_never_down() {
    assert_eq!(updated(&scene(world(false), &setuptools("65.5.1")), ""), "79.0.1");
    let ahead = scene(world(false), &setuptools("80.0"));
    let before = ahead.tree();
    ahead.run(&["update"]).ended(0).said("setuptools stays at 80.0 rather than go back to 79.0.1");
    assert_eq!(ahead.tree(), before);
}

#[test]
fn a_component_goes_down_with_a_cpython_change() {
    assert_eq!(updated(&scene(world(true), &setuptools("80.0")), ""), "79.0.1");
}

#[test]
fn a_floor_lifts_what_is_bundled_and_says_so() {
    let config = "[series.\"3.11\".setuptools]\nfloor = \"79.0.2\"\n";
    let scene = scene(world(true), &setuptools("65.5.1"));
    assert_eq!(updated(&scene, config), "79.0.2");
    let low = "[series.\"3.11\".setuptools]\nfloor = \"60.0\"\n";
    assert_eq!(updated(&self::scene(world(true), &setuptools("65.5.1")), low), "79.0.1");
}

#[test]
fn an_override_holds_until_it_expires_and_gives_its_reason() {
    let pinned = |expires: &str| {
        format!(
            "[series.\"3.11\".setuptools]\n\
             override = {{ version = \"70.0.0\", reason = \"CVE-2024-6345\", expires = \"{expires}\" }}\n"
        )
    };
    let held = scene(world(true), &setuptools("65.5.1"));
    held.write("pybump.toml", &pinned("2999-12-31"));
    held.run(&["check"]).said("setuptools 70.0.0 by override until 2999-12-31: CVE-2024-6345");
    assert_eq!(updated(&held, &pinned("2999-12-31")), "70.0.0");
    let expired = scene(world(true), &setuptools("65.5.1"));
    expired.write("pybump.toml", &pinned("2020-01-31"));
    expired.run(&["check"]).said("the override of setuptools 70.0.0 expired on DATE; remove it from the configuration");
    assert_eq!(updated(&expired, &pinned("2020-01-31")), "79.0.1");
}

#[test]
fn an_override_takes_no_component_back_without_a_cpython_change() {
    let config = "[series.\"3.11\".setuptools]\n\
                  override = { version = \"70.0.0\", reason = \"why\", expires = \"2999-12-31\" }\n";
    assert_eq!(updated(&scene(world(false), &setuptools("79.0.1")), config), "79.0.1");
}

#[test]
fn a_release_without_the_setuptools_that_its_entry_tracks_is_held() {
    let mut world = world(true);
    world.bundles(&version("3.11.15"), "26.1.1", None, hours_ago(30));
    let scene = scene(world, &setuptools("65.5.1"));
    let before = scene.tree();
    scene.run(&["update"]).ended(0).said("the entry tracks setuptools, but 3.11.15 bundles none");
    assert_eq!(scene.tree(), before);
}

#[test]
fn ensurepip_out_of_reach_keeps_a_release_waiting_and_a_current_one_current() {
    for (newer, status) in [(true, "waiting"), (false, "current")] {
        let mut world = world(newer);
        world.fail_below("/raw/", Fault::Status(403, String::new()));
        let series = scene(world, &setuptools("65.5.1")).checked("3.11");
        assert_eq!(series["status"], status);
        assert!(series.to_string().contains("Lib/ensurepip/__init__.py"), "{series:#}");
    }
}

#[test]
fn garbage_in_ensurepip_never_reaches_the_manifest() {
    for text in
        ["_SETUPTOOLS_VERSION = \"79.0.1; rm -rf /\"\n_PIP_VERSION = \"26.0\"\n", "<html>", "_PIP_VERSION = 26\n"]
    {
        let mut world = world(true);
        let path = "/raw/python/cpython/v3.11.15/Lib/ensurepip/__init__.py";
        world.put(path, text.as_bytes().to_vec().into(), hours_ago(3));
        let scene = scene(world, &setuptools("65.5.1"));
        let before = scene.tree();
        scene.run(&["update"]).ended(0).said("Lib/ensurepip/__init__.py");
        assert_eq!(scene.tree(), before, "{text}");
    }
}

fn get_pip() -> Value {
    let sha256 = pybump::model::Sha256::of(b"an older script");
    json!({ "get-pip": { "version": OLD_PIN, "url": "https://example.org/old", "sha256": sha256 } })
}

#[test]
fn the_get_pip_pin_moves_along_with_a_cpython_change() {
    let scene = scene(world(true), &get_pip());
    scene.run(&["update"]).ended(0).said("get-pip 0000000000000000000000000000000000000001 → ");
    let pin = &scene.manifest()["3.11"]["get-pip"];
    let commit = pin["version"].as_str().unwrap().strip_prefix("https://github.com/pypa/get-pip/commit/").unwrap();
    assert_eq!(pin["url"], format!("https://github.com/pypa/get-pip/raw/{commit}/public/get-pip.py"));
    assert_eq!(pin["sha256"], pybump::model::Sha256::of(SCRIPT.as_bytes()).to_string());
}

#[test]
fn the_get_pip_pin_moves_alone_only_where_configured() {
    let scene = scene(world(false), &get_pip());
    scene.run(&["update"]).ended(0).said("no file changed");
    scene.write("pybump.toml", "[get-pip]\nalone = true\n");
    scene.run(&["update"]).ended(0);
    assert_ne!(scene.manifest()["3.11"]["get-pip"]["version"], OLD_PIN);
    scene.run(&["update"]).ended(0).said("no file changed");
}

#[test]
fn a_get_pip_source_out_of_reach_blocks_no_release() {
    let mut world = world(true);
    world.fail_below("/github/", Fault::Status(200, "<html>not a script</html>".into()));
    let scene = scene(world, &get_pip());
    scene.run(&["update"]).ended(0).said("the get-pip pin stays: ").said("3.11.15");
    assert_eq!(scene.manifest()["3.11"]["get-pip"]["version"], OLD_PIN);
    assert_eq!(scene.manifest()["3.11"]["version"], "3.11.15");
}

#[test]
fn pip_follows_what_is_bundled_where_the_entry_tracks_it() {
    let mut world = world(true);
    world.bundles(&version("3.11.15"), "27.0", Some("79.0.1"), hours_ago(30));
    let scene = scene(world, &json!({ "pip": { "version": "26.1.1" } }));
    scene.run(&["update"]).ended(0).said("pip 26.1.1 → 27.0");
    assert_eq!(scene.manifest()["3.11"]["pip"]["version"], "27.0");
}
