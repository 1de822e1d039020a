//! Reading a trust root, and narrowing its authorities to the dates in their own certificates.

use sigstore_verify::Verifier;
use sigstore_verify::trust_root::{CertificateAuthority, TrustedRoot};
use sigstore_verify::types::TimeRange;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::time::Time;

use super::error::TrustRootError;
use crate::verify::json;

/// A trust root is at most this many bytes long; the public one is below 16 KiB.
const CAP: usize = 1 << 20;

/// A verifier that trusts what `text`, a `trusted_root.json`, names, and since when each of its parts is in force.
pub(super) fn verifier(text: &str) -> Result<(Verifier, Vec<jiff::Timestamp>), TrustRootError> {
    if text.len() > CAP {
        return Err(TrustRootError::Malformed(format!("{} bytes long, expected at most {CAP}", text.len())));
    }
    let mut root: TrustedRoot = json::parse(text)
        .and_then(serde_json::from_value)
        .map_err(|error| TrustRootError::Malformed(error.to_string()))?;
    if !root.media_type.starts_with("application/vnd.dev.sigstore.trustedroot") {
        return Err(TrustRootError::Malformed(format!("its mediaType is {}", root.media_type)));
    }
    for (what, empty) in [
        ("certificate authority", root.certificate_authorities.is_empty()),
        ("certificate-transparency log", root.ctlogs.is_empty()),
        ("transparency log", root.tlogs.is_empty()),
    ] {
        if empty {
            return Err(TrustRootError::Empty(what));
        }
    }
    let begun = begun(&root);
    for authority in &mut root.certificate_authorities {
        narrow(authority)?;
    }
    let verifier = Verifier::new(&root).map_err(|error| TrustRootError::Unusable(error.to_string()))?;
    Ok((verifier, begun))
}

/// Since when its authorities and logs are in force.
fn begun(root: &TrustedRoot) -> Vec<jiff::Timestamp> {
    let authorities = root.certificate_authorities.iter().filter_map(|authority| authority.valid_for.as_ref());
    let keys = root.tlogs.iter().map(|log| &log.public_key).chain(root.ctlogs.iter().map(|log| &log.public_key));
    authorities.chain(keys.filter_map(|key| key.valid_for.as_ref())).map(|window| window.start).collect()
}

/// Narrows the authority's window to the time in which all its certificates are valid. The crate takes each certificate
/// for an anchor, and anchors have no dates.
fn narrow(authority: &mut CertificateAuthority) -> Result<(), TrustRootError> {
    let unusable = |reason: &dyn std::fmt::Display| {
        TrustRootError::Unusable(format!("certificate authority {}: {reason}", authority.uri))
    };
    let mut window = authority.valid_for;
    for entry in &authority.cert_chain.certificates {
        let certificate = Certificate::from_der(entry.raw_bytes.as_bytes()).map_err(|error| unusable(&error))?;
        let validity = certificate.tbs_certificate.validity;
        let start = timestamp(validity.not_before).map_err(|error| unusable(&error))?;
        let end = timestamp(validity.not_after).map_err(|error| unusable(&error))?;
        window = Some(match window {
            None => TimeRange::new(start, Some(end)),
            Some(window) => {
                TimeRange::new(window.start.max(start), Some(window.end.map_or(end, |earlier| earlier.min(end))))
            }
        });
    }
    authority.valid_for = window;
    Ok(())
}

fn timestamp(time: Time) -> Result<jiff::Timestamp, jiff::Error> {
    jiff::Timestamp::try_from(time.to_system_time())
}
