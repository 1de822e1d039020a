//! The bytes of an artifact, hashed as they stream by, in constant memory.

use aws_lc_rs::digest::{Context, SHA256};

use super::archive::TopFolder;
use super::artifact::{Rejection, VerifiedArtifact, VerifiedBytes};
use super::openpgp::{OpenPgpDigest, OpenPgpState};
use crate::model::{ArtifactKind, Sha256};

/// Hashes an artifact's bytes once for each kind of evidence, and keeps the little of a source tarball that tells its top
/// folder.
pub struct ArtifactHasher {
    artifact: VerifiedArtifact,
    digest: Context,
    size: u64,
    top: Option<TopFolder>,
    openpgp: Option<OpenPgpDigest>,
}

impl ArtifactHasher {
    /// A hasher for the bytes of `artifact`.
    pub fn new(artifact: VerifiedArtifact) -> Self {
        let top = (artifact.artifact().kind == ArtifactKind::Source).then(TopFolder::new);
        let openpgp = match artifact.openpgp() {
            OpenPgpState::Unchecked(claim) => Some(OpenPgpDigest::new((**claim).clone())),
            _ => None,
        };
        Self { artifact, digest: Context::new(&SHA256), size: 0, top, openpgp }
    }

    /// Takes the next bytes in.
    pub fn update(&mut self, chunk: &[u8]) {
        self.digest.update(chunk);
        self.size += chunk.len() as u64;
        if let Some(top) = &mut self.top {
            top.feed(chunk);
        }
        if let Some(openpgp) = &mut self.openpgp {
            openpgp.update(chunk);
        }
    }

    /// The artifact with its bytes bound: they have the digest that was signed, a source tarball unpacks into the folder of
    /// its name, and the OpenPGP signature, where there is one whose key is at hand, is over these bytes.
    pub fn finish(self) -> Result<VerifiedArtifact, Rejection> {
        let found = Sha256::from_slice(self.digest.finish().as_ref()).expect("SHA-256 gives 32 bytes");
        let expected = self.artifact.sha256();
        if found != expected {
            return Err(Rejection::Digest { expected, found });
        }
        if let Some(top) = self.top {
            top.check(&self.artifact.artifact().version)?;
        }
        let openpgp = self.openpgp.map(OpenPgpDigest::finish).transpose()?;
        Ok(self.artifact.with_bytes(VerifiedBytes { size: self.size }, openpgp))
    }
}
