//! Releases that have been out for longer than they should be without being merged here, and what they wait for.
//!
//! Owns since when a release is out, by upstream's own times, and the few words for what is in its way. Pure.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::plan::{Outcome, Pending, SeriesPlan};
use super::reason::{Hold, Wait};
use crate::model::{ArtifactKind, PythonVersion};
use crate::verify::Rejection;

/// A release that has been out for long, and why it is not merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The release, where one is known.
    pub release: Option<PythonVersion>,
    /// Since when it is out.
    pub since: Timestamp,
    /// What it waits for.
    pub obstacle: Obstacle,
}

/// What is in the way of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Nothing: it is yet to be proposed.
    NotProposed,
    /// A pull request, to be merged by a person.
    PullRequest {
        /// Its number.
        number: u64,
        /// Since when it is open.
        opened_at: Timestamp,
    },
    /// Something that time will bring.
    Waiting(&'static str),
    /// Something that a person must look at.
    Held(&'static str),
}

impl SeriesPlan {
    /// The release that has been out for longer than `after` at `now`, if the series has one that is not merged.
    pub fn stale(&self, now: Timestamp, after: SignedDuration) -> Option<Stale> {
        let (release, since, obstacle) = match &self.outcome {
            Outcome::Update(change) if change.from.as_ref().is_some_and(|from| *from != change.to) => {
                (Some(change.to.clone()), Some(change.source.signed_at()), Obstacle::NotProposed)
            }
            Outcome::Waiting(pending) => waiting(pending),
            Outcome::Held { hold, since } => (None, *since, Obstacle::Held(held(hold))),
            Outcome::Update(_) | Outcome::Current => match &self.pending {
                Some(pending) => waiting(pending),
                None => return None,
            },
            Outcome::Alarm(_) | Outcome::Contradicted(_) => return None,
        };
        let since = since.filter(|since| now.duration_since(*since) >= after)?;
        Some(Stale { release, since, obstacle })
    }
}

fn waiting(pending: &Pending) -> (Option<PythonVersion>, Option<Timestamp>, Obstacle) {
    let what = match &pending.wait {
        Wait::NoFiles { .. } => "its files",
        Wait::NoTag { .. } => "its tag",
        Wait::NoEvidence { .. } => "its evidence",
        Wait::Lacks { evidence, .. } => evidence.described(),
        Wait::NoInstaller { .. } => "the Windows installer",
        Wait::Unreachable { .. } => "an answer from upstream",
    };
    (pending.wait.version().cloned(), pending.since, Obstacle::Waiting(what))
}

fn held(hold: &Hold) -> &'static str {
    match hold {
        Hold::Rejected { rejection, .. } => rejected(rejection),
        Hold::OpenPgpOnly { .. } => "no Sigstore bundle",
        Hold::NoEvidence { kind: ArtifactKind::Source, .. } => "no evidence",
        Hold::NoEvidence { kind: ArtifactKind::Windows, .. } => "no evidence for the Windows installer",
        Hold::Lacks { .. } => "evidence that the policy requires",
        Hold::Unread { .. } => "not downloaded",
        Hold::NoInstaller { .. } => "no Windows installer",
        Hold::ManifestAhead { .. } => "the manifest is ahead of upstream",
        Hold::NoRelease { .. } => "no release",
        Hold::PromotionDue { .. } => "promotion due",
        Hold::OtherName { .. } => "a digest of another name",
        Hold::LedgerDamaged(_) => "the ledger is damaged",
        Hold::NoSetuptools { .. } => "no setuptools",
        Hold::NoKeyPinned { .. } => "no OpenPGP key",
        Hold::Unrenderable { .. } => "templates",
        Hold::Drift { .. } => "drift",
    }
}

fn rejected(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::NoSigner(_) => "no signer is pinned",
        Rejection::Bundle(error) if error.is_of_signer() => "signer",
        Rejection::Bundle(_) => "Sigstore bundle",
        Rejection::Sbom(_) => "SBOM",
        Rejection::OpenPgp(_) => "OpenPGP signature",
        Rejection::NoKey(_) => "OpenPGP key",
        Rejection::SignedBeforeTag { .. } => "signed before its tag",
        Rejection::Digest { .. } | Rejection::Size { .. } => "bytes",
        Rejection::Name(_) => "name",
    }
}

/// What is in the way, in words that a time may follow: `waiting on the Windows installer`.
impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotProposed => f.write_str("not merged here"),
            Self::PullRequest { number, .. } => write!(f, "pull request #{number} open"),
            Self::Waiting(what) => write!(f, "waiting on {what}"),
            Self::Held(why) => write!(f, "held: {why}"),
        }
    }
}
