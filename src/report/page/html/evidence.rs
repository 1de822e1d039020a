//! What the digests rest on, a card an artifact.

use maud::{Markup, html as markup};

use super::time;
use crate::report::page::shown::shown;
use crate::report::page::{ArtifactEvidence, PageReport, RecordedArtifact, Standing};

/// What the manifest has and is to have, and below it what it had.
pub(super) fn evidence(report: &PageReport) -> Markup {
    let (earlier, current): (Vec<_>, Vec<_>) =
        report.artifacts.iter().partition(|artifact| artifact.standing == Standing::Earlier);
    markup! {
        section aria-labelledby="evidence" {
            h2 #evidence { "Evidence" }
            @if report.artifacts.is_empty() {
                p { "Neither the manifest nor a ledger has the digest of an artifact." }
            }
            div.cards { @for artifact in current { (card(artifact)) } }
            @if !earlier.is_empty() {
                details {
                    summary { "Earlier releases, from the ledger: " (earlier.len()) }
                    div.cards { @for artifact in earlier { (card(artifact)) } }
                }
            }
        }
    }
}

fn card(artifact: &RecordedArtifact) -> Markup {
    let disputed = artifact.standing == Standing::Disputed;
    markup! {
        article.evidence.alarm[disputed] {
            h3 { (artifact.file) }
            p.quiet { (standing(artifact.standing)) }
            dl {
                (row("SHA-256", &markup! { code { (artifact.sha256) } }))
                @if let Some(size) = artifact.size {
                    (row("Size", &markup! { (grouped(size)) " bytes" }))
                }
                @match &artifact.evidence {
                    Some(evidence) => (rows(evidence)),
                    None => (row("Evidence", &markup! { "none seen in this run, and none recorded" })),
                }
                @if let Some(accepted_at) = artifact.accepted_at {
                    (row("In the ledger", &markup! { "on evidence up to " (time(accepted_at)) }))
                }
            }
        }
    }
}

fn rows(evidence: &ArtifactEvidence) -> Markup {
    markup! {
        (row("Signer", &markup! { (shown(&evidence.signer)) }))
        @if let Some(issuer) = &evidence.issuer {
            (row("Issuer", &markup! { (shown(issuer)) }))
        }
        (row("Signed", &time(evidence.signed_at)))
        (row("Log entry", &markup! {
            @match (evidence.log_index, &evidence.log_url) {
                (Some(index), Some(url)) => a href=(url) { (index) },
                (Some(index), None) => (index),
                (None, _) => "none: no Sigstore bundle",
            }
        }))
        (row("OpenPGP", &markup! {
            @match &evidence.openpgp {
                Some(signature) => {
                    code { (signature.key) } ", " (time(signature.made_at)) ", "
                    (if signature.checked { "agrees with the bytes" } else { "not checked: the bytes were not read" })
                },
                None => "no signature",
            }
        }))
        (row("SBOM", &markup! { (if evidence.sbom { "agrees on name, version and digest" } else { "none" }) }))
    }
}

fn row(name: &str, value: &Markup) -> Markup {
    markup! { div { dt { (name) } dd { (value) } } }
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Disputed => "Alarm: not what was accepted under this name",
        Standing::Proposed => "To enter the manifest",
        Standing::Tracked => "In the manifest",
        Standing::Earlier => "Accepted earlier",
    }
}

/// `22946204` as `22 946 204`, with spaces that break no line.
fn grouped(size: u64) -> String {
    let digits = size.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}
