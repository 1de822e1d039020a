//! OpenPGP keys from keys.openpgp.org, by fingerprint; and by id, with the fingerprint that belongs to it.
//!
//! Owns the addresses and the size. The text is as good as its fingerprint, which the keyring checks.

use url::Url;

use super::client::{Answer, BodyLimit, Client, FetchError, Problem};
use crate::model::{Fingerprint, InvalidValue};
use crate::verify::openpgp::{KEY_CAP, primary_fingerprint};

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

/// Where the key with this id of 16 hexadecimal digits lies.
fn url_by_id(id: &str) -> Url {
    let plain: String = id.chars().filter(char::is_ascii_hexdigit).collect();
    let text = format!("https://keys.openpgp.org/vks/v1/by-keyid/{plain}");
    Url::parse(&text).expect("hexadecimal digits are a plain path segment")
}

/// The key whose primary key has this id of 16 hexadecimal digits: its fingerprint, computed from the key itself, and its
/// armored text.
pub async fn fetch_by_id(client: &Client, id: &str) -> Answer<(Fingerprint, String)> {
    let page = client.get(&url_by_id(id), BodyLimit::bytes(KEY_CAP as u64)).await;
    page.and_then(|page| {
        let computed = page.text().and_then(|text| {
            let invalid = |found: &str| {
                let problem = InvalidValue::new("an OpenPGP key whose fingerprint ends in the id asked for", found);
                FetchError::new(page.address.clone(), Problem::Unreadable(problem))
            };
            let fingerprint = primary_fingerprint(text).map_err(|error| invalid(&error.to_string()))?;
            if fingerprint.to_string().ends_with(id) {
                Ok((fingerprint, text.to_owned()))
            } else {
                Err(invalid(&fingerprint.to_string()))
            }
        });
        computed.into()
    })
}
