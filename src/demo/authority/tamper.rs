//! Flaws that come into a finished bundle on its way: parts removed, altered, doubled or taken from another bundle.

use serde_json::{Value, json};

use super::bundle::{Bundle, base64};
use super::{Flaw, merkle};

/// The text of `bundle` with `flaw`, for which `other` is another good bundle. Flaws that were signed in change nothing
/// here.
pub(super) fn apply(flaw: Flaw, bundle: &Bundle, other: &Bundle) -> String {
    let mut json = bundle.json();
    altered(flaw, bundle, &mut json);
    swapped(flaw, &other.json(), &mut json);
    text(flaw, &json)
}

/// Where parts stand, as JSON pointers.
const DIGEST: &str = "/messageSignature/messageDigest/digest";
const ENTRIES: &str = "/verificationMaterial/tlogEntries";
const ENTRY: &str = "/verificationMaterial/tlogEntries/0";
const PROOF: &str = "/verificationMaterial/tlogEntries/0/inclusionProof";

/// One part removed or altered.
fn altered(flaw: Flaw, bundle: &Bundle, json: &mut Value) {
    let proof = &bundle.entry.proof;
    match flaw {
        Flaw::NoEntryTimestamp => remove(json, ENTRY, "inclusionPromise"),
        Flaw::NoInclusionProof => remove(json, ENTRY, "inclusionProof"),
        Flaw::NoCheckpoint => remove(json, PROOF, "checkpoint"),
        Flaw::NoMediaType => remove(json, "", "mediaType"),
        Flaw::NoDigest => remove(json, "/messageSignature", "messageDigest"),
        Flaw::NoEntry => *at(json, ENTRIES) = json!([]),
        Flaw::TwoEntries => {
            let entry = at(json, ENTRY).clone();
            *at(json, ENTRIES) = json!([entry, entry]);
        }
        Flaw::OtherEntryKind => at(json, ENTRY)["kindVersion"] = json!({ "kind": "hashedrekord", "version": "0.0.2" }),
        Flaw::AlteredEntry => {
            let body = bundle.entry.body.replacen('{', "{ ", 1);
            at(json, ENTRY)["canonicalizedBody"] = json!(base64(body.as_bytes()));
        }
        Flaw::ProofOfOtherHash => {
            let mut hash = *proof.hashes[0].as_bytes();
            hash[0] ^= 1;
            at(json, PROOF)["hashes"][0] = json!(base64(&hash));
        }
        Flaw::ProofOfOtherIndex => {
            at(json, PROOF)["logIndex"] = json!(((proof.index + 1) % proof.tree_size).to_string());
        }
        Flaw::ProofOfOtherSize => at(json, PROOF)["treeSize"] = json!((proof.tree_size + 1).to_string()),
        Flaw::ShortProof => {
            let kept = &proof.hashes[..proof.hashes.len() - 1];
            let fewer: Vec<_> = kept.iter().map(|hash| base64(hash.as_bytes())).collect();
            at(json, PROOF)["hashes"] = json!(fewer);
        }
        Flaw::LongProof => {
            let mut more: Vec<_> = proof.hashes.iter().map(|hash| base64(hash.as_bytes())).collect();
            more.push(base64(merkle::leaf(b"more").as_bytes()));
            at(json, PROOF)["hashes"] = json!(more);
        }
        Flaw::UnknownMediaType => json["mediaType"] = json!("application/vnd.dev.sigstore.bundle.v9.9+json"),
        Flaw::ShortDigest => *at(json, DIGEST) = json!(base64(&bundle.digest.as_bytes()[..31])),
        Flaw::OtherDigestAlgorithm => json["messageSignature"]["messageDigest"]["algorithm"] = json!("SHA2_512"),
        Flaw::SecondContent => json["dsseEnvelope"] = json!({}),
        Flaw::SecondCertificate => json["verificationMaterial"]["x509CertificateChain"] = json!({ "certificates": [] }),
        Flaw::KeyWithoutCertificate => {
            remove(json, "/verificationMaterial", "certificate");
            json["verificationMaterial"]["publicKey"] = json!({ "hint": "trust me" });
        }
        Flaw::UnknownField => at(json, ENTRY)["inclusion_proof"] = json!({}),
        Flaw::DeepNesting => json["extra"] = (0..100).fold(Value::Null, |inner, _| json!([inner])),
        _ => {}
    }
}

/// One part taken from another good bundle.
fn swapped(flaw: Flaw, other: &Value, json: &mut Value) {
    let part = match flaw {
        Flaw::SwappedDigest => DIGEST,
        Flaw::SwappedSignature => "/messageSignature/signature",
        Flaw::SwappedCertificate => "/verificationMaterial/certificate",
        Flaw::SwappedEntry => ENTRY,
        Flaw::SwappedEntryTimestamp => "/verificationMaterial/tlogEntries/0/inclusionPromise",
        Flaw::SwappedInclusionProof => PROOF,
        _ => return,
    };
    *at(json, part) = other.pointer(part).cloned().expect("good bundles have all parts");
}

/// What JSON values cannot have wrong.
fn text(flaw: Flaw, json: &Value) -> String {
    let text = json.to_string();
    match flaw {
        Flaw::DuplicateKey => text.replacen(r#""digest":"#, r#""digest":"AAAA","digest":"#, 1),
        Flaw::Truncated => text[..text.len() / 2].to_owned(),
        Flaw::Oversized => text + &" ".repeat(1 << 20),
        _ => text,
    }
}

fn at<'a>(json: &'a mut Value, pointer: &str) -> &'a mut Value {
    json.pointer_mut(pointer).expect("good bundles have all parts")
}

fn remove(json: &mut Value, pointer: &str, key: &str) {
    at(json, pointer).as_object_mut().expect("the part is an object").remove(key);
}
