//! Bundles that verify, and what a change of one byte does.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::demo::authority::{Authority, Signing};

/// A verifier, a bundle that it accepts, and the bundle's signer.
fn signed() -> (SigstoreVerifier, String, SigstoreIdentity) {
    let authority = Authority::new().unwrap();
    let verifier = SigstoreVerifier::from_trusted_root(&authority.trusted_root()).unwrap();
    let (identity, issuer) = ("hugo@python.org".to_owned(), "https://github.com/login/oauth".to_owned());
    let identity = SigstoreIdentity { identity, issuer };
    let signed_at = "2025-10-07T12:34:56Z".parse().unwrap();
    let signing = Signing { identity: identity.clone(), signed_at, flaw: None };
    (verifier, authority.sign(&Sha256::of(b""), &signing).unwrap(), identity)
}

fn root_refusal(change: impl FnOnce(&mut Value)) -> String {
    let mut root = serde_json::from_str(&Authority::new().unwrap().trusted_root()).unwrap();
    change(&mut root);
    SigstoreVerifier::from_trusted_root(&root.to_string()).err().unwrap().to_string()
}

#[test]
fn one_verifier_serves_all_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&SigstoreVerifier::embedded().unwrap());
}

#[test]
fn evidence_serialises_with_everything_that_was_proven() {
    let (verifier, bundle, identity) = signed();
    let mut evidence = serde_json::to_value(verifier.verify(&bundle, &identity).unwrap()).unwrap();
    assert_eq!(evidence["log_id"].take().as_str().map(str::len), Some(64));
    assert_eq!(evidence["file_sha256"].take(), json!(Sha256::of(bundle.as_bytes())));
    let expected = json!({
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "signer": { "identity": "hugo@python.org", "issuer": "https://github.com/login/oauth" },
        "signed_at": "2025-10-07T12:34:56Z",
        "log_index": 1_058_288,
        "log_id": null,
        "media_type": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "file_sha256": null,
    });
    assert_eq!(evidence, expected);
}

#[test]
fn demo_bundles_do_not_verify_in_public_and_the_other_way_round() {
    let (_, bundle, identity) = signed();
    let refusal = SigstoreVerifier::embedded().unwrap().verify(&bundle, &identity).unwrap_err();
    assert!(matches!(refusal, BundleError::Unverified { check: Check::EntryTimestamp, .. }), "{refusal}");
    let (other, ..) = signed();
    assert!(other.verify(&bundle, &identity).is_err());
}

#[test]
fn trust_roots_that_cannot_serve_are_refused() {
    let text = |text| SigstoreVerifier::from_trusted_root(text).err().unwrap().to_string();
    insta::assert_snapshot!(text("<html>"), @"the trust root is not a Sigstore trusted_root.json: expected value at line 1 column 1");
    insta::assert_snapshot!(text(r#"{"mediaType": "a", "mediaType": "b"}"#), @r#"the trust root is not a Sigstore trusted_root.json: key "mediaType" stands twice in one object at line 1 column 30"#);
    insta::assert_snapshot!(text(&" ".repeat(2 << 20)), @"the trust root is not a Sigstore trusted_root.json: 2097152 bytes long, expected at most 1048576");
    insta::assert_snapshot!(root_refusal(|root| root["mediaType"] = json!("text/plain")), @"the trust root is not a Sigstore trusted_root.json: its mediaType is text/plain");
    insta::assert_snapshot!(root_refusal(|root| root["tlogs"] = json!([])), @"the trust root names no transparency log; expected at least one");
    insta::assert_snapshot!(root_refusal(|root| root["ctlogs"] = json!([])), @"the trust root names no certificate-transparency log; expected at least one");
    insta::assert_snapshot!(root_refusal(|root| root["certificateAuthorities"] = json!([])), @"the trust root names no certificate authority; expected at least one");
    insta::assert_snapshot!(
        root_refusal(|root| root["certificateAuthorities"][0]["certChain"]["certificates"][0]["rawBytes"] = json!("AAAA")),
        @"the trust root cannot be used: certificate authority https://fulcio.pybump.example: unknown/unsupported ASN.1 DER tag: 0x00"
    );
    insta::assert_snapshot!(
        root_refusal(|root| root["certificateAuthorities"][0]["validFor"] = json!({ "start": "2041-01-01T00:00:00Z" })),
        @"the trust root cannot be used: invalid trusted root: trusted validity window ends before it starts"
    );
}

proptest! {
    #[test]
    fn no_change_of_a_byte_makes_it_panic_or_prove_something_else(at: prop::sample::Index, byte in 0_u8..128) {
        let (verifier, bundle, identity) = signed();
        let evidence = verifier.verify(&bundle, &identity).unwrap();
        let at = at.index(bundle.len());
        if bundle.is_char_boundary(at) && bundle.is_char_boundary(at + 1) {
            let mutant = format!("{}{}{}", &bundle[..at], char::from(byte), &bundle[at + 1..]);
            if let Ok(found) = verifier.verify(&mutant, &identity) {
                prop_assert_eq!(SigstoreEvidence { file_sha256: evidence.file_sha256, ..found }, evidence);
            }
        }
    }
}
