//! OpenPGP: detached `.asc` signatures by pinned keys, as CPython's releases carry them up to 3.13 (PEP 761).
//!
//! The packets and the public-key cryptography are rPGP's. This module owns what that crate leaves open: that there is
//! exactly one signature, of a kind that binds bytes; which of a pinned key's parts made it; and that this part was bound,
//! unexpired and unrevoked when it did. The time of signing is the signer's own claim, so an OpenPGP signature is checked
//! beside a Sigstore bundle and never in its stead.

mod armor;
mod certificate;
mod digest;
mod error;
mod keyring;
mod signature;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

pub use self::digest::OpenPgpDigest;
pub use self::error::{KeyFileError, KeyProblem, OpenPgpError};
pub use self::keyring::{KEY_CAP, Keyring, primary_fingerprint};
use crate::model::{Fingerprint, Sha256};

/// A `.asc` is at most this many bytes long; CPython's are below 1 KiB.
pub const SIGNATURE_CAP: usize = 64 << 10;

/// What the `.asc` beside an artifact comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum OpenPgpState {
    /// Nobody asked: the series carries none, or another question was at hand.
    NotAsked,
    /// There is none.
    Absent,
    /// There is one, but the key that could check it is not at hand.
    NoKey(MissingKey),
    /// A pinned key that could sign then claims to have made it; the bytes are not read.
    Unchecked(Box<Claim>),
    /// A pinned key signed the bytes that were read.
    Agrees(OpenPgpEvidence),
}

/// What a checked signature proves: the holder of this key signed these bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenPgpEvidence {
    primary: Fingerprint,
    key: Fingerprint,
    made_at: Timestamp,
    file_sha256: Sha256,
}

impl OpenPgpEvidence {
    /// The pinned primary key.
    pub fn primary(&self) -> &Fingerprint {
        &self.primary
    }

    /// The primary key or the subkey of it that made the signature.
    pub fn key(&self) -> &Fingerprint {
        &self.key
    }

    /// When, by the signer's own clock, to the second.
    pub fn made_at(&self) -> Timestamp {
        self.made_at
    }

    /// The digest of the `.asc` itself, every byte of the file.
    pub fn file_sha256(&self) -> Sha256 {
        self.file_sha256
    }
}

/// A signature that nobody here can check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingKey {
    issuer: String,
    made_at: Timestamp,
    wanted: Vec<Fingerprint>,
    why: String,
    unanswered: bool,
}

impl MissingKey {
    /// The key that the signature names, in hexadecimal digits.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// When the signature says that it was made.
    pub fn made_at(&self) -> Timestamp {
        self.made_at
    }

    /// What came of looking for them; empty where nobody did.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// The same with what came of looking for its keys; `unanswered` if another try may have them.
    pub fn explained(self, why: &str, unanswered: bool) -> Self {
        Self { why: why.to_owned(), unanswered, ..self }
    }

    /// True if somebody who may have a key did not answer.
    pub fn is_unanswered(&self) -> bool {
        self.unanswered
    }

    /// In words, with what came of looking for its keys.
    pub fn in_full(&self) -> String {
        if self.why.is_empty() { self.to_string() } else { format!("{self} ({})", self.why) }
    }

    /// The pinned primary keys that are not at hand; none where nobody is pinned.
    pub fn wanted(&self) -> &[Fingerprint] {
        &self.wanted
    }
}

/// The same words for the same signature, whatever came of looking for its key.
impl fmt::Display for MissingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, wanted, .. } = self;
        match wanted.as_slice() {
            [] => write!(f, "not checked: it names the key {issuer}, and no key is pinned"),
            [only] if only.to_string() == *issuer => write!(f, "not checked: its key {issuer} is not at hand"),
            keys => {
                let keys = keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
                write!(f, "not checked: it names the key {issuer}, and the pinned key {keys} is not at hand")
            }
        }
    }
}

/// A signature that holds as far as can be told without the bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// What it proves once the bytes agree.
    #[serde(flatten)]
    evidence: OpenPgpEvidence,
    #[serde(skip)]
    signature: signature::DetachedSignature,
    #[serde(skip)]
    key: certificate::SigningKey,
}

impl Claim {
    /// What it proves once the bytes agree.
    pub fn evidence(&self) -> &OpenPgpEvidence {
        &self.evidence
    }
}

impl OpenPgpState {
    /// What is known of the key, where it is not at hand.
    pub fn missing_key(&self) -> Option<&MissingKey> {
        match self {
            Self::NoKey(missing) => Some(missing),
            _ => None,
        }
    }

    /// The pinned key and the time, where a pinned key made the signature or claims to.
    pub fn evidence(&self) -> Option<&OpenPgpEvidence> {
        match self {
            Self::Unchecked(claim) => Some(claim.evidence()),
            Self::Agrees(evidence) => Some(evidence),
            Self::NotAsked | Self::Absent | Self::NoKey(_) => None,
        }
    }
}
