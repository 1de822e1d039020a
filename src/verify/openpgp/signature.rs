//! A detached signature, as read from a `.asc`: one packet, of a kind that binds bytes.

use std::fmt;

use aws_lc_rs::digest::{Algorithm, SHA3_256, SHA3_512, SHA224, SHA256, SHA384, SHA512};
use jiff::Timestamp;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Packet, PacketParser, Signature, SignatureType, SignatureVersionSpecific};
use pgp::types::KeyDetails;

use super::armor::{self, Block};
use super::error::OpenPgpError;
use super::{SIGNATURE_CAP, certificate};

/// One binary signature of version 4 with SHA-2 or SHA-3.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DetachedSignature {
    pub(super) packet: Signature,
    pub(super) made_at: Timestamp,
    pub(super) issuer: Issuer,
}

/// The key that a signature names. A hint where to look, no more: the signature itself decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issuer {
    fingerprints: Vec<Vec<u8>>,
    key_ids: Vec<Vec<u8>>,
}

impl DetachedSignature {
    /// Reads the text of a `.asc`.
    pub(super) fn parse(text: &str) -> Result<Self, OpenPgpError> {
        if text.len() > SIGNATURE_CAP {
            return Err(OpenPgpError::TooLarge { bytes: text.len(), cap: SIGNATURE_CAP });
        }
        let packet = only_packet(text)?;
        if text.contains(char::REPLACEMENT_CHARACTER) {
            // What was read of bytes that are no text: their digest could not be told from it.
            return Err(OpenPgpError::Malformed("it is not UTF-8 text".to_owned()));
        }
        let Some(config) = packet.config() else {
            return Err(unsupported("version", "4", format!("{:?}", packet.version())));
        };
        if config.version_specific != SignatureVersionSpecific::V4 {
            return Err(unsupported("version", "4", format!("{:?}", packet.version())));
        }
        if config.typ != SignatureType::Binary {
            return Err(unsupported("type", "Binary", format!("{:?}", config.typ)));
        }
        if algorithm(config.hash_alg).is_none() {
            return Err(unsupported("digest", "SHA-2 or SHA-3", config.hash_alg.to_string()));
        }
        let made_at = packet.created().map(certificate::instant).ok_or(OpenPgpError::Missing("time of signing"))?;
        let issuer = Issuer::of(&packet);
        if issuer.fingerprints.is_empty() && issuer.key_ids.is_empty() {
            return Err(OpenPgpError::Missing("issuer"));
        }
        Ok(Self { packet, made_at, issuer })
    }

    /// Refuses what is from the future or has ended.
    pub(super) fn check_time(&self, now: Timestamp) -> Result<(), OpenPgpError> {
        let made_at = self.made_at;
        if made_at > now {
            return Err(OpenPgpError::Future { made_at });
        }
        match certificate::ends_at(&self.packet) {
            Some(ended_at) if ended_at <= now => Err(OpenPgpError::Ended { made_at, ended_at }),
            _ => Ok(()),
        }
    }
}

/// The one signature packet of the one armor block of `text`.
fn only_packet(text: &str) -> Result<Signature, OpenPgpError> {
    let malformed = |why: &str| OpenPgpError::Malformed(why.to_owned());
    let found = armor::find(text, Block::Signature).map_err(|line| malformed(&format!("it has no line {line}")))?;
    let [block] = found.blocks.as_slice() else {
        return Err(match found.blocks.len() {
            0 => malformed(&format!("it has no line {}", Block::Signature.first_line())),
            found => OpenPgpError::Count { what: "armor blocks", found },
        });
    };
    if found.more {
        return Err(malformed("it has more than a signature's armor block"));
    }
    let bytes = armor::decode(block).map_err(OpenPgpError::Malformed)?;
    let mut packets = Vec::new();
    for packet in PacketParser::new(bytes.as_slice()) {
        packets.push(packet.map_err(|error| OpenPgpError::Malformed(error.to_string()))?);
    }
    let found = packets.len();
    match (packets.pop(), found) {
        (Some(Packet::Signature(signature)), 1) => Ok(signature),
        (Some(other), 1) => Err(unsupported("packet", "a signature", format!("{:?}", tag(&other)))),
        _ => Err(OpenPgpError::Count { what: "packets", found }),
    }
}

fn tag(packet: &Packet) -> pgp::types::Tag {
    pgp::packet::PacketTrait::tag(packet)
}

fn unsupported(field: &'static str, expected: &'static str, found: String) -> OpenPgpError {
    OpenPgpError::Unsupported { field, expected, found }
}

/// The implementation of a digest that counts, and its name.
pub(super) fn algorithm(hash: HashAlgorithm) -> Option<(&'static Algorithm, &'static str)> {
    match hash {
        HashAlgorithm::Sha224 => Some((&SHA224, "SHA-224")),
        HashAlgorithm::Sha256 => Some((&SHA256, "SHA-256")),
        HashAlgorithm::Sha384 => Some((&SHA384, "SHA-384")),
        HashAlgorithm::Sha512 => Some((&SHA512, "SHA-512")),
        HashAlgorithm::Sha3_256 => Some((&SHA3_256, "SHA3-256")),
        HashAlgorithm::Sha3_512 => Some((&SHA3_512, "SHA3-512")),
        _ => None,
    }
}

impl Issuer {
    fn of(signature: &Signature) -> Self {
        let fingerprints =
            signature.issuer_fingerprint().into_iter().map(|fingerprint| fingerprint.as_bytes().to_vec());
        let key_ids = signature.issuer_key_id().into_iter().map(|id| id.as_ref().to_vec());
        Self { fingerprints: fingerprints.collect(), key_ids: key_ids.collect() }
    }

    /// True if `key` may be the one; by its fingerprint where that is named, for short ids are easily forged.
    pub(super) fn may_be(&self, key: &impl KeyDetails) -> bool {
        if self.fingerprints.is_empty() {
            self.key_ids.iter().any(|id| *id == key.legacy_key_id().as_ref())
        } else {
            self.fingerprints.iter().any(|fingerprint| *fingerprint == key.fingerprint().as_bytes())
        }
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = if self.fingerprints.is_empty() { &self.key_ids } else { &self.fingerprints };
        let digits: Vec<_> = named.iter().take(4).map(hex::encode_upper).collect();
        f.write_str(&digits.join(" or "))
    }
}
