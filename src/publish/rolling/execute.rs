//! The decision carried out, with another look wherever the outcome is not known or somebody else was faster.
//!
//! Owns the order of changes, in which a run may stop anywhere. Refuses to write where all is as wanted.

use super::build::{Built, build};
use super::decide::{BranchStep, Decision, Facts, Leave, decide};
use super::look::look;
use super::{Place, Retirement, RollingError, Wanted};
use crate::model::{CommitSha, Sha256};
use crate::publish::github::{NewPull, Pull, PullEdit, RemoteError};
use crate::publish::marker::Marker;
use crate::publish::wording::Wording;

/// What was done, or with a dry run, what would be.
#[derive(Debug, Clone)]
pub struct Done {
    /// What.
    pub action: Action,
    /// The pull request that it concerns, if there is one.
    pub pull: Option<Pull>,
    /// Title and body as they are now, where the pull request is kept.
    pub wording: Option<Wording>,
    /// The commit that the branch is at and its tree, where that is known.
    pub tip: Option<CommitSha>,
    /// The tree at the tip.
    pub tree: Option<CommitSha>,
    /// What was asked for and not granted: labels, reviews.
    pub warnings: Vec<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing was there and nothing is wanted.
    Nothing,
    /// All is as wanted; nothing was written.
    Unchanged,
    /// A pull request was opened.
    Opened,
    /// The branch of an open pull request was moved, and its words follow.
    Updated,
    /// Words or labels of an open pull request were mended.
    Edited,
    /// The pull request was closed and its branch removed, for this reason.
    Closed(String),
    /// The branch that a closed or merged pull request had left was removed.
    Cleared,
    /// Everything was left as it is.
    Left(Leave),
}

/// How often is looked anew before a restless repository is left to the next run.
const LOOKS: usize = 4;

/// More than this is not written into a body with what others wrote below it.
const LONGEST: usize = 60_000;

