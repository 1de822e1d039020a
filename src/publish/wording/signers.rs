//! The pull request about signers: what is pinned, what python.org's pages say, and what to check before anyone merges.

use super::escape::{code, line};
use super::title::TITLE;
use super::{Branch, Wording, fit, reproduce};
use crate::publish::image::SignerProposal;
use crate::resolve::signers::{Deviation, PinChange, SignerDifference, SignerPageName};

/// What the pull request is described from.
#[derive(Debug, Clone, Copy)]
pub struct SignerFacts<'a> {
    /// What is proposed.
    pub proposal: &'a SignerProposal,
    /// The branch.
    pub branch: Branch<'a>,
}

/// The pull request that puts other signers before a person. `ending` is the last line of the body.
pub fn signers(facts: &SignerFacts<'_>, ending: &str) -> Wording {
    let count = facts.proposal.changes.len();
    let forms: Vec<_> = (0..=count).rev().collect();
    Wording {
        title: line(&facts.proposal.subject(), TITLE),
        body: fit::longest(&forms, ending, |shown| body(facts, *shown)),
    }
}

/// The body with so many of the changes in it.
fn body(facts: &SignerFacts<'_>, shown: usize) -> String {
    let SignerFacts { proposal, branch } = facts;
    let file = code(&proposal.path.display().to_string());
    let shown = &proposal.changes[..shown];
    let rows: String = shown.iter().map(|(difference, change)| row(difference, change)).collect();
    let quotes: String = shown.iter().map(|(difference, _)| quote(difference)).collect();
    let more = match proposal.changes.len() - shown.len() {
        0 => String::new(),
        more => format!("\nThere was no room for {more} more; the branch has them.\n"),
    };
    format!(
        "> [!CAUTION]\n\
         > **Whoever is named in {file} can sign releases that pybump takes over.** Merge this if the persons named below are \
         who python.org means, and not because a page said so once.\n\n\
         python.org's pages name other signers than {file} does. Until this is settled, a release signed by anyone else \
         than pinned is held.\n\n\
         | Of | Pinned | Proposed |\n|---|---|---|\n{rows}{more}\n\
         The rows as the pages have them:\n\n{quotes}\n\
         No pin is removed, and {}.\n\n\
         ### Before merging\n\n{}\n\n{}",
        carried(proposal),
        checks(&proposal.changes).trim_end(),
        reproduce::signers(branch, !proposal.keys.files.is_empty()),
    )
}

/// What else the branch has.
fn carried(proposal: &SignerProposal) -> String {
    let files = &proposal.keys.files;
    let Some((first, _)) = files.first() else { return "nothing but this file is changed".to_owned() };
    let folder = code(&format!("{}/", first.parent().unwrap_or(first).display()));
    let keys = match files.len() {
        1 => "1 key, as keys.openpgp.org has it, comes".to_owned(),
        count => format!("{count} keys, as keys.openpgp.org has them, come"),
    };
    format!("nothing but this file is changed; {keys} into {folder} with it")
}

fn row(difference: &SignerDifference, change: &PinChange) -> String {
    let pinned = match &difference.deviation {
        Deviation::Sigstore { pinned: Some(pinned), .. } => cell(&pinned.identity, &pinned.issuer),
        Deviation::Key { pinned, .. } if !pinned.is_empty() => {
            pinned.iter().map(|key| code(&key.to_string())).collect::<Vec<_>>().join(" ")
        }
        _ => "nobody".to_owned(),
    };
    let proposed = match change {
        PinChange::Sigstore { identity, .. } => cell(&identity.identity, &identity.issuer),
        PinChange::Key { key, .. } | PinChange::WindowsKey { key } => format!("also {}", code(&key.to_string())),
    };
    format!("| {} | {pinned} | {proposed} |\n", difference.part)
}

fn cell(identity: &str, issuer: &str) -> String {
    format!("{} by {}", code(identity), code(issuer))
}

fn quote(difference: &SignerDifference) -> String {
    let row = difference.evidence.as_ref().map_or_else(|| "no row".to_owned(), |text| code(text.as_str()));
    format!("- {}, [{}]({}): {row}\n", difference.part, difference.page(), difference.page().url())
}

fn checks(changes: &[(SignerDifference, PinChange)]) -> String {
    let mut steps = vec![format!(
        "Look at the [Sigstore]({}) and the [OpenPGP]({}) page yourself, from another network than the one pybump runs in.",
        SignerPageName::Sigstore.url(),
        SignerPageName::OpenPgp.url()
    )];
    steps.push(
        "Look for an announcement: a new release manager is named in the PEP of the series' schedule and on \
         [discuss.python.org](https://discuss.python.org/). Ask the person by a way that this pull request does \
         not name."
            .to_owned(),
    );
    if changes.iter().any(|(_, change)| matches!(change, PinChange::Sigstore { .. })) {
        steps.push(
            "The Sigstore page names no persons: where `name` is an address in this branch, put the person's name there."
                .to_owned(),
        );
    }
    let mut keys = changes.iter().filter_map(|(_, change)| match change {
        PinChange::Key { key, .. } | PinChange::WindowsKey { key } => Some(key),
        PinChange::Sigstore { .. } => None,
    });
    if let Some(key) = keys.next() {
        steps.push(format!(
            "The OpenPGP page shows ends of fingerprints; the whole ones are computed from the keys that keys.openpgp.org has. \
             Compare them with another source:\n\n   ```sh\n   gpg --keyserver hkps://keyserver.ubuntu.com --recv-keys {key}\n   \
             gpg --fingerprint {key}\n   ```\n"
        ));
    }
    let numbered: Vec<_> = (1..).zip(steps).map(|(number, step)| format!("{number}. {step}")).collect();
    numbered.join("\n") + "\n"
}
