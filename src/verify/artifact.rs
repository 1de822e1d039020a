//! The verified artifact: the only door through which a digest reaches the manifest.
//!
//! Owns what binds a name to its bytes. A signature binds bytes to a person, not to a name: a mirror can serve an older
//! release's tarball with its genuine bundle under a new name, so the SBOM's file name, the tag's date and the archive's
//! top folder are checked wherever they are there.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::archive::ArchiveError;
use super::openpgp::{Keyring, MissingKey, OpenPgpError, OpenPgpEvidence, OpenPgpState};
use super::sbom::{self, SbomError};
use super::sigstore::{BundleError, SigstoreEvidence, SigstoreVerifier};
use crate::model::{Artifact, ArtifactKind, EvidenceKind, Fingerprint, Pins, Series, Sha256, SigstoreIdentity};

/// An artifact whose digest the pinned signer of its series has signed. Made in this stage alone: by [`verify_evidence`] out
/// of a Sigstore bundle, by [`ArtifactHasher`](super::ArtifactHasher) out of bytes under an OpenPGP signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerifiedArtifact {
    artifact: Artifact,
    file: String,
    sha256: Sha256,
    sigstore: Option<SigstoreEvidence>,
    sbom: SbomState,
    sbom_sha256: Option<Sha256>,
    openpgp: OpenPgpState,
    tagged_at: Option<Timestamp>,
    announced: Option<u64>,
    bytes: Option<VerifiedBytes>,
}

/// Whom the evidence names: the Sigstore bundle's identity; where there is no bundle, the pinned OpenPGP key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedBy<'a> {
    /// An identity and its issuer.
    Sigstore(&'a SigstoreIdentity),
    /// A primary key.
    OpenPgp(&'a Fingerprint),
}

impl fmt::Display for SignedBy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sigstore(signer) => f.write_str(&signer.identity),
            Self::OpenPgp(key) => write!(f, "OpenPGP key {key}"),
        }
    }
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
    /// There is an OpenPGP signature that is needed, and no key to check it with.
    #[error("its OpenPGP signature, which the policy for the series needs, is {0}")]
    NoKey(MissingKey),
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
    #[error("it was signed at {signed_at}, before the release was tagged at {tagged_at}: it is another release's")]
    SignedBeforeTag {
        /// The signing time.
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
    /// There are more bytes, or fewer, than the server announced.
    #[error("its bytes are {found} or more, the server announced {expected}")]
    Size {
        /// What `Content-Length` said when the file was looked at.
        expected: u64,
        /// How many were read.
        found: u64,
    },
    /// The bytes are those of another release.
    #[error("its bytes do not go by its name: {0}")]
    Name(#[from] ArchiveError),
}

impl Rejection {
    /// True if what was served for evidence is not even that, as a page of a proxy is not, or if nobody here can check it: then
    /// nothing contradicts.
    pub fn is_no_evidence(&self) -> bool {
        matches!(
            self,
            Self::Bundle(BundleError::TooLarge { .. } | BundleError::Malformed(_) | BundleError::Missing("mediaType"))
                | Self::Sbom(SbomError::TooLarge { .. } | SbomError::Malformed(_))
                | Self::OpenPgp(OpenPgpError::TooLarge { .. } | OpenPgpError::Malformed(_))
                | Self::NoKey(_)
                | Self::NoSigner(_)
        )
    }
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
    pins: Option<&Pins>,
    artifact: &Artifact,
    evidence: Evidence<'_>,
) -> Result<VerifiedArtifact, Rejection> {
    let signer = pins.and_then(|pins| pins.sigstore.as_ref());
    let signer = signer.ok_or_else(|| Rejection::NoSigner(artifact.version.series()))?;
    let sigstore = verifier.verify(evidence.bundle, signer)?;
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
        sigstore: Some(sigstore),
        sbom: sbom_state,
        sbom_sha256: evidence.sbom.map(|text| Sha256::of(text.as_bytes())),
        openpgp: OpenPgpState::NotAsked,
        tagged_at: None,
        announced: None,
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

    /// Who signed it, when, and where that is logged; nothing where an OpenPGP signature is all there is.
    pub fn sigstore(&self) -> Option<&SigstoreEvidence> {
        self.sigstore.as_ref()
    }

    /// Whom the evidence names.
    pub fn signed_by(&self) -> SignedBy<'_> {
        match (&self.sigstore, self.openpgp.evidence()) {
            (Some(sigstore), _) => SignedBy::Sigstore(sigstore.signer()),
            (None, Some(openpgp)) => SignedBy::OpenPgp(openpgp.primary()),
            (None, None) => unreachable!("an artifact is made with one of both"),
        }
    }

    /// When it was signed, by the transparency log's clock; without Sigstore by the signer's own.
    pub fn signed_at(&self) -> Timestamp {
        match (&self.sigstore, self.openpgp.evidence()) {
            (Some(sigstore), _) => sigstore.signed_at(),
            (None, Some(openpgp)) => openpgp.made_at(),
            (None, None) => unreachable!("an artifact is made with one of both"),
        }
    }

    /// The kinds of evidence that are there and hold, as far as they can be told without the bytes.
    pub fn evidence(&self) -> BTreeSet<EvidenceKind> {
        let sigstore = self.sigstore.is_some().then_some(EvidenceKind::Sigstore);
        let sbom = (self.sbom == SbomState::Agrees).then_some(EvidenceKind::Sbom);
        let openpgp = self.openpgp.evidence().map(|_| EvidenceKind::OpenPgp);
        [sigstore, sbom, openpgp].into_iter().flatten().collect()
    }

    /// Binds the size that the server announced for the file: the bytes must be as many.
    pub fn announced(mut self, size: Option<u64>) -> Self {
        self.announced = size;
        self
    }

    /// The size that the server announced.
    pub(super) fn announced_size(&self) -> Option<u64> {
        self.announced
    }

    /// An artifact whose bytes a pinned OpenPGP key signed: their digest comes out of the bytes.
    pub(super) fn of_bytes(
        artifact: Artifact,
        sha256: Sha256,
        sbom_sha256: Option<Sha256>,
        openpgp: OpenPgpEvidence,
        bytes: VerifiedBytes,
    ) -> Self {
        let file = artifact.file_name();
        let openpgp = OpenPgpState::Agrees(openpgp);
        Self {
            artifact,
            file,
            sha256,
            sigstore: None,
            sbom: sbom_sha256.map_or(SbomState::Absent, |_| SbomState::Agrees),
            sbom_sha256,
            openpgp,
            tagged_at: None,
            announced: None,
            bytes: Some(bytes),
        }
    }

    /// What the SBOM says.
    pub fn sbom(&self) -> SbomState {
        self.sbom
    }

    /// The digest of the SBOM itself, every byte of the file, where there is one.
    pub fn sbom_sha256(&self) -> Option<Sha256> {
        self.sbom_sha256
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

    /// When the release was tagged, where that is bound.
    pub fn tagged_at(&self) -> Option<Timestamp> {
        self.tagged_at
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

    /// Binds that nobody here has the key that its OpenPGP signature needs.
    pub fn with_missing_key(self, missing: MissingKey) -> Self {
        Self { openpgp: OpenPgpState::NoKey(missing), ..self }
    }

    /// Says why the key that its OpenPGP signature needs is not at hand, where it is not.
    pub fn with_missing_key_explained(mut self, why: &str, unanswered: bool) -> Self {
        if let OpenPgpState::NoKey(missing) = self.openpgp {
            self.openpgp = OpenPgpState::NoKey(missing.explained(why, unanswered));
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
