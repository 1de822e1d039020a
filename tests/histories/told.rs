//! What the three commands come to at one moment of a history, in a few lines.

use std::fmt::Write as _;
use std::ops::Deref;
use std::path::Path;

use pybump::demo::world::World;
use serde_json::Value;

use crate::publish::stage::{IMAGES, Stage};
use crate::support::run::Run;
use crate::support::scene::Scene;

/// A repository in a clone and on GitHub, in a world that changes.
pub struct History(Stage);

impl Deref for History {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.0
    }
}

impl History {
    /// Begins in `world`, with these series and variants; `configuration` follows what a stage configures.
    pub fn begins(
        world: World,
        tracked: &[(&str, &str)],
        variants: &[&'static str],
        configuration: &str,
        edit: impl FnOnce(&Scene),
    ) -> Self {
        let scene = Scene::tracking(world, tracked, variants);
        edit(&scene);
        let author = "[user]\n\tname = Ann Author\n\temail = ann@example.org\n";
        std::fs::write(scene.home().join(".gitconfig"), author).unwrap();
        Self(Stage::of(scene, configuration))
    }

    /// Something happens to the world.
    pub fn then(&self, change: impl FnOnce(&mut World)) {
        self.server.world(change);
    }

    /// `check` as it is, `update --commit` in a copy of the clone, and `run`, twice: the second writes nothing. Each with
    /// its exit status.
    #[track_caller]
    pub fn told(&self) -> String {
        let mut told = String::new();
        let check = self.run(&["check", "--format", "json"]);
        let _ = write!(told, "check ({}):", check.status);
        for series in check.json()["series"].as_array().unwrap() {
            let _ = write!(told, " {};", summary(series));
        }
        let (status, commits) = self.committed();
        let _ = write!(told, "\nupdate --commit ({status}): {}", listed(&commits, "no commit"));
        let ran = self.run(&["run"]);
        let published = self.published();
        let _ = write!(told, "\nrun ({}): {}", ran.status, listed(&published, "no pull request"));
        let again = self.run(&["run"]);
        assert_eq!((again.status, self.writes(), self.published()), (ran.status, 0, published), "{ran:#?} {again:#?}");
        told.replace(";\n", "\n")
    }

    /// What `update --commit` commits: its status, and the subjects.
    fn committed(&self) -> (i32, Vec<String>) {
        let copy = tempfile::tempdir().unwrap();
        self.tree().write(copy.path());
        let arguments = self.arguments(&["update", "--commit"]);
        let root = self.root().display().to_string();
        let place = copy.path().display().to_string();
        let arguments = arguments.iter().map(|argument| if *argument == root { &place } else { argument });
        let mut command = crate::support::run::pybump(self.home());
        command.args(arguments).env("GITHUB_API_URL", self.api());
        let before = crate::publish::stage::head(copy.path());
        let run = Run::of(&command.output().unwrap(), self.home());
        (run.status, subjects(copy.path(), &before))
    }

    /// The open pull requests: number, labels, branch, title and the subjects of the branch.
    fn published(&self) -> Vec<String> {
        let open = self.pulls().into_iter().filter(|pull| pull.open);
        let shown = open.map(|pull| {
            let labels: Vec<_> = pull.labels.iter().map(|label| format!("[{label}] ")).collect();
            let subjects = self.subjects(&pull.head.branch).join(", ");
            format!("#{} {}{}: {} ({subjects})", pull.number, labels.concat(), pull.head.branch, pull.title)
        });
        shown.collect()
    }

    /// A checksum of the manifest on GitHub's default branch.
    pub fn recorded(&self, key: &str, kind: &str) -> Value {
        let manifest: Value = serde_json::from_str(&self.file("main", "versions.json").unwrap()).unwrap();
        manifest[key]["checksums"][kind]["sha256"].clone()
    }

    /// A person merges the pull request, and the clone follows.
    pub fn merged(&self, number: u64) {
        self.merge(number, pybump::demo::github::Merge::Squash);
    }

    /// A person closes the pull request.
    pub fn closed(&self, number: u64) {
        self.github(|github| github.close_pull(IMAGES, number, "mara"));
    }
}

fn summary(series: &Value) -> String {
    let text = |name: &str| series[name].as_str().unwrap_or_default().to_owned();
    let target = series["target"].as_str().filter(|target| *target != text("at")).map(|target| format!(" → {target}"));
    let code = series["reason"]["code"].as_str().map(|code| format!(" ({code})"));
    let parts = [target.unwrap_or_default(), format!(" {}", text("status")), code.unwrap_or_default()];
    format!("{} {}{}", text("key"), text("at"), parts.concat())
}

fn listed(items: &[String], none: &str) -> String {
    if items.is_empty() { none.to_owned() } else { items.join("; ") }
}

/// The subjects of what the clone in `folder` has since `before`, oldest first; it has no change left uncommitted.
fn subjects(folder: &Path, before: &str) -> Vec<String> {
    let git = git2::Repository::open(folder).unwrap();
    let mut walk = git.revwalk().unwrap();
    walk.push_head().unwrap();
    walk.hide(before.parse().unwrap()).unwrap();
    walk.set_sorting(git2::Sort::REVERSE).unwrap();
    let left: Vec<_> =
        git.statuses(None).unwrap().iter().map(|entry| entry.path().unwrap_or_default().to_owned()).collect();
    assert_eq!(left, Vec::<String>::new(), "left uncommitted");
    walk.map(|id| git.find_commit(id.unwrap()).unwrap().summary().unwrap().unwrap_or_default().to_owned()).collect()
}
