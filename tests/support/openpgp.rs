//! A release manager with an OpenPGP key of the demo's making, whom a scene pins for 3.13.

use std::fs;

use jiff::Timestamp;
use pybump::demo::authority::openpgp::OpenPgpKey;
use pybump::demo::world::World;
use pybump::model::Artifact;

use super::scene::Scene;
use super::worlds::{calm, hours_ago, release, source, windows};

/// The pin that stands in the built-in signers file for 3.12 and 3.13.
const REAL: &str = "7169605F62C751356D054A26A821E680E5FA6305";

/// The pin for Windows installers.
const BUILDER: &str = "7ED10B6531D7C8E1BC296021FC624643487034E5";

/// When the keys were made: long before every release, and the same in every run, for a fingerprint says it too.
pub fn made_at() -> Timestamp {
    "2020-06-01T00:00:00Z".parse().unwrap()
}

/// The key that scenes pin.
pub fn manager() -> OpenPgpKey {
    OpenPgpKey::new(1, made_at()).unwrap()
}

/// A key that nobody pins.
pub fn stranger() -> OpenPgpKey {
    OpenPgpKey::new(2, made_at()).unwrap()
}

/// As [`calm`], but 3.13.10 came out twenty hours ago, and `sign` has the `.asc` beside each of its files.
pub fn signed(sign: impl Fn(&[u8]) -> String) -> World {
    let mut world = calm();
    world.release(&release("3.13.10", 20)).unwrap();
    for artifact in [source("3.13.10"), windows("3.13.10")] {
        let bytes = world.page(&path(&artifact, "")).unwrap().body.clone();
        world.put(&path(&artifact, ".asc"), sign(&bytes).into(), hours_ago(18));
    }
    world
}

/// The same, signed by `key` as its holder should.
pub fn signed_by(key: &OpenPgpKey) -> World {
    signed(|bytes| key.sign(bytes, hours_ago(19), None).unwrap())
}

/// Where a file of a release lies in the world.
pub fn path(artifact: &Artifact, suffix: &str) -> String {
    format!("/ftp/python/{}{suffix}", artifact.path())
}

/// A scene on `world` that pins `key`, as it is, for 3.12 and 3.13; `at_hand` if the key lies beside the signers file.
pub fn pinning(key: &OpenPgpKey, at_hand: bool, world: World) -> Scene {
    let scene = Scene::new(world);
    let signers = include_str!("../../state/signers.toml").replace(REAL, &key.fingerprint().to_string());
    let signers = signers.replace(BUILDER, &key.fingerprint().to_string());
    fs::create_dir_all(scene.home().join("trust/keys")).unwrap();
    fs::write(scene.home().join("trust/signers.toml"), signers).unwrap();
    if at_hand {
        let file = scene.home().join(format!("trust/keys/{}.asc", key.fingerprint()));
        fs::write(file, key.certificate().unwrap()).unwrap();
    }
    scene.write("pybump.toml", &format!("signers = '{}'\n", scene.home().join("trust/signers.toml").display()));
    scene
}
