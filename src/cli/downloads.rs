//! Artifacts streamed, hashed and bound to their evidence; never kept.

use futures::future::join_all;

use super::output::Output;
use crate::observe::Outside;
use crate::observe::bytes::{Advance, ReadError, read};
use crate::resolve::{Change, Hold, Outcome, Pending, Plan, Wait};
use crate::verify::{ArtifactHasher, VerifiedArtifact};

/// Downloads one artifact and binds its bytes, unless they were read already.
pub async fn download(
    outside: &Outside,
    artifact: VerifiedArtifact,
    output: &Output,
) -> Result<VerifiedArtifact, ReadError> {
    if artifact.bytes().is_some() {
        return Ok(artifact);
    }
    let begun = |size| -> Advance {
        let bar = output.bytes(artifact.artifact().file_name(), size);
        Box::new(move |more| bar.advance(more))
    };
    read(&outside.client, artifact.artifact(), || ArtifactHasher::new(artifact.clone()), begun).await
}

/// Downloads every artifact that `plan` would bring in. A series whose bytes are not the ones signed becomes held, one
/// whose bytes cannot be had waits.
pub async fn download_all(outside: &Outside, plan: &mut Plan, output: &Output) {
    let downloads = plan.series.iter_mut().filter_map(|series| match &mut series.outcome {
        Outcome::Update(change) if change.adds_digests => {
            let (change, artifacts) = ((**change).clone(), &mut series.artifacts);
            Some((change, artifacts, &mut series.outcome))
        }
        _ => None,
    });
    join_all(downloads.map(|(change, artifacts, outcome)| async move {
        match bytes_of(outside, change, output).await {
            Ok(change) => {
                *artifacts = change.artifacts().cloned().collect();
                *outcome = Outcome::Update(Box::new(change));
            }
            Err(failed) => *outcome = failed,
        }
    }))
    .await;
}

async fn bytes_of(outside: &Outside, mut change: Change, output: &Output) -> Result<Change, Outcome> {
    let one = |artifact: VerifiedArtifact| async move {
        let (version, kind) = (artifact.artifact().version.clone(), artifact.artifact().kind);
        let signed_at = Some(artifact.signed_at());
        download(outside, artifact, output).await.map_err(|error| match error {
            ReadError::Rejected(rejection) => {
                Outcome::Held { hold: Hold::Rejected { version, kind, rejection }, since: signed_at }
            }
            error => {
                let wait = Wait::Unreachable { version: Some(version), why: error.to_string() };
                Outcome::Waiting(Pending { wait, since: None })
            }
        })
    };
    let windows = async {
        match change.windows.take() {
            Some(artifact) => one(artifact).await.map(Some),
            None => Ok(None),
        }
    };
    let (source, windows) = futures::future::join(one(change.source.clone()), windows).await;
    change.source = source?;
    change.windows = windows?;
    Ok(change)
}
