//! A verified artifact, as every command's JSON has it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::time::instant;
use crate::verify::openpgp::OpenPgpState;
use crate::verify::sigstore::SigstoreEvidence;
use crate::verify::{SbomState, VerifiedArtifact};

/// A verified artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArtifactReport {
    /// The file's name.
    pub file: String,
    /// Its digest, 64 hexadecimal digits.
    pub sha256: String,
    /// The identity in the signer's certificate; without a Sigstore bundle the pinned OpenPGP key, by its fingerprint.
    pub signer: String,
    /// Who vouches for the identity; null without a Sigstore bundle.
    pub issuer: Option<String>,
    /// When it was signed, by the transparency log's clock; without a Sigstore bundle by the signer's own.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub signed_at: Timestamp,
    /// The entry in the transparency log; null without a Sigstore bundle.
    pub log_index: Option<u64>,
    /// True if an SBOM beside the file names the same file, version and digest.
    pub sbom: bool,
    /// What the OpenPGP signature beside the file comes to; null where the series carries none, by PEP 761 from 3.14 on.
    pub openpgp: Option<OpenPgpReport>,
    /// The size in bytes, where the bytes were read and hashed.
    pub size: Option<u64>,
    /// What binds the file's name to the digest, beside the signature.
    pub bound_by: Vec<String>,
}

/// What the OpenPGP signature beside a file comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OpenPgpReport {
    /// Whether there is one, and whether it holds.
    pub state: OpenPgpStatus,
    /// The fingerprint of the key that made it; where the key is not at hand, as the signature names it. Null where there is
    /// no signature.
    pub key: Option<String>,
    /// When it was made, by the signer's own clock; null where there is no signature.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub made_at: Option<Timestamp>,
    /// Why it is not checked; null where it is.
    pub reason: Option<String>,
}

/// Whether there is an OpenPGP signature, and whether it holds. One that does not is a reason to hold the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OpenPgpStatus {
    /// There is none.
    Absent,
    /// There is one, and the key to check it is not at hand.
    NoKey,
    /// A pinned key claims to have made it; the bytes were not read.
    Unchecked,
    /// A pinned key signed the bytes that were read.
    Agrees,
}

impl OpenPgpReport {
    fn of(state: &OpenPgpState) -> Option<Self> {
        let report =
            |state, key: String, made_at, reason| Some(Self { state, key: Some(key), made_at: Some(made_at), reason });
        match state {
            OpenPgpState::NotAsked => None,
            OpenPgpState::Absent => Some(Self { state: OpenPgpStatus::Absent, key: None, made_at: None, reason: None }),
            OpenPgpState::NoKey(missing) => {
                let issuer = missing.issuer().to_owned();
                let why = match missing.why() {
                    "" => missing.to_string(),
                    why => format!("{missing} ({why})"),
                };
                report(OpenPgpStatus::NoKey, issuer, missing.made_at(), Some(why))
            }
            OpenPgpState::Unchecked(claim) => {
                let evidence = claim.evidence();
                let why = Some("not checked: the file was not downloaded".to_owned());
                report(OpenPgpStatus::Unchecked, evidence.key().to_string(), evidence.made_at(), why)
            }
            OpenPgpState::Agrees(evidence) => {
                report(OpenPgpStatus::Agrees, evidence.key().to_string(), evidence.made_at(), None)
            }
        }
    }

    /// What it comes to, in words.
    pub fn text(&self) -> String {
        match (self.state, &self.key, self.made_at) {
            (OpenPgpStatus::Absent, ..) | (_, None, _) | (.., None) => "none".to_owned(),
            (OpenPgpStatus::NoKey, ..) => self.reason.clone().unwrap_or_default(),
            (OpenPgpStatus::Unchecked, Some(key), Some(made_at)) => {
                format!("by {key}, {}, not checked: the file was not downloaded", instant(made_at))
            }
            (OpenPgpStatus::Agrees, Some(key), Some(made_at)) => {
                format!("by {key}, {}, agrees", instant(made_at))
            }
        }
    }
}

impl ArtifactReport {
    /// The report of one verified artifact.
    pub fn of(artifact: &VerifiedArtifact) -> Self {
        Self {
            file: artifact.artifact().file_name(),
            sha256: artifact.sha256().to_string(),
            signer: artifact.signed_by().to_string(),
            issuer: artifact.sigstore().map(|sigstore| sigstore.signer().issuer.clone()),
            signed_at: artifact.signed_at(),
            log_index: artifact.sigstore().map(SigstoreEvidence::log_index),
            sbom: artifact.sbom() == SbomState::Agrees,
            openpgp: OpenPgpReport::of(artifact.openpgp()),
            size: artifact.bytes(),
            bound_by: artifact.bound_by().into_iter().map(str::to_owned).collect(),
        }
    }
}
