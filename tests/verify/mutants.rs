//! Ten thousand single-byte mutants of upstream's bundles: each is refused, or differs where no verifier looks and
//! still proves the same.

use std::collections::BTreeMap;

use pybump::model::{ArtifactKind, Signers};
use pybump::verify::sigstore::{SigstoreEvidence, SigstoreVerifier};
use serde_json::Value;

use super::data::released;

const MUTANTS: usize = 10_000;
const CHECKPOINT: &str = "/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint/envelope";
const TIMESTAMP: &str = "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp";

/// Why a mutant proves what the bundle proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harmless {
    /// The JSON means the same: white space, or another spelling of a character.
    SameJson,
    /// The checkpoint's signature line, behind what is signed: the signer's name there is a hint.
    CheckpointSignatureLine,
    /// In a timestamp token of RFC 3161 the framing, or the copy of the authority's certificate, in whose stead the trust
    /// root's counts. What the token signs is bound.
    TimestampToken,
}

#[test]
fn single_byte_mutants_are_refused_or_harmless() {
    let verifier = SigstoreVerifier::embedded().unwrap();
    let signers = Signers::embedded();
    let bundles: Vec<_> = released()
        .into_iter()
        .map(|artifact| {
            let signer = signers.of(artifact.version.series(), ArtifactKind::Source).unwrap().sigstore.clone().unwrap();
            let evidence = verifier.verify(&artifact.bundle, &signer).unwrap();
            (artifact, signer, evidence)
        })
        .collect();
    if bundles.is_empty() {
        return;
    }
    let mut accepted = BTreeMap::<Harmless, usize>::new();
    let mut random = SplitMix(20_260_722);
    for _ in 0..MUTANTS {
        let (artifact, signer, evidence) = &bundles[random.below(bundles.len())];
        let position = random.below(artifact.bundle.len());
        let change = u8::try_from(1 + random.below(255)).unwrap();
        let mut mutant = artifact.bundle.clone().into_bytes();
        mutant[position] ^= change;
        let Ok(mutant) = String::from_utf8(mutant) else { continue };
        if let Ok(found) = verifier.verify(&mutant, signer) {
            let at = format!("{} byte {position} ^ {change:#04x}", artifact.file);
            assert_eq!(proven(&found), proven(evidence), "{at} proves something else");
            let why = harmless(&artifact.bundle, &mutant).unwrap_or_else(|| panic!("{at} is accepted"));
            *accepted.entry(why).or_default() += 1;
        }
    }
    println!("{MUTANTS} mutants of {} bundles, accepted: {accepted:?}", bundles.len());
}

/// All that `evidence` says but the digest of the bundle's own bytes.
fn proven(evidence: &SigstoreEvidence) -> Value {
    let mut proven = serde_json::to_value(evidence).unwrap();
    proven["file_sha256"].take();
    proven
}

fn harmless(original: &str, mutant: &str) -> Option<Harmless> {
    let [original, mutant] =
        [original, mutant].map(|text| serde_json::from_str::<Value>(text).expect("it was accepted"));
    let same_without = |pointer, bound: &dyn Fn(&str) -> String| {
        let [original, mutant] = [&original, &mutant].map(|bundle| {
            let mut bundle = bundle.clone();
            if let Some(Value::String(part)) = bundle.pointer_mut(pointer) {
                *part = bound(part);
            }
            bundle
        });
        original == mutant
    };
    let signed_part = |note: &str| note.split("\n\n").next().unwrap_or_default().to_owned();
    if original == mutant {
        Some(Harmless::SameJson)
    } else if same_without(CHECKPOINT, &signed_part) {
        Some(Harmless::CheckpointSignatureLine)
    } else if same_without(TIMESTAMP, &|_| String::new()) {
        Some(Harmless::TimestampToken)
    } else {
        None
    }
}

/// The generator `SplitMix64`, so that every run makes the same mutants.
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % end as u64).expect("it is below a usize")
    }
}
