//! The bytes of an artifact, streamed into a hasher and never kept.

use crate::model::Artifact;
use crate::sources::client::{Answer, Client, FetchError, Missing};
use crate::sources::python_org::{ARTIFACT, artifact_url};
use crate::verify::{ArtifactHasher, Rejection, VerifiedArtifact};

/// Why the bytes of an artifact are not bound.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
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

/// Told how many more bytes came.
pub type Advance = Box<dyn Fn(u64) + Send>;

/// How often a body that breaks off is asked for.
const ATTEMPTS: u32 = 3;

/// Downloads `artifact` into what `hasher` makes, and binds its bytes. A body that breaks off is asked for again, from its
/// start. `begun` is told the size of each, where the server says so, and gives what is told of its progress.
pub async fn read(
    client: &Client,
    artifact: &Artifact,
    hasher: impl Fn() -> ArtifactHasher,
    begun: impl Fn(Option<u64>) -> Advance,
) -> Result<VerifiedArtifact, ReadError> {
    for _ in 1..ATTEMPTS {
        match attempt(client, artifact, hasher(), &begun).await {
            Err(ReadError::Fetch(error)) if error.is_transient() => tracing::info!("asked for again: {error}"),
            result => return result,
        }
    }
    attempt(client, artifact, hasher(), &begun).await
}

async fn attempt(
    client: &Client,
    artifact: &Artifact,
    mut hasher: ArtifactHasher,
    begun: &impl Fn(Option<u64>) -> Advance,
) -> Result<VerifiedArtifact, ReadError> {
    let mut stream = match client.stream(&artifact_url(artifact), ARTIFACT).await {
        Answer::Found(stream) => stream,
        Answer::Missing(missing) => return Err(missing.into()),
        Answer::Failed(error) => return Err(error.into()),
    };
    let advance = begun(stream.size());
    while let Some(chunk) = stream.next().await? {
        hasher.update(&chunk)?;
        advance(chunk.len() as u64);
    }
    Ok(hasher.finish()?)
}
