//! Why pull requests of the image repository could not be kept.

use super::BaseError;
use crate::config::{BranchName, RepositoryName};
use crate::layout::LayoutError;
use crate::publish::github::RemoteError;
use crate::publish::rolling::RollingError;

/// Pull requests that could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// GitHub did not take a question or a change.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The pull request could not be kept.
    #[error(transparent)]
    Rolling(#[from] RollingError),
    /// The clone and GitHub do not go together.
    #[error(transparent)]
    Base(#[from] BaseError),
    /// A branch that pybump moves and removes is the one that pull requests go to.
    #[error(
        "the default branch of {repository} is {branch}, a name that pybump's own branches have, which are moved and \
         removed; set publish.branch to another name"
    )]
    DefaultBranch {
        /// The repository.
        repository: RepositoryName,
        /// The branch.
        branch: BranchName,
    },
    /// The plan could not be made files.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The plan could not be made commits.
    #[error("cannot make commits in memory of {}: {source}; git fsck tells what is missing or broken", folder.display())]
    Git {
        /// The clone.
        folder: std::path::PathBuf,
        /// What git said.
        source: git2::Error,
    },
}
