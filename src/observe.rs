//! One look at the outside world: asks the sources, in as few rounds as there are dependencies, and hands resolving
//! what they said.
//!
//! Round one: the index, the tags, the life cycle, get-pip. Round two: the evidence of each series' newest candidate.
//! Further rounds only where that is incomplete. Owns the order of questions; refuses decisions.

pub mod bytes;
mod evidence;
pub mod keys;
mod openpgp;
pub mod signers;

pub use openpgp::KeyLookups;

use std::collections::{BTreeMap, BTreeSet};

use futures::future::{OptionFuture, join, join_all, join4};
use jiff::Timestamp;

use crate::ledger::{Ledger, LedgerEntry};
use crate::model::{Artifact, Channel, Entry, Manifest, PythonVersion, Signers, TrackedKey};
use crate::resolve::{
    ArtifactObservation, CandidateObservation, EvidenceState, Observations, Seen, SeriesObservation, candidates,
    released_final, seed,
};
use crate::sources::client::{Answer, Client};
use crate::sources::cpython::{self, Tag};
use crate::sources::get_pip::Script;
use crate::sources::python_org::{self, ReleaseFolder};
use crate::sources::{ensurepip, get_pip, release_cycle};
use crate::verify::openpgp::Keyring;
use crate::verify::sigstore::SigstoreVerifier;

/// The outside world, and whose word counts there.
pub struct Outside {
    /// The one client.
    pub client: Client,
    /// Who may sign which series.
    pub signers: Signers,
    /// The OpenPGP keys at hand.
    pub keys: Keyring,
    /// The Sigstore instance trusted.
    pub verifier: SigstoreVerifier,
    /// Whether an artifact may be downloaded whose evidence names no digest.
    pub may_download: bool,
    /// Whether what is accepted goes into a ledger.
    pub keeps_ledger: bool,
    /// What the key server said in this run.
    pub lookups: KeyLookups,
    /// The time of the run: nothing was signed later.
    pub now: Timestamp,
}

/// How many newer candidates are looked at before the manifest's own release is.
const MOST_CANDIDATES: usize = 6;

/// Looks at everything that concerns `keys`. What the `ledger` has of a release that is there counts for who may have signed
/// that one.
pub async fn observe(
    outside: &Outside,
    manifest: &Manifest,
    ledger: Option<&Ledger>,
    keys: &[TrackedKey],
) -> Observations {
    let client = &outside.client;
    let series: BTreeSet<_> = keys.iter().map(|key| key.series).collect();
    let tags = join_all(series.iter().map(|series| async { (*series, seen(cpython::tags(client, *series).await)) }));
    let pins = keys.iter().any(|key| entry_of(manifest, *key).get_pip.is_some());
    let get_pip = OptionFuture::from(pins.then(|| get_pip::newest(client, Script::Current)));
    let (index, tags, cycles, get_pip) =
        join4(python_org::versions(client), tags, release_cycle::fetch(client), get_pip).await;
    let (index, cycles, get_pip) = (seen(index), seen(cycles), get_pip.map(seen));
    let tags: BTreeMap<_, _> = tags.into_iter().collect();
    let looks = keys.iter().map(|key| async {
        let tags = tags.get(&key.series).cloned().unwrap_or(Seen::Failed("not asked".to_owned()));
        let (entry, at) = (Some(entry_of(manifest, *key)), at(manifest, *key));
        let look = Look { outside, ledger, key: *key, tags: &tags, entry, at };
        let observation = look.series(index.found().map(Vec::as_slice).unwrap_or_default()).await;
        (*key, observation)
    });
    let series = join_all(looks).await.into_iter().collect();
    Observations { index, cycles, get_pip, series }
}

/// Looks at every artifact of one release, whatever any manifest says.
pub async fn look_at_release(outside: &Outside, version: &PythonVersion) -> CandidateObservation {
    let tags = seen(cpython::tags(&outside.client, version.series()).await);
    let channel = if version.is_prerelease() { Channel::PreRelease } else { Channel::Final };
    let key = TrackedKey { series: version.series(), channel };
    let look = Look { outside, ledger: None, key, tags: &tags, entry: None, at: None };
    look.candidate(version, true).await
}

