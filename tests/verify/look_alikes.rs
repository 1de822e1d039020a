//! Signers and issuers that read like the pinned ones, in certificates by an authority that is trusted: each is told apart,
//! and shown so that a reader sees the difference.

use pybump::demo::authority::{Authority, Signing};
use pybump::model::{Sha256, SigstoreIdentity};
use pybump::verify::sigstore::{BundleError, Check, SigstoreVerifier};

const IDENTITY: &str = "hugo@python.org";
const ISSUER: &str = "https://github.com/login/oauth";

/// Identities that are not [`IDENTITY`], and how they are shown where a reader could not tell.
const IDENTITIES: [(&str, &str); 12] = [
    ("hugo@python.org.evil.org", "hugo@python.org.evil.org"),
    ("evil.hugo@python.org", "evil.hugo@python.org"),
    ("hugo@evil.org/hugo@python.org", "hugo@evil.org/hugo@python.org"),
    ("hugo@python.org@evil.org", "hugo@python.org@evil.org"),
    ("HUGO@PYTHON.ORG", "HUGO@PYTHON.ORG"),
    ("hugo@Python.org", "hugo@Python.org"),
    ("hugo@python.org ", "hugo@python.org  (issuer"),
    (" hugo@python.org", "by  hugo@python.org"),
    ("hugo@python.org.", "hugo@python.org. (issuer"),
    ("hugo@python.org\n", "hugo@python.org\\n"),
    ("hugo@python.org\0", "hugo@python.org\\u{0}"),
    ("hugo@python.org\0.evil.org", "hugo@python.org\\u{0}.evil.org"),
];

/// The same with letters and dots that are not ASCII. No e-mail address in a certificate has any.
const HOMOGLYPHS: [&str; 4] =
    ["hug\u{43e}@python.org", "hugo@p\u{443}thon.org", "hugo@python\u{2024}org", "hugo\u{200b}@python.org"];

const ISSUERS: [&str; 12] = [
    "https://github.com/login/oauth/",
    "http://github.com/login/oauth",
    "HTTPS://github.com/login/oauth",
    "https://GitHub.com/login/oauth",
    "https://github.com@evil.org/login/oauth",
    "https://github.com:443/login/oauth",
    "https://github.com.evil.org/login/oauth",
    "https://github.com/login//oauth",
    "https://github.com/login/oauth?",
    "https://github.com/login/oauth#",
    "https://github.com/login/oauth ",
    "https://g\u{456}thub.com/login/oauth",
];

fn signer(identity: &str, issuer: &str) -> SigstoreIdentity {
    SigstoreIdentity { identity: identity.to_owned(), issuer: issuer.to_owned() }
}

/// What refuses a good bundle by `found` where the pinned signer is expected.
fn refusal(found: &SigstoreIdentity) -> BundleError {
    let authority = Authority::new().unwrap();
    let verifier = SigstoreVerifier::from_trusted_root(&authority.trusted_root()).unwrap();
    let signed_at = "2025-10-07T12:34:56Z".parse().unwrap();
    let sign = |identity: SigstoreIdentity| {
        authority.sign(&Sha256::of(b""), &Signing { identity, signed_at, flaw: None }).unwrap()
    };
    let expected = signer(IDENTITY, ISSUER);
    assert!(verifier.verify(&sign(expected.clone()), &expected).is_ok(), "or all would be refused");
    verifier.verify(&sign(found.clone()), &expected).unwrap_err()
}

#[test]
fn an_identity_that_looks_like_the_pinned_one_is_refused_for_what_it_is() {
    for (identity, shown) in IDENTITIES {
        let found = signer(identity, ISSUER);
        let error = refusal(&found);
        assert_eq!(error, BundleError::WrongSigner { expected: signer(IDENTITY, ISSUER), found }, "{identity:?}");
        let text = error.to_string();
        assert!(text.contains(shown), "{identity:?} is shown as {text}");
    }
}

#[test]
fn an_identity_in_letters_that_only_look_like_ascii_is_no_address() {
    for identity in HOMOGLYPHS {
        let error = refusal(&signer(identity, ISSUER));
        assert!(matches!(error, BundleError::Unverified { check: Check::Certificate, .. }), "{error}");
        assert!(error.to_string().contains("malformed ASN.1 DER value for IA5String"), "{error}");
    }
}

#[test]
fn an_issuer_that_looks_like_the_pinned_one_is_refused_for_what_it_is() {
    for issuer in ISSUERS {
        let found = signer(IDENTITY, issuer);
        let error = refusal(&found);
        assert_eq!(error, BundleError::WrongSigner { expected: signer(IDENTITY, ISSUER), found }, "{issuer}");
        assert!(error.to_string().is_ascii(), "{error}");
    }
}
