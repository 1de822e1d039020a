//! What concerns a series as a whole: its sources, its promotion, its neighbours.

use super::scene::*;
use crate::resolve::*;

fn candidate_phase() -> Scene {
    Scene::of("3.15-rc", Some(linux_entry("3.15.0rc2")), vec![linux_recorded("3.15.0rc2")])
}

#[test]
fn a_final_that_is_out_makes_promotion_due_and_changes_nothing() {
    let mut scene = candidate_phase();
    scene.observation("3.15-rc").candidates.insert(0, linux_release("3.15.0rc3", 30));
    scene.observation("3.15-rc").final_release = Some(linux_release("3.15.0", 9));
    insta::assert_snapshot!(scene.resolved(), @"3.15-rc at 3.15.0rc2: held, promotion-due (9 h): 3.15.0 is out: rename the key to 3.15 to track its final releases");
}

#[test]
fn one_series_in_trouble_blocks_no_other() {
    let broken = CandidateObservation { source: forged(&source("3.13.10"), 1), ..linux_release("3.13.10", 2) };
    let mut scene = Scene::of("3.14", Some(linux_entry("3.14.2")), vec![linux_release("3.14.3", 5)])
        .and("3.13", Some(linux_entry("3.13.9")), vec![broken])
        .and("3.12", Some(linux_entry("3.12.11")), vec![linux_recorded("3.12.11")]);
    scene.observation("3.12").tags = failed("the tags");
    insta::assert_snapshot!(scene.resolved(), @"
    3.12 at 3.12.11: current
      note: the cpython tags could not be read, python.org's listing alone counts: 503 of the tags
    3.13 at 3.13.9: held, evidence-rejected (1 h): the source tarball of 3.13.10: its Sigstore bundle does not hold: the bundle was signed by mallory@example.org (issuer https://github.com/login/oauth); expected thomas@python.org (issuer https://accounts.google.com)
    3.14 at 3.14.2: update to 3.14.3
      takes Python-3.14.3.tar.xz, bound by its tag
      builds trixie slim-trixie
    ");
}
