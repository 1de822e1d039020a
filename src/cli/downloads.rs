//! Artifacts streamed, hashed and bound to their evidence; never kept.

use futures::future::join_all;

use super::output::Output;
use crate::observe::Outside;
use crate::resolve::{Change, Hold, Outcome, Pending, Plan, Wait};
use crate::sources::client::{Answer, FetchError, Missing};
use crate::sources::python_org::{ARTIFACT, artifact_url};
use crate::verify::{ArtifactHasher, Rejection, VerifiedArtifact};

/// Why the bytes of an artifact are not bound.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// They could not be had.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// They are not there.
    #[error(transparent)]
    Missing(#[from] Missing),
    /// They are not the ones signed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

/// Downloads one artifact and binds its bytes. A body that breaks off is asked for again, from its start.
pub async fn download(
    outside: &Outside,
    artifact: VerifiedArtifact,
    output: &Output,
) -> Result<VerifiedArtifact, DownloadError> {
    for _ in 1..ATTEMPTS {
        match attempt(outside, artifact.clone(), output).await {
            Err(DownloadError::Fetch(error)) if error.is_transient() => tracing::info!("asked for again: {error}"),
            result => return result,
        }
    }
    attempt(outside, artifact, output).await
}

/// How often a body that breaks off is asked for.
const ATTEMPTS: u32 = 3;

async fn attempt(
    outside: &Outside,
    artifact: VerifiedArtifact,
    output: &Output,
) -> Result<VerifiedArtifact, DownloadError> {
    let name = artifact.artifact().file_name();
    let mut stream = match outside.client.stream(&artifact_url(artifact.artifact()), ARTIFACT).await {
        Answer::Found(stream) => stream,
        Answer::Missing(missing) => return Err(missing.into()),
        Answer::Failed(error) => return Err(error.into()),
    };
    let bar = output.bytes(name, stream.size());
    let mut hasher = ArtifactHasher::new(artifact);
    while let Some(chunk) = stream.next().await? {
        hasher.update(&chunk);
        bar.advance(chunk.len() as u64);
    }
    Ok(hasher.finish()?)
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
            DownloadError::Rejected(rejection) => {
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
