//! What an accepted artifact was, beside what it is now. Pure: what follows from a difference is decided elsewhere.

use std::fmt;

use jiff::Timestamp;

use super::entry::LedgerEntry;
use crate::model::{Fingerprint, Sha256};
use crate::verify::VerifiedArtifact;
use crate::verify::openpgp::OpenPgpState;

/// One value that is not what the ledger says. Each displays with both values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The file has another digest.
    Digest {
        /// The digest accepted.
        accepted: Sha256,
        /// The digest signed now.
        now: Sha256,
    },
    /// The file has another size.
    Size {
        /// The size accepted, in bytes.
        accepted: u64,
        /// The size now.
        now: u64,
    },
    /// The bundle names another signer, or there is none any more.
    Signer {
        /// The identity accepted.
        accepted: String,
        /// The identity now.
        now: Option<String>,
    },
    /// Another issuer vouches for the signer.
    Issuer {
        /// The issuer accepted.
        accepted: String,
        /// The issuer now.
        now: String,
    },
    /// Another OpenPGP key made the signature, or there is none any more.
    OpenPgpKey {
        /// The key accepted.
        accepted: Fingerprint,
        /// The key now.
        now: Option<Fingerprint>,
    },
    /// The `.asc` is another file.
    OpenPgpFile {
        /// The digest of the file accepted, and when that signature was made.
        accepted: (Sha256, Timestamp),
        /// The same of the file now.
        now: (Sha256, Timestamp),
    },
    /// The bundle is another file.
    Bundle {
        /// The digest of the bundle accepted, and its entry in the log.
        accepted: (Sha256, u64),
        /// The same of the bundle now.
        now: (Sha256, u64),
    },
    /// The SBOM is another file.
    Sbom {
        /// The digest of the SBOM accepted.
        accepted: Sha256,
        /// The digest of the SBOM now.
        now: Sha256,
    },
}

/// What of `entry` is not so any more, `now` being the same artifact.
///
/// What was not looked at now, or was not when the entry was made, does not differ: bytes that are not read, an SBOM that
/// is not there, an OpenPGP signature that nobody here can check.
pub fn differences(entry: &LedgerEntry, now: &VerifiedArtifact) -> Vec<Difference> {
    let mut found = Vec::new();
    if entry.sha256() != now.sha256() {
        found.push(Difference::Digest { accepted: entry.sha256(), now: now.sha256() });
    }
    if let (Some(accepted), Some(now)) = (entry.size(), now.bytes())
        && accepted != now
    {
        found.push(Difference::Size { accepted, now });
    }
    found.extend(of_bundle(entry, now));
    found.extend(of_openpgp(entry, now));
    if let (Some(accepted), Some(now)) = (entry.sbom_sha256(), now.sbom_sha256())
        && accepted != now
    {
        found.push(Difference::Sbom { accepted, now });
    }
    found
}

fn of_bundle(entry: &LedgerEntry, now: &VerifiedArtifact) -> Vec<Difference> {
    let mut found = Vec::new();
    let Some(accepted) = entry.sigstore() else { return found };
    let Some(now) = now.sigstore() else {
        return vec![Difference::Signer { accepted: accepted.identity().to_owned(), now: None }];
    };
    let signer = now.signer();
    if accepted.identity() != signer.identity {
        let now = Some(signer.identity.clone());
        found.push(Difference::Signer { accepted: accepted.identity().to_owned(), now });
    }
    if accepted.issuer() != signer.issuer {
        found.push(Difference::Issuer { accepted: accepted.issuer().to_owned(), now: signer.issuer.clone() });
    }
    // The same entry of the log is the same signing, however the file is spelt.
    let same_signing = (accepted.log_id(), accepted.log_index(), accepted.signed_at())
        == (now.log_id(), now.log_index(), now.signed_at());
    if accepted.file_sha256() != now.file_sha256() && !same_signing {
        found.push(Difference::Bundle {
            accepted: (accepted.file_sha256(), accepted.log_index()),
            now: (now.file_sha256(), now.log_index()),
        });
    }
    found
}

fn of_openpgp(entry: &LedgerEntry, now: &VerifiedArtifact) -> Option<Difference> {
    let accepted = entry.openpgp()?;
    let key = |now| Difference::OpenPgpKey { accepted: accepted.key().clone(), now };
    let now = match now.openpgp() {
        OpenPgpState::Absent => return Some(key(None)),
        state => state.evidence()?,
    };
    if accepted.key() != now.key() || accepted.primary() != now.primary() {
        return Some(key(Some(now.key().clone())));
    }
    (accepted.file_sha256() != now.file_sha256()).then(|| Difference::OpenPgpFile {
        accepted: (accepted.file_sha256(), accepted.made_at()),
        now: (now.file_sha256(), now.made_at()),
    })
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest { accepted, now } => {
                write!(f, "accepted with SHA-256 {accepted}, its evidence is for {now} now")
            }
            Self::Size { accepted, now } => write!(f, "accepted with {accepted} bytes, it has {now} now"),
            Self::Signer { accepted, now: Some(now) } => {
                write!(f, "accepted as signed by {accepted}, its bundle names {now} now")
            }
            Self::Signer { accepted, now: None } => {
                write!(f, "accepted as signed by {accepted}, there is no bundle beside it now")
            }
            Self::Issuer { accepted, now } => {
                write!(f, "accepted with {accepted} vouching for its signer, its bundle names {now} now")
            }
            Self::OpenPgpKey { accepted, now: Some(now) } => {
                write!(f, "accepted with an OpenPGP signature by {accepted}, it is by {now} now")
            }
            Self::OpenPgpKey { accepted, now: None } => {
                write!(f, "accepted with an OpenPGP signature by {accepted}, there is none beside it now")
            }
            Self::OpenPgpFile { accepted: (accepted, then), now: (now, made_at) } => write!(
                f,
                "accepted with the OpenPGP signature {accepted} of {then}, the file beside it is {now} of {made_at} now"
            ),
            Self::Bundle { accepted: (accepted, entry), now: (now, index) } => write!(
                f,
                "accepted with the bundle {accepted} (log entry {entry}), the one beside it is {now} (log entry {index}) now"
            ),
            Self::Sbom { accepted, now } => {
                write!(f, "accepted with the SBOM {accepted}, the one beside it is {now} now")
            }
        }
    }
}
