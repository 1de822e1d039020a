//! A scene whose configuration turns the ledger on.

use pybump::config::LedgerFolder;
use pybump::demo::world::World;
use pybump::ledger::Ledger;
use serde_json::Value;

use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;

pub const ON: &str = "ledger = \"state/ledger\"\n";

/// `world`, with 3.13.9 and 3.14.2 tracked, the ledger on and empty.
pub fn kept(world: World) -> Scene {
    on(Scene::new(world))
}

/// The same of another scene.
pub fn on(scene: Scene) -> Scene {
    scene.write("pybump.toml", ON);
    scene
}

/// The ledger of a scene's repository.
pub fn ledger(scene: &Scene) -> Ledger {
    let folder: LedgerFolder = "state/ledger".parse().unwrap();
    Ledger::read(&scene.root(), &folder).unwrap()
}

/// The file of `series`, which is as its schema documents.
#[track_caller]
pub fn file(scene: &Scene, series: &str) -> Value {
    let file: Value = serde_json::from_str(&scene.read(&format!("state/ledger/{series}.json"))).unwrap();
    assert_documented(&file, &bare(&["schema", "ledger"]).json());
    file
}

/// The names of the files that the ledger of `series` has entries of, in its order.
#[track_caller]
pub fn files(scene: &Scene, series: &str) -> Vec<String> {
    let file = file(scene, series);
    file["artifacts"].as_array().unwrap().iter().map(|entry| entry["file"].as_str().unwrap().to_owned()).collect()
}
