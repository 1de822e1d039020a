//! Scenes whose python.org has something to say about signers.

use pybump::demo::authority::openpgp::OpenPgpKey;
use pybump::demo::world::{OPENPGP_PAGE, SIGSTORE_PAGE, World};

use crate::support::openpgp::made_at;
use crate::support::scene::Scene;
use crate::support::worlds::{calm, hours_ago};

/// The pins that are built in, as a repository's own file.
pub const PINS: &str = include_str!("../../state/signers.toml");

pub const GITHUB: &str = "https://github.com/login/oauth";

/// The key of somebody whom the page names anew.
pub fn newcomer() -> OpenPgpKey {
    OpenPgpKey::new(7, made_at()).unwrap()
}

/// The last 16 digits of its fingerprint.
pub fn newcomers_id() -> String {
    newcomer().fingerprint().to_string()[24..].to_owned()
}

/// A scene with a signers file of its own.
pub fn with_own_file() -> Scene {
    let scene = Scene::new(calm());
    scene.write("signers.toml", PINS);
    scene.write("pybump.toml", "signers = \"signers.toml\"\n");
    scene
}

/// From now on the Sigstore page says `to` where it said `from`.
pub fn says(scene: &Scene, from: &str, to: &str) {
    edit(scene, SIGSTORE_PAGE, from, to);
}

/// The same of the OpenPGP page.
pub fn lists(scene: &Scene, from: &str, to: &str) {
    edit(scene, OPENPGP_PAGE, from, to);
}

#[track_caller]
fn edit(scene: &Scene, page: &str, from: &str, to: &str) {
    let changed = scene.server.world(|world| world.edit_page(page, from, to, hours_ago(1)));
    assert!(changed, "the page has no {from}");
}

/// From now on 3.14 is signed by Savannah, as the Sigstore page says.
pub fn another_manager(scene: &Scene) {
    let row = |identity: &str| format!("PEP 514</a></td><td>{identity}</td>");
    says(scene, &row("hugo@python.org"), &row("savannah@python.org"));
}

/// From now on both pages say again what is pinned.
pub fn mended(scene: &Scene) {
    scene.server.world(|world| {
        world.remove(SIGSTORE_PAGE);
        world.remove(OPENPGP_PAGE);
        world.mend();
    });
}

/// Lets keys.openpgp.org have the newcomer's key.
pub fn publish_newcomers_key(world: &mut World) {
    let path = format!("/keys/vks/v1/by-keyid/{}", newcomers_id());
    world.put(&path, newcomer().certificate().unwrap().into(), hours_ago(1));
}
