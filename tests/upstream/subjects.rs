//! The subjects of all commits that upstream's bot made since there is a manifest, derived from the manifest before and
//! after.

use git2::Repository;
use pybump::publish::subject;
use serde_json::{Map, Value};

use super::updates::{by_the_bot, commits, manifest};
use crate::support::judges::require;

#[test]
#[ignore = "needs PYBUMP_UPSTREAM, a clone of docker-library/python"]
fn upstream_subjects_are_worded_again() {
    if !require(&["PYBUMP_UPSTREAM"]) {
        return;
    }
    let repository = Repository::open(std::env::var_os("PYBUMP_UPSTREAM").unwrap()).unwrap();
    let (mut same, mut all) = (0, 0);
    for (parent, commit) in commits(&repository) {
        let Some(after) = manifest(&repository, &commit).filter(|_| by_the_bot(&commit)) else { continue };
        let before = manifest(&repository, &parent).unwrap_or_default();
        let upstreams = commit.summary().unwrap().unwrap_or_default();
        // Up to January 2022 an older pipeline did without the key: `Update to 3.8.12, setuptools 57.5.0, pip 21.2.4`.
        let named = upstreams.split(' ').nth(1).unwrap_or_default();
        let Ok(key) = named.parse() else { continue };
        all += 1;
        let ours = subject(key, &entry(&before, named), &entry(&after, named));
        if ours == upstreams {
            same += 1;
        } else {
            println!("{}: {upstreams:?} is {ours:?} here", commit.id());
        }
    }
    println!("{same} of {all} subjects worded the same");
    assert!(all >= 307, "the clone is shallow or old: {all}");
    assert_eq!(same, all);
}

fn entry(manifest: &Map<String, Value>, key: &str) -> Map<String, Value> {
    manifest.get(key).and_then(Value::as_object).cloned().unwrap_or_default()
}
