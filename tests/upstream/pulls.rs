//! docker-library/python's own updates as pull requests: the branch holds the very tree that upstream committed.

use std::fs;
use std::path::PathBuf;

use git2::{Repository, Signature, Time};
use pybump::demo::github::{AccountKind, Permission};

use super::updates::{by_the_bot, clone, pybump, subject, updates, world};
use crate::support::github::finish;
use crate::support::judges::require;

const IMAGES: &str = "docker-library/python";

#[test]
#[ignore = "needs PYBUMP_UPSTREAM, a clone of docker-library/python, and PYBUMP_DATA"]
fn upstream_updates_become_pull_requests_with_the_tree_that_upstream_committed() {
    if !require(&["PYBUMP_UPSTREAM", "PYBUMP_DATA"]) {
        return;
    }
    let repository = Repository::open(std::env::var_os("PYBUMP_UPSTREAM").unwrap()).unwrap();
    let bundles = PathBuf::from(std::env::var_os("PYBUMP_DATA").unwrap()).join("sigstore");
    let (mut same, mut alarms, mut all) = (0, 0, 0);
    for (update, parent, commit) in updates(&repository) {
        let Some(server) = world(&update, &bundles) else { continue };
        all += 1;
        let folder = tempfile::tempdir().unwrap();
        let images = clone(&repository, &parent, &folder.path().join("clone"));
        // The same files without their history, which would be copied for every update.
        let author = Signature::new("A", "a@example.org", &Time::new(1_500_000_000, 0)).unwrap();
        let first =
            images.commit(None, &author, &author, "Begin", &images.find_tree(parent.tree_id()).unwrap(), &[]).unwrap();
        images.reference("refs/heads/master", first, true, "begin").unwrap();
        images.set_head("refs/heads/master").unwrap();
        let root = images.workdir().unwrap();
        server.world(|world| {
            world.github.account("bot", "bot-token", AccountKind::User);
            world.github.import(IMAGES, root).unwrap();
            world.github.permit("bot", IMAGES, Permission::Write);
        });
        let config = folder.path().join("pybump.toml");
        fs::write(&config, format!("[publish]\nrepository = \"{IMAGES}\"\n")).unwrap();
        let key = update.key.to_string();
        let mut command = pybump(root, &server);
        command.args(["pr", "image", "--no-download", &key, "--config", config.to_str().unwrap()]);
        command.env("GITHUB_API_URL", format!("http://{}/api", server.address())).env("GITHUB_TOKEN", "bot-token");
        let output = command.output().unwrap();
        let branch = if update.reroll { format!("pybump/update-alarm-{key}") } else { "pybump/update".to_owned() };
        let (made, pulls) = server.world(|world| {
            let made = world.github.branch(IMAGES, &branch).and_then(|id| world.github.commit(IMAGES, &id.to_string()));
            (made, world.github.pulls(IMAGES).len())
        });
        finish(&server);
        let status = if update.reroll { 5 } else { 0 };
        let as_upstream = made.as_ref().is_some_and(|made| {
            let worded = made.message.lines().next() == Some(&*subject(&commit));
            made.tree == commit.tree_id() && (worded || !by_the_bot(&commit))
        });
        if !as_upstream || pulls != 1 || output.status.code() != Some(status) {
            println!("{key} to {}: {made:?} {output:?}", update.version);
        } else if update.reroll {
            alarms += 1;
        } else {
            same += 1;
        }
    }
    println!("{same} updates and {alarms} re-rolls as pull requests with upstream's tree and subject, of {all} steps");
    assert!(same >= 26 && alarms >= 2 && same + alarms == all);
}
