//! What the digests rest on: each artifact with its evidence, as this run saw it and as the ledger has it.
//!
//! Owns which of the two is told: what was seen now, and from the ledger what was checked over the bytes when it was
//! accepted. Evidence for other bytes is never put beside a digest.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::ledger::{Ledger, LedgerEntry};
use crate::model::{Artifact, ArtifactKind, Manifest, PythonVersion};
use crate::report::artifact::{ArtifactReport, OpenPgpStatus};
use crate::report::check::{SeriesReport, Status};

/// An artifact whose digest is in the manifest or the ledger, or is to enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordedArtifact {
    /// The file's name.
    pub file: String,
    /// The release that it belongs to.
    pub version: String,
    /// Where its digest stands.
    pub standing: Standing,
    /// Its digest, 64 hexadecimal digits.
    pub sha256: String,
    /// Its size in bytes; null where the bytes were never read.
    pub size: Option<u64>,
    /// The time of the newest evidence when it was accepted, as the ledger has it; null where that has it not.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub accepted_at: Option<Timestamp>,
    /// What binds the digest to a signer; null where this run saw none and the ledger has none.
    pub evidence: Option<ArtifactEvidence>,
}

/// Where a digest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Upstream has it for a file that was accepted with another one.
    Disputed,
    /// It is to enter the manifest.
    Proposed,
    /// The manifest has it.
    Tracked,
    /// The ledger has it, of a release that the manifest has left.
    Earlier,
}

/// What binds a digest to its signer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArtifactEvidence {
    /// The identity in the signer's certificate; without a Sigstore bundle the OpenPGP key, by its fingerprint.
    pub signer: String,
    /// Who vouches for the identity; null without a Sigstore bundle.
    pub issuer: Option<String>,
    /// When it was signed.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub signed_at: Timestamp,
    /// The entry in the transparency log; null without a Sigstore bundle.
    pub log_index: Option<u64>,
    /// The entry's page; null where it is not in the public-good log.
    pub log_url: Option<String>,
    /// The OpenPGP signature; null if there is none.
    pub openpgp: Option<SignatureReport>,
    /// True if an SBOM names the same file, version and digest.
    pub sbom: bool,
}

/// An OpenPGP signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SignatureReport {
    /// The fingerprint of the key that made it.
    pub key: String,
    /// When it was made, by the signer's own clock.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub made_at: Timestamp,
    /// True if it was checked over the bytes, in this run or when the artifact was accepted.
    pub checked: bool,
}

/// The id of the public-good instance's log, whose entries have pages.
const PUBLIC_LOG: &str = "c0d23d6ad406973f9559f3ba2d1ca01f84147d8ffc5b8445c224f98b9591801d";

