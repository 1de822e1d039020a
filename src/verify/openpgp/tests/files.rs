//! Files of keys, and the keys that are built in.

use proptest::prelude::*;

use super::*;
use crate::demo::authority::openpgp::Statement;
use crate::model::Signers;
use crate::verify::openpgp::KeyFileError;

fn added(key: &OpenPgpKey, text: &str) -> Result<(), KeyFileError> {
    Keyring::new().add(&key.fingerprint(), text)
}

#[test]
fn a_key_is_found_in_whichever_armor_block_it_is() {
    let keys = [1, 2, 3].map(|seed| OpenPgpKey::new(seed, day(0)).unwrap());
    let blocks = keys.each_ref().map(|key| key.certificate().unwrap());
    let text = format!("Keys of release managers\n{}\nand\n{}{}", blocks[0], blocks[1], blocks[2]);
    for key in &keys {
        added(key, &text).unwrap();
    }
}

#[test]
fn a_file_without_the_key_is_refused_and_says_whose_it_is() {
    let (key, other) = (manager(), OpenPgpKey::new(2, day(0)).unwrap());
    insta::assert_snapshot!(added(&key, &other.certificate().unwrap()).unwrap_err(), @"the key file holds 38A823ED1CD0FC3985B5437F0D9409B6567CBF18; expected the key A967965CE4EEFCCA9FEAC853DDCB68E335540549");
    insta::assert_snapshot!(added(&key, "garbage").unwrap_err(), @"the key file is malformed: it has no line -----BEGIN PGP PUBLIC KEY BLOCK-----");
    insta::assert_snapshot!(added(&key, &key.sign(BYTES, day(1), None).unwrap()).unwrap_err(), @"the key file is malformed: it has no line -----BEGIN PGP PUBLIC KEY BLOCK-----");
    let certificate = key.certificate().unwrap();
    insta::assert_snapshot!(added(&key, &certificate[..certificate.len() / 2]).unwrap_err(), @"the key file is malformed: a block has no line -----END PGP PUBLIC KEY BLOCK-----");
    insta::assert_snapshot!(added(&key, &certificate.repeat(65)).unwrap_err(), @"the key file is malformed: it has 65 armor blocks; expected at most 64");
    insta::assert_snapshot!(added(&key, &" ".repeat(1 << 21)).unwrap_err(), @"the key file is 2097152 bytes long; expected at most 1048576");
}

#[test]
fn a_key_without_a_word_of_its_holder_is_refused() {
    let key = OpenPgpKey::unstated(1, day(0)).unwrap();
    let error = added(&key, &key.certificate().unwrap()).unwrap_err();
    assert_eq!(error, KeyFileError::Unbound(key.fingerprint()));
}

#[test]
fn a_signature_whose_pinned_key_is_not_at_hand_is_not_checked_and_says_so() {
    let key = manager();
    let asc = key.sign(BYTES, day(10), None).unwrap();
    let state = Keyring::new().judge(&asc, &[key.fingerprint()], day(1000)).unwrap();
    let OpenPgpState::NoKey(missing) = state else { panic!("{state:?}") };
    insta::assert_snapshot!(missing, @"not checked: its key A967965CE4EEFCCA9FEAC853DDCB68E335540549 is not at hand");
    let state = Keyring::new().judge(&asc, &[], day(1000)).unwrap();
    let OpenPgpState::NoKey(missing) = state else { panic!("{state:?}") };
    insta::assert_snapshot!(missing, @"not checked: it names the key A967965CE4EEFCCA9FEAC853DDCB68E335540549, and no key is pinned");
}

#[test]
fn one_of_several_pinned_keys_will_do() {
    let (key, other) = (manager(), OpenPgpKey::new(2, day(0)).unwrap());
    let (mut keyring, _) = pinned(&key);
    let pins = [other.fingerprint(), key.fingerprint()];
    let asc = key.sign(BYTES, day(10), None).unwrap();
    assert!(matches!(keyring.judge(&asc, &pins, day(1000)), Ok(OpenPgpState::Unchecked(_))));
    let stranger = OpenPgpKey::new(3, day(0)).unwrap().sign(BYTES, day(10), None).unwrap();
    assert!(matches!(keyring.judge(&stranger, &pins, day(1000)), Ok(OpenPgpState::NoKey(_))));
    keyring.add(&other.fingerprint(), &other.certificate().unwrap()).unwrap();
    assert!(matches!(keyring.judge(&stranger, &pins, day(1000)), Err(OpenPgpError::Stranger { .. })));
}

#[test]
fn every_built_in_key_is_pinned_and_the_list_of_those_without_is_this() {
    let (keyring, signers) = (Keyring::embedded(), Signers::embedded());
    let without: Vec<_> = signers.openpgp_keys().into_iter().filter(|key| !keyring.has(key)).collect();
    assert_eq!(signers.openpgp_keys().len() - without.len(), super::super::keyring::EMBEDDED.len());
    let without: Vec<_> = without.into_iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(without.join("\n"), @"
    0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D
    7ED10B6531D7C8E1BC296021FC624643487034E5
    A035C8C19219BA821ECEA86B64E628F8D684696D
    E3FF2839C048B25C084DEBE9B26995E310250568
    ");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever becomes of the holder's statements on the way, the key stays the one with the fingerprint, or is refused.
    #[test]
    fn a_key_file_with_a_byte_changed_is_refused_or_still_that_key(at in 0_usize..10_000, change in 1_u8..=255) {
        let key = manager().with_subkey(3, &Statement::new(day(5)), true).unwrap();
        let mut bytes = crate::verify::openpgp::armor::decode(key.certificate().unwrap().trim()).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= change;
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bytes);
        let mut keyring = Keyring::new();
        let block = format!("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{text}\n-----END PGP PUBLIC KEY BLOCK-----\n");
        if keyring.add(&key.fingerprint(), &block).is_ok() {
            let stranger = OpenPgpKey::new(2, day(0)).unwrap().sign(BYTES, day(10), None).unwrap();
            prop_assert!(keyring.judge(&stranger, &[key.fingerprint()], day(1000)).is_err());
            let good = key.sign(BYTES, day(10), None).unwrap();
            let judged = keyring.judge(&good, &[key.fingerprint()], day(1000));
            let sound = matches!(
                judged,
                Ok(OpenPgpState::Unchecked(_)) | Err(OpenPgpError::Key { .. } | OpenPgpError::Stranger { .. })
            );
            prop_assert!(sound, "{:?}", judged);
        }
    }
}
