//! The image repository's pull requests: which there should be, and what each carries.
//!
//! Owns the branches: one for all series or one each, and one for each alarm, which never rides along. Reads the clone
//! and writes nothing into it; what GitHub is asked for is the rolling pull request's affair.

mod alarms;
mod base;
mod error;
mod persons;
mod retire;
mod signers;
mod slots;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use git2::Repository;
use url::Url;

use super::Gate;
use super::commits::{CommitOptions, SeriesCommit, alarm_commit, series_commits};
use super::github::{PullState, Remote, RemoteError};
use super::issue::{self, IssueDone, IssueError};
use super::marker::Marker;
use super::rolling::{self, Action, Done, Place, RollingError, Wanted};
use super::tree;
use super::wording::{self, AlarmFacts, Branch, ImageFacts, PersonsPull, SignerFacts, Wording};
use crate::config::{Author, BranchName, PublishConfig, RepositoryName};
use crate::layout::{DockerLibrary, LayoutError, Rendering};
use crate::ledger::Ledger;
use crate::model::{CommitSha, Sha256, TrackedKey};
use crate::report::check::OpenPull;
use crate::resolve::Plan;
use crate::sources::client::Client;
use crate::verify::VerifiedArtifact;

use persons::Others;
use slots::{Load, Slot};

pub use base::BaseError;
pub use error::ImageError;
pub use signers::SignerProposal;

/// What the pull requests are made of.
pub struct Image<'a> {
    /// The client, whose token may write.
    pub client: &'a Client,
    /// The environment variable that the token came from.
    pub variable: Option<&'static str>,
    /// True if GitHub starts no workflows on what this token pushes.
    pub starts_no_workflows: bool,
    /// Where people look at GitHub.
    pub server: &'a Url,
    /// The repository on GitHub.
    pub repository: &'a RepositoryName,
    /// `[publish]`
    pub config: &'a PublishConfig,
    /// Author and dates of ours, or GitHub's.
    pub author: Option<Author>,
    /// The clone.
    pub folder: &'a std::path::Path,
    /// Its files as they are at `HEAD`.
    pub layout: &'a DockerLibrary,
    /// What was accepted before, as `HEAD` has it, where that is recorded.
    pub ledger: Option<&'a Ledger>,
    /// What is to be done.
    pub plan: &'a Plan,
    /// The Dockerfiles of each series that changes.
    pub renderings: &'a [Rendering],
    /// The options of `pybump update` that lead to the same files.
    pub options: &'a [&'a str],
    /// What python.org's pages ask of the repository's own signers file, if it has one.
    pub signers: Option<&'a SignerProposal>,
    /// The gate that closes when the process is to stop.
    pub gate: &'a Gate,
    /// Whether nothing is to be written.
    pub dry_run: bool,
}

/// What became of the pull requests.
#[derive(Debug)]
pub struct ImageDone {
    /// The repository under its name of today.
    pub repository: RepositoryName,
    /// By branch: what was done, and what went wrong with it alone.
    pub branches: Vec<(BranchName, Result<Done, RollingError>)>,
    /// Persons' pull requests that do what pybump would.
    pub persons: Vec<PersonsPull>,
    /// By what it is about: what was done about an issue, and what went wrong with it alone.
    pub issues: Vec<(String, Result<IssueDone, IssueError>)>,
    /// What else a reader should know.
    pub warnings: Vec<String>,
}

impl ImageDone {
    /// The open pull requests by series: pybump's own, and those of persons that are relied on.
    pub fn open(&self) -> Vec<OpenPull> {
        let ours = self.branches.iter().filter_map(|(_, done)| done.as_ref().ok()?.pull.as_ref());
        let ours = ours.filter(|pull| pull.state == PullState::Open).flat_map(|pull| {
            let keys = Marker::read(&pull.body).map_or_else(BTreeMap::new, |marker| marker.keys);
            keys.into_keys().map(|key| OpenPull { key, number: pull.number, opened_at: pull.opened_at })
        });
        let persons = self.persons.iter().flat_map(|pull| {
            let open =
                |key: &TrackedKey| OpenPull { key: key.to_string(), number: pull.number, opened_at: pull.opened_at };
            pull.keys.iter().map(open)
        });
        ours.chain(persons).collect()
    }
}

