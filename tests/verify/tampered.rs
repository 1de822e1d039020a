//! Upstream's bundles with one part removed, forged or taken from another bundle, and under trust roots that lack one
//! party: each is refused for what is wrong with it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pybump::demo::authority::Authority;
use pybump::model::{ArtifactKind, Signers, SigstoreIdentity};
use pybump::verify::sigstore::SigstoreVerifier;
use serde_json::{Value, json};

use super::data::released;

const ENTRIES: &str = "/verificationMaterial/tlogEntries";
const ENTRY: &str = "/verificationMaterial/tlogEntries/0";
const PROOF: &str = "/verificationMaterial/tlogEntries/0/inclusionProof";
const DIGEST: &str = "/messageSignature/messageDigest/digest";
const SIGNATURE: &str = "/messageSignature/signature";
const PROMISE: &str = "/verificationMaterial/tlogEntries/0/inclusionPromise/signedEntryTimestamp";

/// The object identifier of a certificate's timestamps, in DER.
const TIMESTAMPS: &[u8] = &[0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02];

/// That of the name that it is issued to; the address begins 14 bytes on.
const ALTERNATIVE_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x11];

type Tampering = (&'static str, fn(&mut Value, &Value), &'static [&'static str]);

const SIGNED: &str = "the bundle's signature does not verify: invalid signature";
const TIMESTAMPED: &str = "the bundle's signing time does not verify: invalid RFC 3161 timestamp";
const CERTIFIED: &str = "the bundle's certificate does not verify: certificate chain is invalid";
const PROMISED: &str = "the bundle's entry timestamp does not verify: invalid inclusion promise";
const INCLUDED: &str = "the bundle's inclusion proof does not verify: ";
const CHECKED: &str = "the bundle's checkpoint does not verify: ";

/// What is done, given the bundle and another good one, and how the refusal begins: in one way, or in another where the bundle
/// is of an older format or the other was signed at another hour.
const TAMPERINGS: &[Tampering] = &[
    ("no media type", |bundle, _| remove(bundle, "", "mediaType"), &["the bundle has no mediaType"]),
    (
        "an unknown media type",
        |bundle, _| bundle["mediaType"] = json!("application/vnd.dev.sigstore.bundle+json;version=0.4"),
        &["the bundle's mediaType is application/vnd.dev.sigstore.bundle+json;version=0.4; expected "],
    ),
    (
        "no message digest",
        |bundle, _| remove(bundle, "/messageSignature", "messageDigest"),
        &["the bundle has no message digest"],
    ),
    ("the digest of another artifact", |bundle, other| take(bundle, other, DIGEST), &[SIGNED]),
    ("a digest turned by a bit", |bundle, _| flip(bundle, DIGEST, 0), &[SIGNED]),
    ("the signature of another artifact", |bundle, other| take(bundle, other, SIGNATURE), &[SIGNED, TIMESTAMPED]),
    ("a signature turned by a bit", |bundle, _| flip(bundle, SIGNATURE, 20), &[SIGNED, TIMESTAMPED]),
    (
        "the certificate of another signing",
        |bundle, other| {
            *at(bundle, certificate(bundle)) = other.pointer(certificate(other)).unwrap().clone();
        },
        &[SIGNED, CERTIFIED],
    ),
    ("another identity in the certificate", |bundle, _| in_certificate(bundle, ALTERNATIVE_NAME, 14), &[CERTIFIED]),
    ("a forged timestamp in the certificate", |bundle, _| in_certificate(bundle, TIMESTAMPS, 60), &[CERTIFIED]),
    ("no timestamp in the certificate", |bundle, _| in_certificate(bundle, TIMESTAMPS, 11), &[CERTIFIED]),
    ("no log entry", |bundle, _| *at(bundle, ENTRIES) = json!([]), &["the bundle has no log entry"]),
    (
        "two log entries",
        |bundle, other| {
            let entries = [at(bundle, ENTRY).clone(), other.pointer(ENTRY).unwrap().clone()];
            *at(bundle, ENTRIES) = json!(entries);
        },
        &["the bundle's number of log entries is 2; expected 1"],
    ),
    (
        "the entry of another artifact",
        |bundle, other| take(bundle, other, ENTRY),
        &["the bundle's log entry does not verify: artifact mismatch", CERTIFIED],
    ),
    (
        "the body of another entry",
        |bundle, other| take(bundle, other, &format!("{ENTRY}/canonicalizedBody")),
        &[PROMISED],
    ),
    (
        "no entry timestamp",
        |bundle, _| remove(bundle, ENTRY, "inclusionPromise"),
        &["the bundle has no entry timestamp"],
    ),
    ("the timestamp of another entry", |bundle, other| take(bundle, other, PROMISE), &[PROMISED]),
    ("an entry timestamp turned by a bit", |bundle, _| flip(bundle, PROMISE, 20), &[PROMISED]),
    ("an entry time a second later", |bundle, _| later(bundle, "integratedTime"), &[PROMISED]),
    ("an entry index one higher", |bundle, _| later(bundle, "logIndex"), &[PROMISED]),
    ("the id of another log", |bundle, _| flip(bundle, &format!("{ENTRY}/logId/keyId"), 0), &[PROMISED]),
    ("no inclusion proof", |bundle, _| remove(bundle, ENTRY, "inclusionProof"), &["the bundle has no inclusion proof"]),
    ("the inclusion proof of another entry", |bundle, other| take(bundle, other, PROOF), &[INCLUDED]),
    ("an inclusion proof turned by a bit", |bundle, _| flip(bundle, &format!("{PROOF}/hashes/0"), 0), &[INCLUDED]),
    (
        "an inclusion proof without its last hash",
        |bundle, _| {
            at(bundle, &format!("{PROOF}/hashes")).as_array_mut().unwrap().pop();
        },
        &[INCLUDED],
    ),
    ("another root in the proof", |bundle, _| flip(bundle, &format!("{PROOF}/rootHash"), 0), &[CHECKED]),
    ("no checkpoint", |bundle, _| remove(bundle, PROOF, "checkpoint"), &["the bundle has no checkpoint"]),
    (
        "the checkpoint of another entry",
        |bundle, other| take(bundle, other, &format!("{PROOF}/checkpoint")),
        &[CHECKED],
    ),
    (
        "a forged checkpoint",
        |bundle, _| {
            let envelope = at(bundle, &format!("{PROOF}/checkpoint/envelope"));
            let text = envelope.as_str().unwrap().trim_end().to_owned();
            let (head, signature) = text.rsplit_once(' ').unwrap();
            let mut signature = STANDARD.decode(signature).unwrap();
            signature[20] ^= 1;
            *envelope = json!(format!("{head} {}\n", STANDARD.encode(signature)));
        },
        &[CHECKED],
    ),
    (
        "an envelope besides",
        |bundle, _| bundle["dsseEnvelope"] = json!({}),
        &["the bundle's content is a dsseEnvelope; expected a messageSignature"],
    ),
    (
        "an unknown field",
        |bundle, _| at(bundle, ENTRY)["inclusion_proof"] = json!({}),
        &["the bundle's field is inclusion_proof; expected "],
    ),
];

fn at<'a>(bundle: &'a mut Value, pointer: &str) -> &'a mut Value {
    bundle.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}"))
}

