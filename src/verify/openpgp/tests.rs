//! Signatures by keys of the demo's making, good ones and hostile ones, and the keys that are built in.

mod files;
mod gnupg;
mod keys;
mod mutants;
mod signatures;

use jiff::{SignedDuration, Timestamp};

use super::{Keyring, OpenPgpDigest, OpenPgpError, OpenPgpEvidence, OpenPgpState};
use crate::demo::authority::openpgp::{OpenPgpKey, SignatureFlaw};
use crate::model::Fingerprint;

/// The bytes that everybody signs.
const BYTES: &[u8] = b"a release";

/// When they are signed, if nothing else is said.
fn day(days: i64) -> Timestamp {
    "2024-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * days)
}

/// The release manager's key, made on day 0.
fn manager() -> OpenPgpKey {
    OpenPgpKey::new(1, day(0)).unwrap()
}

/// The keyring with `key` alone, and the pin on it.
fn pinned(key: &OpenPgpKey) -> (Keyring, Vec<Fingerprint>) {
    let mut keyring = Keyring::new();
    keyring.add(&key.fingerprint(), &key.certificate().unwrap()).unwrap();
    (keyring, vec![key.fingerprint()])
}

/// What `asc` over `bytes` comes to on day 1000, where `key` is pinned.
fn verify(key: &OpenPgpKey, asc: &str, bytes: &[u8]) -> Result<OpenPgpEvidence, OpenPgpError> {
    let (keyring, pins) = pinned(key);
    match keyring.judge(asc, &pins, day(1000))? {
        OpenPgpState::Unchecked(claim) => {
            let mut digest = OpenPgpDigest::new(*claim);
            for byte in bytes {
                digest.update(&[*byte]);
            }
            digest.finish()
        }
        state => panic!("{state:?}"),
    }
}

/// What `key` comes to when it signs on day `on`: nothing if it holds, else why not.
fn when_signed(key: &OpenPgpKey, on: i64) -> String {
    signed_with(key, on, None)
}

fn signed_with(key: &OpenPgpKey, on: i64, flaw: Option<&SignatureFlaw>) -> String {
    let asc = key.sign(BYTES, day(on), flaw).unwrap();
    verify(key, &asc, BYTES).err().map_or(String::new(), |error| error.to_string())
}
