//! The connections: one set for this machine, one for the world.
//!
//! Owns proxies and root certificates. This machine's own http goes past any proxy and needs no certificates, so that
//! a demo or a local mirror works on a bare container; certificates are read when the world is first asked, and their
//! absence matters to https alone. Whoever shares them takes turns at GitHub.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{ClientBuilder, redirect};
use url::Url;

use super::failure::{ClientError, Problem};
use super::options::ClientOptions;
use super::redirect::is_loopback;
use super::retry;
use super::secret::Secret;
use super::turn::Turns;

/// How the client names itself.
const USER_AGENT: &str = concat!("pybump/", env!("CARGO_PKG_VERSION"));

/// Connections that are kept, and how new ones are made. Cheap to clone; clones share them.
#[derive(Debug, Clone)]
pub struct Connections(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    local: reqwest::Client,
    /// Made without root certificates; its builder has shown that the proxy variables are in order.
    rootless: reqwest::Client,
    world: OnceLock<Result<reqwest::Client, String>>,
    connect: Duration,
    idle_connections: usize,
    asked: AtomicU64,
    turns: Turns,
}

impl Connections {
    /// Connections as `options` want them. None is made yet.
    pub fn new(options: &ClientOptions) -> Result<Self, ClientError> {
        let (connect, idle_connections) = (options.timeouts.connect, options.concurrency);
        let rootless = || builder(connect, idle_connections).tls_certs_only([]);
        Ok(Self(Arc::new(Kept {
            local: rootless().no_proxy().build().map_err(ClientError::Transport)?,
            rootless: rootless().build().map_err(ClientError::Transport)?,
            world: OnceLock::new(),
            connect,
            idle_connections,
            asked: AtomicU64::new(0),
            turns: Turns::default(),
        })))
    }

    /// How many requests were sent over them.
    pub fn requests(&self) -> u64 {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// How long GitHub's API still wants to be left alone by whoever has `token`, as it told one of these clients.
    pub fn rest(&self, token: Option<&Secret>) -> Option<Duration> {
        let token = token.map(super::options::bearer).transpose().ok()?;
        self.0.turns.rest(token.as_ref())
    }

    /// The turns at GitHub.
    pub(super) fn turns(&self) -> &Turns {
        &self.0.turns
    }

    /// The connections by which `url` is asked.
    pub(super) fn to(&self, url: &Url) -> Result<&reqwest::Client, Problem> {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        if url.scheme() == "http" && is_loopback(url) {
            return Ok(&self.0.local);
        }
        let (connect, idle_connections) = (self.0.connect, self.0.idle_connections);
        let world = self
            .0
            .world
            .get_or_init(|| builder(connect, idle_connections).build().map_err(|error| retry::words(&error)));
        match world {
            Ok(world) => Ok(world),
            Err(_) if url.scheme() == "http" => Ok(&self.0.rootless),
            Err(problem) => Err(Problem::NoRoots(problem.clone())),
        }
    }
}

/// What all connections have in common. Redirects and retries are the caller's: the library's own follow neither the
/// allow-list nor the policy.
fn builder(connect: Duration, idle_connections: usize) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(connect)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(idle_connections)
}
