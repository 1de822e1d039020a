//! A small python.org, GitHub and PEPs index, made of values: what it holds, and what is wrong with it.
//!
//! The demo shows the product against it, and the tests build their hostile cases from it. Owns paths and bodies;
//! refuses nothing, for a hostile world is the point. It listens only once it is served: see [`Server`].

mod api;
mod archive;
mod hold;
mod line;
mod pages;
mod server;

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

pub use archive::{installer, tarball};
pub use server::{Request, Server};

use super::authority::{Authority, AuthorityError, Flaw, Signing};
use super::github::GitHub;
use crate::model::{
    Artifact, ArtifactKind, CommitSha, Fingerprint, PythonVersion, Series, Sha256, Signers, SigstoreIdentity,
};

/// The world: pages by path, the authority that signs its releases, and a GitHub.
pub struct World {
    /// All of GitHub but what the world itself says of python/cpython and pypa/get-pip.
    pub github: GitHub,
    authority: Authority,
    signers: Signers,
    pages: BTreeMap<String, Page>,
    tags: BTreeMap<PythonVersion, Tag>,
    phases: BTreeMap<Series, &'static str>,
    unlisted: Vec<String>,
    /// The commits on `main` of pypa/get-pip, the newest last.
    scripts: Vec<CommitSha>,
    /// Those of its forks.
    forked_scripts: Vec<CommitSha>,
    faults: BTreeMap<String, Fault>,
    outages: BTreeMap<String, Fault>,
}

/// A file of the world.
#[derive(Debug, Clone)]
pub struct Page {
    /// The body.
    pub body: Bytes,
    /// When it was uploaded.
    pub modified: Timestamp,
}

#[derive(Debug, Clone)]
struct Tag {
    object: CommitSha,
    tagged_at: Timestamp,
}

/// What is wrong with one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This status, with this body.
    Status(u16, String),
    /// As [`Fault::Status`], for so many requests; then all is well.
    Times(u32, u16),
    /// The headers announce the whole body, the connection ends half-way.
    Cut,
    /// Half of the body comes, then nothing.
    Stall,
    /// A redirect.
    Redirect(String),
    /// A cache in between remembers that there was nothing: 404, unless the request asks to be passed on.
    RememberedMissing,
    /// The body never ends, and its size is not announced.
    Endless,
    /// The headers announce so many bytes; the connection ends before they come.
    Announces(u64),
    /// So many spaces follow the body; a `HEAD` still announces the file as it was.
    Grows {
        /// How many.
        by: u64,
        /// Whether the headers announce them too; else they announce no size.
        announced: bool,
    },
}

/// A release to be put into the world.
#[derive(Debug, Clone)]
pub struct Release {
    /// Its version.
    pub version: PythonVersion,
    /// When it is tagged; the source is signed an hour, the installer three hours later.
    pub tagged_at: Timestamp,
    /// Whether there is a Windows installer.
    pub windows: bool,
    /// Whether SBOMs lie beside the artifacts.
    pub sbom: bool,
    /// Who signs; the pinned signer of the series if nobody is named.
    pub signer: Option<SigstoreIdentity>,
    /// What is wrong with the bundles.
    pub flaw: Option<Flaw>,
}

impl Release {
    /// A whole release with nothing wrong.
    pub fn new(version: &PythonVersion, tagged_at: Timestamp) -> Self {
        Self { version: version.clone(), tagged_at, windows: true, sbom: true, signer: None, flaw: None }
    }
}

const FTP: &str = "/ftp/python/";

/// Where the world serves python.org's page of Sigstore identities, unless a file is put there.
pub const SIGSTORE_PAGE: &str = "/metadata/sigstore/";

/// Where it serves the page of OpenPGP keys.
pub const OPENPGP_PAGE: &str = "/metadata/pgp/";

impl World {
    /// An empty world.
    pub fn new() -> Result<Self, AuthorityError> {
        Ok(Self {
            github: GitHub::new(),
            authority: Authority::new()?,
            signers: Signers::embedded(),
            pages: BTreeMap::new(),
            tags: BTreeMap::new(),
            phases: BTreeMap::new(),
            unlisted: Vec::new(),
            scripts: Vec::new(),
            forked_scripts: Vec::new(),
            faults: BTreeMap::new(),
            outages: BTreeMap::new(),
        })
    }

    /// The Sigstore trust root under which the world's releases verify.
    pub fn trusted_root(&self) -> String {
        self.authority.trusted_root()
    }

    /// The page at [`SIGSTORE_PAGE`] or [`OPENPGP_PAGE`] as it is served, with `from` replaced by `to` from now on.
    /// False if the page has no `from`.
    pub fn edit_page(&mut self, path: &str, from: &str, to: &str, modified: Timestamp) -> bool {
        let Some(text) = self.answer(path).and_then(|(bytes, _)| String::from_utf8(bytes.to_vec()).ok()) else {
            return false;
        };
        let edited = text.replace(from, to);
        let found = edited != text;
        self.put(path, edited.into(), modified);
        found
    }

