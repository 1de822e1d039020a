//! Windows variants that go, and those that stay.

use crate::support::scene::{LINUX, Scene, WINDOWS};
use crate::support::worlds::{calm, release};

fn scene(hours: i64, phase: &'static str) -> Scene {
    let mut world = calm();
    let mut source_only = release("3.14.3", hours);
    source_only.windows = false;
    world.release(&source_only).unwrap();
    world.phase("3.14".parse().unwrap(), phase);
    Scene::new(world)
}

#[test]
fn dropped_variants_leave_manifest_and_tree_with_their_checksum() {
    for scene in [(30, "security", &["update"][..]), (2, "bugfix", &["update", "--without-windows"])]
        .map(|(hours, phase, command)| (scene(hours, phase), command))
        .map(|(scene, command)| {
            scene.run(command).ended(0).said(&format!("drops {WINDOWS}"));
            scene
        })
    {
        let entry = &scene.manifest()["3.14"];
        assert_eq!(entry["variants"], serde_json::json!([LINUX]));
        assert_eq!((&entry["version"], &entry["checksums"]["windows"]), (&"3.14.3".into(), &serde_json::Value::Null));
        assert!(!scene.root().join("3.14/windows").exists());
        assert!(scene.root().join("3.13").join(WINDOWS).join("Dockerfile").exists());
        scene.run(&["render", "--check"]).ended(0);
        scene.run(&["update"]).ended(0).said("no file changed");
    }
}

#[test]
fn a_held_series_keeps_everything() {
    let scene = scene(30, "bugfix");
    let before = scene.tree();
    scene.run(&["update"]).ended(0).said("--without-windows goes on without the Windows variants");
    assert_eq!(scene.tree(), before);
}
