//! A key with all that its holder signed about it, and whether one of its parts could sign at a time.
//!
//! Owns the rules: the newest self-signature that was in force then decides on expiry and purpose; what was extended
//! later, or expired later, changes nothing. A revocation that does not say that the key was merely retired or replaced
//! ends it for all time, for whoever has the key can date signatures back. Self-signatures by SHA-1 do not count, but
//! revocations do. What others say is passed over, certifications and revocations on the holder's behalf alike: the pinned
//! fingerprint says whose key it is.

use jiff::Timestamp;
use pgp::composed::{SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{PublicKey, PublicSubkey, RevocationCode, Signature, SignatureType};
use pgp::types::{KeyDetails, SignatureBytes, SignedUser, Tag, VerifyingKey};

use super::error::KeyProblem;
use super::signature::{Issuer, algorithm};
use crate::model::Fingerprint;

/// A primary key with its subkeys.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Certificate(SignedPublicKey);

/// The part of a certificate that made a signature.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SigningKey {
    Primary(PublicKey),
    Subkey(PublicSubkey),
}

impl SigningKey {
    pub(super) fn fingerprint(&self) -> Option<Fingerprint> {
        match self {
            Self::Primary(key) => fingerprint(key),
            Self::Subkey(key) => fingerprint(key),
        }
    }

    /// True if this key made `signature` over `digest`.
    pub(super) fn made(&self, algorithm: HashAlgorithm, digest: &[u8], signature: &SignatureBytes) -> bool {
        let verdict = match self {
            Self::Primary(key) => key.verify(algorithm, digest, signature),
            Self::Subkey(key) => key.verify(algorithm, digest, signature),
        };
        verdict.is_ok()
    }
}

impl Certificate {
    pub(super) fn new(key: SignedPublicKey) -> Self {
        Self(key)
    }

    /// The primary key's fingerprint; none for keys of other versions than 4, whose fingerprints are no SHA-1.
    pub(super) fn fingerprint(&self) -> Option<Fingerprint> {
        fingerprint(&self.0.primary_key)
    }

    /// True if its holder has signed something about it, ever.
    pub(super) fn is_bound(&self) -> bool {
        !self.self_signatures(i64::MAX).is_empty()
    }

    /// The part that `issuer` names, and whether it could sign at `at`.
    pub(super) fn signer(&self, issuer: &Issuer, at: Timestamp) -> Option<(SigningKey, Result<(), KeyProblem>)> {
        if issuer.may_be(&self.0.primary_key) {
            let verdict = self.primary(at).and_then(|flags| flags.then_some(()).ok_or(KeyProblem::NotForSigning));
            return Some((SigningKey::Primary(self.0.primary_key.clone()), verdict));
        }
        let subkey = self.0.public_subkeys.iter().find(|subkey| issuer.may_be(&subkey.key))?;
        let verdict = self.primary(at).and_then(|_| self.subkey(subkey, at));
        Some((SigningKey::Subkey(subkey.key.clone()), verdict))
    }

    /// Whether the primary key is for signing, if it was good at `at`.
    fn primary(&self, at: Timestamp) -> Result<bool, KeyProblem> {
        let key = &self.0.primary_key;
        made(key, at)?;
        let revocations = self
            .signatures()
            .filter(|signature| is(signature, SignatureType::KeyRevocation) && signature.verify_key(key).is_ok());
        revoked(revocations, at)?;
        let in_force = newest(self.self_signatures(at.as_second())).ok_or(KeyProblem::NoSelfSignature)?;
        expired(key, in_force, at)?;
        Ok(in_force.key_flags().sign())
    }

    /// Whether `subkey`, of a primary key that was good at `at`, could sign then.
    fn subkey(&self, subkey: &SignedPublicSubKey, at: Timestamp) -> Result<(), KeyProblem> {
        let primary = &self.0.primary_key;
        made(&subkey.key, at)?;
        let holds = |signature: &&Signature| signature.verify_subkey_binding(primary, &subkey.key).is_ok();
        let all = || subkey.signatures.iter();
        revoked(all().filter(|signature| is(signature, SignatureType::SubkeyRevocation)).filter(holds), at)?;
        let bindings = all().filter(|signature| is(signature, SignatureType::SubkeyBinding));
        let bindings = bindings.filter(|signature| counts_at(signature, at.as_second())).filter(holds).collect();
        let in_force = newest(bindings).ok_or(KeyProblem::NoSelfSignature)?;
        expired(&subkey.key, in_force, at)?;
        if !in_force.key_flags().sign() {
            return Err(KeyProblem::NotForSigning);
        }
        let back = in_force.embedded_signature().filter(|back| {
            counts_at(back, at.as_second()) && back.verify_primary_key_binding(&subkey.key, primary).is_ok()
        });
        back.map(|_| ()).ok_or(KeyProblem::NoBackSignature)
    }

