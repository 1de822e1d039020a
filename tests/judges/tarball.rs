//! CPython 3.13.5 as upstream released it: the real tarball, its real bundle and OpenPGP signature, the built-in trust root,
//! signers and keys.

use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs};

use bytes::Bytes;
use jiff::Timestamp;
use pybump::demo::world::{Server, World};

use super::binary::{Binary, version};
use crate::support::judges;

/// When upstream tagged 3.13.5.
const TAGGED: &str = "2025-06-11T15:36:57Z";

/// A world in which the tarball, the bundle and the OpenPGP signature of 3.13.5 go by the name of `release`; nothing where they are not at hand.
fn served_as(release: &str) -> Option<Server> {
    if !judges::require(&["PYBUMP_PYTHON_TARBALL", "PYBUMP_DATA"]) {
        return None;
    }
    let file = |name: &str| PathBuf::from(env::var_os(name).expect("it was just asked for"));
    let tarball = fs::read(file("PYBUMP_PYTHON_TARBALL")).expect("the tarball is read");
    let bundle =
        fs::read(file("PYBUMP_DATA").join("sigstore/Python-3.13.5.tar.xz.sigstore")).expect("the bundle is read");
    let asc = fs::read(file("PYBUMP_PYTHON_TARBALL").with_extension("xz.asc")).expect("the signature is read");
    let tagged: Timestamp = TAGGED.parse().unwrap();
    let mut world = World::new().unwrap();
    world.tag(&version(release), tagged);
    let path = format!("/ftp/python/{release}/Python-{release}.tar.xz");
    world.put(&path, tarball.into(), tagged);
    world.put(&format!("{path}.sigstore"), bundle.into(), tagged);
    world.put(&format!("{path}.asc"), asc.into(), tagged);
    Some(Server::start(world, Duration::ZERO).unwrap())
}

#[test]
fn the_real_release_verifies_bytes_and_all() {
    let Some(server) = served_as("3.13.5") else { return };
    let anywhere = tempfile::tempdir().unwrap();
    let binary = Binary::new(None, server.mirrors());
    let report = binary.json(anywhere.path(), &["verify", "3.13.5"]);
    insta::assert_snapshot!(format!("{:#}", report["artifacts"][0]), @r#"
    {
      "bound_by": [
        "the archive's top folder",
        "a signing time after the tag"
      ],
      "file": "Python-3.13.5.tar.xz",
      "issuer": "https://accounts.google.com",
      "log_index": 235130253,
      "openpgp": {
        "key": "7169605F62C751356D054A26A821E680E5FA6305",
        "made_at": "2025-06-11T17:45:54Z",
        "reason": null,
        "state": "agrees"
      },
      "sbom": false,
      "sha256": "93e583f243454e6e9e4588ca2c2662206ad961659863277afcdb96801647d640",
      "signed_at": "2025-06-11T17:46:23Z",
      "signer": "thomas@python.org",
      "size": 22856016,
      "verdict": "verified"
    }
    "#);
    assert_eq!(report["artifacts"][1]["verdict"], "absent");
}

#[test]
fn the_real_release_under_a_newer_name_is_refused() {
    let Some(server) = served_as("3.13.6") else { return };
    let anywhere = tempfile::tempdir().unwrap();
    let binary = Binary::new(None, server.mirrors());
    let (status, output, _) = binary.run(anywhere.path(), &["verify", "3.13.6"]);
    assert_eq!(status, 1);
    assert!(output.contains("Python-3.13.5/"), "the top folder gives it away:\n{output}");
}

#[test]
fn one_byte_of_the_real_release_changed_is_refused() {
    let Some(server) = served_as("3.13.5") else { return };
    server.world(|world| {
        let path = "/ftp/python/3.13.5/Python-3.13.5.tar.xz";
        let page = world.page(path).unwrap().clone();
        let mut bytes = page.body.to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        world.put(path, Bytes::from(bytes), page.modified);
    });
    let anywhere = tempfile::tempdir().unwrap();
    let binary = Binary::new(None, server.mirrors());
    let (status, output, _) = binary.run(anywhere.path(), &["verify", "3.13.5"]);
    assert_eq!(status, 1);
    assert!(output.contains("93e583f243454e6e9e4588ca2c2662206ad961659863277afcdb96801647d640"), "{output}");
}

#[test]
fn the_real_signature_with_a_line_reversed_is_refused_though_the_bundle_holds() {
    let Some(server) = served_as("3.13.5") else { return };
    server.world(|world| {
        let path = "/ftp/python/3.13.5/Python-3.13.5.tar.xz.asc";
        let page = world.page(path).unwrap().clone();
        let text = String::from_utf8(page.body.to_vec()).unwrap();
        let line = text.lines().nth(4).unwrap();
        world.put(path, text.replace(line, &line.chars().rev().collect::<String>()).into(), page.modified);
    });
    let anywhere = tempfile::tempdir().unwrap();
    let binary = Binary::new(None, server.mirrors());
    let (status, output, _) = binary.run(anywhere.path(), &["verify", "3.13.5"]);
    assert_eq!(status, 1);
    assert!(output.contains("its OpenPGP signature does not hold: "), "{output}");
}
