//! The one HTTP client: every byte from outside comes through it.
//!
//! Owns limits (time, size, how many at once), retries, redirects, the mirror table, the token and the cache of
//! unchanged pages. Refuses any host that neither upstream nor a mirror names, and a change to anything but GitHub; news may be
//! posted to a webhook.

mod answer;
mod cache;
mod download;
mod exchange;
mod failure;
mod mirror;
mod options;
mod redirect;
mod request;
mod retry;
mod round;
mod secret;
mod statistics;
mod transport;
mod turn;
mod webhook;
mod write;

use std::sync::Arc;

use http::Method;
use tokio::sync::Semaphore;
use url::Url;

pub use answer::{Answer, Head, Missing, Page};
pub use download::Download;
pub use failure::{ClientError, FetchError, Problem};
pub use mirror::{Address, Mirror, MirrorError, MirrorTable};
pub use options::{BodyLimit, ClientOptions, Timeouts};
pub use retry::RetryPolicy;
pub use round::Round;
pub use secret::{Secret, redacted};
pub use statistics::Statistics;
pub use transport::Connections;
pub use webhook::{Webhook, WebhookError};
pub use write::{Repeat, Write, Written};

use cache::Cache;
use redirect::AllowList;
use request::{Ask, Freshness};
use round::{Question, is_upstream};
use statistics::Counters;

/// The client. Cheap to clone; clones share connections, the bound on concurrency, the cache and the statistics.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: ClientOptions,
    token: Option<http::HeaderValue>,
    allowed: AllowList,
    transport: Connections,
    cache: Option<Cache>,
    slots: Arc<Semaphore>,
    counters: Counters,
}

impl Client {
    /// A client of these `options`. Connects nowhere and reads no certificates yet.
    pub fn new(mut options: ClientOptions) -> Result<Self, ClientError> {
        let token = options.github_token.take().map(|token| options::bearer(&token)).transpose()?;
        options.check()?;
        options.round = options.round.take().map(|round| round.through(&options.mirrors));
        Ok(Self(Arc::new(Inner {
            token,
            allowed: AllowList::new(&options.mirrors, &options.github_api),
            transport: options.connections.take().map_or_else(|| Connections::new(&options), Ok)?,
            cache: options.cache_folder.as_ref().map(Cache::new),
            slots: Arc::new(Semaphore::new(options.concurrency)),
            counters: Counters::default(),
            options,
        })))
    }

    /// The page at `url`, of at most `limit`. A page that was seen before and has not changed is not transferred
    /// again.
    pub async fn get(&self, url: &Url, limit: BodyLimit) -> Answer<Page> {
        self.once(Ask { method: Method::GET, url, limit, freshness: Freshness::Any, cached: true }).await
    }

    /// Like [`get`](Self::get), but past the caches in between: what the source itself says now.
    pub async fn get_revalidated(&self, url: &Url, limit: BodyLimit) -> Answer<Page> {
        self.once(Ask { method: Method::GET, url, limit, freshness: Freshness::Revalidated, cached: true }).await
    }

    /// Like [`get`](Self::get), but a page that is missing is asked for once more past the caches in between, which
    /// may remember its absence.
    pub async fn get_fresh(&self, url: &Url, limit: BodyLimit) -> Answer<Page> {
        match self.get(url, limit).await {
            Answer::Missing(_) => {
                self.once(Ask { method: Method::GET, url, limit, freshness: Freshness::Revalidated, cached: true })
                    .await
            }
            answer => answer,
        }
    }

    /// Size and time of what is at `url`, without its body.
    pub async fn head(&self, url: &Url) -> Answer<Head> {
        self.head_with(url, Freshness::Any).await
    }

    /// Like [`head`](Self::head), but what is missing is asked for once more past the caches in between.
    pub async fn head_fresh(&self, url: &Url) -> Answer<Head> {
        match self.head(url).await {
            Answer::Missing(_) => self.head_with(url, Freshness::Revalidated).await,
            answer => answer,
        }
    }

    /// The bytes at `url` as they come, of at most `limit`; never cached. Opening is retried, the body is not.
    ///
    /// The download keeps its slot of the client's concurrency until it is read to its end or dropped: do not await
    /// another answer of this client in between.
    pub async fn stream(&self, url: &Url, limit: BodyLimit) -> Answer<Download> {
        let ask = Ask { method: Method::GET, url, limit, freshness: Freshness::Any, cached: false };
        let Some(round) = self.round(url) else { return Box::pin(self.download(ask)).await };
        match Box::pin(round.file(self, &ask)).await {
            Answer::Missing(missing) => Answer::Missing(missing),
            Answer::Failed(error) => Answer::Failed(error),
            Answer::Found(spooled) => match spooled.open() {
                Some(file) => Answer::Found(Download::spooled(&spooled, file)),
                None => Box::pin(self.download(ask)).await,
            },
        }
    }

    /// True if there is a token, so that changes can be asked for.
    pub fn has_token(&self) -> bool {
        self.0.token.is_some()
    }

    /// What this client and its clones have done so far.
    pub fn statistics(&self) -> Statistics {
        self.0.counters.read()
    }

    /// The root of GitHub's API that this client asks, with a `/` at its end.
    pub fn github_api(&self) -> &Url {
        &self.0.options.github_api
    }

    /// Where `url` is really asked for: at its mirror, or at itself.
    pub fn effective(&self, url: &Url) -> Url {
        self.0.options.mirrors.effective(url)
    }

    async fn head_with(&self, url: &Url, freshness: Freshness) -> Answer<Head> {
        let ask = Ask { method: Method::HEAD, url, limit: BodyLimit::bytes(0), freshness, cached: false };
        match self.round(url) {
            Some(round) => Box::pin(round.head(Question::of(self, &ask), self.headers(ask))).await,
            None => Box::pin(self.headers(ask)).await,
        }
    }

    /// The page that `ask` is about, as another run of this round was told it, where there is one. Boxed, as every question is: a
    /// run puts many at once, and their futures would not fit on a thread's stack.
    async fn once(&self, ask: Ask<'_>) -> Answer<Page> {
        match self.round(ask.url) {
            Some(round) => Box::pin(round.page(Question::of(self, &ask), self.page(ask))).await,
            None => Box::pin(self.page(ask)).await,
        }
    }

    /// The round that remembers what is at `url`, if one does.
    fn round(&self, url: &Url) -> Option<&Round> {
        self.0.options.round.as_ref().filter(|_| is_upstream(&self.0.options.github_api, url))
    }
}

#[cfg(test)]
mod tests;
