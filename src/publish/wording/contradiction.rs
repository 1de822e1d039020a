//! The issues about alarms that no pull request can express.

use super::escape::{code, line, prose};
use super::title::TITLE;
use crate::model::{Sha256, TrackedKey};
use crate::report::instant;
use crate::resolve::{Alarm, Contradicting, Contradiction};
use crate::sources::python_org::artifact_url;

/// Title and body of the issue about an entry of the ledger that is contradicted.
pub fn contradiction(key: TrackedKey, contradiction: &Contradiction) -> (String, String) {
    let (artifact, entry) = (contradiction.artifact(), &contradiction.entry);
    let (file, url) = (artifact.file_name(), artifact_url(&artifact));
    let title = line(&format!("Review {key}: {file} is not what was accepted"), TITLE);
    let signed = entry.sigstore().map_or(String::new(), |sigstore| {
        let index = sigstore.log_index();
        format!(
            "| Signer | {} |\n| Signed | {}, log entry [{index}](https://search.sigstore.dev/?logIndex={index}) |\n",
            code(sigstore.identity()),
            instant(sigstore.signed_at()),
        )
    });
    let size = entry.size().map_or(String::new(), |size| format!("| Size | {size} bytes |\n"));
    let what = match contradiction.by {
        Contradicting::Manifest(_) => {
            "Manifest and ledger are written together, in the commit of a bump. That they differ means that somebody changed \
             one of both by hand, or merged a change of one alone: `git log` of both files tells who. Put back the one that is \
             wrong."
        }
        Contradicting::Offer(_) | Contradicting::Size(_) | Contradicting::Bytes(_) => {
            "Released files do not change: either the release manager replaced it, which python.org would have to say, or \
             someone else did. Ask the release manager by a way that this issue does not name. To take the new file over, \
             remove its entry from the ledger in a commit that says why: the next bump records it anew."
        }
        Contradicting::Evidence(_) => {
            "What was accepted was verified then. That its evidence does not verify any more means that it was replaced, that \
             the pinned signer or the policy changed since, or that the trust root lacks a part: `pybump verify` and the history \
             of the signers file tell."
        }
    };
    let body = format!(
        "> [!CAUTION]\n> {}\n\n\
         Until this is settled, {key} gets no updates. Other series go on.\n\n\
         | The ledger says | |\n|---|---|\n| File | [{file}]({url}) |\n| SHA-256 | `{}` |\n{size}{signed}\
         | Accepted on evidence of | {} |\n\n\
         {what}\n\n\
         ```sh\npybump audit {key}\npybump verify {}\ngit log -p -S {} --\n```\n\n\
         pybump closes this issue when ledger, manifest and upstream say the same again, or {key} is at another release. Closed by a person, it stays closed \
         for as long as nothing about it changes.",
        prose(&contradiction.to_string()),
        entry.sha256(),
        instant(entry.accepted_at()),
        entry.version(),
        entry.sha256(),
    );
    (title, body)
}

/// Title and body of the issue about an artifact that changed while a pull request proposed it.
pub fn reroll(number: u64, file: &str, proposed: &Sha256, now: &Sha256) -> (String, String) {
    let title = line(&format!("Review #{number}: {file} changed while it was proposed"), TITLE);
    let body = format!(
        "> [!CAUTION]\n> Do not merge #{number} because its checks are green: {} is another file now than the one that it \
         proposes.\n\n\
         | | SHA-256 |\n|---|---|\n| Proposed in #{number} | `{proposed}` |\n| Upstream now | `{now}` |\n\n\
         Both were signed by the signer who is pinned for the series. Released files do not change: either the release manager \
         replaced it, which python.org would have to say, or someone else did. pybump leaves the branch as it is. When you know \
         why, close #{number} to have the new file proposed, or merge it, which makes the difference an alarm about the release.\n\n\
         pybump closes this issue when that is settled. Closed by a person, it stays closed for as long as nothing about it \
         changes.",
        code(file),
    );
    (title, body)
}

/// Title and body of the issue about an alarm that no pull request can put before a person, and why not.
pub fn unproposed(key: TrackedKey, alarm: &Alarm, why: &str) -> (String, String) {
    let (artifact, now) = (alarm.now.artifact(), &alarm.now);
    let what = if alarm.is_of_digest() { "changed under its version" } else { "has other evidence than was accepted" };
    let title = line(&format!("Review {key}: {artifact} {what}"), TITLE);
    let body = format!(
        "> [!CAUTION]\n> {}\n\n\
         Nothing is proposed: {}. Until this is settled, {key} gets no updates. Other series go on.\n\n\
         | | SHA-256 |\n|---|---|\n| Recorded | `{}` |\n| Upstream now | `{}`, by {}, {} |\n\n\
         ```sh\npybump audit {key}\npybump verify {}\n```\n\n\
         pybump closes this issue when ledger, manifest and upstream say the same again, or {key} is at another release. Closed \
         by a person, it stays closed for as long as nothing about it changes.",
        prose(&alarm.to_string()),
        prose(why),
        alarm.recorded,
        now.sha256(),
        code(&now.signed_by().to_string()),
        instant(now.signed_at()),
        artifact.version,
    );
    (title, body)
}
