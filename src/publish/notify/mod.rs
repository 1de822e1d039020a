//! Who is told of what needs a person: one GitHub issue, kept current, and a webhook that hears what is new.
//!
//! Owns which troubles there are and when they are news. Refuses to take a wait for trouble, to fail a run because nobody could
//! be told, and to say that something is over when a source did not answer.

mod memory;
mod news;
mod trouble;

use std::collections::BTreeSet;

pub use memory::{Memory, TOLD};
pub use news::{OpenPull, OpenPulls, Telling, tell};
pub use trouble::{See, Trouble, TroubleKind, Troubles};

use super::github::Remote;
use super::issue::{self, IssueReport, Standing, WantedIssue};
use super::wording;
use crate::config::Label;

/// The id of the one issue.
pub const NOTICE: &str = "notice";

/// What became of the issue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// Nothing where there is no trouble and no issue.
    pub report: Option<IssueReport>,
    /// What else a reader should know; also why the issue could not be kept.
    pub warnings: Vec<String>,
}

/// Keeps the one issue of `remote` about `troubles`: open while there are any, closed with a comment when it is known that there
/// are none. It never fails: who cannot be told costs a warning.
///
/// Asks GitHub for two lists, and for two more where none is open that should be. By the first of `labels` it is found again; all
/// are set when it is opened.
pub async fn keep(remote: &Remote, labels: &[Label], troubles: &Troubles, dry_run: bool) -> Notice {
    let labels: Vec<_> = labels.iter().map(ToString::to_string).collect();
    let found_by = labels.first().cloned().unwrap_or_else(|| NOTICE.to_owned());
    let wanted = wanted(troubles, labels);
    let standing = |id: &str| match &troubles.unknown {
        _ if id != NOTICE => Standing::Elsewhere,
        Some(why) => Standing::Unknown(why.clone()),
        None => Standing::Settled(wording::NOTHING_LEFT.to_owned()),
    };
    let failed = |why: String| Notice {
        report: wanted.as_ref().map(|_| IssueReport::failed(remote.name(), NOTICE, &why)),
        warnings: vec![format!("the issue about what needs a person could not be kept: {why}")],
    };
    match issue::keep(remote, &found_by, wanted.as_slice(), &standing, dry_run).await {
        Err(error) => failed(error.to_string()),
        Ok(kept) => match kept.into_iter().next() {
            None => Notice::default(),
            Some((_, Err(error))) => failed(error.to_string()),
            Some((_, Ok(done))) => {
                let report = Some(IssueReport::of(remote.name(), &done));
                Notice { report, warnings: done.warnings }
            }
        },
    }
}

fn wanted(troubles: &Troubles, labels: Vec<String>) -> Option<WantedIssue> {
    if troubles.list.is_empty() {
        return None;
    }
    let (title, body) = wording::notice(troubles);
    let parts: BTreeSet<_> = troubles.list.iter().flat_map(Trouble::parts).collect();
    Some(WantedIssue {
        id: NOTICE.to_owned(),
        content: parts.iter().cloned().collect::<Vec<_>>().join("\n"),
        parts,
        words_stay: troubles.unknown.is_some(),
        title,
        body,
        labels,
    })
}
