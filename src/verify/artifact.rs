//! The verified artifact: the only door through which a digest reaches the manifest.
//!
//! Owns the policy of which evidence a release needs and what binds a name to its bytes. A signature binds bytes to a
//! person, not to a name: a mirror can serve an older release's tarball with its genuine bundle under a new name, so
//! the SBOM's file name, the tag's date and the archive's top folder are checked wherever they are there.

use jiff::Timestamp;
use serde::Serialize;

use super::archive::ArchiveError;
use super::openpgp::{Keyring, OpenPgpError, OpenPgpEvidence, OpenPgpState};
use super::sbom::{self, SbomError};
use super::sigstore::{BundleError, SigstoreEvidence, SigstoreVerifier};
use crate::model::{Artifact, ArtifactKind, Fingerprint, Series, Sha256, Signer, SigstoreIdentity};

/// An artifact whose digest the pinned signer of its series has signed. Made by [`verify_evidence`] alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerifiedArtifact {
    artifact: Artifact,
    file: String,
    sha256: Sha256,
    sigstore: SigstoreEvidence,
    sbom: SbomState,
    openpgp: OpenPgpState,
    tagged_at: Option<Timestamp>,
    bytes: Option<VerifiedBytes>,
}

/// What the SBOM beside the artifact says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SbomState {
    /// It names this file, version and digest.
    Agrees,
    /// There is none; older releases have none.
    Absent,
}

/// The downloaded bytes, hashed and found to be the ones signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VerifiedBytes {
    pub(super) size: u64,
}

/// Evidence that does not hold, or is not there. Every message names what was expected and what was found.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// Nobody is pinned for the series.
    #[error("no signer is pinned for {0}; add one to the signers file after checking who signs it")]
    NoSigner(Series),
    /// The bundle does not hold.
    #[error("its Sigstore bundle does not hold: {0}")]
    Bundle(#[from] BundleError),
    /// The SBOM contradicts the bundle, or is none.
    #[error("its SBOM does not hold: {0}")]
    Sbom(#[from] SbomError),
    /// The OpenPGP signature does not hold.
    #[error("its OpenPGP signature does not hold: {0}")]
    OpenPgp(#[from] OpenPgpError),
    /// The signature is older than the release.
    #[error(
        "its bundle was signed at {signed_at}, before the release was tagged at {tagged_at}: it is another release's"
    )]
    SignedBeforeTag {
        /// The bundle's signing time.
        signed_at: Timestamp,
        /// The tag's date.
        tagged_at: Timestamp,
    },
    /// The bytes are not the ones signed.
    #[error("its bytes have SHA-256 {found}, its bundle signs {expected}")]
    Digest {
        /// The digest signed.
        expected: Sha256,
        /// The digest of the bytes.
        found: Sha256,
    },
    /// The bytes are those of another release.
    #[error("its bytes do not go by its name: {0}")]
    Name(#[from] ArchiveError),
}

/// The evidence found beside an artifact.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The Sigstore bundle's text.
    pub bundle: &'a str,
    /// The SBOM's text, where there is one.
    pub sbom: Option<&'a str>,
    /// When the release was tagged, where it is known.
    pub tagged_at: Option<Timestamp>,
}

/// Verifies the evidence of `artifact` against its pinned signer; the bytes stay unread.
pub fn verify_evidence(
    verifier: &SigstoreVerifier,
    signer: Option<&Signer>,
    artifact: &Artifact,
    evidence: Evidence<'_>,
) -> Result<VerifiedArtifact, Rejection> {
    let signer = signer.ok_or_else(|| Rejection::NoSigner(artifact.version.series()))?;
    let sigstore = verifier.verify(evidence.bundle, &signer.sigstore)?;
    let sbom_state = match evidence.sbom {
        None => SbomState::Absent,
        Some(text) => {
            sbom::parse(text)?.check(artifact, &sigstore.sha256())?;
            SbomState::Agrees
        }
    };
    let artifact = VerifiedArtifact {
        artifact: artifact.clone(),
        file: artifact.file_name(),
        sha256: sigstore.sha256(),
        sigstore,
        sbom: sbom_state,
        openpgp: OpenPgpState::NotAsked,
        tagged_at: None,
        bytes: None,
    };
    match evidence.tagged_at {
        Some(tagged_at) => artifact.tagged(tagged_at),
        None => Ok(artifact),
    }
}

impl VerifiedArtifact {
    /// The artifact.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// Its digest, as signed.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// Who signed it, when, and where that is logged.
    pub fn sigstore(&self) -> &SigstoreEvidence {
        &self.sigstore
    }

    /// Whom the bundle names.
    pub fn signed_by(&self) -> &SigstoreIdentity {
        self.sigstore.signer()
    }

    /// When it was signed, by the transparency log's clock.
    pub fn signed_at(&self) -> Timestamp {
        self.sigstore.signed_at()
    }

    /// What the SBOM says.
    pub fn sbom(&self) -> SbomState {
        self.sbom
    }

    /// The size of its bytes, where they were read.
    pub fn bytes(&self) -> Option<u64> {
        self.bytes.map(|bytes| bytes.size)
    }

    /// Binds the release's tag date: bundles get re-signed later, never earlier.
    pub fn tagged(mut self, tagged_at: Timestamp) -> Result<Self, Rejection> {
        let signed_at = self.signed_at();
        if signed_at < tagged_at {
            return Err(Rejection::SignedBeforeTag { signed_at, tagged_at });
        }
        self.tagged_at = Some(tagged_at);
        Ok(self)
    }

    /// What the `.asc` beside it comes to.
    pub fn openpgp(&self) -> &OpenPgpState {
        &self.openpgp
    }

    /// Binds the OpenPGP signature beside it, by `now`: the text of the `.asc`, where there is one. It must be by one of the
    /// keys `pinned`; whether it is over these bytes is told once they are read.
    pub fn with_openpgp(
        mut self,
        asc: Option<&str>,
        keys: &Keyring,
        pinned: &[Fingerprint],
        now: Timestamp,
    ) -> Result<Self, Rejection> {
        self.openpgp = match asc {
            None => OpenPgpState::Absent,
            Some(asc) => keys.judge(asc, pinned, now)?,
        };
        Ok(self)
    }

    /// Says why the key that its OpenPGP signature needs is not at hand, where it is not.
    pub fn with_missing_key_explained(mut self, why: &str) -> Self {
        if let OpenPgpState::NoKey(missing) = &mut self.openpgp {
            missing.explain(why);
        }
        self
    }

    /// Binds the bytes that were read, and what the OpenPGP signature over them proves.
    pub(super) fn with_bytes(mut self, bytes: VerifiedBytes, openpgp: Option<OpenPgpEvidence>) -> Self {
        self.bytes = Some(bytes);
        if let Some(evidence) = openpgp {
            self.openpgp = OpenPgpState::Agrees(evidence);
        }
        self
    }

    /// What binds the name to the digest, in words; the strongest first.
    pub fn bound_by(&self) -> Vec<&'static str> {
        let mut bound = Vec::new();
        if self.bytes.is_some() && self.artifact.kind == ArtifactKind::Source {
            bound.push("the archive's top folder");
        }
        if self.sbom == SbomState::Agrees {
            bound.push("the SBOM's file name and version");
        }
        if self.tagged_at.is_some() {
            bound.push("a signing time after the tag");
        }
        bound
    }
}
