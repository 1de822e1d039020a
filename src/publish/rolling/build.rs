//! The branch's commits, made on GitHub: tree by tree, commit by commit, the reference last.
//!
//! Owns the check that GitHub's trees are git's, and that nobody's work is moved away.

use super::decide::BranchStep;
use super::{Place, RollingError, Wanted};
use crate::model::CommitSha;
use crate::publish::github::{CommitRecord, NewCommit, RemoteError, Stamp};

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
pub(super) async fn build(place: &Place, wanted: &Wanted<'_>, step: &BranchStep) -> Result<Built, RollingError> {
    match step {
        BranchStep::Keep(tip) => Ok(Built::At(tip.clone())),
        BranchStep::Create => {
            let made = commits(place, wanted).await?;
            place.head.create_branch(&place.branch, &made.sha).await?;
            Ok(Built::At(made.sha))
        }
        BranchStep::Move { from, known } => {
            let made = commits(place, wanted).await?;
            let person = if *known { None } else { foreign(place, &wanted.base.0, from, &made).await? };
            if let Some(author) = person {
                return Ok(Built::PersonsCommits(author));
            }
            // GitHub cannot compare and swap: what moved since it was looked at is somebody's work.
            if place.head.branch(&place.branch).await?.as_ref() != Some(from) {
                return Ok(Built::Overtaken);
            }
            place.head.move_branch(&place.branch, &made.sha).await?;
            Ok(Built::At(made.sha))
        }
    }
}

/// Makes the wanted commits, on no branch; the last of them.
async fn commits(place: &Place, wanted: &Wanted<'_>) -> Result<CommitRecord, RollingError> {
    let (mut parent, mut tree) = wanted.base.clone();
    let mut last = None;
    for commit in &wanted.commits {
        let found = place.head.create_tree(&tree, &commit.items).await?;
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

/// The author of the first commit between `base` and `tip` that was not made as `made` was, if there is one.
async fn foreign(
    place: &Place,
    base: &CommitSha,
    tip: &CommitSha,
    made: &CommitRecord,
) -> Result<Option<String>, RemoteError> {
    let Some(comparison) = place.head.compare(base, tip).await? else {
        return Ok(Some("somebody, on a history of its own".to_owned()));
    };
    if comparison.ahead_by > comparison.commits.len() as u64 {
        return Ok(Some(format!("somebody, {} commits", comparison.ahead_by)));
    }
    let ours = |commit: &&CommitRecord| {
        let same = |a: &super::super::github::Identity, b: &super::super::github::Identity| {
            a.name == b.name && a.email == b.email
        };
        same(&commit.author, &made.author) && same(&commit.committer, &made.committer) && commit.parents.len() == 1
    };
    let person = comparison.commits.iter().find(|commit| !ours(commit));
    Ok(person.map(CommitRecord::by))
}
