//! The pull request that puts before a person what python.org's pages say of the signers: its commit, and when it goes.
//!
//! Owns the rule that what could not be read at this moment takes nothing back. Its branch changes the signers file, and
//! adds the keys that this pins; a person's decision is about the pins alone.

use std::collections::BTreeMap;
use std::path::PathBuf;

use git2::{Commit, Error, Oid, Repository};
use jiff::Timestamp;

use crate::config::Author;
use crate::layout::Edit;
use crate::model::{CommitSha, Sha256};
use crate::observe::keys::KeyFiles;
use crate::observe::signers::SignerFindings;
use crate::publish::evidence;
use crate::publish::github::TreeItem;
use crate::publish::marker::Marker;
use crate::publish::rolling::{Retirement, WantedCommit};
use crate::publish::tree::{commit_id, tree_after};
use crate::resolve::signers::{PinChange, SignerDifference};

/// So many are named in a subject.
const NAMED: usize = 6;

/// What python.org's pages ask to be changed in the repository's own signers file.
#[derive(Debug, Clone)]
pub struct SignerProposal {
    /// The file, from the repository's root.
    pub path: PathBuf,
    /// Its text afterwards.
    pub after: String,
    /// The differences, and the changes that follow; none where pages and pins agree.
    pub changes: Vec<(SignerDifference, PinChange)>,
    /// The OpenPGP keys that are pinned by it, as far as they could be had.
    pub keys: KeyFiles,
    /// True if not all of the pages could be read.
    pub incomplete: bool,
}

impl SignerProposal {
    /// The proposal that brings the file at `path` to `after`, and `keys` beside it.
    pub fn new(path: PathBuf, after: String, findings: &SignerFindings, keys: KeyFiles) -> Self {
        let changes = findings.adopted().map(|(difference, change)| (difference.clone(), change.clone())).collect();
        Self { path, after, changes, keys, incomplete: !findings.is_complete() }
    }

    /// `Update signers of 3.14, 3.15`
    pub fn subject(&self) -> String {
        let mut parts: Vec<_> = self.changes.iter().map(|(_, change)| change.part()).collect();
        parts.sort_unstable();
        parts.dedup();
        let named: Vec<_> = parts.iter().take(NAMED).map(ToString::to_string).collect();
        let more = match parts.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("Update signers of {}{more}", named.join(", "))
    }

    /// What is proposed, each by its digest. Of its own kind: a series that is proposed is another thing than its signer.
    pub(super) fn entries(&self) -> BTreeMap<String, Sha256> {
        let mut texts = BTreeMap::<String, String>::new();
        for (_, change) in &self.changes {
            texts.entry(format!("signers {}", change.part())).or_default().push_str(&format!("{change}\n"));
        }
        texts.into_iter().map(|(part, text)| (part, Sha256::of(text.as_bytes()))).collect()
    }

    /// What becomes of what `marker` remembers; nothing if that is to follow what is proposed now.
    pub(super) fn retirement(&self, marker: &Marker) -> Option<Retirement> {
        let now = self.entries();
        if !now.is_empty() && marker.proposal.iter().all(|(part, digest)| now.get(part) == Some(digest)) {
            // The branch may have the key already.
            let why = "the key server did not answer about a key that it is to carry";
            return self.keys.unanswered.then(|| Retirement::Keep(why.to_owned()));
        }
        if self.incomplete {
            return Some(Retirement::Keep("not all of python.org's pages could be read at this moment".to_owned()));
        }
        let agree = || Retirement::Close("Closed by pybump: python.org's pages say what is pinned.".to_owned());
        now.is_empty().then(agree)
    }

    /// The commit on top of `base`, and the file before and after by their digest; nothing if it would change nothing.
    pub(super) fn commit(
        &self,
        git: &Repository,
        base: &Commit<'_>,
        author: Option<&Author>,
        sign_off: bool,
    ) -> Result<Option<(WantedCommit, Sha256)>, Error> {
        let tree = base.tree()?;
        let keys = self.keys.files.iter().cloned();
        let files = keys.chain([(self.path.clone(), self.after.clone())]);
        let edits: Vec<_> = files.map(|(path, text)| Edit::Write { path, text }).collect();
        let after = tree_after(git, &tree, &edits)?;
        if self.changes.is_empty() || after.changes.is_empty() {
            return Ok(None);
        }
        let sign_off =
            author.filter(|_| sign_off).map_or(String::new(), |author| format!("\n\nSigned-off-by: {author}"));
        let message = format!("{}\n\n{}{sign_off}\n", self.subject(), evidence::of_signers(&self.changes));
        // Nothing here is dated but what it is made on.
        let date = Timestamp::from_second(base.committer().when().seconds() + 1);
        let date = date.map_err(|error| Error::from_str(&error.to_string()))?;
        let id = |author: &Author| commit_id(git, after.id, &[base.id()], author, date, &message).map(sha);
        let id = author.map(id).transpose()?;
        let before = tree.get_path(&self.path).ok().map(|entry| entry.id());
        let mut files = format!("{}\n{before:?}\n{}", self.path.display(), self.after);
        for (path, text) in &self.keys.files {
            files.push_str(&format!("\n{}\n{text}", path.display()));
        }
        let files = Sha256::of(files.as_bytes());
        let item = |change: &crate::publish::TreeChange| {
            let blob = change.blob.as_ref().expect("the file is written");
            TreeItem::file(change.path.clone(), blob.mode == 0o100_755, blob.text.clone())
        };
        let items = after.changes.iter().map(item).collect();
        Ok(Some((WantedCommit { message, tree: sha(after.id), items, date, id }, files)))
    }
}

fn sha(id: Oid) -> CommitSha {
    id.to_string().parse().expect("git prints 40 digits")
}
