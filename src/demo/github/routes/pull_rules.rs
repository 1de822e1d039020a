//! When a pull request may be opened, and when opened again.

use serde_json::json;

use crate::demo::github::GitHub;
use crate::demo::github::account::{AccountKind, Permission};
use crate::demo::github::call::Refusal;
use crate::demo::github::persons::Opening;
use crate::demo::github::pull::{Head, Pull};

/// The longest text of a pull request, in characters.
const LONGEST: usize = 65_536;

pub(super) fn fits(body: &str) -> Result<(), Refusal> {
    if body.chars().count() <= LONGEST {
        return Ok(());
    }
    let message = format!("body is too long (maximum is {LONGEST} characters)");
    Err(Refusal::invalid(json!({ "resource": "Issue", "code": "custom", "field": "body", "message": message })))
}

fn wrong(field: &str) -> Refusal {
    Refusal::invalid(json!({ "resource": "PullRequest", "field": field, "code": "invalid" }))
}

impl GitHub {
    /// Opens a pull request if the rules allow it; its number.
    pub(in crate::demo::github) fn new_pull(
        &mut self,
        id: u64,
        by: &str,
        opening: Opening<'_>,
    ) -> Result<u64, Refusal> {
        let there = self.by_id(id);
        let (owner, branch) = opening.head.split_once(':').unwrap_or((&there.owner, opening.head));
        let is_head = |fork: &&super::super::repository::Repository| {
            fork.network == there.network && fork.owner.eq_ignore_ascii_case(owner)
        };
        let own = Some(there).filter(is_head);
        let from = own.or_else(|| self.repositories.values().find(is_head)).ok_or_else(|| wrong("head"))?;
        let account = self.find_account(by).map(|account| account.kind);
        if account == Some(AccountKind::Actions) && !there.actions_may_open_pulls {
            let message = "GitHub Actions is not permitted to create or approve pull requests.";
            return Err(Refusal::new(403, message));
        }
        let may = from.permission(by).max(there.permission(by)) >= Permission::Write;
        if account == Some(AccountKind::User) && !may {
            return Err(Refusal::new(403, "Resource not accessible by personal access token"));
        }
        let sha = from.branch(branch).ok_or_else(|| wrong("head"))?;
        let base = there.branch(opening.base).ok_or_else(|| wrong("base"))?;
        if opening.title.trim().is_empty() {
            return Err(Refusal::invalid(json!({ "resource": "Issue", "code": "missing_field", "field": "title" })));
        }
        fits(opening.body)?;
        let same = |pull: &&Pull| {
            pull.open && pull.head.repository == from.id && pull.head.branch == branch && pull.base == opening.base
        };
        if there.pulls.values().any(|pull| same(&pull)) {
            return Err(Refusal::custom(&format!("A pull request already exists for {}:{branch}.", from.owner)));
        }
        let store = self.store(there);
        if store.merge_base(base, sha).is_none() {
            let message = format!("The {branch} branch has no history in common with {}", opening.base);
            return Err(Refusal::custom(&message));
        }
        if store.reaches(base, sha) {
            let (one, other) = if from.id == id {
                (opening.base.to_owned(), branch.to_owned())
            } else {
                (format!("{}:{}", there.owner, opening.base), format!("{}:{branch}", from.owner))
            };
            return Err(Refusal::custom(&format!("No commits between {one} and {other}")));
        }
        let head = Head { owner: from.owner.clone(), branch: branch.to_owned(), sha, repository: from.id };
        let (number, now, pull) = (there.next_number(), self.now(), self.next_id());
        let pull = Pull {
            number,
            title: opening.title.to_owned(),
            body: Some(opening.body.to_owned()).filter(|body| !body.is_empty()),
            author: by.to_owned(),
            open: true,
            merged: None,
            closed_by: None,
            head,
            base: opening.base.to_owned(),
            labels: std::collections::BTreeSet::new(),
            reviewers: std::collections::BTreeSet::new(),
            comments: Vec::new(),
            maintainer_can_modify: false,
            draft: false,
            created_at: now,
            updated_at: now,
            closed_at: None,
            id: pull,
            base_sha: base,
        };
        self.by_id_mut(id).pulls.insert(number, pull);
        Ok(number)
    }

    /// Opens a closed pull request again if the rules allow it.
    pub(in crate::demo::github) fn reopen(&mut self, id: u64, number: u64) -> Result<(), Refusal> {
        let there = self.by_id(id);
        let pull = &there.pulls[&number];
        if pull.open {
            return Ok(());
        }
        let no = |why: &str| {
            let message = format!("state cannot be changed. {why}");
            Refusal::invalid(json!({
                "resource": "PullRequest", "code": "custom", "field": "state", "message": message,
            }))
        };
        if pull.merged.is_some() {
            return Err(no("The pull request cannot be reopened."));
        }
        let (branch, base) = (&pull.head.branch, &pull.base);
        let Some(tip) = self.by_id(pull.head.repository).branch(branch) else {
            return Err(no(&format!("The {branch} branch has been deleted.")));
        };
        let Some(onto) = there.branch(base) else {
            return Err(no(&format!("The {base} branch has been deleted.")));
        };
        if !self.store(there).reaches(tip, pull.head.sha) {
            return Err(no(&format!("The {branch} branch was force-pushed or recreated.")));
        }
        if self.store(there).reaches(onto, tip) {
            return Err(no(&format!("There are no new commits on the {branch} branch.")));
        }
        let twin = |other: &Pull| {
            other.open
                && other.head.repository == pull.head.repository
                && other.head.branch == *branch
                && other.base == *base
        };
        if there.pulls.values().any(twin) {
            return Err(no(&format!("There is already an open pull request from {branch} to {base}.")));
        }
        let now = self.now();
        let pull = self.pull_mut(id, number);
        (pull.open, pull.closed_at, pull.closed_by) = (true, None, None);
        (pull.head.sha, pull.updated_at) = (tip, now);
        Ok(())
    }
}
