//! Alarms and the verdicts of an audit, arm by arm.

use super::scene::*;
use crate::ledger::{Ledger, LedgerEntry};
use crate::model::{EvidenceKind, Sha256};
use crate::resolve::*;
use crate::verify::{Rejection, VerifiedArtifact};

/// The source tarball of 3.14.2 as it was accepted, signed so many hours ago.
fn artifact(hours: i64) -> VerifiedArtifact {
    verified(&source("3.14.2"), digest(&source("3.14.2")), hours_ago(hours))
}

/// The same name with another digest.
fn other(hours: i64) -> VerifiedArtifact {
    verified(&source("3.14.2"), digest(&source("3.14.9")), hours_ago(hours))
}

/// What the ledger says where `artifact` was accepted.
fn entry_of(artifact: &VerifiedArtifact) -> LedgerEntry {
    let home = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::read(home.path(), &"ledger".parse().unwrap()).unwrap();
    ledger.accept(artifact.artifact().version.series(), [artifact], artifact.signed_at()).unwrap();
    ledger.newest(artifact.artifact()).unwrap().clone()
}

fn state(artifact: VerifiedArtifact) -> EvidenceState {
    EvidenceState::Verified(Box::new(artifact))
}

fn refused() -> EvidenceState {
    forged(&source("3.14.2"), 4).evidence
}

/// A page that is no bundle.
fn no_evidence() -> EvidenceState {
    let garbage = crate::verify::sigstore::BundleError::Malformed("expected value".to_owned());
    EvidenceState::Rejected(Rejection::Bundle(garbage))
}

/// Everything that can lie beside an artifact and is no evidence of a change.
fn absences() -> Vec<EvidenceState> {
    vec![
        no_evidence(),
        EvidenceState::NoBundle { openpgp: missing() },
        EvidenceState::NoBundle { openpgp: Seen::Found(()) },
        EvidenceState::NoBundle { openpgp: failed("the signature") },
        EvidenceState::Unread,
        EvidenceState::Lacks(EvidenceKind::Sbom),
        EvidenceState::Failed("503".to_owned()),
    ]
}

/// The code of the alarm, if there is one.
fn code(manifest: Option<Sha256>, entry: Option<&LedgerEntry>, evidence: &EvidenceState) -> Option<&'static str> {
    match alarming(Recorded { manifest, entry }, evidence)? {
        Outcome::Alarm(alarm) => Some(alarm.code()),
        Outcome::Contradicted(contradiction) => Some(contradiction.code()),
        outcome => panic!("no alarm: {outcome:?}"),
    }
}

#[test]
fn an_alarm_takes_a_record_and_something_that_is_another() {
    let (same, now) = (digest(&source("3.14.2")), digest(&source("3.14.9")));
    let entry = entry_of(&artifact(30));
    let entry = Some(&entry);
    let cases = [
        (Some(same), entry, state(artifact(30)), None),
        (Some(same), None, state(artifact(30)), None),
        (None, entry, state(artifact(30)), None),
        (None, None, state(artifact(30)), None),
        (Some(same), entry, state(artifact(3)), Some("evidence-changed")),
        (None, entry, state(artifact(3)), Some("evidence-changed")),
        (Some(same), None, state(artifact(3)), None),
        (Some(same), entry, state(other(3)), Some("digest-changed")),
        (Some(same), None, state(other(3)), Some("digest-changed")),
        (None, entry, state(other(3)), Some("digest-changed")),
        (None, None, state(other(3)), None),
        (Some(now), entry, state(artifact(30)), Some("manifest-contradicts-ledger")),
        (Some(now), entry, state(other(3)), Some("manifest-contradicts-ledger")),
        (Some(now), entry, refused(), Some("manifest-contradicts-ledger")),
        (Some(same), entry, refused(), Some("evidence-refused")),
        (None, entry, refused(), Some("evidence-refused")),
        (Some(same), None, refused(), None),
        (None, None, refused(), None),
    ];
    for (index, (manifest, entry, evidence, expected)) in cases.into_iter().enumerate() {
        assert_eq!(code(manifest, entry, &evidence), expected, "case {index}: {evidence:?}");
    }
    for absence in absences() {
        assert_eq!(code(Some(same), entry, &absence), None, "{absence:?}");
        assert_eq!(code(Some(now), entry, &absence), Some("manifest-contradicts-ledger"), "{absence:?}");
    }
}

