//! Pages kept from earlier runs, to be confirmed instead of transferred again.
//!
//! Owns one file a URL: a line of JSON, then the body. An entry that is damaged, of another URL or of another format is
//! no entry. A folder that cannot be written is no error. What is kept is never used unless the server confirms it, and goes
//! when nobody has asked for it for a month. Other files in the folder are let be.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use url::Url;

use super::options::BodyLimit;
use super::secret::without_credentials;
use crate::model::Sha256;

/// The format of an entry; entries of another are written anew.
const SCHEMA: u32 = 1;

/// How long an entry stays that is neither written nor confirmed. Addresses that name a commit are asked for once.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long no room is made after it was.
const PAUSE: Duration = Duration::from_secs(24 * 3600);

/// When this process made room in which folder: a client is made for each run, and all share the folder.
static SWEPT: Mutex<BTreeMap<PathBuf, SystemTime>> = Mutex::new(BTreeMap::new());

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

    /// Notes that the server confirmed the page at `url`, which is a use of it.
    pub(super) fn confirmed(&self, url: &Url) {
        let file = File::options().append(true).open(self.file(&without_credentials(url)));
        if let Err(error) = file.and_then(|file| file.set_modified(SystemTime::now())) {
            self.complain(&error);
        }
    }

    /// Keeps the page at `url`, where it can be confirmed later. Once a day, that makes room.
    pub(super) fn store(&self, url: &Url, entry: &Entry) {
        if !entry.headers.can_be_confirmed() {
            return;
        }
        self.make_room(SystemTime::now());
        let url = without_credentials(url);
        let file = self.file(&url);
        let label = Label { schema: SCHEMA, url, sha256: Sha256::of(&entry.body), headers: entry.headers.clone() };
        if let Err(error) = self.write(&file, &label, &entry.body) {
            self.complain(&error);
        }
    }

    /// Sweeps the folder if that is due.
    fn make_room(&self, now: SystemTime) {
        {
            let mut swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
            let is_recent = |last: &SystemTime| now.duration_since(*last).is_ok_and(|since| since < PAUSE);
            if swept.get(&self.folder).is_some_and(is_recent) {
                return;
            }
            swept.insert(self.folder.clone(), now);
        }
        if let Err(error) = self.sweep(now) {
            self.complain(&error);
        }
    }

    /// Removes the entries that were not used for a while.
    fn sweep(&self, now: SystemTime) -> io::Result<()> {
        let files = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            files => files?,
        };
        for file in files {
            let file = file?;
            let is_entry = file.file_name().to_str().is_some_and(|name| name.parse::<Sha256>().is_ok());
            // Another process may have removed it.
            let Some(data) = file.metadata().ok().filter(|data| is_entry && data.is_file()) else { continue };
            let is_unused = |used| now.duration_since(used).is_ok_and(|unused| unused > UNUSED);
            if data.modified().is_ok_and(is_unused)
                && let Err(error) = std::fs::remove_file(file.path())
                && error.kind() != io::ErrorKind::NotFound
            {
                self.complain(&error);
            }
        }
        Ok(())
    }

    fn complain(&self, error: &io::Error) {
        self.complained.call_once(|| {
            tracing::debug!(folder = %self.folder.display(), %error, "pages cannot be kept; going on without");
        });
    }

    fn write(&self, file: &Path, label: &Label, body: &[u8]) -> io::Result<()> {
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
        blocked.confirmed(&url("https://a.example/x"));
    }

    #[test]
    fn what_was_not_used_for_a_month_goes_once_a_day_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let before = Cache::new(folder.path());
        let pages = ["forgotten", "recent", "confirmed"].map(|name| url(&format!("https://a.example/{name}")));
        let days = |days: u64| SystemTime::now() - Duration::from_secs(days * 24 * 3600);
        let aged = |file: &Path, age: u64| {
            File::options().append(true).open(file).unwrap().set_modified(days(age)).unwrap();
        };
        for (page, age) in pages.iter().zip([31, 28, 400]) {
            before.store(page, &entry(b"body"));
            aged(&before.file(page), age);
        }
        let digest = Sha256::of(b"").to_string();
        std::fs::create_dir(folder.path().join(&digest)).unwrap();
        for other in ["notes", "notified.json", &format!("{digest}.json"), &format!("{digest}/{digest}")] {
            std::fs::write(folder.path().join(other), "mine").unwrap();
            aged(&folder.path().join(other), 400);
        }
        // Room was made already.
        before.store(&url("https://a.example/x"), &entry(b"body"));
        let kept = |cache: &Cache| pages.clone().map(|page| cache.load(&page, BodyLimit::bytes(9)).is_some());
        assert_eq!(kept(&before), [true; 3]);
        let cache = Cache::new(folder.path());
        cache.confirmed(&pages[2]);
        cache.store(&url("https://a.example/new"), &entry(b"body"));
        assert_eq!(kept(&cache), [true; 3]);
        cache.make_room(SystemTime::now() + PAUSE);
        assert_eq!(kept(&cache), [false, true, true]);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4 + 4);
        assert!(folder.path().join(&digest).join(&digest).exists());
    }
}