/// Looks again at an artifact that was accepted before: all its evidence, and whether the file is there.
pub async fn look_again(outside: &Outside, artifact: &Artifact, accepted: Option<&LedgerEntry>) -> ArtifactObservation {
    evidence::of(outside, artifact.clone(), evidence::Wanted { head: true, digest: true }, accepted).await
}

/// The entry that says which variants and components concern `key`; for a new key the newest series'.
fn entry_of(manifest: &Manifest, key: TrackedKey) -> &Entry {
    manifest.entries.get(&key).unwrap_or_else(|| seed(manifest))
}

fn at(manifest: &Manifest, key: TrackedKey) -> Option<&PythonVersion> {
    manifest.entries.get(&key).map(|entry| &entry.version)
}

/// A look at one series.
struct Look<'a> {
    outside: &'a Outside,
    ledger: Option<&'a Ledger>,
    key: TrackedKey,
    tags: &'a Seen<Vec<Tag>>,
    entry: Option<&'a Entry>,
    at: Option<&'a PythonVersion>,
}

impl Look<'_> {
    async fn series(&self, index: &[PythonVersion]) -> SeriesObservation {
        let tagged: Vec<_> = self.tags.found().into_iter().flatten().map(|tag| tag.version.clone()).collect();
        let windows = self.entry.is_some_and(Entry::has_windows);
        let first = candidates(self.key, self.at, &tagged, index);
        let final_release = async {
            match released_final(self.key, &tagged) {
                Some(version) => Some(self.candidate(version, false).await),
                None => None,
            }
        };
        let recorded = self.at.filter(|at| first.first() != Some(at));
        let recorded = OptionFuture::from(recorded.map(|at| self.recorded(at, windows)));
        let (mut seen, listed, final_release, recorded) =
            join4(self.walk(first, windows), self.listed(), final_release, recorded).await;
        let newest = seen.first().map(|candidate| candidate.version.clone());
        let listed_only: Vec<_> = candidates(self.key, self.at, [], &listed)
            .into_iter()
            .filter(|version| newest.as_ref().is_none_or(|newest| version > newest))
            .collect();
        if !listed_only.is_empty() {
            let mut more = self.walk(listed_only, windows).await;
            more.append(&mut seen);
            seen = more;
        }
        SeriesObservation { tags: self.tags.clone(), candidates: seen, recorded, final_release }
    }

    /// The pre-releases that the folder of the coming final lists; the index names no pre-release.
    async fn listed(&self) -> Vec<PythonVersion> {
        let base = match (self.key.channel, self.at) {
            (Channel::Final, _) => return Vec::new(),
            (Channel::PreRelease, Some(at)) => at.base(),
            (Channel::PreRelease, None) => match format!("{}.0", self.key.series).parse() {
                Ok(base) => base,
                Err(_) => return Vec::new(),
            },
        };
        match python_org::release_folder(&self.outside.client, &base).await {
            Answer::Found(folder) => source_versions(&folder),
            Answer::Missing(_) | Answer::Failed(_) => Vec::new(),
        }
    }

    /// Looks at `versions`, newest first, until one is complete, contradicts itself, or is the manifest's.
    async fn walk(&self, versions: Vec<PythonVersion>, windows: bool) -> Vec<CandidateObservation> {
        let mut seen = Vec::new();
        let (newer, at): (Vec<_>, Vec<_>) = versions.into_iter().partition(|version| self.at != Some(version));
        for version in newer.into_iter().take(MOST_CANDIDATES).chain(at) {
            let candidate = self.candidate(&version, windows).await;
            let more = candidate.is_incomplete();
            seen.push(candidate);
            if !more {
                break;
            }
        }
        seen
    }

    /// The release that the manifest is at, as far as an alarm needs it: its bundles, and all that the ledger can be compared
    /// with.
    async fn recorded(&self, version: &PythonVersion, windows: bool) -> CandidateObservation {
        let bundle = |artifact: Artifact| async move {
            match self.accepted(&artifact) {
                Some(accepted) => {
                    let wanted = evidence::Wanted { head: false, digest: false };
                    evidence::of(self.outside, artifact.clone(), wanted, Some(accepted)).await
                }
                None => evidence::of_bundle_alone(self.outside, &artifact).await,
            }
        };
        let installer = OptionFuture::from(windows.then(|| bundle(Artifact::windows(version))));
        let (source, windows) = join(bundle(Artifact::source(version)), installer).await;
        CandidateObservation {
            version: version.clone(),
            tagged_at: None,
            source,
            windows,
            folder: None,
            ensurepip: None,
        }
    }

    async fn candidate(&self, version: &PythonVersion, windows: bool) -> CandidateObservation {
        let newer = self.at != Some(version);
        let lacks_checksum =
            self.entry.is_some_and(|entry| entry.source.is_none() || (windows && entry.windows.is_none()));
        let wanted = evidence::Wanted { head: newer, digest: newer || lacks_checksum };
        let of = |artifact: Artifact| {
            // Whoever signed before has no say over what is newer.
            let accepted = self.accepted(&artifact).filter(|_| !newer);
            evidence::of(self.outside, artifact, wanted, accepted)
        };
        let source = of(Artifact::source(version));
        let installer = OptionFuture::from(windows.then(|| of(Artifact::windows(version))));
        let tagged_at = OptionFuture::from((newer || lacks_checksum).then(|| self.tagged_at(version)));
        let wants_components = self.entry.is_some_and(|entry| entry.setuptools.is_some() || entry.pip.is_some());
        let client = &self.outside.client;
        let ensurepip = OptionFuture::from(wants_components.then(|| ensurepip::bundled(client, version)));
        let (source, windows, tagged_at, ensurepip) = join4(source, installer, tagged_at, ensurepip).await;
        let incomplete = |artifact: &ArtifactObservation| {
            matches!(artifact.file, Some(Seen::Missing(_)))
                || matches!(artifact.evidence, EvidenceState::NoBundle { .. } | EvidenceState::Lacks(_))
        };
        let lacks = newer && (incomplete(&source) || windows.as_ref().is_some_and(incomplete));
        let folder = OptionFuture::from(lacks.then(|| python_org::release_folder(client, version))).await;
        CandidateObservation {
            version: version.clone(),
            tagged_at: tagged_at.flatten(),
            source,
            windows,
            folder: folder.map(seen),
            ensurepip: ensurepip.map(seen),
        }
    }

    /// What the ledger has of `artifact`.
    fn accepted(&self, artifact: &Artifact) -> Option<&LedgerEntry> {
        self.ledger?.newest(artifact)
    }

    async fn tagged_at(&self, version: &PythonVersion) -> Option<Seen<Timestamp>> {
        match self.tags {
            Seen::Found(tags) => {
                let tag = tags.iter().find(|tag| tag.version == *version)?;
                Some(seen(cpython::tagged(&self.outside.client, tag).await))
            }
            Seen::Missing(why) | Seen::Failed(why) => Some(Seen::Failed(why.clone())),
        }
    }
}

