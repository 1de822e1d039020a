//! The keys at hand, each found by its primary fingerprint alone, and the judgement of a signature by them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pgp::composed::{Deserializable as _, SignedPublicKey};

use super::armor::{self, Block};
use super::certificate::Certificate;
use super::error::{KeyFileError, OpenPgpError};
use super::signature::DetachedSignature;
use super::{Claim, MissingKey, OpenPgpEvidence, OpenPgpState};
use crate::model::{Fingerprint, Sha256};

/// A file of keys is at most this many bytes long. Keys that many have certified take some 100 KiB.
pub const KEY_CAP: usize = 1 << 20;

/// A file of keys has at most this many armor blocks.
const BLOCKS: usize = 64;

/// Keys by primary fingerprint.
#[derive(Debug, Clone, Default)]
pub struct Keyring(BTreeMap<Fingerprint, Certificate>);

/// The keys that are built in: fingerprint and text.
pub(super) const EMBEDDED: [(&str, &str); 1] = [(
    "7169605F62C751356D054A26A821E680E5FA6305",
    include_str!("../../../state/keys/7169605F62C751356D054A26A821E680E5FA6305.asc"),
)];

impl Keyring {
    /// A keyring without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// The keys that this build of pybump has: those of pinned signers that a package registry carries.
    pub fn embedded() -> Self {
        let mut keyring = Self::new();
        for (fingerprint, text) in EMBEDDED {
            let fingerprint = fingerprint.parse().expect("the embedded fingerprints are checked by a test");
            keyring.add(&fingerprint, text).expect("the embedded keys are checked by a test");
        }
        keyring
    }

    /// Adds the key `fingerprint` out of `text`, which may hold others in as many armor blocks as it likes. A key of that
    /// fingerprint that is there already is replaced.
    pub fn add(&mut self, fingerprint: &Fingerprint, text: &str) -> Result<(), KeyFileError> {
        let mut certificates = parse(text)?;
        let Some(index) = certificates.iter().position(|one| one.fingerprint().as_ref() == Some(fingerprint)) else {
            let found = certificates.iter().filter_map(Certificate::fingerprint).collect();
            return Err(KeyFileError::OtherKey { expected: fingerprint.clone(), found });
        };
        let certificate = certificates.swap_remove(index);
        if !certificate.is_bound() {
            return Err(KeyFileError::Unbound(fingerprint.clone()));
        }
        self.0.insert(fingerprint.clone(), certificate);
        Ok(())
    }

    /// True if the key is at hand.
    pub fn has(&self, fingerprint: &Fingerprint) -> bool {
        self.0.contains_key(fingerprint)
    }

    /// Judges the text of a `.asc` as far as that goes without the bytes: that it is one good signature, made by `now`, by
    /// one of the `pinned` keys, at a time when that key could sign.
    pub fn judge(&self, asc: &str, pinned: &[Fingerprint], now: Timestamp) -> Result<OpenPgpState, OpenPgpError> {
        let signature = DetachedSignature::parse(asc)?;
        signature.check_time(now)?;
        let made_at = signature.made_at;
        let signer = pinned.iter().find_map(|primary| {
            let (key, verdict) = self.0.get(primary)?.signer(&signature.issuer, made_at)?;
            Some((primary.clone(), key, verdict))
        });
        let issuer = || signature.issuer.to_string();
        let Some((primary, key, verdict)) = signer else {
            let wanted: Vec<_> = pinned.iter().filter(|primary| !self.has(primary)).cloned().collect();
            if wanted.is_empty() && !pinned.is_empty() {
                return Err(OpenPgpError::Stranger { expected: pinned.to_vec(), found: issuer() });
            }
            return Ok(OpenPgpState::NoKey(MissingKey {
                issuer: issuer(),
                made_at,
                wanted,
                why: String::new(),
                unanswered: false,
            }));
        };
        let fingerprint = key.fingerprint().unwrap_or_else(|| primary.clone());
        let refused =
            |problem| OpenPgpError::Key { primary: primary.clone(), key: fingerprint.clone(), made_at, problem };
        verdict.map_err(refused)?;
        let file_sha256 = Sha256::of(asc.as_bytes());
        let evidence = OpenPgpEvidence { primary, key: fingerprint, made_at, file_sha256 };
        Ok(OpenPgpState::Unchecked(Box::new(Claim { evidence, signature, key })))
    }
}

/// The fingerprint of the primary key in `text`, which holds one key; computed from the key's own bytes.
pub fn primary_fingerprint(text: &str) -> Result<Fingerprint, KeyFileError> {
    let certificates = parse(text)?;
    let [only] = certificates.as_slice() else {
        return Err(KeyFileError::Malformed(format!("it holds {} keys; expected one", certificates.len())));
    };
    only.fingerprint().ok_or_else(|| KeyFileError::Malformed("its key is not of version 4".to_owned()))
}

/// The keys in `text`.
fn parse(text: &str) -> Result<Vec<Certificate>, KeyFileError> {
    let malformed = |why: String| KeyFileError::Malformed(why);
    if text.len() > KEY_CAP {
        return Err(KeyFileError::TooLarge { bytes: text.len(), cap: KEY_CAP });
    }
    let found = armor::find(text, Block::PublicKey).map_err(|line| malformed(format!("a block has no line {line}")))?;
    if found.blocks.is_empty() {
        return Err(malformed(format!("it has no line {}", Block::PublicKey.first_line())));
    }
    if found.blocks.len() > BLOCKS {
        return Err(malformed(format!("it has {} armor blocks; expected at most {BLOCKS}", found.blocks.len())));
    }
    let mut certificates = Vec::new();
    for block in found.blocks {
        let bytes = armor::decode(block).map_err(malformed)?;
        let keys = SignedPublicKey::from_bytes_many(bytes.as_slice()).map_err(|error| malformed(error.to_string()))?;
        for key in keys {
            certificates.push(Certificate::new(key.map_err(|error| malformed(error.to_string()))?));
        }
    }
    Ok(certificates)
}
