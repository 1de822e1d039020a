//! Why a signature, or a file of keys, was refused. Text from outside is quoted safely.

use std::fmt;

use jiff::Timestamp;

use super::MissingKey;
use crate::model::Fingerprint;
use crate::verify::quote::quote;

/// Why a file of keys was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// It is longer than any honest key.
    #[error("the key file is {bytes} bytes long; expected at most {cap}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The longest that is read.
        cap: usize,
    },
    /// It is no armored OpenPGP key.
    #[error("the key file is malformed: {}", quote(.0))]
    Malformed(String),
    /// It holds other keys.
    #[error("the key file holds {}; expected the key {expected}", listed(.found))]
    OtherKey {
        /// The primary key wanted.
        expected: Fingerprint,
        /// The primary keys in it.
        found: Vec<Fingerprint>,
    },
    /// The key has nothing that its holder signed about it, so it can vouch for nothing.
    #[error("the key {0} has no self-signature that holds; get a copy with its user IDs")]
    Unbound(Fingerprint),
}

/// Why an OpenPGP signature was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenPgpError {
    /// It is longer than any honest signature.
    #[error("the signature file is {bytes} bytes long; expected at most {cap}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The longest that is read.
        cap: usize,
    },
    /// It is no armored OpenPGP signature.
    #[error("the signature file is malformed: {}", quote(.0))]
    Malformed(String),
    /// It does not hold one signature.
    #[error("the signature file holds {found} {what}; expected 1")]
    Count {
        /// Of what there should be one.
        what: &'static str,
        /// How many there are.
        found: usize,
    },
    /// It is a signature of a kind that does not count.
    #[error("the signature's {field} is {}; expected {expected}", quote(.found))]
    Unsupported {
        /// Which part.
        field: &'static str,
        /// What is understood.
        expected: &'static str,
        /// What the signature has.
        found: String,
    },
    /// It lacks a part that makes it evidence.
    #[error("the signature has no {0}")]
    Missing(&'static str),
    /// It is from the future.
    #[error("the signature says that it was made at {made_at}, which is yet to come")]
    Future {
        /// When it says that it was made.
        made_at: Timestamp,
    },
    /// It ended itself.
    #[error("the signature made at {made_at} ended at {ended_at}")]
    Ended {
        /// When it was made.
        made_at: Timestamp,
        /// When it ended.
        ended_at: Timestamp,
    },
    /// Somebody else made it.
    #[error("the signature was made by the key {found}; expected {}", listed(.expected))]
    Stranger {
        /// The pinned primary keys.
        expected: Vec<Fingerprint>,
        /// The key that the signature names.
        found: String,
    },
    /// The key could not sign then.
    #[error("the signature was made at {made_at} by the key {key}, {problem}")]
    Key {
        /// The primary key that it belongs to.
        primary: Fingerprint,
        /// The key.
        key: Fingerprint,
        /// When the signature says that it was made.
        made_at: Timestamp,
        /// What is wrong with the key.
        problem: KeyProblem,
    },
    /// The bytes are not the ones signed, or another key signed them.
    #[error(
        "the key {key} signed bytes whose {algorithm} digest begins with {expected} at {made_at}; these bytes have {found}, \
         and the signature does not fit them"
    )]
    Bytes {
        /// The key that the signature names.
        key: Fingerprint,
        /// When the signature says that it was made.
        made_at: Timestamp,
        /// The digest's name.
        algorithm: &'static str,
        /// The first two bytes of the digest signed, which is all that a signature tells of it.
        expected: String,
        /// The digest of the bytes that were read.
        found: String,
    },
}

impl OpenPgpError {
    /// The primary key whose copy at hand ended before the signature was made, if that is all that is wrong.
    pub fn outdated_key(&self) -> Option<&Fingerprint> {
        match self {
            Self::Key { primary, problem: KeyProblem::Expired(_) | KeyProblem::NoSelfSignature, .. } => Some(primary),
            _ => None,
        }
    }

    /// The same as a key that is not at hand in a copy that would do; the error itself where something else is wrong.
    pub fn missing_key(self) -> Result<MissingKey, Self> {
        match self {
            Self::Key { primary, key, made_at, problem: KeyProblem::Expired(_) | KeyProblem::NoSelfSignature } => {
                let (issuer, wanted) = (key.to_string(), vec![primary]);
                Ok(MissingKey { issuer, made_at, wanted, why: String::new(), unanswered: false })
            }
            other => Err(other),
        }
    }
}

/// Why a key could not sign at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyProblem {
    /// It was made later.
    NotYetMade(Timestamp),
    /// Nothing that its holder signed about it was in force.
    NoSelfSignature,
    /// It had expired.
    Expired(Timestamp),
    /// It had been revoked, or was revoked at any time because others may have it.
    Revoked {
        /// When.
        at: Timestamp,
        /// True where nothing that the key ever made counts any more.
        compromised: bool,
    },
    /// It is not for signing.
    NotForSigning,
    /// It is a subkey that has not agreed to belong to the primary key.
    NoBackSignature,
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYetMade(at) => write!(f, "which was made only at {at}"),
            Self::NoSelfSignature => f.write_str("of which no self-signature was in force then"),
            Self::Expired(at) => write!(f, "which had expired at {at}"),
            Self::Revoked { at, compromised: true } => {
                write!(
                    f,
                    "which was revoked at {at} as one that others may have, so that none of its signatures counts"
                )
            }
            Self::Revoked { at, compromised: false } => write!(f, "which had been revoked at {at}"),
            Self::NotForSigning => f.write_str("which is not for signing"),
            Self::NoBackSignature => f.write_str("a subkey that has not signed to belong to its primary key"),
        }
    }
}

fn listed(keys: &[Fingerprint]) -> String {
    match keys {
        [] => "no key".to_owned(),
        keys => keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
    }
}
