//! What the OpenPGP signature beside an artifact comes to. A key that is not at hand is asked for, by its fingerprint, only
//! where there is a signature that needs it.

use futures::future::join_all;

use super::Outside;
use crate::model::{Artifact, Fingerprint};
use crate::sources::client::Answer;
use crate::sources::openpgp_key;
use crate::verify::openpgp::{Keyring, MissingKey};
use crate::verify::{Rejection, UnreadArtifact, VerifiedArtifact};

/// Judges `asc`, where there is one, beside `artifact`, whose Sigstore bundle holds.
pub(super) async fn judged(
    outside: &Outside,
    artifact: VerifiedArtifact,
    asc: Option<&str>,
) -> Result<VerifiedArtifact, Rejection> {
    let pinned = pinned(outside, artifact.artifact());
    let judge = |keys: &Keyring| artifact.clone().with_openpgp(asc, keys, pinned, outside.now);
    let first = judge(&outside.keys)?;
    let Some(missing) = first.openpgp().missing_key() else { return Ok(first) };
    let (keys, lookup) = keys_with(outside, missing).await;
    judge(&keys).map(|judged| judged.with_missing_key_explained(&lookup.problems.join("; "), lookup.unanswered))
}

/// Judges the `.asc` beside `artifact`, which has no Sigstore bundle, and reads the SBOM beside both.
pub(super) async fn unread(
    outside: &Outside,
    artifact: &Artifact,
    texts: (&str, Option<&str>),
    announced: Option<u64>,
) -> Result<UnreadArtifact, Rejection> {
    let pinned = pinned(outside, artifact);
    let judge = |keys: &Keyring| UnreadArtifact::new(artifact, texts, keys, pinned, outside.now, announced);
    let missing = match judge(&outside.keys) {
        Err(Rejection::NoKey(missing)) => missing,
        judged => return judged,
    };
    let (keys, lookup) = keys_with(outside, &missing).await;
    judge(&keys).map_err(|rejection| match rejection {
        Rejection::NoKey(missing) => {
            Rejection::NoKey(missing.explained(&lookup.problems.join("; "), lookup.unanswered))
        }
        other => other,
    })
}

fn pinned<'a>(outside: &'a Outside, artifact: &Artifact) -> &'a [Fingerprint] {
    let pins = outside.signers.of(artifact.version.series(), artifact.kind);
    pins.map_or(&[], |pins| pins.openpgp.as_slice())
}

/// What came of looking for keys.
#[derive(Debug, Default)]
struct KeyLookup {
    /// Why some were not had, in words.
    problems: Vec<String>,
    /// True if another try may have them.
    unanswered: bool,
}

/// The keys at hand, and those that `missing` wants as far as they can be had.
async fn keys_with(outside: &Outside, missing: &MissingKey) -> (Keyring, KeyLookup) {
    let wanted = missing.wanted();
    let answers = join_all(wanted.iter().map(|key| openpgp_key::fetch(&outside.client, key))).await;
    let mut keys = outside.keys.clone();
    let mut lookup = KeyLookup::default();
    for (key, answer) in wanted.iter().zip(answers) {
        match answer {
            Answer::Found(text) => lookup.problems.extend(keys.add(key, &text).err().map(|error| error.to_string())),
            Answer::Missing(missing) => lookup.problems.push(missing.to_string()),
            Answer::Failed(error) => {
                lookup.problems.push(error.to_string());
                lookup.unanswered = true;
            }
        }
    }
    (keys, lookup)
}
