//! What keeps the official-images pull request from being kept, and what to do about it.

use crate::config::RepositoryName;
use crate::model::{CommitSha, InvalidValue};
use crate::publish::github::RemoteError;
use crate::publish::rolling::RollingError;
use crate::sources::base_images::LibraryFileError;
use crate::stackbrew::CloneError;

/// A pull request that could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum LibraryPullError {
    /// GitHub did not take a question or a change.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The pull request could not be kept.
    #[error(transparent)]
    Rolling(#[from] RollingError),
    /// The image repository's history could not be read.
    #[error(transparent)]
    Clone(#[from] CloneError),
    /// The repository that has the library files is not there.
    #[error(
        "there is no repository {upstream} on GitHub, or the token ({token}) does not see it; check \
         publish.library.upstream and GITHUB_API_URL"
    )]
    NoUpstream {
        /// The name asked for.
        upstream: RepositoryName,
        /// The token's variable.
        token: &'static str,
    },
    /// The repository that has the library files has no commit.
    #[error("{upstream} has no commit on its default branch {branch}; check publish.library.upstream")]
    Empty {
        /// The repository.
        upstream: RepositoryName,
        /// Its default branch.
        branch: String,
    },
    /// It is not known whose fork it is.
    #[error(
        "whose fork of {upstream} is to be pushed to? the token ({token}) is no person's; set publish.library.fork, and \
         PYBUMP_OFFICIAL_IMAGES_TOKEN to a token of the person whose fork it is"
    )]
    WhoseFork {
        /// What it should be a fork of.
        upstream: RepositoryName,
        /// The token's variable.
        token: &'static str,
    },
    /// An App may not propose anything there.
    #[error(
        "{source}; {token} is no person's, and can open pull requests only where its App is installed: set it to the \
         token of the person whose fork it is"
    )]
    NotInstalled {
        /// The token's variable.
        token: &'static str,
        /// What GitHub said.
        source: RollingError,
    },
    /// The image's name, or that of a default branch, makes no branch.
    #[error("library.name, or the name of a default branch on GitHub: {0}")]
    Name(#[from] InvalidValue),
    /// What would be replaced is no library file.
    #[error(
        "{upstream} has something else where the library file is to go: {source}; see what happened to it there, and have \
         it mended first"
    )]
    Before {
        /// The repository.
        upstream: RepositoryName,
        /// What is wrong with it.
        source: LibraryFileError,
    },
    /// official-images could not fetch the commits that the library file names.
    #[error(
        "HEAD ({head}) is not on {branch} of {repository}, where official-images fetches the commits of the library file: \
         push it there, or git checkout {branch} && git pull; where the images are built from another repository, \
         library.git-repo says which"
    )]
    NotPushed {
        /// The clone's commit.
        head: CommitSha,
        /// The image repository.
        repository: RepositoryName,
        /// Its default branch.
        branch: String,
    },
    /// official-images may have been told of newer commits already.
    #[error(
        "this clone is behind {branch} of {repository}, by {ahead}, so that its library file may be older than the one that \
         official-images has; git pull, and run the same command again"
    )]
    Behind {
        /// The image repository.
        repository: RepositoryName,
        /// Its default branch.
        branch: String,
        /// How many commits.
        ahead: u64,
    },
    /// The work tree is not what the commits hold.
    #[error(
        "not committed: {}; the library file would have tags and parents of the work tree beside commits of HEAD: commit \
         them, or git stash", files.join(", ")
    )]
    NotCommitted {
        /// The files.
        files: Vec<String>,
    },
}
