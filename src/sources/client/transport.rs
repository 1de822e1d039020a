//! The connections: one set for this machine, one for the world.
//!
//! Owns proxies and root certificates. This machine's own http goes past any proxy and needs no certificates, so that
//! a demo or a local mirror works on a bare container; certificates are read when the world is first asked, and their
//! absence matters to https alone.

use std::sync::OnceLock;

use reqwest::{ClientBuilder, redirect};
use url::Url;

use super::failure::{ClientError, Problem};
use super::options::ClientOptions;
use super::redirect::is_loopback;
use super::retry;

/// How the client names itself.
const USER_AGENT: &str = concat!("pybump/", env!("CARGO_PKG_VERSION"));

#[derive(Debug)]
pub(super) struct Transport {
    local: reqwest::Client,
    /// Made without root certificates; its builder has shown that the proxy variables are in order.
    rootless: reqwest::Client,
    world: OnceLock<Result<reqwest::Client, String>>,
    connect: std::time::Duration,
    idle_connections: usize,
}

impl Transport {
    pub(super) fn new(options: &ClientOptions) -> Result<Self, ClientError> {
        let (connect, idle_connections) = (options.timeouts.connect, options.concurrency);
        let rootless = || builder(connect, idle_connections).tls_certs_only([]);
        Ok(Self {
            local: rootless().no_proxy().build().map_err(ClientError::Transport)?,
            rootless: rootless().build().map_err(ClientError::Transport)?,
            world: OnceLock::new(),
            connect,
            idle_connections,
        })
    }

    /// The connections by which `url` is asked.
    pub(super) fn to(&self, url: &Url) -> Result<&reqwest::Client, Problem> {
        if url.scheme() == "http" && is_loopback(url) {
            return Ok(&self.local);
        }
        let world = self
            .world
            .get_or_init(|| builder(self.connect, self.idle_connections).build().map_err(|error| retry::words(&error)));
        match world {
            Ok(world) => Ok(world),
            Err(_) if url.scheme() == "http" => Ok(&self.rootless),
            Err(problem) => Err(Problem::NoRoots(problem.clone())),
        }
    }
}

/// What all connections have in common. Redirects and retries are the caller's: the library's own follow neither the
/// allow-list nor the policy.
fn builder(connect: std::time::Duration, idle_connections: usize) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(connect)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_max_idle_per_host(idle_connections)
}
