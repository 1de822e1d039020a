//! What is not there, or does not answer, is told and is no alarm.

use std::time::{Duration, Instant};

use insta::assert_snapshot;
use pybump::demo::world::Fault;

use super::stage::{accepted, audited, moved_on, unrecorded, verdicts};
use crate::support::openpgp::path;
use crate::support::worlds::{source, windows};

#[test]
fn evidence_that_is_gone_is_told_and_is_no_alarm() {
    let scene = moved_on();
    scene.server.world(|world| world.remove(&path(&source("3.14.3"), ".sigstore")));
    assert_snapshot!(verdicts(&scene, &["3.14"], 1), @"
    Python-3.14.3.tar.xz gone
    python-3.14.3-amd64.exe holds
    Python-3.14.4.tar.xz holds
    python-3.14.4-amd64.exe holds
    ");
    assert_snapshot!(audited(&scene, &["3.14"], 1).stdout, @"
    Python-3.14.3.tar.xz             gone  (ledger only)
             there is neither a Sigstore bundle nor an OpenPGP signature beside it, and it was accepted on more
    python-3.14.3-amd64.exe          holds  hugo@python.org, DATE TIME UTC  (ledger only)
    Python-3.14.4.tar.xz             holds  hugo@python.org, DATE TIME UTC
    python-3.14.4-amd64.exe          holds  hugo@python.org, DATE TIME UTC
    4 artifacts: 3 as accepted, 1 gone; bytes not read (--download reads them)
    trust root: ~/root.json; its newest authority or log is of DATE (AGO)
    ");
}

#[test]
fn an_older_release_that_is_gone_altogether_is_told() {
    let scene = moved_on();
    scene.server.world(|world| {
        for suffix in ["", ".sigstore", ".spdx.json"] {
            world.remove(&path(&source("3.14.3"), suffix));
            world.remove(&path(&windows("3.14.3"), suffix));
        }
    });
    assert_snapshot!(verdicts(&scene, &["3.14"], 1), @"
    Python-3.14.3.tar.xz gone
    python-3.14.3-amd64.exe gone
    Python-3.14.4.tar.xz holds
    python-3.14.4-amd64.exe holds
    ");
    audited(&scene, &[], 1).said("the file is not there: ");
}

#[test]
fn a_page_in_place_of_a_bundle_is_no_answer() {
    let scene = accepted();
    for body in ["<html>Please log in</html>", "", "{\"error\": \"busy\"}"] {
        let page = Fault::Status(200, body.to_owned());
        scene.server.world(|world| world.fail(&path(&source("3.14.3"), ".sigstore"), page));
        let verdicts = verdicts(&scene, &["3.14"], 1);
        insta::allow_duplicates! { assert_snapshot!(verdicts, @"
        Python-3.14.3.tar.xz unanswered
        python-3.14.3-amd64.exe holds
        ") };
    }
}

#[test]
fn a_page_in_place_of_everything_is_no_answer_and_no_file_of_another_size() {
    let scene = accepted();
    let page = Fault::Status(200, "<html>Back soon</html>".to_owned());
    scene.server.world(|world| world.fail_below("/ftp/", page));
    assert_snapshot!(verdicts(&scene, &["3.14"], 1), @"
    Python-3.14.3.tar.xz unanswered
    python-3.14.3-amd64.exe unanswered
    ");
}

#[test]
fn with_python_org_down_every_artifact_is_told_soon() {
    let scene = moved_on();
    scene.server.world(|world| world.fail_below("/ftp/", Fault::Status(503, String::new())));
    let begun = Instant::now();
    audited(&scene, &[], 1).said("6 artifacts: 6 not answered for").said("status 503");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn what_never_had_evidence_is_unproven_and_a_good_audit() {
    let scene = unrecorded();
    scene.server.world(|world| {
        for artifact in [source("3.13.10"), windows("3.13.10")] {
            world.remove(&path(&artifact, ".sigstore"));
        }
    });
    assert_snapshot!(verdicts(&scene, &["3.13"], 0), @"
    Python-3.13.10.tar.xz unproven
    python-3.13.10-amd64.exe unproven
    ");
    audited(&scene, &["3.13"], 0).said("2 artifacts: 2 without evidence");
}
