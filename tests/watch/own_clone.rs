//! Without a list of repositories, the clone that the configuration lies in: its `origin` counts, and the person who works there is
//! not disturbed.

use std::path::Path;
use std::process::Command;

use pybump::demo::github::Merge;

use super::watcher::{Watcher, far, messages};
use crate::publish::stage::{IMAGES, Stage};
use crate::publish::trial::small;
use crate::support::repository::Tree;
use crate::support::run::spawnable;
use crate::support::worlds::one_behind;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(["-c", "user.name=Mara", "-c", "user.email=mara@example.org"]).args(arguments);
    let output = git.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// All that a person has in a clone.
fn of_a_person(root: &Path) -> (Tree, Vec<u8>, String, Vec<String>) {
    let refs = git(root, &["for-each-ref", "--format=%(refname) %(objectname)"]);
    let refs = refs.lines().filter(|line| !line.starts_with("refs/pybump/")).map(str::to_owned).collect();
    let own = |name: &str| std::fs::read(root.join(".git").join(name)).unwrap();
    let mut files = Tree::read(root);
    files.0.retain(|path, _| !path.starts_with(".git/"));
    (files, own("index"), String::from_utf8(own("HEAD")).unwrap(), refs)
}

/// What GitHub has, to be fetched.
fn origin(stage: &Stage) -> String {
    let folder = stage.home().join("origin.git");
    if !folder.exists() {
        git2::Repository::init_bare(&folder).unwrap();
    }
    stage.github(|github| github.mirror_into(IMAGES, &folder)).unwrap();
    folder.display().to_string()
}

fn start(stage: &Stage) -> Watcher {
    let mut command = spawnable(stage.home());
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.env("GITHUB_API_URL", stage.api()).env("PYBUMP_GITHUB_TOKEN", stage.token);
    command.args(stage.arguments(&["watch", "--log", "json", "--trusted-root"])).arg(stage.home().join("root.json"));
    command.args(["--schedule", &far()]);
    Watcher::of(&mut command)
}

#[test]
fn it_works_on_what_origin_has_and_leaves_the_clone_to_its_person() {
    let stage = small(one_behind(), "");
    let root = stage.root();
    git(&root, &["remote", "add", "origin", &origin(&stage)]);
    // A person is at work: another branch, a commit, something staged, something not.
    git(&root, &["checkout", "--quiet", "-b", "mine"]);
    stage.write("notes.md", "committed\n");
    git(&root, &["add", "notes.md"]);
    git(&root, &["commit", "--quiet", "-m", "Take notes"]);
    stage.write("staged.md", "staged\n");
    git(&root, &["add", "staged.md"]);
    stage.write("versions.json", "half an edit");
    let config = stage.read("pybump.toml").replace("[publish]\n", "[publish]\nbranch = \"tried-out\"\n");
    stage.write("pybump.toml", &config);
    let before = of_a_person(&root);
    // Meanwhile another one pushes.
    let tip = stage.push("main", &[("README.md", Some("words\n"))]);
    origin(&stage);

    let mut watcher = start(&stage);
    watcher.until("round done");
    assert_eq!((messages(&watcher.seen, "ERROR"), messages(&watcher.seen, "WARN")), (vec![], vec![]));
    let pull = stage.pull();
    assert_eq!((pull.title.as_str(), pull.head.branch.as_str()), ("Update 3.14 to 3.14.3", "pybump/update"));
    let log = stage.github(|github| github.log(IMAGES, "pybump/update"));
    assert_eq!(log[1].sha.to_string(), tip, "{log:#?}");
    assert_eq!(of_a_person(&root), before);
    stage.github(|github| github.merge_pull(IMAGES, pull.number, crate::publish::stage::MARA, Merge::Squash)).unwrap();
    origin(&stage);
    let lines = watcher.round();
    assert_eq!((messages(&lines, "ERROR"), messages(&lines, "WARN")), (vec![], vec![]));
    assert_eq!((stage.pulls().len(), of_a_person(&root)), (1, before));
    watcher.stop();
    // Its state is the user's, not the repository's.
    assert!(stage.home().join(".local/state/pybump/watch").is_dir());
}
