//! What was accepted, and is not so any more: alarms.
//!
//! Owns which differences between the manifest, the ledger and upstream are alarms, and their words. Refuses to take a file
//! that is not there for one that changed, or a page that is no evidence for evidence that is refused.

use std::fmt;

use jiff::Timestamp;

use super::observation::EvidenceState;
use super::plan::Outcome;
use crate::ledger::{Difference, LedgerEntry, differences};
use crate::model::{Artifact, Sha256};
use crate::verify::VerifiedArtifact;

/// An artifact whose digest is not the one recorded for the same version, or whose evidence is not what was accepted. All of
/// what there is now holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// The artifact as it is now.
    pub now: VerifiedArtifact,
    /// The digest in the manifest; where the manifest has none any more, in the ledger.
    pub recorded: Sha256,
    /// What the ledger says of it, where there is one and it knows the artifact.
    pub accepted: Option<LedgerEntry>,
    /// Why it is not to be proposed, where its digest is another artifact's.
    pub doubt: Option<String>,
}

/// The ledger says something of an artifact that is not so.
#[derive(Debug, Clone, PartialEq)]
pub struct Contradiction {
    /// What the ledger says.
    pub entry: LedgerEntry,
    /// What says otherwise.
    pub by: Contradicting,
}

/// What contradicts an entry of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub enum Contradicting {
    /// The manifest has another digest for it.
    Manifest(Sha256),
    /// Upstream offers it with another digest, and the manifest has none: a bump was taken back, then the artifact changed.
    Offer(Box<VerifiedArtifact>),
    /// The evidence beside it does not hold any more; why.
    Evidence(String),
    /// The file has another size.
    Size(u64),
    /// Its bytes are not those accepted; why.
    Bytes(String),
}

/// What is recorded of an artifact.
#[derive(Debug, Clone, Copy, Default)]
pub struct Recorded<'a> {
    /// Its digest in the manifest, where that has one.
    pub manifest: Option<Sha256>,
    /// Its entry in the ledger, where there is one.
    pub entry: Option<&'a LedgerEntry>,
}

/// The alarm that `evidence` beside an artifact raises, of which this is `recorded`; nothing where it raises none.
pub fn alarming(recorded: Recorded<'_>, evidence: &EvidenceState) -> Option<Outcome> {
    if let (Some(manifest), Some(entry)) = (recorded.manifest, recorded.entry)
        && entry.sha256() != manifest
    {
        return Some(Contradicting::Manifest(manifest).of(entry));
    }
    match evidence {
        EvidenceState::Verified(now) => {
            let digest = recorded.manifest.or(recorded.entry.map(LedgerEntry::sha256))?;
            let alarm =
                Alarm { now: (**now).clone(), recorded: digest, accepted: recorded.entry.cloned(), doubt: None };
            alarm.is_one().then(|| Outcome::Alarm(Box::new(alarm)))
        }
        EvidenceState::Rejected(rejection) if !rejection.is_no_evidence() => {
            Some(Contradicting::Evidence(rejection.to_string()).of(recorded.entry?))
        }
        EvidenceState::Rejected(_)
        | EvidenceState::NoBundle { .. }
        | EvidenceState::Unread
        | EvidenceState::Lacks(_)
        | EvidenceState::Failed(_) => None,
    }
}

impl Alarm {
    /// True if the bytes are others; false where only the evidence for them is.
    pub fn is_of_digest(&self) -> bool {
        self.recorded != self.now.sha256()
    }

    /// What of the evidence is another than was accepted. That something is not there is no change: files lag and vanish.
    pub fn changes(&self) -> Vec<Difference> {
        let mut found = self.accepted.as_ref().map_or_else(Vec::new, |entry| differences(entry, &self.now));
        found.retain(|difference| {
            !matches!(difference, Difference::Signer { now: None, .. } | Difference::OpenPgpKey { now: None, .. })
        });
        found
    }

    /// What a person's decision is about: while this stays the same, it stands.
    pub fn content(&self) -> String {
        let changes: Vec<_> = self.changes().iter().map(ToString::to_string).collect();
        format!("{} {} {} {}", self.now.artifact(), self.recorded, self.now.sha256(), changes.join("; "))
    }

    fn is_one(&self) -> bool {
        self.is_of_digest() || !self.changes().is_empty()
    }

