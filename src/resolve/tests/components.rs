//! setuptools, pip and the get-pip pin.

use super::scene::*;
use crate::config::{Override, SeriesConfig, SetuptoolsConfig};
use crate::model::{Entry, Series};
use crate::resolve::*;

/// An entry of 3.11 that tracks every component.
fn tracking(version: &str) -> Entry {
    Entry {
        setuptools: Some("65.5.1".parse().unwrap()),
        pip: Some("24.0".parse().unwrap()),
        get_pip: Some(pin("a").commit),
        ..linux_entry(version)
    }
}

/// 3.11 at 3.11.12, its newest release, which bundles these.
fn at_rest(pip: &str, setuptools: &str) -> Scene {
    scene(linux_recorded("3.11.12"), pip, setuptools)
}

/// 3.11 at 3.11.12, with a newer release that bundles these.
fn moving(pip: &str, setuptools: &str) -> Scene {
    scene(linux_release("3.11.13", 5), pip, setuptools)
}

fn scene(candidate: CandidateObservation, pip: &str, setuptools: &str) -> Scene {
    let candidate = CandidateObservation { ensurepip: Some(bundled(pip, Some(setuptools))), ..candidate };
    let mut scene = Scene::of("3.11", Some(tracking("3.11.12")), vec![candidate]);
    scene.observations.get_pip = Some(Seen::Found(pin("b")));
    scene
}

fn configured(mut scene: Scene, setuptools: SetuptoolsConfig) -> Scene {
    scene.config.series.insert(Series::new(3, 11), SeriesConfig { setuptools });
    scene
}

fn pinned(version: &str, expires: &str) -> SetuptoolsConfig {
    let (version, expires) = (version.parse().unwrap(), expires.parse().unwrap());
    SetuptoolsConfig { floor: None, pinned: Some(Override { version, reason: "CVE-2024-6345".to_owned(), expires }) }
}

fn floor(version: &str) -> SetuptoolsConfig {
    SetuptoolsConfig { floor: Some(version.parse().unwrap()), pinned: None }
}

