//! The renderings of a made-up report, of sound values and of hostile ones; what the timeline makes of times.

mod hostile;
mod renderings;
mod times;

use std::collections::BTreeMap;

use jiff::Timestamp;
use url::Url;

use super::{
    ArtifactEvidence, Bump, CommitReport, FeedNames, Latency, PageReport, PageSeries, PageVariant, Proposal,
    RecordedArtifact, RepositoryReport, SignatureReport, Standing, Timeline, Via,
};
use crate::report::check::{Reason, SeriesReport, Status};

fn at(text: &str) -> Timestamp {
    format!("2026-06-{text}:00Z").parse().unwrap()
}

fn names() -> FeedNames {
    FeedNames { repository: repository(), published: Some(Url::parse("https://example.github.io/python/").unwrap()) }
}

fn repository() -> RepositoryReport {
    let url = Url::parse("https://github.com/example/python").unwrap();
    RepositoryReport { name: "example/python".to_owned(), url }
}

fn pull(number: u64, opened: &str, merged: Option<&str>, versions: &[(&str, &str)]) -> Proposal {
    Proposal {
        number,
        url: repository().page(&format!("pull/{number}")),
        opened_at: at(opened),
        merged_at: merged.map(at),
        open: false,
        versions: versions.iter().map(|(key, to)| ((*key).to_owned(), (*to).to_owned())).collect::<BTreeMap<_, _>>(),
    }
}

fn series(key: &str, version: &str, status: Option<Status>, words: &str) -> PageSeries {
    let reason = Reason { code: "digest".to_owned(), text: words.to_owned(), since: Some(at("09T08:00")) };
    let check = status.map(|status| SeriesReport {
        key: key.to_owned(),
        at: Some(version.to_owned()),
        target: (status == Status::Update).then(|| "3.14.6".to_owned()),
        status,
        reason: (status >= Status::Waiting).then_some(reason),
        pending: None,
        components: Vec::new(),
        dropped_variants: Vec::new(),
        artifacts: Vec::new(),
        stale: None,
        notes: if status == Status::Held { vec![format!("a note about {words}")] } else { Vec::new() },
    });
    let variant = |name: &str, tag: &str| PageVariant {
        name: name.to_owned(),
        tags: vec![format!("{version}-{tag}"), format!("{key}-{tag}")],
        goes: status == Some(Status::Update) && name.starts_with("windows/"),
    };
    let variants = vec![variant("trixie", "trixie"), variant("windows/nanoserver-ltsc2025", "nanoserver-ltsc2025")];
    PageSeries { key: key.to_owned(), version: version.to_owned(), check, pull_request: None, variants }
}

fn artifact(file: &str, version: &str, standing: Standing, words: &str) -> RecordedArtifact {
    RecordedArtifact {
        file: file.to_owned(),
        version: version.to_owned(),
        standing,
        sha256: "a".repeat(64),
        size: Some(22_946_204),
        accepted_at: None,
        evidence: Some(ArtifactEvidence {
            signer: format!("hugo@python.org{words}"),
            issuer: Some(format!("https://github.com/login/oauth{words}")),
            signed_at: at("10T14:00"),
            log_index: Some(1234),
            log_url: Some("https://search.sigstore.dev/?logIndex=1234".to_owned()),
            openpgp: Some(SignatureReport { key: "B".repeat(40), made_at: at("10T14:01"), checked: true }),
            sbom: true,
        }),
    }
}

/// A report with each state, whose words from outside are `words`.
fn report(words: &str) -> PageReport {
    let mut update = series("3.14", "3.14.5", Some(Status::Update), "");
    update.pull_request = Some(Proposal { open: true, ..pull(12, "10T16:00", None, &[("3.14", "3.14.6")]) });
    let bump = Bump {
        key: "3.14".to_owned(),
        from: Some("3.14.4".to_owned()),
        to: "3.14.5".to_owned(),
        commit: "1".repeat(40),
        url: Some(repository().page(&format!("commit/{}", "1".repeat(40)))),
        released_at: Some(at("01T14:00")),
        pull_request: Some(pull(11, "01T16:30", Some("02T09:00"), &[])),
        proposed_at: Some(at("01T16:30")),
        proposed_by: Some(Via::PullRequest),
        merged_at: Some(at("02T09:00")),
        seconds: Some(9_000),
    };
    PageReport {
        schema: 1,
        as_of: at("10T17:00"),
        repository: Some(repository()),
        commit: Some(CommitReport { id: "2".repeat(40), written_at: at("02T09:00") }),
        missing: if words.is_empty() { Vec::new() } else { vec![words.to_owned()] },
        series: vec![
            series("3.15-rc", "3.15.0b2", Some(Status::Waiting), &format!("not complete {words}")),
            update,
            series("3.13", "3.13.13", Some(Status::Current), ""),
            series("3.12", "3.12.13", Some(Status::Held), &format!("signed by someone {words}")),
            series("3.11", "3.11.15", Some(Status::Alarm), &format!("other bytes {words}")),
            series("3.10", "3.10.20", None, ""),
        ],
        timeline: Timeline {
            bumps: vec![bump],
            older: 0,
            latency: Some(Latency {
                bumps: 1,
                median_seconds: 9_000,
                worst_seconds: 9_000,
                worst: "3.14.5".to_owned(),
            }),
        },
        artifacts: vec![
            artifact("Python-3.14.6.tar.xz", "3.14.6", Standing::Proposed, words),
            artifact("Python-3.14.5.tar.xz", "3.14.5", Standing::Tracked, words),
            artifact("Python-3.11.15.tar.xz", "3.11.15", Standing::Disputed, words),
            artifact("Python-3.14.4.tar.xz", "3.14.4", Standing::Earlier, words),
        ],
    }
}