    /// A word for machines.
    pub fn code(&self) -> &'static str {
        if self.is_of_digest() { "digest-changed" } else { "evidence-changed" }
    }
}

impl Contradicting {
    /// The outcome: `entry` is what it contradicts.
    pub fn of(self, entry: &LedgerEntry) -> Outcome {
        Outcome::Contradicted(Box::new(Contradiction { entry: entry.clone(), by: self }))
    }
}

impl Contradiction {
    /// The artifact.
    pub fn artifact(&self) -> Artifact {
        self.entry.artifact()
    }

    /// A word for machines.
    pub fn code(&self) -> &'static str {
        match self.by {
            Contradicting::Manifest(_) => "manifest-contradicts-ledger",
            Contradicting::Offer(_) => "digest-changed",
            Contradicting::Evidence(_) => "evidence-refused",
            Contradicting::Size(_) => "size-changed",
            Contradicting::Bytes(_) => "bytes-changed",
        }
    }

    /// What a person's decision is about: while this stays the same, it stands.
    pub fn content(&self) -> String {
        let by = match &self.by {
            Contradicting::Manifest(sha256) => sha256.to_string(),
            Contradicting::Offer(now) => now.sha256().to_string(),
            Contradicting::Evidence(why) | Contradicting::Bytes(why) => why.clone(),
            Contradicting::Size(size) => size.to_string(),
        };
        format!("{} {} {} {by}", self.code(), self.artifact(), self.entry.sha256())
    }

    /// Since when, where upstream's times tell.
    pub fn since(&self) -> Option<Timestamp> {
        match &self.by {
            Contradicting::Offer(now) => Some(now.signed_at()),
            _ => None,
        }
    }
}

impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let artifact = self.now.artifact();
        if self.is_of_digest() && self.accepted.is_some() {
            // The manifest may have gone on since.
            return write!(
                f,
                "{artifact} was accepted with SHA-256 {}, upstream's evidence is for {} now ({}, {}); nothing was changed: \
                 find out why before anyone builds from it",
                self.recorded,
                self.now.sha256(),
                self.now.signed_by(),
                self.now.signed_at().strftime("%Y-%m-%d %H:%M UTC"),
            );
        }
        if self.is_of_digest() {
            return write!(
                f,
                "{artifact} has another digest than the manifest holds for it: the manifest says {}, upstream's evidence is \
                 for {} ({}, {}); nothing was changed: find out why before anyone builds from it",
                self.recorded,
                self.now.sha256(),
                self.now.signed_by(),
                self.now.signed_at().strftime("%Y-%m-%d %H:%M UTC"),
            );
        }
        let changes: Vec<_> = self.changes().iter().map(ToString::to_string).collect();
        write!(
            f,
            "the bytes of {artifact} are those accepted, the evidence for them is not: {}; nothing was changed: find out why",
            changes.join("; ")
        )
    }
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (artifact, accepted) = (self.artifact(), self.entry.sha256());
        match &self.by {
            Contradicting::Manifest(manifest) => write!(
                f,
                "the ledger says that {artifact} was accepted with SHA-256 {accepted}, the manifest says {manifest}; nothing \
                 was changed: somebody changed one of both by hand, find out which is right"
            ),
            Contradicting::Offer(now) => write!(
                f,
                "{artifact} was accepted with SHA-256 {accepted}, upstream's evidence is for {} now ({}, {}); nothing was \
                 changed: find out why before anyone builds from it",
                now.sha256(),
                now.signed_by(),
                now.signed_at().strftime("%Y-%m-%d %H:%M UTC"),
            ),
            Contradicting::Evidence(why) => write!(
                f,
                "{artifact} was accepted with SHA-256 {accepted}, and the evidence beside it does not hold any more: {why}; \
                 nothing was changed: find out why before anyone builds from it"
            ),
            Contradicting::Size(now) => write!(
                f,
                "{artifact} was accepted with {} bytes, upstream announces {now}; download it and compare its digest with \
                 {accepted}",
                self.entry.size().unwrap_or_default(),
            ),
            Contradicting::Bytes(why) => write!(
                f,
                "{artifact} was accepted with SHA-256 {accepted}, and its bytes are others now: {why}; find out why before \
                 anyone builds from it"
            ),
        }
    }
}
