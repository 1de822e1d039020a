//! The shapes of bundle that are understood: a message signature over a SHA-256 digest with one `hashedrekord` entry,
//! as CPython's release tools have made them in the formats 0.1, 0.2 and 0.3.

use serde_json::Value;
use sigstore_verify::types::bundle::TransparencyLogEntry;
use sigstore_verify::types::{Bundle, HashAlgorithm, KindVersion, MediaType, SignatureContent};

use super::{BUNDLE_CAP, BundleError};
use crate::model::Sha256;
use crate::verify::json;

/// Parses `text` and checks that nothing is missing, doubled or of another kind. Authenticates nothing.
pub(super) fn parse(text: &str) -> Result<Bundle, BundleError> {
    if text.len() > BUNDLE_CAP {
        return Err(BundleError::TooLarge { bytes: text.len(), cap: BUNDLE_CAP });
    }
    let value = json::parse(text).map_err(|error| BundleError::Malformed(error.to_string()))?;
    media_type(&value)?;
    content(&value)?;
    let bundle: Bundle = serde_json::from_value(value).map_err(|error| BundleError::Malformed(error.to_string()))?;
    let entry = entry(&bundle)?;
    if entry.kind_version != KindVersion::HashedRekordV001 {
        return Err(BundleError::Unsupported {
            field: "log entry",
            expected: "hashedrekord 0.0.1",
            found: format!("{} {}", entry.kind_version.kind(), entry.kind_version.version()),
        });
    }
    for (part, present) in [
        ("inclusion proof", entry.inclusion_proof.is_some()),
        ("checkpoint", entry.inclusion_proof.as_ref().is_some_and(|proof| !proof.checkpoint.is_empty())),
        ("entry timestamp", entry.inclusion_promise.is_some()),
        ("integrated time", entry.integrated_time.is_some()),
    ] {
        if !present {
            return Err(BundleError::Missing(part));
        }
    }
    Ok(bundle)
}

/// The one log entry.
pub(super) fn entry(bundle: &Bundle) -> Result<&TransparencyLogEntry, BundleError> {
    match bundle.verification_material.tlog_entries.as_slice() {
        [entry] => Ok(entry),
        [] => Err(BundleError::Missing("log entry")),
        entries => Err(BundleError::Unsupported {
            field: "number of log entries",
            expected: "1",
            found: entries.len().to_string(),
        }),
    }
}

/// The digest that the bundle says was signed.
pub(super) fn digest(bundle: &Bundle) -> Result<Sha256, BundleError> {
    let digest = match &bundle.content {
        SignatureContent::MessageSignature(signature) => signature.message_digest.as_ref(),
        _ => None,
    };
    let digest = digest.ok_or(BundleError::Missing("message digest"))?;
    let bytes = digest.digest.as_bytes();
    match Sha256::from_slice(bytes) {
        Some(sha256) if digest.algorithm == HashAlgorithm::Sha2256 => Ok(sha256),
        _ => Err(BundleError::Unsupported {
            field: "message digest",
            expected: "SHA2_256 of 32 bytes",
            found: format!("{} of {} bytes", digest.algorithm, bytes.len()),
        }),
    }
}

/// Without this check a bundle that names no format would pass for format 0.1.
fn media_type(bundle: &Value) -> Result<(), BundleError> {
    let found = match bundle.get("mediaType") {
        None => return Err(BundleError::Missing("mediaType")),
        Some(Value::String(text)) if text.parse::<MediaType>().is_ok() => return Ok(()),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    Err(BundleError::Unsupported { field: "mediaType", expected: "Sigstore bundle 0.1, 0.2 or 0.3", found })
}

/// Of each choice that the format gives, exactly the one that is understood must stand there: with two, verifiers would
/// differ on which to take.
fn content(bundle: &Value) -> Result<(), BundleError> {
    let has = |object: &Value, key| object.get(key).is_some_and(|value| !value.is_null());
    if has(bundle, "dsseEnvelope") {
        return Err(BundleError::Unsupported {
            field: "content",
            expected: "a messageSignature",
            found: "a dsseEnvelope".to_owned(),
        });
    }
    if !has(bundle, "messageSignature") {
        return Err(BundleError::Missing("messageSignature"));
    }
    let material = bundle.get("verificationMaterial").ok_or(BundleError::Missing("verificationMaterial"))?;
    if has(material, "publicKey") {
        return Err(BundleError::Unsupported {
            field: "signing key",
            expected: "a certificate",
            found: "a publicKey".to_owned(),
        });
    }
    match (has(material, "certificate"), has(material, "x509CertificateChain")) {
        (true, false) | (false, true) => Ok(()),
        (false, false) => Err(BundleError::Missing("certificate")),
        (true, true) => Err(BundleError::Unsupported {
            field: "signing key",
            expected: "one certificate",
            found: "a certificate and an x509CertificateChain".to_owned(),
        }),
    }
}
