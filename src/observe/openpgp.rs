//! What the OpenPGP signature beside an artifact comes to. A key that is not at hand is asked for, by its fingerprint, only
//! where there is a signature that needs it.

use futures::future::join_all;

use super::Outside;
use crate::model::{Artifact, Fingerprint};
use crate::resolve::EvidenceState;
use crate::sources::client::Answer;
use crate::sources::openpgp_key;
use crate::verify::openpgp::{Keyring, MissingKey};
use crate::verify::{Rejection, UnreadArtifact, VerifiedArtifact};

/// Judges `asc`, where there is one, beside `artifact`, whose Sigstore bundle holds.
pub(super) async fn judged(
    outside: &Outside,
    artifact: VerifiedArtifact,
    asc: Option<&str>,
    pinned: &[Fingerprint],
) -> Result<VerifiedArtifact, NotJudged> {
    let judge = |keys: &Keyring| artifact.clone().with_openpgp(asc, keys, pinned, outside.now);
    let first = judge(&outside.keys)?;
    let Some(missing) = first.openpgp().missing_key() else { return Ok(first) };
    let (keys, why) = keys_with(outside, missing).await?;
    Ok(judge(&keys)?.with_missing_key_explained(&why))
}

/// Judges the `.asc` beside `artifact`, which has no Sigstore bundle, and reads the SBOM beside both.
pub(super) async fn unread(
    outside: &Outside,
    artifact: &Artifact,
    texts: (&str, Option<&str>),
    pinned: &[Fingerprint],
    announced: Option<u64>,
) -> Result<UnreadArtifact, NotJudged> {
    let judge = |keys: &Keyring| UnreadArtifact::new(artifact, texts, keys, pinned, outside.now, announced);
    let missing = match judge(&outside.keys) {
        Err(Rejection::NoKey(missing)) => missing,
        judged => return Ok(judged?),
    };
    let (keys, why) = keys_with(outside, &missing).await?;
    judge(&keys).map_err(|rejection| match rejection {
        Rejection::NoKey(missing) => Rejection::NoKey(missing.explained(&why)).into(),
        other => other.into(),
    })
}

/// Why a signature is not judged to hold.
pub(super) enum NotJudged {
    /// It does not hold.
    Rejected(Rejection),
    /// Whoever has its key did not answer.
    Unanswered(String),
}

impl From<Rejection> for NotJudged {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<NotJudged> for EvidenceState {
    fn from(why: NotJudged) -> Self {
        match why {
            NotJudged::Rejected(rejection) => Self::Rejected(rejection),
            NotJudged::Unanswered(why) => Self::Failed(why),
        }
    }
}

/// The keys at hand and those that `missing` wants, as far as there are such; and why there are not, in words. A hiccup of the
/// key server is no answer: what was checked in one run is not to be unchecked in the next.
async fn keys_with(outside: &Outside, missing: &MissingKey) -> Result<(Keyring, String), NotJudged> {
    let wanted = missing.wanted();
    let answers = join_all(wanted.iter().map(|key| openpgp_key::fetch(&outside.client, key))).await;
    let mut keys = outside.keys.clone();
    let mut problems = Vec::new();
    for (key, answer) in wanted.iter().zip(answers) {
        match answer {
            Answer::Found(text) => problems.extend(keys.add(key, &text).err().map(|error| error.to_string())),
            Answer::Missing(missing) => problems.push(missing.to_string()),
            Answer::Failed(error) => {
                let why = format!(
                    "the OpenPGP key {key} could not be had: {error}; keys/{key}.asc beside a signers file would do"
                );
                return Err(NotJudged::Unanswered(why));
            }
        }
    }
    Ok((keys, problems.join("; ")))
}