/// Keeps the pull request at `place` as it is wanted, or retires it where nothing is.
pub async fn keep(
    place: &Place,
    wanted: Option<&Wanted<'_>>,
    retirement: &(dyn Fn(&Marker) -> Option<Retirement> + Send + Sync),
    dry_run: bool,
) -> Result<Done, RollingError> {
    let mut run =
        Keeping { place, wanted, retirement, dry_run, refused_to_reopen: false, wrote: None, warnings: Vec::new() };
    let mut last = None;
    for _ in 0..LOOKS {
        match run.once().await {
            Ok(Some(done)) => return Ok(done),
            Ok(None) => {}
            Err(RollingError::Remote(error)) if error.calls_for_another_look() => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    let (branch, repository) = (place.branch.clone(), place.head.name().clone());
    Err(RollingError::Restless {
        last: last.unwrap_or_else(|| RemoteError::Unexpected {
            what: branch.to_string(),
            problem: "it moved between looking and moving it".to_owned(),
        }),
        branch,
        repository,
    })
}

struct Keeping<'a> {
    place: &'a Place,
    wanted: Option<&'a Wanted<'a>>,
    retirement: &'a (dyn Fn(&Marker) -> Option<Retirement> + Send + Sync),
    dry_run: bool,
    /// True once GitHub refused to open a closed pull request again.
    refused_to_reopen: bool,
    /// What an earlier look of this run did to the branch or its pull request.
    wrote: Option<Action>,
    warnings: Vec<String>,
}

impl Keeping<'_> {
    /// One look, one decision, its execution. Nothing if another look is needed.
    async fn once(&mut self) -> Result<Option<Done>, RollingError> {
        let seen = look(self.place, self.wanted).await?;
        let facts = self.wanted.map(|wanted| Facts {
            proposal: wanted.proposal.clone(),
            files: wanted.files,
            digests: wanted.digests.clone(),
        });
        let mut decision = decide(facts.as_ref(), &seen, self.retirement);
        if let (Decision::Reopen(pull), true) = (&decision, self.refused_to_reopen) {
            let left_at = Marker::read(&pull.body).map(|marker| marker.tip);
            decision = Decision::Open(BranchStep::Move { from: pull.head.clone(), left_at });
        }
        if self.dry_run {
            return Ok(Some(self.foretold(decision)));
        }
        match decision {
            Decision::Nothing => Ok(Some(self.done(Action::Nothing, None))),
            Decision::Leave(leave) => Ok(Some(self.done(Action::Left(leave), None))),
            Decision::Close(pull, comment) => self.close(&pull, comment).await.map(Some),
            Decision::Clear(tip, pull) => {
                if self.place.head.branch(&self.place.branch).await?.as_ref() == Some(&tip) {
                    self.place.head.delete_branch(&self.place.branch).await?;
                }
                Ok(Some(self.done(Action::Cleared, Some(*pull))))
            }
            Decision::Reopen(pull) => {
                let edit = PullEdit { state: Some("open"), ..PullEdit::default() };
                match self.place.base.edit_pull(pull.number, &edit).await {
                    Err(error) if error.refusal().is_some_and(|refusal| refusal.status == 422) => {
                        self.refused_to_reopen = true;
                        Ok(None)
                    }
                    result => result.map(|_| None).map_err(Into::into),
                }
            }
            Decision::Current(pull) => {
                let marker = Marker::read(&pull.body).expect("it was found to be current by its marker");
                self.describe(&pull, &marker.base, &marker.tip).await.map(Some)
            }
            Decision::Renew(step, pull) => match build(self.place, self.wanted(), &step, Some(&pull)).await? {
                Built::Overtaken => Ok(None),
                Built::PersonsCommits(author) => Ok(Some(self.left_to(author, Some(*pull)))),
                Built::At(tip) => {
                    if !matches!(step, BranchStep::Keep(_)) {
                        self.wrote = Some(Action::Updated);
                    }
                    let base = self.wanted().base.0.clone();
                    self.describe(&pull, &base, &tip).await.map(Some)
                }
            },
            Decision::Open(step) => match build(self.place, self.wanted(), &step, None).await? {
                Built::Overtaken => Ok(None),
                Built::PersonsCommits(author) => Ok(Some(self.left_to(author, None))),
                Built::At(tip) => self.open(&tip).await.map(Some),
            },
        }
    }

    fn wanted(&self) -> &Wanted<'_> {
        self.wanted.expect("only what is wanted is built")
    }

    /// What ends the run where the branch holds a person's commits.
    fn left_to(&mut self, author: String, pull: Option<Pull>) -> Done {
        let leave = Leave::PersonsCommits { pull: pull.clone().map(Box::new), author, left_at: None };
        self.done(Action::Left(leave), pull)
    }

    /// Brings words, labels and reviewers of an open pull request to what its branch holds.
    async fn describe(&mut self, pull: &Pull, base: &CommitSha, tip: &CommitSha) -> Result<Done, RollingError> {
        let wanted = self.wanted();
        let tree = if *base == wanted.base.0 { wanted.tip_tree() } else { self.tree_of(tip).await? };
        let known = Marker::read(&pull.body);
        let dressed = known.as_ref().is_some_and(|marker| marker.dressed);
        let (mut wording, mut marker) = word(self.wanted(), base, tip, &tree, dressed);
        if let Some(known) = known.as_ref().filter(|known| self.wanted().words_stay && known.tip == *tip) {
            marker.wording = known.wording;
            wording = Wording { title: pull.title.clone(), body: pull.body.clone() };
        }
        let below = Marker::below(&pull.body);
        if !below.is_empty() && Marker::below(&wording.body).is_empty() && wording.body.len() + below.len() < LONGEST {
            wording.body = format!("{}\n\n{below}", wording.body);
        }
        let mut pull = pull.clone();
        let same = known.as_ref().is_some_and(|known| {
            Marker { dressed: true, ..known.clone() } == Marker { dressed: true, ..marker.clone() }
        });
        if !same {
            let edit = PullEdit { title: Some(wording.title.clone()), body: Some(wording.body.clone()), state: None };
            pull = self.place.base.edit_pull(pull.number, &edit).await?;
            self.wrote.get_or_insert(Action::Edited);
        }
        if !marker.dressed {
            pull = self.dress(&pull, &marker).await?;
        }
        let action = self.wrote.take().unwrap_or(Action::Unchanged);
        Ok(Done { wording: Some(wording), tip: Some(tip.clone()), tree: Some(tree), ..self.done(action, Some(pull)) })
    }

    async fn open(&mut self, tip: &CommitSha) -> Result<Done, RollingError> {
        let wanted = self.wanted();
        let tree = wanted.tip_tree();
        let (wording, marker) = word(wanted, &wanted.base.0, tip, &tree, wanted.is_plain());
        let new = NewPull {
            title: wording.title.clone(),
            body: wording.body.clone(),
            head: self.place.head_reference(),
            base: self.place.base_branch.clone(),
            maintainer_can_modify: true,
        };
        let mut pull = self.place.base.create_pull(&new).await?;
        self.wrote = Some(Action::Opened);
        if !marker.dressed {
            pull = self.dress(&pull, &marker).await?;
        }
        let action = self.wrote.take().unwrap_or(Action::Opened);
        Ok(Done { wording: Some(wording), tip: Some(tip.clone()), tree: Some(tree), ..self.done(action, Some(pull)) })
    }

    /// Adds labels and asks for reviews, once; what GitHub does not grant is told and not tried again.
    async fn dress(&mut self, pull: &Pull, marker: &Marker) -> Result<Pull, RollingError> {
        let wanted = self.wanted.expect("only what is wanted is dressed");
        let base = &self.place.base;
        let mut asked = Vec::new();
        if !wanted.labels.is_empty() {
            asked.push(("labels were not added", base.label(pull.number, wanted.labels).await));
        }
        // One by one: GitHub refuses all where it refuses one.
        for reviewer in wanted.reviewers {
            let asking = base.request_reviewers(pull.number, std::slice::from_ref(reviewer)).await;
            asked.push(("nobody was asked for a review", asking));
        }
        for (what, result) in asked {
            match result {
                Err(error) if error.refusal().is_some() => self.warnings.push(format!("{what}: {error}")),
                result => result?,
            }
        }
        let body = Marker { dressed: true, ..marker.clone() }.replace_in(&pull.body);
        self.wrote.get_or_insert(Action::Edited);
        Ok(base.edit_pull(pull.number, &PullEdit { body: Some(body), ..PullEdit::default() }).await?)
    }

    /// Comments, closes, removes the branch: in this order, so that a run that stops in between is finished by the next.
    async fn close(&mut self, pull: &Pull, comment: String) -> Result<Done, RollingError> {
        let Place { base, head, branch, .. } = self.place;
        if !base.comments(pull.number).await?.iter().any(|text| text.trim() == comment.trim()) {
            base.comment(pull.number, &comment).await?;
        }
        let marker = Marker::read(&pull.body).expect("it was retired by its marker");
        let body = Marker { closed: true, ..marker.clone() }.replace_in(&pull.body);
        let edit = PullEdit { state: Some("closed"), body: Some(body), title: None };
        let closed = base.edit_pull(pull.number, &edit).await?;
        match head.branch(branch).await? {
            Some(tip) if marker.left_at(&tip) => head.delete_branch(branch).await?,
            Some(_) => self.warnings.push(format!("{branch} holds commits that are not pybump's; it was not removed")),
            None => {}
        }
        Ok(self.done(Action::Closed(comment), Some(closed)))
    }

    async fn tree_of(&self, tip: &CommitSha) -> Result<CommitSha, RollingError> {
        let commit = self.place.head.commit(tip).await?;
        let gone = || RemoteError::Unexpected {
            what: format!("the commit {tip} of {}", self.place.head.name()),
            problem: "expected the tip of a branch, found nothing".to_owned(),
        };
        Ok(commit.ok_or_else(gone)?.tree.sha)
    }

    fn foretold(&mut self, decision: Decision) -> Done {
        // The tip is not made yet; it stands in the mark alone.
        let words = self.wanted.map(|wanted| word(wanted, &wanted.base.0, &wanted.base.0, &wanted.tip_tree(), true).0);
        let (action, pull) = match decision {
            Decision::Nothing => (Action::Nothing, None),
            Decision::Current(pull) => (Action::Unchanged, Some(*pull)),
            Decision::Renew(BranchStep::Keep(_), pull) => (Action::Edited, Some(*pull)),
            Decision::Renew(_, pull) | Decision::Reopen(pull) => (Action::Updated, Some(*pull)),
            Decision::Open(_) => (Action::Opened, None),
            Decision::Close(pull, comment) => (Action::Closed(comment), Some(*pull)),
            Decision::Clear(_, pull) => (Action::Cleared, Some(*pull)),
            Decision::Leave(leave) => (Action::Left(leave), None),
        };
        Done { wording: words, tree: self.wanted.map(Wanted::tip_tree), ..self.done(action, pull) }
    }

    fn done(&mut self, action: Action, pull: Option<Pull>) -> Done {
        let pull = pull.or_else(|| match &action {
            Action::Left(
                Leave::ClosedByAPerson(pull) | Leave::Unsettled { pull, .. } | Leave::Rerolled { pull, .. },
            ) => Some((**pull).clone()),
            _ => None,
        });
        Done { action, pull, wording: None, tip: None, tree: None, warnings: std::mem::take(&mut self.warnings) }
    }
}

