//! What follows when a reference moves: pull requests follow their branch, are merged, or are closed.

use git2::Oid;
use jiff::Timestamp;

use super::GitHub;
use super::pull::{Merged, Pull};

impl GitHub {
    /// Points a reference at an object, or removes it; `by` is whose doing it is.
    pub(super) fn set_reference(&mut self, repository: u64, name: &str, to: Option<Oid>, by: &str) {
        let now = self.now();
        let there = self.by_id_mut(repository);
        match to {
            Some(to) => there.refs.insert(name.to_owned(), to),
            None => there.refs.remove(name),
        };
        there.pushed_at = now;
        let Some(branch) = name.strip_prefix("refs/heads/") else { return };
        let network = there.network;
        let ids: Vec<u64> = self.repositories.values().filter(|other| other.network == network).map(|r| r.id).collect();
        for id in ids {
            let numbers: Vec<u64> = self.by_id(id).pulls.values().filter(|pull| pull.open).map(|p| p.number).collect();
            for number in numbers {
                let pull = &self.by_id(id).pulls[&number];
                let is_head = pull.head.repository == repository && pull.head.branch == branch;
                let is_base = id == repository && pull.base == branch;
                if is_head {
                    self.head_moved(id, number, to, by, now);
                } else if is_base {
                    self.base_moved(id, number, to, by, now);
                }
            }
        }
    }

    fn head_moved(&mut self, repository: u64, number: u64, to: Option<Oid>, by: &str, now: Timestamp) {
        let there = self.by_id(repository);
        let base = there.branch(&there.pulls[&number].base);
        let nothing_left = match (to, base) {
            (Some(to), Some(base)) => self.store(there).reaches(base, to),
            _ => true,
        };
        let pull = self.pull_mut(repository, number);
        pull.updated_at = now;
        if let Some(to) = to {
            pull.head.sha = to;
            pull.base_sha = base.unwrap_or(pull.base_sha);
        }
        if nothing_left {
            pull.close(by, now);
        }
    }

    fn base_moved(&mut self, repository: u64, number: u64, to: Option<Oid>, by: &str, now: Timestamp) {
        let there = self.by_id(repository);
        let merged = to.filter(|to| self.store(there).reaches(*to, there.pulls[&number].head.sha));
        let pull = self.pull_mut(repository, number);
        match (to, merged) {
            (None, _) => pull.close(by, now),
            (_, Some(commit)) => pull.merge(by, commit, now),
            _ => {}
        }
    }

    pub(super) fn pull_mut(&mut self, repository: u64, number: u64) -> &mut Pull {
        self.by_id_mut(repository)
            .pulls
            .get_mut(&number)
            .expect("the number is of a pull request that was found before")
    }
}

impl Pull {
    pub(super) fn close(&mut self, by: &str, at: Timestamp) {
        self.open = false;
        self.closed_by = Some(by.to_owned());
        (self.closed_at, self.updated_at) = (Some(at), at);
    }

    pub(super) fn merge(&mut self, by: &str, commit: Oid, at: Timestamp) {
        self.open = false;
        self.merged = Some(Merged { by: by.to_owned(), commit, at });
        (self.closed_at, self.updated_at) = (Some(at), at);
    }
}