/// Every artifact of `manifest`, of `ledger` and of `checked`, newest release first. `public` is true if what was checked was
/// judged by the public-good instance's trust root.
pub fn recorded(
    manifest: &Manifest,
    ledger: Option<&Ledger>,
    checked: &[SeriesReport],
    public: bool,
) -> Vec<RecordedArtifact> {
    let mut all = BTreeMap::<(Artifact, String), RecordedArtifact>::new();
    for entry in manifest.entries.values() {
        for kind in ArtifactKind::ALL {
            if let Some(sha256) = entry.checksum(kind) {
                let artifact = Artifact { version: entry.version.clone(), kind };
                let row = row(&artifact, sha256.to_string(), Standing::Tracked);
                all.insert((artifact, sha256.to_string()), row);
            }
        }
    }
    for (series, report) in checked.iter().flat_map(|series| series.artifacts.iter().map(move |it| (series, it))) {
        let Some(artifact) = artifact(series, report) else { continue };
        let standing = if series.status == Status::Alarm { Standing::Disputed } else { Standing::Proposed };
        let sha256 = report.sha256.clone();
        let row = all.entry((artifact.clone(), sha256.clone())).or_insert_with(|| row(&artifact, sha256, standing));
        row.size = report.size;
        row.evidence = Some(ArtifactEvidence::seen(report, public));
    }
    // Of several entries for one file the last counts.
    let newest: BTreeMap<_, _> =
        ledger.into_iter().flat_map(Ledger::entries).map(|(_, entry)| (entry.artifact(), entry)).collect();
    for (artifact, entry) in newest {
        let sha256 = entry.sha256().to_string();
        let row =
            all.entry((artifact.clone(), sha256.clone())).or_insert_with(|| row(&artifact, sha256, Standing::Earlier));
        row.size = row.size.or(entry.size());
        row.accepted_at = Some(entry.accepted_at());
        let accepted = ArtifactEvidence::accepted(entry);
        match (&mut row.evidence, accepted) {
            (Some(seen), Some(accepted)) => {
                seen.openpgp = accepted.openpgp.or(seen.openpgp.take());
                seen.sbom |= accepted.sbom;
            }
            (seen, accepted) => *seen = seen.take().or(accepted),
        }
    }
    let mut rows: Vec<_> = all.into_iter().collect();
    rows.sort_by(|((one, _), a), ((other, _), b)| {
        let order = (&other.version, one.kind, a.standing).cmp(&(&one.version, other.kind, b.standing));
        order.then_with(|| a.sha256.cmp(&b.sha256))
    });
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(artifact: &Artifact, sha256: String, standing: Standing) -> RecordedArtifact {
    let (file, version) = (artifact.file_name(), artifact.version.to_string());
    RecordedArtifact { file, version, standing, sha256, size: None, accepted_at: None, evidence: None }
}

/// The artifact that `report` is of: one of the series' release, or of its target.
fn artifact(series: &SeriesReport, report: &ArtifactReport) -> Option<Artifact> {
    let versions = series.target.iter().chain(&series.at).filter_map(|text| text.parse::<PythonVersion>().ok());
    let artifacts =
        versions.flat_map(|version| ArtifactKind::ALL.map(|kind| Artifact { version: version.clone(), kind }));
    artifacts.into_iter().find(|artifact| artifact.file_name() == report.file)
}

impl ArtifactEvidence {
    fn seen(report: &ArtifactReport, public: bool) -> Self {
        let openpgp = report.openpgp.as_ref().and_then(|openpgp| {
            let checked = openpgp.state == OpenPgpStatus::Agrees;
            Some(SignatureReport { key: openpgp.key.clone()?, made_at: openpgp.made_at?, checked })
        });
        Self {
            signer: report.signer.clone(),
            issuer: report.issuer.clone(),
            signed_at: report.signed_at,
            log_index: report.log_index,
            log_url: report.log_index.filter(|_| public).map(page),
            openpgp,
            sbom: report.sbom,
        }
    }

    fn accepted(entry: &LedgerEntry) -> Option<Self> {
        let openpgp = entry.openpgp().map(|openpgp| SignatureReport {
            key: openpgp.key().to_string(),
            made_at: openpgp.made_at(),
            checked: true,
        });
        let sbom = entry.sbom_sha256().is_some();
        match (entry.sigstore(), &openpgp) {
            (Some(sigstore), _) => Some(Self {
                signer: sigstore.identity().to_owned(),
                issuer: Some(sigstore.issuer().to_owned()),
                signed_at: sigstore.signed_at(),
                log_index: Some(sigstore.log_index()),
                log_url: Some(sigstore.log_index()).filter(|_| sigstore.log_id() == PUBLIC_LOG).map(page),
                openpgp,
                sbom,
            }),
            (None, Some(signature)) => Some(Self {
                signer: signature.key.clone(),
                issuer: None,
                signed_at: signature.made_at,
                log_index: None,
                log_url: None,
                openpgp,
                sbom,
            }),
            (None, None) => None,
        }
    }
}

fn page(index: u64) -> String {
    format!("https://search.sigstore.dev/?logIndex={index}")
}
