//! A world that is served, an image repository that tracks it, and the binary run in between.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pybump::demo::scaffold::{Seed, scaffold};
use pybump::demo::world::{Server, World};
use serde_json::Value;
use tempfile::TempDir;

use super::repository::Tree;
use super::run::{self, Run};

/// Keeps all of it until dropped.
pub struct Scene {
    pub server: Server,
    home: TempDir,
}

/// What most tests track: 3.13 at 3.13.9 and 3.14 at 3.14.2, with a Linux and a Windows variant each.
pub const TRACKED: [(&str, &str); 2] = [("3.13", "3.13.9"), ("3.14", "3.14.2")];

pub const LINUX: &str = "slim-trixie";
pub const WINDOWS: &str = "windows/windowsservercore-ltsc2025";

impl Scene {
    /// `world` and a repository with `TRACKED`.
    pub fn new(world: World) -> Self {
        Self::tracking(world, &TRACKED, &[LINUX, WINDOWS])
    }

    /// `world` and a repository at these versions, each series with these variants.
    pub fn tracking(world: World, tracked: &[(&str, &str)], variants: &[&'static str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let seed = |(key, version): &(&str, &str)| Seed {
            key: key.parse().unwrap(),
            version: version.parse().unwrap(),
            variants: variants.to_vec(),
        };
        scaffold(&home.path().join("images"), &world, &tracked.iter().map(seed).collect::<Vec<_>>()).unwrap();
        fs::write(home.path().join("root.json"), world.trusted_root()).unwrap();
        Self { server: Server::start(world, Duration::ZERO).unwrap(), home }
    }

    /// `world` beside an empty folder.
    pub fn empty(world: World) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("images")).unwrap();
        fs::write(home.path().join("root.json"), world.trusted_root()).unwrap();
        Self { server: Server::start(world, Duration::ZERO).unwrap(), home }
    }

    /// The image repository's folder.
    pub fn root(&self) -> PathBuf {
        self.home.path().join("images")
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Its files as they are.
    pub fn tree(&self) -> Tree {
        Tree::read(&self.root())
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    /// A file outside the repository.
    pub fn home_file(&self, path: &str) -> String {
        fs::read_to_string(self.home().join(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.root().join(path), text).unwrap();
    }

    /// Changes the manifest, keeping its form; the Dockerfiles follow.
    pub fn edit_manifest(&self, change: impl FnOnce(&mut Value)) {
        let mut manifest: Value = serde_json::from_str(&self.read("versions.json")).unwrap();
        change(&mut manifest);
        self.write("versions.json", &format!("{manifest:#}\n"));
        self.run(&["render"]).ended(0);
    }

    /// The manifest as it is.
    pub fn manifest(&self) -> Value {
        serde_json::from_str(&self.read("versions.json")).unwrap()
    }

    /// The arguments that lead the binary into this scene.
    pub fn arguments(&self, command: &[&str]) -> Vec<String> {
        let root = self.root().display().to_string();
        let mut all = vec!["-C".to_owned(), root];
        all.extend(self.server.mirrors().into_iter().flat_map(|mirror| ["--mirror".to_owned(), mirror]));
        all.extend(command.iter().map(|&argument| argument.to_owned()));
        if command
            .iter()
            .any(|word| matches!(*word, "check" | "update" | "verify" | "audit" | "image" | "run" | "report"))
        {
            all.extend(["--trusted-root".to_owned(), self.home.path().join("root.json").display().to_string()]);
        }
        all
    }

    pub fn command(&self, command: &[&str]) -> assert_cmd::Command {
        let mut binary = run::pybump(self.home.path());
        binary.args(self.arguments(command));
        binary
    }

    /// Runs `command` in this scene.
    pub fn run(&self, command: &[&str]) -> Run {
        Run::of(&self.command(command).output().unwrap(), self.home.path())
    }

    /// Runs `pybump check --format json`; one series of its answer.
    #[track_caller]
    pub fn checked(&self, key: &str) -> Value {
        self.checked_with(key, &[])
    }

    /// The same with more arguments.
    #[track_caller]
    pub fn checked_with(&self, key: &str, arguments: &[&str]) -> Value {
        let before = self.tree();
        let json = self.run(&[&["check", "--format", "json"], arguments].concat()).json();
        assert_eq!(self.tree(), before, "check wrote into the repository");
        let series = json["series"].as_array().unwrap();
        series.iter().find(|series| series["key"] == key).unwrap_or_else(|| panic!("no {key}: {json:#}")).clone()
    }
}
