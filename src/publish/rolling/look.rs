//! The look at GitHub before every decision.
//!
//! Owns which questions are asked: few where all is as remembered. Refuses to believe a mark that the branch contradicts.

use super::decide::Seen;
use super::{Place, Wanted, WantedCommit};
use crate::model::CommitSha;
use crate::publish::github::{CommitRecord, PullState, RemoteError};
use crate::publish::marker::Marker;

/// Looks at the branch and its pull requests.
pub(super) async fn look(place: &Place, wanted: Option<&Wanted<'_>>) -> Result<Seen, RemoteError> {
    let head = place.head.name();
    let (tip, pulls) = futures::join!(place.head.branch(&place.branch), place.base.pulls_of(head, &place.branch));
    // Where both failed, whichever came first, one run says what the next does.
    let (tip, pulls) = (tip?, pulls?);
    let (open, over): (Vec<_>, Vec<_>) = pulls.into_iter().partition(|pull| pull.state == PullState::Open);
    // One that a person pointed at another base is still the one.
    let open = open.into_iter().min_by_key(|pull| pull.base_branch != place.base_branch);
    let mut seen = Seen { tip, open, last: over.into_iter().next(), ..Seen::default() };
    let Some(tip) = seen.tip.clone() else { return Ok(seen) };
    let marker = seen.open.as_ref().and_then(|pull| Marker::read(&pull.body));
    let known = |marker: &Marker, wanted: &Wanted<'_>| marker.tip == tip && marker.files == wanted.files;
    if let Some(wanted) = wanted {
        match marker.as_ref().filter(|marker| known(marker, wanted)) {
            Some(marker) => seen.altered = !is_as_remembered(place, marker, wanted).await?,
            None => seen.holds_wanted = holds(place, &tip, wanted).await?,
        }
    }
    if let Some(left) = marker.filter(|marker| !marker.left_at(&tip) && !seen.holds_wanted) {
        seen.moved_by = moved_by(place, &left.tip, &tip).await?;
    }
    Ok(seen)
}

/// True if the branch holds the files that are wanted. A marker is text that persons can change: what pybump vouches for is
/// looked at.
async fn is_as_remembered(place: &Place, marker: &Marker, wanted: &Wanted<'_>) -> Result<bool, RemoteError> {
    let Some(tip) = place.head.commit(&marker.tip).await? else { return Ok(false) };
    if marker.base == wanted.base.0 {
        return Ok(wanted.commits.last().is_some_and(|last| last.tree == tip.tree.sha));
    }
    // The base has moved on beside it: the files that are proposed tell.
    let there = place.head.files(&tip.tree.sha).await?;
    Ok(wanted.files_after().into_iter().all(|(path, blob)| there.get(path).cloned() == blob))
}

/// Who wrote the first commit that `tip` has on top of `left`, or else the one at `tip`.
async fn moved_by(place: &Place, left: &CommitSha, tip: &CommitSha) -> Result<Option<String>, RemoteError> {
    let comparison = place.head.compare(left, tip).await?;
    let on_top = comparison.filter(|comparison| comparison.merge_base_commit.sha == *left);
    if let Some(first) = on_top.as_ref().and_then(|comparison| comparison.commits.first()) {
        return Ok(Some(first.by()));
    }
    Ok(place.head.commit(tip).await?.map(|commit| commit.by()))
}

/// True if the branch at `tip` holds exactly the commits that are wanted, on the commit that they are to start from.
async fn holds(place: &Place, tip: &CommitSha, wanted: &Wanted<'_>) -> Result<bool, RemoteError> {
    if let Some(id) = wanted.commits.last().and_then(|commit| commit.id.as_ref()) {
        return Ok(id == tip);
    }
    let Some(comparison) = place.head.compare(&wanted.base.0, tip).await? else { return Ok(false) };
    let same = |(there, wanted): (&CommitRecord, &WantedCommit)| {
        there.tree.sha == wanted.tree && there.message.trim_end() == wanted.message.trim_end()
    };
    Ok(comparison.merge_base_commit.sha == wanted.base.0
        && comparison.commits.len() == wanted.commits.len()
        && comparison.commits.iter().zip(&wanted.commits).all(same))
}
