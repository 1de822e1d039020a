//! A GitHub in memory, over a real git object store: the REST routes that pybump uses, answered as GitHub answers.
//!
//! Owns accounts, repositories, pull requests, issues and their rules, and what persons do there. Refuses to guess: a route or an
//! option that it does not know is recorded as such, so that a test that meets one fails. It listens nowhere by itself:
//! the world's server does that.

mod account;
mod bodies;
mod call;
mod clone;
mod exchange;
mod fault;
mod identity;
mod issue;
mod look;
mod persons;
mod pull;
mod refs;
mod repository;
mod routes;
mod saved;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::{Timestamp, ToSpan as _};

pub use account::{Account, AccountKind, Permission, Right};
pub use exchange::Exchange;
pub use fault::{GitHubFault, Moment};
pub use git2::Oid;
pub use identity::Identity;
pub use issue::Issue;
pub use look::Commit;
pub use persons::{Author, Conflict, Merge, Opening};
pub use pull::{Comment, Head, Merged, Pull};
pub use saved::Saved;

pub(super) use call::{Answer, Call};
use fault::Faults;
use repository::Repository;
use store::Store;

/// Accounts, repositories, and a record of what was asked.
pub struct GitHub {
    accounts: Vec<Account>,
    stores: Vec<Store>,
    repositories: BTreeMap<u64, Repository>,
    /// Every full name a repository ever had, in lower case.
    names: BTreeMap<String, u64>,
    clock: Option<Timestamp>,
    last_id: u64,
    faults: Faults,
    exchanges: Vec<Exchange>,
    /// How many of them are forgotten.
    forgotten: usize,
}

impl Default for GitHub {
    fn default() -> Self {
        Self::new()
    }
}

impl GitHub {
    /// A GitHub where nobody is and nothing.
    pub fn new() -> Self {
        Self {
            accounts: Vec::new(),
            stores: Vec::new(),
            repositories: BTreeMap::new(),
            names: BTreeMap::new(),
            clock: None,
            last_id: 1000,
            faults: Faults::default(),
            exchanges: Vec::new(),
            forgotten: 0,
        }
    }

    /// Stops the system's clock here: the next thing happens at `at`, each one after it a second later.
    pub fn set_clock(&mut self, at: Timestamp) {
        self.clock = Some(at);
    }

    /// Adds an account whose requests carry `token`.
    pub fn account(&mut self, login: &str, token: &str, kind: AccountKind) {
        let (id, lacks) = (self.next_id(), BTreeSet::new());
        let (login, token) = (login.to_owned(), token.to_owned());
        self.accounts.push(Account { login, kind, id, token, lacks, spent: 0 });
    }

    /// Takes a right from the account's token.
    ///
    /// # Panics
    ///
    /// If there is no such account.
    pub fn withhold(&mut self, login: &str, right: Right) {
        let account = self.accounts.iter_mut().find(|account| account.login.eq_ignore_ascii_case(login));
        account.unwrap_or_else(|| panic!("no account {login}")).lacks.insert(right);
    }

    /// Says how far `login` may go in a repository. An owner may do all, anybody else may read what is public.
    pub fn permit(&mut self, login: &str, repository: &str, permission: Permission) {
        self.at_mut(repository).collaborators.insert(login.to_lowercase(), permission);
    }

    /// Makes a public repository without a commit; its default branch is `main`.
    pub fn create(&mut self, full_name: &str) -> Result<(), git2::Error> {
        self.stores.push(Store::new()?);
        let network = self.stores.len() - 1;
        self.add(full_name, network, "main");
        Ok(())
    }

    /// Makes a public repository of what HEAD of a local one reaches, on a default branch of the same name.
    pub fn import(&mut self, full_name: &str, folder: &Path) -> Result<(), git2::Error> {
        let store = Store::new()?;
        let (branch, tip) = store.import(folder)?;
        self.stores.push(store);
        let network = self.stores.len() - 1;
        let repository = self.add(full_name, network, &branch);
        repository.refs.insert(format!("refs/heads/{branch}"), tip);
        Ok(())
    }

    /// Forks a repository, default branch only, to `owner` under the same name; its full name. A fork that is there already
    /// is left as it is.
    ///
    /// # Panics
    ///
    /// If there is no such repository.
    pub fn fork(&mut self, full_name: &str, owner: &str) -> String {
        let upstream = self.at(full_name);
        let (parent, network, branch) = (upstream.id, upstream.network, upstream.default_branch.clone());
        let (tip, name) = (upstream.branch(&branch), format!("{owner}/{}", upstream.name));
        if let Some(there) = self.repositories.values().find(|fork| fork.parent == Some(parent) && fork.owner == owner)
        {
            return there.full_name();
        }
        let fork = self.add(&name, network, &branch);
        fork.parent = Some(parent);
        fork.refs.extend(tip.map(|tip| (format!("refs/heads/{branch}"), tip)));
        name
    }

