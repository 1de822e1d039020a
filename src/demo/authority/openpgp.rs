//! OpenPGP keys of one's own, and detached signatures by them, good ones and hostile ones.
//!
//! Ed25519 keys from a seed, so that the same key and the same bytes give the same signature every time. A key is what its
//! holder has said about it so far, statement by statement.

use jiff::Timestamp;
use pgp::composed::{ArmorOptions, DetachedSignature, SignedKeyDetails, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::crypto::{ed25519, eddsa_legacy};
use pgp::errors::Error;
use pgp::packet::{
    KeyFlags, PubKeyInner, PublicKey, PublicSubkey, RevocationCode, SecretKey, SecretSubkey, Signature,
    SignatureConfig, SignatureType, Subpacket, SubpacketData, UserId,
};
use pgp::types::{
    Duration, KeyDetails as _, KeyVersion, PacketHeaderVersion, Password, PlainSecretParams, PublicParams,
    SecretParams, SignedUser, SigningKey, Tag,
};

use crate::model::Fingerprint;

/// A primary key, or a primary key with a signing subkey.
pub struct OpenPgpKey {
    primary: SecretKey,
    subkey: Option<SecretSubkey>,
    user: UserId,
    revocations: Vec<Signature>,
    certifications: Vec<Signature>,
    bindings: Vec<Signature>,
}

/// What a holder says of a key when it certifies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// When.
    pub at: Timestamp,
    /// How many seconds after it was made the key expires; never if 0.
    pub lasts: u32,
    /// Whether it is for signing.
    pub signs: bool,
}

impl Statement {
    /// That the key is for signing and never expires.
    pub fn new(at: Timestamp) -> Self {
        Self { at, lasts: 0, signs: true }
    }
}

/// What may be wrong with a detached signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureFlaw {
    /// It is over text, line ends made equal.
    Text,
    /// It does not say when it was made.
    NoTime,
    /// It does not say by which key.
    NoIssuer,
    /// It names a key by this id of 16 hexadecimal digits, and by no fingerprint.
    Claims(String),
    /// It names this key by its fingerprint, whoever made it.
    ClaimsKey(Fingerprint),
    /// It ends so many seconds after it was made.
    Ends(u32),
}

impl OpenPgpKey {
    /// The key that follows from `seed`, made at `made_at`, with one statement of that time.
    pub fn new(seed: u8, made_at: Timestamp) -> Result<Self, Error> {
        Self::unstated(seed, made_at)?.stating(&Statement::new(made_at))
    }

    /// The same without any statement.
    pub fn unstated(seed: u8, made_at: Timestamp) -> Result<Self, Error> {
        let (public, secret) = material(seed, made_at)?;
        let primary = SecretKey::new(PublicKey::from_inner(public)?, secret)?;
        let user = UserId::from_str(PacketHeaderVersion::New, format!("Demo key {seed} <rm{seed}@example.org>"))?;
        let (revocations, certifications, bindings) = Default::default();
        Ok(Self { primary, subkey: None, user, revocations, certifications, bindings })
    }

    /// With a statement about the primary key.
    pub fn stating(mut self, statement: &Statement) -> Result<Self, Error> {
        let config = config(SignatureType::CertPositive, &self.primary, statement)?;
        let (public, password) = (self.primary.public_key(), Password::empty());
        let signature = config.sign_certification(&self.primary, public, &password, Tag::UserId, &self.user)?;
        self.certifications.push(signature);
        Ok(self)
    }

    /// With its revocation: as merely `retired`, or as one that others may have.
    pub fn revoked(mut self, at: Timestamp, retired: bool) -> Result<Self, Error> {
        let config = revocation(SignatureType::KeyRevocation, &self.primary, at, retired)?;
        let public = self.primary.public_key();
        self.revocations.push(config.sign_key(&self.primary, &Password::empty(), public)?);
        Ok(self)
    }

