//! A key that the manifest does not have yet.

use serde_json::json;

use crate::support::scene::{LINUX, Scene, TRACKED, WINDOWS};
use crate::support::worlds::{calm, hours_ago, release, version};

#[test]
fn a_new_key_takes_its_variants_from_the_newest_series() {
    let mut world = calm();
    world.release(&release("3.16.0a1", 30)).unwrap();
    let tracked = [TRACKED[0], TRACKED[1], ("3.16-rc", "3.16.0a1")];
    let mut expected = calm();
    expected.release(&release("3.16.0a1", 30)).unwrap();
    let expected = Scene::tracking(expected, &tracked, &[LINUX, WINDOWS]);
    let scene = Scene::new(world);
    scene.run(&["update", "3.16-rc"]).ended(0).said("3.16-rc  new → 3.16.0a1         update");
    scene.tree().assert_same_files(&expected.tree(), "afterwards");
    scene.run(&["update"]).ended(0).said("3 series: 3 current");
}

#[test]
fn a_new_key_stands_where_jq_would_sort_it() {
    let mut world = calm();
    world.release(&release("3.9.25", 900)).unwrap();
    world.release(&release("3.10.20", 900)).unwrap();
    let scene = Scene::new(world);
    scene.run(&["update", "3.9", "3.10"]).ended(0);
    let text = scene.read("versions.json");
    let order: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("  \"")?.strip_suffix("\": {")).collect();
    assert_eq!(order, ["3.10", "3.13", "3.14", "3.9"]);
}

#[test]
fn a_key_upstream_has_nothing_for_is_held_and_writes_nothing() {
    let scene = Scene::new(calm());
    let before = scene.tree();
    scene.run(&["update", "3.17-rc"]).ended(0).said("upstream has no release that 3.17-rc could track");
    assert_eq!(scene.tree(), before);
}

#[test]
fn a_final_that_is_not_out_is_not_waited_for() {
    let mut world = calm();
    world.release(&release("3.16.0a1", 30)).unwrap();
    let scene = Scene::new(world);
    let before = scene.tree();
    scene.run(&["update", "3.16"]).ended(0).said("upstream has no release that 3.16 could track");
    assert_eq!(scene.tree(), before);
    scene.server.world(|world| world.tag(&version("3.16.0"), hours_ago(1)));
    scene.run(&["update", "3.16"]).ended(0).said("3.16.0 is tagged but has no files yet");
}

#[test]
fn nobody_pinned_for_a_series_means_held() {
    let mut world = calm();
    world.release(&release("3.40.0", 30)).unwrap();
    let scene = Scene::new(world);
    let before = scene.tree();
    scene.run(&["update", "3.40"]).ended(0).said("no signer is pinned for 3.40");
    assert_eq!(scene.tree(), before);
    assert_eq!(scene.checked_with("3.40", &["3.40"])["at"], json!(null));
}
