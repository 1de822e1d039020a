//! The Windows installer of a newer release: the grace, the phases, and when variants go.

use super::scene::*;
use crate::resolve::*;
use crate::sources::python_org::ReleaseFolder;
use crate::sources::release_cycle::Phase;

/// 3.12 at 3.12.11; its newest release was tagged so many hours ago, and its installer is as given.
fn scene(hours: i64, windows: ArtifactObservation, folder: Option<Seen<ReleaseFolder>>) -> Scene {
    let newest = CandidateObservation { windows: Some(windows), folder, ..release("3.12.12", hours) };
    Scene::of("3.12", Some(entry("3.12.11")), vec![newest])
}

fn without_installer() -> Seen<ReleaseFolder> {
    folder(true, &[source("3.12.12")])
}

fn with_installer() -> Seen<ReleaseFolder> {
    folder(true, &[source("3.12.12"), installer("3.12.12")])
}

fn partial() -> Seen<ReleaseFolder> {
    folder(false, &[source("3.12.12")])
}

fn bundle_without_file() -> ArtifactObservation {
    ArtifactObservation { file: Some(missing()), ..uploaded(&installer("3.12.12"), 20) }
}

#[test]
fn a_release_waits_for_its_installer_as_long_as_the_grace() {
    insta::assert_snapshot!(scene(24, absent(), Some(without_installer())).in_phase(Phase::Security).resolved(), @"3.12 at 3.12.11: waiting, no-installer (23 h): 3.12.12 has no Windows installer yet; waiting until 2025-10-10T13:00:00Z");
    insta::assert_snapshot!(scene(24, bundle_without_file(), None).in_phase(Phase::Bugfix).resolved(), @"3.12 at 3.12.11: waiting, no-installer (23 h): 3.12.12 has no Windows installer yet; waiting until 2025-10-10T13:00:00Z");
}

