//! The binary on an image repository of the demo's templates, against a world of the test's making.

use std::path::Path;

use assert_cmd::Command;
use jiff::{SignedDuration, Timestamp};
use pybump::demo::scaffold::Seed;
use pybump::demo::world::{Release, World};
use pybump::model::{PythonVersion, Series};
use tempfile::TempDir;

/// The variants of every seed.
pub const VARIANTS: [&str; 5] =
    ["trixie", "slim-trixie", "alpine3.22", "ubuntu24.04", "windows/windowsservercore-ltsc2025"];

/// A world in which `3.12` has gone on without an installer, `3.13` has nothing new and `3.14` has all of a release.
pub fn world() -> (World, Vec<Seed>) {
    let mut world = World::new().unwrap();
    let now = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    let releases = [
        ("3.12.11", 900, true),
        ("3.12.12", 60, false),
        ("3.13.9", 400, true),
        ("3.14.2", 400, true),
        ("3.14.3", 40, true),
    ];
    for (text, hours, windows) in releases {
        let release = Release::new(&version(text), now - SignedDuration::from_hours(hours));
        world.release(&Release { windows, ..release }).unwrap();
    }
    for (minor, phase) in [(12, "security"), (13, "bugfix"), (14, "bugfix")] {
        world.phase(Series::new(3, minor), phase);
    }
    let seed = |key: &str, at| Seed { key: key.parse().unwrap(), version: version(at), variants: VARIANTS.to_vec() };
    (world, vec![seed("3.12", "3.12.11"), seed("3.13", "3.13.9"), seed("3.14", "3.14.2")])
}

pub fn version(text: &str) -> PythonVersion {
    text.parse().unwrap()
}

/// The binary and the folders that it is given, with nothing of this process's environment.
pub struct Binary {
    folder: TempDir,
    mirrors: Vec<String>,
    trusted_root: bool,
}

impl Binary {
    /// A binary that trusts `trusted_root`, or else the built-in one, and asks `mirrors`.
    pub fn new(trusted_root: Option<&str>, mirrors: Vec<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = trusted_root {
            std::fs::write(folder.path().join("trusted_root.json"), text).unwrap();
        }
        Self { folder, mirrors, trusted_root: trusted_root.is_some() }
    }

    /// Runs `arguments` in `repository`: exit status, standard output, standard error.
    pub fn run(&self, repository: &Path, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::cargo_bin("pybump").unwrap();
        command.env_clear().env("HOME", self.folder.path()).arg("-C").arg(repository).args(arguments);
        for mirror in &self.mirrors {
            command.arg("--mirror").arg(mirror);
        }
        if self.trusted_root {
            command.arg("--trusted-root").arg(self.folder.path().join("trusted_root.json"));
        }
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().expect("it exits"), text(output.stdout), text(output.stderr))
    }

    /// Runs `arguments`, which must succeed: the JSON that they print.
    pub fn json(&self, repository: &Path, arguments: &[&str]) -> serde_json::Value {
        let (status, output, errors) = self.run(repository, &[arguments, &["--format", "json"]].concat());
        assert_eq!((status, errors.as_str()), (0, ""), "{output}");
        serde_json::from_str(&output).unwrap()
    }
}
