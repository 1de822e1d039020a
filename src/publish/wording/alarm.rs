//! The pull request about an alarm: what changed under a released version, and what to check before anyone merges.

use super::escape::{code, line, prose, shell};
use super::image::not_built;
use super::series::artifact_rows;
use super::title::TITLE;
use super::{Branch, Wording, fit};
use crate::model::TrackedKey;
use crate::report::instant;
use crate::resolve::Alarm;
use crate::sources::python_org::artifact_url;
use crate::verify::{SignedBy, VerifiedArtifact};

/// What the pull request is described from.
#[derive(Debug, Clone, Copy)]
pub struct AlarmFacts<'a> {
    /// The series.
    pub key: TrackedKey,
    /// What changed.
    pub alarm: &'a Alarm,
    /// The branch, which takes the new digest over.
    pub branch: Branch<'a>,
}

/// The pull request that puts an alarm before a person. `ending` is the last line of the body.
pub fn alarm(facts: &AlarmFacts<'_>, ending: &str) -> Wording {
    let artifact = facts.alarm.now.artifact();
    let title = if facts.alarm.is_of_digest() {
        format!("Review {}: {artifact} changed under its version", facts.key)
    } else {
        format!("Review {}: the evidence for {artifact} changed", facts.key)
    };
    Wording { title: line(&title, TITLE), body: fit::longest(&[()], ending, |()| body(facts)) }
}

fn body(facts: &AlarmFacts<'_>) -> String {
    let AlarmFacts { key, alarm, branch } = facts;
    let file = code(&alarm.now.artifact().file_name());
    let mut evidence = String::new();
    artifact_rows(&mut evidence, &alarm.now);
    let what = if alarm.is_of_digest() { other_file(*key, &file) } else { other_evidence(alarm, &file) };
    format!(
        "{what}\
         | {} | |\n|---|---|\n\
         | SHA-256 | `{}` |\n\
         {}\n\
         | Upstream now | |\n|---|---|\n{evidence}\n\
         The evidence beside the file holds: it is by the signer who is pinned for the series. That does not tell why it \
         changed.\n\n\
         {}\n\
         ### Before merging\n\n{}",
        if alarm.accepted.is_some() { "Accepted" } else { "In the manifest" },
        alarm.recorded,
        accepted_rows(alarm),
        not_built(branch),
        checks(facts),
    )
}

fn other_file(key: TrackedKey, file: &str) -> String {
    format!(
        "> [!CAUTION]\n\
         > **Do not merge this because its checks are green.** The images would build from the new file either way; \
         whether it is the right file is for a person to find out.\n\n\
         Upstream now serves another {file} than the one that {key} was built from. Released files do not change: \
         either the release manager replaced it, which python.org would have to say, or someone else did. Until this is \
         settled, {key} gets no updates, and its images cannot be built again: their Dockerfiles ask for the recorded \
         digest. Other series go on.\n\n"
    )
}

fn other_evidence(alarm: &Alarm, file: &str) -> String {
    let changes: Vec<_> = alarm.changes().iter().map(|change| format!("- {}\n", prose(&change.to_string()))).collect();
    format!(
        "> [!CAUTION]\n\
         > **Do not merge this because its checks are green.** It changes the ledger alone; whether the new evidence is \
         right is for a person to find out.\n\n\
         The bytes of {file} are those that were accepted, the evidence beside it is not:\n\n{}\n\
         Releases are signed again now and then, years later. Merging takes the new evidence over; until this is settled, \
         the series gets no updates. Other series go on.\n\n",
        changes.concat()
    )
}

/// Who signed what was accepted, as the ledger has it.
fn accepted_rows(alarm: &Alarm) -> String {
    let Some(entry) = &alarm.accepted else {
        return format!(
            "| Signer | not recorded; [the log's entries for this digest](https://search.sigstore.dev/?hash={}) tell, if the \
             file was signed with Sigstore |\n",
            alarm.recorded
        );
    };
    let mut rows = String::new();
    if let Some(sigstore) = entry.sigstore() {
        let index = sigstore.log_index();
        rows.push_str(&format!(
            "| Signer | {} |\n| Issuer | {} |\n| Signed | {}, log entry \
             [{index}](https://search.sigstore.dev/?logIndex={index}) |\n| Bundle | SHA-256 `{}` |\n",
            code(sigstore.identity()),
            code(sigstore.issuer()),
            instant(sigstore.signed_at()),
            sigstore.file_sha256()
        ));
    }
    if let Some(openpgp) = entry.openpgp() {
        let made_at = instant(openpgp.made_at());
        rows.push_str(&format!("| OpenPGP key | `{}`, {made_at} |\n", openpgp.primary()));
    }
    rows.push_str(&format!("| Accepted on evidence of | {} |\n", instant(entry.accepted_at())));
    rows
}

fn checks(facts: &AlarmFacts<'_>) -> String {
    let AlarmFacts { alarm: Alarm { now, recorded, .. }, branch, .. } = facts;
    let version = &now.artifact().version;
    let url = artifact_url(now.artifact());
    let file = now.artifact().file_name();
    let last = if facts.alarm.is_of_digest() {
        "4. Compare the files themselves, where someone still has the old one: `diffoscope`, or unpack both.\n"
    } else {
        ""
    };
    let by_hand = by_hand(now, &file, url.as_str());
    format!(
        "1. Look for an announcement: [the release's files](https://www.python.org/ftp/python/{}/), \
         [discuss.python.org](https://discuss.python.org/search?q={version}), and ask the release manager by a way that \
         this pull request does not name.\n\
         2. See what upstream serves, and who signed it, with pybump and without:\n\n   ```sh\n   pybump verify \
         {version}\n{by_hand}   ```\n\n\
         3. See when the recorded digest came in, and that this branch changes nothing else:\n\n   ```sh\n   git clone \
         {}.git\n   cd {}\n   git log -S {recorded} -- versions.json\n   git fetch origin {}\n   git diff \
         {}...FETCH_HEAD\n   ```\n\n\
         {last}",
        version.base(),
        branch.page(),
        branch.repository.name,
        branch.name,
        branch.base,
    )
}

/// The commands that download `file` and check it without pybump.
fn by_hand(now: &VerifiedArtifact, file: &str, url: &str) -> String {
    let download = |suffix: &str| {
        format!(
            "   curl -fsSL --remote-name-all \\\n     {url} \\\n     {url}{suffix}\n   sha256sum {file}\n   # {}\n",
            now.sha256()
        )
    };
    match now.signed_by() {
        SignedBy::Sigstore(signer) => format!(
            "{}   python3 -m sigstore verify identity \\\n     --bundle {file}.sigstore \\\n     --cert-identity {} \\\n     \
             --cert-oidc-issuer {} \\\n     {file}\n",
            download(".sigstore"),
            shell(&signer.identity),
            shell(&signer.issuer)
        ),
        SignedBy::OpenPgp(key) => format!(
            "{}   gpg --keyserver hkps://keys.openpgp.org --recv-keys {key}\n   gpg --verify {file}.asc {file}\n",
            download(".asc")
        ),
    }
}