    /// With a signing subkey that follows from `seed`, bound by `statement`; `agrees` if it signed back. It signs from then on.
    pub fn with_subkey(mut self, seed: u8, statement: &Statement, agrees: bool) -> Result<Self, Error> {
        let (public, secret) = material(seed, statement.at)?;
        let subkey = SecretSubkey::new(PublicSubkey::from_inner(public)?, secret)?;
        let (primary_public, subkey_public) = (self.primary.public_key(), subkey.public_key());
        let mut config = config(SignatureType::SubkeyBinding, &self.primary, statement)?;
        if agrees {
            let back = base(SignatureType::KeyBinding, &subkey, statement.at)?;
            let back = back.sign_primary_key_binding(&subkey, subkey_public, &Password::empty(), primary_public)?;
            config.unhashed_subpackets.push(Subpacket::regular(SubpacketData::EmbeddedSignature(Box::new(back)))?);
        }
        let password = Password::empty();
        self.bindings = vec![config.sign_subkey_binding(&self.primary, primary_public, &password, subkey_public)?];
        self.subkey = Some(subkey);
        Ok(self)
    }

    /// With the revocation of its subkey, if it has one.
    pub fn with_subkey_revoked(mut self, at: Timestamp, retired: bool) -> Result<Self, Error> {
        if let Some(subkey) = &self.subkey {
            let config = revocation(SignatureType::SubkeyRevocation, &self.primary, at, retired)?;
            let (public, signee) = (self.primary.public_key(), subkey.public_key());
            self.bindings.push(config.sign_subkey_binding(&self.primary, public, &Password::empty(), signee)?);
        }
        Ok(self)
    }

    /// The primary key's fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        hex::encode_upper(self.primary.fingerprint()).parse().expect("keys of version 4 have 40 digits")
    }

    /// The key as others get it, armored.
    pub fn certificate(&self) -> Result<String, Error> {
        let user = SignedUser::new(self.user.clone(), self.certifications.clone());
        let details = SignedKeyDetails::new(self.revocations.clone(), Vec::new(), vec![user], Vec::new());
        let subkey = self.subkey.as_ref();
        let subkeys = subkey.map(|key| SignedPublicSubKey::new(key.public_key().clone(), self.bindings.clone()));
        let key = SignedPublicKey::new(self.primary.public_key().clone(), details, subkeys.into_iter().collect());
        key.to_armored_string(ArmorOptions::default())
    }

    /// A detached signature over `bytes`, armored; by the subkey, if there is one.
    pub fn sign(&self, bytes: &[u8], at: Timestamp, flaw: Option<&SignatureFlaw>) -> Result<String, Error> {
        let signature = match &self.subkey {
            Some(subkey) => signed(subkey, bytes, at, flaw),
            None => signed(&self.primary, bytes, at, flaw),
        }?;
        DetachedSignature::new(signature).to_armored_string(ArmorOptions::default())
    }
}

