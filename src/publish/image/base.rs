//! The commit that branches start from: the clone's `HEAD`, where it goes together with GitHub's default branch.
//!
//! Refuses a clone that has what GitHub has not, or that GitHub has moved on from in anything that what is proposed may
//! follow from: manifest, templates and what they include, Dockerfiles, configuration. Every file counts as such but
//! Markdown and what lies in `.github`.

use std::path::{Path, PathBuf};

use git2::Repository;

use crate::config::{BranchName, RepositoryName};
use crate::layout::MANIFEST;
use crate::model::CommitSha;
use crate::publish::github::{Comparison, Remote, RemoteError};

/// As many files as GitHub lists of a comparison; there may be more.
const LISTED: usize = 300;

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
    /// GitHub has another manifest, template or the like.
    #[error("{branch} of {repository} has {what} than this clone; git pull, and run the same command again")]
    Behind {
        /// The repository.
        repository: RepositoryName,
        /// The default branch.
        branch: String,
        /// What is another there.
        what: String,
    },
}

/// `HEAD`, and what a reader should know about it.
pub(super) async fn check(
    remote: &Remote,
    branch: &str,
    git: &Repository,
    folder: &Path,
) -> Result<(CommitSha, Vec<String>), BaseError> {
    let repository = || remote.name().clone();
    let no_head = |source| BaseError::NoHead { folder: folder.to_path_buf(), source };
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
    let Some(comparison) = comparison.filter(|comparison| comparison.merge_base_commit.sha == head) else {
        return Err(BaseError::NotPushed { head, repository: repository(), branch: branch.to_owned() });
    };
    if let Some(what) = other(&comparison) {
        return Err(BaseError::Behind { repository: repository(), branch: branch.to_owned(), what });
    }
    let newer = match comparison.ahead_by {
        1 => "a newer commit".to_owned(),
        ahead => format!("{ahead} newer commits"),
    };
    Ok((head, vec![format!("{branch} of {} has {newer} than this clone; git pull", remote.name())]))
}

/// What of the files that differ a proposal may follow from, in words; nothing if there is none.
fn other(Comparison { files, .. }: &Comparison) -> Option<String> {
    if files.len() >= LISTED {
        return Some(format!("{LISTED} or more other files"));
    }
    let paths = files.iter().flat_map(|file| [Some(&file.filename), file.previous_filename.as_ref()]).flatten();
    let mut paths: Vec<_> = paths.filter(|path| matters(path)).collect();
    // The manifest tells most.
    paths.sort_by_key(|path| path.as_str() != MANIFEST);
    let first = paths.first()?.escape_debug();
    Some(match paths.len() - 1 {
        0 => format!("another {first}"),
        1 => format!("another {first} (and one more file)"),
        more => format!("another {first} (and {more} more files)"),
    })
}

fn matters(path: &str) -> bool {
    let is_markdown = Path::new(path).extension().is_some_and(|extension| extension == "md");
    !is_markdown && !path.starts_with(".github/")
}