#[test]
fn an_alarm_names_both_values() {
    let entry = entry_of(&artifact(30));
    let (same, now) = (digest(&source("3.14.2")), digest(&source("3.14.9")));
    let words = |manifest: Option<Sha256>, entry: Option<&LedgerEntry>, evidence: &EvidenceState| {
        let text = match alarming(Recorded { manifest, entry }, evidence) {
            Some(Outcome::Alarm(alarm)) => alarm.to_string(),
            Some(Outcome::Contradicted(contradiction)) => contradiction.to_string(),
            outcome => panic!("no alarm: {outcome:?}"),
        };
        text.replace(&same.to_string(), "SAME").replace(&now.to_string(), "NOW")
    };
    insta::assert_snapshot!(words(Some(same), None, &state(other(3))), @"Python-3.14.2.tar.xz has another digest than the manifest holds for it: the manifest says SAME, upstream's evidence is for NOW (hugo@python.org, 2025-10-10 09:00 UTC); nothing was changed: find out why before anyone builds from it");
    insta::assert_snapshot!(words(Some(same), Some(&entry), &state(other(3))), @"Python-3.14.2.tar.xz was accepted with SHA-256 SAME, upstream's evidence is for NOW now (hugo@python.org, 2025-10-10 09:00 UTC); nothing was changed: find out why before anyone builds from it");
    insta::assert_snapshot!(words(None, Some(&entry), &state(other(3))), @"Python-3.14.2.tar.xz was accepted with SHA-256 SAME, upstream's evidence is for NOW now (hugo@python.org, 2025-10-10 09:00 UTC); nothing was changed: find out why before anyone builds from it");
    insta::assert_snapshot!(words(Some(now), Some(&entry), &state(artifact(30))), @"the ledger says that Python-3.14.2.tar.xz was accepted with SHA-256 SAME, the manifest says NOW; nothing was changed: somebody changed one of both by hand, find out which is right");
    insta::assert_snapshot!(words(None, Some(&entry), &refused()), @"Python-3.14.2.tar.xz was accepted with SHA-256 SAME, and the evidence beside it does not hold any more: its Sigstore bundle does not hold: the bundle was signed by mallory@example.org (issuer https://github.com/login/oauth); expected hugo@python.org (issuer https://github.com/login/oauth); nothing was changed: find out why before anyone builds from it");
    let size = Contradiction { entry: entry.clone(), by: Contradicting::Size(7) };
    let bytes = Contradiction { entry: entry.clone(), by: Contradicting::Bytes("they are others".to_owned()) };
    let offer = Contradiction { entry, by: Contradicting::Offer(Box::new(other(3))) };
    assert_eq!([&size, &bytes, &offer].map(Contradiction::code), ["size-changed", "bytes-changed", "digest-changed"]);
    assert_eq!([&size, &bytes, &offer].map(Contradiction::since), [None, None, Some(hours_ago(3))]);
    assert!(bytes.to_string().contains("they are others") && offer.to_string().contains(&now.to_string()));
}

fn seen(file: Option<Seen<ArtifactFile>>, evidence: EvidenceState) -> ArtifactObservation {
    ArtifactObservation { file, evidence }
}

/// The finding in a word; an alarm by its code.
fn found(finding: &Finding) -> &'static str {
    match finding {
        Finding::Holds(_) => "holds",
        Finding::Alarm { code, .. } => code,
        Finding::Refused(_) => "refused",
        Finding::Gone(_) => "gone",
        Finding::Unanswered(_) => "unanswered",
        Finding::Unproven(_) => "unproven",
    }
}

/// What an audit finds where the ledger knows the artifact, and where only the manifest does.
fn both(make: impl Fn() -> (ArtifactObservation, Option<Result<VerifiedArtifact, BytesProblem>>)) -> [&'static str; 2] {
    let entry = entry_of(&artifact(30));
    let manifest = Some(digest(&source("3.14.2")));
    [Some(&entry), None].map(|entry| {
        let (seen, bytes) = make();
        found(&audit(Recorded { manifest, entry }, seen, bytes))
    })
}

