//! What every command that looks outside needs: configuration, client, pinned signers, verifier.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use url::Url;

use super::arguments::{Cli, TrustArguments};
use super::status::Misuse;
use crate::config::Config;
use crate::model::Signers;
use crate::observe::Outside;
use crate::sources::client::{Client, ClientOptions, Mirror, MirrorTable, Secret};
use crate::verify::sigstore::SigstoreVerifier;

/// The environment and the clock, read once, in `main`.
#[derive(Debug, Clone)]
pub struct Process {
    /// The environment variables that pybump reads, by name.
    pub variables: HashMap<&'static str, String>,
    /// The time of the run.
    pub now: Timestamp,
    /// Where cached answers are kept; nowhere if there is no such folder.
    pub cache_folder: Option<PathBuf>,
}

/// The environment variables that pybump reads itself. Proxies and certificate authorities have theirs, read by the
/// HTTP client.
pub const VARIABLES: [&str; 2] = ["GITHUB_TOKEN", "GITHUB_API_URL"];

/// Configuration, client, pinned signers, verifier.
pub struct Setup {
    /// `pybump.toml`, or the defaults.
    pub config: Config,
    /// The outside world.
    pub outside: Outside,
}

impl Setup {
    /// Reads what `cli` and the environment name.
    pub fn new(cli: &Cli, trust: &TrustArguments, process: &Process) -> Result<Self> {
        let (config, file) = Config::load(cli.config.as_deref(), &cli.directory)?;
        if let Some(file) = file {
            tracing::info!(file = %file.display(), "configuration");
        }
        let signers = match &config.signers {
            None => Signers::embedded(),
            Some(path) => {
                Signers::parse(&read(path)?).map_err(|error| Misuse(format!("{}: {error}", path.display())))?
            }
        };
        let verifier = match trust.trusted_root.as_ref().or(config.trusted_root.as_ref()) {
            None => SigstoreVerifier::embedded().context("the built-in Sigstore trust root")?,
            Some(path) => SigstoreVerifier::from_trusted_root(&read(path)?)
                .map_err(|error| Misuse(format!("{}: {error}", path.display())))?,
        };
        let client = client(cli, &config, process)?;
        Ok(Self { config, outside: Outside { client, signers, verifier } })
    }
}

/// A client as `cli`, `config` and the environment want it, for commands that verify nothing.
pub fn client(cli: &Cli, config: &Config, process: &Process) -> Result<Client> {
    Ok(Client::new(options(cli, config, process)?)?)
}

fn options(cli: &Cli, config: &Config, process: &Process) -> Result<ClientOptions> {
    let configured = config
        .mirrors
        .iter()
        .map(|(from, to)| Mirror::new(from, to))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Misuse(format!("mirrors in the configuration: {error}")))?;
    let given = cli
        .mirror
        .iter()
        .map(|text| text.parse::<Mirror>())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Misuse(format!("--mirror: {error}")))?;
    let table = |mirrors| MirrorTable::new(mirrors).map_err(|error| Misuse(error.to_string()));
    let mut options = ClientOptions {
        mirrors: table(configured)?.overridden_by(table(given)?),
        concurrency: config.concurrency,
        cache_folder: process.cache_folder.clone(),
        github_token: process
            .variables
            .get("GITHUB_TOKEN")
            .filter(|token| !token.is_empty())
            .map(|token| Secret::new(token.clone())),
        ..ClientOptions::default()
    };
    if let Some(url) = process.variables.get("GITHUB_API_URL").filter(|url| !url.is_empty()) {
        options.github_api = Url::parse(url).map_err(|error| {
            // Not quoted: it may hold credentials.
            Misuse(format!("GITHUB_API_URL: expected a URL such as https://api.github.com: {error}"))
        })?;
    }
    Ok(options)
}

fn read(path: &std::path::Path) -> Result<String> {
    Ok(std::fs::read_to_string(path).map_err(|error| Misuse(format!("cannot read {}: {error}", path.display())))?)
}
