//! The scene's repository as a clone, asked by git itself.

use std::path::Path;
use std::process::Command;

use crate::support::run::Run;
use crate::support::scene::Scene;

/// A `git` that knows no configuration but that of `home`.
pub fn command(home: &Path, folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.env_clear().env("HOME", home).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C").env("TZ", "UTC").arg("-C").arg(folder);
    git
}

/// Runs git, which must do well; what it printed.
#[track_caller]
pub fn run(home: &Path, folder: &Path, arguments: &[&str]) -> String {
    let output = command(home, folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

impl Scene {
    /// Makes the repository a clone with one commit, and names the author of further ones.
    pub fn committed(self) -> Self {
        self.git(&["init", "--quiet", "--initial-branch=main"]);
        self.git(&["config", "--global", "user.name", "Ann Author"]);
        self.git(&["config", "--global", "user.email", "ann@example.org"]);
        self.commit_all("Start", "2024-01-01T00:00:00Z");
        self
    }

    /// Commits everything as it is, at `date`.
    pub fn commit_all(&self, message: &str, date: &str) {
        self.git(&["add", "--all"]);
        let mut git = command(self.home(), &self.root());
        git.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date);
        assert!(git.args(["commit", "--quiet", "--message", message]).status().unwrap().success());
    }

    #[track_caller]
    pub fn git(&self, arguments: &[&str]) -> String {
        run(self.home(), &self.root(), arguments)
    }

    /// Runs `pybump update --commit`.
    pub fn update_commit(&self, more: &[&str]) -> Run {
        self.run(&[&["update", "--commit"], more].concat())
    }

    /// The subjects from `HEAD` down to the first commit.
    pub fn subjects(&self) -> Vec<String> {
        self.git(&["log", "--format=%s"]).lines().map(str::to_owned).collect()
    }

    /// Fails unless git finds nothing to add, nothing broken, and the index and work tree to be those of `HEAD`.
    #[track_caller]
    pub fn assert_clean(&self) {
        assert_eq!(self.git(&["status", "--porcelain"]), "");
        self.git(&["fsck", "--strict"]);
        assert_eq!(self.git(&["write-tree"]), self.git(&["rev-parse", "HEAD^{tree}"]));
        self.git(&["diff", "--quiet", "--no-ext-diff", "HEAD"]);
    }
}
