//! Releases newer than the manifest's, and the releases of new keys.

use super::scene::*;
use crate::resolve::*;

fn at_3_14_2(candidates: Vec<CandidateObservation>) -> Scene {
    Scene::of("3.14", Some(linux_entry("3.14.2")), candidates)
}

/// The plan for 3.14 at 3.14.2 when its newest release, tagged five hours ago, is looked at and then changed.
fn with(change: impl FnOnce(&mut CandidateObservation)) -> String {
    let mut newest = linux_release("3.14.3", 5);
    change(&mut newest);
    at_3_14_2(vec![newest]).resolved()
}

#[test]
fn a_complete_newer_release_is_an_update_with_the_digests_verified() {
    let plan = Scene::of("3.14", Some(entry("3.14.2")), vec![release("3.14.3", 5)]).plan();
    let (_, change) = plan.changes().next().unwrap();
    assert_eq!(change.source.sha256(), digest(&source("3.14.3")));
    assert_eq!(change.windows.as_ref().unwrap().sha256(), digest(&installer("3.14.3")));
    insta::assert_snapshot!(shown(&plan), @"
    3.14 at 3.14.2: update to 3.14.3
      takes Python-3.14.3.tar.xz, bound by its tag
      takes python-3.14.3-amd64.exe, bound by its tag
      builds trixie slim-trixie windows/windowsservercore-ltsc2025
    ");
}

#[test]
fn a_newest_release_that_waits_lets_an_older_complete_one_through() {
    let newest = CandidateObservation { source: absent(), ..linux_release("3.14.4", 2) };
    insta::assert_snapshot!(at_3_14_2(vec![newest, linux_release("3.14.3", 50)]).resolved(), @"
    3.14 at 3.14.2: update to 3.14.3
      meanwhile no-files (2 h): 3.14.4 is tagged but has no files yet
      takes Python-3.14.3.tar.xz, bound by its tag
      builds trixie slim-trixie
    ");
}

#[test]
fn a_newest_release_that_contradicts_itself_stops_the_series() {
    let newest = CandidateObservation { source: forged(&source("3.14.4"), 1), ..linux_release("3.14.4", 2) };
    insta::assert_snapshot!(at_3_14_2(vec![newest, linux_release("3.14.3", 50)]).resolved(), @"3.14 at 3.14.2: held, evidence-rejected (1 h): the source tarball of 3.14.4: its Sigstore bundle does not hold: the bundle was signed by mallory@example.org (issuer https://github.com/login/oauth); expected hugo@python.org (issuer https://github.com/login/oauth)");
}

#[test]
fn the_newest_of_several_that_wait_gives_the_reason() {
    let newest = CandidateObservation { source: absent(), ..linux_release("3.14.4", 2) };
    let older = CandidateObservation { source: unsigned(3, missing()), ..linux_release("3.14.3", 50) };
    insta::assert_snapshot!(at_3_14_2(vec![newest, older, linux_recorded("3.14.2")]).resolved(), @"3.14 at 3.14.2: waiting, no-files (2 h): 3.14.4 is tagged but has no files yet");
}

#[test]
fn a_tag_without_files_waits_since_it_was_tagged() {
    insta::assert_snapshot!(with(|newest| newest.source = absent()), @"3.14 at 3.14.2: waiting, no-files (5 h): 3.14.3 is tagged but has no files yet");
}

#[test]
fn a_listed_file_that_answers_404_is_a_cache_and_waits() {
    let waits = with(|newest| {
        newest.source = absent();
        newest.folder = Some(folder(false, &[source("3.14.3")]));
    });
    insta::assert_snapshot!(waits, @"3.14 at 3.14.2: waiting, no-files (5 h): 3.14.3 is listed on python.org but its files answer 404 still (a cache, most likely)");
}

#[test]
fn a_signed_release_waits_for_its_tag() {
    insta::assert_snapshot!(with(|newest| newest.tagged_at = None), @"3.14 at 3.14.2: waiting, no-tag (4 h): 3.14.3 is on python.org but not tagged in python/cpython yet");
}

#[test]
fn a_source_without_evidence_waits_for_the_grace_and_is_held_after_it() {
    insta::assert_snapshot!(with(|newest| newest.source = unsigned(23, missing())), @"3.14 at 3.14.2: waiting, no-evidence (23 h): the source tarball of 3.14.3 has neither Sigstore bundle nor OpenPGP signature yet");
    insta::assert_snapshot!(with(|newest| newest.source = unsigned(24, missing())), @"3.14 at 3.14.2: held, no-evidence (24 h): the source tarball of 3.14.3 still has neither Sigstore bundle nor OpenPGP signature; ask its release manager");
}

#[test]
fn a_source_with_openpgp_alone_is_held() {
    insta::assert_snapshot!(with(|newest| newest.source = unsigned(2, Seen::Found(()))), @"3.14 at 3.14.2: held, openpgp-only (2 h): the only evidence for the source tarball of 3.14.3 is an OpenPGP signature; the policy for the series requires a Sigstore bundle");
}

#[test]
fn a_source_that_does_not_answer_waits() {
    let file = with(|newest| newest.source.file = Some(failed("the file")));
    insta::assert_snapshot!(file, @"3.14 at 3.14.2: waiting, unreachable (5 h): 3.14.3 could not be looked at: 503 of the file");
    let bundle = with(|newest| newest.source.evidence = EvidenceState::Failed("503 of the bundle".to_owned()));
    insta::assert_snapshot!(bundle, @"3.14 at 3.14.2: waiting, unreachable (4 h): 3.14.3 could not be looked at: 503 of the bundle");
    insta::assert_snapshot!(with(|newest| newest.source = unsigned(2, failed("the .asc"))), @"3.14 at 3.14.2: waiting, unreachable (2 h): 3.14.3 could not be looked at: 503 of the .asc");
    insta::assert_snapshot!(with(|newest| newest.tagged_at = Some(failed("the tag"))), @"3.14 at 3.14.2: waiting, unreachable (4 h): 3.14.3 could not be looked at: 503 of the tag");
}

#[test]
fn a_release_that_cannot_be_looked_at_lets_an_older_complete_one_through() {
    let mut newest = linux_release("3.14.4", 2);
    newest.source.file = Some(failed("the file"));
    insta::assert_snapshot!(at_3_14_2(vec![newest, linux_release("3.14.3", 50)]).resolved(), @"
    3.14 at 3.14.2: update to 3.14.3
      meanwhile unreachable (2 h): 3.14.4 could not be looked at: 503 of the file
      takes Python-3.14.3.tar.xz, bound by its tag
      builds trixie slim-trixie
    ");
}

#[test]
fn the_recorded_release_offered_under_a_new_name_is_held() {
    let old = digest(&source("3.14.2"));
    let again = with(|newest| newest.source = signed(verified(&source("3.14.3"), old, hours_ago(4))));
    insta::assert_snapshot!(again, @"3.14 at 3.14.2: held, digest-of-another-name (4 h): the source tarball of 3.14.3 has the digest of the source tarball of 3.14.2: one file under two names");
}

#[test]
fn a_digest_of_another_series_is_held() {
    let mut newest = linux_release("3.14.3", 5);
    newest.source = signed(verified(&source("3.14.3"), digest(&installer("3.13.9")), hours_ago(4)));
    let scene = at_3_14_2(vec![newest]).and("3.13", Some(entry("3.13.9")), vec![recorded("3.13.9")]);
    insta::assert_snapshot!(scene.resolved(), @"
    3.13 at 3.13.9: current
    3.14 at 3.14.2: held, digest-of-another-name (4 h): the source tarball of 3.14.3 has the digest of the Windows installer of 3.13.9: one file under two names
    ");
}

#[test]
fn a_source_offered_as_the_installer_is_held() {
    let mut newest = release("3.14.3", 5);
    let swapped = verified(&installer("3.14.3"), digest(&source("3.14.3")), hours_ago(3));
    newest.windows = Some(signed(swapped));
    insta::assert_snapshot!(Scene::of("3.14", Some(entry("3.14.2")), vec![newest]).resolved(), @"3.14 at 3.14.2: held, digest-of-another-name (3 h): the Windows installer of 3.14.3 has the digest of the source tarball of 3.14.3: one file under two names");
}

#[test]
fn a_signature_older_than_the_tag_is_held_for_both_artifacts() {
    insta::assert_snapshot!(with(|newest| newest.source = uploaded(&source("3.14.3"), 6)), @"3.14 at 3.14.2: held, evidence-rejected (5 h): the source tarball of 3.14.3: it was signed at 2025-10-10T06:00:00Z, before the release was tagged at 2025-10-10T07:00:00Z: it is another release's");
    let mut newest = release("3.14.3", 5);
    newest.windows = Some(uploaded(&installer("3.14.3"), 6));
    insta::assert_snapshot!(Scene::of("3.14", Some(entry("3.14.2")), vec![newest]).resolved(), @"3.14 at 3.14.2: held, evidence-rejected (5 h): the Windows installer of 3.14.3: it was signed at 2025-10-10T06:00:00Z, before the release was tagged at 2025-10-10T07:00:00Z: it is another release's");
}

#[test]
fn components_that_cannot_be_read_let_the_release_wait() {
    let tracked = || Some(crate::model::Entry { pip: Some("25.1".parse().unwrap()), ..linux_entry("3.14.2") });
    let bundling = |ensurepip| {
        let newest = CandidateObservation { ensurepip, ..linux_release("3.14.3", 5) };
        Scene::of("3.14", tracked(), vec![newest]).resolved()
    };
    insta::assert_snapshot!(bundling(Some(failed("ensurepip"))), @"3.14 at 3.14.2: waiting, unreachable (4 h): 3.14.3 could not be looked at: ensurepip at its tag: 503 of ensurepip");
    insta::assert_snapshot!(bundling(Some(missing())), @"3.14 at 3.14.2: waiting, unreachable (4 h): 3.14.3 could not be looked at: ensurepip at its tag: 404 there");
    insta::assert_snapshot!(bundling(None), @"3.14 at 3.14.2: waiting, unreachable (4 h): 3.14.3 could not be looked at: ensurepip at its tag: it was not asked for");
}

#[test]
fn observations_of_older_or_foreign_releases_and_in_any_order_never_lower_a_version() {
    let older = vec![linux_release("3.14.1", 5000), linux_release("3.14.3rc1", 8), linux_release("3.15.1", 9)];
    insta::assert_snapshot!(
        at_3_14_2(older.into_iter().chain([linux_recorded("3.14.2")]).collect()).resolved(),
        @"3.14 at 3.14.2: current"
    );
    let shuffled = vec![linux_recorded("3.14.2"), linux_release("3.14.3", 50), linux_release("3.14.10", 5)];
    insta::assert_snapshot!(at_3_14_2(shuffled).resolved(), @"
    3.14 at 3.14.2: update to 3.14.10
      takes Python-3.14.10.tar.xz, bound by its tag
      builds trixie slim-trixie
    ");
}

#[test]
fn a_new_key_takes_the_variants_of_the_newest_series() {
    let scene = Scene::of("3.14", Some(entry("3.14.2")), vec![recorded("3.14.2")]);
    let scene = scene.and("3.15-rc", None, vec![release("3.15.0a1", 30)]);
    insta::assert_snapshot!(scene.resolved(), @"
    3.14 at 3.14.2: current
    3.15-rc new: update to 3.15.0a1
      takes Python-3.15.0a1.tar.xz, bound by its tag
      takes python-3.15.0a1-amd64.exe, bound by its tag
      builds trixie slim-trixie windows/windowsservercore-ltsc2025
    ");
}

#[test]
fn a_new_key_with_nothing_upstream_is_held_if_the_tags_say_so() {
    let scene = || {
        let scene = Scene::of("3.14", Some(linux_entry("3.14.2")), vec![linux_recorded("3.14.2")]);
        scene.and("3.15", None, Vec::new())
    };
    insta::assert_snapshot!(scene().resolved(), @"
    3.14 at 3.14.2: current
    3.15 new: held, no-release: upstream has no release that 3.15 could track
    ");
    let mut unknown = scene();
    unknown.observation("3.15").tags = failed("the tags");
    insta::assert_snapshot!(unknown.resolved(), @"
    3.14 at 3.14.2: current
    3.15 new: waiting, unreachable: upstream could not be looked at: 503 of the tags
      note: the cpython tags could not be read, python.org's listing alone counts: 503 of the tags
    ");
}

#[test]
fn the_folder_that_holds_the_pre_releases_is_no_final() {
    let folder = CandidateObservation {
        tagged_at: None,
        source: absent(),
        folder: Some(folder(true, &[source("3.15.0a1")])),
        ..linux_release("3.15.0", 1)
    };
    let scene = Scene::of("3.14", Some(linux_entry("3.14.2")), vec![linux_recorded("3.14.2")]);
    insta::assert_snapshot!(scene.and("3.15", None, vec![folder]).resolved(), @"
    3.14 at 3.14.2: current
    3.15 new: held, no-release: upstream has no release that 3.15 could track
    ");
}

#[test]
fn a_listed_release_without_tag_and_files_waits_for_its_tag() {
    let waits = with(|newest| {
        newest.source = absent();
        newest.tagged_at = None;
    });
    insta::assert_snapshot!(waits, @"3.14 at 3.14.2: waiting, no-tag: 3.14.3 is on python.org but not tagged in python/cpython yet");
}

#[test]
fn a_release_without_files_whose_tag_is_unknown_could_not_be_looked_at() {
    let mut newest = linux_release("3.14.3", 5);
    newest.source = absent();
    newest.tagged_at = Some(failed("the tags"));
    let mut scene = at_3_14_2(vec![newest]);
    scene.observation("3.14").tags = failed("the tags");
    insta::assert_snapshot!(scene.resolved(), @"
    3.14 at 3.14.2: waiting, unreachable: 3.14.3 could not be looked at: its files are not there, and its tag could not be looked up
      note: the cpython tags could not be read, python.org's listing alone counts: 503 of the tags
    ");
}

#[test]
fn the_first_key_of_an_empty_manifest_takes_the_built_in_variants() {
    let plan = Scene::of("3.14", None, vec![linux_release("3.14.3", 5)]).plan();
    let (_, change) = plan.changes().next().unwrap();
    assert_eq!(change.variants, crate::model::Entry::seed().variants);
    assert_eq!((&change.from, &change.to), (&None, &version("3.14.3")));
    assert!(change.windows.is_none() && change.components.is_empty() && change.gpg_key.is_none());
}
