//! The official-images pull request: one file, `library/NAME`, on a branch of a fork that is named after the image.
//!
//! Owns what the commit says and holds, as docker-library's bot makes it. The fork shares its upstream's objects, so that
//! no clone of it is needed: its trees are computed from the lists that GitHub gives. Refuses to propose what
//! official-images could not build: commits that are on no branch of the image repository.

mod error;
mod proposal;
mod tree;

use std::collections::BTreeMap;

use jiff::Timestamp;
use url::Url;

pub use error::LibraryPullError;

use super::github::{Remote, RemoteError, TreeItem, UserRecord};
use super::marker::Marker;
use super::rolling::{self, Action, Done, Place, Retirement, RollingError, Wanted, WantedCommit};
use crate::config::{Author, BranchName, CommitMode, PublishConfig, RepositoryName};
use crate::model::{CommitSha, Sha256};
use crate::sources::base_images;
use crate::sources::client::Client;
use crate::stackbrew::{Changes, ImageClone, Rules};
use proposal::{Proposal, message};
use tree::{commit_id, tree_with};

/// What the pull request is made of.
pub struct LibraryPull<'a> {
    /// The client, whose token may write to the fork and open pull requests upstream.
    pub client: &'a Client,
    /// The environment variable that the token came from; nothing without a token.
    pub variable: Option<&'static str>,
    /// Where people look at GitHub.
    pub server: &'a Url,
    /// `[publish]`
    pub config: &'a PublishConfig,
    /// The image repository.
    pub clone: &'a ImageClone,
    /// What is particular to the image.
    pub rules: &'a Rules,
    /// The library file for `HEAD`.
    pub text: &'a str,
    /// Whether nothing is to be written.
    pub dry_run: bool,
}

/// What became of it.
#[derive(Debug)]
pub struct LibraryPullDone {
    /// The repository that the pull request is in.
    pub upstream: RepositoryName,
    /// The branch in the fork.
    pub branch: BranchName,
    /// What was done.
    pub done: Done,
    /// The file as official-images has it now; nothing if it is new there.
    pub before: Option<String>,
}

