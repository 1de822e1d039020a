//! The certificate-transparency log: signed certificate timestamps as RFC 6962 has them.

use jiff::Timestamp;

use super::{AuthorityError, Flaw, Key};
use crate::model::Sha256;

/// A certificate-transparency log that signs without keeping.
pub(super) struct TimestampLog {
    key: Key,
    /// Trusted until a day before every signing time.
    ended: Key,
    /// Not trusted.
    stranger: Key,
}

impl TimestampLog {
    pub(super) fn new() -> Result<Self, AuthorityError> {
        Ok(Self { key: Key::generate()?, ended: Key::generate()?, stranger: Key::generate()? })
    }

    /// The log's key.
    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// The key whose window has ended.
    pub(super) fn ended(&self) -> &Key {
        &self.ended
    }

    /// The list of timestamps for the certificate `tbs`, still without the list, that the key `issuer` will sign.
    pub(super) fn list(
        &self,
        issuer: Sha256,
        tbs: &[u8],
        at: Timestamp,
        flaw: Option<Flaw>,
    ) -> Result<Option<Vec<u8>>, AuthorityError> {
        let stamp = |signer: &Key, log: &Key, tbs: &[u8]| timestamp(signer, log.id(), issuer, tbs, at);
        let good = stamp(&self.key, &self.key, tbs)?;
        Ok(Some(match flaw {
            Some(Flaw::NoCertificateTimestamp) => return Ok(None),
            Some(Flaw::TwoCertificateTimestamps) => list(&[good.clone(), good]),
            Some(Flaw::CertificateTimestampOfUnknownLog) => list(&[stamp(&self.stranger, &self.stranger, tbs)?]),
            Some(Flaw::ForgedCertificateTimestamp) => list(&[stamp(&self.stranger, &self.key, tbs)?]),
            Some(Flaw::CertificateTimestampOfEndedLog) => list(&[stamp(&self.ended, &self.ended, tbs)?]),
            Some(Flaw::CertificateTimestampOfOtherCertificate) => {
                list(&[stamp(&self.key, &self.key, &[tbs, b"other"].concat())?])
            }
            _ => list(&[good]),
        }))
    }
}

/// One `SignedCertificateTimestamp`, version 1, over a precertificate.
fn timestamp(signer: &Key, log: Sha256, issuer: Sha256, tbs: &[u8], at: Timestamp) -> Result<Vec<u8>, AuthorityError> {
    let milliseconds = u64::try_from(at.as_millisecond()).map_err(|_| AuthorityError::Time(at))?.to_be_bytes();
    let length = u32::try_from(tbs.len()).expect("certificates are short").to_be_bytes();
    let message = [&[0, 0][..], &milliseconds, &[0, 1], issuer.as_bytes(), &length[1..], tbs, &[0, 0]].concat();
    let signature = signer.sign(&message)?;
    Ok([&[0][..], log.as_bytes(), &milliseconds, &[0, 0], &[4, 3], &with_length(&signature)].concat())
}

fn list(timestamps: &[Vec<u8>]) -> Vec<u8> {
    with_length(&timestamps.iter().flat_map(|timestamp| with_length(timestamp)).collect::<Vec<_>>())
}

/// `bytes` behind their length in two bytes.
fn with_length(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("timestamps are short").to_be_bytes();
    [&length[..], bytes].concat()
}
