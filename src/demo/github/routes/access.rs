//! Who may take a route, and what GitHub tells those who may not.

use crate::demo::github::GitHub;
use crate::demo::github::account::{AccountKind, Permission, Right};
use crate::demo::github::call::{Refusal, Request};
use crate::demo::github::issue::Thread;
use crate::demo::github::repository::Repository;

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// To see the repository.
    Read,
    /// To push to it.
    Write,
    /// To open a pull request.
    Open,
    /// To change a pull request: its author may.
    Edit,
    /// To open an issue.
    Report,
    /// To change an issue: its author may.
    Amend,
    /// To label.
    Label,
    /// To ask for a review.
    Review,
    /// To comment.
    Comment,
    /// To fork.
    Fork,
}

impl GitHub {
    pub(super) fn allowed(&self, request: &Request<'_>, access: Access) -> Result<(), Refusal> {
        let repository = self.by_id(request.repository);
        let permission = repository.permission(request.login());
        if repository.private && permission < Permission::Read {
            return Err(Refusal::not_found());
        }
        if access == Access::Read {
            return Ok(());
        }
        let Some(account) = &request.account else {
            return Err(Refusal::new(401, "Requires authentication"));
        };
        if repository.archived && access != Access::Fork {
            return Err(Refusal::new(403, "Repository was archived so is read-only."));
        }
        let lacks = |right| account.lacks.contains(&right);
        let is_pull = thread(request, repository).is_none_or(|thread| thread.is_pull);
        let lacking = match access {
            Access::Write => lacks(Right::Contents),
            Access::Open | Access::Edit | Access::Review => lacks(Right::PullRequests),
            Access::Report | Access::Amend => lacks(Right::Issues),
            // The right to change pull requests lets label them and comment on them, and not on issues.
            Access::Label | Access::Comment => lacks(Right::Issues) && (lacks(Right::PullRequests) || !is_pull),
            Access::Read | Access::Fork => false,
        };
        let far_enough = permission >= Permission::Write;
        let is_user = account.kind == AccountKind::User;
        match access {
            _ if lacking || (!is_user && !far_enough) => Err(Refusal::new(403, account.refusal())),
            Access::Write | Access::Review if !far_enough => Err(Refusal::not_found()),
            Access::Label if !far_enough => Err(Refusal::new(403, "Must have admin rights to Repository.")),
            Access::Edit | Access::Amend if !far_enough && !is_author(request, repository) => {
                Err(Refusal::new(403, "Must have admin rights to Repository."))
            }
            _ => Ok(()),
        }
    }
}

fn is_author(request: &Request<'_>, repository: &Repository) -> bool {
    thread(request, repository).is_none_or(|thread| thread.author.eq_ignore_ascii_case(request.login()))
}

/// The issue or pull request that the path names, if it does.
fn thread<'a>(request: &Request<'_>, repository: &'a Repository) -> Option<Thread<'a>> {
    repository.thread(request.rest.get(1)?.parse().ok()?)
}
