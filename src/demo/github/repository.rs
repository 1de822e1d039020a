//! A repository: its references, its pull requests and issues, and what is switched on.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;
use jiff::Timestamp;

use super::account::Permission;
use super::issue::Issue;
use super::pull::Pull;

/// A repository. Objects are in the store of its network.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch in the settings of a repository")]
pub(super) struct Repository {
    pub(super) id: u64,
    pub(super) owner: String,
    pub(super) name: String,
    /// Which store has its objects.
    pub(super) network: usize,
    /// The repository it was forked from, by id.
    pub(super) parent: Option<u64>,
    pub(super) private: bool,
    pub(super) archived: bool,
    pub(super) default_branch: String,
    /// Full names to objects.
    pub(super) refs: BTreeMap<String, Oid>,
    pub(super) pulls: BTreeMap<u64, Pull>,
    /// Numbered with pull requests.
    pub(super) issues: BTreeMap<u64, Issue>,
    pub(super) has_issues: bool,
    /// Branches that take changes through pull requests only.
    pub(super) protected: BTreeSet<String>,
    pub(super) actions_may_open_pulls: bool,
    /// Lower-case logins to what they may do.
    pub(super) collaborators: BTreeMap<String, Permission>,
    /// Labels to their ids.
    pub(super) labels: BTreeMap<String, u64>,
    pub(super) created_at: Timestamp,
    pub(super) pushed_at: Timestamp,
}

impl Repository {
    pub(super) fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The object of a full reference name; the heads of pull requests are references too.
    pub(super) fn reference(&self, name: &str) -> Option<Oid> {
        let pull = || {
            let number = name.strip_prefix("refs/pull/")?.strip_suffix("/head")?;
            self.pulls.get(&number.parse().ok()?).map(|pull| pull.head.sha)
        };
        self.refs.get(name).copied().or_else(pull)
    }

    pub(super) fn branch(&self, name: &str) -> Option<Oid> {
        self.refs.get(&format!("refs/heads/{name}")).copied()
    }

    pub(super) fn permission(&self, login: &str) -> Permission {
        let login = login.to_lowercase();
        if self.owner.to_lowercase() == login {
            return Permission::Admin;
        }
        self.collaborators.get(&login).copied().unwrap_or(Permission::None)
    }

    pub(super) fn next_number(&self) -> u64 {
        let last = self.pulls.keys().next_back().max(self.issues.keys().next_back());
        last.map_or(1, |last| last + 1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.refs.is_empty()
    }
}
