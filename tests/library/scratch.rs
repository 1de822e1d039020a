//! Git repositories made for one test.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use assert_cmd::assert::OutputAssertExt as _;
use git2::build::{CheckoutBuilder, TreeUpdateBuilder};
use git2::{FileMode, Oid, Repository, Signature, Time};
use tempfile::TempDir;

/// A git repository in a folder that goes with it.
pub struct Scratch {
    folder: TempDir,
    repository: Repository,
}

impl Scratch {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        let repository =
            Repository::init_opts(folder.path(), options.initial_head("main").external_template(false)).unwrap();
        Self { folder, repository }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A commit of the first parent's files with `files` set, or removed where there is no text.
    pub fn commit(&self, files: &[(&str, Option<&str>)], parents: &[Oid], seconds: i64) -> Oid {
        let parents: Vec<_> = parents.iter().map(|id| self.repository.find_commit(*id).unwrap()).collect();
        let empty = || self.repository.find_tree(self.repository.treebuilder(None).unwrap().write().unwrap()).unwrap();
        let base = parents.first().map_or_else(empty, |parent| parent.tree().unwrap());
        let mut update = TreeUpdateBuilder::new();
        for (path, text) in files {
            match text {
                Some(text) => update.upsert(*path, self.repository.blob(text.as_bytes()).unwrap(), FileMode::Blob),
                None => update.remove(*path),
            };
        }
        let tree = self.repository.find_tree(update.create_updated(&self.repository, &base).unwrap()).unwrap();
        let author = Signature::new("A", "a@example.org", &Time::new(1_700_000_000 + seconds, 0)).unwrap();
        let parents: Vec<_> = parents.iter().collect();
        self.repository.commit(None, &author, &author, "subject", &tree, &parents).unwrap()
    }

    /// True if `commit` has the file `path`.
    pub fn has(&self, commit: Oid, path: &str) -> bool {
        self.repository.find_commit(commit).unwrap().tree().unwrap().get_path(Path::new(path)).is_ok()
    }

    /// Makes `commit` the head, and the work tree its files.
    pub fn check_out(&self, commit: Oid) {
        self.repository.set_head_detached(commit).unwrap();
        self.repository.checkout_head(Some(CheckoutBuilder::new().force().remove_untracked(true))).unwrap();
    }

    /// What `git log -1` answers for `paths`.
    pub fn log(&self, paths: &[String]) -> Option<String> {
        let mut git = Command::new("git");
        git.env_remove("GIT_DIR").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        git.arg("-C").arg(self.path()).args(["log", "-1", "--format=%H", "HEAD", "--"]).args(paths);
        let output = git.assert().success().get_output().stdout.clone();
        let text = String::from_utf8(output).unwrap();
        Some(text.trim().to_owned()).filter(|id| !id.is_empty())
    }
}

/// The program, in `folder`, with no environment but what is needed to run it.
pub fn pybump(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pybump"));
    command.env_clear().arg("-C").arg(folder).args(["--color", "never"]);
    command
}

/// What a run printed on standard output and on standard error, and its exit status.
pub fn ran(command: &mut Command) -> (String, String, i32) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// `text` with each of `names` in place of what it stands for.
pub fn named(text: &str, names: &BTreeMap<&str, String>) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(value, name))
}

/// An official-images folder with these library files.
pub fn official_images(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("library")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("library").join(name), text).unwrap();
    }
    folder
}