impl Wanted<'_> {
    /// The tree of the last commit.
    fn tip_tree(&self) -> CommitSha {
        self.commits.last().expect("what is wanted has a commit").tree.clone()
    }

    /// True if there are neither labels nor reviewers to ask for.
    fn is_plain(&self) -> bool {
        self.labels.is_empty() && self.reviewers.is_empty()
    }
}

/// Title and body for a branch from `base` to `tip`, and the marker at the body's end.
fn word(wanted: &Wanted<'_>, base: &CommitSha, tip: &CommitSha, tree: &CommitSha, dressed: bool) -> (Wording, Marker) {
    let mut marker = Marker {
        proposal: wanted.proposal.clone(),
        files: wanted.files,
        base: base.clone(),
        tip: tip.clone(),
        next: None,
        wording: Sha256::of(b""),
        keys: wanted.keys.clone(),
        digests: wanted.digests.clone(),
        dressed: dressed || wanted.is_plain(),
        closed: false,
    };
    let Wording { title, body } = (wanted.wording)(base, tree, &marker.comment());
    // The commits of one tree may differ; the words are the same.
    let text = body.trim_end().strip_suffix(&marker.comment()).unwrap_or(&body);
    marker.wording = Sha256::of(format!("{title}\n{text}").as_bytes());
    (Wording { title, body: marker.replace_in(&body) }, marker)
}
