//! An image repository in a clone and on GitHub, and the binary run in between with a token.

use std::ops::Deref;
use std::path::Path;

use jiff::Timestamp;
use pybump::demo::github::{AccountKind, Author, GitHub, Merge, Permission, Pull};
use pybump::demo::scaffold::commit_all;
use pybump::demo::world::World;
use pybump::publish::marker::Marker;
use serde_json::Value;

use crate::support::github::finish;
use crate::support::run::Run;
use crate::support::scene::Scene;

pub const IMAGES: &str = "acme/python";
pub const BRANCH: &str = "pybump/update";
pub const MARA: Author<'static> = Author { name: "Mara", email: "mara@example.org" };
pub const REPRODUCIBLE: &str = "author = \"Image Bot <bot@example.org>\"\n";

/// A scene whose repository is on GitHub as well.
pub struct Stage {
    scene: Scene,
    pub token: &'static str,
}

impl Deref for Stage {
    type Target = Scene;

    fn deref(&self) -> &Scene {
        &self.scene
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            finish(&self.scene.server);
        }
    }
}

impl Stage {
    /// `world`, with 3.13.9 and 3.14.2 tracked and on GitHub; `publish` is what `[publish]` says besides.
    pub fn new(world: World, publish: &str) -> Self {
        Self::of(Scene::new(world), publish)
    }

    pub fn of(scene: Scene, publish: &str) -> Self {
        Self::configured(scene, "", publish)
    }

    /// The same with `top` before any table of the configuration.
    pub fn configured(scene: Scene, top: &str, publish: &str) -> Self {
        let config = format!(
            "{top}[library]\nmaintainers = [\"Ann (@ann)\"]\ngit-repo = \"https://github.com/{IMAGES}.git\"\n\
             [publish]\nrepository = \"{IMAGES}\"\n{publish}"
        );
        scene.write("pybump.toml", &config);
        Self::hosted(scene)
    }

    /// The scene's repository as it is, committed, and on GitHub.
    pub fn hosted(scene: Scene) -> Self {
        let at = Timestamp::now() - jiff::SignedDuration::from_hours(2400);
        commit_all(&scene.root(), "Add Python images", at).unwrap();
        let root = scene.root();
        let stage = Self { scene, token: "bot-token" };
        stage.github(|github| {
            github.account("bot", "bot-token", AccountKind::User);
            github.account("pybump[bot]", "app-token", AccountKind::App);
            github.account("github-actions[bot]", "actions-token", AccountKind::Actions);
            github.account("stranger", "stranger-token", AccountKind::User);
            github.account("mara", "mara-token", AccountKind::User);
            github.import(IMAGES, &root).unwrap();
            for login in ["bot", "pybump[bot]", "github-actions[bot]"] {
                github.permit(login, IMAGES, Permission::Write);
            }
            github.permit("mara", IMAGES, Permission::Admin);
        });
        stage
    }

    /// The scene without GitHub.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// Changes or asks GitHub, past its API.
    pub fn github<T>(&self, work: impl FnOnce(&mut GitHub) -> T) -> T {
        self.scene.server.world(|world| work(&mut world.github))
    }

    /// The binary with the token and this scene's GitHub.
    pub fn command(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = self.scene.command(arguments);
        command.env("GITHUB_API_URL", self.api()).env("PYBUMP_GITHUB_TOKEN", self.token);
        command
    }

    pub fn api(&self) -> String {
        format!("http://{}/api", self.scene.server.address())
    }

    /// Runs `command` with the requests to GitHub counted from 0.
    pub fn run(&self, command: &[&str]) -> Run {
        self.scene.server.forget_requests();
        Run::of(&self.command(command).output().unwrap(), self.scene.home())
    }

    /// Runs `pybump pr image`, which must end well.
    #[track_caller]
    pub fn pr_image(&self) -> Run {
        self.run(&["pr", "image"]).ended(0)
    }

    /// How many requests of the last run were meant to change something.
    pub fn writes(&self) -> usize {
        self.scene.server.writes().len()
    }

    /// Every pull request, oldest first.
    pub fn pulls(&self) -> Vec<Pull> {
        self.github(|github| github.pulls(IMAGES).into_iter().cloned().collect())
    }

    /// The only pull request.
    #[track_caller]
    pub fn pull(&self) -> Pull {
        let mut pulls = self.pulls();
        assert_eq!(pulls.len(), 1, "{pulls:#?}");
        pulls.remove(0)
    }

    pub fn branch(&self, name: &str) -> Option<String> {
        self.github(|github| github.branch(IMAGES, name)).map(|id| id.to_string())
    }

    /// The subjects of what `branch` has that the default branch has not, oldest first.
    pub fn subjects(&self, branch: &str) -> Vec<String> {
        let (all, base) = self.github(|github| (github.log(IMAGES, branch), github.log(IMAGES, "HEAD")));
        let base: Vec<_> = base.into_iter().map(|commit| commit.sha).collect();
        let own = all.into_iter().filter(|commit| !base.contains(&commit.sha));
        let mut subjects: Vec<_> =
            own.map(|commit| commit.message.lines().next().unwrap_or_default().to_owned()).collect();
        subjects.reverse();
        subjects
    }

    /// A file of a branch on GitHub.
    pub fn file(&self, branch: &str, path: &str) -> Option<String> {
        let bytes = self.github(|github| github.file(IMAGES, branch, path));
        bytes.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    pub fn version(&self, branch: &str, key: &str) -> String {
        let manifest: Value = serde_json::from_str(&self.file(branch, "versions.json").unwrap()).unwrap();
        manifest[key]["version"].as_str().unwrap().to_owned()
    }

    /// A person merges a pull request, and the clone follows.
    pub fn merge(&self, number: u64, how: Merge) {
        self.github(|github| github.merge_pull(IMAGES, number, MARA, how)).unwrap();
        self.pull_clone();
    }

    /// The clone follows the default branch on GitHub.
    pub fn pull_clone(&self) {
        let root = self.root();
        self.github(|github| github.pull_into(IMAGES, &root)).unwrap();
    }

    /// A person commits to a branch.
    pub fn push(&self, branch: &str, files: &[(&str, Option<&str>)]) -> String {
        self.github(|github| github.push(IMAGES, branch, MARA, "Work of a person", files)).to_string()
    }
}

/// What pybump remembers in a pull request's body.
#[track_caller]
pub fn marker(pull: &Pull) -> Marker {
    let body = pull.body.as_deref().unwrap_or_default();
    Marker::read(body).unwrap_or_else(|| panic!("no marker: {body}"))
}

/// The commit that the clone in `root` is at.
pub fn head(root: &Path) -> String {
    git2::Repository::open(root).unwrap().head().unwrap().target().unwrap().to_string()
}
