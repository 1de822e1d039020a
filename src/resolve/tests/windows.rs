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
fn an_installer_that_contradicts_or_has_openpgp_alone_is_held() {
    insta::assert_snapshot!(scene(5, forged(&installer("3.12.12"), 2), None).resolved(), @"3.12 at 3.12.11: held, evidence-rejected (4 h): the Windows installer of 3.12.12: its Sigstore bundle does not hold: the bundle was signed by mallory@example.org (issuer https://github.com/login/oauth); expected thomas@python.org (issuer https://accounts.google.com)");
    insta::assert_snapshot!(scene(5, unsigned(2, Seen::Found(())), None).resolved(), @"3.12 at 3.12.11: held, openpgp-only (4 h): the only evidence for the Windows installer of 3.12.12 is an OpenPGP signature, which this version of pybump cannot check");
}

#[test]
fn an_installer_without_evidence_waits_for_the_grace_and_is_held_after_it() {
    insta::assert_snapshot!(scene(24, unsigned(2, missing()), None).resolved(), @"3.12 at 3.12.11: waiting, no-evidence (23 h): the Windows installer of 3.12.12 has neither Sigstore bundle nor OpenPGP signature yet");
    insta::assert_snapshot!(scene(25, unsigned(2, missing()), None).resolved(), @"3.12 at 3.12.11: held, no-evidence (24 h): the Windows installer of 3.12.12 still has neither Sigstore bundle nor OpenPGP signature; ask its release manager");
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
