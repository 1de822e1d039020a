//! The folder of real bundles, `PYBUMP_DATA/sigstore`: one `.sigstore` file an artifact, and `index.json`.

use std::fs;
use std::path::PathBuf;

use pybump::model::{PythonVersion, Sha256};
use serde::Deserialize;

/// One artifact that upstream released.
#[derive(Deserialize)]
pub struct Released {
    pub file: String,
    pub version: PythonVersion,
    pub sha256: Sha256,
    #[serde(skip)]
    pub bundle: String,
}

/// Every released artifact with its bundle, or nothing, said aloud, where the data is not at hand and not required.
pub fn released() -> Vec<Released> {
    let Some(folder) = std::env::var_os("PYBUMP_DATA") else {
        assert!(std::env::var_os("PYBUMP_REQUIRE_JUDGES").is_none(), "PYBUMP_DATA is not set, and judges are required");
        println!("skipped: PYBUMP_DATA is not set");
        return Vec::new();
    };
    let folder = PathBuf::from(folder).join("sigstore");
    let index = fs::read_to_string(folder.join("index.json")).expect("PYBUMP_DATA/sigstore/index.json");
    let mut released: Vec<Released> = serde_json::from_str(&index).expect("index.json lists artifacts");
    assert!(released.len() >= 100, "only {} bundles in {}", released.len(), folder.display());
    for artifact in &mut released {
        artifact.bundle =
            fs::read_to_string(folder.join(format!("{}.sigstore", artifact.file))).expect("a bundle an artifact");
    }
    released
}