    /// What the holder has signed about the primary key by `at`, in seconds, and had not withdrawn or let run out.
    fn self_signatures(&self, at: i64) -> Vec<&Signature> {
        let key = &self.0.primary_key;
        let direct = self.0.details.direct_signatures.iter().filter(|signature| {
            is(signature, SignatureType::Key) && counts_at(signature, at) && signature.verify_key(key).is_ok()
        });
        direct.chain(self.0.details.users.iter().flat_map(|user| certifications(key, user, at))).collect()
    }

    /// Every signature over the primary key and its user IDs.
    fn signatures(&self) -> impl Iterator<Item = &Signature> {
        let details = &self.0.details;
        let users = details.users.iter().flat_map(|user| &user.signatures);
        let attributes = details.user_attributes.iter().flat_map(|attribute| &attribute.signatures);
        details.revocation_signatures.iter().chain(&details.direct_signatures).chain(users).chain(attributes)
    }
}

/// The certifications of `user` by the key itself, less those that it has withdrawn by `at`.
fn certifications<'a>(key: &PublicKey, user: &'a SignedUser, at: i64) -> Vec<&'a Signature> {
    let holds = |signature: &&Signature| signature.verify_certification(key, Tag::UserId, &user.id).is_ok();
    let all = || user.signatures.iter();
    let withdrawn = all()
        .filter(|signature| {
            is(signature, SignatureType::CertRevocation) && seconds(signature).is_none_or(|made| made <= at)
        })
        .filter(holds)
        .map(|signature| seconds(signature).unwrap_or(i64::MAX))
        .max();
    all()
        .filter(|signature| signature.is_certification() && !is(signature, SignatureType::CertRevocation))
        .filter(|signature| counts_at(signature, at))
        .filter(|signature| withdrawn.is_none_or(|withdrawn| seconds(signature).is_some_and(|made| made > withdrawn)))
        .filter(holds)
        .collect()
}

/// The newest; of two of one second the one that ends the key sooner.
fn newest(signatures: Vec<&Signature>) -> Option<&Signature> {
    let lasts = |signature: &Signature| signature.key_expiration_time().map_or(0, pgp::types::Duration::as_secs);
    signatures
        .into_iter()
        .max_by_key(|signature| (seconds(signature), std::cmp::Reverse(lasts(signature).wrapping_sub(1))))
}

fn made(key: &impl KeyDetails, at: Timestamp) -> Result<(), KeyProblem> {
    let made = instant(key.created_at());
    if made > at { Err(KeyProblem::NotYetMade(made)) } else { Ok(()) }
}

/// Refuses a key that, by the self-signature in force, had expired at `at`.
fn expired(key: &impl KeyDetails, in_force: &Signature, at: Timestamp) -> Result<(), KeyProblem> {
    let lasts = in_force.key_expiration_time().map_or(0, pgp::types::Duration::as_secs);
    if lasts == 0 {
        return Ok(());
    }
    let end = in_seconds(i64::from(key.created_at().as_secs()) + i64::from(lasts));
    if end <= at { Err(KeyProblem::Expired(end)) } else { Ok(()) }
}

/// Refuses a key with a revocation that counts at `at`.
fn revoked<'a>(revocations: impl Iterator<Item = &'a Signature>, at: Timestamp) -> Result<(), KeyProblem> {
    for revocation in revocations {
        let when = revocation.created().map_or(Timestamp::UNIX_EPOCH, instant);
        let retired = matches!(
            revocation.revocation_reason_code(),
            Some(RevocationCode::KeySuperseded | RevocationCode::KeyRetired | RevocationCode::CertUserIdInvalid)
        );
        if !retired || when <= at {
            return Err(KeyProblem::Revoked { at: when, compromised: !retired });
        }
    }
    Ok(())
}

fn is(signature: &Signature, kind: SignatureType) -> bool {
    signature.typ() == Some(kind)
}

/// True of a signature with a strong digest that was made by `at` and had not ended then.
fn counts_at(signature: &Signature, at: i64) -> bool {
    signature.hash_alg().and_then(algorithm).is_some()
        && seconds(signature).is_some_and(|made| made <= at)
        && ends_at(signature).is_none_or(|end| end.as_second() > at)
}

fn seconds(signature: &Signature) -> Option<i64> {
    signature.created().map(|created| i64::from(created.as_secs()))
}

/// When `signature` itself ends, if it does.
pub(super) fn ends_at(signature: &Signature) -> Option<Timestamp> {
    let lasts = signature.signature_expiration_time().map_or(0, pgp::types::Duration::as_secs);
    (lasts != 0).then(|| in_seconds(seconds(signature).unwrap_or_default() + i64::from(lasts)))
}

/// The same time, as the rest of pybump has it.
pub(super) fn instant(time: pgp::types::Timestamp) -> Timestamp {
    in_seconds(i64::from(time.as_secs()))
}

fn in_seconds(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("two times 32 bits of seconds end in the year 2242")
}

fn fingerprint(key: &impl KeyDetails) -> Option<Fingerprint> {
    match key.fingerprint() {
        pgp::types::Fingerprint::V4(bytes) => {
            Some(hex::encode_upper(bytes).parse().expect("20 bytes give 40 upper-case digits"))
        }
        _ => None,
    }
}
