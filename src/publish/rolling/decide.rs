//! The decision: what is to be done with the branch and its pull request. Pure.
//!
//! Owns idempotency and the rule that a person's decision stands. Refuses to ask: whatever it needs was looked at before.

use std::collections::BTreeMap;

use super::super::github::{Pull, PullState};
use super::super::marker::Marker;
use super::Retirement;
use crate::model::{CommitSha, Sha256};

/// What is there.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The commit that the branch is at, if there is one.
    pub tip: Option<CommitSha>,
    /// The open pull request of the branch.
    pub open: Option<Pull>,
    /// The newest that is no longer open.
    pub last: Option<Pull>,
    /// Whether the branch holds exactly the commits that are wanted.
    pub holds_wanted: bool,
    /// Who moved the branch from where pybump left it, if somebody did.
    pub moved_by: Option<String>,
    /// True where the branch is where its mark says that pybump left it, and yet does not hold what is wanted.
    pub altered: bool,
}

/// What is wanted, as far as it decides.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What is proposed, each by its digest.
    pub proposal: BTreeMap<String, Sha256>,
    /// The files before and after.
    pub files: Sha256,
    /// The digest of each artifact that is proposed, by file name.
    pub digests: BTreeMap<String, Sha256>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing is there and nothing is wanted.
    Nothing,
    /// The branch is as wanted; title, body and labels are looked at.
    Current(Box<Pull>),
    /// Bring the branch to what is wanted, then edit the open pull request.
    Renew(BranchStep, Box<Pull>),
    /// Bring the branch to what is wanted, then open a pull request.
    Open(BranchStep),
    /// Open this pull request again, which a person closed for other content; then look anew.
    Reopen(Box<Pull>),
    /// Close the pull request with this comment.
    Close(Box<Pull>, String),
    /// Remove the branch that a closed or merged pull request left at this commit.
    Clear(CommitSha, Box<Pull>),
    /// Leave everything as it is.
    Leave(Leave),
}

/// What is to be done with the branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchStep {
    /// It holds what is wanted.
    Keep(CommitSha),
    /// Make it.
    Create,
    /// Move it from here, if all that it holds is pybump's.
    Move {
        /// Where it is.
        from: CommitSha,
        /// Where pybump left it, if that is remembered.
        left_at: Option<CommitSha>,
    },
}

/// Why everything is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leave {
    /// A person closed it.
    ClosedByAPerson(Box<Pull>),
    /// The branch holds a person's commits.
    PersonsCommits {
        /// The open pull request, if there is one.
        pull: Option<Box<Pull>>,
        /// Who wrote the first of them.
        author: String,
        /// Where pybump left the branch, if that is remembered.
        left_at: Option<CommitSha>,
    },
    /// An artifact has another digest than the one that the open pull request proposes.
    Rerolled {
        /// The open pull request.
        pull: Box<Pull>,
        /// The artifact's file name.
        file: String,
        /// The digest proposed.
        proposed: Sha256,
        /// The digest that upstream signs now.
        now: Sha256,
    },
    /// It is not known whether it is still wanted.
    Unsettled {
        /// The open pull request.
        pull: Box<Pull>,
        /// Why.
        why: String,
    },
}

/// What to do, given what is wanted and what is there. `retirement` says what becomes of an open pull request for which
/// nothing, or no longer everything, is wanted.
pub fn decide(wanted: Option<&Facts>, seen: &Seen, retirement: impl FnOnce(&Marker) -> Option<Retirement>) -> Decision {
    let marker = seen.open.as_ref().and_then(|pull| Marker::read(&pull.body));
    match (wanted, &seen.open) {
        (Some(wanted), Some(pull)) => renew(wanted, seen, pull, marker.as_ref(), retirement),
        (Some(wanted), None) => open(wanted, seen, retirement),
        (None, Some(pull)) => retire(seen, pull, marker.as_ref(), retirement),
        (None, None) => leftover(seen),
    }
}

fn retire(
    seen: &Seen,
    pull: &Pull,
    marker: Option<&Marker>,
    retirement: impl FnOnce(&Marker) -> Option<Retirement>,
) -> Decision {
    let unsettled = |why: &str| Decision::Leave(Leave::Unsettled { pull: Box::new(pull.clone()), why: why.to_owned() });
    if let Some(leave) = persons_commits(seen, pull, marker) {
        return Decision::Leave(leave);
    }
    if marker.is_some_and(|marker| marker.closed) {
        return unsettled("pybump had closed it, and a person opened it again");
    }
    match marker.and_then(retirement) {
        Some(Retirement::Close(comment)) => Decision::Close(Box::new(pull.clone()), comment),
        Some(Retirement::Keep(why)) => unsettled(&why),
        None => unsettled("its body has lost the mark by which pybump knows what it proposes"),
    }
}

