//! Scenes whose python.org has something to say about signers.

use pybump::demo::authority::openpgp::OpenPgpKey;
use pybump::demo::world::{OPENPGP_PAGE, SIGSTORE_PAGE, World};
use pybump::model::Signers;

use crate::support::openpgp::made_at;
use crate::support::scene::Scene;
use crate::support::worlds::{calm, hours_ago};

/// The pins that are built in.
const BUILT_IN: &str = include_str!("../../state/signers.toml");

/// Those of them whose keys are not: by fingerprint, with the seed of the key that takes its place in a scene's own file.
const REAL: [(&str, u8); 4] = [
    ("0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D", 11),
    ("E3FF2839C048B25C084DEBE9B26995E310250568", 12),
    ("A035C8C19219BA821ECEA86B64E628F8D684696D", 13),
    (BUILDER, 14),
];

const BUILDER: &str = "7ED10B6531D7C8E1BC296021FC624643487034E5";

/// The built-in pins as a repository's own file, with keys that can be had.
pub fn pins() -> String {
    REAL.iter()
        .fold(BUILT_IN.to_owned(), |text, (real, seed)| text.replace(real, &key(*seed).fingerprint().to_string()))
}

fn key(seed: u8) -> OpenPgpKey {
    OpenPgpKey::new(seed, made_at()).unwrap()
}

/// The keys that [`pins`] pins and that are not built in.
pub fn own_keys() -> Vec<OpenPgpKey> {
    REAL.iter().map(|(_, seed)| key(*seed)).collect()
}

/// The last 16 digits of the fingerprint by which Windows binaries are signed, as [`pins`] has it.
pub fn builders_id() -> String {
    key(14).fingerprint().to_string()[24..].to_owned()
}

/// Where a scene keeps a key.
pub fn kept(key: &OpenPgpKey) -> String {
    format!("keys/{}.asc", key.fingerprint())
}

/// Where the demo's key server has it by its fingerprint.
pub fn address(key: &OpenPgpKey) -> String {
    format!("/keys/vks/v1/by-fingerprint/{}", key.fingerprint())
}

/// Lets keys.openpgp.org have it there.
pub fn publish(world: &mut World, key: &OpenPgpKey) {
    world.put(&address(key), key.certificate().unwrap().into(), hours_ago(900));
}

pub const GITHUB: &str = "https://github.com/login/oauth";

/// The key of somebody whom the page names anew.
pub fn newcomer() -> OpenPgpKey {
    key(7)
}

/// The last 16 digits of its fingerprint.
pub fn newcomers_id() -> String {
    newcomer().fingerprint().to_string()[24..].to_owned()
}

/// A scene with a signers file of its own, and its keys.
pub fn with_own_file() -> Scene {
    let scene = without_keys();
    keep_keys(&scene);
    scene
}

/// The same without any key beside it.
pub fn without_keys() -> Scene {
    let scene = Scene::new(calm());
    give_pins(&scene);
    scene.write("pybump.toml", "signers = \"signers.toml\"\n");
    scene
}

/// Writes [`pins`], which python.org's pages say too.
pub fn give_pins(scene: &Scene) {
    scene.write("signers.toml", &pins());
    scene.server.world(|world| world.signed_by(Signers::parse(&pins()).unwrap()));
}

/// Writes their keys beside them.
pub fn keep_keys(scene: &Scene) {
    for key in &own_keys() {
        keep(scene, key);
    }
}

/// Writes one key there.
pub fn keep(scene: &Scene, key: &OpenPgpKey) {
    std::fs::create_dir_all(scene.root().join("keys")).unwrap();
    scene.write(&kept(key), &key.certificate().unwrap());
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