    /// From now on releases are signed, and python.org's two pages say, as `signers` have it.
    pub fn signed_by(&mut self, signers: Signers) {
        self.signers = signers;
    }

    /// Tags `version`, and uploads nothing.
    pub fn tag(&mut self, version: &PythonVersion, tagged_at: Timestamp) {
        let object = commit(&version.tag());
        self.tags.insert(version.clone(), Tag { object, tagged_at });
    }

    /// Takes the tag of `version` away.
    pub fn untag(&mut self, version: &PythonVersion) {
        self.tags.remove(version);
    }

    /// Tags, uploads and signs a whole release.
    pub fn release(&mut self, release: &Release) -> Result<(), AuthorityError> {
        let Release { version, tagged_at, .. } = release;
        self.tag(version, *tagged_at);
        let after = |hours| *tagged_at + SignedDuration::from_hours(hours);
        self.artifact(release, &Artifact::source(version), tarball(version), after(1))?;
        if release.windows {
            self.artifact(release, &Artifact::windows(version), installer(version), after(3))?;
        }
        let setuptools = (version.series() < Series::new(3, 12)).then_some("79.0.1");
        self.bundles(version, "26.1.1", setuptools, *tagged_at);
        Ok(())
    }

    /// Lets ensurepip at the tag of `version` name these.
    pub fn bundles(&mut self, version: &PythonVersion, pip: &str, setuptools: Option<&str>, at: Timestamp) {
        let path = format!("/raw/python/cpython/{}/Lib/ensurepip/__init__.py", version.tag());
        self.put(&path, pages::ensurepip(pip, setuptools).into(), at);
    }

    /// Commits `script` as the newest get-pip script; the commit's id.
    pub fn get_pip(&mut self, script: &'static str, at: Timestamp) -> CommitSha {
        let id = self.script(script, at);
        self.put("/api/repos/pypa/get-pip/commits", json!([{ "sha": id }]).to_string().into(), at);
        self.scripts.push(id.clone());
        id
    }

    /// Commits `script` in a fork of pypa/get-pip, which GitHub serves under the parent's address; the commit's id.
    pub fn forked_get_pip(&mut self, script: &'static str, at: Timestamp) -> CommitSha {
        let id = self.script(script, at);
        self.forked_scripts.push(id.clone());
        id
    }

    fn script(&mut self, script: &'static str, at: Timestamp) -> CommitSha {
        let id = commit(script);
        self.put(&format!("/github/pypa/get-pip/raw/{id}/public/get-pip.py"), script.into(), at);
        id
    }

