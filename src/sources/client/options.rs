//! How a client is set up. Owns the defaults, and refuses options that cannot work.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;
use url::Url;

use super::failure::ClientError;
use super::mirror::MirrorTable;
use super::retry::RetryPolicy;
use super::round::Round;
use super::secret::{Secret, has_credentials};
use super::transport::Connections;

/// What a client is made of. Proxies and certificate authorities come from the usual environment variables.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// URL prefixes that are asked for elsewhere.
    pub mirrors: MirrorTable,
    /// How many requests may be under way at once, at least 1.
    pub concurrency: usize,
    /// Where unchanged pages are kept, if anywhere. Made when it is first needed.
    pub cache_folder: Option<PathBuf>,
    /// The root of GitHub's API.
    pub github_api: Url,
    /// The token for that host, and no other.
    pub github_token: Option<Secret>,
    /// How often and after what waits a request is repeated.
    pub retry: RetryPolicy,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// What upstream said in this round of runs; nothing where there is one run alone.
    pub round: Option<Round>,
    /// The connections of other clients, to be used by this one too.
    pub connections: Option<Connections>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            mirrors: MirrorTable::default(),
            concurrency: 32,
            cache_folder: None,
            github_api: Url::parse("https://api.github.com/").expect("a constant URL"),
            github_token: None,
            retry: RetryPolicy::default(),
            timeouts: Timeouts::default(),
            round: None,
            connections: None,
        }
    }
}

impl ClientOptions {
    /// Refuses what cannot work, and gives the API's root its final `/`.
    pub(super) fn check(&mut self) -> Result<(), ClientError> {
        let api = &mut self.github_api;
        let askable = matches!(api.scheme(), "http" | "https") && api.query().is_none() && api.fragment().is_none();
        if !askable || has_credentials(api) {
            return Err(ClientError::GitHubApi);
        }
        if !api.path().ends_with('/') {
            let path = format!("{}/", api.path());
            api.set_path(&path);
        }
        if self.concurrency == 0 { Err(ClientError::Concurrency) } else { Ok(()) }
    }
}

/// How long to wait for what. Waiting for a free slot does not count.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the headers of an answer, and between two pieces of a body.
    pub idle: Duration,
    /// For a whole page, redirects and body included.
    pub page: Duration,
    /// For a whole download.
    pub download: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(10), idle: seconds(30), page: seconds(120), download: seconds(1800) }
    }
}

/// How many bytes a body may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BodyLimit(u64);

impl BodyLimit {
    /// A limit of `count` bytes.
    pub const fn bytes(count: u64) -> Self {
        Self(count)
    }

    /// A limit of `count` times 1,048,576 bytes.
    pub const fn mebibytes(count: u64) -> Self {
        Self(count * 1024 * 1024)
    }

    /// The limit in bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for BodyLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0)
    }
}

/// The `Authorization` header of `token`, marked so that it is never printed.
pub(super) fn bearer(token: &Secret) -> Result<HeaderValue, ClientError> {
    if token.expose().is_empty() || !token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ClientError::Token);
    }
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| ClientError::Token)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_cannot_work_are_refused_without_showing_the_token() {
        for token in ["", "a b", "a\nb", "é"] {
            let error = bearer(&Secret::new(token)).unwrap_err().to_string();
            assert_eq!(error, "GITHUB_TOKEN: expected one line of visible characters");
        }
        assert_eq!(format!("{:?}", bearer(&Secret::new("ghp_x")).unwrap()), "Sensitive");
        let with = |api: &str| ClientOptions { github_api: api.parse().unwrap(), ..ClientOptions::default() };
        for api in ["ftp://h.example/", "https://h.example/?q", "https://u:word@h.example/"] {
            assert!(matches!(with(api).check(), Err(ClientError::GitHubApi)), "{api}");
        }
        let mut enterprise = with("https://ghe.example/api/v3");
        enterprise.check().unwrap();
        assert_eq!(enterprise.github_api.as_str(), "https://ghe.example/api/v3/");
        let mut none = ClientOptions { concurrency: 0, ..ClientOptions::default() };
        assert!(matches!(none.check(), Err(ClientError::Concurrency)));
    }
}
