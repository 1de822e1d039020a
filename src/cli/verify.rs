//! `pybump verify`

use anyhow::{Result, bail};

use super::actions;
use super::arguments::{Cli, VerifyArguments};
use super::downloads::download;
use super::output::Output;
use super::setup::{Process, Setup};
use super::status::Status;
use crate::model::Artifact;
use crate::observe::Outside;
use crate::observe::look_at_release;
use crate::report::artifact::ArtifactReport;
use crate::report::verify::{Verdict, VerifyReport};
use crate::report::verify_text;
use crate::resolve::{ArtifactObservation, EvidenceState, Seen};

/// What it means that the tag's date is not known.
const UNBOUND: &str = "so signing times are not compared with it, and do not bind the files' names";

/// Verifies every artifact of one release and prints the evidence.
pub async fn run(cli: &Cli, arguments: &VerifyArguments, process: &Process, output: &mut Output) -> Result<Status> {
    let mut setup = Setup::new(cli, &arguments.trust, process)?;
    setup.outside.may_download = !arguments.no_download;
    let version = &arguments.release;
    let spinner = output.spinner("asking python.org and GitHub");
    let release = Box::pin(look_at_release(&setup.outside, version)).await;
    drop(spinner);
    let mut artifacts = vec![(Artifact::source(version), release.source)];
    artifacts.extend(release.windows.map(|windows| (Artifact::windows(version), windows)));
    let mut verdicts = Vec::new();
    for (artifact, observation) in artifacts {
        let verdict =
            judge(&setup.outside, &artifact, observation, release.tagged_at.as_ref(), !arguments.no_download, output);
        verdicts.push(verdict.await);
    }
    if verdicts.iter().all(|verdict| matches!(verdict, Verdict::Absent { .. })) {
        bail!(
            "python.org has no files of {version}: looked for its source tarball and its Windows installer, both answered 404"
        );
    }
    match &release.tagged_at {
        Some(Seen::Found(_)) => {}
        Some(Seen::Failed(why)) => output.warn(&format!("the tag of {version} could not be dated: {why}; {UNBOUND}")),
        Some(Seen::Missing(_)) | None => {
            output.warn(&format!("{version} is not tagged in python/cpython; {UNBOUND}"));
        }
    }
    let report = VerifyReport {
        schema: 1,
        version: version.to_string(),
        trust_root: setup.trust_root.clone(),
        artifacts: verdicts,
    };
    output.result(&report, |palette| verify_text(&report, palette))?;
    actions::verified(&report, output);
    Ok(if report.holds() { Status::Done } else { Status::Failed })
}

async fn judge(
    outside: &Outside,
    artifact: &Artifact,
    observation: ArtifactObservation,
    tagged_at: Option<&Seen<jiff::Timestamp>>,
    with_bytes: bool,
    output: &Output,
) -> Verdict {
    let file = artifact.file_name();
    let failed = |text: String| Verdict::Failed { file: file.clone(), text };
    let verified = match (observation.evidence, observation.file) {
        (EvidenceState::Rejected(rejection), _) => return failed(rejection.to_string()),
        (EvidenceState::Failed(why) | EvidenceState::NoBundle { openpgp: Seen::Failed(why) }, _) => {
            return failed(why);
        }
        (EvidenceState::NoBundle { .. }, Some(Seen::Missing(_))) => return Verdict::Absent { file },
        (EvidenceState::NoBundle { openpgp: Seen::Found(()) }, _) => {
            let why = "its only evidence is an OpenPGP signature; the policy for the series requires a Sigstore bundle";
            return failed(why.to_owned());
        }
        (EvidenceState::Unread, _) => {
            let why = "its only signature is an OpenPGP one, which binds bytes and names no digest; run without --no-download";
            return failed(why.to_owned());
        }
        (EvidenceState::Lacks(evidence), _) => {
            return failed(format!("there is no {evidence} evidence, which the policy for the series requires"));
        }
        (EvidenceState::NoBundle { openpgp: Seen::Missing(_) }, _) => {
            return failed("there is neither a Sigstore bundle nor an OpenPGP signature beside it".to_owned());
        }
        (EvidenceState::Verified(_), Some(Seen::Missing(url))) => {
            return failed(format!("its bundle is there, the file is not: {url}"));
        }
        (EvidenceState::Verified(verified), _) => *verified,
    };
    let verified = match tagged_at {
        Some(Seen::Found(tagged_at)) => match verified.tagged(*tagged_at) {
            Ok(verified) => verified,
            Err(rejection) => return failed(rejection.to_string()),
        },
        _ => verified,
    };
    if !with_bytes {
        return Verdict::Verified(Box::new(ArtifactReport::of(&verified)));
    }
    match download(outside, verified, output).await {
        Ok(verified) => Verdict::Verified(Box::new(ArtifactReport::of(&verified))),
        Err(error) => failed(error.to_string()),
    }
}
