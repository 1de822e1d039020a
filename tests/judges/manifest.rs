//! jq as the judge of how the manifest is spelt.

use std::fs;
use std::process::Command;
use std::time::Duration;

use pybump::demo::scaffold::scaffold;
use pybump::demo::world::Server;

use super::binary::{Binary, world};
use crate::support::judges;

#[test]
fn an_updated_manifest_is_what_jq_would_write() {
    if !judges::require(&["jq"]) {
        return;
    }
    let images = tempfile::tempdir().unwrap();
    let (world, seeds) = world();
    scaffold(images.path(), &world, &seeds).unwrap();
    let manifest = images.path().join("versions.json");
    let before = fs::read_to_string(&manifest).unwrap();
    let trusted_root = world.trusted_root();
    let server = Server::start(world, Duration::ZERO).unwrap();
    let binary = Binary::new(Some(&trusted_root), server.mirrors());

    binary.json(images.path(), &["update"]);
    let after = fs::read_to_string(&manifest).unwrap();
    assert_ne!(after, before);
    let jq = Command::new("jq").args(["-S", "."]).arg(&manifest).output().unwrap();
    assert!(jq.status.success());
    assert_eq!(after, String::from_utf8(jq.stdout).unwrap());
}
