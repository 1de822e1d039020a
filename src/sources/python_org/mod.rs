//! python.org's FTP tree: which releases it lists, what lies in a release's folder, and where each file is.
//!
//! Owns the URLs of artifacts and of the evidence beside them. The listings lag the files, sometimes by hours: they
//! say what is there, the file itself says what is not.

mod listing;
mod markup;

use jiff::Timestamp;
use url::Url;

use super::ParseError;
use super::client::{Answer, BodyLimit, Client, Page};
use super::parse_error::read;
use crate::model::{Artifact, PythonVersion};

/// The root of the tree.
pub const FTP: &str = "https://www.python.org/ftp/python/";

/// The largest listing that is read. The real ones have some 60 kB.
const LISTING: BodyLimit = BodyLimit::mebibytes(1);

/// The largest artifact that is read. The real ones have 20 to 35 MB.
pub const ARTIFACT: BodyLimit = BodyLimit::mebibytes(512);

/// What lies beside an artifact to bind its digest to a signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceFile {
    /// `.sigstore`: a Sigstore bundle.
    Sigstore,
    /// `.spdx.json`: a software bill of materials.
    Sbom,
    /// `.asc`: a detached OpenPGP signature, up to 3.13.
    OpenPgp,
}

impl EvidenceFile {
    /// What is appended to the artifact's name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Sigstore => ".sigstore",
            Self::Sbom => ".spdx.json",
            Self::OpenPgp => ".asc",
        }
    }

    /// How large such a file may be.
    pub fn limit(self) -> BodyLimit {
        match self {
            Self::Sigstore => BodyLimit::mebibytes(1),
            Self::Sbom => BodyLimit::mebibytes(8),
            Self::OpenPgp => BodyLimit::bytes(64 * 1024),
        }
    }
}

/// A release's folder, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseFolder {
    /// The files in it, by name. At least one.
    pub files: Vec<ListedFile>,
    /// False where a row could not be understood: then a file that is not listed may still be there.
    pub complete: bool,
}

/// A file in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Its name: letters, digits and `._+~-`.
    pub name: String,
    /// When it was last changed, to the minute, where the listing says so.
    pub modified: Option<Timestamp>,
    /// Its size in bytes, where the listing says so exactly.
    pub size: Option<u64>,
}

impl ReleaseFolder {
    /// The listed file of this `name`.
    pub fn file(&self, name: &str) -> Option<&ListedFile> {
        self.files.binary_search_by(|file| file.name.as_str().cmp(name)).ok().map(|index| &self.files[index])
    }

    /// The listed file of `artifact`.
    pub fn artifact(&self, artifact: &Artifact) -> Option<&ListedFile> {
        self.file(&artifact.file_name())
    }
}

/// The root of the tree.
pub fn index_url() -> Url {
    Url::parse(FTP).expect("a constant URL")
}

/// The folder of `version`, which finals share with their pre-releases.
pub fn folder_url(version: &PythonVersion) -> Url {
    below_root(&format!("{}/", version.base()))
}

/// Where `artifact` lies.
pub fn artifact_url(artifact: &Artifact) -> Url {
    below_root(&artifact.path())
}

/// Where the evidence of this kind for `artifact` lies.
pub fn evidence_url(artifact: &Artifact, evidence: EvidenceFile) -> Url {
    below_root(&format!("{}{}", artifact.path(), evidence.suffix()))
}

fn below_root(path: &str) -> Url {
    index_url().join(path).expect("a version's text is a plain path segment")
}

/// Reads the root's listing: the finals whose folder is there, in order. An error where there is none.
pub fn parse_index(text: &str, url: &Url) -> Result<Vec<PythonVersion>, ParseError> {
    let listing = listing::parse(text, url)?;
    let folders = listing.rows.iter().filter(|row| row.folder);
    let mut versions: Vec<PythonVersion> = folders.filter_map(|row| row.name.parse().ok()).collect();
    versions.retain(|version| !version.is_prerelease());
    versions.sort();
    versions.dedup();
    if versions.is_empty() {
        return Err(ParseError::new(url, "a listing of folders such as 3.14.0/", &listing.title));
    }
    Ok(versions)
}

/// Reads the listing of a release's folder at `url`. An error where it is that of another folder, or empty.
pub fn parse_folder(text: &str, url: &Url) -> Result<ReleaseFolder, ParseError> {
    let listing = listing::parse(text, url)?;
    let last = |path: &str| path.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
    if last(&listing.title) != last(url.path()) {
        return Err(ParseError::new(url, "a listing of this very folder", &listing.title));
    }
    let mut complete = listing.complete;
    let mut files: Vec<ListedFile> = Vec::new();
    for row in listing.rows.into_iter().filter(|row| !row.folder) {
        files.push(ListedFile { name: row.name, modified: row.modified, size: row.size });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let listed = files.len();
    files.dedup_by(|a, b| a.name == b.name);
    complete &= files.len() == listed;
    if files.is_empty() {
        return Err(ParseError::new(url, "at least one file in the listing", &listing.title));
    }
    Ok(ReleaseFolder { files, complete })
}

/// The finals that the root lists, in order.
pub async fn versions(client: &Client) -> Answer<Vec<PythonVersion>> {
    client.get(&index_url(), LISTING).await.and_then(|page| read(&page, parse_index))
}

/// What the folder of `version` lists.
pub async fn release_folder(client: &Client, version: &PythonVersion) -> Answer<ReleaseFolder> {
    client.get(&folder_url(version), LISTING).await.and_then(|page| read(&page, parse_folder))
}

/// The evidence of this kind for `artifact`, as it is; with `fresh` past the caches in between.
pub async fn evidence(client: &Client, artifact: &Artifact, evidence: EvidenceFile, fresh: bool) -> Answer<Page> {
    let (url, limit) = (evidence_url(artifact, evidence), evidence.limit());
    if fresh { client.get_revalidated(&url, limit).await } else { client.get(&url, limit).await }
}

#[cfg(test)]
mod tests;
