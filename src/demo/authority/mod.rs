//! A Sigstore instance of one's own: certificate authority, certificate-transparency log and Rekor-like log, with keys
//! made on the spot.
//!
//! Owns the making of bundles, good ones and, through one option each, every hostile one that a verifier must refuse.
//! Its trust root makes sense to any Sigstore client. It listens nowhere and keeps nothing.

mod bundle;
mod certificate;
mod flaw;
mod key;
mod log;
mod merkle;
pub mod openpgp;
mod tamper;
#[cfg(test)]
mod tests;
mod timestamp;
mod trusted_root;

use jiff::Timestamp;
use sigstore_verify::crypto;
use x509_cert::der;

use self::bundle::Bundle;
use self::certificate::{Issuer, Leaf, Window};
pub use self::flaw::{Flaw, OTHER_ISSUER};
use self::key::Key;
use self::log::Log;
use self::timestamp::TimestampLog;
use crate::model::{Sha256, SigstoreIdentity};

/// The authority: all its keys, the good and the hostile ones.
pub struct Authority {
    issuer: Issuer,
    /// Trusted until a day before every signing time.
    ended: Issuer,
    /// Trusted only after every signing time.
    unbegun: Issuer,
    /// Still trusted, but expired by its own certificate.
    expired: Issuer,
    /// Not trusted, with the trusted issuer's name.
    twin: Issuer,
    /// Not trusted, with another name.
    foreign: Issuer,
    timestamps: TimestampLog,
    log: Log,
}

/// What a signer does: who, when, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// Whom the certificate names.
    pub identity: SigstoreIdentity,
    /// When the log takes the entry, in whole seconds. From 2021 on, and in the past: verifiers ask the clock.
    pub signed_at: Timestamp,
    /// The one thing that is wrong; none makes a bundle that verifies.
    pub flaw: Option<Flaw>,
}

/// Why a bundle could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A key could not be made or used.
    #[error("the demo authority cannot sign: {0}")]
    Crypto(#[from] crypto::Error),
    /// A certificate could not be encoded.
    #[error("the demo authority cannot encode a certificate: {0}")]
    Encoding(#[from] der::Error),
    /// The time does not lie in the authority's window.
    #[error("the demo authority signs from 2021-01-02 to 2038-12-31, not at {0}")]
    Time(Timestamp),
}

impl Authority {
    /// Makes the keys. Certificates are valid from 2020 to 2040, so that any signing time since 2021 fits.
    pub fn new() -> Result<Self, AuthorityError> {
        let always = Window::years(2020, 2040);
        Ok(Self {
            issuer: Issuer::new("pybump demo authority", always)?,
            ended: Issuer::new("pybump ended authority", always)?,
            unbegun: Issuer::new("pybump unbegun authority", always)?,
            expired: Issuer::new("pybump expired authority", Window::years(2020, 2021))?,
            twin: Issuer::new("pybump demo authority", always)?,
            foreign: Issuer::new("pybump foreign authority", always)?,
            timestamps: TimestampLog::new()?,
            log: Log::new()?,
        })
    }

    /// The trust root that verifies this authority's bundles, as the JSON of a `trusted_root.json`.
    pub fn trusted_root(&self) -> String {
        trusted_root::json(self)
    }

    /// Signs `digest` and gives the bundle, as the JSON of a `.sigstore` file in format 0.3.
    ///
    /// Index and place in the log follow from the digest; keys, signatures and serial numbers differ from run to run.
    pub fn sign(&self, digest: &Sha256, signing: &Signing) -> Result<String, AuthorityError> {
        if !Window::years(2021, 2039).inner_days().contains(&signing.signed_at) {
            return Err(AuthorityError::Time(signing.signed_at));
        }
        let bundle = self.bundle(digest, signing)?;
        match signing.flaw {
            Some(flaw) => {
                let other = Signing { flaw: None, ..signing.clone() };
                let other = self.bundle(&Sha256::of(digest.as_bytes()), &other)?;
                Ok(tamper::apply(flaw, &bundle, &other))
            }
            None => Ok(bundle.json().to_string()),
        }
    }

    fn bundle(&self, digest: &Sha256, signing: &Signing) -> Result<Bundle, AuthorityError> {
        let flaw = signing.flaw;
        let key = Key::generate()?;
        let certificate = self.certificate(&key, signing)?;
        let signature = key.sign_digest(digest)?;
        let body = match flaw {
            Some(Flaw::EntryOfOtherDigest) => {
                bundle::entry_body(&Sha256::of(digest.as_bytes()), &signature, &certificate)
            }
            Some(Flaw::EntryOfOtherSignature) => bundle::entry_body(digest, &key.sign_digest(digest)?, &certificate),
            Some(Flaw::EntryOfOtherCertificate) => {
                bundle::entry_body(digest, &signature, &self.certificate(&key, signing)?)
            }
            _ => bundle::entry_body(digest, &signature, &certificate),
        };
        let entry = self.log.append(body, digest, integrated_at(signing), flaw)?;
        Ok(Bundle { digest: *digest, signature, certificate, entry })
    }

    fn certificate(&self, key: &Key, signing: &Signing) -> Result<Vec<u8>, AuthorityError> {
        let issuer = match signing.flaw {
            Some(Flaw::EndedAuthority) => &self.ended,
            Some(Flaw::UnbegunAuthority) => &self.unbegun,
            Some(Flaw::ExpiredAuthorityCertificate) => &self.expired,
            Some(Flaw::ForeignAuthoritySameName) => &self.twin,
            Some(Flaw::ForeignAuthority) => &self.foreign,
            _ => &self.issuer,
        };
        let leaf =
            Leaf { identity: &signing.identity, key, window: Window::around(issued_at(signing)), flaw: signing.flaw };
        leaf.issue(issuer, &self.timestamps, issued_at(signing))
    }
}

/// When the certificate is issued: with the signing, but for the flaw that moves all of it into the future.
fn issued_at(signing: &Signing) -> Timestamp {
    match signing.flaw {
        Some(Flaw::SignedInTheFuture) => Window::years(2038, 2039).start,
        _ => signing.signed_at,
    }
}

/// When the log takes the entry.
fn integrated_at(signing: &Signing) -> Timestamp {
    let window = Window::around(issued_at(signing));
    match signing.flaw {
        Some(Flaw::SignedBeforeCertificate) => window.start - jiff::SignedDuration::from_secs(1),
        Some(Flaw::SignedAfterCertificate) => window.end + jiff::SignedDuration::from_secs(1),
        _ => issued_at(signing),
    }
}
