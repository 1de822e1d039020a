//! The bytes of an artifact, hashed as they stream by, in constant memory.

use aws_lc_rs::digest::{Context, SHA256};

use super::archive::TopFolder;
use super::artifact::{Rejection, VerifiedArtifact, VerifiedBytes};
use crate::model::{ArtifactKind, Sha256};

/// Hashes an artifact's bytes, and keeps the little of a source tarball that tells its top folder.
pub struct ArtifactHasher {
    artifact: VerifiedArtifact,
    digest: Context,
    size: u64,
    top: Option<TopFolder>,
}

impl ArtifactHasher {
    /// A hasher for the bytes of `artifact`.
    pub fn new(artifact: VerifiedArtifact) -> Self {
        let top = (artifact.artifact().kind == ArtifactKind::Source).then(TopFolder::new);
        Self { artifact, digest: Context::new(&SHA256), size: 0, top }
    }

    /// Takes the next bytes in.
    pub fn update(&mut self, chunk: &[u8]) {
        self.digest.update(chunk);
        self.size += chunk.len() as u64;
        if let Some(top) = &mut self.top {
            top.feed(chunk);
        }
    }

    /// The artifact with its bytes bound: they have the digest that was signed, and a source tarball unpacks into the
    /// folder of its name.
    pub fn finish(self) -> Result<VerifiedArtifact, Rejection> {
        let found = Sha256::from_slice(self.digest.finish().as_ref()).expect("SHA-256 gives 32 bytes");
        let expected = self.artifact.sha256();
        if found != expected {
            return Err(Rejection::Digest { expected, found });
        }
        if let Some(top) = self.top {
            top.check(&self.artifact.artifact().version)?;
        }
        Ok(self.artifact.with_bytes(VerifiedBytes { size: self.size }))
    }
}
