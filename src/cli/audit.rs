//! `pybump audit`

use std::collections::BTreeMap;

use anyhow::Result;
use futures::future::{OptionFuture, join_all};

use super::actions;
use super::arguments::{AuditArguments, Cli};
use super::downloads::download;
use super::output::Output;
use super::plan::{ledger, tracked};
use super::setup::{Process, Setup};
use super::status::Status;
use crate::layout::DockerLibrary;
use crate::ledger::Ledger;
use crate::model::{Artifact, ArtifactKind, Series, TrackedKey};
use crate::observe::bytes::ReadError;
use crate::observe::look_again;
use crate::report::audit::{AuditReport, AuditVerdict, AuditedArtifact, audit_text};
use crate::resolve::{BytesProblem, EvidenceState, Recorded, audit};

/// Judges again what the manifest and the ledger say was accepted; writes nothing.
pub async fn run(cli: &Cli, arguments: &AuditArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let mut setup = Setup::new(cli, &arguments.trust, process)?;
    setup.outside.may_download = arguments.download;
    let layout = DockerLibrary::open(&cli.directory)?;
    let keys = tracked(&layout, &arguments.keys)?;
    let ledger = ledger(&setup.config, &layout, &arguments.keys, output)?;
    let accepted = accepted(&layout, ledger.as_ref(), &keys, arguments.keys.is_empty());
    let spinner = output.spinner("asking python.org");
    let outside = &setup.outside;
    let looks = accepted.iter().map(|(artifact, recorded)| {
        let output = &*output;
        async move {
            let seen = look_again(outside, artifact, recorded.entry).await;
            let bytes = match &seen.evidence {
                EvidenceState::Verified(verified) if arguments.download => {
                    Some(download(outside, (**verified).clone(), output))
                }
                _ => None,
            };
            let bytes = OptionFuture::from(bytes).await.map(|read| read.map_err(problem));
            AuditedArtifact::of(artifact, *recorded, audit(*recorded, seen, bytes))
        }
    });
    let artifacts = join_all(looks).await;
    drop(spinner);
    let asked = |series: Series| arguments.keys.is_empty() || keys.iter().any(|key| key.series == series);
    let faults = ledger.iter().flat_map(Ledger::faults).filter(|(series, _)| asked(*series));
    let report = AuditReport {
        schema: 1,
        trust_root: setup.trust_root.clone(),
        bytes_checked: arguments.download,
        has_ledger: ledger.is_some(),
        ledger_faults: faults.map(|(_, fault)| fault.to_string()).collect(),
        artifacts,
    };
    for fault in &report.ledger_faults {
        output.error(fault);
    }
    output.result(&report, |palette| audit_text(&report, palette))?;
    actions::audited(&report, output);
    let failed = [AuditVerdict::Refused, AuditVerdict::Gone, AuditVerdict::Unanswered];
    Ok(if report.has(AuditVerdict::Alarm) {
        Status::Alarm
    } else if !report.ledger_faults.is_empty() || failed.into_iter().any(|verdict| report.has(verdict)) {
        Status::Failed
    } else {
        Status::Done
    })
}

/// Every artifact that the manifest has a digest of under `keys`, or the ledger an entry of in their series; in `all` series
/// where no key was named. Of several entries for one artifact the last counts.
fn accepted<'a>(
    layout: &DockerLibrary,
    ledger: Option<&'a Ledger>,
    keys: &[TrackedKey],
    all: bool,
) -> BTreeMap<Artifact, Recorded<'a>> {
    let mut accepted = BTreeMap::<Artifact, Recorded<'a>>::new();
    for entry in keys.iter().filter_map(|key| layout.manifest().entries.get(key)) {
        for kind in ArtifactKind::ALL {
            if let Some(digest) = entry.checksum(kind) {
                let artifact = Artifact { version: entry.version.clone(), kind };
                accepted.entry(artifact).or_default().manifest = Some(digest);
            }
        }
    }
    for (series, entry) in ledger.into_iter().flat_map(Ledger::entries) {
        if all || keys.iter().any(|key| key.series == series) {
            accepted.entry(entry.artifact()).or_default().entry = Some(entry);
        }
    }
    accepted
}

fn problem(error: ReadError) -> BytesProblem {
    match error {
        ReadError::Rejected(rejection) => BytesProblem::Rejected(rejection),
        error @ (ReadError::Fetch(_) | ReadError::Missing(_)) => BytesProblem::Unanswered(error.to_string()),
    }
}
