//! What the OpenPGP signature beside an artifact comes to. A key that is not at hand is asked for, by its fingerprint, only
//! where there is a signature that needs it.

use futures::future::join_all;

use super::Outside;
use crate::sources::client::Answer;
use crate::sources::openpgp_key;
use crate::verify::openpgp::{Keyring, OpenPgpState};
use crate::verify::{Rejection, VerifiedArtifact};

/// Judges `asc`, where there is one, beside `artifact`, whose Sigstore bundle holds.
pub(super) async fn judged(
    outside: &Outside,
    artifact: VerifiedArtifact,
    asc: Option<&str>,
) -> Result<VerifiedArtifact, Rejection> {
    let signer = outside.signers.of(artifact.artifact().version.series());
    let pinned = signer.map_or(&[][..], |signer| &signer.openpgp);
    let judge = |keys: &Keyring| artifact.clone().with_openpgp(asc, keys, pinned, outside.now);
    let first = judge(&outside.keys)?;
    let OpenPgpState::NoKey(missing) = first.openpgp() else { return Ok(first) };
    let wanted = missing.wanted();
    let answers = join_all(wanted.iter().map(|key| openpgp_key::fetch(&outside.client, key))).await;
    let mut keys = outside.keys.clone();
    let mut problems = Vec::new();
    for (key, answer) in wanted.iter().zip(answers) {
        match answer {
            Answer::Found(text) => problems.extend(keys.add(key, &text).err().map(|error| error.to_string())),
            Answer::Missing(missing) => problems.push(missing.to_string()),
            Answer::Failed(error) => problems.push(error.to_string()),
        }
    }
    let explained = |judged: VerifiedArtifact| judged.with_missing_key_explained(&problems.join("; "));
    judge(&keys).map(explained)
}
