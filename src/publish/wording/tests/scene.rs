//! Plans and branches to be worded.

use std::io::Write as _;
use std::sync::LazyLock;

use jiff::Timestamp;
use lzma_rust2::{XzOptions, XzWriter};
use url::Url;

use crate::config::{BranchName, Group, RepositoryName};
use crate::demo::authority::{Authority, Signing};
use crate::layout::Edit;
use crate::model::{
    Artifact, ArtifactKind, CommitSha, ComponentName, Pins, Policy, PythonVersion, Sha256, SigstoreIdentity, TrackedKey,
};
use crate::publish::SeriesCommit;
use crate::publish::wording::{Branch, ImageFacts, PersonsPull};
use crate::resolve::{Change, ComponentChange, Outcome, Pending, Plan, SeriesPlan, Wait};
use crate::sources::get_pip::GetPipPin;
use crate::verify::sigstore::SigstoreVerifier;
use crate::verify::{ArtifactHasher, Evidence, VerifiedArtifact, verify_evidence};

pub const ENDING: &str = "<!-- pybump: 0123456789abcdef -->";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn key(text: &str) -> TrackedKey {
    text.parse().unwrap()
}

pub fn version(text: &str) -> PythonVersion {
    text.parse().unwrap()
}

/// The bytes that an artifact has: a source tarball has at least its top folder.
pub fn bytes(artifact: &Artifact) -> Vec<u8> {
    if artifact.kind == ArtifactKind::Windows {
        return artifact.file_name().into_bytes();
    }
    let mut header = [0_u8; 1536];
    let name = format!("Python-{}/", artifact.version);
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].fill(b'0');
    header[148..156].fill(b' ');
    header[156] = b'5';
    header[257..263].copy_from_slice(b"ustar\0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    writer.write_all(&header).unwrap();
    writer.finish().unwrap()
}

pub fn signed_by(identity: &str, artifact: &Artifact, sha256: Sha256, signed_at: &str) -> VerifiedArtifact {
    static AUTHORITY: LazyLock<(Authority, SigstoreVerifier)> = LazyLock::new(|| {
        let authority = Authority::new().unwrap();
        let verifier = SigstoreVerifier::from_trusted_root(&authority.trusted_root()).unwrap();
        (authority, verifier)
    });
    let (authority, verifier) = &*AUTHORITY;
    let identity =
        SigstoreIdentity { identity: identity.to_owned(), issuer: "https://github.com/login/oauth".to_owned() };
    let signing = Signing { identity: identity.clone(), signed_at: at(signed_at), flaw: None };
    let bundle = authority.sign(&sha256, &signing).unwrap();
    let policy = Policy::default_for(artifact.version.series());
    let signer = Pins { sigstore: Some(identity), openpgp: Vec::new(), policy };
    let tagged_at = Some(at("2025-01-01T00:00:00Z"));
    verify_evidence(verifier, Some(&signer), artifact, Evidence { bundle: &bundle, sbom: None, tagged_at }).unwrap()
}

pub fn signed(kind: ArtifactKind, text: &str) -> VerifiedArtifact {
    let artifact = Artifact { version: version(text), kind };
    let sha256 = Sha256::of(&bytes(&artifact));
    let (identity, signed_at) = match kind {
        ArtifactKind::Source => ("hugo@python.org", "2025-12-02T14:03:05Z"),
        ArtifactKind::Windows => ("hugo@python.org", "2025-12-02T17:20:41Z"),
    };
    signed_by(identity, &artifact, sha256, signed_at)
}

fn downloaded(artifact: VerifiedArtifact) -> VerifiedArtifact {
    let bytes = bytes(artifact.artifact());
    let mut hasher = ArtifactHasher::new(artifact);
    hasher.update(&bytes).unwrap();
    hasher.finish().unwrap()
}

