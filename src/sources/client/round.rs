//! What upstream said in one round of runs, so that many repositories ask it once.
//!
//! Owns the answers of one round: pages and headers in memory, artifacts in a temporary folder. A failure is an answer too: what
//! one repository could not have, the next does not ask for again. Refuses to remember anything of GitHub's API but what is
//! upstream's own, for that changes while pybump writes; and to tell anybody what another's mirrors said, directly or where a
//! redirect led.

use std::collections::HashMap;
use std::fs::File;
use std::hash::Hash;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use url::Url;

use super::Client;
use super::answer::{Answer, Head, Page};
use super::download::Download;
use super::failure::FetchError;
use super::mirror::{Address, MirrorTable};
use super::options::BodyLimit;
use super::redirect::same_origin;
use super::request::{Ask, Freshness};

/// How often an artifact that breaks off is asked for.
const ATTEMPTS: u32 = 3;

/// The repositories of GitHub whose answers are upstream's.
const UPSTREAM: [&str; 2] = ["repos/python/", "repos/pypa/"];

/// What upstream said in one round. Cheap to clone; clones share it.
#[derive(Debug, Clone)]
pub struct Round {
    by_mirrors: Arc<Mutex<HashMap<MirrorTable, Arc<Answers>>>>,
    answers: Arc<Answers>,
    spool: PathBuf,
}

/// What those are told who have the same mirrors.
#[derive(Debug, Default)]
struct Answers {
    pages: Once<Question, Answer<Page>>,
    heads: Once<Question, Answer<Head>>,
    files: Once<Url, Answer<Spooled>>,
    folder: OnceCell<Option<TempDir>>,
}

/// What is asked, and how: another limit or another freshness is another question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    effective: Url,
    limit: BodyLimit,
    revalidated: bool,
}

/// An artifact that was downloaded in this round.
#[derive(Debug, Clone)]
pub(super) struct Spooled {
    pub(super) address: Address,
    pub(super) announced: Option<u64>,
    /// Its bytes; nothing if there was no place for them, so that whoever wants them asks for himself.
    pub(super) file: Option<Arc<tempfile::TempPath>>,
}

/// Values that are made once, however many ask for them at the same time.
#[derive(Debug)]
struct Once<K, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Once<K, V> {
    async fn get(&self, key: K, make: impl Future<Output = V>) -> V {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key).or_default())
        };
        cell.get_or_init(|| make).await.clone()
    }
}

impl Round {
    /// A round in which nobody has asked anything yet; artifacts are kept below the folder `spool` while it lasts.
    pub fn new(spool: PathBuf) -> Self {
        Self { by_mirrors: Arc::default(), answers: Arc::default(), spool }
    }

    /// The same round for whoever has these mirrors.
    pub(super) fn through(&self, mirrors: &MirrorTable) -> Self {
        let mut by_mirrors = self.by_mirrors.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = Arc::clone(by_mirrors.entry(mirrors.clone()).or_default());
        Self { answers, by_mirrors: Arc::clone(&self.by_mirrors), spool: self.spool.clone() }
    }

    pub(super) async fn page(&self, question: Question, make: impl Future<Output = Answer<Page>>) -> Answer<Page> {
        self.answers.pages.get(question, make).await
    }

    pub(super) async fn head(&self, question: Question, make: impl Future<Output = Answer<Head>>) -> Answer<Head> {
        self.answers.heads.get(question, make).await
    }

    /// The artifact that `ask` is about, downloaded by whoever came first.
    pub(super) async fn file(&self, client: &Client, ask: &Ask<'_>) -> Answer<Spooled> {
        self.answers.files.get(client.effective(ask.url), self.download(client, ask)).await
    }

    async fn download(&self, client: &Client, ask: &Ask<'_>) -> Answer<Spooled> {
        for _ in 1..ATTEMPTS {
            match self.attempt(client, ask).await {
                Answer::Failed(error) if error.is_transient() => tracing::info!("asked for again: {error}"),
                answer => return answer,
            }
        }
        self.attempt(client, ask).await
    }

    async fn attempt(&self, client: &Client, ask: &Ask<'_>) -> Answer<Spooled> {
        let again =
            Ask { method: Method::GET, url: ask.url, limit: ask.limit, freshness: ask.freshness, cached: false };
        match client.download(again).await {
            Answer::Found(download) => self.spool(download).await.into(),
            Answer::Missing(missing) => Answer::Missing(missing),
            Answer::Failed(error) => Answer::Failed(error),
        }
    }

    async fn spool(&self, mut download: Download) -> Result<Spooled, FetchError> {
        let (address, announced) = (download.address().clone(), download.size());
        let spooled = |file| Spooled { address, announced, file };
        let mut file = match self.temporary().await {
            Ok(file) => file,
            Err(error) => return Ok(no_place(&error, spooled)),
        };
        while let Some(piece) = download.next().await? {
            if let Err(error) = file.write_all(&piece) {
                return Ok(no_place(&error, spooled));
            }
        }
        Ok(spooled(Some(Arc::new(file.into_temp_path()))))
    }

    async fn temporary(&self) -> io::Result<tempfile::NamedTempFile> {
        let made = || async { tempfile::Builder::new().prefix("pybump-round-").tempdir_in(&self.spool).ok() };
        match self.answers.folder.get_or_init(made).await {
            Some(folder) => tempfile::NamedTempFile::new_in(folder.path()),
            None => Err(io::Error::other("no temporary folder can be made")),
        }
    }
}

fn no_place(error: &io::Error, spooled: impl FnOnce(Option<Arc<tempfile::TempPath>>) -> Spooled) -> Spooled {
    tracing::info!("an artifact cannot be kept for the other repositories of this round: {error}");
    spooled(None)
}

impl Spooled {
    /// Its bytes from the start.
    pub(super) fn open(&self) -> Option<File> {
        File::open(self.file.as_deref()?).ok()
    }
}

impl Question {
    pub(super) fn of(client: &Client, ask: &Ask<'_>) -> Self {
        let revalidated = ask.freshness == Freshness::Revalidated;
        Self { effective: client.effective(ask.url), limit: ask.limit, revalidated }
    }
}

/// True of what does not change because of what pybump does.
pub(super) fn is_upstream(github_api: &Url, url: &Url) -> bool {
    if !same_origin(github_api, url) {
        return true;
    }
    let path = url.path().strip_prefix(github_api.path());
    path.is_some_and(|path| UPSTREAM.iter().any(|upstream| path.starts_with(upstream)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_github_s_api_only_what_is_upstream_s_is_remembered() {
        for api in ["https://api.github.com/", "https://ghe.example/api/v3/"] {
            let api: Url = api.parse().unwrap();
            let url = |path: &str| api.join(path).unwrap();
            assert!(is_upstream(&api, &url("repos/python/cpython/git/matching-refs/tags/v3.14.")));
            assert!(is_upstream(&api, &url("repos/pypa/get-pip/commits?path=public/get-pip.py")));
            for own in
                ["repos/acme/python", "repos/python-images/x/pulls", "user", "repos/docker-library/official-images"]
            {
                assert!(!is_upstream(&api, &url(own)), "{own}");
            }
            assert!(is_upstream(&api, &"https://www.python.org/ftp/python/".parse().unwrap()));
        }
    }
}
