//! Judged by what docker-library's bot really proposed: the same trees, the same messages.
//!
//! Needs clones: docker-library/python in `PYBUMP_UPSTREAM`, docker-library/official-images in `PYBUMP_OFFICIAL_IMAGES`.
//! Each pull request is made by the whole binary on a GitHub that has official-images' real files.

use std::fs;

use git2::{Commit, Oid, Repository, Signature, Time};
use pybump::demo::github::{AccountKind, GitHub};
use tempfile::TempDir;

use super::stage::{BRANCH, FILE, FORK, OFFICIAL};
use crate::library::upstream::{Upstream, touching};
use crate::support::github::Hub;
use crate::support::run::{Run, pybump};

/// A repository of one commit with the files that `commit`'s parent has, written when `last` was: the last commit that
/// touched the library file.
fn official_images(upstream: &Repository, commit: &Commit<'_>, last: &Commit<'_>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let there = Repository::init_bare(folder.path()).unwrap();
    let objects = fs::canonicalize(upstream.commondir().join("objects")).unwrap();
    fs::write(folder.path().join("objects/info/alternates"), format!("{}\n", objects.display())).unwrap();
    drop(there);
    let there = Repository::open(folder.path()).unwrap();
    let tree = there.find_tree(commit.parent(0).unwrap().tree_id()).unwrap();
    let author = Signature::new("A", "a@example.org", &Time::new(last.author().when().seconds(), 0)).unwrap();
    there.commit(Some("HEAD"), &author, &author, "As it was", &tree, &[]).unwrap();
    folder
}

/// Tree and message of the commit that pybump proposes in place of `commit`.
fn proposed(upstream: &Upstream, commit: &Commit<'_>, last: &Commit<'_>, from: Oid) -> (Oid, String) {
    upstream.check_out(from);
    let mut github = GitHub::new();
    github.account("mona", "mona-token", AccountKind::User);
    github.import(OFFICIAL, official_images(&upstream.official_images, commit, last).path()).unwrap();
    github.fork(OFFICIAL, "mona");
    let hub = Hub::serve(github);
    let home = tempfile::tempdir().unwrap();
    let run = |option: &[&str]| {
        let mut command = pybump(home.path());
        command.arg("-C").arg(upstream.checkout.0.path());
        command.args(hub.mirrors().iter().flat_map(|mirror| ["--mirror", mirror]));
        command.env("GITHUB_API_URL", format!("http://{}/api", hub.address()));
        command.env("PYBUMP_OFFICIAL_IMAGES_TOKEN", "mona-token");
        Run::of(&command.args(["pr", "library"]).args(option).output().unwrap(), home.path()).ended(0)
    };
    run(&["--dry-run"]).said("would open").said("+++ library/python");
    assert_eq!(hub.writes(), []);
    run(&[]).said("opened");
    let tip = hub.github(|github| github.commit(FORK, BRANCH)).unwrap();
    let newest = upstream.python.find_commit(from).unwrap();
    assert_eq!(tip.author.seconds, newest.author().when().seconds());
    (tip.tree, tip.message)
}

/// The bot's own message: without what GitHub added when it squashed the pull request.
fn bot_message(commit: &Commit<'_>) -> String {
    let message = commit.message().unwrap();
    let (subject, body) = message.split_once("\n\n").unwrap();
    let subject = subject.split(" (#").next().unwrap();
    let body = body.split("\n\nCo-authored-by:").next().unwrap().trim_end();
    format!("{subject}\n\n{body}\n")
}

#[test]
#[ignore = "needs PYBUMP_UPSTREAM and PYBUMP_OFFICIAL_IMAGES"]
fn the_bot_s_pull_requests_are_made_again_tree_and_message() {
    let upstream = Upstream::open();
    let (commits, later) = upstream.bot_commits();
    let first = commits[0].0.time().seconds();
    // The last commit before the bot's first one is some months older.
    let all = touching(&upstream.official_images, FILE, first - 180 * 24 * 3600);
    let (mut trees, mut messages) = (0, 0);
    for (commit, from) in &commits {
        let at = all.iter().position(|other| other.id() == commit.id()).unwrap();
        let (tree, message) = proposed(&upstream, commit, &all[at - 1], *from);
        trees += usize::from(tree == commit.tree_id());
        messages += usize::from(message == bot_message(commit));
        if message != bot_message(commit) || tree != commit.tree_id() {
            println!("{}: tree {tree}, {}\n{message}", commit.id(), commit.tree_id());
        }
    }
    println!("of {}: {trees} trees and {messages} messages; {later} were made from newer commits", commits.len());
    assert!(commits.len() > 10 && trees == commits.len() && messages == commits.len());
}
