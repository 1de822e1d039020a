//! P-256 keys, known by the SHA-256 of their public half.

use sigstore_verify::crypto::KeyPair;
use sigstore_verify::types::Sha256Hash;

use super::AuthorityError;
use crate::model::Sha256;

/// A signing key that lives as long as the process.
pub(super) struct Key {
    pair: KeyPair,
    spki: Vec<u8>,
}

impl Key {
    pub(super) fn generate() -> Result<Self, AuthorityError> {
        let pair = KeyPair::generate_ecdsa_p256()?;
        let spki = pair.public_key_der()?.into_bytes();
        Ok(Self { pair, spki })
    }

    /// The public key as a `SubjectPublicKeyInfo` in DER.
    pub(super) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The id by which logs and issuers name the key.
    pub(super) fn id(&self) -> Sha256 {
        Sha256::of(&self.spki)
    }

    /// The ECDSA signature over the SHA-256 of `message`, in DER.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthorityError> {
        Ok(self.pair.sign(message)?.into_bytes())
    }

    /// The ECDSA signature over `digest`, in DER.
    pub(super) fn sign_digest(&self, digest: &Sha256) -> Result<Vec<u8>, AuthorityError> {
        Ok(self.pair.sign_digest(&Sha256Hash::new(*digest.as_bytes()))?.into_bytes())
    }
}