impl Image<'_> {
    /// Keeps the pull requests. One that fails stops no other.
    pub async fn publish(&self) -> Result<ImageDone, ImageError> {
        let (remote, record) = Remote::open(self.client, self.repository, self.variable).await?;
        if record.archived {
            return Err(RemoteError::Archived { name: remote.name().clone() }.into());
        }
        let git = tree::in_memory(self.folder).map_err(|source| self.git(source))?;
        let (head, mut warnings) = base::check(&remote, &record.default_branch, &git, self.folder).await?;
        let existing = remote.branches(&self.config.branch).await?;
        let existing: BTreeSet<_> = existing.into_iter().map(|(name, _)| name).collect();
        let mut slots = self.slots(&existing);
        if let Some(slot) = slots.iter().find(|slot| slot.branch.as_str() == record.default_branch) {
            let (repository, branch) = (remote.name().clone(), slot.branch.clone());
            return Err(ImageError::DefaultBranch { repository, branch });
        }
        let Others { persons, warnings: more } =
            persons::drop_covered(self, &remote, &record.default_branch, &mut slots).await?;
        warnings.extend(more);
        let mut branches = Vec::new();
        for slot in &slots {
            // What was kept until then is told.
            let Ok(_within) = self.gate.enter() else { break };
            let done = self.keep(slot, &remote, &record.default_branch, &git, &head, &persons).await?;
            if let Ok(done) = &done {
                warnings.extend(done.warnings.iter().cloned());
            }
            branches.push((slot.branch.clone(), done));
        }
        let pushed = |done: &Done| matches!(done.action, Action::Opened | Action::Updated) && !self.dry_run;
        if self.starts_no_workflows && branches.iter().any(|(_, done)| done.as_ref().is_ok_and(pushed)) {
            warnings.push(
                "pushed with GITHUB_TOKEN: GitHub starts no workflows on it; close and reopen the pull request to start \
                 them, or set PYBUMP_GITHUB_TOKEN to the token of an App or a person"
                    .to_owned(),
            );
        }
        let issues = if let Ok(_within) = self.gate.enter() {
            self.issues(&remote, &branches, &mut warnings).await
        } else {
            Vec::new()
        };
        Ok(ImageDone { repository: remote.name().clone(), branches, persons, issues, warnings })
    }

    /// The issues about alarms. That they cannot be listed matters where one is wanted.
    async fn issues(
        &self,
        remote: &Remote,
        branches: &[(BranchName, Result<Done, RollingError>)],
        warnings: &mut Vec<String>,
    ) -> Vec<(String, Result<IssueDone, IssueError>)> {
        let wanted = alarms::wanted(self, branches);
        let standing = |id: &str| alarms::standing(self, branches, id);
        let kept = issue::keep(remote, &self.config.alarm_label, &wanted, &standing, self.dry_run).await;
        match kept {
            Ok(issues) => {
                let said = issues.iter().filter_map(|(_, done)| done.as_ref().ok()).flat_map(|done| &done.warnings);
                warnings.extend(said.cloned());
                issues
            }
            Err(error) if wanted.is_empty() => {
                warnings.push(format!("the issues about alarms could not be looked at: {error}"));
                Vec::new()
            }
            Err(error) => {
                // The branches are kept, and told of; that each issue is not, is told as well.
                let why = Arc::new(error);
                wanted.into_iter().map(|issue| (issue.id, Err(IssueError::Unlisted(Arc::clone(&why))))).collect()
            }
        }
    }

    async fn keep(
        &self,
        slot: &Slot<'_>,
        remote: &Remote,
        base_branch: &str,
        git: &Repository,
        head: &CommitSha,
        persons: &[PersonsPull],
    ) -> Result<Result<Done, RollingError>, ImageError> {
        let place = Place {
            base: remote.clone(),
            base_branch: base_branch.to_owned(),
            head: remote.clone(),
            branch: slot.branch.clone(),
            author: self.author.clone(),
        };
        if let Load::Signers(proposal) = slot.load {
            return self.keep_signers(proposal, &place, git, head).await.map_err(|source| self.git(source));
        }
        let commits = self.commits(&slot.load)?;
        let made = wanted::made(git, head, &commits, self.author.as_ref()).map_err(|source| self.git(source))?;
        let words = |base: &CommitSha, tree: &CommitSha, ending: &str| {
            self.words(slot, remote.name(), &commits, persons, base, tree, ending)
        };
        let alarmed = matches!(slot.load, Load::Alarm(..));
        let mut labels = self.config.labels.clone();
        labels.extend(alarmed.then(|| self.config.alarm_label.clone()));
        let mut wanted = made.map(|made| {
            made.wanted(&self.artifacts(&slot.load), self.layout, &commits, &words, &labels, &self.config.reviewers)
        });
        // A source that hiccups is no news: words are written anew once all of it was seen.
        if let Some(wanted) = &mut wanted {
            wanted.words_stay = self.plan.incomplete;
            if let Load::Alarm(key, alarm) = &slot.load {
                // The manifest's entry does not tell one piece of evidence from another.
                wanted.proposal = BTreeMap::from([(key.to_string(), Sha256::of(alarm.content().as_bytes()))]);
            }
        }
        let proposed =
            wanted.as_ref().map(|wanted| retire::Proposed { versions: &wanted.keys, entries: &wanted.proposal });
        let retirement = |marker: &Marker| {
            retire::retirement(self.plan, self.layout, marker, proposed, persons, self.is_of_alarm(&slot.branch))
        };
        Ok(rolling::keep(&place, wanted.as_ref(), &retirement, self.dry_run).await)
    }

    /// The pull request about signers, whose commit is no series'.
    async fn keep_signers(
        &self,
        proposal: &SignerProposal,
        place: &Place,
        git: &Repository,
        head: &CommitSha,
    ) -> Result<Result<Done, RollingError>, git2::Error> {
        let (commit, tree) = {
            let base = git.find_commit(git2::Oid::from_str(head.as_str())?)?;
            let commit = proposal.commit(git, &base, self.author.as_ref(), self.config.sign_off)?;
            (commit, base.tree_id().to_string().parse().expect("git prints 40 digits"))
        };
        let words = |base: &CommitSha, tree: &CommitSha, ending: &str| {
            let branch = self.branch(&place.branch, place.base.name(), base, tree);
            wording::signers(&SignerFacts { proposal, branch }, ending)
        };
        let labels: Vec<_> = self.config.labels.iter().chain([&self.config.alarm_label]).cloned().collect();
        let proposed = proposal.entries();
        let keys: BTreeMap<_, _> = proposed.iter().map(|(part, digest)| (part.clone(), digest.to_string())).collect();
        let wanted = commit.map(|(commit, files)| Wanted {
            base: (head.clone(), tree),
            commits: vec![commit],
            proposal: proposed,
            files,
            keys,
            digests: BTreeMap::new(),
            wording: &words,
            words_stay: proposal.incomplete,
            labels: &labels,
            reviewers: &self.config.reviewers,
        });
        let retirement = |marker: &Marker| proposal.retirement(marker);
        Ok(rolling::keep(place, wanted.as_ref(), &retirement, self.dry_run).await)
    }

    fn commits(&self, load: &Load<'_>) -> Result<Vec<SeriesCommit>, LayoutError> {
        let options = CommitOptions {
            evidence: self.config.evidence,
            sign_off: self.author.clone().filter(|_| self.config.sign_off),
        };
        match load {
            Load::Series(keys) => {
                let carried: Vec<_> = self.renderings.iter().filter(|it| keys.contains(&it.key)).cloned().collect();
                series_commits(self.plan, self.layout, self.ledger, &carried, &options)
            }
            Load::Alarm(key, alarm) => Ok(vec![alarm_commit(*key, alarm, self.layout, self.ledger, &options)?]),
            Load::Signers(_) => Ok(Vec::new()),
        }
    }

    /// The artifacts whose digests are proposed.
    fn artifacts(&self, load: &Load<'_>) -> Vec<VerifiedArtifact> {
        match load {
            Load::Alarm(_, alarm) => vec![alarm.now.clone()],
            Load::Signers(_) => Vec::new(),
            Load::Series(keys) => {
                let changes = self.plan.changes().filter(|(key, _)| keys.contains(key));
                changes.flat_map(|(_, change)| change.artifacts().cloned()).collect()
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is a fact that the words are made of")]
    fn words(
        &self,
        slot: &Slot<'_>,
        repository: &RepositoryName,
        commits: &[SeriesCommit],
        persons: &[PersonsPull],
        base: &CommitSha,
        tree: &CommitSha,
        ending: &str,
    ) -> Wording {
        let branch = self.branch(&slot.branch, repository, base, tree);
        match &slot.load {
            Load::Alarm(key, alarm) => wording::alarm(&AlarmFacts { key: *key, alarm, branch }, ending),
            Load::Series(_) | Load::Signers(_) => {
                let facts = ImageFacts {
                    plan: self.plan,
                    commits,
                    group: self.config.group,
                    branch,
                    options: self.options,
                    persons,
                };
                wording::image(&facts, ending)
            }
        }
    }

    fn branch<'b>(
        &'b self,
        name: &'b BranchName,
        repository: &'b RepositoryName,
        base: &'b CommitSha,
        tree: &CommitSha,
    ) -> Branch<'b> {
        Branch {
            server: self.server,
            repository,
            name,
            base,
            tree: git2::Oid::from_str(tree.as_str()).expect("a commit's id and a tree's are spelt alike"),
            starts_no_workflows: self.starts_no_workflows,
        }
    }

    fn git(&self, source: git2::Error) -> ImageError {
        ImageError::Git { folder: self.folder.to_path_buf(), source }
    }
}
