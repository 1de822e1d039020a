//! The Rekor-like log: entries, their signed timestamps, inclusion proofs and checkpoints.
//!
//! The log keeps nothing: each entry stands in a tree of its own among leaves that no bundle names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

use super::{AuthorityError, Flaw, Key, merkle};
use crate::model::Sha256;

/// What checkpoints name as their origin.
const ORIGIN: &str = "rekor.pybump.example";
/// Leaves in the tree of each entry: an odd count, so that proofs differ in length.
const TREE_SIZE: usize = 11;
/// Entries that older trees of the log hold; the global index counts them.
const OLDER_ENTRIES: u64 = 1_000_000;

/// A transparency log.
pub(super) struct Log {
    key: Key,
    /// Not trusted.
    stranger: Key,
}

/// An entry as the log gives it back.
pub(super) struct Entry {
    /// The JSON that was logged.
    pub(super) body: String,
    pub(super) integrated_at: Timestamp,
    /// Counted over all the log's trees.
    pub(super) index: u64,
    pub(super) log_id: Sha256,
    /// The signed entry timestamp.
    pub(super) promise: Vec<u8>,
    pub(super) proof: Proof,
}

/// The proof that a tree holds an entry.
pub(super) struct Proof {
    /// Counted in the tree alone.
    pub(super) index: usize,
    pub(super) tree_size: usize,
    pub(super) root: Sha256,
    pub(super) hashes: Vec<Sha256>,
    pub(super) checkpoint: String,
}

impl Log {
    pub(super) fn new() -> Result<Self, AuthorityError> {
        Ok(Self { key: Key::generate()?, stranger: Key::generate()? })
    }

    /// The log's key.
    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// Takes `body` at `at`, at an index that follows from `digest`.
    pub(super) fn append(
        &self,
        body: String,
        digest: &Sha256,
        at: Timestamp,
        flaw: Option<Flaw>,
    ) -> Result<Entry, AuthorityError> {
        let number = u64::from(u16::from_be_bytes([digest.as_bytes()[0], digest.as_bytes()[1]]));
        let index = OLDER_ENTRIES + number;
        let (signer, log_id) = match flaw {
            Some(Flaw::EntryTimestampOfUnknownLog) => (&self.stranger, self.stranger.id()),
            Some(Flaw::ForgedEntryTimestamp) => (&self.stranger, self.key.id()),
            _ => (&self.key, self.key.id()),
        };
        let (promised_at, promised_index) = match flaw {
            Some(Flaw::EntryTimestampOfOtherTime) => (at - SignedDuration::from_secs(1), index),
            Some(Flaw::EntryTimestampOfOtherIndex) => (at, index + 1),
            _ => (at, index),
        };
        let promise = signer.sign(promise(&body, promised_at, log_id, promised_index).as_bytes())?;
        let log_id = if flaw == Some(Flaw::ForgedLogId) { self.stranger.id() } else { log_id };
        let proof = self.proof(&body, digest, flaw)?;
        Ok(Entry { body, integrated_at: at, index, log_id, promise, proof })
    }

    /// The proof that the tree of `digest` holds `body`.
    pub(super) fn proof(&self, body: &str, digest: &Sha256, flaw: Option<Flaw>) -> Result<Proof, AuthorityError> {
        let index = usize::from(digest.as_bytes()[2]) % TREE_SIZE;
        let mut leaves: Vec<_> = (0..TREE_SIZE).map(|at| merkle::leaf(format!("leaf {at}").as_bytes())).collect();
        if flaw != Some(Flaw::EntryNotInTree) {
            leaves[index] = merkle::leaf(body.as_bytes());
        }
        let root = merkle::root(&leaves);
        let noted = if flaw == Some(Flaw::CheckpointOfOtherRoot) { merkle::leaf(b"other") } else { root };
        let (signer, id) = match flaw {
            Some(Flaw::CheckpointOfUnknownLog) => (&self.stranger, self.stranger.id()),
            Some(Flaw::ForgedCheckpoint) => (&self.stranger, self.key.id()),
            _ => (&self.key, self.key.id()),
        };
        let checkpoint = checkpoint(signer, id, noted)?;
        Ok(Proof { index, tree_size: TREE_SIZE, root, hashes: merkle::path(&leaves, index), checkpoint })
    }
}

/// The text that a signed entry timestamp signs: JSON in canonical form.
fn promise(body: &str, at: Timestamp, log_id: Sha256, index: u64) -> String {
    let body = STANDARD.encode(body);
    let at = at.as_second();
    format!(r#"{{"body":"{body}","integratedTime":{at},"logID":"{log_id}","logIndex":{index}}}"#)
}

/// A signed note over the tree's size and root.
fn checkpoint(signer: &Key, id: Sha256, root: Sha256) -> Result<String, AuthorityError> {
    let root = STANDARD.encode(root.as_bytes());
    let note = format!("{ORIGIN} - 1\n{TREE_SIZE}\n{root}\n");
    let signature = STANDARD.encode([&id.as_bytes()[..4], &signer.sign(note.as_bytes())?].concat());
    Ok(format!("{note}\n\u{2014} {ORIGIN} {signature}\n"))
}
