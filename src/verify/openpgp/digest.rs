//! The digest that a claimed signature is checked with, taken as the bytes stream by.

use aws_lc_rs::digest::Context;
use pgp::packet::{SignatureConfig, SignatureVersionSpecific};
use pgp::ser::Serialize as _;

use super::error::OpenPgpError;
use super::signature::algorithm;
use super::{Claim, OpenPgpEvidence};

/// Takes bytes in, in constant memory, and tells whether they are the ones that a [`Claim`]'s key signed.
pub struct OpenPgpDigest {
    claim: Claim,
    pub(super) digest: Context,
    pub(super) name: &'static str,
}

impl OpenPgpDigest {
    /// A digest for the bytes that `claim` is about.
    pub fn new(claim: Claim) -> Self {
        let hash = claim.signature.packet.hash_alg();
        let (algorithm, name) = hash.and_then(algorithm).expect("parsing admits no other digest");
        Self { claim, digest: Context::new(algorithm), name }
    }

    /// Takes the next bytes in.
    pub fn update(&mut self, chunk: &[u8]) {
        self.digest.update(chunk);
    }

    /// What the signature proves, if it is over these bytes.
    pub fn finish(mut self) -> Result<OpenPgpEvidence, OpenPgpError> {
        let Claim { evidence, signature, key } = self.claim;
        let parts = (signature.packet.config(), signature.packet.signature(), signature.packet.signed_hash_value());
        let (Some(config), Some(value), Some(head)) = parts else {
            return Err(OpenPgpError::Missing("value"));
        };
        self.digest.update(&trailer(config).map_err(OpenPgpError::Malformed)?);
        let digest = self.digest.finish();
        let digest = digest.as_ref();
        if digest.starts_with(&head) && key.made(config.hash_alg, digest, value) {
            return Ok(evidence);
        }
        Err(OpenPgpError::Bytes {
            key: evidence.key,
            made_at: evidence.made_at,
            algorithm: self.name,
            expected: hex::encode(head),
            found: hex::encode(digest),
        })
    }
}

/// What follows the bytes in the digest of a version 4 signature: RFC 9580, section 5.2.4.
fn trailer(config: &SignatureConfig) -> Result<Vec<u8>, String> {
    if config.version_specific != SignatureVersionSpecific::V4 {
        return Err("it is not of version 4".to_owned());
    }
    let mut subpackets = Vec::new();
    for subpacket in config.hashed_subpackets() {
        if subpacket.is_critical && matches!(subpacket.typ(), pgp::packet::SubpacketType::Other(_)) {
            return Err(format!("it has a critical part that is not understood: {:?}", subpacket.typ()));
        }
        subpacket.to_writer(&mut subpackets).map_err(|error| error.to_string())?;
    }
    let length = u16::try_from(subpackets.len()).map_err(|error| error.to_string())?;
    let mut hashed = vec![4, config.typ.into(), config.pub_alg.into(), config.hash_alg.into()];
    hashed.extend(length.to_be_bytes());
    hashed.extend(subpackets);
    let length = u32::from(length) + 6;
    hashed.extend([4, 0xff]);
    hashed.extend(length.to_be_bytes());
    Ok(hashed)
}
