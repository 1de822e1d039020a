//! The key that an entry carries follows the pin, with the bump that needs it and no sooner.

use super::scene::*;
use crate::model::Entry;

/// Pinned for 3.13.
const WOUTERS: &str = "7169605F62C751356D054A26A821E680E5FA6305";
/// Pinned for 3.11.
const SALGADO: &str = "A035C8C19219BA821ECEA86B64E628F8D684696D";

fn carrying(key: &str, version: &str) -> Entry {
    Entry { gpg_key: Some(key.parse().unwrap()), ..linux_entry(version) }
}

#[test]
fn a_bump_sets_the_key_to_the_pin() {
    let scene = Scene::of("3.13", Some(carrying(SALGADO, "3.13.8")), vec![linux_release("3.13.9", 5)]);
    let plan = scene.plan();
    let (_, change) = plan.changes().next().unwrap();
    assert_eq!(
        change.gpg_key.as_ref().map(|(from, to)| (from.to_string(), to.to_string())),
        Some((SALGADO.into(), WOUTERS.into()))
    );
    insta::assert_snapshot!(shown(&plan), @"
    3.13 at 3.13.8: update to 3.13.9
      takes Python-3.13.9.tar.xz, bound by its tag
      builds trixie slim-trixie
      note: gpg.key A035C8C19219BA821ECEA86B64E628F8D684696D → 7169605F62C751356D054A26A821E680E5FA6305, which is pinned for the series
    ");
}

#[test]
fn a_key_that_is_the_pin_stays_and_an_entry_without_one_gets_none() {
    for entry in [carrying(WOUTERS, "3.13.8"), linux_entry("3.13.8")] {
        let plan = Scene::of("3.13", Some(entry), vec![linux_release("3.13.9", 5)]).plan();
        assert_eq!(plan.changes().next().unwrap().1.gpg_key, None);
    }
}

#[test]
fn without_a_release_the_key_stays_and_is_told_of() {
    let scene = Scene::of("3.13", Some(carrying(SALGADO, "3.13.9")), vec![linux_recorded("3.13.9")]);
    insta::assert_snapshot!(scene.resolved(), @"
    3.13 at 3.13.9: current
      note: gpg.key A035C8C19219BA821ECEA86B64E628F8D684696D is not pinned for the series; the next release sets it to the pin
    ");
}

#[test]
fn where_no_key_is_pinned_a_bump_that_needs_one_is_held() {
    let scene = Scene::of("3.14", Some(carrying(WOUTERS, "3.14.2")), vec![linux_release("3.14.3", 5)]);
    insta::assert_snapshot!(scene.resolved(), @"3.14 at 3.14.2: held, no-key-pinned (4 h): the entry carries gpg.key, and no OpenPGP key is pinned for 3.14.3: from 3.14 on releases carry no OpenPGP signatures (PEP 761); remove gpg from the entry, or pin a key");
}
