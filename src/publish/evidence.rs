//! What stands below a commit's subject: what changed, and on what evidence.
//!
//! Owns the wording. Lines have 76 columns at most, so that `git log`, which indents by four, fits a terminal of 80.

use crate::model::ComponentName;
use crate::resolve::signers::{PinChange, SignerDifference};
use crate::resolve::{Alarm, Change, ComponentChange};
use crate::verify::{SignedBy, VerifiedArtifact};

/// What `change` brings in.
pub(super) fn of_change(change: &Change) -> String {
    let mut paragraphs = Vec::new();
    if change.from.as_ref() != Some(&change.to) || !change.adds_digests {
        let from = change.from.as_ref().filter(|from| **from != change.to);
        paragraphs.push(
            from.map_or_else(|| format!("CPython {}", change.to), |from| format!("CPython {from} -> {}", change.to)),
        );
    }
    paragraphs.extend(change.artifacts().map(of_artifact));
    if let Some((from, to)) = &change.gpg_key {
        paragraphs.push(format!("gpg.key {from}\n     -> {to}"));
    }
    let components: Vec<_> = change.components.iter().map(of_component).collect();
    if !components.is_empty() {
        paragraphs.push(components.join("\n"));
    }
    if !change.dropped.is_empty() {
        let dropped: Vec<_> = change.dropped.iter().map(|variant| format!("  {variant}")).collect();
        paragraphs.push(format!("Variants that go:\n{}", dropped.join("\n")));
    }
    paragraphs.join("\n\n")
}

/// What accepting the digest or the evidence of `alarm` would mean.
pub(super) fn of_alarm(alarm: &Alarm) -> String {
    let now = of_artifact(&alarm.now);
    if alarm.is_of_digest() {
        return format!(
            "The file changed under its name: find out why before this is merged.\n\
             The manifest held another digest for it:\n  sha256 {}\n\nUpstream's evidence now:\n\n{now}",
            alarm.recorded,
        );
    }
    format!(
        "The evidence for the file changed, its bytes did not: find out why\nbefore this is merged.\n\n\
         Upstream's evidence now:\n\n{now}"
    )
}

/// What python.org's pages say, and what follows for the pins.
pub(super) fn of_signers(changes: &[(SignerDifference, PinChange)]) -> String {
    let paragraph = |(difference, change): &(SignerDifference, PinChange)| {
        let rows = [
            ("pinned", difference.expected()),
            ("now", change.to_string()),
            ("page", difference.page().url().to_owned()),
        ];
        let start = format!("{}: {}", difference.part, difference.what());
        rows.iter().fold(start, |text, (name, value)| {
            let options = textwrap::Options::new(WIDTH)
                .initial_indent("  ")
                .subsequent_indent("         ")
                .break_words(false)
                .word_splitter(textwrap::WordSplitter::NoHyphenation);
            format!("{text}\n{}", textwrap::fill(&format!("{name:<6} {value}"), options))
        })
    };
    changes.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// The longest line.
const WIDTH: usize = 76;

fn of_artifact(artifact: &VerifiedArtifact) -> String {
    let time = artifact.signed_at().strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let mut rows = vec![("sha256", artifact.sha256().to_string())];
    match artifact.signed_by() {
        SignedBy::Sigstore(signer) => {
            rows.extend([("signer", signer.identity.clone()), ("issuer", signer.issuer.clone()), ("signed", time)]);
        }
        SignedBy::OpenPgp(key) => rows.extend([("key", key.to_string()), ("signed", time)]),
    }
    rows.extend(artifact.sigstore().map(|sigstore| ("log", format!("entry {}", sigstore.log_index()))));
    rows.iter().fold(artifact.artifact().file_name(), |text, (name, value)| format!("{text}\n  {name:<6} {value}"))
}

/// Each on lines of its own: a commit of get-pip has forty digits.
fn of_component(change: &ComponentChange) -> String {
    let (name, from, to) = match change {
        ComponentChange::Package { name, from, to } => (*name, from.as_ref().map(ToString::to_string), to.to_string()),
        ComponentChange::GetPip { from, to } => {
            let digest = format!("{}\n  sha256 {}", to.commit, to.sha256);
            (ComponentName::GetPip, from.as_ref().map(|from| format!("{from}\n ")), digest)
        }
    };
    from.map_or_else(|| format!("{name} {to}"), |from| format!("{name} {from} -> {to}"))
}
