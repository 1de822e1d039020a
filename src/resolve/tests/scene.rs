//! Observations in a few words, and plans as text.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::{LazyLock, Mutex};

use jiff::{SignedDuration, Timestamp};

use crate::config::Config;
use crate::demo::authority::{Authority, Signing};
use crate::model::{
    Artifact, ArtifactKind, Entry, Manifest, PythonVersion, Sha256, Signers, SigstoreIdentity, TrackedKey,
};
use crate::resolve::*;
use crate::sources::cpython::{Tag, TagKind};
use crate::sources::ensurepip::Bundled;
use crate::sources::get_pip::GetPipPin;
use crate::sources::python_org::{ListedFile, ReleaseFolder};
use crate::sources::release_cycle::{Cycle, Phase};
use crate::verify::sigstore::SigstoreVerifier;
use crate::verify::{Evidence, Rejection, VerifiedArtifact, verify_evidence};

/// All that one run is told.
pub struct Scene {
    pub manifest: Manifest,
    pub config: Config,
    pub without_windows: bool,
    pub observations: Observations,
}

impl Scene {
    pub fn empty() -> Self {
        let observations = Observations {
            index: Seen::Found(Vec::new()),
            cycles: Seen::Found(BTreeMap::new()),
            get_pip: None,
            series: BTreeMap::new(),
        };
        Self { manifest: Manifest::default(), config: Config::default(), without_windows: false, observations }
    }

    /// One series, whose `candidates` are all listed, and tagged where they have a tag's date.
    pub fn of(key: &str, entry: Option<Entry>, candidates: Vec<CandidateObservation>) -> Self {
        Self::empty().and(key, entry, candidates)
    }

    pub fn and(mut self, key: &str, entry: Option<Entry>, candidates: Vec<CandidateObservation>) -> Self {
        let at = entry.as_ref().map(|entry| entry.version.clone());
        let listed = candidates.iter().map(|candidate| candidate.version.base()).chain(at.clone());
        if let Seen::Found(index) = &mut self.observations.index {
            index.extend(listed);
        }
        let dated = candidates.iter().filter(|candidate| candidate.tagged_at.is_some());
        let tags = dated.map(|candidate| candidate.version.clone()).chain(at).map(tag).collect();
        let series = SeriesObservation { tags: Seen::Found(tags), candidates, recorded: None, final_release: None };
        self.observations.series.insert(key.parse().unwrap(), series);
        self.manifest.entries.extend(entry.map(|entry| (key.parse().unwrap(), entry)));
        self
    }

    /// In a series that is in this phase.
    pub fn in_phase(mut self, phase: Phase) -> Self {
        let cycle = Cycle { phase, first_release: None, end_of_life: None, pep: None };
        let keys = self.observations.series.keys();
        self.observations.cycles = Seen::Found(keys.map(|key| (key.series, cycle.clone())).collect());
        self
    }

    pub fn observation(&mut self, key: &str) -> &mut SeriesObservation {
        self.observations.series.get_mut(&key.parse::<TrackedKey>().unwrap()).unwrap()
    }

    pub fn plan(self) -> Plan {
        let context = Context {
            manifest: &self.manifest,
            ledger: None,
            config: &self.config,
            signers: &Signers::embedded(),
            now: now(),
            without_windows: self.without_windows,
        };
        resolve(&context, self.observations)
    }

    pub fn resolved(self) -> String {
        shown(&self.plan())
    }
}

pub fn now() -> Timestamp {
    "2025-10-10T12:00:00Z".parse().unwrap()
}

