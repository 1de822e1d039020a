//! One accepted artifact, as the ledger has it: digest, size, signer, the evidence's own digests, and when.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    Artifact, ArtifactKind, EvidenceKind, Fingerprint, PythonVersion, Series, Sha256, SigstoreIdentity,
};
use crate::verify::VerifiedArtifact;
use crate::verify::openpgp::{OpenPgpEvidence, OpenPgpState};
use crate::verify::sigstore::SigstoreEvidence;

/// One accepted artifact. Where a file has several entries, the last one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerEntry {
    /// The file's name.
    pub(super) file: String,
    /// The release that it belongs to.
    #[schemars(with = "String")]
    pub(super) version: PythonVersion,
    /// What it is for.
    #[schemars(with = "String", extend("enum" = ["source", "windows"]))]
    pub(super) kind: ArtifactKind,
    /// Its digest, 64 hexadecimal digits.
    #[schemars(with = "String")]
    pub(super) sha256: Sha256,
    /// Its size in bytes; absent where the bytes were not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub(super) size: Option<u64>,
    /// The digest that it had before, where a person accepted that it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(super) replaces: Option<Sha256>,
    /// The time of the newest evidence that the bump rests on: the date of its commit. No clock is asked, so that the same
    /// bump writes the same bytes anywhere.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(super) accepted_at: Timestamp,
    /// When the release was tagged; absent where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(super) tagged_at: Option<Timestamp>,
    /// What binds the digest to its signer.
    pub(super) evidence: LedgerEvidence,
}

/// What held when an artifact was accepted; at least a bundle or a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerEvidence {
    /// The Sigstore bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "LedgerSigstore")]
    pub(super) sigstore: Option<LedgerSigstore>,
    /// The OpenPGP signature, where it was checked over the bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "LedgerOpenPgp")]
    pub(super) openpgp: Option<LedgerOpenPgp>,
    /// The SBOM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "LedgerSbom")]
    pub(super) sbom: Option<LedgerSbom>,
}

/// A Sigstore bundle that held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerSigstore {
    /// The identity in the signer's certificate.
    pub(super) identity: String,
    /// Who vouches for the identity.
    pub(super) issuer: String,
    /// When it was signed, by the transparency log's clock.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(super) signed_at: Timestamp,
    /// The transparency log's key id, in hexadecimal digits.
    pub(super) log_id: String,
    /// The entry in that log.
    pub(super) log_index: u64,
    /// The digest of the bundle itself.
    #[schemars(with = "String")]
    pub(super) sha256: Sha256,
}

/// An OpenPGP signature that held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerOpenPgp {
    /// The fingerprint of the pinned primary key.
    #[schemars(with = "String")]
    pub(super) primary: Fingerprint,
    /// The fingerprint of the key or subkey that made it.
    #[schemars(with = "String")]
    pub(super) key: Fingerprint,
    /// When it was made, by the signer's own clock.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(super) made_at: Timestamp,
    /// The digest of the `.asc` itself.
    #[schemars(with = "String")]
    pub(super) sha256: Sha256,
}

/// An SBOM that agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerSbom {
    /// The digest of the SBOM itself.
    #[schemars(with = "String")]
    pub(super) sha256: Sha256,
}

impl LedgerEntry {
    /// The entry that says what is known of `artifact`, accepted at that time.
    pub(super) fn of(artifact: &VerifiedArtifact, accepted_at: Timestamp) -> Self {
        let Artifact { version, kind } = artifact.artifact();
        Self {
            file: artifact.artifact().file_name(),
            version: version.clone(),
            kind: *kind,
            sha256: artifact.sha256(),
            size: artifact.bytes(),
            replaces: None,
            accepted_at,
            tagged_at: artifact.tagged_at(),
            evidence: LedgerEvidence::of(artifact),
        }
    }

    /// The artifact.
    pub fn artifact(&self) -> Artifact {
        Artifact { version: self.version.clone(), kind: self.kind }
    }

