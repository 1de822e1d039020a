//! The look at GitHub before every decision: which issues carry a mark, and which of those marks are believed.
//!
//! Owns who is believed: whoever has a say in the repository, and the token's own user. A stranger's mark keeps pybump from
//! nothing, and a stranger's issue is never touched.

use std::collections::{BTreeMap, BTreeSet};

use futures::join;

use super::IssueMark;
use super::decide::Seen;
use crate::publish::github::{Issue, Remote, RemoteError, UserRecord};

/// What is there.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    /// Issues with a mark that is believed, by number.
    pub(super) seen: BTreeMap<u64, Seen>,
    /// Open issues whose mark is not, by number.
    pub(super) forged: BTreeMap<u64, Seen>,
    /// Lists that could not be read.
    pub(super) warnings: Vec<String>,
}

/// Looks, again and again.
pub(super) struct Looker<'a> {
    pub(super) remote: &'a Remote,
    pub(super) label: &'a str,
    /// What is wanted: an issue about it may have been closed.
    pub(super) wanted: BTreeSet<&'a str>,
    /// The token's user, once that was asked for.
    own: Option<Own>,
}

/// Whose token it is.
enum Own {
    User(UserRecord),
    App,
}

impl<'a> Looker<'a> {
    pub(super) fn new(remote: &'a Remote, label: &'a str, wanted: BTreeSet<&'a str>) -> Self {
        Self { remote, label, wanted, own: None }
    }

    /// All marked issues that are open, and closed ones too where something is wanted and no issue about it is open. One that
    /// lost its label is found for as long as it is among the newest.
    pub(super) async fn look(&mut self) -> Result<View, RemoteError> {
        let remote = self.remote;
        let (labelled, newest) =
            join!(remote.open_issues_labelled(self.label), readable("open", remote.newest_open_issues()));
        // Where both failed, whichever came first, one run says what the next does.
        let (labelled, (newest, warning)) = (labelled?, newest?);
        let mut view = View { warnings: warning.into_iter().collect(), ..View::default() };
        self.sift(labelled.into_iter().chain(newest), &mut view).await?;
        let open: BTreeSet<_> = view.seen.values().map(|seen| seen.mark.id.as_str()).collect();
        if self.wanted.is_subset(&open) {
            return Ok(view);
        }
        let (labelled, latest) = join!(
            readable("closed", remote.closed_issues_labelled(self.label)),
            readable("closed", remote.latest_closed_issues()),
        );
        let ((labelled, one), (latest, other)) = (labelled?, latest?);
        view.warnings.extend(one.into_iter().chain(other));
        self.sift(labelled.into_iter().chain(latest), &mut view).await?;
        Ok(view)
    }

    /// Takes up those with a mark. What is read later is newer.
    async fn sift(&mut self, issues: impl Iterator<Item = Issue>, view: &mut View) -> Result<(), RemoteError> {
        for issue in issues {
            let Some(mark) = IssueMark::read(&issue.body) else { continue };
            let believed = issue.author_has_a_say || self.is_own(&issue).await?;
            let into = if believed { &mut view.seen } else { &mut view.forged };
            into.insert(issue.number, Seen { issue, mark });
        }
        Ok(())
    }

    /// True if the token's user opened it. An App is no user and needs none: it has a say.
    async fn is_own(&mut self, issue: &Issue) -> Result<bool, RemoteError> {
        if self.own.is_none() {
            self.own = Some(self.remote.own_user().await?.map_or(Own::App, Own::User));
        }
        let Some(Own::User(own)) = &self.own else { return Ok(false) };
        Ok(issue.author.as_ref().is_some_and(|author| author.id == own.id))
    }
}

/// A list that strangers can fill: one that GitHub gives and that cannot be read is told, and stops no alarm.
async fn readable(
    which: &str,
    list: impl Future<Output = Result<Vec<Issue>, RemoteError>>,
) -> Result<(Vec<Issue>, Option<String>), RemoteError> {
    match list.await {
        Ok(issues) => Ok((issues, None)),
        Err(error) if error.is_transient() => Err(error),
        Err(error) => Ok((Vec::new(), Some(format!("not all {which} issues could be looked at: {error}")))),
    }
}
