//! Every signature that differs from a good one by a byte: each is refused, or differs where no verifier looks and still
//! proves the same.

use std::collections::BTreeMap;
use std::path::PathBuf;

use aws_lc_rs::digest::{Context, SHA512};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::verify::openpgp::Claim;
use crate::verify::openpgp::armor;
use crate::verify::openpgp::signature::DetachedSignature;

/// Why a mutant proves what the signature proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harmless {
    /// The armor spells the same packet: headers, white space, the checksum.
    Armor,
    /// The packet says the same: how its length, or how many bits a number has, can be written in more than one way.
    Spelling,
    /// In the subpackets that are not under the signature, which are a second hint at the key.
    Unhashed,
}

/// A signature, its key, and the bytes that it is over, taken in once.
struct Good {
    keyring: Keyring,
    pins: Vec<Fingerprint>,
    asc: String,
    bytes: Vec<u8>,
    taken: Context,
    claim: Claim,
    evidence: OpenPgpEvidence,
}

impl Good {
    fn new(keyring: Keyring, pins: Vec<Fingerprint>, asc: String, bytes: Vec<u8>) -> Self {
        let mut taken = Context::new(&SHA512);
        taken.update(&bytes);
        let OpenPgpState::Unchecked(claim) = keyring.judge(&asc, &pins, day(1000)).unwrap() else {
            panic!("the key is not at hand")
        };
        let mut digest = OpenPgpDigest::new((*claim).clone());
        digest.update(&bytes);
        let evidence = digest.finish().unwrap();
        Self { keyring, pins, asc, bytes, taken, claim: *claim, evidence }
    }

    /// What `asc` claims. Where it says the same as the good one but for the signature's number, so does its judgement: that
    /// looks at the whole key, which takes long.
    fn claim(&self, asc: &str) -> Option<Claim> {
        let signature = DetachedSignature::parse(asc).ok()?;
        if signature.packet.config() == self.claim.signature.packet.config() {
            return Some(Claim { signature, ..self.claim.clone() });
        }
        match self.keyring.judge(asc, &self.pins, day(1000)).ok()? {
            OpenPgpState::Unchecked(claim) => Some(*claim),
            state => panic!("{state:?}"),
        }
    }

    /// What `asc` proves about the bytes, if it proves anything.
    fn verdict(&self, asc: &str) -> Option<OpenPgpEvidence> {
        let mut digest = OpenPgpDigest::new(self.claim(asc)?);
        if digest.name == "SHA-512" {
            digest.digest = self.taken.clone();
        } else {
            digest.update(&self.bytes);
        }
        digest.finish().ok()
    }

    /// Fails if `mutant` is accepted and not harmless; why it is, if it is accepted.
    fn judge(&self, mutant: &str, at: &str) -> Option<Harmless> {
        let found = self.verdict(mutant)?;
        let proven = |evidence: &OpenPgpEvidence| (evidence.primary.clone(), evidence.key.clone(), evidence.made_at);
        assert_eq!(proven(&found), proven(&self.evidence), "{at} proves something else");
        let packet = |asc: &str| armor::decode(asc.trim()).unwrap();
        let parsed = |asc: &str| DetachedSignature::parse(asc).unwrap().packet;
        let (before, after) = (parsed(&self.asc), parsed(mutant));
        let config = |signature: &pgp::packet::Signature| signature.config().unwrap().clone();
        let (mut bound, unbound) = (config(&after), config(&before).unhashed_subpackets);
        let same_unhashed = bound.unhashed_subpackets == unbound;
        bound.unhashed_subpackets = unbound;
        assert_eq!((bound, after.signature()), (config(&before), before.signature()), "{at} is accepted");
        Some(match (packet(mutant) == packet(&self.asc), same_unhashed) {
            (true, _) => Harmless::Armor,
            (false, true) => Harmless::Spelling,
            (false, false) => Harmless::Unhashed,
        })
    }

    /// Every byte of the packet changed by each of `changes`.
    fn packets(&self, changes: &[u8]) -> BTreeMap<Option<Harmless>, usize> {
        let good = armor::decode(self.asc.trim()).unwrap();
        let mutants = (0..good.len()).flat_map(|at| changes.iter().map(move |change| (at, change)));
        let verdicts = mutants.map(|(at, change)| {
            let mut packet = good.clone();
            packet[at] ^= change;
            let asc =
                format!("-----BEGIN PGP SIGNATURE-----\n\n{}\n-----END PGP SIGNATURE-----\n", STANDARD.encode(packet));
            self.judge(&asc, &format!("packet byte {at} ^ {change:#04x}"))
        });
        counted(verdicts)
    }

    /// Every byte of the file changed by each of `changes`.
    fn files(&self, changes: &[u8]) -> BTreeMap<Option<Harmless>, usize> {
        let mutants = (0..self.asc.len()).flat_map(|at| changes.iter().map(move |change| (at, change)));
        let verdicts = mutants.filter_map(|(at, change)| {
            let mut text = self.asc.clone().into_bytes();
            text[at] ^= change;
            let asc = String::from_utf8(text).ok()?;
            Some(self.judge(&asc, &format!("file byte {at} ^ {change:#04x}")))
        });
        counted(verdicts)
    }
}

fn counted(verdicts: impl Iterator<Item = Option<Harmless>>) -> BTreeMap<Option<Harmless>, usize> {
    verdicts.fold(BTreeMap::new(), |mut counts, verdict| {
        *counts.entry(verdict).or_default() += 1;
        counts
    })
}

const BITS: [u8; 8] = [1, 2, 4, 8, 16, 32, 64, 128];

#[test]
fn every_change_of_a_byte_is_refused_or_harmless() {
    let key = manager();
    let (keyring, pins) = pinned(&key);
    let good = Good::new(keyring, pins, key.sign(BYTES, day(10), None).unwrap(), BYTES.to_vec());
    let all: Vec<u8> = (1..=255).collect();
    let (packets, files) = (good.packets(&all), good.files(&all[..127]));
    println!("mutants of the packet: {packets:?}; of the file: {files:?}");
    assert!(packets[&None] > 20_000 && files[&None] > 20_000);
}

/// Of the file that upstream released beside Python-3.13.5.tar.xz, and over that tarball.
#[test]
fn every_bit_of_the_real_signature_counts_or_is_harmless() {
    let Some(tarball) = std::env::var_os("PYBUMP_PYTHON_TARBALL").map(PathBuf::from) else {
        assert!(
            std::env::var_os("PYBUMP_REQUIRE_JUDGES").is_none(),
            "PYBUMP_PYTHON_TARBALL is not set, and judges are required"
        );
        println!("skipped: PYBUMP_PYTHON_TARBALL is not set");
        return;
    };
    let asc = std::fs::read_to_string(tarball.with_extension("xz.asc")).unwrap();
    let pins = vec!["7169605F62C751356D054A26A821E680E5FA6305".parse().unwrap()];
    let good = Good::new(Keyring::embedded(), pins, asc, std::fs::read(tarball).unwrap());
    let (packets, files) = (good.packets(&BITS), good.files(&BITS[..1]));
    println!("mutants of the packet: {packets:?}; of the file: {files:?}");
    assert!(packets[&None] > 4_000 && files[&None] > 700);
}