    /// The series whose file it stands in.
    pub fn series(&self) -> Series {
        self.version.series()
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The release that it belongs to.
    pub fn version(&self) -> &PythonVersion {
        &self.version
    }

    /// What it is for.
    pub fn kind(&self) -> ArtifactKind {
        self.kind
    }

    /// Its digest.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// Its size in bytes, where the bytes were read.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The digest that it had before, where a person accepted that it changed.
    pub fn replaces(&self) -> Option<Sha256> {
        self.replaces
    }

    /// The time of the newest evidence that the bump rests on: the date of its commit, and no clock's.
    pub fn accepted_at(&self) -> Timestamp {
        self.accepted_at
    }

    /// When the release was tagged, where that was asked.
    pub fn tagged_at(&self) -> Option<Timestamp> {
        self.tagged_at
    }

    /// The Sigstore bundle that held, where there was one.
    pub fn sigstore(&self) -> Option<&LedgerSigstore> {
        self.evidence.sigstore.as_ref()
    }

    /// The OpenPGP signature that held over the bytes, where there was one.
    pub fn openpgp(&self) -> Option<&LedgerOpenPgp> {
        self.evidence.openpgp.as_ref()
    }

    /// True if this kind of evidence was there when the artifact was accepted.
    pub fn has(&self, kind: EvidenceKind) -> bool {
        match kind {
            EvidenceKind::Sigstore => self.sigstore().is_some(),
            EvidenceKind::OpenPgp => self.openpgp().is_some(),
            EvidenceKind::Sbom => self.sbom_sha256().is_some(),
        }
    }

    /// The digest of the SBOM that agreed, where there was one.
    pub fn sbom_sha256(&self) -> Option<Sha256> {
        self.evidence.sbom.as_ref().map(|sbom| sbom.sha256)
    }

    /// True if this entry says already whatever `other`, of the same artifact, says of digest and evidence. Less evidence
    /// than before, as without a download, is no news.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let (mine, others) = (&self.evidence, &other.evidence);
        self.sha256 == other.sha256
            && knows(self.size.as_ref(), other.size.as_ref())
            && knows(self.tagged_at.as_ref(), other.tagged_at.as_ref())
            && knows(mine.sigstore.as_ref(), others.sigstore.as_ref())
            && knows(mine.openpgp.as_ref(), others.openpgp.as_ref())
            && knows(mine.sbom.as_ref(), others.sbom.as_ref())
    }
}

fn knows<T: PartialEq>(mine: Option<&T>, other: Option<&T>) -> bool {
    other.is_none() || mine == other
}

impl LedgerEvidence {
    fn of(artifact: &VerifiedArtifact) -> Self {
        let openpgp = match artifact.openpgp() {
            OpenPgpState::Agrees(evidence) => Some(LedgerOpenPgp::of(evidence)),
            _ => None,
        };
        Self {
            sigstore: artifact.sigstore().map(LedgerSigstore::of),
            openpgp,
            sbom: artifact.sbom_sha256().map(|sha256| LedgerSbom { sha256 }),
        }
    }
}

impl LedgerSigstore {
    fn of(evidence: &SigstoreEvidence) -> Self {
        let SigstoreIdentity { identity, issuer } = evidence.signer().clone();
        Self {
            identity,
            issuer,
            signed_at: evidence.signed_at(),
            log_id: evidence.log_id().to_owned(),
            log_index: evidence.log_index(),
            sha256: evidence.file_sha256(),
        }
    }

    /// Whom the bundle named.
    pub fn signer(&self) -> SigstoreIdentity {
        SigstoreIdentity { identity: self.identity.clone(), issuer: self.issuer.clone() }
    }

    /// The identity in the signer's certificate.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Who vouches for the identity.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// When it was signed, by the transparency log's clock.
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// The transparency log's key id, in hexadecimal digits.
    pub fn log_id(&self) -> &str {
        &self.log_id
    }

    /// The entry in that log.
    pub fn log_index(&self) -> u64 {
        self.log_index
    }

    /// The digest of the bundle itself.
    pub fn file_sha256(&self) -> Sha256 {
        self.sha256
    }
}

impl LedgerOpenPgp {
    fn of(evidence: &OpenPgpEvidence) -> Self {
        Self {
            primary: evidence.primary().clone(),
            key: evidence.key().clone(),
            made_at: evidence.made_at(),
            sha256: evidence.file_sha256(),
        }
    }

    /// The pinned primary key.
    pub fn primary(&self) -> &Fingerprint {
        &self.primary
    }

    /// The key or subkey that made it.
    pub fn key(&self) -> &Fingerprint {
        &self.key
    }

    /// When it was made, by the signer's own clock.
    pub fn made_at(&self) -> Timestamp {
        self.made_at
    }

    /// The digest of the `.asc` itself.
    pub fn file_sha256(&self) -> Sha256 {
        self.sha256
    }
}