#[test]
fn evidence_decides_what_is_found() {
    let there = || Some(there(hours_ago(30)));
    let without_bytes = |evidence: &dyn Fn() -> EvidenceState| both(|| (seen(there(), evidence()), None));
    assert_eq!(without_bytes(&|| state(artifact(30))), ["holds", "holds"]);
    assert_eq!(without_bytes(&|| state(artifact(3))), ["evidence-changed", "holds"]);
    assert_eq!(without_bytes(&|| state(other(3))), ["digest-changed", "digest-changed"]);
    assert_eq!(without_bytes(&refused), ["evidence-refused", "refused"]);
    assert_eq!(without_bytes(&no_evidence), ["unanswered", "unanswered"]);
    assert_eq!(without_bytes(&|| EvidenceState::Failed("503".to_owned())), ["unanswered", "unanswered"]);
    let unanswered = || EvidenceState::NoBundle { openpgp: failed("the signature") };
    assert_eq!(without_bytes(&unanswered), ["unanswered", "unanswered"]);
    assert_eq!(without_bytes(&|| EvidenceState::NoBundle { openpgp: missing() }), ["gone", "unproven"]);
    assert_eq!(without_bytes(&|| EvidenceState::NoBundle { openpgp: Seen::Found(()) }), ["gone", "unproven"]);
    assert_eq!(without_bytes(&|| EvidenceState::Unread), ["gone", "unproven"]);
    // It was accepted on a bundle, and on no SBOM.
    assert_eq!(without_bytes(&|| EvidenceState::Lacks(EvidenceKind::Sigstore)), ["gone", "unproven"]);
    assert_eq!(without_bytes(&|| EvidenceState::Lacks(EvidenceKind::Sbom)), ["refused", "unproven"]);
}

#[test]
fn the_file_itself_has_to_be_there_and_an_alarm_over_its_evidence_comes_first() {
    let with = |file: &dyn Fn() -> Option<Seen<ArtifactFile>>, evidence: &dyn Fn() -> EvidenceState| {
        both(|| (seen(file(), evidence()), None))
    };
    let holds = || state(artifact(30));
    assert_eq!(with(&|| None, &holds), ["holds", "holds"]);
    assert_eq!(with(&|| Some(missing()), &holds), ["gone", "gone"]);
    assert_eq!(with(&|| Some(failed("the file")), &holds), ["unanswered", "unanswered"]);
    for file in [|| Some(missing()), || Some(failed("the file"))] {
        assert_eq!(with(&file, &|| state(other(3))), ["digest-changed", "digest-changed"]);
    }
}

#[test]
fn bytes_that_were_read_decide_where_all_else_holds() {
    let with = |bytes: &dyn Fn() -> Result<VerifiedArtifact, BytesProblem>| {
        both(|| (seen(None, state(artifact(30))), Some(bytes())))
    };
    let digests = || {
        let (expected, found) = (digest(&source("3.14.2")), digest(&source("3.14.9")));
        Err(BytesProblem::Rejected(Rejection::Digest { expected, found }))
    };
    assert_eq!(with(&|| Ok(artifact(30))), ["holds", "holds"]);
    assert_eq!(with(&|| Ok(artifact(3))), ["evidence-changed", "holds"]);
    assert_eq!(with(&digests), ["bytes-changed", "bytes-changed"]);
    assert_eq!(with(&|| Err(BytesProblem::Unanswered("503".to_owned()))), ["unanswered", "unanswered"]);
    // Other evidence is an alarm whatever the bytes are.
    assert_eq!(both(|| (seen(None, state(artifact(3))), Some(digests()))), ["evidence-changed", "bytes-changed"]);
}

#[test]
fn what_neither_record_knows_raises_no_alarm() {
    let judged = |evidence: EvidenceState| found(&audit(Recorded::default(), seen(None, evidence), None));
    assert_eq!(judged(state(artifact(30))), "holds");
    assert_eq!(judged(refused()), "refused");
    for absence in absences() {
        assert!(["unanswered", "unproven"].contains(&judged(absence)));
    }
}

#[test]
fn a_tag_that_the_ledger_has_binds_what_is_judged_again() {
    let tagged = artifact(30).tagged(hours_ago(31)).unwrap();
    let entry = entry_of(&tagged);
    let recorded = Recorded { manifest: None, entry: Some(&entry) };
    assert_eq!(found(&audit(recorded, seen(None, state(artifact(30))), None)), "holds");
    assert_eq!(found(&audit(recorded, seen(None, state(artifact(40))), None)), "evidence-changed");
}
