//! The shapes of bundle that are understood: a message signature over a SHA-256 digest with one `hashedrekord` entry,
//! as CPython's release tools have made them in the formats 0.1, 0.2 and 0.3.

use serde_json::Value;
use sigstore_verify::types::bundle::TransparencyLogEntry;
use sigstore_verify::types::{Bundle, HashAlgorithm, KindVersion, MediaType, SignatureContent};

use super::{BUNDLE_CAP, BundleError, Check};
use crate::model::Sha256;
use crate::verify::json;

/// All the fields of such bundles.
const FIELDS: &[&str] = &[
    "algorithm",
    "canonicalizedBody",
    "certificate",
    "certificates",
    "checkpoint",
    "digest",
    "envelope",
    "hashes",
    "inclusionPromise",
    "inclusionProof",
    "integratedTime",
    "keyId",
    "kind",
    "kindVersion",
    "logId",
    "logIndex",
    "mediaType",
    "messageDigest",
    "messageSignature",
    "rawBytes",
    "rfc3161Timestamps",
    "rootHash",
    "signature",
    "signedEntryTimestamp",
    "signedTimestamp",
    "timestampVerificationData",
    "tlogEntries",
    "treeSize",
    "verificationMaterial",
    "version",
    "x509CertificateChain",
];

/// Parses `text` and checks that nothing is missing, doubled or of another kind. Authenticates nothing.
pub(super) fn parse(text: &str) -> Result<Bundle, BundleError> {
    if text.len() > BUNDLE_CAP {
        return Err(BundleError::TooLarge { bytes: text.len(), cap: BUNDLE_CAP });
    }
    let value = json::parse(text).map_err(|error| BundleError::Malformed(error.to_string()))?;
    media_type(&value)?;
    content(&value)?;
    fields(&value)?;
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
    tree_size(entry)?;
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

/// The log signs the checkpoint's tree size; the one in the proof must be the same.
fn tree_size(entry: &TransparencyLogEntry) -> Result<(), BundleError> {
    let proof = entry.inclusion_proof.as_ref();
    let sizes = proof.and_then(|proof| Some((proof.tree_size, proof.checkpoint.checkpoint()?.tree_size())));
    match sizes {
        Some((proof, checkpoint)) if proof != checkpoint => Err(BundleError::Unverified {
            check: Check::Checkpoint,
            reason: format!("it is over a tree of {checkpoint} entries, the inclusion proof over one of {proof}"),
        }),
        _ => Ok(()),
    }
}

/// Every field must be one that is understood, wherever it stands.
fn fields(value: &Value) -> Result<(), BundleError> {
    match value {
        Value::Object(object) => object.iter().try_for_each(|(key, value)| {
            if FIELDS.contains(&key.as_str()) {
                return fields(value);
            }
            let expected = "a field of Sigstore bundles that pybump knows";
            Err(BundleError::Unsupported { field: "field", expected, found: key.clone() })
        }),
        Value::Array(items) => items.iter().try_for_each(fields),
        _ => Ok(()),
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
    if let Some(found) = bundle.pointer("/messageSignature/messageDigest/algorithm").filter(|name| *name != "SHA2_256")
    {
        let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
        return Err(BundleError::Unsupported { field: "digest algorithm", expected: "SHA2_256", found });
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
