//! An image repository on GitHub, official-images, a person's fork of it, and the binary with that person's token.

use std::fs;
use std::ops::Deref;

use jiff::{SignedDuration, Timestamp};
use pybump::demo::github::{AccountKind, Author, Commit, GitHub, Merge, Permission, Pull};
use tempfile::TempDir;

use super::super::stage::{IMAGES, MARA, Stage};
use crate::support::run::{self, Run};
use crate::support::worlds::calm;

pub const OFFICIAL: &str = "docker-library/official-images";
pub const FORK: &str = "mona/official-images";
pub const FILE: &str = "library/python";
/// The branch of the fork.
pub const BRANCH: &str = "python";
pub const LINUX: &str = "3.14/slim-trixie/Dockerfile";
pub const DEBIAN: &str = "Maintainers: D (@d)\nArchitectures: amd64, arm64v8, s390x\n\nTags: trixie-slim\n";
/// A reviewer of official-images.
pub const OLAF: Author<'static> = Author { name: "Olaf", email: "olaf@example.org" };

/// A stage with official-images, which has the library file of the image's first commit.
pub struct Official {
    stage: Stage,
    /// The value of `PYBUMP_OFFICIAL_IMAGES_TOKEN`; none if empty.
    pub token: &'static str,
}

impl Deref for Official {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl Official {
    /// official-images as it was when the image's newest commit was made; `publish` is what `[publish]` says.
    pub fn current(publish: &str) -> Self {
        let official = Self::empty(publish, OFFICIAL);
        let library = official.library();
        official.upstream("Update python", &[(FILE, Some(&library))]);
        official.github(|github| github.fork(OFFICIAL, "mona"));
        official
    }

    /// The same, and a later commit to the image repository that changes the library file.
    pub fn behind(publish: &str) -> Self {
        let official = Self::current(publish);
        official.image_commit("Update 3.14 to 3.14.3 (#7)");
        official
    }

    /// A repository `upstream` with the parents' files and without the image's, and no fork.
    pub fn empty(publish: &str, upstream: &str) -> Self {
        let stage = Stage::new(calm(), publish);
        stage.github(|github| {
            // Later than the image's first commit.
            github.set_clock(Timestamp::now() - SignedDuration::from_hours(1200));
            github.account("mona", "mona-token", AccountKind::User);
            github.account("olaf", "olaf-token", AccountKind::User);
            github.create(OFFICIAL).unwrap();
            if upstream != OFFICIAL {
                github.create(upstream).unwrap();
            }
            for name in [OFFICIAL, upstream] {
                github.permit("olaf", name, Permission::Write);
            }
        });
        let official = Self { stage, token: "mona-token" };
        for name in [OFFICIAL, upstream] {
            let files = [("README.md", Some("Images.\n")), ("library/debian", Some(DEBIAN)), ("library.md", Some("x"))];
            official.github(|github| github.push(name, "main", OLAF, "Add debian", &files));
        }
        official
    }

    /// A reviewer commits to official-images.
    pub fn upstream(&self, message: &str, files: &[(&str, Option<&str>)]) {
        self.github(|github| github.push(OFFICIAL, "main", OLAF, message, files));
    }

    /// A commit to the image repository's Linux Dockerfile of 3.14, in the clone as well.
    pub fn image_commit(&self, message: &str) -> String {
        let text = format!("{}# {message}\n", self.read(LINUX));
        self.commit_file(message, LINUX, &text)
    }

    /// A commit to the image repository that leaves the library file as it is.
    pub fn other_commit(&self, message: &str) -> String {
        self.commit_file(message, "README.md", message)
    }

    fn commit_file(&self, message: &str, path: &str, text: &str) -> String {
        let id = self.github(|github| github.push(IMAGES, "main", MARA, message, &[(path, Some(text))]));
        self.pull_clone();
        id.to_string()
    }

    /// What `pybump library` prints of the clone.
    pub fn library(&self) -> String {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("library")).unwrap();
        fs::write(folder.path().join("library/debian"), DEBIAN).unwrap();
        let folder = folder.path().display().to_string();
        self.stage.run(&["library", "--official-images", &folder]).ended(0).raw
    }

    /// The binary with the person's token, and no other.
    pub fn command(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = run::pybump(self.home());
        command.args(self.arguments(arguments)).env("GITHUB_API_URL", self.api());
        if !self.token.is_empty() {
            command.env("PYBUMP_OFFICIAL_IMAGES_TOKEN", self.token);
        }
        command
    }

    /// Runs `command` with the requests to GitHub counted from 0.
    pub fn run(&self, command: &[&str]) -> Run {
        self.ran(self.command(command))
    }

    pub fn ran(&self, mut command: assert_cmd::Command) -> Run {
        self.server.forget_requests();
        Run::of(&command.output().unwrap(), self.home())
    }

    /// Runs `pybump pr library`, which must end well.
    #[track_caller]
    pub fn pr(&self) -> Run {
        self.run(&["pr", "library"]).ended(0)
    }

    /// Runs `pybump pr library`, which must find all as it is wanted and write nothing.
    #[track_caller]
    pub fn pr_again(&self) {
        self.pr().said("unchanged");
        assert_eq!(self.writes(), 0);
    }

    /// Runs `pybump pr library`, which must fail without having written; what it said.
    #[track_caller]
    pub fn refused(&self, status: i32) -> String {
        let run = self.run(&["pr", "library"]).ended(status);
        assert_eq!((self.writes(), run.stdout.as_str()), (0, ""));
        assert_eq!(run.stderr.matches("error: ").count(), 1, "{}", run.stderr);
        run.stderr
    }

    pub fn proposals(&self) -> Vec<Pull> {
        self.github(|github| github.pulls(OFFICIAL).into_iter().cloned().collect())
    }

    /// The only pull request to official-images.
    #[track_caller]
    pub fn proposed(&self) -> Pull {
        let mut pulls = self.proposals();
        assert_eq!(pulls.len(), 1, "{pulls:#?}");
        pulls.remove(0)
    }

    /// The commit of the fork's branch.
    #[track_caller]
    pub fn tip(&self) -> Commit {
        self.github(|github| github.commit(FORK, BRANCH)).expect("the fork has the branch")
    }

    pub fn has_branch(&self) -> bool {
        self.github(|github: &mut GitHub| github.branch(FORK, BRANCH)).is_some()
    }

    /// A reviewer takes the pull request.
    pub fn accept(&self, number: u64, how: Merge) {
        self.github(|github| github.merge_pull(OFFICIAL, number, OLAF, how)).unwrap();
    }

    /// The file that official-images' default branch has.
    pub fn published(&self) -> Option<String> {
        self.text(OFFICIAL, "main")
    }

    /// The file that a branch has.
    pub fn text(&self, repository: &str, branch: &str) -> Option<String> {
        let bytes = self.github(|github| github.file(repository, branch, FILE));
        bytes.map(|bytes| String::from_utf8(bytes).unwrap())
    }
}
