//! What a signature must be.

use proptest::prelude::*;

use super::*;
use crate::verify::openpgp::signature::DetachedSignature;

#[test]
fn a_signature_by_the_pinned_key_holds_and_says_who_and_when() {
    let key = manager();
    let evidence = verify(&key, &key.sign(BYTES, day(10), None).unwrap(), BYTES).unwrap();
    assert_eq!((evidence.primary(), evidence.key()), (&key.fingerprint(), &key.fingerprint()));
    assert_eq!(evidence.made_at(), day(10));
}

#[test]
fn the_digest_of_the_file_counts_every_byte_and_a_file_that_is_no_text_is_refused() {
    let key = manager();
    let asc = key.sign(BYTES, day(10), None).unwrap();
    let commented = |comment: &str| asc.replacen("-----\n", &format!("-----\nComment: {comment}\n"), 1);
    for asc in [asc.clone(), format!("\n{asc}"), commented("näher")] {
        let evidence = verify(&key, &asc, BYTES).unwrap();
        assert_eq!(evidence.file_sha256(), crate::model::Sha256::of(asc.as_bytes()));
    }
    let lossy = String::from_utf8_lossy(b"n\xe4her").into_owned();
    insta::assert_snapshot!(verify(&key, &commented(&lossy), BYTES).unwrap_err(), @"the signature file is malformed: it is not UTF-8 text");
}

#[test]
fn other_bytes_are_refused_with_both_digests() {
    let key = manager();
    let asc = key.sign(BYTES, day(10), None).unwrap();
    let error = verify(&key, &asc, b"another release").unwrap_err();
    insta::assert_snapshot!(error, @"the key A967965CE4EEFCCA9FEAC853DDCB68E335540549 signed bytes whose SHA-512 digest begins with 5df7 at 2024-01-11T00:00:00Z; these bytes have 98b92c1b80ad51b46f72940f3bec4554c0eb7d3afa25044abfe1e80f1883308eba27b8c3ecb43b93d37f3a660359d0ab8f187673ccd7ec2a07d53289800b085d, and the signature does not fit them");
    for bytes in [&b""[..], b"a releas", b"a release\n"] {
        assert!(matches!(verify(&key, &asc, bytes), Err(OpenPgpError::Bytes { .. })));
    }
}

#[test]
fn a_strangers_signature_is_refused_with_both_keys() {
    let (key, stranger) = (manager(), OpenPgpKey::new(2, day(0)).unwrap());
    let asc = stranger.sign(BYTES, day(10), None).unwrap();
    insta::assert_snapshot!(verify(&key, &asc, BYTES).unwrap_err(), @"the signature was made by the key 38A823ED1CD0FC3985B5437F0D9409B6567CBF18; expected A967965CE4EEFCCA9FEAC853DDCB68E335540549");
}

#[test]
fn a_stranger_with_the_same_key_id_is_refused_by_its_signature() {
    let (key, stranger) = (manager(), OpenPgpKey::new(2, day(0)).unwrap());
    let id = key.fingerprint().to_string()[24..].to_owned();
    let asc = stranger.sign(BYTES, day(10), Some(&SignatureFlaw::Claims(id.clone()))).unwrap();
    assert!(matches!(verify(&key, &asc, BYTES), Err(OpenPgpError::Bytes { .. })));
    let asc = key.sign(BYTES, day(10), Some(&SignatureFlaw::Claims(id.clone()))).unwrap();
    assert!(verify(&key, &asc, BYTES).is_ok(), "the id alone will do where the signature holds");
    let short = format!("00000000{}", &id[8..]);
    let asc = stranger.sign(BYTES, day(10), Some(&SignatureFlaw::Claims(short.clone()))).unwrap();
    let error = verify(&key, &asc, BYTES).unwrap_err().to_string();
    assert!(error.contains(&short) && error.contains(&key.fingerprint().to_string()), "{error}");
}

#[test]
fn a_stranger_who_names_the_whole_fingerprint_is_refused_by_its_signature() {
    let (key, stranger) = (manager(), OpenPgpKey::new(2, day(0)).unwrap());
    let claims = SignatureFlaw::ClaimsKey(key.fingerprint());
    let asc = stranger.sign(BYTES, day(10), Some(&claims)).unwrap();
    assert!(matches!(verify(&key, &asc, BYTES), Err(OpenPgpError::Bytes { .. })));
    assert!(verify(&key, &key.sign(BYTES, day(10), Some(&claims)).unwrap(), BYTES).is_ok());
}

#[test]
fn signatures_that_bind_no_bytes_are_refused_by_their_kind() {
    let refused = |flaw| signed_with(&manager(), 10, Some(&flaw));
    insta::assert_snapshot!(refused(SignatureFlaw::Text), @"the signature's type is Text; expected Binary");
    insta::assert_snapshot!(refused(SignatureFlaw::NoTime), @"the signature has no time of signing");
    insta::assert_snapshot!(refused(SignatureFlaw::NoIssuer), @"the signature has no issuer");
}

#[test]
fn a_signature_from_the_future_or_past_its_end_is_refused() {
    insta::assert_snapshot!(signed_with(&manager(), 1001, None), @"the signature says that it was made at 2026-09-28T00:00:00Z, which is yet to come");
    assert_eq!(signed_with(&manager(), 1000, None), "");
    insta::assert_snapshot!(signed_with(&manager(), 998, Some(&SignatureFlaw::Ends(2 * 86400))), @"the signature made at 2026-09-25T00:00:00Z ended at 2026-09-27T00:00:00Z");
    assert_eq!(signed_with(&manager(), 998, Some(&SignatureFlaw::Ends(2 * 86400 + 1))), "");
}

