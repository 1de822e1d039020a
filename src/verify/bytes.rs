//! The bytes of an artifact, hashed as they stream by, in constant memory.

use aws_lc_rs::digest::{Context, SHA256};

use super::archive::TopFolder;
use super::artifact::{Rejection, VerifiedArtifact, VerifiedBytes};
use super::openpgp::{OpenPgpDigest, OpenPgpState};
use super::unread::UnreadArtifact;
use crate::model::{Artifact, ArtifactKind, Sha256};

/// Hashes an artifact's bytes once for each kind of evidence, and keeps the little of a source tarball that tells its top
/// folder.
pub struct ArtifactHasher {
    of: Of,
    digest: Context,
    size: u64,
    announced: Option<u64>,
    top: Option<TopFolder>,
    openpgp: Option<OpenPgpDigest>,
}

/// What the bytes are to be judged by.
enum Of {
    /// A digest that is signed.
    Signed(Box<VerifiedArtifact>),
    /// A signature over the bytes alone.
    Unread(Box<UnreadArtifact>),
}

impl ArtifactHasher {
    /// A hasher for the bytes of `artifact`.
    pub fn new(artifact: VerifiedArtifact) -> Self {
        let openpgp = match artifact.openpgp() {
            OpenPgpState::Unchecked(claim) => Some(OpenPgpDigest::new((**claim).clone())),
            _ => None,
        };
        let announced = artifact.announced_size();
        Self::over(Of::Signed(Box::new(artifact)), announced, openpgp)
    }

    /// A hasher for the bytes of an artifact whose only signature is an OpenPGP one.
    pub fn unread(artifact: UnreadArtifact) -> Self {
        let (announced, openpgp) = (artifact.announced(), OpenPgpDigest::new(artifact.claim().clone()));
        Self::over(Of::Unread(Box::new(artifact)), announced, Some(openpgp))
    }

    fn over(of: Of, announced: Option<u64>, openpgp: Option<OpenPgpDigest>) -> Self {
        let top = (of.artifact().kind == ArtifactKind::Source).then(TopFolder::new);
        Self { of, digest: Context::new(&SHA256), size: 0, announced, top, openpgp }
    }

    /// Takes the next bytes in. An error once they are more than the server had announced.
    pub fn update(&mut self, chunk: &[u8]) -> Result<(), Rejection> {
        self.size += chunk.len() as u64;
        if let Some(expected) = self.announced.filter(|announced| self.size > *announced) {
            return Err(Rejection::Size { expected, found: self.size });
        }
        self.digest.update(chunk);
        if let Some(top) = &mut self.top {
            top.feed(chunk);
        }
        if let Some(openpgp) = &mut self.openpgp {
            openpgp.update(chunk);
        }
        Ok(())
    }

    /// The artifact with its bytes bound: they are as many as announced and have the digest that was signed, a source
    /// tarball unpacks into the folder of its name, and the OpenPGP signature, where there is one whose key is at hand, is
    /// over these bytes.
    pub fn finish(self) -> Result<VerifiedArtifact, Rejection> {
        if let Some(expected) = self.announced.filter(|announced| self.size != *announced) {
            return Err(Rejection::Size { expected, found: self.size });
        }
        let found = Sha256::from_slice(self.digest.finish().as_ref()).expect("SHA-256 gives 32 bytes");
        if let Of::Signed(artifact) = &self.of
            && found != artifact.sha256()
        {
            return Err(Rejection::Digest { expected: artifact.sha256(), found });
        }
        let openpgp = self.openpgp.map(OpenPgpDigest::finish).transpose()?;
        if let Some(top) = self.top {
            top.check(&self.of.artifact().version)?;
        }
        let bytes = VerifiedBytes { size: self.size };
        match (self.of, openpgp) {
            (Of::Signed(artifact), openpgp) => Ok(artifact.with_bytes(bytes, openpgp)),
            (Of::Unread(artifact), Some(openpgp)) => artifact.read(found, openpgp, bytes),
            (Of::Unread(_), None) => unreachable!("an unread artifact has a signature"),
        }
    }
}

impl Of {
    fn artifact(&self) -> &Artifact {
        match self {
            Self::Signed(artifact) => artifact.artifact(),
            Self::Unread(artifact) => artifact.artifact(),
        }
    }
}