pub fn hours_ago(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

pub fn version(text: &str) -> PythonVersion {
    text.parse().unwrap()
}

pub fn tag(version: PythonVersion) -> Tag {
    let object = Sha256::of(version.tag().as_bytes()).to_string()[..40].parse().unwrap();
    Tag { version, object, kind: TagKind::Tag }
}

pub fn missing<T>() -> Seen<T> {
    Seen::Missing("404 there".to_owned())
}

pub fn failed<T>(what: &str) -> Seen<T> {
    Seen::Failed(format!("503 of {what}"))
}

/// The digest that an artifact has unless a test says otherwise.
pub fn digest(artifact: &Artifact) -> Sha256 {
    Sha256::of(artifact.file_name().as_bytes())
}

/// An entry with full and Windows variants, and with the checksums of both artifacts.
pub fn entry(text: &str) -> Entry {
    let version = version(text);
    let variants = ["trixie", "slim-trixie", "windows/windowsservercore-ltsc2025"];
    Entry {
        source: Some(digest(&Artifact::source(&version))),
        windows: Some(digest(&Artifact::windows(&version))),
        variants: variants.map(|variant| variant.parse().unwrap()).into(),
        setuptools: None,
        pip: None,
        get_pip: None,
        gpg_key: None,
        version,
    }
}

/// The same, without Windows.
pub fn linux_entry(version: &str) -> Entry {
    let mut entry = entry(version);
    entry.variants.retain(|variant| !variant.is_windows());
    Entry { windows: None, ..entry }
}

/// A whole release: tagged so many hours ago, its source signed an hour later, its installer three hours later.
pub fn release(text: &str, hours: i64) -> CandidateObservation {
    let version = version(text);
    CandidateObservation {
        tagged_at: Some(Seen::Found(hours_ago(hours))),
        source: uploaded(&Artifact::source(&version), hours - 1),
        windows: Some(uploaded(&Artifact::windows(&version), hours - 3)),
        folder: None,
        ensurepip: None,
        version,
    }
}

/// The same, without Windows.
pub fn linux_release(version: &str, hours: i64) -> CandidateObservation {
    CandidateObservation { windows: None, ..release(version, hours) }
}

/// A release as it is looked at when the manifest is at it.
pub fn recorded(text: &str) -> CandidateObservation {
    let mut candidate = CandidateObservation { tagged_at: None, ..release(text, 1000) };
    candidate.source.file = None;
    candidate.windows.as_mut().unwrap().file = None;
    candidate
}

/// The same, without Windows.
pub fn linux_recorded(version: &str) -> CandidateObservation {
    CandidateObservation { windows: None, ..recorded(version) }
}

/// An artifact that is there with its evidence since so many hours.
pub fn uploaded(artifact: &Artifact, hours: i64) -> ArtifactObservation {
    signed(verified(artifact, digest(artifact), hours_ago(hours)))
}

/// A file that is there since then.
pub fn there(since: Timestamp) -> Seen<ArtifactFile> {
    Seen::Found(ArtifactFile { modified: Some(since), size: None })
}

/// An artifact that is there under this evidence.
pub fn signed(artifact: VerifiedArtifact) -> ArtifactObservation {
    let file = Some(there(artifact.signed_at()));
    ArtifactObservation { file, evidence: EvidenceState::Verified(Box::new(artifact)) }
}

/// An artifact that is not there.
pub fn absent() -> ArtifactObservation {
    ArtifactObservation { file: Some(missing()), evidence: EvidenceState::NoBundle { openpgp: missing() } }
}

/// An artifact that is there since so many hours, without a bundle.
pub fn unsigned(hours: i64, openpgp: Seen<()>) -> ArtifactObservation {
    ArtifactObservation { file: Some(there(hours_ago(hours))), evidence: EvidenceState::NoBundle { openpgp } }
}

/// An artifact that a stranger signed.
pub fn forged(artifact: &Artifact, hours: i64) -> ArtifactObservation {
    let stranger = SigstoreIdentity {
        identity: "mallory@example.org".to_owned(),
        issuer: "https://github.com/login/oauth".to_owned(),
    };
    let rejection = evidence(artifact, digest(artifact), hours_ago(hours), &stranger).unwrap_err();
    ArtifactObservation { file: Some(there(hours_ago(hours))), evidence: EvidenceState::Rejected(rejection) }
}

/// A release folder with these files, read whole or not.
pub fn folder(complete: bool, artifacts: &[Artifact]) -> Seen<ReleaseFolder> {
    let file = |artifact: &Artifact| ListedFile { name: artifact.file_name(), modified: None, size: None };
    let mut files: Vec<_> = artifacts.iter().map(file).collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Seen::Found(ReleaseFolder { files, complete })
}

pub fn bundled(pip: &str, setuptools: Option<&str>) -> Seen<Bundled> {
    let setuptools = setuptools.map(|version| version.parse().unwrap());
    Seen::Found(Bundled { pip: pip.parse().unwrap(), setuptools })
}

pub fn pin(digits: &str) -> GetPipPin {
    let commit = digits.repeat(40).parse().unwrap();
    let url = "https://github.com/pypa/get-pip/raw/main/public/get-pip.py".parse().unwrap();
    GetPipPin { commit, url, sha256: Sha256::of(digits.as_bytes()) }
}

/// What `verify` makes of a good bundle over `sha256` beside `artifact`.
pub fn verified(artifact: &Artifact, sha256: Sha256, signed_at: Timestamp) -> VerifiedArtifact {
    type Made = HashMap<(Artifact, Sha256, Timestamp), VerifiedArtifact>;
    static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
    let signers = Signers::embedded();
    let signer = signers.of(artifact.version.series(), artifact.kind).unwrap().sigstore.clone().unwrap();
    let key = (artifact.clone(), sha256, signed_at);
    let make = || evidence(artifact, sha256, signed_at, &signer).unwrap();
    MADE.lock().unwrap().entry(key).or_insert_with(make).clone()
}

fn evidence(
    artifact: &Artifact,
    sha256: Sha256,
    signed_at: Timestamp,
    identity: &SigstoreIdentity,
) -> Result<VerifiedArtifact, Rejection> {
    static AUTHORITY: LazyLock<(Authority, SigstoreVerifier)> = LazyLock::new(|| {
        let authority = Authority::new().unwrap();
        let verifier = SigstoreVerifier::from_trusted_root(&authority.trusted_root()).unwrap();
        (authority, verifier)
    });
    let (authority, verifier) = &*AUTHORITY;
    let bundle = authority.sign(&sha256, &Signing { identity: identity.clone(), signed_at, flaw: None }).unwrap();
    let signers = Signers::embedded();
    let signer = signers.of(artifact.version.series(), artifact.kind);
    verify_evidence(verifier, signer, artifact, Evidence { bundle: &bundle, sbom: None, tagged_at: None })
}

/// The plan in words, a series a paragraph.
pub fn shown(plan: &Plan) -> String {
    plan.series.iter().map(series_shown).collect()
}

fn series_shown(series: &SeriesPlan) -> String {
    let at = series.at.as_ref().map_or("new".to_owned(), |at| format!("at {at}"));
    let since = |since: Option<Timestamp>| match since {
        Some(since) => format!(" ({} h)", now().duration_since(since).as_hours()),
        None => String::new(),
    };
    let outcome = match &series.outcome {
        Outcome::Current => "current".to_owned(),
        Outcome::Update(change) if change.from.as_ref() == Some(&change.to) => "update in place".to_owned(),
        Outcome::Update(change) => format!("update to {}", change.to),
        Outcome::Waiting(pending) => {
            format!("waiting, {}{}: {}", pending.wait.code(), since(pending.since), pending.wait)
        }
        Outcome::Held { hold, since: at } => format!("held, {}{}: {hold}", hold.code(), since(*at)),
        Outcome::Alarm(alarm) => {
            format!("ALARM over {}: {}", alarm.now.artifact(), alarm.is_of_digest())
        }
        Outcome::Contradicted(contradiction) => format!("ALARM, {}: {contradiction}", contradiction.code()),
    };
    let mut text = format!("{} {at}: {outcome}\n", series.key);
    let mut line = |words: String| writeln!(text, "  {words}").unwrap();
    if let Some(Pending { wait, since: at }) = &series.pending {
        line(format!("meanwhile {}{}: {wait}", wait.code(), since(*at)));
    }
    if let Outcome::Update(change) = &series.outcome {
        for artifact in change.artifacts() {
            let bound = if artifact.bound_by().is_empty() { "" } else { ", bound by its tag" };
            line(format!("takes {}{bound}", artifact.artifact()));
        }
        for component in &change.components {
            line(component_shown(component));
        }
        let list =
            |variants: &[crate::model::Variant]| variants.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        line(format!("builds {}", list(&change.variants)));
        if !change.dropped.is_empty() {
            line(format!("drops {}", list(&change.dropped)));
        }
    }
    for note in &series.notes {
        line(format!("note: {note}"));
    }
    text
}

fn component_shown(component: &ComponentChange) -> String {
    let from = |from: Option<String>| from.unwrap_or_else(|| "nothing".to_owned());
    match component {
        ComponentChange::Package { name, from: old, to } => {
            format!("{name} {} → {to}", from(old.as_ref().map(ToString::to_string)))
        }
        ComponentChange::GetPip { from: old, to } => {
            let short = |commit: &crate::model::CommitSha| commit.as_str()[..4].to_owned();
            format!("get-pip {} → {}", from(old.as_ref().map(short)), short(&to.commit))
        }
    }
}

/// A source tarball, an installer.
pub fn source(text: &str) -> Artifact {
    Artifact::source(&version(text))
}

pub fn installer(text: &str) -> Artifact {
    Artifact { version: version(text), kind: ArtifactKind::Windows }
}

pub fn phases() -> [Option<Phase>; 7] {
    use Phase::{Bugfix, EndOfLife, Feature, Prerelease, Security, Unknown};
    [None, Some(Feature), Some(Prerelease), Some(Bugfix), Some(Security), Some(EndOfLife), Some(Unknown)]
}