impl LibraryPull<'_> {
    /// Keeps the pull request.
    pub async fn publish(&self) -> Result<LibraryPullDone, LibraryPullError> {
        self.check_clone().await?;
        let branch: BranchName = self.rules.name.parse()?;
        let (upstream, base_branch, base) = self.upstream().await?;
        let user = match self.variable {
            Some(_) => Remote::user(self.client, self.variable).await?,
            None => None,
        };
        let fork = self.fork(&upstream, user.as_ref()).await?;
        let path = format!("library/{}", self.rules.name);
        let before = upstream.file(&path, base.as_str()).await?;
        if let Some(text) = &before {
            let not_parsed = |source| LibraryPullError::Before { upstream: upstream.name().clone(), source };
            base_images::parse(text, &path).map_err(not_parsed)?;
        }
        let proposal = if before.as_deref() == Some(self.text) {
            None
        } else {
            Some(self.proposal(&upstream, base, &path, before.as_deref(), user.as_ref()).await?)
        };
        let done = match fork {
            Some(head) => {
                let author = self.author(user.as_ref());
                let place = Place { base: upstream.clone(), base_branch, head, branch: branch.clone(), author };
                let kept = self.keep(&place, proposal.as_ref()).await;
                kept.map_err(|error| self.explained(error, user.is_some()))?
            }
            None => foretold(proposal.as_ref()),
        };
        Ok(LibraryPullDone { upstream: upstream.name().clone(), branch, done, before })
    }

    /// Refuses a `HEAD` that is not what the image repository's default branch is at. Where that repository is not on the
    /// GitHub that is asked, nothing is known of it.
    async fn check_clone(&self) -> Result<(), LibraryPullError> {
        let url = &self.rules.repository;
        let name = url.path().trim_matches('/').trim_end_matches(".git").parse::<RepositoryName>();
        let (true, Ok(name)) = (url.host_str() == self.server.host_str(), name) else { return Ok(()) };
        let (remote, record) = match Remote::open(self.client, &name, self.variable).await {
            // A private repository, which the token for official-images does not see.
            Err(RemoteError::NoRepository { .. }) => return Ok(()),
            opened => opened?,
        };
        let (repository, branch) = (remote.name().clone(), record.default_branch);
        let (head, tip) = (self.clone.head(), remote.branch(&branch.parse()?).await?);
        if tip.as_ref() == Some(&head) {
            return Ok(());
        }
        let comparison = match &tip {
            Some(tip) => remote.compare(&head, tip).await?,
            None => None,
        };
        match comparison.filter(|comparison| comparison.merge_base_commit.sha == head) {
            Some(comparison) => Err(LibraryPullError::Behind { repository, branch, ahead: comparison.ahead_by }),
            None => Err(LibraryPullError::NotPushed { head, repository, branch }),
        }
    }

    /// official-images, its default branch, and the commit which that is at.
    async fn upstream(&self) -> Result<(Remote, String, CommitSha), LibraryPullError> {
        let name = &self.config.library.upstream;
        let (remote, record) = match Remote::open(self.client, name, self.variable).await {
            Err(RemoteError::NoRepository { name, token }) => {
                return Err(LibraryPullError::NoUpstream { upstream: name, token });
            }
            opened => opened?,
        };
        if record.archived {
            return Err(RemoteError::Archived { name: remote.name().clone() }.into());
        }
        let branch = record.default_branch;
        match remote.branch(&branch.parse()?).await? {
            Some(base) => Ok((remote, branch, base)),
            None => Err(LibraryPullError::Empty { upstream: remote.name().clone(), branch }),
        }
    }

    /// The fork that the branch is pushed to; nothing where none is needed, for nothing is written, and none is known.
    async fn fork(&self, upstream: &Remote, user: Option<&UserRecord>) -> Result<Option<Remote>, LibraryPullError> {
        let token = self.variable.unwrap_or("no token");
        let name = match (&self.config.library.fork, user) {
            (Some(fork), _) => fork.clone(),
            (None, Some(user)) => RepositoryName { owner: user.login.clone(), name: upstream.name().name.clone() },
            (None, None) if self.dry_run && self.variable.is_none() => return Ok(None),
            (None, None) => return Err(LibraryPullError::WhoseFork { upstream: upstream.name().clone(), token }),
        };
        let missing = || RemoteError::NoFork { name: name.clone(), upstream: upstream.name().clone(), token };
        let (fork, record) = match Remote::open(self.client, &name, self.variable).await {
            Err(RemoteError::NoRepository { .. }) => return Err(missing().into()),
            opened => opened?,
        };
        if record.archived {
            return Err(RemoteError::Archived { name: fork.name().clone() }.into());
        }
        if record.is_fork_of(upstream.name()) { Ok(Some(fork)) } else { Err(missing().into()) }
    }

    /// As configured, else the token's user by the address that GitHub keeps for them.
    fn author(&self, user: Option<&UserRecord>) -> Option<Author> {
        if self.config.commit == Some(CommitMode::Verified) {
            return None;
        }
        let user = || {
            let UserRecord { login, id } = user?;
            Some(Author { name: login.clone(), email: format!("{id}+{login}@users.noreply.github.com") })
        };
        self.config.author.clone().or_else(user)
    }

    /// The commit that is wanted on top of `base`.
    async fn proposal(
        &self,
        upstream: &Remote,
        base: CommitSha,
        path: &str,
        before: Option<&str>,
        user: Option<&UserRecord>,
    ) -> Result<Proposal, LibraryPullError> {
        let touched = upstream.last_touched(path, &base).await?;
        let changes = Changes::since(self.clone, &self.rules.repository, touched.unwrap_or(Timestamp::MAX))?;
        let author = self.author(user);
        let sign_off = author.as_ref().filter(|_| self.config.sign_off);
        let (subject, message) = message(&self.rules.name, touched.map(|_| &changes), sign_off);
        let tree = tree_with(upstream, &base, path, self.text).await?;
        let date = self.clone.head_written()?;
        let commit = WantedCommit {
            id: author.as_ref().map(|author| commit_id(&tree.after, &base, author, date, &message)),
            message,
            tree: tree.after,
            items: vec![TreeItem::file(path.to_owned(), tree.executable, self.text.to_owned())],
            date,
        };
        let files = Sha256::of(format!("{before:?}\n{}", self.text).as_bytes());
        Ok(Proposal { base: (base, tree.before), commit, files, subject, changes, head: self.clone.head() })
    }

    async fn keep(&self, place: &Place, proposal: Option<&Proposal>) -> Result<Done, RollingError> {
        let retirement = |_: &Marker| {
            Some(Retirement::Close(format!("Closed by pybump: {} has this library file.", place.base.name())))
        };
        let Some(proposal) = proposal else {
            return rolling::keep(place, None, &retirement, self.dry_run).await;
        };
        let words = |_: &CommitSha, _: &CommitSha, ending: &str| proposal.wording(ending);
        let text = Sha256::of(self.text.as_bytes());
        let wanted = Wanted {
            base: proposal.base.clone(),
            commits: vec![proposal.commit.clone()],
            proposal: BTreeMap::from([(self.rules.name.clone(), text)]),
            files: proposal.files,
            // Not the commit that it was made from: newer ones that leave the file as it is are nothing new.
            keys: BTreeMap::from([(self.rules.name.clone(), text.to_string())]),
            digests: BTreeMap::new(),
            wording: &words,
            words_stay: true,
            labels: &[],
            reviewers: &[],
        };
        rolling::keep(place, Some(&wanted), &retirement, self.dry_run).await
    }

    /// The error, with what it means where the token is no person's.
    fn explained(&self, error: RollingError, is_person: bool) -> LibraryPullError {
        let refusal = match &error {
            RollingError::Remote(error) => error.refusal(),
            _ => None,
        };
        let denied = refusal
            .is_some_and(|refusal| matches!(refusal.status, 403 | 404) && refusal.url.path().ends_with("/pulls"));
        match self.variable {
            Some(token) if denied && !is_person => LibraryPullError::NotInstalled { token, source: error },
            _ => error.into(),
        }
    }
}

/// What a run with a token would do, as far as that is known without looking at a fork.
fn foretold(proposal: Option<&Proposal>) -> Done {
    let warning = "without a token it is not known whose fork would be pushed to, and what was proposed from there \
                   already";
    Done {
        action: if proposal.is_some() { Action::Opened } else { Action::Nothing },
        pull: None,
        wording: proposal.map(|proposal| proposal.wording("")),
        tip: None,
        tree: proposal.map(|proposal| proposal.commit.tree.clone()),
        warnings: vec![warning.to_owned()],
    }
}
