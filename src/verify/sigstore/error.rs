//! Why a bundle or a trust root was refused. Text from the bundle is quoted safely.

use std::fmt;

use sigstore_verify::{CertificateError, Error, TransparencyLogError, bundle};

use crate::model::SigstoreIdentity;
use crate::verify::quote::{quote, quote_name};

/// Why a trust root was refused.
#[derive(Debug, thiserror::Error)]
pub enum TrustRootError {
    /// It is not JSON of the expected shape.
    #[error("the trust root is not a Sigstore trusted_root.json: {}", quote(.0))]
    Malformed(String),
    /// It lacks what every bundle needs.
    #[error("the trust root names no {0}; expected at least one")]
    Empty(&'static str),
    /// Its keys, certificates or dates cannot be used.
    #[error("the trust root cannot be used: {}", quote(.0))]
    Unusable(String),
}

/// Why a bundle was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It is longer than any honest bundle.
    #[error("the bundle is {bytes} bytes long; expected at most {cap}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The longest that is read.
        cap: usize,
    },
    /// It is not JSON, or not a bundle's JSON.
    #[error("the bundle is malformed: {}", quote(.0))]
    Malformed(String),
    /// It is of a kind that this version does not understand.
    #[error("the bundle's {field} is {}; expected {expected}", quote(.found))]
    Unsupported {
        /// Which part.
        field: &'static str,
        /// What is understood.
        expected: &'static str,
        /// What the bundle has.
        found: String,
    },
    /// It lacks a part that makes it evidence.
    #[error("the bundle has no {0}")]
    Missing(&'static str),
    /// All of it verifies, but somebody else signed.
    #[error("the bundle was signed by {}; expected {expected}", quote_name(&.found.to_string()))]
    WrongSigner {
        /// Who should have signed.
        expected: SigstoreIdentity,
        /// Who did, according to the verified certificate.
        found: SigstoreIdentity,
    },
    /// A part of it does not verify.
    #[error("the bundle's {check} does not verify: {}", quote(.reason))]
    Unverified {
        /// Which part.
        check: Check,
        /// Why, in the verifier's words.
        reason: String,
    },
}

/// The parts of a bundle that are verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The signing certificate and its chain to a certificate authority.
    Certificate,
    /// The certificate-transparency log's timestamp in the certificate.
    CertificateTimestamp,
    /// The signature over the digest.
    Signature,
    /// That the log entry is about this certificate, signature and digest.
    LogEntry,
    /// The log's signed promise of the entry and its time.
    EntryTimestamp,
    /// The path from the entry to the root of the log's tree.
    InclusionProof,
    /// The log's signature over that root.
    Checkpoint,
    /// The time of signing against the certificate's and the clock.
    SigningTime,
    /// Anything else.
    Material,
}

impl BundleError {
    /// True if all of it holds but for who signed.
    pub fn is_of_signer(&self) -> bool {
        matches!(self, Self::WrongSigner { .. })
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Certificate => "certificate",
            Self::CertificateTimestamp => "certificate timestamp",
            Self::Signature => "signature",
            Self::LogEntry => "log entry",
            Self::EntryTimestamp => "entry timestamp",
            Self::InclusionProof => "inclusion proof",
            Self::Checkpoint => "checkpoint",
            Self::SigningTime => "signing time",
            Self::Material => "verification material",
        })
    }
}

impl From<Error> for BundleError {
    fn from(error: Error) -> Self {
        Self::Unverified { check: check(&error), reason: error.to_string() }
    }
}

fn check(error: &Error) -> Check {
    match error {
        Error::SignatureInvalid(_) => Check::Signature,
        Error::ArtifactMismatch(_) => Check::LogEntry,
        Error::Certificate(CertificateError::Sct(_)) => Check::CertificateTimestamp,
        Error::Certificate(_) => Check::Certificate,
        Error::Timestamp(_) => Check::SigningTime,
        Error::TransparencyLog(error) => match error {
            TransparencyLogError::UnknownLog { .. } | TransparencyLogError::InclusionPromise(_) => {
                Check::EntryTimestamp
            }
            TransparencyLogError::InclusionProof(_) => Check::InclusionProof,
            TransparencyLogError::Checkpoint(_) => Check::Checkpoint,
            TransparencyLogError::IntegratedTime(_) => Check::SigningTime,
            _ => Check::LogEntry,
        },
        Error::Bundle(bundle::Error::LogIndexOutOfRange { .. }) => Check::InclusionProof,
        Error::Bundle(bundle::Error::MissingCheckpoint | bundle::Error::CheckpointRootMismatch) => Check::Checkpoint,
        _ => Check::Material,
    }
}