    /// Where a commit of pypa/get-pip is, seen from `main`, in GitHub's words; nothing of one that GitHub does not know.
    fn standing(&self, sha: &str) -> Option<&'static str> {
        let is = |id: &CommitSha| id.as_str() == sha;
        if self.scripts.last().is_some_and(is) {
            Some("identical")
        } else if self.scripts.iter().any(is) {
            Some("behind")
        } else {
            self.forked_scripts.iter().any(is).then_some("diverged")
        }
    }

    /// Serves the bytes of `other`, and the genuine bundle and SBOM beside them, by the name of `artifact`: what a mirror
    /// can do that holds back a release.
    pub fn pass_off(&mut self, other: &Artifact, artifact: &Artifact) {
        for suffix in ["", ".sigstore", ".spdx.json"] {
            let path = format!("{FTP}{}{suffix}", artifact.path());
            match self.pages.get(&format!("{FTP}{}{suffix}", other.path())).cloned() {
                Some(page) => self.pages.insert(path, page),
                None => self.pages.remove(&path),
            };
        }
    }

    /// Uploads one artifact with its evidence.
    pub fn artifact(
        &mut self,
        release: &Release,
        artifact: &Artifact,
        body: Bytes,
        signed_at: Timestamp,
    ) -> Result<(), AuthorityError> {
        let path = format!("{FTP}{}", artifact.path());
        let digest = Sha256::of(&body);
        let pins = self.signers.of(artifact.version.series(), artifact.kind);
        let pinned = pins.and_then(|pins| pins.sigstore.clone());
        let nobody =
            || SigstoreIdentity { identity: "nobody@example.org".into(), issuer: "https://example.org".into() };
        let identity = release.signer.clone().or(pinned).unwrap_or_else(nobody);
        let bundle = self.authority.sign(&digest, &Signing { identity, signed_at, flaw: release.flaw })?;
        self.put(&format!("{path}.sigstore"), bundle.into(), signed_at);
        if release.sbom {
            self.put(&format!("{path}.spdx.json"), pages::sbom(artifact, digest).into(), signed_at);
        }
        self.put(&path, body, signed_at);
        Ok(())
    }

    /// Puts a file at `path`.
    pub fn put(&mut self, path: &str, body: Bytes, modified: Timestamp) {
        self.pages.insert(path.to_owned(), Page { body, modified });
    }

    /// The file at `path`.
    pub fn page(&self, path: &str) -> Option<&Page> {
        self.pages.get(path)
    }

    /// Every file, by path; the source of a copy that another server serves.
    pub fn pages(&self) -> impl Iterator<Item = (&str, &Page)> {
        self.pages.iter().map(|(path, page)| (path.as_str(), page))
    }

    /// Takes the file at `path` away.
    pub fn remove(&mut self, path: &str) {
        self.pages.remove(path);
    }

    /// Leaves paths that start so out of listings: the cache in front of them lags.
    pub fn unlist(&mut self, prefix: &str) {
        self.unlisted.push(prefix.to_owned());
    }

    /// Lets `path` fail.
    pub fn fail(&mut self, path: &str, fault: Fault) {
        self.faults.insert(path.to_owned(), fault);
    }

    /// Lets every path that starts with `prefix` fail, where nothing else is wrong with it.
    pub fn fail_below(&mut self, prefix: &str, fault: Fault) {
        self.outages.insert(prefix.to_owned(), fault);
    }

    /// Lets every path be well.
    pub fn mend(&mut self) {
        self.faults.clear();
        self.outages.clear();
    }

    /// Sets where a series is in its life: `bugfix`, `security` and so on.
    pub fn phase(&mut self, series: Series, phase: &'static str) {
        self.phases.insert(series, phase);
    }

    /// The OpenPGP key that is pinned for the source tarballs of `series`, if any.
    pub fn openpgp_key(&self, series: Series) -> Option<&Fingerprint> {
        self.signers.of(series, ArtifactKind::Source)?.openpgp.first()
    }

    /// The digest of an artifact, where it is there.
    pub fn digest(&self, version: &PythonVersion, kind: ArtifactKind) -> Option<Sha256> {
        let artifact = Artifact { version: version.clone(), kind };
        self.page(&format!("{FTP}{}", artifact.path())).map(|page| Sha256::of(&page.body))
    }

    /// What is at `path`, and whether it is JSON: a file, a listing, or an answer of GitHub's.
    fn answer(&self, path: &str) -> Option<(Bytes, Option<Timestamp>)> {
        if let Some(page) = self.pages.get(path) {
            return Some((page.body.clone(), Some(page.modified)));
        }
        let text = if path.starts_with(FTP) && path.ends_with('/') {
            self.listing(path)?
        } else if let Some(prefix) = path.strip_prefix("/api/repos/python/cpython/git/matching-refs/tags/") {
            let tags = self.tags.iter().filter(|(version, _)| version.tag().starts_with(prefix));
            json!(tags.map(|(version, tag)| pages::tag_ref(version, &tag.object)).collect::<Vec<_>>()).to_string()
        } else if let Some(sha) = path.strip_prefix("/api/repos/python/cpython/git/tags/") {
            let (version, tag) = self.tags.iter().find(|(_, tag)| tag.object.as_str() == sha)?;
            pages::tag_object(version, &tag.object, tag.tagged_at).to_string()
        } else if let Some(sha) = path.strip_prefix("/api/repos/pypa/get-pip/compare/main...") {
            json!({ "status": self.standing(sha)?, "total_commits": 0, "commits": [] }).to_string()
        } else if path == "/peps/api/release-cycle.json" {
            pages::release_cycle(&self.phases).to_string()
        } else if path == SIGSTORE_PAGE {
            pages::sigstore_signers(&self.signers)
        } else if path == OPENPGP_PAGE {
            pages::openpgp_signers(&self.signers)
        } else if let Some(file) = path.strip_prefix("/raw/") {
            return self.github.raw(file).map(|bytes| (bytes.into(), None));
        } else {
            return None;
        };
        Some((text.into(), None))
    }

    fn listing(&self, folder: &str) -> Option<String> {
        let below = self.pages.iter().filter_map(|(path, page)| Some((path, path.strip_prefix(folder)?, page)));
        let mut names = BTreeMap::new();
        for (path, rest, page) in below {
            if self.unlisted.iter().any(|prefix| path.starts_with(prefix.as_str())) {
                continue;
            }
            let name = rest.split_inclusive('/').next().unwrap_or(rest);
            let size = (!name.ends_with('/')).then_some(page.body.len());
            let modified = names.get(name).map_or(page.modified, |(modified, _): &(Timestamp, _)| *modified);
            names.insert(name, (modified.max(page.modified), size));
        }
        (!names.is_empty()).then(|| pages::autoindex(folder, &names))
    }
}

/// A git object id that follows from `text`.
fn commit(text: &str) -> CommitSha {
    let digits: String = Sha256::of(text.as_bytes()).to_string().chars().take(40).collect();
    digits.parse().expect("a digest has more than 40 hexadecimal digits")
}