#[test]
fn the_grace_is_configurable() {
    let mut scene = scene(24, absent(), Some(without_installer())).in_phase(Phase::Security);
    scene.config.windows_grace = jiff::SignedDuration::from_hours(23);
    insta::assert_snapshot!(scene.resolved(), @"
    3.12 at 3.12.11: update to 3.12.12
      takes Python-3.12.12.tar.xz, bound by its tag
      builds trixie slim-trixie
      drops windows/windowsservercore-ltsc2025
      note: 3.12.12 has no Windows installer and the series is in its security phase: its Windows variants go
    ");
}

#[test]
fn after_the_grace_a_series_in_its_security_phase_goes_on_without_its_windows_variants() {
    insta::assert_snapshot!(scene(25, absent(), Some(without_installer())).in_phase(Phase::Security).resolved(), @"
    3.12 at 3.12.11: update to 3.12.12
      takes Python-3.12.12.tar.xz, bound by its tag
      builds trixie slim-trixie
      drops windows/windowsservercore-ltsc2025
      note: 3.12.12 has no Windows installer and the series is in its security phase: its Windows variants go
    ");
}

#[test]
fn after_the_grace_any_other_phase_is_held() {
    for phase in phases().into_iter().flatten().filter(|phase| *phase != Phase::Security) {
        let held = scene(25, absent(), Some(without_installer())).in_phase(phase).resolved();
        assert!(held.contains("held, no-installer (24 h)"), "{phase:?}: {held}");
    }
    insta::assert_snapshot!(scene(25, absent(), Some(without_installer())).in_phase(Phase::Bugfix).resolved(), @"3.12 at 3.12.11: held, no-installer (24 h): 3.12.12 has no Windows installer 24h after its source, and the series is in its bugfix phase; --without-windows goes on without the Windows variants");
}

#[test]
fn a_missing_release_cycle_is_an_unknown_phase() {
    insta::assert_snapshot!(scene(25, absent(), Some(without_installer())).resolved(), @"3.12 at 3.12.11: held, no-installer (24 h): 3.12.12 has no Windows installer 24h after its source, and the series is in an unknown phase; --without-windows goes on without the Windows variants");
    let mut unread = scene(25, absent(), Some(without_installer()));
    unread.observations.cycles = failed("the release cycle");
    insta::assert_snapshot!(unread.resolved(), @"
    3.12 at 3.12.11: held, no-installer (24 h): 3.12.12 has no Windows installer 24h after its source, and the series is in an unknown phase; --without-windows goes on without the Windows variants
      note: the release cycle could not be read: 503 of the release cycle
    ");
}

#[test]
fn without_windows_goes_on_where_the_folder_read_whole_has_no_installer() {
    let mut scene = scene(25, absent(), Some(without_installer())).in_phase(Phase::Bugfix);
    scene.without_windows = true;
    insta::assert_snapshot!(scene.resolved(), @"
    3.12 at 3.12.11: update to 3.12.12
      takes Python-3.12.12.tar.xz, bound by its tag
      builds trixie slim-trixie
      drops windows/windowsservercore-ltsc2025
      note: 3.12.12 has no Windows installer; dropped by --without-windows
    ");
}

#[test]
fn nothing_drops_variants_on_the_word_of_a_404_alone() {
    for (name, folder) in [
        ("unread", None),
        ("missing", Some(missing())),
        ("failed", Some(failed("the folder"))),
        ("partial", Some(partial())),
        ("with the installer", Some(with_installer())),
    ] {
        for without_windows in [false, true] {
            for phase in [Phase::Security, Phase::Bugfix] {
                for windows in [absent(), bundle_without_file()] {
                    let mut scene = scene(25, windows, folder.clone()).in_phase(phase);
                    scene.without_windows = without_windows;
                    let plan = scene.resolved();
                    assert!(plan.contains("waiting, "), "{name}, {phase:?}, {without_windows}: {plan}");
                }
            }
        }
    }
    insta::assert_snapshot!(scene(25, absent(), Some(with_installer())).resolved(), @"3.12 at 3.12.11: waiting, no-files (24 h): 3.12.12 is listed on python.org but its files answer 404 still (a cache, most likely)");
    insta::assert_snapshot!(scene(25, absent(), Some(partial())).resolved(), @"3.12 at 3.12.11: waiting, unreachable (24 h): 3.12.12 could not be looked at: its release folder could not be read whole");
    insta::assert_snapshot!(scene(25, absent(), Some(failed("the folder"))).resolved(), @"3.12 at 3.12.11: waiting, unreachable (24 h): 3.12.12 could not be looked at: 503 of the folder");
}

#[test]
fn an_installer_that_contradicts_or_has_openpgp_alone_is_held() {
    insta::assert_snapshot!(scene(5, forged(&installer("3.12.12"), 2), None).resolved(), @"3.12 at 3.12.11: held, evidence-rejected (4 h): the Windows installer of 3.12.12: its Sigstore bundle does not hold: the bundle was signed by mallory@example.org (issuer https://github.com/login/oauth); expected thomas@python.org (issuer https://accounts.google.com)");
    insta::assert_snapshot!(scene(5, unsigned(2, Seen::Found(())), None).resolved(), @"3.12 at 3.12.11: held, openpgp-only (4 h): the only evidence for the Windows installer of 3.12.12 is an OpenPGP signature; the policy for the series requires a Sigstore bundle");
}

#[test]
fn an_installer_without_evidence_waits_for_the_grace_and_is_held_after_it() {
    insta::assert_snapshot!(scene(24, unsigned(2, missing()), None).resolved(), @"3.12 at 3.12.11: waiting, no-evidence (23 h): the Windows installer of 3.12.12 has neither Sigstore bundle nor OpenPGP signature yet");
    insta::assert_snapshot!(scene(25, unsigned(2, missing()), None).resolved(), @"3.12 at 3.12.11: held, no-evidence (24 h): the Windows installer of 3.12.12 still has neither Sigstore bundle nor OpenPGP signature; ask its release manager");
}

#[test]
fn an_installer_that_does_not_answer_waits() {
    let evidence = EvidenceState::Failed("503 of the bundle".to_owned());
    let bundle = ArtifactObservation { evidence, ..uploaded(&installer("3.12.12"), 2) };
    insta::assert_snapshot!(scene(90, bundle, None).resolved(), @"3.12 at 3.12.11: waiting, unreachable (89 h): 3.12.12 could not be looked at: 503 of the bundle");
    let file = ArtifactObservation { file: Some(failed("the file")), ..uploaded(&installer("3.12.12"), 2) };
    insta::assert_snapshot!(scene(90, file, None).resolved(), @"3.12 at 3.12.11: waiting, unreachable (89 h): 3.12.12 could not be looked at: 503 of the file");
    let neither = ArtifactObservation { file: Some(failed("the file")), ..absent() };
    insta::assert_snapshot!(scene(90, neither, Some(without_installer())).in_phase(Phase::Security).resolved(), @"3.12 at 3.12.11: waiting, unreachable (89 h): 3.12.12 could not be looked at: 503 of the file");
    insta::assert_snapshot!(scene(90, unsigned(2, failed("the .asc")), None).resolved(), @"3.12 at 3.12.11: waiting, unreachable (89 h): 3.12.12 could not be looked at: 503 of the .asc");
}

#[test]
fn windows_variants_are_not_kept_on_an_installer_that_was_not_looked_for() {
    let newest = linux_release("3.12.12", 90);
    insta::assert_snapshot!(Scene::of("3.12", Some(entry("3.12.11")), vec![newest]).resolved(), @"3.12 at 3.12.11: waiting, unreachable (89 h): 3.12.12 could not be looked at: its Windows installer was not asked for");
}

#[test]
fn an_installer_is_nothing_to_a_series_without_windows_variants() {
    let newest = CandidateObservation { windows: Some(absent()), ..release("3.12.12", 5) };
    let entry = linux_entry("3.12.11");
    insta::assert_snapshot!(Scene::of("3.12", Some(entry), vec![newest]).resolved(), @"
    3.12 at 3.12.11: update to 3.12.12
      takes Python-3.12.12.tar.xz, bound by its tag
      builds trixie slim-trixie
    ");
}

#[test]
fn an_older_release_with_its_installer_goes_before_a_newer_one_without() {
    let newest = CandidateObservation { windows: Some(absent()), ..release("3.12.13", 5) };
    let scene = Scene::of("3.12", Some(entry("3.12.11")), vec![newest, release("3.12.12", 50)]);
    insta::assert_snapshot!(scene.resolved(), @"
    3.12 at 3.12.11: update to 3.12.12
      meanwhile no-installer (4 h): 3.12.13 has no Windows installer yet; waiting until 2025-10-11T08:00:00Z
      takes Python-3.12.12.tar.xz, bound by its tag
      takes python-3.12.12-amd64.exe, bound by its tag
      builds trixie slim-trixie windows/windowsservercore-ltsc2025
    ");
}

#[test]
fn without_windows_does_not_wait_for_the_grace() {
    let mut scene = scene(5, absent(), Some(without_installer())).in_phase(Phase::Bugfix);
    scene.without_windows = true;
    insta::assert_snapshot!(scene.resolved(), @"
    3.12 at 3.12.11: update to 3.12.12
      takes Python-3.12.12.tar.xz, bound by its tag
      builds trixie slim-trixie
      drops windows/windowsservercore-ltsc2025
      note: 3.12.12 has no Windows installer; dropped by --without-windows
    ");
}
