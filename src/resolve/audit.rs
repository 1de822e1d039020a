//! What was accepted once, judged again by what upstream has now. Pure.
//!
//! Owns the verdict over each artifact of the manifest and the ledger. Refuses to raise an alarm over what is merely not there:
//! files lag and vanish, and an alarm says that something is another.

use super::alarm::{Contradicting, Recorded, alarming};
use super::observation::{ArtifactObservation, EvidenceState, Seen};
use super::plan::Outcome;
use crate::ledger::{Difference, LedgerEntry, differences};
use crate::verify::{Rejection, VerifiedArtifact};

/// What became of one artifact.
#[derive(Debug)]
pub enum Finding {
    /// Its evidence holds, and is what was accepted.
    Holds(Box<VerifiedArtifact>),
    /// It is not what was accepted.
    Alarm {
        /// A word for machines.
        code: &'static str,
        /// Both values.
        text: String,
    },
    /// Its evidence does not hold; there is no record of what it was when it was accepted.
    Refused(String),
    /// The file or its evidence is not there any more.
    Gone(String),
    /// A source did not answer, or not sensibly.
    Unanswered(String),
    /// Nothing beside it proves anything, and the ledger does not say that anything did.
    Unproven(String),
}

/// The verdict over an artifact of which this is `recorded`. `bytes` is what came of reading them, where they were read.
pub fn audit(
    recorded: Recorded<'_>,
    seen: ArtifactObservation,
    bytes: Option<Result<VerifiedArtifact, BytesProblem>>,
) -> Finding {
    if let Some(outcome) = alarming(recorded, &seen.evidence) {
        return alarm(outcome);
    }
    match &seen.file {
        Some(Seen::Missing(url)) => return Finding::Gone(format!("the file is not there: {url}")),
        Some(Seen::Failed(why)) => return Finding::Unanswered(why.clone()),
        Some(Seen::Found(file)) => {
            // Where the evidence is a proxy's page, so is the file.
            if let (EvidenceState::Verified(_), Some(entry), Some(now)) = (&seen.evidence, recorded.entry, file.size)
                && entry.size().is_some_and(|size| size != now)
            {
                return alarm(Contradicting::Size(now).of(entry));
            }
        }
        None => {}
    }
    match seen.evidence {
        EvidenceState::Verified(verified) => of_verified(recorded, *verified, bytes),
        EvidenceState::Rejected(rejection) if rejection.is_no_evidence() => Finding::Unanswered(rejection.to_string()),
        EvidenceState::Rejected(rejection) => Finding::Refused(rejection.to_string()),
        EvidenceState::Failed(why) | EvidenceState::NoBundle { openpgp: Seen::Failed(why) } => Finding::Unanswered(why),
        EvidenceState::NoBundle { openpgp } => {
            let signature = match openpgp {
                Seen::Found(()) => "there is no Sigstore bundle beside it, only an OpenPGP signature",
                Seen::Missing(_) | Seen::Failed(_) => {
                    "there is neither a Sigstore bundle nor an OpenPGP signature beside it"
                }
            };
            gone(recorded.entry, signature.to_owned())
        }
        EvidenceState::Unread if recorded.entry.is_some_and(|entry| entry.sigstore().is_some()) => {
            gone(recorded.entry, "there is no Sigstore bundle beside it, only an OpenPGP signature".to_owned())
        }
        EvidenceState::Unread => Finding::Unproven(
            "its only signature is an OpenPGP one, which its bytes are needed for; use --download".to_owned(),
        ),
        EvidenceState::Lacks(evidence) => {
            let why = format!("there is no {evidence} evidence beside it, which the policy for the series requires");
            match recorded.entry {
                Some(entry) if !entry.has(evidence) => Finding::Refused(format!("{why}, and it was accepted without")),
                entry => gone(entry, why),
            }
        }
    }
}

/// Why the bytes of an artifact prove nothing.
#[derive(Debug)]
pub enum BytesProblem {
    /// They are not the ones signed.
    Rejected(Rejection),
    /// They could not be had.
    Unanswered(String),
}

fn of_verified(
    recorded: Recorded<'_>,
    verified: VerifiedArtifact,
    bytes: Option<Result<VerifiedArtifact, BytesProblem>>,
) -> Finding {
    let entry = recorded.entry;
    let tagged = match entry.and_then(LedgerEntry::tagged_at) {
        Some(tagged_at) => verified.tagged(tagged_at),
        None => Ok(verified),
    };
    let verified = match (tagged, entry) {
        (Ok(verified), _) => verified,
        (Err(rejection), Some(entry)) => return alarm(Contradicting::Evidence(rejection.to_string()).of(entry)),
        (Err(rejection), None) => return Finding::Refused(rejection.to_string()),
    };
    match (bytes, entry) {
        (None, _) => whole(entry, verified),
        (Some(Ok(read)), _) => {
            // The bytes tell what the OpenPGP signature is worth, and so whether it is the one accepted.
            let again = EvidenceState::Verified(Box::new(read.clone()));
            alarming(recorded, &again).map_or_else(|| whole(entry, read), alarm)
        }
        (Some(Err(BytesProblem::Unanswered(why))), _) => Finding::Unanswered(why),
        (Some(Err(BytesProblem::Rejected(rejection))), Some(entry)) => {
            alarm(Contradicting::Bytes(rejection.to_string()).of(entry))
        }
        (Some(Err(BytesProblem::Rejected(rejection))), None) => {
            Finding::Alarm { code: "bytes-changed", text: format!("{}: {rejection}", verified.artifact()) }
        }
    }
}

/// What holds, unless a signature that it was accepted on is not there any more.
fn whole(entry: Option<&LedgerEntry>, verified: VerifiedArtifact) -> Finding {
    let mut lost = entry.map_or_else(Vec::new, |entry| differences(entry, &verified));
    lost.retain(|difference| {
        matches!(difference, Difference::Signer { now: None, .. } | Difference::OpenPgpKey { now: None, .. })
    });
    if lost.is_empty() {
        return Finding::Holds(Box::new(verified));
    }
    Finding::Gone(lost.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn gone(entry: Option<&LedgerEntry>, why: String) -> Finding {
    if entry.is_some() { Finding::Gone(format!("{why}, and it was accepted on more")) } else { Finding::Unproven(why) }
}

fn alarm(outcome: Outcome) -> Finding {
    match outcome {
        Outcome::Alarm(alarm) => Finding::Alarm { code: alarm.code(), text: alarm.to_string() },
        Outcome::Contradicted(contradiction) => {
            Finding::Alarm { code: contradiction.code(), text: contradiction.to_string() }
        }
        Outcome::Current | Outcome::Update(_) | Outcome::Waiting(_) | Outcome::Held { .. } => {
            unreachable!("what alarms is an alarm")
        }
    }
}
