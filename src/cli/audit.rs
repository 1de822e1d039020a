//! `pybump audit`

mod base;
mod pins;

use std::collections::BTreeMap;

use anyhow::Result;
use futures::future::{OptionFuture, join_all};

use self::base::Against;
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
use crate::resolve::{BytesProblem, EvidenceState, Recorded, audit, audit_claim, firm};

/// Judges again what the manifest and the ledger say was accepted; writes nothing.
pub async fn run(cli: &Cli, arguments: &AuditArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let Some(reference) = &arguments.base else {
        let mut setup = Setup::new(cli, &arguments.trust, process)?;
        setup.outside.may_download = arguments.download;
        let layout = DockerLibrary::open(&cli.directory)?;
        let ledger = ledger(&setup.config, &layout, &arguments.keys, output)?;
        return judge(arguments, &setup, &layout, ledger.as_ref(), None, output).await;
    };
    let mut against = Against::read(cli, arguments, reference, process)?;
    against.setup.outside.may_download = arguments.download;
    for warning in against.strays() {
        output.warn(&warning);
    }
    let layout = DockerLibrary::open(&cli.directory)?;
    judge(arguments, &against.setup, &layout, against.ledger.as_ref(), Some(&against), output).await
}

/// Judges what `layout` and `ledger` say, or what a pull request makes of that, and tells it.
async fn judge(
    arguments: &AuditArguments,
    setup: &Setup,
    layout: &DockerLibrary,
    ledger: Option<&Ledger>,
    against: Option<&Against>,
    output: &mut Output,
) -> Result<Status> {
    let keys = tracked(layout, &arguments.keys)?;
    let asked = |series: Series| arguments.keys.is_empty() || keys.iter().any(|key| key.series == series);
    let mut accepted = accepted(layout, ledger, &keys, arguments.keys.is_empty());
    let mut claims = against.map_or_else(BTreeMap::new, Against::claims);
    claims.retain(|artifact, _| asked(artifact.version.series()));
    for artifact in claims.keys() {
        accepted.entry(artifact.clone()).or_default();
    }
    let spinner = output.spinner("asking python.org");
    let outside = &setup.outside;
    let looks = accepted.iter().map(|(artifact, recorded)| {
        let (output, claims) = (&*output, claims.get(artifact));
        let is_new =
            against.is_some_and(|against| recorded.manifest.is_some_and(|digest| against.is_new(artifact, digest)));
        async move {
            // Who signed what the ledger has counts for that; what a pull request says of it does not.
            let seen = look_again(outside, artifact, recorded.entry.filter(|_| claims.is_none())).await;
            let bytes = match &seen.evidence {
                EvidenceState::Verified(verified) if arguments.download => {
                    Some(download(outside, (**verified).clone(), output))
                }
                _ => None,
            };
            let bytes = OptionFuture::from(bytes).await.map(|read| read.map_err(problem));
            let finding = match claims {
                Some(claims) => audit_claim(recorded.manifest, claims, seen, bytes),
                None if is_new => firm(audit(*recorded, seen, bytes)),
                None => audit(*recorded, seen, bytes),
            };
            let entry = recorded.entry.or_else(|| claims.and_then(|claims| claims.last().copied()));
            AuditedArtifact::of(artifact, Recorded { entry, ..*recorded }, finding)
        }
    });
    let pins = against.map_or_else(Vec::new, |against| pins::proposed(layout, against.manifest.as_ref(), &keys));
    let pins = pins.iter().map(|pin| pins::judge(&outside.client, pin));
    let (artifacts, get_pip) = futures::join!(join_all(looks), join_all(pins));
    drop(spinner);
    let own = against.map_or(ledger, |against| against.proposed.as_ref());
    let faults = own.into_iter().flat_map(Ledger::faults).filter(|(series, _)| asked(*series));
    let lost = against.map_or_else(Vec::new, Against::lost).into_iter().filter(|lost| asked(lost.series));
    let report = AuditReport {
        schema: 1,
        trust_root: setup.trust_root.clone(),
        bytes_checked: arguments.download,
        has_ledger: ledger.is_some(),
        base: arguments.base.clone(),
        notes: against.map_or_else(Vec::new, Against::notes),
        ledger_faults: faults.map(|(_, fault)| fault.to_string()).collect(),
        ledger_losses: lost.map(|lost| lost.to_string()).collect(),
        artifacts,
        get_pip,
    };
    for note in &report.notes {
        output.notice(note);
    }
    for fault in report.ledger_losses.iter().chain(&report.ledger_faults) {
        output.error(fault);
    }
    output.result(&report, |palette| audit_text(&report, palette))?;
    actions::audited(&report, output);
    let failed = [AuditVerdict::Refused, AuditVerdict::Gone, AuditVerdict::Unanswered];
    Ok(if report.alarms() {
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
