//! Keys and signatures that gpg made, over the same bytes, with digests that rPGP's own keys refuse to sign.

use super::*;
use crate::verify::openpgp::KeyFileError;

const KEY: &str = include_str!("gnupg/key.asc");
const WEAK_KEY: &str = include_str!("gnupg/weak-key.asc");

fn judged(asc: &str) -> Result<OpenPgpEvidence, OpenPgpError> {
    let fingerprint: Fingerprint = "B3F5B9A8DD6CFD025B775593BEBAC2A33E802C98".parse().unwrap();
    let mut keyring = Keyring::new();
    keyring.add(&fingerprint, KEY).unwrap();
    let OpenPgpState::Unchecked(claim) = keyring.judge(asc, &[fingerprint], day(1000))? else { panic!("it is pinned") };
    let mut digest = OpenPgpDigest::new(*claim);
    digest.update(BYTES);
    digest.finish()
}

#[test]
fn every_digest_of_the_sha_2_family_will_do() {
    let signatures = [
        include_str!("gnupg/SHA224.asc"),
        include_str!("gnupg/SHA256.asc"),
        include_str!("gnupg/SHA384.asc"),
        include_str!("gnupg/SHA512.asc"),
    ];
    for asc in signatures {
        assert_eq!(judged(asc).unwrap().made_at(), day(10), "{asc}");
    }
}

#[test]
fn a_good_signature_over_a_sha_1_digest_or_over_text_is_refused() {
    insta::assert_snapshot!(judged(include_str!("gnupg/SHA1.asc")).unwrap_err(), @"the signature's digest is SHA1; expected SHA-2 or SHA-3");
    insta::assert_snapshot!(judged(include_str!("gnupg/text.asc")).unwrap_err(), @"the signature's type is Text; expected Binary");
}

#[test]
fn a_key_that_its_holder_vouches_for_by_sha_1_alone_is_refused() {
    let fingerprint: Fingerprint = "36A7BB145663C0E6C87C9F525EB036FD8A12FD9B".parse().unwrap();
    let error = Keyring::new().add(&fingerprint, WEAK_KEY).unwrap_err();
    assert_eq!(error, KeyFileError::Unbound(fingerprint));
}
