//! The authority's trust root, with the windows that its ended and unbegun parts are judged by.

use serde_json::{Value, json};

use super::bundle::base64;
use super::certificate::{Issuer, Window};
use super::{Authority, Key};

/// The text of a `trusted_root.json`.
pub(super) fn json(authority: &Authority) -> String {
    let always = Window::years(2020, 2040);
    let ended = Window::years(2020, 2021);
    let root = json!({
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "tlogs": [log("https://rekor.pybump.example", authority.log.key(), always)],
        "certificateAuthorities": [
            issuer(&authority.issuer, always),
            issuer(&authority.ended, ended),
            issuer(&authority.unbegun, Window::years(2039, 2040)),
            issuer(&authority.expired, always),
        ],
        "ctlogs": [
            log("https://ctfe.pybump.example", authority.timestamps.key(), always),
            log("https://ctfe.pybump.example/ended", authority.timestamps.ended(), ended),
        ],
    });
    root.to_string()
}

fn issuer(issuer: &Issuer, window: Window) -> Value {
    json!({
        "subject": { "organization": "pybump.example", "commonName": "pybump demo" },
        "uri": "https://fulcio.pybump.example",
        "certChain": { "certificates": [{ "rawBytes": base64(issuer.certificate()) }] },
        "validFor": valid_for(window),
    })
}

fn log(url: &str, key: &Key, window: Window) -> Value {
    json!({
        "baseUrl": url,
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": base64(key.spki()),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": valid_for(window),
        },
        "logId": { "keyId": base64(key.id().as_bytes()) },
    })
}

fn valid_for(window: Window) -> Value {
    json!({ "start": window.start.to_string(), "end": window.end.to_string() })
}
