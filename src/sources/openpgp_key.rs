//! OpenPGP keys from keys.openpgp.org, by fingerprint.
//!
//! Owns the address and the size. The text is as good as its fingerprint, which the keyring checks.

use url::Url;

use super::client::{Answer, BodyLimit, Client};
use crate::model::Fingerprint;
use crate::verify::openpgp::KEY_CAP;

/// Where the key with this primary fingerprint lies.
pub fn url(fingerprint: &Fingerprint) -> Url {
    let text = format!("https://keys.openpgp.org/vks/v1/by-fingerprint/{fingerprint}");
    Url::parse(&text).expect("a fingerprint is a plain path segment")
}

/// The armored text of the key.
pub async fn fetch(client: &Client, fingerprint: &Fingerprint) -> Answer<String> {
    let page = client.get(&url(fingerprint), BodyLimit::bytes(KEY_CAP as u64)).await;
    page.and_then(|page| page.text().map(str::to_owned).into())
}
