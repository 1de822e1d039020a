//! Bundles in format 0.3, and the bodies of their log entries.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use x509_cert::der::pem::{self, LineEnding};

use super::log::Entry;
use crate::model::Sha256;

/// The parts of a bundle.
pub(super) struct Bundle {
    pub(super) digest: Sha256,
    pub(super) signature: Vec<u8>,
    pub(super) certificate: Vec<u8>,
    pub(super) entry: Entry,
}

impl Bundle {
    /// The bundle as JSON; integers are strings, as protocol buffers have them.
    pub(super) fn json(&self) -> Value {
        let entry = &self.entry;
        let proof = &entry.proof;
        let hashes: Vec<_> = proof.hashes.iter().map(|hash| base64(hash.as_bytes())).collect();
        json!({
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "messageSignature": {
                "messageDigest": { "algorithm": "SHA2_256", "digest": base64(self.digest.as_bytes()) },
                "signature": base64(&self.signature),
            },
            "verificationMaterial": {
                "certificate": { "rawBytes": base64(&self.certificate) },
                "tlogEntries": [{
                    "canonicalizedBody": base64(entry.body.as_bytes()),
                    "inclusionPromise": { "signedEntryTimestamp": base64(&entry.promise) },
                    "inclusionProof": {
                        "checkpoint": { "envelope": proof.checkpoint },
                        "hashes": hashes,
                        "logIndex": proof.index.to_string(),
                        "rootHash": base64(proof.root.as_bytes()),
                        "treeSize": proof.tree_size.to_string(),
                    },
                    "integratedTime": entry.integrated_at.as_second().to_string(),
                    "kindVersion": { "kind": "hashedrekord", "version": "0.0.1" },
                    "logId": { "keyId": base64(entry.log_id.as_bytes()) },
                    "logIndex": entry.index.to_string(),
                }],
            },
        })
    }
}

/// The canonical JSON of a `hashedrekord` entry: keys in order, no spaces, the certificate as PEM with LF line ends.
pub(super) fn entry_body(digest: &Sha256, signature: &[u8], certificate: &[u8]) -> String {
    let pem = pem::encode_string("CERTIFICATE", LineEnding::LF, certificate).expect("a certificate fits into a PEM");
    let (content, key) = (base64(signature), base64(pem.as_bytes()));
    format!(
        r#"{{"apiVersion":"0.0.1","kind":"hashedrekord","spec":{{"data":{{"hash":{{"algorithm":"sha256","value":"{digest}"}}}},"signature":{{"content":"{content}","publicKey":{{"content":"{key}"}}}}}}}}"#
    )
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
