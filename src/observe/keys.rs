//! Pinned OpenPGP keys that are to be kept beside a signers file: asked for at keys.openpgp.org, each once.
//!
//! Owns the check of what comes, which is the keyring's; refuses to hand on a text that it would not take.

use std::collections::BTreeMap;
use std::path::PathBuf;

use futures::future::join_all;

use crate::model::Fingerprint;
use crate::sources::client::{Answer, Client};
use crate::sources::openpgp_key;
use crate::verify::openpgp::Keyring;

/// A key that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedKey {
    /// Its primary fingerprint.
    pub fingerprint: Fingerprint,
    /// Its armored text, as it came and as a keyring takes it.
    pub text: Result<String, NoKey>,
}

/// Why a key could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    /// The server has no such key, or something else in its place.
    #[error("{0}")]
    Absent(String),
    /// The server did not answer: it may have the key.
    #[error("{0}")]
    Unanswered(String),
}

/// Keys as files.
#[derive(Debug, Clone, Default)]
pub struct KeyFiles {
    /// Each from the repository's root, with its text.
    pub files: Vec<(PathBuf, String)>,
    /// True if the server did not answer about one more.
    pub unanswered: bool,
}

/// Asks for each of `wanted`, in their order; those in `had` came already, and are checked alone.
pub async fn keys(client: &Client, wanted: &[Fingerprint], had: &BTreeMap<Fingerprint, String>) -> Vec<AskedKey> {
    let ask = |fingerprint: Fingerprint| async move {
        let answer = match had.get(&fingerprint) {
            Some(text) => Answer::Found(text.clone()),
            None => openpgp_key::fetch(client, &fingerprint).await,
        };
        let text = match answer {
            Answer::Found(text) => checked(&fingerprint, text),
            Answer::Missing(missing) => Err(NoKey::Absent(missing.to_string())),
            Answer::Failed(error) => Err(NoKey::Unanswered(error.to_string())),
        };
        AskedKey { fingerprint, text }
    };
    join_all(wanted.iter().cloned().map(ask)).await
}

fn checked(fingerprint: &Fingerprint, text: String) -> Result<String, NoKey> {
    match Keyring::new().add(fingerprint, &text) {
        Ok(()) => Ok(text),
        Err(error) => Err(NoKey::Absent(format!("{}: {error}", openpgp_key::url(fingerprint)))),
    }
}