    /// Makes a repository read-only.
    pub fn archive(&mut self, repository: &str) {
        self.at_mut(repository).archived = true;
    }

    /// Hides a repository from all who have no permission there.
    pub fn hide(&mut self, repository: &str) {
        self.at_mut(repository).private = true;
    }

    /// Gives a repository another full name; the old one redirects.
    pub fn rename(&mut self, repository: &str, full_name: &str) {
        let id = self.at(repository).id;
        let (owner, name) = full_name.split_once('/').expect("a full name is OWNER/NAME");
        let repository = self.at_mut(repository);
        (repository.owner, repository.name) = (owner.to_owned(), name.to_owned());
        self.names.insert(full_name.to_lowercase(), id);
    }

    /// Renames the default branch, as a person does in the settings: open pull requests are for the new one from then on.
    pub fn rename_default_branch(&mut self, repository: &str, name: &str) {
        let repository = self.at_mut(repository);
        let old = std::mem::replace(&mut repository.default_branch, name.to_owned());
        if let Some(tip) = repository.refs.remove(&format!("refs/heads/{old}")) {
            repository.refs.insert(format!("refs/heads/{name}"), tip);
        }
        for pull in repository.pulls.values_mut().filter(|pull| pull.open && pull.base == old) {
            name.clone_into(&mut pull.base);
        }
    }

    /// Lets a branch take changes through pull requests only.
    pub fn protect(&mut self, repository: &str, branch: &str) {
        self.at_mut(repository).protected.insert(branch.to_owned());
    }

    /// Switches off what allows workflows to open pull requests: the state in which every new repository is.
    pub fn forbid_actions_pull_requests(&mut self, repository: &str) {
        self.at_mut(repository).actions_may_open_pulls = false;
    }

    /// Switches a repository's issues off, as its settings allow; pull requests stay.
    pub fn disable_issues(&mut self, repository: &str) {
        self.at_mut(repository).has_issues = false;
    }

    /// Lets one request fail: the one with this index, counted from 0 since requests were last forgotten.
    pub fn fail_at(&mut self, index: usize, fault: GitHubFault) {
        self.fail_times(index, 1, fault);
    }

    /// Lets so many requests fail, from this index on.
    pub fn fail_times(&mut self, index: usize, times: usize, fault: GitHubFault) {
        self.faults.add(index, times, fault);
    }

    /// Every exchange since the last were forgotten, in the order in which they were worked on.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges[self.forgotten..]
    }

    /// Every exchange, forgotten or not: what a judge is given at the end.
    pub fn every_exchange(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Forgets exchanges and faults, and counts from 0 again.
    pub(super) fn forget(&mut self) {
        self.forgotten = self.exchanges.len();
        self.faults = Faults::default();
    }

    fn add(&mut self, full_name: &str, network: usize, default_branch: &str) -> &mut Repository {
        let (owner, name) = full_name.split_once('/').expect("a full name is OWNER/NAME");
        let (id, now) = (self.next_id(), self.now());
        self.names.insert(full_name.to_lowercase(), id);
        self.repositories.entry(id).or_insert(Repository {
            id,
            owner: owner.to_owned(),
            name: name.to_owned(),
            network,
            parent: None,
            private: false,
            archived: false,
            default_branch: default_branch.to_owned(),
            refs: BTreeMap::new(),
            pulls: BTreeMap::new(),
            issues: BTreeMap::new(),
            has_issues: true,
            protected: BTreeSet::new(),
            actions_may_open_pulls: true,
            collaborators: BTreeMap::new(),
            labels: BTreeMap::new(),
            created_at: now,
            pushed_at: now,
        })
    }

    fn named(&self, full_name: &str) -> Option<&Repository> {
        self.names.get(&full_name.to_lowercase()).and_then(|id| self.repositories.get(id))
    }

    fn at(&self, full_name: &str) -> &Repository {
        self.named(full_name).unwrap_or_else(|| panic!("no repository {full_name}"))
    }

    fn at_mut(&mut self, full_name: &str) -> &mut Repository {
        let id = self.names.get(&full_name.to_lowercase());
        let found = id.and_then(|id| self.repositories.get_mut(id));
        found.unwrap_or_else(|| panic!("no repository {full_name}"))
    }

    fn by_id(&self, id: u64) -> &Repository {
        self.repositories.get(&id).expect("ids are of repositories, which are never removed")
    }

    fn by_id_mut(&mut self, id: u64) -> &mut Repository {
        self.repositories.get_mut(&id).expect("ids are of repositories, which are never removed")
    }

    fn store(&self, repository: &Repository) -> &Store {
        &self.stores[repository.network]
    }

    fn find_account(&self, login: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.login.eq_ignore_ascii_case(login))
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The time of what happens now, to the second.
    fn now(&mut self) -> Timestamp {
        let Some(now) = self.clock else {
            return Timestamp::from_second(Timestamp::now().as_second()).expect("it is a time already");
        };
        self.clock = Some(now + 1.second());
        now
    }
}
