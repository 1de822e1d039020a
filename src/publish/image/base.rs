//! The commit that branches start from: the clone's `HEAD`, where it goes together with GitHub's default branch.
//!
//! Refuses a clone that has what GitHub has not, or a manifest that GitHub has moved on from.

use std::path::PathBuf;

use git2::Repository;

use super::Image;
use crate::config::{BranchName, RepositoryName};
use crate::layout::MANIFEST;
use crate::model::CommitSha;
use crate::publish::github::{Remote, RemoteError};

/// A clone that pull requests cannot be made from.
#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    /// GitHub did not answer.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// There is no commit to start from.
    #[error("cannot read HEAD of {}: {source}; pybump pr needs a clone with a commit", folder.display())]
    NoHead {
        /// The clone.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
    /// The default branch is none that pybump can name.
    #[error("the default branch of {repository} is \"{}\", which is no plain branch name", name.escape_debug())]
    OddBranch {
        /// The repository.
        repository: RepositoryName,
        /// The branch.
        name: String,
    },
    /// The repository has no commit.
    #[error("{repository} has no branch {branch}; push the image repository there first")]
    Empty {
        /// The repository.
        repository: RepositoryName,
        /// The default branch.
        branch: String,
    },
    /// The clone has commits that GitHub has not.
    #[error(
        "HEAD ({head}) is not on {branch} of {repository}; a pull request would carry more than pybump's commits: push it \
         there, or git checkout {branch} && git pull"
    )]
    NotPushed {
        /// The clone's commit.
        head: CommitSha,
        /// The repository.
        repository: RepositoryName,
        /// The default branch.
        branch: String,
    },
    /// GitHub's manifest is another.
    #[error(
        "{branch} of {repository} has another {MANIFEST} than this clone; git pull, and run the same command again"
    )]
    Behind {
        /// The repository.
        repository: RepositoryName,
        /// The default branch.
        branch: String,
    },
}

/// `HEAD`, and what a reader should know about it.
pub(super) async fn check(
    remote: &Remote,
    branch: &str,
    git: &Repository,
    image: &Image<'_>,
) -> Result<(CommitSha, Vec<String>), BaseError> {
    let repository = || remote.name().clone();
    let no_head = |source| BaseError::NoHead { folder: image.folder.to_path_buf(), source };
    let head = git.head().and_then(|head| head.peel_to_commit()).map_err(no_head)?.id();
    let head: CommitSha = head.to_string().parse().expect("git prints 40 digits");
    let odd = |_| BaseError::OddBranch { repository: repository(), name: branch.to_owned() };
    let name: BranchName = branch.parse().map_err(odd)?;
    let Some(tip) = remote.branch(&name).await? else {
        return Err(BaseError::Empty { repository: repository(), branch: branch.to_owned() });
    };
    if tip == head {
        return Ok((head, Vec::new()));
    }
    let comparison = remote.compare(&head, &tip).await?;
    if comparison.as_ref().is_none_or(|comparison| comparison.merge_base_commit.sha != head) {
        return Err(BaseError::NotPushed { head, repository: repository(), branch: branch.to_owned() });
    }
    if remote.file(MANIFEST, tip.as_str()).await?.as_deref() != Some(image.layout.text().as_str()) {
        return Err(BaseError::Behind { repository: repository(), branch: branch.to_owned() });
    }
    let newer = match comparison.map_or(0, |comparison| comparison.ahead_by) {
        1 => "a newer commit".to_owned(),
        ahead => format!("{ahead} newer commits"),
    };
    Ok((head, vec![format!("{branch} of {} has {newer} than this clone; git pull", remote.name())]))
}
