//! An artifact whose only signature is an OpenPGP one. That binds bytes and names no digest, so nothing is verified until
//! the bytes have been read.

use jiff::Timestamp;

use super::artifact::{Rejection, VerifiedArtifact, VerifiedBytes};
use super::openpgp::{Claim, Keyring, OpenPgpEvidence, OpenPgpState};
use super::sbom::{self, Sbom};
use crate::model::{Artifact, Fingerprint, Sha256};

/// An artifact under an OpenPGP signature that holds as far as can be told without the bytes.
#[derive(Debug, Clone)]
pub struct UnreadArtifact {
    artifact: Artifact,
    claim: Claim,
    sbom: Option<(Sbom, Sha256)>,
    announced: Option<u64>,
}

impl UnreadArtifact {
    /// Judges the text of the `.asc` beside `artifact`, as [`VerifiedArtifact::with_openpgp`] does, and reads the SBOM's, where
    /// there is one. `announced` is the size that the server announced for the file.
    pub fn new(
        artifact: &Artifact,
        (asc, sbom): (&str, Option<&str>),
        keys: &Keyring,
        pinned: &[Fingerprint],
        now: Timestamp,
        announced: Option<u64>,
    ) -> Result<Self, Rejection> {
        let claim = match keys.judge(asc, pinned, now)? {
            OpenPgpState::Unchecked(claim) => *claim,
            OpenPgpState::NoKey(missing) => return Err(Rejection::NoKey(missing)),
            OpenPgpState::NotAsked | OpenPgpState::Absent | OpenPgpState::Agrees(_) => {
                unreachable!("a signature's text is judged to be a claim, or to lack its key")
            }
        };
        let read = |text: &str| Ok::<_, Rejection>((sbom::parse(text)?, Sha256::of(text.as_bytes())));
        let sbom = sbom.map(read).transpose()?;
        Ok(Self { artifact: artifact.clone(), claim, sbom, announced })
    }

    /// The artifact.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    pub(super) fn claim(&self) -> &Claim {
        &self.claim
    }

    pub(super) fn announced(&self) -> Option<u64> {
        self.announced
    }

    /// The artifact of these bytes, which `openpgp` proves to be the signed ones.
    pub(super) fn read(
        self,
        sha256: Sha256,
        openpgp: OpenPgpEvidence,
        bytes: VerifiedBytes,
    ) -> Result<VerifiedArtifact, Rejection> {
        if let Some((sbom, _)) = &self.sbom {
            sbom.check(&self.artifact, &sha256)?;
        }
        let sbom = self.sbom.map(|(_, sha256)| sha256);
        Ok(VerifiedArtifact::of_bytes(self.artifact, sha256, sbom, openpgp, bytes))
    }
}
