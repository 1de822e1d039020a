//! What concerns a series as a whole: its sources, its promotion, its neighbours.

use super::scene::*;
use crate::resolve::*;

fn current() -> Scene {
    Scene::of("3.14", Some(linux_entry("3.14.2")), vec![linux_recorded("3.14.2")])
}

fn both_silent(index: Seen<Vec<crate::model::PythonVersion>>, tags: Seen<Vec<crate::sources::cpython::Tag>>) -> String {
    let mut scene = current();
    scene.observations.index = index;
    scene.observation("3.14").tags = tags;
    scene.resolved()
}

#[test]
fn a_series_is_not_current_if_neither_tags_nor_listing_answered() {
    insta::assert_snapshot!(both_silent(failed("the index"), failed("the tags")), @"3.14 at 3.14.2: waiting, unreachable: upstream could not be looked at: 503 of the index; and 503 of the tags");
    insta::assert_snapshot!(both_silent(missing(), missing()), @"3.14 at 3.14.2: waiting, unreachable: upstream could not be looked at: 404 there; and 404 there");
}

#[test]
fn one_place_that_answers_is_enough_and_the_other_is_named() {
    insta::assert_snapshot!(both_silent(failed("the index"), Seen::Found(vec![tag(version("3.14.2"))])), @"
    3.14 at 3.14.2: current
      note: python.org's listing could not be read, the cpython tags alone count: 503 of the index
    ");
    insta::assert_snapshot!(both_silent(Seen::Found(vec![version("3.14.2")]), failed("the tags")), @"
    3.14 at 3.14.2: current
      note: the cpython tags could not be read, python.org's listing alone counts: 503 of the tags
    ");
    insta::assert_snapshot!(both_silent(Seen::Found(vec![version("3.14.2")]), missing()), @"
    3.14 at 3.14.2: current
      note: the cpython tags could not be read, python.org's listing alone counts: 404 there
    ");
}

#[test]
fn components_move_while_nothing_can_be_said_of_newer_releases() {
    let entry = crate::model::Entry { pip: Some("25.1".parse().unwrap()), ..linux_entry("3.14.2") };
    let candidate = CandidateObservation { ensurepip: Some(bundled("25.2", None)), ..linux_recorded("3.14.2") };
    let mut scene = Scene::of("3.14", Some(entry), vec![candidate]);
    scene.observations.index = failed("the index");
    scene.observation("3.14").tags = failed("the tags");
    insta::assert_snapshot!(scene.resolved(), @"
    3.14 at 3.14.2: update in place
      meanwhile unreachable: upstream could not be looked at: 503 of the index; and 503 of the tags
      takes Python-3.14.2.tar.xz
      pip 25.1 → 25.2
      builds trixie slim-trixie
    ");
}

fn candidate_phase() -> Scene {
    Scene::of("3.15-rc", Some(linux_entry("3.15.0rc2")), vec![linux_recorded("3.15.0rc2")])
}

#[test]
fn the_tags_alone_tell_of_pre_releases() {
    let mut scene = candidate_phase();
    scene.observation("3.15-rc").tags = failed("the tags");
    insta::assert_snapshot!(scene.resolved(), @"3.15-rc at 3.15.0rc2: waiting, unreachable: upstream could not be looked at: 503 of the tags");
}

#[test]
fn a_final_that_is_out_makes_promotion_due_and_changes_nothing() {
    let mut scene = candidate_phase();
    scene.observation("3.15-rc").candidates.insert(0, linux_release("3.15.0rc3", 30));
    scene.observation("3.15-rc").final_release = Some(linux_release("3.15.0", 9));
    insta::assert_snapshot!(scene.resolved(), @"3.15-rc at 3.15.0rc2: held, promotion-due (9 h): 3.15.0 is out: rename the key to 3.15 to track its final releases");
}

#[test]
fn a_final_that_is_only_tagged_changes_nothing() {
    let with_final = |source| {
        let mut scene = candidate_phase();
        scene.observation("3.15-rc").final_release =
            Some(CandidateObservation { source, ..linux_release("3.15.0", 9) });
        scene.resolved()
    };
    insta::assert_snapshot!(with_final(absent()), @"3.15-rc at 3.15.0rc2: current");
    let bundle_only = ArtifactObservation { file: Some(missing()), ..uploaded(&source("3.15.0"), 8) };
    insta::assert_snapshot!(with_final(bundle_only), @"3.15-rc at 3.15.0rc2: current");
    let unknown = ArtifactObservation { file: Some(failed("the file")), ..absent() };
    insta::assert_snapshot!(with_final(unknown), @"3.15-rc at 3.15.0rc2: current");
}

#[test]
fn a_final_whose_tag_date_is_unknown_is_out_since_its_upload() {
    let mut scene = candidate_phase();
    let out = CandidateObservation { tagged_at: Some(failed("the tag")), ..linux_release("3.15.0", 9) };
    scene.observation("3.15-rc").final_release = Some(out);
    insta::assert_snapshot!(scene.resolved(), @"3.15-rc at 3.15.0rc2: held, promotion-due (8 h): 3.15.0 is out: rename the key to 3.15 to track its final releases");
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