fn remove(bundle: &mut Value, pointer: &str, key: &str) {
    assert!(at(bundle, pointer).as_object_mut().unwrap().remove(key).is_some(), "no {key}");
}

fn take(bundle: &mut Value, other: &Value, pointer: &str) {
    *at(bundle, pointer) = other.pointer(pointer).unwrap().clone();
}

/// Turns a bit of the byte `index` of the base64 text at `pointer`.
fn flip(bundle: &mut Value, pointer: &str, index: usize) {
    let text = at(bundle, pointer);
    let mut bytes = STANDARD.decode(text.as_str().unwrap()).unwrap();
    bytes[index] ^= 1;
    *text = json!(STANDARD.encode(bytes));
}

fn later(bundle: &mut Value, field: &str) {
    let number = &mut at(bundle, ENTRY)[field];
    let value: u64 = number.as_str().unwrap().parse().unwrap();
    *number = json!((value + 1).to_string());
}

/// Where the signer's certificate stands.
fn certificate(bundle: &Value) -> &'static str {
    let single = "/verificationMaterial/certificate/rawBytes";
    let chain = "/verificationMaterial/x509CertificateChain/certificates/0/rawBytes";
    if bundle.pointer(single).is_some() { single } else { chain }
}

/// Turns a bit of the certificate, so many bytes after where `pattern` begins.
fn in_certificate(bundle: &mut Value, pattern: &[u8], after: usize) {
    let pointer = certificate(bundle);
    let bytes = STANDARD.decode(at(bundle, pointer).as_str().unwrap()).unwrap();
    let found = bytes.windows(pattern.len()).position(|window| window == pattern);
    flip(bundle, pointer, found.unwrap() + after);
}

/// One released bundle, its signer, and another of the same format and signer, out of another tree.
struct Case {
    file: String,
    signer: SigstoreIdentity,
    bundle: Value,
    other: Value,
}

