//! gawk and jq as the judges of what the project's own templates render to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pybump::demo::scaffold::scaffold;
use pybump::layout::{DockerLibrary, MANIFEST};
use pybump::template::{Variables, Windows};
use serde_json::{Value, json};

use super::binary::world;
use crate::support::judges;
use crate::template::oracle;

/// What entries may hold beyond a release and its digests. The templates have a branch for each.
fn additions() -> [Value; 4] {
    let sha256 = "c08bc65a81971c1dd5783182826503369466c7e67374d1646519adf05207b684";
    let sha = "0123456789abcdef0123456789abcdef01234567";
    let get_pip = json!({
        "version": format!("https://github.com/pypa/get-pip/commit/{sha}"),
        "url": format!("https://github.com/pypa/get-pip/raw/{sha}/public/get-pip.py"),
        "sha256": sha256,
    });
    [
        json!({}),
        json!({ "setuptools": { "version": "79.0.1" }, "pip": { "version": "26.1.1" } }),
        json!({ "get-pip": get_pip, "pip": { "version": "26.1.1" }, "setuptools": { "version": "79.0.1" } }),
        json!({ "get-pip": get_pip, "gpg": { "key": "7169605F62C751356D054A26A821E680E5FA6305" } }),
    ]
}

#[test]
fn every_dockerfile_of_the_own_templates_is_what_gawk_and_jq_render() {
    if !judges::require(&["jq", "gawk"]) {
        return;
    }
    let images = tempfile::tempdir().unwrap();
    let (world, seeds) = world();
    scaffold(images.path(), &world, &seeds).unwrap();
    let manifest_file = images.path().join(MANIFEST);
    let plain: BTreeMap<String, Value> = serde_json::from_str(&fs::read_to_string(&manifest_file).unwrap()).unwrap();
    let mut distinct = std::collections::BTreeSet::new();
    for addition in additions() {
        let mut manifest = plain.clone();
        for entry in manifest.values_mut() {
            entry.as_object_mut().unwrap().extend(addition.as_object().unwrap().clone());
        }
        fs::write(&manifest_file, json!(manifest).to_string()).unwrap();
        distinct.extend(same_by_both(images.path()));
    }
    assert_eq!(distinct.len(), 4 * 3 * 5, "each kind of entry, series and variant gives a Dockerfile of its own");
}

/// Every Dockerfile of `images`, which both render alike.
fn same_by_both(images: &Path) -> Vec<String> {
    let layout = DockerLibrary::open(images).unwrap();
    let keys: Vec<_> = layout.manifest().entries.keys().copied().collect();
    let mut all = Vec::new();
    for (key, rendered) in layout.render(layout.text(), &keys).unwrap() {
        let key = key.to_string();
        for (path, ours) in rendered.unwrap() {
            let folder = path.parent().unwrap();
            let variant = folder.file_name().unwrap().to_str().unwrap();
            let windows = variant.strip_prefix("windows").map(|parts| {
                let (variant, release) = parts.split_once('-').unwrap();
                Windows { variant, release }
            });
            let template = if windows.is_some() { "Dockerfile-windows.template" } else { "Dockerfile-linux.template" };
            let variables = Variables { version: &key, variant, windows };
            let theirs = oracle::render(&images.join(template), &images.join(MANIFEST), &variables).unwrap();
            let body = ours.split_once("\n\n").expect("a warning stands on top").1;
            assert_eq!(body, theirs, "{}", path.display());
            all.push(ours);
        }
    }
    all
}
