//! The authority makes what verifiers accept, and each flaw makes what they refuse.

use proptest::prelude::*;
use sigstore_verify::trust_root::TrustedRoot;
use sigstore_verify::types::Bundle;

use super::*;
use crate::verify::sigstore::{BundleError, Check, SigstoreEvidence, SigstoreVerifier};

fn signing(flaw: Option<Flaw>) -> Signing {
    let (identity, issuer) = ("hugo@python.org".to_owned(), "https://github.com/login/oauth".to_owned());
    Signing {
        identity: SigstoreIdentity { identity, issuer },
        signed_at: "2025-10-07T12:34:56Z".parse().unwrap(),
        flaw,
    }
}

fn authority() -> (Authority, SigstoreVerifier) {
    let authority = Authority::new().unwrap();
    let verifier = SigstoreVerifier::from_trusted_root(&authority.trusted_root()).unwrap();
    (authority, verifier)
}

/// Which refusal a flaw must meet: the variant, and words that only the intended reason has.
enum Refusal {
    Unverified(Check, &'static str),
    Missing(&'static str),
    Unsupported(&'static str),
    Malformed(&'static str),
    WrongSigner,
    TooLarge,
}

#[allow(clippy::enum_glob_use, reason = "a table of sixty flaws reads better without sixty prefixes")]
fn refusal(flaw: Flaw) -> Refusal {
    use Flaw::*;
    use Refusal::*;
    match flaw {
        ForeignAuthority | EndedAuthority | UnbegunAuthority | ExpiredAuthorityCertificate => {
            Unverified(Check::Certificate, "UnknownIssuer")
        }
        ForeignAuthoritySameName => Unverified(Check::Certificate, "InvalidSignatureForPublicKey"),
        NoCodeSigning => Unverified(Check::Certificate, "RequiredEkuNotFound"),
        SignedBeforeCertificate => Unverified(Check::Certificate, "CertNotValidYet"),
        SignedAfterCertificate => Unverified(Check::Certificate, "CertExpired"),
        UriIdentity | OtherIssuer => WrongSigner,
        NoCertificateTimestamp => Unverified(Check::CertificateTimestamp, "missing SCT"),
        TwoCertificateTimestamps => Unverified(Check::CertificateTimestamp, "multiple SCTs"),
        CertificateTimestampOfUnknownLog | CertificateTimestampOfEndedLog => {
            Unverified(Check::CertificateTimestamp, "key not found or not valid at 2025-10-07T12:34:56Z")
        }
        ForgedCertificateTimestamp | CertificateTimestampOfOtherCertificate => {
            Unverified(Check::CertificateTimestamp, "signature invalid")
        }
        NoEntryTimestamp => Missing("entry timestamp"),
        EntryTimestampOfUnknownLog | ForgedLogId => Unverified(Check::EntryTimestamp, "No log key valid"),
        ForgedEntryTimestamp
        | EntryTimestampOfOtherTime
        | EntryTimestampOfOtherIndex
        | AlteredEntry
        | SwappedEntryTimestamp => Unverified(Check::EntryTimestamp, "signature invalid"),
        SignedInTheFuture => Unverified(Check::SigningTime, "in the future"),
        NoInclusionProof => Missing("inclusion proof"),
        ProofOfOtherHash | ProofOfOtherIndex | EntryNotInTree | SwappedInclusionProof => {
            Unverified(Check::InclusionProof, "root hash mismatch")
        }
        ProofOfOtherSize => {
            Unverified(Check::Checkpoint, "over a tree of 11 entries, the inclusion proof over one of 12")
        }
        ShortProof => Unverified(Check::InclusionProof, "expected 4 proof hashes, got 3"),
        LongProof => Unverified(Check::InclusionProof, "expected 4 proof hashes, got 5"),
        NoCheckpoint => Missing("checkpoint"),
        CheckpointOfUnknownLog => Unverified(Check::Checkpoint, "No matching Rekor key"),
        ForgedCheckpoint => Unverified(Check::Checkpoint, "No valid Rekor signature"),
        CheckpointOfOtherRoot => Unverified(Check::Checkpoint, "does not match checkpoint root"),
        NoEntry => Missing("log entry"),
        TwoEntries => Unsupported("number of log entries is 2; expected 1"),
        OtherEntryKind => Unsupported("log entry is hashedrekord 0.0.2; expected hashedrekord 0.0.1"),
        EntryOfOtherDigest | SwappedEntry => Unverified(Check::LogEntry, "artifact hash mismatch"),
        EntryOfOtherSignature => Unverified(Check::LogEntry, "signature in bundle does not match"),
        EntryOfOtherCertificate => Unverified(Check::LogEntry, "certificate in bundle does not match"),
        SwappedDigest | SwappedSignature | SwappedCertificate => Unverified(Check::Signature, "signature invalid"),
        NoMediaType => Missing("mediaType"),
        UnknownMediaType => Unsupported("mediaType is application/vnd.dev.sigstore.bundle.v9.9+json; expected"),
        NoDigest => Missing("message digest"),
        ShortDigest => Unsupported("message digest is SHA2_256 of 31 bytes; expected SHA2_256 of 32 bytes"),
        OtherDigestAlgorithm => Unsupported("digest algorithm is SHA2_512; expected SHA2_256"),
        UnknownField => Unsupported("field is inclusion_proof; expected a field of Sigstore bundles"),
        SecondContent => Unsupported("content is a dsseEnvelope; expected a messageSignature"),
        SecondCertificate => Unsupported("signing key is a certificate and an x509CertificateChain"),
        KeyWithoutCertificate => Unsupported("signing key is a publicKey; expected a certificate"),
        DuplicateKey => Malformed("key \"digest\" stands twice in one object at line 1"),
        DeepNesting => Malformed("nested deeper than 32 levels"),
        Truncated => Malformed("EOF while parsing"),
        Oversized => TooLarge,
    }
}

#[test]
fn every_flaw_is_refused_for_what_it_is_and_the_same_signing_without_it_verifies() {
    let (authority, verifier) = authority();
    // The tree index follows from the digest; this one's proof has four hashes.
    let digest = Sha256::of(b"Python-3.14.0.tar.xz");
    for flaw in Flaw::ALL {
        let bad = signing(Some(*flaw));
        let good = authority.sign(&digest, &signing(None)).unwrap();
        assert_eq!(verifier.verify(&good, &bad.identity).map(|evidence| evidence.sha256()), Ok(digest));

        let error = verifier.verify(&authority.sign(&digest, &bad).unwrap(), &bad.identity).unwrap_err();
        let text = error.to_string();
        let as_expected = match (refusal(*flaw), &error) {
            (Refusal::Unverified(expected, words), BundleError::Unverified { check, .. }) => {
                expected == *check && text.contains(words)
            }
            (Refusal::Missing(expected), BundleError::Missing(part)) => expected == *part,
            (Refusal::Unsupported(words), BundleError::Unsupported { .. })
            | (Refusal::Malformed(words), BundleError::Malformed(_)) => text.contains(words),
            (Refusal::WrongSigner, BundleError::WrongSigner { expected, .. }) => *expected == bad.identity,
            (Refusal::TooLarge, BundleError::TooLarge { .. }) => true,
            _ => false,
        };
        assert!(as_expected, "{flaw:?}: {text}");
    }
}

/// Or the tests above would pass for other reasons than the windows.
#[test]
fn flaws_of_windows_vanish_with_the_windows() {
    let authority = Authority::new().unwrap();
    let mut root: serde_json::Value = serde_json::from_str(&authority.trusted_root()).unwrap();
    for part in ["certificateAuthorities", "ctlogs"] {
        for entry in root[part].as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().remove("validFor");
            if let Some(key) = entry.get_mut("publicKey") {
                key.as_object_mut().unwrap().remove("validFor");
            }
        }
    }
    let verifier = SigstoreVerifier::from_trusted_root(&root.to_string()).unwrap();
    let digest = Sha256::of(b"");
    for flaw in [Flaw::EndedAuthority, Flaw::UnbegunAuthority, Flaw::CertificateTimestampOfEndedLog] {
        let signing = signing(Some(flaw));
        let bundle = authority.sign(&digest, &signing).unwrap();
        assert!(verifier.verify(&bundle, &signing.identity).is_ok(), "{flaw:?}");
    }

    let signing = signing(Some(Flaw::ExpiredAuthorityCertificate));
    let bundle = authority.sign(&digest, &signing).unwrap();
    assert!(verifier.verify(&bundle, &signing.identity).is_err());
    let root = TrustedRoot::from_json(&root.to_string()).unwrap();
    let policy = sigstore_verify::VerificationPolicy::any_identity();
    let digest = sigstore_verify::types::Sha256Hash::new(*digest.as_bytes());
    let crate_alone = sigstore_verify::verify(digest, &Bundle::from_json(&bundle).unwrap(), &policy, &root);
    assert!(crate_alone.is_ok(), "the product must check these dates, for the crate does not");
}

#[test]
fn another_signer_is_named_only_if_all_else_verifies() {
    let (authority, verifier) = authority();
    let digest = Sha256::of(b"");
    let expected = signing(None).identity;
    let signed = |identity: &str, issuer: &str, flaw| {
        let identity = SigstoreIdentity { identity: identity.to_owned(), issuer: issuer.to_owned() };
        let bundle = authority.sign(&digest, &Signing { identity, ..signing(flaw) }).unwrap();
        verifier.verify(&bundle, &expected).unwrap_err().to_string()
    };
    let github = "https://github.com/login/oauth";
    insta::assert_snapshot!(signed("pablogsal@python.org", "https://accounts.google.com", None), @"the bundle was signed by pablogsal@python.org (issuer https://accounts.google.com); expected hugo@python.org (issuer https://github.com/login/oauth)");
    insta::assert_snapshot!(signed("hugo@python.org.example", github, None), @"the bundle was signed by hugo@python.org.example (issuer https://github.com/login/oauth); expected hugo@python.org (issuer https://github.com/login/oauth)");
    insta::assert_snapshot!(signed("hugo@python.org", "https://github.com/login/oauth/", None), @"the bundle was signed by hugo@python.org (issuer https://github.com/login/oauth/); expected hugo@python.org (issuer https://github.com/login/oauth)");
    insta::assert_snapshot!(signed("hugo@python.org\n", github, None), @r"the bundle was signed by hugo@python.org\n (issuer https://github.com/login/oauth); expected hugo@python.org (issuer https://github.com/login/oauth)");
    insta::assert_snapshot!(signed("eve@python.org", github, Some(Flaw::ForgedCheckpoint)), @"the bundle's checkpoint does not verify: invalid checkpoint: No valid Rekor signature found on checkpoint");
}

/// All that `evidence` says but the digest of the bundle's own bytes.
fn proven(evidence: &SigstoreEvidence) -> serde_json::Value {
    let mut proven = serde_json::to_value(evidence).unwrap();
    proven["file_sha256"].take();
    proven
}

/// What no verifier binds, and need not: digest, signer and time are bound without it.
#[test]
fn what_is_not_bound_is_harmless() {
    let (authority, verifier) = authority();
    let good = signing(None);
    let bundle = authority.bundle(&Sha256::of(b""), &good).unwrap();
    let evidence = verifier.verify(&bundle.json().to_string(), &good.identity).unwrap();

    let other_name = bundle.json().to_string().replace("\u{2014} rekor.pybump.example", "\u{2014} anybody");
    let same = |other: &str| proven(&verifier.verify(other, &good.identity).unwrap()) == proven(&evidence);
    assert!(same(&other_name));

    let mut other_checkpoint = bundle.json();
    let again = authority.log.proof(&bundle.entry.body, &bundle.digest, None).unwrap();
    assert_ne!(again.checkpoint, bundle.entry.proof.checkpoint, "ECDSA signatures differ each time");
    other_checkpoint["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["checkpoint"]["envelope"] =
        again.checkpoint.into();
    assert!(same(&other_checkpoint.to_string()));

    let other_issuer = authority.sign(&Sha256::of(b""), &signing(Some(Flaw::OtherIssuer))).unwrap();
    let newer = SigstoreIdentity { issuer: OTHER_ISSUER.to_owned(), ..good.identity };
    assert!(verifier.verify(&other_issuer, &newer).is_ok(), "the older issuer field does not count");
}

#[test]
fn a_time_that_no_certificate_covers_is_refused() {
    let (authority, _) = authority();
    let refused = |signing| authority.sign(&Sha256::of(b""), &signing).unwrap_err().to_string();
    let early = Signing { signed_at: "2020-06-01T00:00:00Z".parse().unwrap(), ..signing(None) };
    insta::assert_snapshot!(refused(early), @"the demo authority signs from 2021-01-02 to 2038-12-31, not at 2020-06-01T00:00:00Z");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_digest_at_any_past_time_verifies(bytes: [u8; 32], second in 1_609_545_600_i64..1_700_000_000) {
        let (authority, verifier) = authority();
        let digest = Sha256::from_bytes(bytes);
        let signing = Signing { signed_at: Timestamp::from_second(second).unwrap(), ..signing(None) };
        let evidence = verifier.verify(&authority.sign(&digest, &signing).unwrap(), &signing.identity).unwrap();
        prop_assert_eq!(evidence.sha256(), digest);
        prop_assert_eq!(evidence.signed_at(), signing.signed_at);
        prop_assert_eq!(evidence.signer(), &signing.identity);
        prop_assert_eq!(evidence.log_index(), 1_000_000 + u64::from(bytes[0]) * 256 + u64::from(bytes[1]));
    }
}
