//! The pinned signers: which release manager signs which series, and as whom.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::version::serde_as_text;
use super::{InvalidValue, Series};

/// A Sigstore identity and the issuer that vouches for it; both must match exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigstoreIdentity {
    /// The e-mail address in the certificate: `hugo@python.org`.
    pub identity: String,
    /// The `OpenID` Connect issuer in the certificate: `https://github.com/login/oauth`.
    pub issuer: String,
}

impl fmt::Display for SigstoreIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (issuer {})", self.identity, self.issuer)
    }
}

/// The fingerprint of an OpenPGP primary key: 40 upper-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl FromStr for Fingerprint {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new("an OpenPGP fingerprint of 40 upper-case hexadecimal digits", text))
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(Fingerprint);

/// A release manager's pinned identities and the series they sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// The person's name.
    pub name: String,
    /// The series whose releases they sign.
    pub series: Vec<Series>,
    /// Whom their Sigstore certificates name.
    pub sigstore: SigstoreIdentity,
    /// Their OpenPGP primary keys; none from 3.14 on.
    #[serde(default)]
    pub openpgp: Vec<Fingerprint>,
}

/// The table of pinned signers, one for each series at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signers(BTreeMap<Series, Signer>);

/// Why a signers file was refused.
#[derive(Debug, thiserror::Error)]
pub enum SignersError {
    /// It is not TOML of the expected shape.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// It was written for another version of pybump.
    #[error("schema {0} is not known here; this pybump reads schema 1")]
    Schema(u32),
    /// Two signers claim one series.
    #[error("series {series} has two signers, {first} and {second}; a series has one")]
    Doubled {
        /// The series claimed twice.
        series: Series,
        /// Who claims it first in the file.
        first: String,
        /// Who claims it again.
        second: String,
    },
    /// An identity that is no address, or an issuer that is no https URL.
    #[error("{name}: {problem}")]
    Identity {
        /// The signer's name.
        name: String,
        /// What is wrong with which value.
        problem: InvalidValue,
    },
}

impl Signers {
    /// Parses the text of a `signers.toml`.
    pub fn parse(text: &str) -> Result<Self, SignersError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            schema: u32,
            signer: Vec<Signer>,
        }
        let file: File = toml::from_str(text)?;
        if file.schema != 1 {
            return Err(SignersError::Schema(file.schema));
        }
        let mut signers = BTreeMap::<Series, Signer>::new();
        for signer in file.signer {
            check(&signer.sigstore).map_err(|problem| SignersError::Identity { name: signer.name.clone(), problem })?;
            for series in &signer.series {
                if let Some(first) = signers.insert(*series, signer.clone()) {
                    return Err(SignersError::Doubled { series: *series, first: first.name, second: signer.name });
                }
            }
        }
        Ok(Self(signers))
    }

    /// The signers that this build of pybump pins: CPython 3.7 to 3.17.
    pub fn embedded() -> Self {
        Self::parse(include_str!("../../state/signers.toml")).expect("the embedded signers are checked by a test")
    }

    /// Every OpenPGP key that is pinned for any series, in order.
    pub fn openpgp_keys(&self) -> BTreeSet<&Fingerprint> {
        self.0.values().flat_map(|signer| &signer.openpgp).collect()
    }

    /// Who signs `series`, if anyone is pinned for it.
    pub fn of(&self, series: Series) -> Option<&Signer> {
        self.0.get(&series)
    }
}

fn check(sigstore: &SigstoreIdentity) -> Result<(), InvalidValue> {
    let address = sigstore.identity.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !sigstore.identity.contains(|c: char| c.is_whitespace() || c == '/')
    });
    if !address {
        return Err(InvalidValue::new("an e-mail address as Sigstore identity", &sigstore.identity));
    }
    match url::Url::parse(&sigstore.issuer) {
        Ok(url) if url.scheme() == "https" => Ok(()),
        _ => Err(InvalidValue::new("an https URL as Sigstore issuer", &sigstore.issuer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_signers_cover_every_series_from_3_7_to_3_17() {
        let signers = Signers::embedded();
        for minor in 7..=17 {
            let signer = signers.of(Series::new(3, minor)).unwrap();
            assert_eq!(signer.openpgp.is_empty(), minor >= 14, "3.{minor}");
        }
        assert!(signers.of(Series::new(3, 18)).is_none());
    }

    #[test]
    fn shifted_or_doubled_signers_are_refused() {
        let entry = |name: &str, identity: &str, issuer: &str| {
            format!(
                "[[signer]]\nname = \"{name}\"\nseries = [\"3.14\"]\nsigstore = {{ identity = \"{identity}\", issuer = \"{issuer}\" }}\n"
            )
        };
        let parse = |entries: &str| Signers::parse(&format!("schema = 1\n{entries}")).unwrap_err().to_string();
        let good = entry("A", "a@b.org", "https://c.org");
        insta::assert_snapshot!(parse(&entry("A", "https://c.org", "")), @r#"A: expected an e-mail address as Sigstore identity, found "https://c.org""#);
        insta::assert_snapshot!(parse(&entry("A", "a@b.org", "http://c.org")), @r#"A: expected an https URL as Sigstore issuer, found "http://c.org""#);
        insta::assert_snapshot!(parse(&format!("{good}{}", entry("B", "b@b.org", "https://c.org"))), @"series 3.14 has two signers, A and B; a series has one");
        assert!(matches!(Signers::parse("schema = 2\nsigner = []"), Err(SignersError::Schema(2))));
    }
}
