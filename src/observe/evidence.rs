//! What the evidence beside one artifact comes to, by the policy for its series.
//!
//! Owns which files are asked for and how they are put together. Bundle, SBOM and signature are asked for at once; only a
//! release whose sole signature is an OpenPGP one is downloaded here, for nothing else names its digest.

use futures::future::{OptionFuture, join4};

use super::bytes::{self, ReadError};
use super::openpgp::NotJudged;
use super::{Outside, openpgp, seen};
use crate::ledger::{LedgerEntry, LedgerSigstore};
use crate::model::{Artifact, EvidenceKind, Fingerprint, Pins, Policy};
use crate::resolve::{ArtifactFile, ArtifactObservation, EvidenceState, Seen};
use crate::sources::python_org::{self, EvidenceFile};
use crate::verify::sigstore::BundleError;
use crate::verify::{ArtifactHasher, Evidence, Rejection, UnreadArtifact, VerifiedArtifact, verify_evidence};

/// What is wanted of an artifact.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Whether the file itself is there.
    pub(super) head: bool,
    /// Its digest, even where that takes a download.
    pub(super) digest: bool,
}

/// One artifact: its evidence, and whether it is there itself.
///
/// Where the artifact was `accepted` before, who signed it then counts beside who is pinned today: release managers change in
/// the middle of a series, and what was accepted from the former stays so.
pub(super) async fn of(
    outside: &Outside,
    artifact: Artifact,
    wanted: Wanted,
    accepted: Option<&LedgerEntry>,
) -> ArtifactObservation {
    let policy = outside.signers.policy(artifact.version.series());
    let file = async {
        let url = python_org::artifact_url(&artifact);
        let head = OptionFuture::from(wanted.head.then(|| outside.client.head_fresh(&url))).await;
        let file = |head: crate::sources::client::Head| ArtifactFile {
            modified: head.last_modified,
            size: head.size.filter(|size| *size > 0),
        };
        head.map(|head| seen(head.map(file)))
    };
    // A candidate is asked about before its evidence is uploaded: that it is not there may be what a cache remembers.
    let fresh = wanted.head;
    let asked = |kind, file| {
        let text = policy.checks(kind).then(|| text(outside, &artifact, file, fresh));
        OptionFuture::from(text)
    };
    let bundle = asked(EvidenceKind::Sigstore, EvidenceFile::Sigstore);
    let sbom = asked(EvidenceKind::Sbom, EvidenceFile::Sbom);
    let asc = policy.checks(EvidenceKind::OpenPgp).then(|| signature(outside, &artifact, fresh));
    let (file, bundle, sbom, asc) = join4(file, bundle, sbom, OptionFuture::from(asc)).await;
    let file_seen = file.as_ref();
    let beside = Beside { outside, artifact: &artifact, policy: &policy, file: file_seen, sbom, asc, accepted };
    let evidence = beside.judged(bundle, wanted).await;
    ArtifactObservation { file, evidence }
}

/// The bundle of an artifact, and nothing else: what an alarm over a release that was accepted needs.
pub(super) async fn of_bundle_alone(outside: &Outside, artifact: &Artifact) -> ArtifactObservation {
    let bundle = if outside.signers.policy(artifact.version.series()).checks(EvidenceKind::Sigstore) {
        text(outside, artifact, EvidenceFile::Sigstore, false).await
    } else {
        Seen::Missing("not asked for: the policy for the series looks at no Sigstore bundle".to_owned())
    };
    let evidence = match bundle {
        Seen::Found(bundle) => state(verified(outside, artifact, &bundle, None, None)),
        Seen::Missing(url) => EvidenceState::NoBundle { openpgp: Seen::Missing(url) },
        Seen::Failed(why) => EvidenceState::Failed(why),
    };
    ArtifactObservation { file: None, evidence }
}

/// What lies beside an artifact, but for its bundle; nothing where it was not asked for.
struct Beside<'a> {
    outside: &'a Outside,
    artifact: &'a Artifact,
    policy: &'a Policy,
    file: Option<&'a Seen<ArtifactFile>>,
    sbom: Option<Seen<String>>,
    asc: Option<Seen<String>>,
    accepted: Option<&'a LedgerEntry>,
}

