//! What the OpenPGP signature beside an artifact comes to. A key that is not at hand, or whose copy here ended before the
//! signature was made, is asked for by its fingerprint, once a run and only where a signature needs it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::join_all;
use tokio::sync::OnceCell;

use super::Outside;
use crate::model::{Artifact, Fingerprint};
use crate::resolve::EvidenceState;
use crate::sources::client::Answer;
use crate::sources::openpgp_key;
use crate::verify::openpgp::{KeyFileError, Keyring};
use crate::verify::{Rejection, UnreadArtifact, VerifiedArtifact};

/// What the key server said in this run, so that it is asked once for each key.
#[derive(Debug, Default)]
pub struct KeyLookups(Mutex<BTreeMap<Fingerprint, Arc<OnceCell<Answer<String>>>>>);

/// Judges `asc`, where there is one, beside `artifact`, whose Sigstore bundle holds: a signature that nobody here can check is
/// then told of, and stands in nobody's way.
pub(super) async fn judged(
    outside: &Outside,
    artifact: VerifiedArtifact,
    asc: Option<&str>,
    pinned: &[Fingerprint],
) -> Result<VerifiedArtifact, NotJudged> {
    let judge = |keys: &Keyring| artifact.clone().with_openpgp(asc, keys, pinned, outside.now);
    let first = judge(&outside.keys);
    let wanted = match &first {
        Ok(judged) => judged.openpgp().missing_key().map(|missing| missing.wanted().to_vec()),
        Err(rejection) => outdated(rejection).map(|key| vec![key.clone()]),
    };
    let Some(wanted) = wanted else { return Ok(first?) };
    let (keys, lookup) = keys_with(outside, &wanted).await?;
    match judge(&keys) {
        Ok(judged) => Ok(judged.with_missing_key_explained(&lookup.why(), lookup.unanswered)),
        Err(Rejection::OpenPgp(error)) if lookup.is_open() => match error.missing_key() {
            Ok(missing) => Ok(artifact.with_missing_key(missing.explained(&lookup.why(), lookup.unanswered))),
            Err(error) => Err(Rejection::OpenPgp(error).into()),
        },
        Err(rejection) => Err(rejection.into()),
    }
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
    let first = judge(&outside.keys);
    let wanted = match &first {
        Err(Rejection::NoKey(missing)) => missing.wanted().to_vec(),
        Err(rejection) if let Some(key) = outdated(rejection) => vec![key.clone()],
        _ => return Ok(first?),
    };
    let (keys, lookup) = keys_with(outside, &wanted).await?;
    judge(&keys).map_err(|rejection| match rejection {
        Rejection::NoKey(missing) if lookup.unanswered => {
            NotJudged::Unanswered(missing.explained(&lookup.why(), true).in_full())
        }
        Rejection::NoKey(missing) => Rejection::NoKey(missing.explained(&lookup.why(), false)).into(),
        other => other.into(),
    })
}

/// The primary key whose copy here ended before the signature was made, if that is what is wrong: a newer copy may not have.
fn outdated(rejection: &Rejection) -> Option<&Fingerprint> {
    match rejection {
        Rejection::OpenPgp(error) => error.outdated_key(),
        _ => None,
    }
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

/// What came of looking for keys.
#[derive(Debug, Default)]
struct Lookup {
    problems: Vec<String>,
    /// True if the key server did not answer.
    unanswered: bool,
    /// True if it has a key, without what its holder signed about it.
    stripped: bool,
}

impl Lookup {
    fn why(&self) -> String {
        self.problems.join("; ")
    }

    /// True if there may be a newer copy that was not to be had.
    fn is_open(&self) -> bool {
        self.unanswered || self.stripped
    }
}

/// The keys at hand and those `wanted`, as far as there are such.
///
/// Where a ledger is kept, no answer is not taken for no key: what was recorded as checked in one run is not to be missing in
/// the next.
async fn keys_with(outside: &Outside, wanted: &[Fingerprint]) -> Result<(Keyring, Lookup), NotJudged> {
    let answers = join_all(wanted.iter().map(|key| outside.lookups.ask(outside, key))).await;
    let (mut keys, mut lookup) = (outside.keys.clone(), Lookup::default());
    for (key, answer) in wanted.iter().zip(answers) {
        match answer {
            Answer::Found(text) => {
                if let Err(error) = keys.add(key, &text) {
                    lookup.stripped |= matches!(error, KeyFileError::Unbound(_));
                    lookup.problems.push(error.to_string());
                }
            }
            Answer::Missing(missing) => lookup.problems.push(missing.to_string()),
            Answer::Failed(error) if outside.keeps_ledger => {
                let why = format!(
                    "the OpenPGP key {key} could not be had: {error}; keys/{key}.asc beside a signers file would do, and \
                     pybump signers --update keeps it there"
                );
                return Err(NotJudged::Unanswered(why));
            }
            Answer::Failed(error) => {
                lookup.problems.push(error.to_string());
                lookup.unanswered = true;
            }
        }
    }
    Ok((keys, lookup))
}

impl KeyLookups {
    async fn ask(&self, outside: &Outside, key: &Fingerprint) -> Answer<String> {
        let cell = {
            let mut lookups = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(lookups.entry(key.clone()).or_default())
        };
        cell.get_or_init(|| openpgp_key::fetch(&outside.client, key)).await.clone()
    }
}
