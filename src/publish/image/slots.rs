//! The branches of the image repository: which there should be, and what each is to carry.

use std::collections::BTreeSet;

use super::{Image, SignerProposal};
use crate::config::{BranchName, Group};
use crate::model::TrackedKey;
use crate::resolve::{Alarm, Outcome};

impl<'a> Image<'a> {
    /// The branches that there should be, and those that there are.
    pub(super) fn slots(&self, existing: &BTreeSet<BranchName>) -> Vec<Slot<'a>> {
        let changing: Vec<_> = self.plan.changes().map(|(key, _)| key).collect();
        let branch = |suffix: &str| {
            let name = format!("{}{suffix}", self.config.branch);
            name.parse::<BranchName>().expect("a key is part of a branch's name as it is")
        };
        let mut slots = match self.config.group {
            Group::All => vec![Slot { branch: branch(""), load: Load::Series(changing) }],
            Group::Series => changing
                .iter()
                .map(|key| Slot { branch: branch(&format!("-{key}")), load: Load::Series(vec![*key]) })
                .collect(),
        };
        for series in &self.plan.series {
            // What is another release's is put before a person by an issue, and by no change that could be merged.
            if let Outcome::Alarm(alarm) = &series.outcome
                && alarm.doubt.is_none()
            {
                let branch = self.alarm_branch(series.key);
                slots.push(Slot { branch, load: Load::Alarm(series.key, alarm) });
            }
        }
        slots.extend(self.signers.map(|proposal| Slot { branch: branch("-signers"), load: Load::Signers(proposal) }));
        let known: BTreeSet<_> = slots.iter().map(|slot| slot.branch.clone()).collect();
        let ours = |name: &BranchName| {
            let suffix = name.as_str().strip_prefix(self.config.branch.as_str()).unwrap_or("/");
            let key = suffix.strip_prefix("-alarm-").or_else(|| suffix.strip_prefix('-'));
            suffix.is_empty() || key.is_some_and(|key| key.parse::<TrackedKey>().is_ok())
        };
        slots.extend(
            existing
                .iter()
                .filter(|name| !known.contains(name) && ours(name))
                .map(|name| Slot { branch: name.clone(), load: Load::Series(Vec::new()) }),
        );
        slots.retain(|slot| slot.load.is_wanted() || existing.contains(&slot.branch));
        slots
    }

    /// The branch of an alarm.
    pub(super) fn alarm_branch(&self, key: TrackedKey) -> BranchName {
        let name = format!("{}-alarm-{key}", self.config.branch);
        name.parse().expect("a key is part of a branch's name as it is")
    }

    /// True of the branches of alarms.
    pub(super) fn is_of_alarm(&self, branch: &BranchName) -> bool {
        let suffix = branch.as_str().strip_prefix(self.config.branch.as_str());
        suffix.is_some_and(|suffix| suffix.starts_with("-alarm-"))
    }
}

/// A branch, and what it is to carry.
pub(super) struct Slot<'a> {
    pub(super) branch: BranchName,
    pub(super) load: Load<'a>,
}

pub(super) enum Load<'a> {
    /// The updates of these series; none where the branch is to be retired.
    Series(Vec<TrackedKey>),
    /// The digest that an alarm is about.
    Alarm(TrackedKey, &'a Alarm),
    /// The signers file as python.org's pages would have it.
    Signers(&'a SignerProposal),
}

impl Load<'_> {
    fn is_wanted(&self) -> bool {
        match self {
            Self::Series(keys) => !keys.is_empty(),
            Self::Alarm(..) => true,
            Self::Signers(proposal) => !proposal.changes.is_empty(),
        }
    }
}
