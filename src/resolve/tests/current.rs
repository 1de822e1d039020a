//! The release that the manifest is at.

use super::scene::*;
use crate::model::Entry;
use crate::resolve::*;

/// The plan for 3.14 at 3.14.2, its newest release, after a change to what is seen of it.
fn with(change: impl FnOnce(&mut CandidateObservation)) -> String {
    scene(entry("3.14.2"), change).resolved()
}

fn scene(entry: Entry, change: impl FnOnce(&mut CandidateObservation)) -> Scene {
    let mut current = recorded("3.14.2");
    change(&mut current);
    Scene::of("3.14", Some(entry), vec![current])
}

fn other_source() -> ArtifactObservation {
    signed(verified(&source("3.14.2"), digest(&source("3.14.9")), hours_ago(3)))
}

#[test]
fn a_release_that_is_as_recorded_is_current() {
    insta::assert_snapshot!(with(|_| ()), @"3.14 at 3.14.2: current");
}

#[test]
fn another_digest_under_the_recorded_version_is_an_alarm() {
    insta::assert_snapshot!(with(|current| current.source = other_source()), @"3.14 at 3.14.2: ALARM over Python-3.14.2.tar.xz: true");
    let installer_changed = with(|current| {
        let other = verified(&installer("3.14.2"), digest(&installer("3.14.9")), hours_ago(3));
        current.windows = Some(signed(other));
    });
    insta::assert_snapshot!(installer_changed, @"3.14 at 3.14.2: ALARM over python-3.14.2-amd64.exe: true");
}

#[test]
fn nothing_else_hides_an_alarm() {
    let alarmed = |change: &dyn Fn(&mut Scene)| {
        let mut scene = scene(entry("3.14.2"), |current| current.source = other_source());
        change(&mut scene);
        scene.plan().any(|outcome| matches!(outcome, Outcome::Alarm(_)))
    };
    assert!(alarmed(&|scene| scene.observation("3.14").candidates.insert(0, release("3.14.3", 5))));
    assert!(alarmed(&|scene| {
        let newest = CandidateObservation { source: forged(&source("3.14.3"), 4), ..release("3.14.3", 5) };
        scene.observation("3.14").candidates.insert(0, newest);
    }));
    assert!(alarmed(&|scene| {
        scene.observations.index = failed("the index");
        scene.observation("3.14").tags = failed("the tags");
    }));
    assert!(alarmed(&|scene| {
        let current = &mut scene.observation("3.14").candidates[0];
        current.windows.as_mut().unwrap().evidence = EvidenceState::Failed("503".to_owned());
    }));
    let mut promoted = Scene::of("3.15-rc", Some(linux_entry("3.15.0rc2")), vec![linux_recorded("3.15.0rc2")]);
    let other = verified(&source("3.15.0rc2"), digest(&source("3.14.9")), hours_ago(3));
    promoted.observation("3.15-rc").candidates[0].source = signed(other);
    promoted.observation("3.15-rc").final_release = Some(linux_release("3.15.0", 9));
    assert!(promoted.plan().any(|outcome| matches!(outcome, Outcome::Alarm(_))));
}

#[test]
fn an_installer_alarms_though_its_source_has_no_bundle() {
    let plan = scene(entry("3.14.2"), |current| {
        current.source.evidence = EvidenceState::NoBundle { openpgp: Seen::Found(()) };
        let other = verified(&installer("3.14.2"), digest(&installer("3.14.9")), hours_ago(3));
        current.windows = Some(signed(other));
    });
    insta::assert_snapshot!(plan.resolved(), @"3.14 at 3.14.2: ALARM over python-3.14.2-amd64.exe: true");
}

/// As the release is observed where its entry lacks a checksum: with its tag's date.
fn dated(current: &mut CandidateObservation) {
    current.tagged_at = Some(Seen::Found(hours_ago(2000)));
}

#[test]
fn a_checksum_is_not_added_without_the_tags_date() {
    let bare = Entry { source: None, ..entry("3.14.2") };
    insta::assert_snapshot!(scene(bare, |_| ()).resolved(), @"3.14 at 3.14.2: waiting, no-tag (999 h): 3.14.2 is on python.org but not tagged in python/cpython yet");
}