/// The armored text of all packets of `texts`.
fn joined(texts: &[&str]) -> String {
    let body = |text: &&str| crate::verify::openpgp::armor::decode(text.trim()).unwrap();
    let bytes: Vec<u8> = texts.iter().flat_map(body).collect();
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PGP SIGNATURE-----\n\n{}\n-----END PGP SIGNATURE-----\n", lines.join("\n"))
}

#[test]
fn a_second_signature_is_refused_good_or_bad_in_one_block_or_two() {
    let (key, stranger) = (manager(), OpenPgpKey::new(2, day(0)).unwrap());
    let good = key.sign(BYTES, day(10), None).unwrap();
    assert!(verify(&key, &joined(&[&good]), BYTES).is_ok());
    for second in [key.sign(BYTES, day(10), None).unwrap(), stranger.sign(b"other", day(10), None).unwrap()] {
        let two_packets = verify(&key, &joined(&[&good, &second]), BYTES).unwrap_err();
        assert_eq!(two_packets.to_string(), "the signature file holds 2 packets; expected 1");
        let two_blocks = verify(&key, &format!("{good}{second}"), BYTES).unwrap_err();
        assert_eq!(two_blocks.to_string(), "the signature file holds 2 armor blocks; expected 1");
    }
}

#[test]
fn what_is_no_signature_is_refused_and_quoted_safely() {
    let key = manager();
    let good = key.sign(BYTES, day(10), None).unwrap();
    let certificate = key.certificate().unwrap();
    let refused = |text: &str| verify(&key, text, BYTES).unwrap_err().to_string();
    insta::assert_snapshot!(refused(""), @"the signature file is malformed: it has no line -----BEGIN PGP SIGNATURE-----");
    insta::assert_snapshot!(refused("<html>\u{1b}[31mnot found</html>"), @"the signature file is malformed: it has no line -----BEGIN PGP SIGNATURE-----");
    insta::assert_snapshot!(refused(&certificate), @"the signature file is malformed: it has no line -----BEGIN PGP SIGNATURE-----");
    insta::assert_snapshot!(refused(&certificate.replace("PUBLIC KEY BLOCK", "SIGNATURE")), @"the signature file holds 3 packets; expected 1");
    insta::assert_snapshot!(refused(&format!("Good signature!\n{good}")), @"the signature file is malformed: it has more than a signature's armor block");
    insta::assert_snapshot!(refused(&"-".repeat(70_000)), @"the signature file is 70000 bytes long; expected at most 65536");
    insta::assert_snapshot!(refused(&good.replace("-----END", "=AAAA\n-----END")), @"the signature file is malformed: its armor cannot be read");
}

#[test]
fn packets_that_claim_more_than_there_is_are_refused_without_room_being_made_for_them() {
    let key = manager();
    for head in
        [&[0xc2, 0xff, 0xff, 0xff, 0xff, 0xff][..], &[0xc2, 0xfe], &[0x8b, 4], &[0xc8, 0xff, 0x7f, 0xff, 0xff, 0xff, 1]]
    {
        let bytes = [head, &[4, 0, 22, 10, 0xff, 0xff]].concat();
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bytes);
        let asc = format!("-----BEGIN PGP SIGNATURE-----\n\n{text}\n-----END PGP SIGNATURE-----\n");
        let error = verify(&key, &asc, BYTES).unwrap_err().to_string();
        assert!(error.len() < 400 && error.starts_with("the signature"), "{head:x?}: {error}");
    }
}

#[test]
fn a_cut_signature_is_refused_wherever_it_is_cut() {
    let key = manager();
    let good = key.sign(BYTES, day(10), None).unwrap();
    let whole = good.trim_end().len();
    for length in 0..whole {
        assert!(verify(&key, &good[..length], BYTES).is_err(), "{length} of {whole} bytes");
        let ended = format!("{}\n-----END PGP SIGNATURE-----\n", &good[..length]);
        let same = || {
            crate::verify::openpgp::armor::decode(ended.trim()) == crate::verify::openpgp::armor::decode(good.trim())
        };
        assert!(verify(&key, &ended, BYTES).is_err() || same(), "{length} of {whole} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_signature_with_a_byte_changed_is_refused_or_says_the_same(at in 0_usize..10_000, change in 1_u8..=255) {
        let key = manager();
        let good = key.sign(BYTES, day(10), None).unwrap();
        let mut bytes = crate::verify::openpgp::armor::decode(good.trim()).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= change;
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bytes);
        let asc = format!("-----BEGIN PGP SIGNATURE-----\n\n{text}\n-----END PGP SIGNATURE-----\n");
        // The same can be written in more than one way (how long a packet's length is, how many bits a number has), and what
        // is not under the signature (a second hint at the key) binds nothing.
        let said = |asc: &str| {
            let read = DetachedSignature::parse(asc).unwrap().packet;
            let signed: Vec<_> = read.config().unwrap().hashed_subpackets().cloned().collect();
            (signed, read.signature().cloned())
        };
        prop_assert!(verify(&key, &asc, BYTES).is_err() || said(&asc) == said(&good), "byte {} of {}", at, bytes.len());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(-----BEGIN PGP SIGNATURE-----\n\n)?[A-Za-z0-9+/=\n]{0,200}(-----END PGP SIGNATURE-----)?.{0,20}") {
        let (keyring, pins) = pinned(&manager());
        prop_assert!(keyring.judge(&text, &pins, day(1000)).is_err());
    }
}
