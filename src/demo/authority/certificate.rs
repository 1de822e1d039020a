//! X.509 certificates: the issuers' own, and the short-lived ones of signers as Fulcio makes them.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use x509_cert::certificate::{CertificateInner, TbsCertificate, Version};
use x509_cert::der::asn1::{BitString, OctetString, UtcTime, Utf8StringRef};
use x509_cert::der::oid::AssociatedOid;
use x509_cert::der::oid::db::rfc5912::{ECDSA_WITH_SHA_256, ID_KP_CODE_SIGNING};
use x509_cert::der::oid::db::rfc6962::CT_PRECERT_SCTS;
use x509_cert::der::{Decode, Encode, Header, Tag, TagNumber, asn1::ObjectIdentifier};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

use super::flaw::OTHER_ISSUER;
use super::timestamp::TimestampLog;
use super::{AuthorityError, Flaw, Key};
use crate::model::{Sha256, SigstoreIdentity};

/// Fulcio's extension that names the `OpenID` Connect issuer as bare bytes.
const ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.1");
/// Its successor, a `UTF8String`.
const ISSUER_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.8");

/// When something is valid, both ends included, in whole seconds before 2050.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

impl Window {
    /// From the start of one year to the start of another.
    pub(super) fn years(from: i16, to: i16) -> Self {
        let start_of = |year| {
            let start = jiff::civil::date(year, 1, 1).to_zoned(jiff::tz::TimeZone::UTC);
            start.expect("years near 2030 are times").timestamp()
        };
        Self { start: start_of(from), end: start_of(to) }
    }

    /// The ten minutes for which a certificate issued at `time` is valid, one of them before it.
    pub(super) fn around(time: Timestamp) -> Self {
        Self { start: time - SignedDuration::from_mins(1), end: time + SignedDuration::from_mins(9) }
    }

    /// All but the first and the last day.
    pub(super) fn inner_days(self) -> RangeInclusive<Timestamp> {
        self.start + SignedDuration::from_hours(24)..=self.end - SignedDuration::from_hours(24)
    }
}

/// A certificate authority: its key and the certificate that it has signed for itself.
pub(super) struct Issuer {
    name: Name,
    key: Key,
    certificate: Vec<u8>,
}

impl Issuer {
    pub(super) fn new(common_name: &str, window: Window) -> Result<Self, AuthorityError> {
        let name = Name::from_str(&format!("CN={common_name},O=pybump.example"))?;
        let key = Key::generate()?;
        let extensions = vec![
            extension(true, &BasicConstraints { ca: true, path_len_constraint: Some(0) })?,
            extension(true, &KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign))?,
            extension(false, &SubjectKeyIdentifier(key_identifier(&key)?))?,
        ];
        let certificate = signed(&key, tbs(name.clone(), name.clone(), &key, window, extensions)?)?;
        Ok(Self { name, key, certificate })
    }

    /// The issuer's own certificate in DER.
    pub(super) fn certificate(&self) -> &[u8] {
        &self.certificate
    }
}

/// A signer's certificate to be issued.
pub(super) struct Leaf<'a> {
    pub(super) identity: &'a SigstoreIdentity,
    pub(super) key: &'a Key,
    pub(super) window: Window,
    pub(super) flaw: Option<Flaw>,
}

