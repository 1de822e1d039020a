//! The result of `pybump check`: the plan in words and values, as its JSON has it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::time::instant;
use crate::resolve::{ComponentChange, Outcome, Pending, Plan, SeriesPlan};
use crate::verify::openpgp::OpenPgpState;
use crate::verify::sigstore::SigstoreEvidence;
use crate::verify::{SbomState, VerifiedArtifact};

/// The version of this output's shape; it grows when a field changes meaning or goes.
pub const SCHEMA: u32 = 1;

/// What each tracked series is at, where it should be, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckReport {
    /// The version of this output's shape: 1.
    pub schema: u32,
    /// By tracked series, in manifest order.
    pub series: Vec<SeriesReport>,
}

/// One tracked series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeriesReport {
    /// The manifest key: `3.14` or `3.15-rc`.
    pub key: String,
    /// The CPython version that the manifest says; null for a new key.
    pub at: Option<String>,
    /// The CPython version that it should say; null where none is settled.
    pub target: Option<String>,
    /// Where the series is.
    pub status: Status,
    /// Why it waits, is held or alarms; null otherwise.
    pub reason: Option<Reason>,
    /// A release newer than the target that is not complete yet.
    pub pending: Option<Reason>,
    /// Components that move.
    pub components: Vec<ComponentReport>,
    /// Variants that go.
    pub dropped_variants: Vec<String>,
    /// The verified artifacts of the target.
    pub artifacts: Vec<ArtifactReport>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// Where a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Where it should be.
    Current,
    /// Behind, and the target is complete and verified.
    Update,
    /// Behind a release that is not complete yet; time will cure it.
    Waiting,
    /// Something contradicts; a person must look.
    Held,
    /// An artifact changed under a released version.
    Alarm,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// A word for machines.
    pub code: String,
    /// Words for people.
    pub text: String,
    /// Since when, by upstream's own times; null where they do not tell.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub since: Option<Timestamp>,
}

/// A component that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComponentReport {
    /// `setuptools`, `pip` or `get-pip`.
    pub name: String,
    /// What the manifest says; null for a new key.
    pub from: Option<String>,
    /// What it should say.
    pub to: String,
}

/// A verified artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArtifactReport {
    /// The file's name.
    pub file: String,
    /// Its digest, 64 hexadecimal digits.
    pub sha256: String,
    /// The identity in the signer's certificate; without a Sigstore bundle the pinned OpenPGP key, by its fingerprint.
    pub signer: String,
    /// Who vouches for the identity; null without a Sigstore bundle.
    pub issuer: Option<String>,
    /// When it was signed, by the transparency log's clock; without a Sigstore bundle by the signer's own.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub signed_at: Timestamp,
    /// The entry in the transparency log; null without a Sigstore bundle.
    pub log_index: Option<u64>,
    /// True if an SBOM beside the file names the same file, version and digest.
    pub sbom: bool,
    /// What the OpenPGP signature beside the file comes to; null where the series carries none, by PEP 761 from 3.14 on.
    pub openpgp: Option<OpenPgpReport>,
    /// The size in bytes, where the bytes were read and hashed.
    pub size: Option<u64>,
    /// What binds the file's name to the digest, beside the signature.
    pub bound_by: Vec<String>,
}

/// What the OpenPGP signature beside a file comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OpenPgpReport {
    /// Whether there is one, and whether it holds.
    pub state: OpenPgpStatus,
    /// The fingerprint of the key that made it; where the key is not at hand, as the signature names it. Null where there is
    /// no signature.
    pub key: Option<String>,
    /// When it was made, by the signer's own clock; null where there is no signature.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub made_at: Option<Timestamp>,
    /// Why it is not checked; null where it is.
    pub reason: Option<String>,
}

/// Whether there is an OpenPGP signature, and whether it holds. One that does not is a reason to hold the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OpenPgpStatus {
    /// There is none.
    Absent,
    /// There is one, and the key to check it is not at hand.
    NoKey,
    /// A pinned key claims to have made it; the bytes were not read.
    Unchecked,
    /// A pinned key signed the bytes that were read.
    Agrees,
}

