//! Whom a signature can name: a Sigstore identity, an OpenPGP key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use super::InvalidValue;
use super::version::serde_as_text;

/// A Sigstore identity and the issuer that vouches for it; both must match exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigstoreIdentity {
    /// The e-mail address in the certificate: `hugo@python.org`.
    pub identity: String,
    /// The `OpenID` Connect issuer in the certificate: `https://github.com/login/oauth`.
    pub issuer: String,
}

impl SigstoreIdentity {
    /// The identity, if it is an e-mail address and its issuer an https URL: what is pinned is.
    pub fn checked(self) -> Result<Self, InvalidValue> {
        let Self { identity, issuer } = &self;
        let address = identity.split_once('@').is_some_and(|(local, host)| {
            let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '/' | '@' | '"' | '<' | '>');
            !local.is_empty() && host.contains('.') && local.chars().chain(host.chars()).all(plain)
        });
        if !address {
            return Err(InvalidValue::new("an e-mail address as Sigstore identity", identity));
        }
        match Url::parse(issuer) {
            Ok(url) if url.scheme() == "https" && url.username().is_empty() && url.password().is_none() => Ok(self),
            _ => Err(InvalidValue::new("an https URL as Sigstore issuer", issuer)),
        }
    }
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