/// pybump always builds anew from the base: what else stands on the branch is somebody's.
fn persons_commits(seen: &Seen, pull: &Pull, marker: Option<&Marker>) -> Option<Leave> {
    let author = seen.moved_by.clone()?;
    let left_at = marker.map(|marker| marker.tip.clone());
    Some(Leave::PersonsCommits { pull: Some(Box::new(pull.clone())), author, left_at })
}

fn renew(
    wanted: &Facts,
    seen: &Seen,
    pull: &Pull,
    marker: Option<&Marker>,
    retirement: impl FnOnce(&Marker) -> Option<Retirement>,
) -> Decision {
    let boxed = || Box::new(pull.clone());
    let Some(tip) = &seen.tip else { return Decision::Renew(BranchStep::Create, boxed()) };
    if marker.is_some_and(|marker| marker.files == wanted.files && marker.tip == *tip) && !seen.altered {
        return Decision::Current(boxed());
    }
    if seen.holds_wanted {
        return Decision::Renew(BranchStep::Keep(tip.clone()), boxed());
    }
    if let Some(leave) = persons_commits(seen, pull, marker) {
        return Decision::Leave(leave);
    }
    if let Some((file, proposed, now)) = marker.and_then(|marker| rerolled(marker, wanted)) {
        return Decision::Leave(Leave::Rerolled { pull: boxed(), file, proposed, now });
    }
    if let Some(Retirement::Keep(why)) = marker.and_then(retirement) {
        return Decision::Leave(Leave::Unsettled { pull: boxed(), why });
    }
    let left_at = marker.map(|marker| if marker.left_at(tip) { tip.clone() } else { marker.tip.clone() });
    Decision::Renew(BranchStep::Move { from: tip.clone(), left_at }, boxed())
}

/// The first artifact that is wanted with another digest than the one that was proposed under its name.
fn rerolled(marker: &Marker, wanted: &Facts) -> Option<(String, Sha256, Sha256)> {
    let other = |(file, now): (&String, &Sha256)| {
        let proposed = marker.digests.get(file).filter(|proposed| *proposed != now)?;
        Some((file.clone(), *proposed, *now))
    };
    wanted.digests.iter().find_map(other)
}

fn open(wanted: &Facts, seen: &Seen, retirement: impl FnOnce(&Marker) -> Option<Retirement>) -> Decision {
    let turned_down = seen.last.as_ref().filter(|pull| pull.state == PullState::Closed);
    let marker = turned_down.and_then(|pull| Marker::read(&pull.body)).filter(|marker| !marker.closed);
    if let (Some(pull), Some(marker)) = (turned_down, &marker) {
        // What is left of what was turned down is turned down as well.
        if wanted.proposal.iter().all(|(key, digest)| marker.proposal.get(key) == Some(digest)) {
            return Decision::Leave(Leave::ClosedByAPerson(Box::new(pull.clone())));
        }
        if let Some(Retirement::Keep(why)) = retirement(marker) {
            return Decision::Leave(Leave::Unsettled { pull: Box::new(pull.clone()), why });
        }
        // GitHub opens a pull request again only while its branch is where it was. With an artifact that changed since, a
        // new one is opened: the old one says what the person saw.
        let where_it_was = seen.tip.as_ref() == Some(&pull.head) && marker.left_at(&pull.head);
        if where_it_was && rerolled(marker, wanted).is_none() {
            return Decision::Reopen(Box::new(pull.clone()));
        }
    }
    Decision::Open(match &seen.tip {
        None => BranchStep::Create,
        Some(tip) if seen.holds_wanted => BranchStep::Keep(tip.clone()),
        Some(tip) => {
            let left = seen.last.as_ref().and_then(|pull| Marker::read(&pull.body));
            let left_at = left.map(|marker| if marker.left_at(tip) { tip.clone() } else { marker.tip });
            BranchStep::Move { from: tip.clone(), left_at }
        }
    })
}

/// Nothing is wanted and nothing is open: what a closed or merged pull request left goes, a person's branch stays.
fn leftover(seen: &Seen) -> Decision {
    let (Some(tip), Some(pull)) = (&seen.tip, &seen.last) else { return Decision::Nothing };
    let marker = Marker::read(&pull.body);
    let ours = marker.as_ref().is_some_and(|marker| marker.left_at(tip));
    let done = pull.state == PullState::Merged || marker.is_some_and(|marker| marker.closed);
    if ours && done { Decision::Clear(tip.clone(), Box::new(pull.clone())) } else { Decision::Nothing }
}

#[cfg(test)]
mod tests;
