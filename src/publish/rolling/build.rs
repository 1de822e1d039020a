//! The branch's commits, made on GitHub: tree by tree, commit by commit, the reference last.
//!
//! Owns the check that GitHub's trees are git's, and that nobody's work is moved away.

use super::decide::BranchStep;
use super::{Place, RollingError, Wanted};
use crate::model::CommitSha;
use crate::publish::github::{CommitRecord, Identity, NewCommit, Pull, PullEdit, RemoteError, Stamp};
use crate::publish::marker::Marker;

/// What became of the branch.
pub(super) enum Built {
    /// It is here.
    At(CommitSha),
    /// It holds a person's commits: this is the author of the first.
    PersonsCommits(String),
    /// It moved while the commits were made.
    Overtaken,
}

/// Takes the step, so that the branch holds what is wanted.
pub(super) async fn build(
    place: &Place,
    wanted: &Wanted<'_>,
    step: &BranchStep,
    open: Option<&Pull>,
) -> Result<Built, RollingError> {
    match step {
        BranchStep::Keep(tip) => Ok(Built::At(tip.clone())),
        BranchStep::Create => {
            let made = commits(place, wanted).await?;
            place.head.create_branch(&place.branch, &made.sha).await?;
            Ok(Built::At(made.sha))
        }
        BranchStep::Move { from, left_at } => move_branch(place, wanted, from, left_at.as_ref(), open).await,
    }
}

async fn move_branch(
    place: &Place,
    wanted: &Wanted<'_>,
    from: &CommitSha,
    left_at: Option<&CommitSha>,
    open: Option<&Pull>,
) -> Result<Built, RollingError> {
    let mut there = Vec::new();
    if left_at != Some(from) {
        match held(place, &wanted.base.0, from).await? {
            Ok(commits) => there = commits,
            Err(person) => return Ok(Built::PersonsCommits(person)),
        }
    }
    // Whose commits are pybump's is known from the one that it remembers, or from the configuration: nothing is made
    // only to be thrown away.
    let remembered = left_at.and_then(|left_at| there.iter().find(|commit| commit.sha == *left_at)).map(Maker::of);
    let configured = place.author.as_ref().map(|author| {
        let identity = (author.name.clone(), author.email.clone());
        Maker { author: identity.clone(), committer: identity }
    });
    if let Some(person) = remembered.or(configured).and_then(|maker| maker.foreign(&there)) {
        return Ok(Built::PersonsCommits(person));
    }
    let made = commits(place, wanted).await?;
    if let Some(person) = Maker::of(&made).foreign(&there) {
        return Ok(Built::PersonsCommits(person));
    }
    // Remembered before it is done: a run that stops in between knows its own commit again, and nobody else's.
    if let Some((pull, marker)) = open.and_then(|pull| Some((pull, Marker::read(&pull.body)?))) {
        let body = Marker { next: Some(made.sha.clone()), ..marker }.replace_in(&pull.body);
        place.base.edit_pull(pull.number, &PullEdit { body: Some(body), ..PullEdit::default() }).await?;
    }
    // GitHub cannot compare and swap: what moved since it was looked at is somebody's work.
    if place.head.branch(&place.branch).await?.as_ref() != Some(from) {
        return Ok(Built::Overtaken);
    }
    place.head.move_branch(&place.branch, &made.sha).await?;
    Ok(Built::At(made.sha))
}

/// Makes the wanted commits, on no branch; the last of them.
async fn commits(place: &Place, wanted: &Wanted<'_>) -> Result<CommitRecord, RollingError> {
    let (mut parent, mut tree) = wanted.base.clone();
    let mut last = None;
    for commit in &wanted.commits {
        let found = match place.head.create_tree(&tree, &commit.items).await {
            Err(error) if error.refusal().is_some() && lags(place, &wanted.base.0).await? => {
                return Err(lagging(place, &wanted.base.0));
            }
            found => found?,
        };
        if found != commit.tree {
            return Err(RollingError::Tree { expected: commit.tree.clone(), found, base: wanted.base.0.clone() });
        }
        let stamp = place.author.as_ref().map(|author| Stamp {
            name: author.name.clone(),
            email: author.email.clone(),
            date: commit.date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        });
        let made = place
            .head
            .create_commit(&NewCommit {
                message: commit.message.clone(),
                tree: found.clone(),
                parents: [parent],
                author: stamp.clone(),
                committer: stamp,
            })
            .await?;
        if let Some(expected) = commit.id.as_ref().filter(|expected| **expected != made.sha) {
            return Err(RollingError::Commit { expected: expected.clone(), found: made.sha });
        }
        (parent, tree) = (made.sha.clone(), found);
        last = Some(made);
    }
    Ok(last.expect("what is wanted has a commit"))
}

/// The commits between `base` and `tip`, or who has a history of their own there.
async fn held(
    place: &Place,
    base: &CommitSha,
    tip: &CommitSha,
) -> Result<Result<Vec<CommitRecord>, String>, RollingError> {
    let Some(comparison) = place.head.compare(base, tip).await? else {
        if lags(place, base).await? {
            return Err(lagging(place, base));
        }
        return Ok(Err("somebody, on a history of its own".to_owned()));
    };
    if comparison.ahead_by > comparison.commits.len() as u64 {
        return Ok(Err(format!("somebody, {} commits", comparison.ahead_by)));
    }
    Ok(Ok(comparison.commits))
}

/// True if the branch is a fork's, and the fork does not have `base` yet: GitHub brings new objects of the upstream to its
/// forks after a while.
async fn lags(place: &Place, base: &CommitSha) -> Result<bool, RemoteError> {
    Ok(place.head.name() != place.base.name() && place.head.commit(base).await?.is_none())
}

fn lagging(place: &Place, base: &CommitSha) -> RollingError {
    RollingError::ForkLags { fork: place.head.name().clone(), upstream: place.base.name().clone(), base: base.clone() }
}

/// Who pybump's commits are by, names and addresses.
#[derive(PartialEq, Eq)]
struct Maker {
    author: (String, String),
    committer: (String, String),
}

impl Maker {
    fn of(commit: &CommitRecord) -> Self {
        let plain = |identity: &Identity| (identity.name.clone(), identity.email.clone());
        Self { author: plain(&commit.author), committer: plain(&commit.committer) }
    }

    /// The author of the first of `commits` that was not made by this one, if there is one.
    fn foreign(&self, commits: &[CommitRecord]) -> Option<String> {
        let person = commits.iter().find(|commit| Self::of(commit) != *self || commit.parents.len() != 1);
        person.map(CommitRecord::by)
    }
}
