//! Whether a pull request of somebody else may be relied on, by what GitHub says of its author and its branch.
//!
//! Owns the line between what goes wrong on GitHub and what is wrong with somebody's files: the latter stops no run.

use serde::Deserialize;

use crate::publish::github::{Remote, RemoteError};
use crate::sources::client::{Answer, Client, Problem};
use crate::sources::github;

/// What a pull request is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Who brings it has a say in the repository.
    Trusted,
    /// It is not meant to be merged yet.
    Draft,
    /// Anybody may have opened it.
    Stranger,
}

#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    draft: bool,
    author_association: Option<String>,
    head: Head,
}

#[derive(Deserialize)]
struct Head {
    /// Nothing where the fork was deleted.
    repo: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
}

/// Asks what the pull request `number` is worth. One that cannot be read is a stranger's.
pub(super) async fn standing(client: &Client, remote: &Remote, number: u64) -> Result<Standing, RemoteError> {
    let url = github::url(client, &format!("repos/{}/pulls/{number}", remote.name()));
    let record: Record = match github::record(client, &url, "a pull request").await {
        Answer::Found(record) => record,
        Answer::Missing(_) => return Ok(Standing::Stranger),
        Answer::Failed(error) => {
            let error = RemoteError::Reading { error: Box::new(error), advice: None };
            return if is_transient(&error) { Err(error) } else { Ok(Standing::Stranger) };
        }
    };
    let here = record.head.repo.is_some_and(|repository| repository.full_name == remote.name().to_string());
    let has_a_say = matches!(record.author_association.as_deref(), Some("OWNER" | "MEMBER" | "COLLABORATOR"));
    Ok(match (record.draft, here || has_a_say) {
        (true, _) => Standing::Draft,
        (false, true) => Standing::Trusted,
        (false, false) => Standing::Stranger,
    })
}

/// True if GitHub did not answer, or not now; false if it answered and what it has cannot be read.
pub(super) fn is_transient(error: &RemoteError) -> bool {
    let RemoteError::Reading { error, .. } = error else { return false };
    let limited = |said: &Option<String>| said.as_deref().is_some_and(|said| said.contains("rate limit"));
    error.is_transient() || matches!(&error.problem, Problem::Status { status: 403, detail } if limited(detail))
}
