//! The look at GitHub before every decision.

use super::decide::Seen;
use super::{Place, Wanted, WantedCommit};
use crate::model::CommitSha;
use crate::publish::github::{CommitRecord, PullState, RemoteError};
use crate::publish::marker::Marker;

/// Looks at the branch and its pull requests.
pub(super) async fn look(place: &Place, wanted: Option<&Wanted<'_>>) -> Result<Seen, RemoteError> {
    let owner = &place.head.name().owner;
    let (tip, pulls) = futures::try_join!(place.head.branch(&place.branch), place.base.pulls_of(owner, &place.branch))?;
    let (open, over): (Vec<_>, Vec<_>) = pulls.into_iter().partition(|pull| pull.state == PullState::Open);
    let open = open.into_iter().find(|pull| pull.base_branch == place.base_branch);
    let mut seen = Seen { tip, open, last: over.into_iter().next(), ..Seen::default() };
    if let (Some(wanted), Some(tip)) = (wanted, &seen.tip) {
        let marker = seen.open.as_ref().and_then(|pull| Marker::read(&pull.body));
        let left = marker.as_ref().filter(|marker| marker.tip != *tip);
        let known = marker.as_ref().is_some_and(|marker| marker.tip == *tip && marker.files == wanted.files);
        seen.holds_wanted = !known && holds(place, tip, wanted).await?;
        if let (Some(left), false) = (left, seen.holds_wanted) {
            seen.built_on_by = built_on(place, &left.tip, tip).await?;
        }
    }
    Ok(seen)
}

/// Who wrote the first commit that `tip` has on top of `left`, if it stands on that.
async fn built_on(place: &Place, left: &CommitSha, tip: &CommitSha) -> Result<Option<String>, RemoteError> {
    let comparison = place.head.compare(left, tip).await?;
    let on_top = comparison.filter(|comparison| comparison.merge_base_commit.sha == *left);
    Ok(on_top.and_then(|comparison| comparison.commits.first().map(CommitRecord::by)))
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