impl Leaf<'_> {
    /// The certificate in DER, timestamped at `at` by the certificate-transparency log.
    pub(super) fn issue(&self, issuer: &Issuer, log: &TimestampLog, at: Timestamp) -> Result<Vec<u8>, AuthorityError> {
        let mut tbs = tbs(issuer.name.clone(), Name::default(), self.key, self.window, self.extensions(issuer)?)?;
        let list = log.list(issuer.key.id(), &tbs.to_der()?, at, self.flaw)?;
        if let Some(list) = list {
            let value = OctetString::new(list)?.to_der()?;
            tbs.extensions.get_or_insert_default().push(raw(CT_PRECERT_SCTS, value)?);
        }
        signed(&issuer.key, tbs)
    }

    fn extensions(&self, issuer: &Issuer) -> Result<Vec<Extension>, AuthorityError> {
        let kind = if self.flaw == Some(Flaw::UriIdentity) { TagNumber::N6 } else { TagNumber::N1 };
        let name = alternative_name(kind, self.identity.identity.as_bytes())?;
        let mut extensions = vec![extension(true, &KeyUsage(KeyUsages::DigitalSignature.into()))?];
        if self.flaw != Some(Flaw::NoCodeSigning) {
            extensions.push(extension(false, &ExtendedKeyUsage(vec![ID_KP_CODE_SIGNING]))?);
        }
        let authority =
            AuthorityKeyIdentifier { key_identifier: Some(key_identifier(&issuer.key)?), ..Default::default() };
        extensions.push(extension(false, &authority)?);
        let issuer = &self.identity.issuer;
        extensions.push(Extension { critical: true, ..raw(SubjectAltName::OID, name)? });
        extensions.push(raw(ISSUER, issuer.clone().into_bytes())?);
        let issuer = if self.flaw == Some(Flaw::OtherIssuer) { OTHER_ISSUER } else { issuer };
        extensions.push(raw(ISSUER_V2, Utf8StringRef::new(issuer)?.to_der()?)?);
        Ok(extensions)
    }
}

fn tbs(
    issuer: Name,
    subject: Name,
    key: &Key,
    window: Window,
    extensions: Vec<Extension>,
) -> Result<TbsCertificate, AuthorityError> {
    Ok(TbsCertificate {
        version: Version::V3,
        serial_number: serial(key)?,
        signature: ecdsa(),
        issuer,
        validity: Validity { not_before: time(window.start)?, not_after: time(window.end)? },
        subject,
        subject_public_key_info: SubjectPublicKeyInfoOwned::from_der(key.spki())?,
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(extensions),
    })
}

/// A list of one name, an address or a URI by its tag, with these very bytes: a look-alike need not be ASCII.
fn alternative_name(kind: TagNumber, bytes: &[u8]) -> Result<Vec<u8>, AuthorityError> {
    let within = |tag: Tag, bytes: &[u8]| -> Result<Vec<u8>, AuthorityError> {
        Ok([&Header::new(tag, bytes.len())?.to_der()?, bytes].concat())
    };
    within(Tag::Sequence, &within(Tag::ContextSpecific { constructed: false, number: kind }, bytes)?)
}

/// A positive number that no other certificate has: two for one key differ too.
fn serial(key: &Key) -> Result<SerialNumber, AuthorityError> {
    let mut bytes = *Sha256::of(&key.sign(b"serial number")?).as_bytes();
    bytes[0] = bytes[0] & 0x3f | 0x40;
    Ok(SerialNumber::new(&bytes[..16])?)
}

/// The name by which a certificate points to its issuer's key: any 20 bytes that differ between keys.
fn key_identifier(key: &Key) -> Result<OctetString, AuthorityError> {
    Ok(OctetString::new(&key.id().as_bytes()[..20])?)
}

fn signed(key: &Key, tbs: TbsCertificate) -> Result<Vec<u8>, AuthorityError> {
    let signature = BitString::from_bytes(&key.sign(&tbs.to_der()?)?)?;
    Ok(CertificateInner { tbs_certificate: tbs, signature_algorithm: ecdsa(), signature }.to_der()?)
}

fn ecdsa() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA_256, parameters: None }
}

fn time(time: Timestamp) -> Result<Time, AuthorityError> {
    let seconds = u64::try_from(time.as_second()).map_err(|_| AuthorityError::Time(time))?;
    Ok(Time::UtcTime(UtcTime::from_unix_duration(Duration::from_secs(seconds))?))
}

fn extension<T: AssociatedOid + Encode>(critical: bool, value: &T) -> Result<Extension, AuthorityError> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}

fn raw(extn_id: ObjectIdentifier, value: Vec<u8>) -> Result<Extension, AuthorityError> {
    Ok(Extension { extn_id, critical: false, extn_value: OctetString::new(value)? })
}