fn cases() -> Vec<Case> {
    let signers = Signers::embedded();
    let all: Vec<_> = released()
        .into_iter()
        .map(|one| {
            let bundle: Value = serde_json::from_str(&one.bundle).unwrap();
            let signer = signers.of(one.version.series(), ArtifactKind::Source).unwrap().sigstore.clone();
            (one.file, signer.unwrap(), bundle)
        })
        .collect();
    let root = |bundle: &Value| bundle.pointer(PROOF).unwrap()["rootHash"].clone();
    let alike = |a: &Value, b: &Value| a["mediaType"] == b["mediaType"] && root(a) != root(b);
    let case = |(file, signer, bundle): &(String, SigstoreIdentity, Value)| {
        let (_, _, other) = all.iter().find(|(_, by, other)| by == signer && alike(bundle, other))?;
        Some(Case { file: file.clone(), signer: signer.clone(), bundle: bundle.clone(), other: other.clone() })
    };
    let cases: Vec<_> = all.iter().filter_map(case).collect();
    assert!(
        all.is_empty() || cases.len() >= 100,
        "only {} of {} have another to take parts from",
        cases.len(),
        all.len()
    );
    cases
}

#[test]
fn every_part_of_a_released_bundle_counts_and_is_named_where_it_is_wrong() {
    let verifier = SigstoreVerifier::embedded().unwrap();
    let refused = |bundle: &Value, signer: &SigstoreIdentity| {
        let verdict = verifier.verify(&bundle.to_string(), signer);
        verdict.map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
    };
    for Case { file, signer, bundle, other } in cases() {
        assert_eq!((refused(&bundle, &signer), refused(&other, &signer)), ("accepted".into(), "accepted".into()));
        for (name, tamper, words) in TAMPERINGS {
            let mut tampered = bundle.clone();
            tamper(&mut tampered, &other);
            assert_ne!(tampered, bundle, "{file}: {name} changes nothing");
            let refusal = refused(&tampered, &signer);
            assert!(words.iter().any(|words| refusal.starts_with(words)), "{file} with {name}: {refusal}");
        }
    }
}

#[test]
fn a_released_bundle_with_any_key_doubled_is_refused() {
    let verifier = SigstoreVerifier::embedded().unwrap();
    let mut formats = BTreeMap::new();
    for Case { file, signer, bundle, .. } in cases() {
        // One of each format has every key there is.
        if formats.insert(bundle["mediaType"].to_string(), file).is_some() {
            continue;
        }
        let text = bundle.to_string();
        let keys = text.match_indices("\":").map(|(end, _)| (text[..end].rfind('"').unwrap(), end + 2));
        let keys: Vec<_> = keys.collect();
        assert!(keys.len() > 20, "{text}");
        for (start, end) in keys {
            let key = &text[start..end];
            let doubled = format!("{}{key}null,{}", &text[..start], &text[start..]);
            let refusal = verifier.verify(&doubled, &signer).unwrap_err().to_string();
            let name = key.trim_end_matches(':');
            let words = format!("the bundle is malformed: key {name} stands twice in one object");
            assert!(refusal.starts_with(&words), "{key}: {refusal}");
        }
    }
}

#[test]
fn a_released_bundle_around_a_hundred_thousand_levels_is_refused() {
    let verifier = SigstoreVerifier::embedded().unwrap();
    for Case { signer, bundle, .. } in cases() {
        let deep = format!("{{\"version\":{}null{},", "[".repeat(100_000), "]".repeat(100_000));
        let deep = bundle.to_string().replacen('{', &deep, 1);
        let refusal = verifier.verify(&deep, &signer).unwrap_err().to_string();
        assert!(refusal.starts_with("the bundle is malformed: nested deeper than 32 levels"), "{refusal}");
    }
}

/// Each party's window in the built-in trust root ends a minute after it begins, or the demo's stand in its place.
#[test]
fn no_released_bundle_verifies_once_a_party_is_not_trusted_or_was_not_trusted_then() {
    let real: Value = serde_json::from_str(sigstore_verify::trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT).unwrap();
    let other: Value = serde_json::from_str(&Authority::new().unwrap().trusted_root()).unwrap();
    let ended = |part: &str| {
        let mut root = real.clone();
        for party in root[part].as_array_mut().unwrap() {
            let party = if part == "certificateAuthorities" { party } else { &mut party["publicKey"] };
            let start: jiff::Timestamp = party["validFor"]["start"].as_str().unwrap().parse().unwrap();
            party["validFor"]["end"] = json!((start + jiff::SignedDuration::from_mins(1)).to_string());
        }
        root
    };
    let foreign = |part: &str| {
        let mut root = real.clone();
        root[part] = other[part].clone();
        root
    };
    let parties = [
        ("certificateAuthorities", "the bundle's certificate does not verify: "),
        ("ctlogs", "the bundle's certificate timestamp does not verify: "),
        ("tlogs", PROMISED),
    ];
    for (part, words) in parties {
        for root in [ended(part), foreign(part)] {
            let verifier = SigstoreVerifier::from_trusted_root(&root.to_string()).unwrap();
            for Case { file, signer, bundle, .. } in cases() {
                let refusal = verifier.verify(&bundle.to_string(), &signer).unwrap_err().to_string();
                assert!(refusal.starts_with(words), "{file} without {part}: {refusal}");
            }
        }
    }
}
