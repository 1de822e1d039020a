//! The clones that rounds are run on: brought up to what the default branch is at, and read from there.
//!
//! git fetches, with its own credentials. Owns the ref that keeps what was fetched, and the folder of a run, which is what a
//! fresh checkout would be. Refuses to touch a work tree or a branch of the clone, and to hand git any token.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use git2::{Oid, Repository};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use crate::config::{BranchName, RepositoryName};
use crate::model::CommitSha;
use crate::publish::snapshot_in;

/// The ref in the clone that keeps what was fetched last.
pub(super) const KEPT: &str = "refs/pybump/watch";

/// How long git may take to say what the default branch is at. Whoever waits keeps others waiting.
const LISTING: Duration = Duration::from_secs(60);

/// How long it may take to fetch that.
const FETCHING: Duration = Duration::from_secs(600);

/// A clone that is fetched into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedClone {
    /// The repository.
    pub name: RepositoryName,
    /// The clone's folder.
    pub folder: PathBuf,
    /// What is fetched from: `origin`, or for a clone of pybump's own a URL.
    pub from: Source,
}

/// What is fetched from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The clone's own `origin`; the clone is somebody's.
    Origin,
    /// This URL; the clone is made where it is not there.
    Url(String),
}

/// A clone that could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum CloneError {
    /// The folder is no clone.
    #[error("{} is no git clone of {name}: {source}; name one in watch.repositories, or leave path out to have one kept", folder.display())]
    NotAClone {
        /// The repository.
        name: RepositoryName,
        /// The folder.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
    /// git did not start.
    #[error("cannot start git to fetch {name}: {source}; pybump watch needs git on its PATH")]
    NoGit {
        /// The repository.
        name: RepositoryName,
        /// What the operating system said.
        source: io::Error,
    },
    /// git could not fetch.
    #[error("git {what} of {name} failed: {said}")]
    Failed {
        /// What it was asked for.
        what: &'static str,
        /// The repository.
        name: RepositoryName,
        /// The last line that it said.
        said: String,
    },
    /// There is no default branch, or none that pybump can name.
    #[error("{name} has no default branch with a commit that pybump can name: \"{}\"; push the image repository there first", found.escape_debug())]
    NoBranch {
        /// The repository.
        name: RepositoryName,
        /// What git printed.
        found: String,
    },
    /// The clone could not be read or written.
    #[error("cannot use the clone {} of {name}: {source}", folder.display())]
    Git {
        /// The repository.
        name: RepositoryName,
        /// The folder.
        folder: PathBuf,
        /// What git said.
        source: git2::Error,
    },
    /// The files of the commit could not be written.
    #[error("cannot write the files of {name} into {}: {source}", folder.display())]
    Files {
        /// The repository.
        name: RepositoryName,
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// The files of the default branch in a folder that goes when dropped; to git it is a clone whose `HEAD` is that commit.
#[derive(Debug)]
pub struct Checkout {
    folder: TempDir,
    /// The commit.
    pub commit: CommitSha,
}

impl Checkout {
    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl WatchedClone {
    /// Fetches what the default branch is at. Nothing is transferred where that is here already. `secrets` are the environment
    /// variables that git must not see.
    pub async fn fetch(&self, secrets: &[&str]) -> Result<CommitSha, CloneError> {
        self.made()?;
        let from = match &self.from {
            Source::Origin => "origin",
            Source::Url(url) => url,
        };
        let listed = self.git("ls-remote", LISTING, &["ls-remote", "--symref", "--", from, "HEAD"], secrets).await?;
        let no_branch = || CloneError::NoBranch { name: self.name.clone(), found: listed.trim().to_owned() };
        let (branch, commit) = default_branch(&listed).ok_or_else(no_branch)?;
        let id = Oid::from_str(commit.as_str()).map_err(|source| self.error(source))?;
        if !self.keeps(id)? {
            let refspec = format!("+refs/heads/{branch}:{KEPT}");
            let fetch =
                ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap="];
            let fetch: Vec<_> = fetch.into_iter().chain(["--", from, &refspec]).collect();
            self.git("fetch", FETCHING, &fetch, secrets).await?;
        }
        let git = Repository::open(&self.folder).map_err(|source| self.error(source))?;
        let kept = git.refname_to_id(KEPT).map_err(|source| self.error(source))?;
        Ok(kept.to_string().parse().expect("git prints 40 digits"))
    }

    /// The files of `commit` in a folder of their own in `scratch`.
    pub fn check_out(&self, commit: &CommitSha, scratch: &Path) -> Result<Checkout, CloneError> {
        let git = Repository::open(&self.folder).map_err(|source| self.error(source))?;
        let id = Oid::from_str(commit.as_str()).map_err(|source| self.error(source))?;
        let tree = git.find_commit(id).and_then(|commit| commit.tree()).map_err(|source| self.error(source))?;
        let files = |source| CloneError::Files { name: self.name.clone(), folder: scratch.to_path_buf(), source };
        let folder = snapshot_in(&git, &tree, scratch).map_err(files)?;
        skeleton(&git, commit, folder.path()).map_err(files)?;
        Ok(Checkout { folder, commit: commit.clone() })
    }

    /// Sees to it that there is a clone.
    fn made(&self) -> Result<(), CloneError> {
        if let Source::Url(_) = self.from
            && !self.folder.join("HEAD").exists()
        {
            Repository::init_bare(&self.folder).map_err(|source| self.error(source))?;
        }
        let not = |source| CloneError::NotAClone { name: self.name.clone(), folder: self.folder.clone(), source };
        Repository::open(&self.folder).map(|_| ()).map_err(not)
    }

    /// True if the commit is here; then the ref keeps it.
    fn keeps(&self, id: Oid) -> Result<bool, CloneError> {
        let git = Repository::open(&self.folder).map_err(|source| self.error(source))?;
        if git.find_commit(id).and_then(|commit| commit.tree()).is_err() {
            return Ok(false);
        }
        git.reference(KEPT, id, true, "fetched by pybump watch").map_err(|source| self.error(source))?;
        Ok(true)
    }

    async fn git(
        &self,
        what: &'static str,
        longest: Duration,
        arguments: &[&str],
        secrets: &[&str],
    ) -> Result<String, CloneError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).args(["-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never"]);
        command.args(arguments.iter().map(OsStr::new));
        for secret in secrets {
            command.env_remove(secret);
        }
        command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C").stdin(Stdio::null()).kill_on_drop(true);
        let failed = |said: String| CloneError::Failed { what, name: self.name.clone(), said };
        let output = match timeout(longest, command.output()).await {
            Err(_) => return Err(failed(format!("it took longer than {} s", longest.as_secs()))),
            Ok(Err(source)) => return Err(CloneError::NoGit { name: self.name.clone(), source }),
            Ok(Ok(output)) => output,
        };
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let first = said.lines().find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
            let line = first.or(said.lines().last()).unwrap_or("it said nothing");
            return Err(failed(line.chars().take(300).map(printable).collect()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn error(&self, source: git2::Error) -> CloneError {
        CloneError::Git { name: self.name.clone(), folder: self.folder.clone(), source }
    }
}

/// True if `folder` is a clone that pybump fetched into.
pub(super) fn is_own(folder: &Path) -> bool {
    Repository::open_bare(folder).is_ok_and(|git| git.find_reference(KEPT).is_ok())
}

/// A character of what git said, quotes as they are.
fn printable(c: char) -> String {
    if matches!(c, '\'' | '"' | '\\') { c.to_string() } else { c.escape_debug().to_string() }
}

/// Branch and commit in what `git ls-remote --symref REMOTE HEAD` prints.
fn default_branch(listed: &str) -> Option<(BranchName, CommitSha)> {
    let (mut branch, mut commit) = (None, None);
    for line in listed.lines() {
        match line.split_once('\t')? {
            (symbolic, "HEAD") if symbolic.starts_with("ref: ") => {
                branch = symbolic.strip_prefix("ref: refs/heads/")?.parse().ok();
            }
            (id, "HEAD") => commit = id.parse().ok(),
            _ => {}
        }
    }
    Some((branch?, commit?))
}

/// What makes `folder` a clone in git's eyes, with the objects of `git` and `commit` as its detached `HEAD`.
fn skeleton(git: &Repository, commit: &CommitSha, folder: &Path) -> io::Result<()> {
    let own = folder.join(".git");
    fs::create_dir(&own)?;
    for part in ["refs", "objects", "objects/info"] {
        fs::create_dir(own.join(part))?;
    }
    let shared = git.commondir().canonicalize()?;
    let objects = shared.join("objects");
    let objects = objects.to_str().filter(|path| !path.contains('\n'));
    let objects = objects.ok_or_else(|| io::Error::other("the clone's path is not plain text"))?;
    fs::write(own.join("objects/info/alternates"), format!("{objects}\n"))?;
    fs::write(own.join("HEAD"), format!("{commit}\n"))?;
    fs::write(own.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = false\n")?;
    match fs::copy(shared.join("shallow"), own.join("shallow")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_branch_is_read_strictly() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let listed = format!("ref: refs/heads/main\tHEAD\n{sha}\tHEAD\n");
        let (branch, commit) = default_branch(&listed).unwrap();
        assert_eq!((branch.as_str(), commit.as_str()), ("main", sha));
        for text in [
            String::new(),
            format!("{sha}\tHEAD\n"),
            "ref: refs/heads/main\tHEAD\n".to_owned(),
            format!("ref: refs/tags/v1\tHEAD\n{sha}\tHEAD\n"),
            format!("ref: refs/heads/$(x)\tHEAD\n{sha}\tHEAD\n"),
            "ref: refs/heads/main\tHEAD\nabc\tHEAD\n".to_owned(),
        ] {
            assert!(default_branch(&text).is_none(), "{text:?} was accepted");
        }
    }
}
