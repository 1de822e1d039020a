//! A scene whose ledger knows all that it tracks, and the verdicts over it.

use pybump::demo::world::World;
use pybump::model::Artifact;

use crate::ledger::stage::{kept, on};
use crate::support::openpgp::path;
use crate::support::run::{Run, bare};
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::{hours_ago, one_behind, release, source, version};

/// 3.13.10 and 3.14.3 came out since [`Scene::new`]'s versions.
pub fn both_behind() -> World {
    let mut world = one_behind();
    world.release(&release("3.13.10", 30)).unwrap();
    world
}

/// At 3.13.10 and 3.14.3, and the ledger knows source and installer of each.
pub fn accepted() -> Scene {
    let scene = kept(both_behind());
    scene.run(&["update"]).ended(0).said("3.13.9 → 3.13.10").said("3.14.2 → 3.14.3");
    scene.server.forget_requests();
    scene
}

/// The same without a ledger.
pub fn unrecorded() -> Scene {
    let scene = Scene::new(both_behind());
    scene.run(&["update"]).ended(0);
    scene.server.forget_requests();
    scene
}

/// [`accepted`], and 3.14.4 came after 3.14.3, of which the ledger alone knows.
pub fn moved_on() -> Scene {
    let scene = accepted();
    scene.server.world(|world| world.release(&release("3.14.4", 12))).unwrap();
    scene.run(&["update"]).ended(0).said("3.14.3 → 3.14.4");
    scene
}

/// A ledger for a scene that has a configuration.
pub fn configured(scene: &Scene, more: &str) {
    scene.write("pybump.toml", &format!("{}{more}", crate::ledger::stage::ON));
}

/// A scene that was set up otherwise, with a ledger.
pub fn recorded(scene: Scene) -> Scene {
    on(scene)
}

/// An audit that ends so, writes nothing into the repository, and whose JSON is as documented: each artifact's verdict and
/// code.
#[track_caller]
pub fn verdicts(scene: &Scene, arguments: &[&str], status: i32) -> String {
    let before = scene.tree();
    let run = scene.run(&[&["audit", "--format", "json"], arguments].concat()).ended(status);
    assert_eq!(scene.tree(), before, "an audit wrote into the repository");
    let json = run.json();
    assert_documented(&json, &bare(&["schema", "audit"]).ended(0).json());
    let artifacts = json["artifacts"].as_array().unwrap().iter().map(|artifact| {
        let code = artifact["code"].as_str().map_or(String::new(), |code| format!(" ({code})"));
        assert_eq!(artifact["reason"].is_null(), artifact["verdict"] == "holds", "{artifact:#}");
        format!("{} {}{code}\n", artifact["file"].as_str().unwrap(), artifact["verdict"].as_str().unwrap())
    });
    artifacts.collect()
}

/// An audit for people that ends so.
#[track_caller]
pub fn audited(scene: &Scene, arguments: &[&str], status: i32) -> Run {
    scene.run(&[&["audit"], arguments].concat()).ended(status)
}

/// Other bytes of the same number in place of the artifact's; its evidence stays.
pub fn other_bytes(world: &mut World, artifact: &Artifact) {
    let mut bytes = world.page(&path(artifact, "")).unwrap().body.to_vec();
    let last = bytes.last_mut().unwrap();
    *last = !*last;
    world.put(&path(artifact, ""), bytes.into(), hours_ago(1));
}

/// The release manager signs the same bytes again.
pub fn signed_again(world: &mut World, text: &str) {
    let bytes = world.page(&path(&source(text), "")).unwrap().body.clone();
    world.artifact(&release(text, 20), &source(text), bytes, hours_ago(1)).unwrap();
}

/// Another file, whole and signed by the same release manager, in place of a source tarball.
pub fn rerolled(world: &mut World, text: &str) {
    let mut bytes = pybump::demo::world::tarball(&version(text)).to_vec();
    bytes.extend([0; 4]);
    world.artifact(&release(text, 20), &source(text), bytes.into(), hours_ago(1)).unwrap();
}

/// The bundle of another release in place of an artifact's own: evidence that does not hold.
pub fn foreign_bundle(world: &mut World, artifact: &Artifact) {
    let other = world.page(&path(&source("3.13.9"), ".sigstore")).unwrap().body.clone();
    world.put(&path(artifact, ".sigstore"), other, hours_ago(1));
}