impl OpenPgpReport {
    fn of(state: &OpenPgpState) -> Option<Self> {
        let report =
            |state, key: String, made_at, reason| Some(Self { state, key: Some(key), made_at: Some(made_at), reason });
        match state {
            OpenPgpState::NotAsked => None,
            OpenPgpState::Absent => Some(Self { state: OpenPgpStatus::Absent, key: None, made_at: None, reason: None }),
            OpenPgpState::NoKey(missing) => {
                let issuer = missing.issuer().to_owned();
                let why = match missing.why() {
                    "" => missing.to_string(),
                    why => format!("{missing} ({why})"),
                };
                report(OpenPgpStatus::NoKey, issuer, missing.made_at(), Some(why))
            }
            OpenPgpState::Unchecked(claim) => {
                let evidence = claim.evidence();
                let why = Some("not checked: the file was not downloaded".to_owned());
                report(OpenPgpStatus::Unchecked, evidence.key().to_string(), evidence.made_at(), why)
            }
            OpenPgpState::Agrees(evidence) => {
                report(OpenPgpStatus::Agrees, evidence.key().to_string(), evidence.made_at(), None)
            }
        }
    }

    /// What it comes to, in words.
    pub fn text(&self) -> String {
        match (self.state, &self.key, self.made_at) {
            (OpenPgpStatus::Absent, ..) | (_, None, _) | (.., None) => "none".to_owned(),
            (OpenPgpStatus::NoKey, ..) => self.reason.clone().unwrap_or_default(),
            (OpenPgpStatus::Unchecked, Some(key), Some(made_at)) => {
                format!("by {key}, {}, not checked: the file was not downloaded", instant(made_at))
            }
            (OpenPgpStatus::Agrees, Some(key), Some(made_at)) => {
                format!("by {key}, {}, agrees", instant(made_at))
            }
        }
    }
}

impl CheckReport {
    /// The report of `plan`.
    pub fn of(plan: &Plan) -> Self {
        Self { schema: SCHEMA, series: plan.series.iter().map(SeriesReport::of).collect() }
    }
}

impl SeriesReport {
    fn of(plan: &SeriesPlan) -> Self {
        let mut report = Self {
            key: plan.key.to_string(),
            at: plan.at.as_ref().map(ToString::to_string),
            target: None,
            status: Status::Current,
            reason: None,
            pending: plan.pending.as_ref().map(Reason::pending),
            components: Vec::new(),
            dropped_variants: Vec::new(),
            artifacts: plan.artifacts.iter().map(ArtifactReport::of).collect(),
            notes: plan.notes.clone(),
        };
        match &plan.outcome {
            Outcome::Current => report.target.clone_from(&report.at),
            Outcome::Update(change) => {
                report.status = Status::Update;
                report.target = Some(change.to.to_string());
                report.components = change.components.iter().map(ComponentReport::of).collect();
                report.dropped_variants = change.dropped.iter().map(ToString::to_string).collect();
            }
            Outcome::Waiting(pending) => {
                report.status = Status::Waiting;
                report.reason = Some(Reason::pending(pending));
            }
            Outcome::Held { hold, since } => {
                report.status = Status::Held;
                report.reason = Some(Reason { code: hold.code().to_owned(), text: hold.to_string(), since: *since });
            }
            Outcome::Alarm(alarm) => {
                report.status = Status::Alarm;
                report.artifacts = vec![ArtifactReport::of(&alarm.now)];
                report.reason = Some(Reason {
                    code: "digest-changed".to_owned(),
                    text: alarm.to_string(),
                    since: Some(alarm.now.signed_at()),
                });
            }
        }
        report
    }
}

impl Reason {
    fn pending(pending: &Pending) -> Self {
        Self { code: pending.wait.code().to_owned(), text: pending.wait.to_string(), since: pending.since }
    }
}

impl ComponentReport {
    fn of(change: &ComponentChange) -> Self {
        match change {
            ComponentChange::Package { name, from, to } => {
                Self { name: name.to_string(), from: from.as_ref().map(ToString::to_string), to: to.to_string() }
            }
            ComponentChange::GetPip { from, to } => Self {
                name: crate::model::ComponentName::GetPip.to_string(),
                from: from.as_ref().map(ToString::to_string),
                to: to.commit.to_string(),
            },
        }
    }
}

impl ArtifactReport {
    /// The report of one verified artifact.
    pub fn of(artifact: &VerifiedArtifact) -> Self {
        Self {
            file: artifact.artifact().file_name(),
            sha256: artifact.sha256().to_string(),
            signer: artifact.signed_by().to_string(),
            issuer: artifact.sigstore().map(|sigstore| sigstore.signer().issuer.clone()),
            signed_at: artifact.signed_at(),
            log_index: artifact.sigstore().map(SigstoreEvidence::log_index),
            sbom: artifact.sbom() == SbomState::Agrees,
            openpgp: OpenPgpReport::of(artifact.openpgp()),
            size: artifact.bytes(),
            bound_by: artifact.bound_by().into_iter().map(str::to_owned).collect(),
        }
    }
}
