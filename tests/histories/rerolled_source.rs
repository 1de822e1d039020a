//! `4ce3b2ae`: 3.14.0a5's source tarball was replaced a day after its release, and the new digest came in as a bare
//! "Update 3.14-rc".

use pybump::demo::world::World;

use super::told::History;
use crate::support::scene::{LINUX, WINDOWS};
use crate::support::worlds::{hours_ago, release, source};

const ALARM: &str = "pybump/update-alarm-3.14-rc";

/// 3.13 and 3.14-rc, whose alpha 5 came out yesterday and is merged.
fn begins() -> History {
    let mut world = World::new().unwrap();
    for (text, hours) in [("3.13.2", 180), ("3.14.0a5", 24)] {
        world.release(&release(text, hours)).unwrap();
    }
    for (key, phase) in [("3.13", "bugfix"), ("3.14", "feature")] {
        world.phase(key.parse().unwrap(), phase);
    }
    History::begins(world, &[("3.13", "3.13.2"), ("3.14-rc", "3.14.0a5")], &[LINUX, WINDOWS], "", |_| {})
}

/// The release manager uploads and signs another tarball under the same name. It unpacks as it should.
fn reroll(world: &mut World) {
    let mut bytes = pybump::demo::world::tarball(&"3.14.0a5".parse().unwrap()).to_vec();
    bytes.extend([0; 4]);
    world.artifact(&release("3.14.0a5", 24), &source("3.14.0a5"), bytes.into(), hours_ago(1)).unwrap();
}

#[test]
fn a_source_replaced_under_its_version_is_an_alarm_until_a_person_has_judged() {
    let history = begins();
    let recorded = history.recorded("3.14-rc", "source");
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.13 3.13.2 current; 3.14-rc 3.14.0a5 current
    update --commit (0): no commit
    run (0): no pull request
    ");

    history.then(reroll);
    insta::assert_snapshot!(history.told(), @"
    check (5): 3.13 3.13.2 current; 3.14-rc 3.14.0a5 alarm (digest-changed)
    update --commit (5): no commit
    run (5): #1 [security] pybump/update-alarm-3.14-rc: Review 3.14-rc: Python-3.14.0a5.tar.xz changed under its version (Update 3.14-rc)
    ");
    let now = served(&history);
    let pull = history.pull();
    let body = pull.body.clone().unwrap();
    assert!(body.contains(recorded.as_str().unwrap()) && body.contains(&now), "{body}");
    assert!(body.contains("hugo@python.org"), "{body}");

    // Later that day another series has a release: it is not kept waiting, and the alarm is not mixed up with it.
    history.then(|world| world.release(&release("3.13.3", 5)).unwrap());
    insta::assert_snapshot!(history.told(), @"
    check (5): 3.13 3.13.2 → 3.13.3 update; 3.14-rc 3.14.0a5 alarm (digest-changed)
    update --commit (5): Update 3.13 to 3.13.3
    run (5): #1 [security] pybump/update-alarm-3.14-rc: Review 3.14-rc: Python-3.14.0a5.tar.xz changed under its version (Update 3.14-rc); #2 pybump/update: Update 3.13 to 3.13.3 (Update 3.13 to 3.13.3)
    ");

    // The next alpha hides nothing.
    history.then(|world| world.release(&release("3.14.0a6", 5)).unwrap());
    insta::assert_snapshot!(history.told(), @"
    check (5): 3.13 3.13.2 → 3.13.3 update; 3.14-rc 3.14.0a5 alarm (digest-changed)
    update --commit (5): Update 3.13 to 3.13.3
    run (5): #1 [security] pybump/update-alarm-3.14-rc: Review 3.14-rc: Python-3.14.0a5.tar.xz changed under its version (Update 3.14-rc); #2 pybump/update: Update 3.13 to 3.13.3 (Update 3.13 to 3.13.3)
    ");
    assert_eq!(history.recorded("3.14-rc", "source"), recorded);

    // A person has asked the release manager, and takes the new file over: then the next alpha arrives.
    history.merged(1);
    assert_eq!(history.recorded("3.14-rc", "source"), now);
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.13 3.13.2 → 3.13.3 update; 3.14-rc 3.14.0a5 → 3.14.0a6 update
    update --commit (0): Update 3.13 to 3.13.3; Update 3.14-rc to 3.14.0a6
    run (0): #2 pybump/update: Update 3.13 to 3.13.3, 3.14-rc to 3.14.0a6 (Update 3.13 to 3.13.3, Update 3.14-rc to 3.14.0a6)
    ");
    assert_eq!(history.branch(ALARM), None);
    assert_eq!(history.version("pybump/update", "3.14-rc"), "3.14.0a6");
}

#[test]
fn a_source_that_is_put_back_ends_the_alarm_and_leaves_the_manifest_as_it_was() {
    let history = begins();
    let recorded = history.recorded("3.14-rc", "source");
    let kept = history.server.world(|world| {
        [".sigstore", ".spdx.json", ""].map(|suffix| {
            let path = format!("/ftp/python/3.14.0/Python-3.14.0a5.tar.xz{suffix}");
            (path.clone(), world.page(&path).unwrap().clone())
        })
    });
    history.then(reroll);
    insta::assert_snapshot!(history.told(), @"
    check (5): 3.13 3.13.2 current; 3.14-rc 3.14.0a5 alarm (digest-changed)
    update --commit (5): no commit
    run (5): #1 [security] pybump/update-alarm-3.14-rc: Review 3.14-rc: Python-3.14.0a5.tar.xz changed under its version (Update 3.14-rc)
    ");
    history.then(|world| kept.into_iter().for_each(|(path, page)| world.put(&path, page.body, page.modified)));
    insta::assert_snapshot!(history.told(), @"
    check (0): 3.13 3.13.2 current; 3.14-rc 3.14.0a5 current
    update --commit (0): no commit
    run (0): no pull request
    ");
    assert_eq!((history.recorded("3.14-rc", "source"), history.branch(ALARM)), (recorded, None));
}

/// The digest of the tarball that upstream serves now.
fn served(history: &History) -> String {
    let version = "3.14.0a5".parse().unwrap();
    let digest = history.server.world(|world| world.digest(&version, pybump::model::ArtifactKind::Source));
    digest.unwrap().to_string()
}