impl Beside<'_> {
    async fn judged(&self, bundle: Option<Seen<String>>, wanted: Wanted) -> EvidenceState {
        if let Some(Seen::Failed(why)) = &self.sbom {
            return EvidenceState::Failed(why.clone());
        }
        match bundle {
            Some(Seen::Failed(why)) => EvidenceState::Failed(why),
            Some(Seen::Missing(url)) if matches!(self.file, Some(Seen::Missing(_))) => {
                EvidenceState::NoBundle { openpgp: Seen::Missing(url) }
            }
            Some(Seen::Missing(_)) | None => self.unbundled(wanted).await,
            Some(Seen::Found(bundle)) => self.bundled(&bundle).await,
        }
    }

    /// There is a bundle: everything else beside it must agree with it.
    async fn bundled(&self, bundle: &str) -> EvidenceState {
        let verified = match verified(self.outside, self.artifact, bundle, self.sbom(), self.accepted) {
            Ok(verified) => verified.announced(self.announced()),
            Err(rejection) => return EvidenceState::Rejected(rejection),
        };
        let verified = match &self.asc {
            None => verified,
            Some(Seen::Failed(why)) => return EvidenceState::Failed(why.clone()),
            Some(asc) => match self.with_signature(verified, asc).await {
                Ok(verified) => verified,
                Err(why) => return why.into(),
            },
        };
        match self.policy.missing(&verified.evidence()) {
            None => EvidenceState::Verified(Box::new(verified)),
            Some(EvidenceKind::OpenPgp) => match verified.openpgp().missing_key() {
                Some(missing) => EvidenceState::Rejected(Rejection::NoKey(missing.clone())),
                None => EvidenceState::Lacks(EvidenceKind::OpenPgp),
            },
            Some(kind) => EvidenceState::Lacks(kind),
        }
    }

    async fn with_signature(
        &self,
        verified: VerifiedArtifact,
        asc: &Seen<String>,
    ) -> Result<VerifiedArtifact, NotJudged> {
        let asc = asc.found().map(String::as_str);
        openpgp::judged(self.outside, verified, asc, &self.pinned_keys()).await
    }

    /// The OpenPGP keys that count: those pinned today, and the one that signed what was accepted.
    fn pinned_keys(&self) -> Vec<Fingerprint> {
        let pins = self.outside.signers.of(self.artifact.version.series(), self.artifact.kind);
        let accepted = self.accepted.and_then(LedgerEntry::openpgp).map(|openpgp| openpgp.primary().clone());
        let mut keys = pins.map_or_else(Vec::new, |pins| pins.openpgp.clone());
        keys.extend(accepted.filter(|key| !keys.contains(key)));
        keys
    }

    /// There is no bundle: an OpenPGP signature may do, by policy, and then the bytes are what names the digest.
    async fn unbundled(&self, wanted: Wanted) -> EvidenceState {
        let asc = match &self.asc {
            None => return EvidenceState::NoBundle { openpgp: self.has_signature().await },
            Some(Seen::Missing(url)) => return EvidenceState::NoBundle { openpgp: Seen::Missing(url.clone()) },
            Some(Seen::Failed(why)) => return EvidenceState::NoBundle { openpgp: Seen::Failed(why.clone()) },
            Some(Seen::Found(asc)) => asc,
        };
        let sbom = self.sbom().map(|_| EvidenceKind::Sbom);
        match self.policy.missing(&[EvidenceKind::OpenPgp].into_iter().chain(sbom).collect()) {
            Some(EvidenceKind::Sigstore) => return EvidenceState::NoBundle { openpgp: Seen::Found(()) },
            Some(kind) => return EvidenceState::Lacks(kind),
            None => {}
        }
        let texts = (asc.as_str(), self.sbom());
        let keys = self.pinned_keys();
        let unread = match openpgp::unread(self.outside, self.artifact, texts, &keys, self.announced()).await {
            Ok(unread) => unread,
            Err(why) => return why.into(),
        };
        if !(wanted.digest && self.outside.may_download) {
            return EvidenceState::Unread;
        }
        self.read(unread).await
    }

    async fn read(&self, unread: UnreadArtifact) -> EvidenceState {
        let hasher = || ArtifactHasher::unread(unread.clone());
        match bytes::read(&self.outside.client, self.artifact, hasher, |_| Box::new(|_| {})).await {
            Ok(verified) => EvidenceState::Verified(Box::new(verified)),
            Err(ReadError::Rejected(rejection)) => EvidenceState::Rejected(rejection),
            Err(error) => EvidenceState::Failed(error.to_string()),
        }
    }

    fn sbom(&self) -> Option<&str> {
        self.sbom.as_ref().and_then(Seen::found).map(String::as_str)
    }

    /// The size that the server announced for the file.
    fn announced(&self) -> Option<u64> {
        self.file.and_then(Seen::found).and_then(|file| file.size)
    }

    /// Whether there is an OpenPGP signature where the policy looks at none.
    async fn has_signature(&self) -> Seen<()> {
        let url = python_org::evidence_url(self.artifact, EvidenceFile::OpenPgp);
        seen(self.outside.client.head(&url).await.map(|_| ()))
    }
}

/// What a bundle comes to, with the SBOM beside it.
fn verified(
    outside: &Outside,
    artifact: &Artifact,
    bundle: &str,
    sbom: Option<&str>,
    accepted: Option<&LedgerEntry>,
) -> Result<VerifiedArtifact, Rejection> {
    let pins = outside.signers.of(artifact.version.series(), artifact.kind);
    let evidence = Evidence { bundle, sbom, tagged_at: None };
    let judged = verify_evidence(&outside.verifier, pins, artifact, evidence);
    let Some(former) = accepted.and_then(LedgerEntry::sigstore).map(LedgerSigstore::signer) else { return judged };
    let is_former = match &judged {
        Err(Rejection::NoSigner(_)) => true,
        Err(Rejection::Bundle(BundleError::WrongSigner { found, .. })) => *found == former,
        _ => false,
    };
    if !is_former {
        return judged;
    }
    let policy = outside.signers.policy(artifact.version.series());
    let pins = Pins { sigstore: Some(former), openpgp: Vec::new(), policy };
    verify_evidence(&outside.verifier, Some(&pins), artifact, evidence)
}

/// What the judgement of an artifact's evidence came to.
fn state(judged: Result<VerifiedArtifact, Rejection>) -> EvidenceState {
    match judged {
        Ok(verified) => EvidenceState::Verified(Box::new(verified)),
        Err(rejection) => EvidenceState::Rejected(rejection),
    }
}

/// The text of the `.asc` beside `artifact`, to be refused by its judge if it is none.
async fn signature(outside: &Outside, artifact: &Artifact, fresh: bool) -> Seen<String> {
    let page = python_org::evidence(&outside.client, artifact, EvidenceFile::OpenPgp, fresh).await;
    seen(page.map(|page| String::from_utf8_lossy(&page.bytes).into_owned()))
}

async fn text(outside: &Outside, artifact: &Artifact, file: EvidenceFile, fresh: bool) -> Seen<String> {
    let page = python_org::evidence(&outside.client, artifact, file, fresh).await;
    seen(page.and_then(|page| page.text().map(str::to_owned).into()))
}
