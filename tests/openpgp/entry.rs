//! A manifest entry that carries the signer's key: kept equal to the pin, in the commit of the bump that needs it.

use pybump::demo::world::World;

use crate::support::openpgp::{manager, pinning, signed_by};
use crate::support::scene::Scene;

const BEFORE: &str = "7169605F62C751356D054A26A821E680E5FA6305";

fn scene(world: World) -> Scene {
    let scene = pinning(&manager(), true, world);
    assert_eq!(scene.manifest()["3.13"]["gpg"]["key"], BEFORE);
    scene
}

#[test]
fn the_key_moves_with_the_bump_in_manifest_and_dockerfiles() {
    let scene = scene(signed_by(&manager()));
    let key = manager().fingerprint().to_string();
    scene.run(&["update", "3.13"]).ended(0).said(&format!("gpg.key {BEFORE} → {key}"));
    assert_eq!(scene.manifest()["3.13"]["gpg"]["key"], key);
    assert!(scene.read("3.13/slim-trixie/Dockerfile").contains(&key));
    scene.run(&["render", "--check"]).ended(0);
    scene.run(&["update", "3.13"]).ended(0).said("no file changed");
}

#[test]
fn a_key_that_is_no_fingerprint_names_its_line() {
    let scene = scene(signed_by(&manager()));
    scene.write("versions.json", &scene.read("versions.json").replace(BEFORE, "7169605f"));
    scene.run(&["check"]).ended(1).said("expected an OpenPGP fingerprint of 40 upper-case hexadecimal digits");
}
