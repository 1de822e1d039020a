//! What `pybump pr image` does about signers: where the repository has a signers file of its own, differences become a
//! proposal, with the keys that it would pin; where it has none, or they cannot be read, they are told.

use std::path::{Path, PathBuf};

use crate::cli::setup::{beside, key_file};
use crate::layout::with_pins;
use crate::model::{Fingerprint, Signers};
use crate::observe::keys::{KeyFiles, NoKey, keys};
use crate::observe::signers::SignerFindings;
use crate::publish::image::SignerProposal;
use crate::sources::client::Client;
use crate::verify::openpgp::Keyring;

/// The repository's own signers file, as it is committed.
pub struct OwnFile {
    /// From the repository's root.
    path: PathBuf,
    text: String,
    /// The folder that it lies in among the committed files.
    folder: PathBuf,
    /// What it pins.
    pub pins: Signers,
}

impl OwnFile {
    /// The file `configured`, if it lies in `repository`, as the committed `files` have it; an error in words if they do
    /// not, or it is none.
    pub fn find(configured: Option<&Path>, repository: &Path, files: &Path) -> Result<Option<Self>, String> {
        let places = configured.and_then(|file| Some((file.canonicalize().ok()?, repository.canonicalize().ok()?)));
        let Some((file, repository)) = places else { return Ok(None) };
        let Ok(path) = file.strip_prefix(&repository) else { return Ok(None) };
        let shown = path.display();
        let text = std::fs::read_to_string(files.join(path))
            .map_err(|error| format!("{shown} is not in HEAD ({error}); commit it to have changes proposed"))?;
        let pins = Signers::parse(&text).map_err(|error| format!("{shown} as committed: {error}"))?;
        let folder = files.join(beside(path));
        Ok(Some(Self { path: path.to_path_buf(), text, folder, pins }))
    }

    /// The keys that `findings` pin anew and that are neither built in nor committed; what cannot be had goes into
    /// `warnings`.
    async fn keys(&self, client: &Client, findings: &SignerFindings, warnings: &mut Vec<String>) -> KeyFiles {
        let built_in = Keyring::embedded();
        let committed = |key: &Fingerprint| self.folder.join(key_file(key)).exists();
        let wanted = findings.adopted_keys().into_iter().filter(|key| !built_in.has(key) && !committed(key));
        let wanted: Vec<_> = wanted.cloned().collect();
        let mut carried = KeyFiles::default();
        for key in keys(client, &wanted, &findings.keys).await {
            match key.text {
                Ok(text) => {
                    let path = self.path.parent().unwrap_or(Path::new("")).join(key_file(&key.fingerprint));
                    carried.files.push((path, text));
                }
                Err(why) => {
                    carried.unanswered |= matches!(why, NoKey::Unanswered(_));
                    warnings.push(format!("the key {}, to be pinned, could not be had: {why}", key.fingerprint));
                }
            }
        }
        carried
    }
}

/// What is proposed for the repository's own file; whatever is not goes into `warnings`.
pub async fn proposal(
    client: &Client,
    own: Option<&OwnFile>,
    findings: &SignerFindings,
    warnings: &mut Vec<String>,
) -> Option<SignerProposal> {
    let comparison = &findings.comparison;
    let unread =
        comparison.unreadable.iter().map(|(page, row)| format!("{page} of signers: {row}; nothing follows from it"));
    warnings.extend(unread);
    let unanswered = comparison.unanswered.iter();
    warnings
        .extend(unanswered.map(|(page, why)| format!("{page} of signers: {why}; the pins were not compared with it")));
    warnings.extend(findings.left().map(|(difference, why)| format!("{difference}; {why}")));
    let Some(own) = own else {
        warnings.extend(findings.adopted().map(|(difference, _)| format!("{difference}; {NO_FILE}")));
        return None;
    };
    let changes: Vec<_> = findings.adopted().map(|(_, change)| change.clone()).collect();
    match with_pins(&own.text, &changes) {
        Ok(after) => {
            let keys = own.keys(client, findings, warnings).await;
            Some(SignerProposal::new(own.path.clone(), after, findings, keys))
        }
        Err(error) => {
            let path = own.path.display();
            warnings.extend(findings.adopted().map(|(difference, _)| format!("{difference}; {path}: {error}")));
            None
        }
    }
}

const NO_FILE: &str = "with a signers file of its own (`signers = \"state/signers.toml\"` in pybump.toml) this repository would \
                       get a pull request about it";
