//! Upstream's bundles verify with the pinned signers and with nobody else.

use std::collections::BTreeMap;

use pybump::model::{ArtifactKind, Series, Signers, SigstoreIdentity};
use pybump::verify::sigstore::{BundleError, SigstoreVerifier};

use super::data::released;

#[test]
fn every_released_bundle_verifies_with_its_pinned_signer_and_names_its_digest() {
    let verifier = SigstoreVerifier::embedded().unwrap();
    let signers = Signers::embedded();
    let mut formats = BTreeMap::<_, u32>::new();
    for artifact in released() {
        let signer = signers.of(artifact.version.series(), ArtifactKind::Source).unwrap().sigstore.as_ref().unwrap();
        let evidence = verifier.verify(&artifact.bundle, signer).unwrap_or_else(|e| panic!("{}: {e}", artifact.file));
        assert_eq!(evidence.sha256(), artifact.sha256, "{}", artifact.file);
        assert_eq!(evidence.signer(), signer);
        *formats.entry(evidence.media_type()).or_default() += 1;
    }
    println!("verified by format: {formats:?}");
}

#[test]
fn no_released_bundle_verifies_for_another_signer() {
    let verifier = SigstoreVerifier::embedded().unwrap();
    let signers = Signers::embedded();
    for artifact in released() {
        let signer = signers.of(artifact.version.series(), ArtifactKind::Source).unwrap().sigstore.as_ref().unwrap();
        let others = (7..=17)
            .map(|minor| signers.of(Series::new(3, minor), ArtifactKind::Source).unwrap().sigstore.as_ref().unwrap());
        let SigstoreIdentity { identity, issuer } = signer;
        let identities = [
            identity.to_uppercase(),
            format!("{identity} "),
            format!("{identity}\0"),
            format!("{identity}.evil.org"),
            identity.replace('o', "\u{43e}").replace('a', "\u{430}"),
        ];
        let issuers = [
            format!("{issuer}/"),
            issuer.replace("https:", "http:"),
            issuer.replace("https://", "https://github.com@"),
            issuer.to_uppercase(),
        ];
        let identities = identities.map(|identity| SigstoreIdentity { identity, issuer: issuer.clone() });
        let issuers = issuers.map(|issuer| SigstoreIdentity { identity: identity.clone(), issuer });
        let look_alikes = identities.into_iter().chain(issuers).collect::<Vec<_>>();
        for expected in others.filter(|other| *other != signer).chain(&look_alikes) {
            let refusal = verifier.verify(&artifact.bundle, expected).unwrap_err();
            let wrong = BundleError::WrongSigner { expected: expected.clone(), found: signer.clone() };
            assert_eq!(refusal, wrong, "{}", artifact.file);
        }
    }
}

#[test]
fn no_released_bundle_verifies_for_another_digest() {
    let verifier = SigstoreVerifier::embedded().unwrap();
    let signers = Signers::embedded();
    let released = released();
    for (artifact, other) in released.iter().zip(released.iter().skip(1)) {
        let digest = |bundle: &str| -> String {
            let bundle: serde_json::Value = serde_json::from_str(bundle).unwrap();
            bundle["messageSignature"]["messageDigest"]["digest"].as_str().unwrap().to_owned()
        };
        let swapped = artifact.bundle.replace(&digest(&artifact.bundle), &digest(&other.bundle));
        assert_ne!(swapped, artifact.bundle);
        let signer = signers.of(artifact.version.series(), ArtifactKind::Source).unwrap().sigstore.as_ref().unwrap();
        let refusal = verifier.verify(&swapped, signer).unwrap_err();
        assert!(matches!(refusal, BundleError::Unverified { .. }), "{}: {refusal}", artifact.file);
    }
}
