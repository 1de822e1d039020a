//! GitHub as it was at a moment, to be put back: for a test that starts from the same place many times.
//!
//! Owns everything but git objects, of which GitHub forgets none either.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::GitHub;
use super::account::Account;
use super::fault::Faults;
use super::repository::Repository;

/// Accounts, repositories, pull requests and issues as they were.
#[derive(Clone)]
pub struct Saved {
    accounts: Vec<Account>,
    repositories: BTreeMap<u64, Repository>,
    names: BTreeMap<String, u64>,
    clock: Option<Timestamp>,
    last_id: u64,
    exchanges: usize,
}

impl GitHub {
    /// All as it is now.
    pub fn save(&self) -> Saved {
        Saved {
            accounts: self.accounts.clone(),
            repositories: self.repositories.clone(),
            names: self.names.clone(),
            clock: self.clock,
            last_id: self.last_id,
            exchanges: self.exchanges.len(),
        }
    }

    /// All as it was; exchanges and planned faults since are gone as well.
    pub fn restore(&mut self, saved: &Saved) {
        let Saved { accounts, repositories, names, clock, last_id, exchanges } = saved.clone();
        (self.accounts, self.repositories, self.names) = (accounts, repositories, names);
        (self.clock, self.last_id, self.faults) = (clock, last_id, Faults::default());
        self.exchanges.truncate(exchanges);
        self.forgotten = self.exchanges.len();
    }
}