#[test]
fn checksums_that_the_entry_lacks_are_added() {
    let bare = Entry { source: None, windows: None, ..entry("3.14.2") };
    insta::assert_snapshot!(scene(bare, dated).resolved(), @"
    3.14 at 3.14.2: update in place
      takes Python-3.14.2.tar.xz, bound by its tag
      takes python-3.14.2-amd64.exe, bound by its tag
      builds trixie slim-trixie windows/windowsservercore-ltsc2025
      note: the source tarball gets the checksum that its entry lacks
      note: the Windows installer gets the checksum that its entry lacks
    ");
    let half = Entry { windows: None, ..entry("3.14.2") };
    insta::assert_snapshot!(scene(half, dated).resolved(), @"
    3.14 at 3.14.2: update in place
      takes Python-3.14.2.tar.xz
      takes python-3.14.2-amd64.exe, bound by its tag
      builds trixie slim-trixie windows/windowsservercore-ltsc2025
      note: the Windows installer gets the checksum that its entry lacks
    ");
}

#[test]
fn a_checksum_is_not_added_under_a_second_name() {
    let bare = Entry { source: None, ..linux_entry("3.14.2") };
    let older = verified(&source("3.14.2"), digest(&source("3.13.9")), hours_ago(3));
    let scene = scene(bare, |current| {
        dated(current);
        current.source = signed(older);
        current.windows = None;
    });
    let scene = scene.and("3.13", Some(linux_entry("3.13.9")), vec![linux_recorded("3.13.9")]);
    insta::assert_snapshot!(scene.resolved(), @"
    3.13 at 3.13.9: current
    3.14 at 3.14.2: held, digest-of-another-name (3 h): the source tarball of 3.14.2 has the digest of the source tarball of 3.13.9: one file under two names
    ");
}

#[test]
fn a_checksum_is_not_added_from_before_the_tag() {
    let bare = Entry { source: None, ..entry("3.14.2") };
    let scene = scene(bare, |current| current.tagged_at = Some(Seen::Found(hours_ago(990))));
    insta::assert_snapshot!(scene.resolved(), @"3.14 at 3.14.2: held, evidence-rejected (990 h): the source tarball of 3.14.2: it was signed at 2025-08-29T21:00:00Z, before the release was tagged at 2025-08-30T06:00:00Z: it is another release's");
}

#[test]
fn evidence_that_contradicts_is_held() {
    insta::assert_snapshot!(with(|current| current.source = forged(&source("3.14.2"), 900)), @"3.14 at 3.14.2: held, evidence-rejected: the source tarball of 3.14.2: its Sigstore bundle does not hold: the bundle was signed by mallory@example.org (issuer https://github.com/login/oauth); expected hugo@python.org (issuer https://github.com/login/oauth)");
    insta::assert_snapshot!(with(|current| current.windows = Some(forged(&installer("3.14.2"), 900))), @"3.14 at 3.14.2: held, evidence-rejected: the Windows installer of 3.14.2: its Sigstore bundle does not hold: the bundle was signed by mallory@example.org (issuer https://github.com/login/oauth); expected hugo@python.org (issuer https://github.com/login/oauth)");
}

#[test]
fn evidence_that_does_not_answer_waits() {
    let source = with(|current| current.source.evidence = EvidenceState::Failed("503 of the bundle".to_owned()));
    insta::assert_snapshot!(source, @"3.14 at 3.14.2: waiting, unreachable: 3.14.2 could not be looked at: 503 of the bundle");
    let openpgp = with(|current| current.source.evidence = EvidenceState::NoBundle { openpgp: failed("the .asc") });
    insta::assert_snapshot!(openpgp, @"3.14 at 3.14.2: waiting, unreachable: 3.14.2 could not be looked at: 503 of the .asc");
    let installer = with(|current| {
        current.windows.as_mut().unwrap().evidence = EvidenceState::Failed("503 of the bundle".to_owned());
    });
    insta::assert_snapshot!(installer, @"3.14 at 3.14.2: waiting, unreachable: 3.14.2 could not be looked at: 503 of the bundle");
}

#[test]
fn a_release_with_openpgp_alone_or_without_evidence_is_current_and_said_to_be_unverified() {
    let openpgp = with(|current| current.source.evidence = EvidenceState::NoBundle { openpgp: Seen::Found(()) });
    insta::assert_snapshot!(openpgp, @"
    3.14 at 3.14.2: current
      note: 3.14.2 is not verified: its only signature is an OpenPGP one, and the policy for the series requires a Sigstore bundle
    ");
    let nothing = with(|current| current.source.evidence = EvidenceState::NoBundle { openpgp: missing() });
    insta::assert_snapshot!(nothing, @"
    3.14 at 3.14.2: current
      note: 3.14.2 is not verified: it has neither Sigstore bundle nor OpenPGP signature
    ");
}

#[test]
fn windows_evidence_that_vanished_takes_no_variant_away() {
    let vanish = |current: &mut CandidateObservation| current.windows = Some(absent());
    insta::assert_snapshot!(with(vanish), @"
    3.14 at 3.14.2: current
      note: the Windows installer of 3.14.2 is not verified: it has no Sigstore bundle
    ");
    let moves = Entry { pip: Some("25.1".parse().unwrap()), ..entry("3.14.2") };
    let mut scene = scene(moves, |current| {
        vanish(current);
        current.ensurepip = Some(bundled("25.2", None));
        current.folder = Some(folder(true, &[source("3.14.2")]));
    });
    scene.without_windows = true;
    insta::assert_snapshot!(scene.in_phase(crate::sources::release_cycle::Phase::Security).resolved(), @"
    3.14 at 3.14.2: update in place
      takes Python-3.14.2.tar.xz
      pip 25.1 → 25.2
      builds trixie slim-trixie windows/windowsservercore-ltsc2025
      note: the Windows installer of 3.14.2 is not verified: it has no Sigstore bundle
    ");
}

/// The manifest is at 3.14.9, of which nothing is there; the newest release is 3.14.2.
fn ahead() -> Scene {
    let mut current = linux_recorded("3.14.9");
    current.source.evidence = EvidenceState::NoBundle { openpgp: missing() };
    let mut scene = Scene::of("3.14", Some(linux_entry("3.14.9")), vec![current]);
    scene.observation("3.14").tags = Seen::Found(vec![tag(version("3.14.1"))]);
    scene.observations.index = Seen::Found(vec![version("3.14.1"), version("3.14.2")]);
    scene
}

#[test]
fn a_manifest_ahead_of_upstream_is_held_if_tags_and_listing_agree() {
    insta::assert_snapshot!(ahead().resolved(), @"3.14 at 3.14.9: held, manifest-ahead: the manifest says 3.14.9, upstream has no such release; its newest is 3.14.2");
    let mut nothing = ahead();
    nothing.observation("3.14").tags = Seen::Found(Vec::new());
    nothing.observations.index = Seen::Found(vec![version("3.13.9")]);
    insta::assert_snapshot!(nothing.resolved(), @"3.14 at 3.14.9: held, manifest-ahead: the manifest says 3.14.9, upstream has no release of this series");
}

#[test]
fn a_manifest_is_not_ahead_while_tags_or_listing_know_its_release_or_are_silent() {
    let kept = |change: &dyn Fn(&mut Scene)| {
        let mut scene = ahead();
        change(&mut scene);
        scene.resolved()
    };
    insta::assert_snapshot!(kept(&|scene| scene.observations.index = failed("the index")), @"
    3.14 at 3.14.9: current
      note: python.org's listing could not be read, the cpython tags alone count: 503 of the index
      note: 3.14.9 is not verified: it has neither Sigstore bundle nor OpenPGP signature
    ");
    insta::assert_snapshot!(kept(&|scene| scene.observations.index = Seen::Found(vec![version("3.14.9")])), @"
    3.14 at 3.14.9: current
      note: 3.14.9 is not verified: it has neither Sigstore bundle nor OpenPGP signature
    ");
    insta::assert_snapshot!(kept(&|scene| scene.observation("3.14").tags = failed("the tags")), @"
    3.14 at 3.14.9: current
      note: the cpython tags could not be read, python.org's listing alone counts: 503 of the tags
      note: 3.14.9 is not verified: it has neither Sigstore bundle nor OpenPGP signature
    ");
    let tagged = Seen::Found(vec![tag(version("3.14.9"))]);
    insta::assert_snapshot!(kept(&|scene| scene.observation("3.14").tags = tagged.clone()), @"
    3.14 at 3.14.9: current
      note: 3.14.9 is not verified: it has neither Sigstore bundle nor OpenPGP signature
    ");
}

#[test]
fn a_release_that_was_not_looked_at_is_neither_current_nor_ahead() {
    insta::assert_snapshot!(Scene::of("3.14", Some(entry("3.14.2")), Vec::new()).resolved(), @"3.14 at 3.14.2: waiting, unreachable: 3.14.2 could not be looked at: nothing was asked about it");
}
