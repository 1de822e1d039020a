//! What a pull request says was accepted, judged by the pins of its base. Pure.
//!
//! Owns that nothing it adds goes unproven. Refuses to take its word: its entries of the ledger are compared with the
//! evidence, and vouch for nothing.

use super::alarm::Recorded;
use super::audit::{BytesProblem, Finding, audit};
use super::observation::{ArtifactObservation, Seen};
use crate::ledger::{LedgerEntry, differences};
use crate::model::Sha256;
use crate::verify::VerifiedArtifact;

/// The verdict over an artifact of which a pull request appends the entries `claims`, the newest last; `manifest` is the digest
/// that its manifest has. `seen` was judged by the pins alone.
pub fn audit_claim(
    manifest: Option<Sha256>,
    claims: &[&LedgerEntry],
    seen: ArtifactObservation,
    bytes: Option<Result<VerifiedArtifact, BytesProblem>>,
) -> Finding {
    let size = seen.file.as_ref().and_then(Seen::found).and_then(|file| file.size);
    let verified = match firm(audit(Recorded { manifest, entry: None }, seen, bytes)) {
        Finding::Holds(verified) => *verified,
        finding => return finding,
    };
    let [claim] = claims else {
        let count = claims.len();
        return Finding::Refused(format!(
            "{count} entries are added to its ledger at once, and only the newest could be compared with what upstream has; \
             add one at a time"
        ));
    };
    if let Some(manifest) = manifest.filter(|manifest| *manifest != claim.sha256()) {
        return untrue(&format!("SHA-256 {}, the manifest has {manifest}", claim.sha256()));
    }
    if let (Some(claimed), Some(now)) = (claim.size(), size)
        && claimed != now
    {
        return untrue(&format!("{claimed} bytes, upstream announces {now}"));
    }
    let found = differences(claim, &verified);
    if !found.is_empty() {
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        return untrue(&found.join("; "));
    }
    let tagged = match claim.tagged_at() {
        Some(tagged_at) => verified.tagged(tagged_at),
        None => Ok(verified),
    };
    tagged.map_or_else(|rejection| untrue(&rejection.to_string()), |verified| Finding::Holds(Box::new(verified)))
}

/// The same verdict over what is new: what nothing proves is refused.
pub fn firm(finding: Finding) -> Finding {
    match finding {
        Finding::Unproven(why) => Finding::Refused(format!("{why}; nothing vouches for what is new here")),
        finding => finding,
    }
}

fn untrue(what: &str) -> Finding {
    Finding::Refused(format!("the entry that is added to the ledger is not what upstream has: {what}"))
}
