//! The decision: what is to be done about one id. Pure.
//!
//! Owns that there is one open issue an id, and that a person's decision stands. Refuses to ask.

use super::{IssueMark, Standing};
use crate::publish::github::Issue;

/// An issue with a mark that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) issue: Issue,
    pub(super) mark: IssueMark,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) step: Step,
    /// Open ones that are about the same as the one that is kept: to be closed.
    pub(super) doubled: Vec<Seen>,
}

/// What is to be done about the one issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// None is open and none is wanted, or it is somebody else's.
    Nothing,
    /// Open one.
    Open,
    /// It says what is wanted.
    Keep(Seen),
    /// Give it the words that are wanted.
    Reword(Seen),
    /// Close it with this comment.
    Close(Seen, String),
    /// A person closed it for this content.
    StayClosed(Seen),
    /// Leave it as it is, for this reason.
    Leave(Seen, String),
}

/// What is wanted: the mark that the issue would bear.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) mark: &'a IssueMark,
    /// Whether the words of one that is open and says all of this are left as they are.
    pub(super) words_stay: bool,
}

/// What to do, given what is wanted and the issues about the same id. `standing` is asked where none is wanted and one is open.
pub(super) fn decide(wanted: Option<Wish<'_>>, seen: &[Seen], standing: impl FnOnce() -> Standing) -> Decision {
    let open: Vec<_> = seen.iter().filter(|seen| seen.issue.open).collect();
    // One that pybump had closed and a person opened again is that person's; else the oldest is the one.
    let Some(kept) = open.iter().min_by_key(|seen| (seen.mark.closed, seen.issue.number)) else {
        return Decision { step: none_open(wanted.map(|wish| wish.mark), seen), doubled: Vec::new() };
    };
    let doubled = open.iter().filter(|other| other.issue.number != kept.issue.number && !other.mark.closed);
    let doubled = doubled.map(|seen| (*seen).clone()).collect();
    let kept = (*kept).clone();
    let step = match wanted {
        Some(wish) if *wish.mark == kept.mark => Step::Keep(kept),
        Some(wish) if wish.words_stay && !kept.mark.closed && kept.mark.covers(wish.mark) => Step::Keep(kept),
        Some(_) => Step::Reword(kept),
        None if kept.mark.closed => Step::Leave(kept, "pybump had closed it, and a person opened it again".to_owned()),
        None => match standing() {
            Standing::Settled(why) => Step::Close(kept, why),
            Standing::Unknown(why) => Step::Leave(kept, why),
            Standing::Elsewhere => Step::Nothing,
        },
    };
    Decision { step, doubled }
}

fn none_open(wanted: Option<&IssueMark>, seen: &[Seen]) -> Step {
    let Some(wanted) = wanted else { return Step::Nothing };
    let turned_down = seen.iter().filter(|seen| !seen.mark.closed && seen.mark.covers(wanted));
    match turned_down.max_by_key(|seen| seen.issue.number) {
        Some(seen) => Step::StayClosed(seen.clone()),
        None => Step::Open,
    }
}

#[cfg(test)]
mod tests;
