//! When a key could sign.

use super::*;
use crate::demo::authority::openpgp::Statement;

/// So many days, in seconds.
const fn days(days: u32) -> u32 {
    days * 86_400
}

fn statement(at: i64) -> Statement {
    Statement::new(day(at))
}

fn lasting(at: i64, lasts: u32) -> Statement {
    Statement { lasts: days(lasts), ..statement(at) }
}

#[test]
fn a_key_that_expired_later_is_accepted_and_one_that_had_expired_is_refused() {
    let key = OpenPgpKey::unstated(1, day(0)).unwrap().stating(&lasting(0, 100)).unwrap();
    assert_eq!(when_signed(&key, 99), "");
    insta::assert_snapshot!(when_signed(&key, 100), @"the signature was made at 2024-04-10T00:00:00Z by the key A967965CE4EEFCCA9FEAC853DDCB68E335540549, which had expired at 2024-04-10T00:00:00Z");
}

#[test]
fn the_self_signature_in_force_at_the_time_of_signing_decides() {
    let key = OpenPgpKey::unstated(1, day(0)).unwrap();
    let key = key.stating(&lasting(0, 100)).unwrap().stating(&lasting(90, 300)).unwrap();
    let key = key.stating(&lasting(400, 900)).unwrap().stating(&Statement { signs: false, ..statement(500) }).unwrap();
    for on in [0, 95, 150, 299, 400, 499] {
        assert_eq!(when_signed(&key, on), "", "day {on}");
    }
    // Extended on day 400, but nobody knew that on day 350.
    assert!(when_signed(&key, 350).contains("which had expired at"), "{}", when_signed(&key, 350));
    assert!(when_signed(&key, 600).ends_with("which is not for signing"), "{}", when_signed(&key, 600));
}

#[test]
fn a_key_signs_nothing_before_it_was_made_or_said_anything() {
    let key = OpenPgpKey::unstated(1, day(5)).unwrap().stating(&statement(50)).unwrap();
    insta::assert_snapshot!(when_signed(&key, 4), @"the signature was made at 2024-01-05T00:00:00Z by the key C22EBDEEA057245F02961555F99240283FB8F16F, which was made only at 2024-01-06T00:00:00Z");
    insta::assert_snapshot!(when_signed(&key, 49), @"the signature was made at 2024-02-19T00:00:00Z by the key C22EBDEEA057245F02961555F99240283FB8F16F, of which no self-signature was in force then");
    assert_eq!(when_signed(&key, 50), "");
}

#[test]
fn a_retired_key_signs_nothing_from_then_on() {
    let key = manager().revoked(day(100), true).unwrap();
    assert_eq!(when_signed(&key, 99), "");
    insta::assert_snapshot!(when_signed(&key, 100), @"the signature was made at 2024-04-10T00:00:00Z by the key A967965CE4EEFCCA9FEAC853DDCB68E335540549, which had been revoked at 2024-04-10T00:00:00Z");
}

#[test]
fn nothing_that_a_compromised_key_signed_counts_whenever_that_was() {
    let key = manager().revoked(day(100), false).unwrap();
    insta::assert_snapshot!(when_signed(&key, 99), @"the signature was made at 2024-04-09T00:00:00Z by the key A967965CE4EEFCCA9FEAC853DDCB68E335540549, which was revoked at 2024-04-10T00:00:00Z as one that others may have, so that none of its signatures counts");
    assert_eq!(when_signed(&key, 99).replace("-04-09", "-04-10"), when_signed(&key, 100));
}

#[test]
fn a_signing_subkey_is_named_beside_its_primary_key() {
    let key = manager().with_subkey(3, &statement(10), true).unwrap();
    let evidence = verify(&key, &key.sign(BYTES, day(20), None).unwrap(), BYTES).unwrap();
    assert_eq!(evidence.primary(), &key.fingerprint());
    assert_ne!(evidence.key(), evidence.primary());
}

#[test]
fn a_subkey_must_be_bound_both_ways_and_for_signing() {
    let subkey = |statement: &Statement, agrees| manager().with_subkey(3, statement, agrees).unwrap();
    insta::assert_snapshot!(when_signed(&subkey(&statement(10), false), 20), @"the signature was made at 2024-01-21T00:00:00Z by the key 39B776D05963F3F67378EC9DD48401C5727AE4BC, a subkey that has not signed to belong to its primary key");
    let encrypts = Statement { signs: false, ..statement(10) };
    assert!(when_signed(&subkey(&encrypts, true), 20).ends_with("which is not for signing"));
    assert!(when_signed(&subkey(&statement(10), true), 9).contains("which was made only at"));
    assert!(when_signed(&subkey(&lasting(10, 5), true), 15).contains("which had expired at"));
    assert_eq!(when_signed(&subkey(&lasting(10, 5), true), 14), "");
}

#[test]
fn a_subkey_falls_with_its_revocation_and_with_its_primary_key() {
    let subkey = || manager().with_subkey(3, &statement(10), true).unwrap();
    let retired = subkey().with_subkey_revoked(day(50), true).unwrap();
    assert_eq!(when_signed(&retired, 49), "");
    assert!(when_signed(&retired, 50).contains("which had been revoked at"));
    let compromised = subkey().with_subkey_revoked(day(50), false).unwrap();
    assert!(when_signed(&compromised, 49).contains("none of its signatures counts"));
    let primary = subkey().revoked(day(50), true).unwrap();
    assert_eq!(when_signed(&primary, 49), "");
    assert!(when_signed(&primary, 50).contains("which had been revoked at"));
    let primary = OpenPgpKey::unstated(1, day(0)).unwrap().stating(&lasting(0, 30)).unwrap();
    let primary = primary.with_subkey(3, &statement(10), true).unwrap();
    assert_eq!(when_signed(&primary, 29), "");
    assert!(when_signed(&primary, 30).contains("which had expired at"));
}