impl CandidateObservation {
    /// True if an older candidate may have to do.
    fn is_incomplete(&self) -> bool {
        let lacks = |artifact: &ArtifactObservation| {
            matches!(artifact.file, Some(Seen::Missing(_) | Seen::Failed(_)))
                || matches!(
                    &artifact.evidence,
                    EvidenceState::Failed(_)
                        | EvidenceState::Lacks(_)
                        | EvidenceState::NoBundle { openpgp: Seen::Missing(_) | Seen::Failed(_) }
                )
        };
        lacks(&self.source)
            || self.windows.as_ref().is_some_and(lacks)
            || !matches!(self.tagged_at, Some(Seen::Found(_)))
    }
}

/// The releases whose source tarballs `folder` lists.
fn source_versions(folder: &ReleaseFolder) -> Vec<PythonVersion> {
    let version = |name: &str| name.strip_prefix("Python-")?.strip_suffix(".tar.xz")?.parse().ok();
    folder.files.iter().filter_map(|file| version(&file.name)).collect()
}

/// The answer as a plain value.
fn seen<T>(answer: Answer<T>) -> Seen<T> {
    match answer {
        Answer::Found(value) => Seen::Found(value),
        Answer::Missing(missing) => Seen::Missing(missing.to_string()),
        Answer::Failed(error) => Seen::Failed(error.to_string()),
    }
}
