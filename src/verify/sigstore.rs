//! Sigstore bundles: offline verification of who signed a digest, when, and in which public log.
//!
//! The cryptography is `sigstore-verify`'s. This module owns what that crate leaves open: which bundle shapes are
//! understood, that nothing is missing, and that certificate authorities are held to the dates in their own
//! certificates. It refuses bundles that other verifiers could read differently.

mod error;
mod root;
mod shape;
#[cfg(test)]
mod tests;

use serde::Serialize;
use sigstore_verify::types::{Bundle, MediaType, Sha256Hash};
use sigstore_verify::{IdentityMatcher, SubjectAltName, VerificationPolicy, VerificationResult, Verifier};

pub use self::error::{BundleError, Check, TrustRootError};
use crate::model::{Sha256, SigstoreIdentity};

/// A bundle is at most this many bytes long; CPython's are below 8 KiB.
pub const BUNDLE_CAP: usize = 1 << 20;

/// Verifies bundles against one trust root.
pub struct SigstoreVerifier {
    verifier: Verifier,
    begun: Vec<jiff::Timestamp>,
}

/// What a verified bundle proves: this signer signed this digest at this time, and the log has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SigstoreEvidence {
    sha256: Sha256,
    signer: SigstoreIdentity,
    signed_at: jiff::Timestamp,
    log_index: u64,
    log_id: String,
    media_type: &'static str,
    file_sha256: Sha256,
}

impl SigstoreEvidence {
    /// The digest that was signed.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// Who signed it: equal to the identity that was expected.
    pub fn signer(&self) -> &SigstoreIdentity {
        &self.signer
    }

    /// When the log took the entry, as the log itself signed.
    pub fn signed_at(&self) -> jiff::Timestamp {
        self.signed_at
    }

    /// The entry's index in the log, counted over all the log's trees.
    pub fn log_index(&self) -> u64 {
        self.log_index
    }

    /// The log's key id: SHA-256 of its public key, in hexadecimal digits.
    pub fn log_id(&self) -> &str {
        &self.log_id
    }

    /// The bundle's media type, which names the version of its format.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// The digest of the bundle itself, every byte of the file.
    pub fn file_sha256(&self) -> Sha256 {
        self.file_sha256
    }
}

impl SigstoreVerifier {
    /// A verifier for the public-good instance of Sigstore, whose trust root is built in.
    pub fn embedded() -> Result<Self, TrustRootError> {
        Self::from_trusted_root(sigstore_verify::trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT)
    }

    /// A verifier for the instance that `json`, the text of a `trusted_root.json`, describes.
    pub fn from_trusted_root(json: &str) -> Result<Self, TrustRootError> {
        let (verifier, begun) = root::verifier(json)?;
        Ok(Self { verifier, begun })
    }

    /// Since when the newest authority or log of the trust root that is in force at `now` is: the root is at least that
    /// young, and knows nothing of later ones.
    pub fn newest(&self, now: jiff::Timestamp) -> Option<jiff::Timestamp> {
        self.begun.iter().copied().filter(|start| *start <= now).max()
    }

    /// Verifies the text of a `.sigstore` file, offline and without the artifact: the digest comes out of it.
    ///
    /// The signer must be `expected` exactly. Another signer is told apart from a bad bundle only where all else
    /// verifies.
    pub fn verify(&self, bundle: &str, expected: &SigstoreIdentity) -> Result<SigstoreEvidence, BundleError> {
        let file_sha256 = Sha256::of(bundle.as_bytes());
        let bundle = shape::parse(bundle)?;
        let sha256 = shape::digest(&bundle)?;
        let email = IdentityMatcher::Email(expected.identity.clone());
        let policy = VerificationPolicy::new(email, expected.issuer.clone());
        match self.check(&bundle, sha256, &policy) {
            Ok(_) => evidence(&bundle, sha256, expected, file_sha256),
            Err(sigstore_verify::Error::IdentityMismatch { .. } | sigstore_verify::Error::IssuerMismatch { .. }) => {
                Err(match self.check(&bundle, sha256, &VerificationPolicy::any_identity()) {
                    Ok(result) => BundleError::WrongSigner { expected: expected.clone(), found: signer(&result) },
                    Err(error) => error.into(),
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    fn check(
        &self,
        bundle: &Bundle,
        sha256: Sha256,
        policy: &VerificationPolicy,
    ) -> Result<VerificationResult, sigstore_verify::Error> {
        self.verifier.verify(Sha256Hash::new(*sha256.as_bytes()), bundle, policy)
    }
}

/// Reads what the verifier has authenticated.
fn evidence(
    bundle: &Bundle,
    sha256: Sha256,
    signer: &SigstoreIdentity,
    file_sha256: Sha256,
) -> Result<SigstoreEvidence, BundleError> {
    let entry = shape::entry(bundle)?;
    Ok(SigstoreEvidence {
        sha256,
        signer: signer.clone(),
        signed_at: entry.integrated_time.ok_or(BundleError::Missing("integrated time"))?,
        log_index: entry.log_index.get(),
        log_id: hex::encode(entry.log_id.key_id.as_bytes()),
        media_type: MediaType::as_str(&bundle.media_type),
        file_sha256,
    })
}

/// The signer as the certificate has it. A URI is marked, lest one that reads like an address look like the address.
fn signer(result: &VerificationResult) -> SigstoreIdentity {
    let identity = match result.identity() {
        Some(SubjectAltName::Email(email)) => email.clone(),
        Some(other) => format!("URI {other}"),
        None => "nobody".to_owned(),
    };
    SigstoreIdentity { identity, issuer: result.issuer().unwrap_or("none").to_owned() }
}
