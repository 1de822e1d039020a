//! A folder that is set up, and the binary run in it, without any network.

use std::fs;
use std::path::PathBuf;

use git2::{Repository, RepositoryInitOptions};
use tempfile::TempDir;

use crate::support::repository::Tree;
use crate::support::run::{Run, pybump};

pub struct Folder(TempDir);

impl Folder {
    pub fn empty() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("images")).unwrap();
        Self(home)
    }

    /// A clone on `main` without a commit, whose origin is this.
    pub fn clone_of(origin: &str) -> Self {
        let folder = Self::empty();
        folder.git("main").remote("origin", origin).unwrap();
        folder
    }

    /// Makes it a git repository on this branch.
    pub fn git(&self, branch: &str) -> Repository {
        let mut options = RepositoryInitOptions::new();
        Repository::init_opts(self.root(), options.initial_head(branch).external_template(false)).unwrap()
    }

    pub fn root(&self) -> PathBuf {
        self.0.path().join("images")
    }

    pub fn home(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        let output = pybump(&self.root()).args(arguments).output().unwrap();
        Run::of(&output, self.0.path())
    }

    /// Its files but git's own.
    pub fn tree(&self) -> Tree {
        let mut tree = Tree::read(&self.root());
        tree.0.retain(|path, _| !path.starts_with(".git/") && !path.starts_with("cache/"));
        tree
    }

    pub fn names(&self) -> Vec<String> {
        self.tree().0.into_keys().collect()
    }
}