#[test]
fn components_follow_a_cpython_change_up_and_down() {
    insta::assert_snapshot!(moving("25.0", "65.5.0").resolved(), @"
    3.11 at 3.11.12: update to 3.11.13
      takes Python-3.11.13.tar.xz, bound by its tag
      setuptools 65.5.1 → 65.5.0
      pip 24.0 → 25.0
      get-pip aaaa → bbbb
      builds trixie slim-trixie
    ");
}

#[test]
fn components_go_up_alone_and_down_never() {
    insta::assert_snapshot!(at_rest("24.0", "65.5.1").resolved(), @"3.11 at 3.11.12: current");
    insta::assert_snapshot!(at_rest("24.1", "65.5.0").resolved(), @"
    3.11 at 3.11.12: update in place
      takes Python-3.11.12.tar.xz
      pip 24.0 → 24.1
      get-pip aaaa → bbbb
      builds trixie slim-trixie
      note: setuptools stays at 65.5.1 rather than go back to 65.5.0: that takes a CPython change
    ");
    insta::assert_snapshot!(at_rest("23.3", "66.0").resolved(), @"
    3.11 at 3.11.12: update in place
      takes Python-3.11.12.tar.xz
      setuptools 65.5.1 → 66.0
      builds trixie slim-trixie
      note: pip stays at 24.0 rather than go back to 23.3: that takes a CPython change
    ");
}

#[test]
fn another_spelling_of_the_same_version_is_no_change() {
    insta::assert_snapshot!(at_rest("24.0.0", "65.5.1").resolved(), @"3.11 at 3.11.12: current");
}

#[test]
fn an_override_counts_to_its_last_day_and_expires_after_it() {
    insta::assert_snapshot!(configured(moving("24.0", "65.5.0"), pinned("79.0.1", "2025-10-10")).resolved(), @"
    3.11 at 3.11.12: update to 3.11.13
      takes Python-3.11.13.tar.xz, bound by its tag
      setuptools 65.5.1 → 79.0.1
      get-pip aaaa → bbbb
      builds trixie slim-trixie
      note: setuptools 79.0.1 by override until 2025-10-10: CVE-2024-6345
    ");
    insta::assert_snapshot!(configured(moving("24.0", "65.5.0"), pinned("79.0.1", "2025-10-09")).resolved(), @"
    3.11 at 3.11.12: update to 3.11.13
      takes Python-3.11.13.tar.xz, bound by its tag
      setuptools 65.5.1 → 65.5.0
      get-pip aaaa → bbbb
      builds trixie slim-trixie
      note: the override of setuptools 79.0.1 expired on 2025-10-09; remove it from the configuration
    ");
}

#[test]
fn an_override_lowers_nothing_without_a_cpython_change() {
    insta::assert_snapshot!(configured(at_rest("24.0", "65.5.1"), pinned("60.0", "2026-01-01")).resolved(), @"
    3.11 at 3.11.12: current
      note: setuptools 60.0 by override until 2026-01-01: CVE-2024-6345
      note: setuptools stays at 65.5.1 rather than go back to 60.0: that takes a CPython change
    ");
}

#[test]
fn an_expired_override_leaves_what_it_brought_until_cpython_changes() {
    let mut scene = configured(at_rest("24.0", "65.5.0"), pinned("79.0.1", "2025-10-09"));
    let key = "3.11".parse().unwrap();
    scene.manifest.entries.get_mut(&key).unwrap().setuptools = Some("79.0.1".parse().unwrap());
    insta::assert_snapshot!(scene.resolved(), @"
    3.11 at 3.11.12: current
      note: the override of setuptools 79.0.1 expired on 2025-10-09; remove it from the configuration
      note: setuptools stays at 79.0.1 rather than go back to 65.5.0: that takes a CPython change
    ");
}

#[test]
fn a_floor_raises_what_is_bundled_and_never_lowers_it() {
    insta::assert_snapshot!(configured(at_rest("24.0", "65.5.0"), floor("70.0")).resolved(), @"
    3.11 at 3.11.12: update in place
      takes Python-3.11.12.tar.xz
      setuptools 65.5.1 → 70.0
      builds trixie slim-trixie
      note: setuptools 70.0 by the configured floor; 3.11.12 bundles 65.5.0
    ");
    insta::assert_snapshot!(configured(moving("24.0", "71.0"), floor("70.0")).resolved(), @"
    3.11 at 3.11.12: update to 3.11.13
      takes Python-3.11.13.tar.xz, bound by its tag
      setuptools 65.5.1 → 71.0
      get-pip aaaa → bbbb
      builds trixie slim-trixie
    ");
    let expired = SetuptoolsConfig { floor: floor("70.0").floor, ..pinned("79.0.1", "2025-10-09") };
    insta::assert_snapshot!(configured(moving("24.0", "65.5.0"), expired).resolved(), @"
    3.11 at 3.11.12: update to 3.11.13
      takes Python-3.11.13.tar.xz, bound by its tag
      setuptools 65.5.1 → 70.0
      get-pip aaaa → bbbb
      builds trixie slim-trixie
      note: the override of setuptools 79.0.1 expired on 2025-10-09; remove it from the configuration
      note: setuptools 70.0 by the configured floor; 3.11.13 bundles 65.5.0
    ");
}

#[test]
fn a_release_that_bundles_no_setuptools_is_held_where_the_entry_tracks_it() {
    let mut scene = moving("24.0", "65.5.0");
    scene.observation("3.11").candidates[0].ensurepip = Some(bundled("24.0", None));
    insta::assert_snapshot!(scene.resolved(), @"3.11 at 3.11.12: held, no-setuptools (4 h): the entry tracks setuptools, but 3.11.13 bundles none; remove it from the entry and the templates");
}

#[test]
fn ensurepip_out_of_reach_leaves_the_components_of_the_current_release() {
    for unread in [failed("ensurepip"), missing()] {
        let mut scene = at_rest("24.0", "65.5.1");
        scene.observation("3.11").candidates[0].ensurepip = Some(unread);
        let plan = scene.resolved();
        assert!(plan.contains("current\n  note: components not checked: ensurepip at its tag: "), "{plan}");
    }
}

#[test]
fn the_get_pip_pin_moves_with_cpython_or_pip_and_not_with_setuptools() {
    let moved = |scene: Scene| scene.resolved().contains("get-pip aaaa → bbbb");
    assert!(moved(moving("24.0", "65.5.1")));
    assert!(moved(at_rest("24.1", "65.5.1")));
    assert!(!moved(at_rest("24.0", "65.5.1")));
    assert!(!moved(at_rest("24.0", "66.0")));
}

#[test]
fn the_get_pip_pin_moves_alone_where_configured() {
    let mut scene = at_rest("24.0", "65.5.1");
    scene.config.get_pip.alone = true;
    insta::assert_snapshot!(scene.resolved(), @"
    3.11 at 3.11.12: update in place
      takes Python-3.11.12.tar.xz
      get-pip aaaa → bbbb
      builds trixie slim-trixie
    ");
    let mut same = at_rest("24.0", "65.5.1");
    same.config.get_pip.alone = true;
    same.observations.get_pip = Some(Seen::Found(pin("a")));
    insta::assert_snapshot!(same.resolved(), @"3.11 at 3.11.12: current");
}

#[test]
fn get_pip_out_of_reach_keeps_the_pin_and_blocks_no_release() {
    let mut scene = moving("24.0", "65.5.1");
    scene.observations.get_pip = Some(failed("get-pip"));
    insta::assert_snapshot!(scene.resolved(), @"
    3.11 at 3.11.12: update to 3.11.13
      takes Python-3.11.13.tar.xz, bound by its tag
      builds trixie slim-trixie
      note: the get-pip pin stays: 503 of get-pip
    ");
}

#[test]
fn a_new_key_waits_for_every_component_that_it_is_to_pin() {
    let new = |get_pip| {
        let scene = Scene::of("3.10", Some(linux_entry("3.10.18")), vec![linux_recorded("3.10.18")]);
        let candidate =
            CandidateObservation { ensurepip: Some(bundled("25.0", Some("65.5.0"))), ..linux_release("3.11.13", 5) };
        let mut scene = scene.and("3.11", None, vec![candidate]);
        let seed = scene.manifest.entries.values_mut().next().unwrap();
        *seed = Entry { version: seed.version.clone(), source: seed.source, ..tracking("3.10.18") };
        scene.observations.get_pip = get_pip;
        scene.resolved()
    };
    insta::assert_snapshot!(new(Some(Seen::Found(pin("b")))), @"
    3.10 at 3.10.18: current
      note: components not checked: ensurepip at its tag: it was not asked for
    3.11 new: update to 3.11.13
      takes Python-3.11.13.tar.xz, bound by its tag
      setuptools nothing → 65.5.0
      pip nothing → 25.0
      get-pip nothing → bbbb
      builds trixie slim-trixie
    ");
    insta::assert_snapshot!(new(Some(failed("get-pip"))), @"
    3.10 at 3.10.18: current
      note: components not checked: ensurepip at its tag: it was not asked for
    3.11 new: waiting, unreachable (4 h): 3.11.13 could not be looked at: the get-pip pin: 503 of get-pip
    ");
}
