//! `pybump demo`: the whole job, offline.

use std::process::Command;

use crate::support::repository::Tree;
use crate::support::run::{Run, pybump};

fn demo(home: &std::path::Path, arguments: &[&str]) -> Run {
    let mut command = pybump(home);
    // Nothing outside may be asked: a request past the demo's own world fails in this proxy.
    for name in ["http_proxy", "https_proxy", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:1");
    }
    let temporary = home.join("tmp");
    std::fs::create_dir_all(&temporary).unwrap();
    command.env("TMPDIR", temporary).env("no_proxy", "127.0.0.1").arg("demo").args(arguments);
    Run::of(&command.output().unwrap(), home)
}

#[test]
fn it_shows_every_state_the_diff_and_the_evidence_and_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let run = demo(home.path(), &[]).ended(0);
    for words in [
        "$ pybump check\n",
        "$ pybump verify 3.14.3\n",
        "$ pybump update --diff\n",
        "3.12     3.12.11                held",
        "the bundle was signed by mallory@example.org",
        "3.13     3.13.9                 current",
        "3.14     3.14.2 → 3.14.3        update",
        "3.15-rc  3.15.0a4               waiting",
        "3.15.0a5 is tagged but has no files yet",
        "\n-ENV PYTHON_VERSION=3.14.2\n",
        "\n+ENV PYTHON_VERSION=3.14.3\n",
        "every Dockerfile is what manifest and templates give",
        "$ pybump run\n",
        "opened       https://github.com/example/python/pull/1  Update 3.14 to 3.14.3",
        "| **3.14** | 3.14.2\u{a0}→\u{a0}3.14.3 |",
        "- **3.12** at 3.12.11 is **held**",
        "$ pybump library\n",
        "Tags: 3.14.3-trixie, 3.14-trixie, 3-trixie, trixie\nSharedTags: 3.14.3, 3.14, 3, latest\n",
        "opened       https://github.com/docker-library/official-images/pull/1  Update python",
        "\nChanges:\n\n- https://github.com/example/python/commit/",
        "3.14     3.14.3                 current",
        "unchanged    https://github.com/docker-library/official-images/pull/1  Update python",
        "told to change 0 things",
        "$ pybump report --html report\n",
        "3.14.3 was proposed ",
        "Everything is removed again",
    ] {
        assert!(run.stdout.contains(words), "not said: {words}\n{}", run.stdout);
    }
    assert_eq!(run.stderr, "");
    assert_eq!(Tree::read(home.path()).0.into_keys().collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn kept_it_is_a_git_repository_that_pybump_works_in() {
    let home = tempfile::tempdir().unwrap();
    let run = demo(home.path(), &["--keep", "sandbox"]).ended(0);
    run.said("git -C sandbox log").said("sandbox/report/index.html in a browser");
    for file in ["index.html", "report.json", "feed.atom"] {
        assert!(home.path().join("sandbox/report").join(file).is_file(), "{file}");
    }
    let sandbox = home.path().join("sandbox");
    let checked = pybump(home.path()).args(["-C", "sandbox", "render", "--check"]).output().unwrap();
    Run::of(&checked, home.path()).ended(0);
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").current_dir(&sandbox);
        String::from_utf8(command.args(["-c", "safe.directory=*"]).args(arguments).output().unwrap().stdout).unwrap()
    };
    insta::assert_snapshot!(git(&["log", "--format=%s"]), @r"
    Merge pull request #1 from example/pybump/update
    Update 3.14 to 3.14.3
    Add Python images, one release behind
    ");
    let changed = git(&["diff", "--name-only", "HEAD^"]);
    assert!(
        changed.lines().count() == 7
            && changed.contains("versions.json\n")
            && changed.contains("state/ledger/3.14.json\n"),
        "{changed}"
    );
    assert_eq!(git(&["diff", "--name-only"]), "");
    assert_eq!(git(&["status", "--short", "--untracked-files=all"]).matches("??").count(), 0);
    let outside: Vec<_> = Tree::read(home.path()).0.into_keys().filter(|name| !name.starts_with("sandbox/")).collect();
    assert_eq!(outside, Vec::<String>::new());
}

#[test]
fn it_refuses_a_folder_that_holds_something() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("mine")).unwrap();
    std::fs::write(home.path().join("mine/thesis.txt"), "years of work").unwrap();
    let before = Tree::read(home.path());
    let run = demo(home.path(), &["--keep", "mine"]).ended(2);
    insta::assert_snapshot!(run.stderr, @"error: mine is not empty; name a folder that is empty or does not exist");
    assert_eq!(Tree::read(home.path()), before);
}

#[test]
fn it_takes_a_folder_that_is_empty() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("empty")).unwrap();
    demo(home.path(), &["--keep", "empty"]).ended(0);
    assert!(home.path().join("empty/versions.json").is_file());
}