/// A whole change: source and installer, both downloaded.
pub fn change(from: &str, to: &str) -> Change {
    let variants = ["trixie", "slim-trixie", "windows/windowsservercore-ltsc2025"];
    Change {
        from: Some(version(from)),
        to: version(to),
        source: downloaded(signed(ArtifactKind::Source, to)),
        windows: Some(downloaded(signed(ArtifactKind::Windows, to))),
        components: Vec::new(),
        gpg_key: None,
        variants: variants.map(|variant| variant.parse().unwrap()).into(),
        dropped: Vec::new(),
        adds_digests: true,
    }
}

pub fn get_pip(from: Option<&str>, to: &str) -> ComponentChange {
    let commit = |digits: &str| -> CommitSha { digits.repeat(40).parse().unwrap() };
    let url = format!("https://github.com/pypa/get-pip/raw/{}/public/get-pip.py", commit(to));
    let to = GetPipPin { commit: commit(to), url: url.parse().unwrap(), sha256: Sha256::of(b"get-pip") };
    ComponentChange::GetPip { from: from.map(commit), to }
}

pub fn setuptools(from: &str, to: &str) -> ComponentChange {
    let [from, to] = [from, to].map(|version| version.parse().unwrap());
    ComponentChange::Package { name: ComponentName::Setuptools, from: Some(from), to }
}

pub fn series(text: &str, at: &str, outcome: Outcome) -> SeriesPlan {
    let (pending, artifacts, notes) = (None, Vec::new(), Vec::new());
    SeriesPlan { key: key(text), at: Some(version(at)), outcome, pending, artifacts, notes }
}

pub fn update(text: &str, change: Change) -> SeriesPlan {
    let at = change.from.clone();
    let (pending, artifacts, notes) = (None, Vec::new(), Vec::new());
    SeriesPlan { key: key(text), at, outcome: Outcome::Update(Box::new(change)), pending, artifacts, notes }
}

pub fn waiting(why: &str) -> Outcome {
    let wait = Wait::Unreachable { version: Some(version("3.15.0a3")), why: why.to_owned() };
    Outcome::Waiting(Pending { wait, since: Some(at("2025-12-03T10:00:00Z")) })
}

/// The commit that the plan's change of a series makes, by its variants.
pub fn commit(plan: &Plan, text: &str, subject: &str) -> SeriesCommit {
    let (_, change) = plan.changes().find(|(found, _)| *found == key(text)).unwrap();
    let write = |path: String| Edit::Write { path: path.into(), text: String::new() };
    let mut edits: Vec<_> =
        change.variants.iter().map(|variant| write(format!("{text}/{variant}/Dockerfile"))).collect();
    edits.extend(
        change.dropped.iter().map(|variant| Edit::Remove { path: format!("{text}/{variant}/Dockerfile").into() }),
    );
    edits.push(write("versions.json".to_owned()));
    let date = change.artifacts().map(VerifiedArtifact::signed_at).max().unwrap();
    SeriesCommit { key: key(text), subject: subject.to_owned(), body: String::new(), edits, date }
}

pub struct Place {
    server: Url,
    repository: RepositoryName,
    name: BranchName,
    base: CommitSha,
}

impl Place {
    pub fn new() -> Self {
        Self {
            server: "https://github.com".parse().unwrap(),
            repository: "docker-library/python".parse().unwrap(),
            name: "pybump/update".parse().unwrap(),
            base: "8545fffc".repeat(5).parse().unwrap(),
        }
    }

    pub fn branch(&self) -> Branch<'_> {
        Branch {
            server: &self.server,
            repository: &self.repository,
            name: &self.name,
            base: &self.base,
            tree: git2::Oid::from_str(&"4b825dc6".repeat(5)).unwrap(),
            starts_no_workflows: true,
        }
    }
}

pub fn facts<'a>(
    plan: &'a Plan,
    commits: &'a [SeriesCommit],
    place: &'a Place,
    persons: &'a [PersonsPull],
) -> ImageFacts<'a> {
    ImageFacts { plan, commits, group: Group::All, branch: place.branch(), options: &[], persons }
}
