//! Pages kept from earlier runs, to be confirmed instead of transferred again.
//!
//! Owns one file a URL: a line of JSON, then the body. An entry that is damaged, of another URL or of another format is
//! no entry. A folder that cannot be written is no error. What is kept is never used unless the server confirms it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Once;

use bytes::Bytes;
use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use url::Url;

use super::options::BodyLimit;
use super::secret::without_credentials;
use crate::model::Sha256;

/// The format of an entry; entries of another are written anew.
const SCHEMA: u32 = 1;

#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
    complained: Once,
}

/// A page as it was when it was last transferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) headers: Kept,
    pub(super) body: Bytes,
}

/// The headers that are kept with a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) link: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    schema: u32,
    url: Url,
    sha256: Sha256,
    headers: Kept,
}

impl Kept {
    /// What of `headers` is kept, where they let the page be kept and confirmed at all.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name: header::HeaderName| Some(headers.get(name)?.to_str().ok()?.to_owned());
        Self { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED), link: text(header::LINK) }
    }

    fn can_be_confirmed(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some()
    }
}

impl Cache {
    pub(super) fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), complained: Once::new() }
    }

    /// The page last seen at `url`, if there is a sound one of at most `limit`.
    pub(super) fn load(&self, url: &Url, limit: BodyLimit) -> Option<Entry> {
        let url = without_credentials(url);
        let bytes = Bytes::from(std::fs::read(self.file(&url)).ok()?);
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let label: Label = serde_json::from_slice(&bytes[..end]).ok()?;
        let body = bytes.slice(end + 1..);
        let sound = label.schema == SCHEMA && label.url == url && label.sha256 == Sha256::of(&body);
        (sound && label.headers.can_be_confirmed() && body.len() as u64 <= limit.get())
            .then_some(Entry { headers: label.headers, body })
    }

    /// Keeps the page at `url`, where it can be confirmed later.
    pub(super) fn store(&self, url: &Url, entry: &Entry) {
        if !entry.headers.can_be_confirmed() {
            return;
        }
        let url = without_credentials(url);
        let file = self.file(&url);
        let label = Label { schema: SCHEMA, url, sha256: Sha256::of(&entry.body), headers: entry.headers.clone() };
        if let Err(error) = self.write(&file, &label, &entry.body) {
            self.complained.call_once(|| {
                tracing::debug!(folder = %self.folder.display(), %error, "pages cannot be kept; going on without");
            });
        }
    }

    fn write(&self, file: &Path, label: &Label, body: &[u8]) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let mut fresh = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer(&mut fresh, label)?;
        fresh.write_all(b"\n")?;
        fresh.write_all(body)?;
        fresh.persist(file)?;
        Ok(())
    }

    fn file(&self, url: &Url) -> PathBuf {
        self.folder.join(Sha256::of(url.as_str().as_bytes()).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn entry(body: &'static [u8]) -> Entry {
        let headers = Kept { etag: Some("\"a\"".into()), link: Some("<x>; rel=\"next\"".into()), ..Kept::default() };
        Entry { headers, body: Bytes::from_static(body) }
    }

    #[test]
    fn pages_are_kept_whole_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("new/folder"));
        let page = url("https://a.example/x");
        assert_eq!(cache.load(&page, BodyLimit::bytes(9)), None);
        cache.store(&page, &entry(b"one\ntwo"));
        assert_eq!(cache.load(&page, BodyLimit::bytes(7)), Some(entry(b"one\ntwo")));
        assert_eq!(cache.load(&page, BodyLimit::bytes(6)), None);
        cache.store(&page, &entry(b""));
        assert_eq!(cache.load(&page, BodyLimit::bytes(6)), Some(entry(b"")));
        assert_eq!(std::fs::read_dir(folder.path().join("new/folder")).unwrap().count(), 1);
    }

    #[test]
    fn damaged_foreign_and_older_entries_are_no_entries() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let page = url("https://a.example/x");
        let limit = BodyLimit::bytes(100);
        cache.store(&page, &entry(b"body"));
        let file = cache.file(&page);
        let good = std::fs::read(&file).unwrap();
        let text = String::from_utf8(good.clone()).unwrap();
        for bad in [
            text.replace("body", "b0dy"),
            text.replace("body", ""),
            text.replace("\"schema\":1", "\"schema\":2"),
            text.replace("a.example", "b.example"),
            text.replace('\n', " "),
            text.replace("\"\\\"a\\\"\"", "null"),
            String::new(),
        ] {
            assert_ne!(bad, text);
            std::fs::write(&file, bad.as_bytes()).unwrap();
            assert_eq!(cache.load(&page, limit), None, "{bad}");
        }
        std::fs::write(&file, good).unwrap();
        assert_eq!(cache.load(&page, limit), Some(entry(b"body")));
    }

    #[test]
    fn credentials_are_not_kept_and_an_unwritable_folder_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        cache.store(&url("https://u:word@a.example/x"), &entry(b"body"));
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        assert!(!std::fs::read_to_string(&file).unwrap().contains("word"));
        let blocked = Cache::new(file.join("below-a-file"));
        blocked.store(&url("https://a.example/x"), &entry(b"body"));
        assert_eq!(blocked.load(&url("https://a.example/x"), BodyLimit::bytes(9)), None);
    }
}