fn signed(
    key: &impl SigningKey,
    bytes: &[u8],
    at: Timestamp,
    flaw: Option<&SignatureFlaw>,
) -> Result<Signature, Error> {
    let kind = if flaw == Some(&SignatureFlaw::Text) { SignatureType::Text } else { SignatureType::Binary };
    let mut config = base(kind, key, at)?;
    if matches!(flaw, Some(SignatureFlaw::NoIssuer | SignatureFlaw::Claims(_) | SignatureFlaw::ClaimsKey(_))) {
        config.unhashed_subpackets.clear();
    }
    let parts = &mut config.hashed_subpackets;
    match flaw {
        Some(SignatureFlaw::NoTime) => {
            parts.retain(|part| !matches!(part.data, SubpacketData::SignatureCreationTime(_)));
        }
        Some(SignatureFlaw::NoIssuer) => parts.retain(|part| !matches!(part.data, SubpacketData::IssuerFingerprint(_))),
        Some(SignatureFlaw::Claims(id)) => {
            let mut claimed = [0; 8];
            hex::decode_to_slice(id, &mut claimed).expect("a key id has 16 hexadecimal digits");
            parts.retain(|part| !matches!(part.data, SubpacketData::IssuerFingerprint(_)));
            parts.push(Subpacket::regular(SubpacketData::IssuerKeyId(claimed.into()))?);
        }
        Some(SignatureFlaw::ClaimsKey(fingerprint)) => {
            let bytes = hex::decode(fingerprint.to_string()).expect("a fingerprint is hexadecimal");
            let claimed = pgp::types::Fingerprint::new(KeyVersion::V4, &bytes)?;
            parts.retain(|part| !matches!(part.data, SubpacketData::IssuerFingerprint(_)));
            parts.push(Subpacket::regular(SubpacketData::IssuerFingerprint(claimed))?);
        }
        Some(SignatureFlaw::Ends(after)) => {
            parts.push(Subpacket::regular(SubpacketData::SignatureExpirationTime(Duration::from_secs(*after)))?);
        }
        Some(SignatureFlaw::Text) | None => {}
    }
    config.sign(key, &Password::empty(), bytes)
}

/// Public and secret parts of the Ed25519 key that follows from `seed`.
fn material(seed: u8, made_at: Timestamp) -> Result<(PubKeyInner, SecretParams), Error> {
    let secret = ed25519::SecretKey::try_from_bytes([seed; 32], ed25519::Mode::EdDSALegacy)?;
    let public = PublicParams::EdDSALegacy((&secret).into());
    let public = PubKeyInner::new(KeyVersion::V4, PublicKeyAlgorithm::EdDSALegacy, seconds(made_at), None, public)?;
    let secret = PlainSecretParams::EdDSALegacy(eddsa_legacy::SecretKey::Ed25519(secret));
    Ok((public, SecretParams::Plain(secret)))
}

/// A signature of `kind` by `key`, with time and issuer.
fn base(kind: SignatureType, key: &impl SigningKey, at: Timestamp) -> Result<SignatureConfig, Error> {
    let mut config = SignatureConfig::v4(kind, key.algorithm(), HashAlgorithm::Sha512);
    config.hashed_subpackets = vec![
        Subpacket::regular(SubpacketData::SignatureCreationTime(seconds(at)))?,
        Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint()))?,
    ];
    // GnuPG looks for this one too, and where others put it.
    config.unhashed_subpackets = vec![Subpacket::regular(SubpacketData::IssuerKeyId(key.legacy_key_id()))?];
    Ok(config)
}

/// The same for a statement about a key.
fn config(kind: SignatureType, key: &impl SigningKey, statement: &Statement) -> Result<SignatureConfig, Error> {
    let mut config = base(kind, key, statement.at)?;
    let mut flags = KeyFlags::default();
    flags.set_certify(kind == SignatureType::CertPositive);
    flags.set_sign(statement.signs);
    config.hashed_subpackets.push(Subpacket::regular(SubpacketData::KeyFlags(flags))?);
    if statement.lasts != 0 {
        let lasts = SubpacketData::KeyExpirationTime(Duration::from_secs(statement.lasts));
        config.hashed_subpackets.push(Subpacket::regular(lasts)?);
    }
    Ok(config)
}

fn revocation(
    kind: SignatureType,
    key: &impl SigningKey,
    at: Timestamp,
    retired: bool,
) -> Result<SignatureConfig, Error> {
    let mut config = base(kind, key, at)?;
    let code = if retired { RevocationCode::KeyRetired } else { RevocationCode::KeyCompromised };
    let reason = SubpacketData::RevocationReason(code, b"as the demo says".to_vec().into());
    config.hashed_subpackets.push(Subpacket::regular(reason)?);
    Ok(config)
}

fn seconds(time: Timestamp) -> pgp::types::Timestamp {
    pgp::types::Timestamp::from_secs(
        u32::try_from(time.as_second()).expect("the demo's times lie in the years 1970 to 2106"),
    )
}
