//! Which records are audited: of the manifest and of the ledger, by series, and what is wrong with them.

use insta::assert_snapshot;

use super::stage::{accepted, audited, moved_on, recorded, rerolled, verdicts};
use crate::support::scene::{LINUX, Scene};
use crate::support::worlds::{calm, release};

#[test]
fn a_key_selects_its_series_in_manifest_and_ledger() {
    let scene = moved_on();
    assert_snapshot!(verdicts(&scene, &["3.13"], 0), @"
    Python-3.13.10.tar.xz holds
    python-3.13.10-amd64.exe holds
    ");
    assert_snapshot!(verdicts(&scene, &["3.14"], 0), @"
    Python-3.14.3.tar.xz holds
    python-3.14.3-amd64.exe holds
    Python-3.14.4.tar.xz holds
    python-3.14.4-amd64.exe holds
    ");
    audited(&scene, &["3.12"], 2).said("3.12");
    scene.server.world(|world| rerolled(world, "3.14.3"));
    verdicts(&scene, &["3.13"], 0);
    audited(&scene, &["3.14"], 5).said("Python-3.14.3.tar.xz was accepted with SHA-256 ").did_not_say("manifest");
    assert_snapshot!(verdicts(&scene, &["3.14"], 5), @"
    Python-3.14.3.tar.xz alarm (digest-changed)
    python-3.14.3-amd64.exe holds
    Python-3.14.4.tar.xz holds
    python-3.14.4-amd64.exe holds
    ");
}

#[test]
fn a_pre_release_series_and_its_final_one_share_a_file() {
    let mut world = calm();
    for (text, hours) in [("3.15.0b1", 600), ("3.15.0b2", 20)] {
        world.release(&release(text, hours)).unwrap();
    }
    let scene = recorded(Scene::tracking(world, &[("3.14", "3.14.2"), ("3.15-rc", "3.15.0b1")], &[LINUX]));
    scene.run(&["update"]).ended(0).said("3.15.0b1 → 3.15.0b2");
    assert!(scene.root().join("state/ledger/3.15.json").is_file());
    assert_snapshot!(audited(&scene, &["3.15-rc"], 0).stdout, @"
    Python-3.15.0b2.tar.xz           holds  hugo@python.org, DATE TIME UTC
    1 artifact: 1 as accepted; bytes not read (--download reads them)
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
    assert_snapshot!(audited(&scene, &[], 0).stdout, @"
    Python-3.14.2.tar.xz             holds  hugo@python.org, DATE TIME UTC  (not in the ledger)
    Python-3.15.0b2.tar.xz           holds  hugo@python.org, DATE TIME UTC
    2 artifacts: 2 as accepted; bytes not read (--download reads them)
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
}

#[test]
fn a_damaged_file_is_named_with_its_line_and_the_other_series_are_audited() {
    let scene = moved_on();
    let whole = scene.read("state/ledger/3.14.json");
    scene.write("state/ledger/3.14.json", &whole.replacen("\"kind\": \"source\"", "\"kind\": \"sauce\"", 1));
    assert_snapshot!(verdicts(&scene, &[], 1), @"
    Python-3.13.10.tar.xz holds
    python-3.13.10-amd64.exe holds
    Python-3.14.4.tar.xz holds
    python-3.14.4-amd64.exe holds
    ");
    audited(&scene, &[], 1).said("state/ledger/3.14.json:8: ").said("git log -p -- state/ledger/3.14.json");
    audited(&scene, &["3.13"], 0);
    // An alarm comes first.
    scene.server.world(|world| rerolled(world, "3.14.4"));
    verdicts(&scene, &[], 5);
}

#[test]
fn what_the_ledger_does_not_know_is_marked_where_there_is_one() {
    let scene = recorded(Scene::new(calm()));
    assert_snapshot!(audited(&scene, &["3.14"], 0).stdout, @"
    Python-3.14.2.tar.xz             holds  hugo@python.org, DATE TIME UTC  (not in the ledger)
    python-3.14.2-amd64.exe          holds  hugo@python.org, DATE TIME UTC  (not in the ledger)
    2 artifacts: 2 as accepted; bytes not read (--download reads them)
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
    let scene = accepted();
    scene.write("pybump.toml", "");
    audited(&scene, &["3.14"], 0).did_not_say("ledger");
}

#[test]
fn where_nothing_is_tracked_nothing_is_audited() {
    let scene = Scene::tracking(calm(), &[], &[LINUX]);
    audited(&scene, &[], 0).said("0 artifacts: nothing to audit");
}
