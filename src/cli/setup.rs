//! What every command that looks outside needs: configuration, client, pinned signers, verifier.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use url::Url;

use super::arguments::{Cli, TrustArguments};
use super::status::Misuse;
use crate::config::Config;
use crate::model::{Fingerprint, Signers};
use crate::observe::{KeyLookups, Outside};
use crate::publish::Gate;
use crate::publish::notify::Memory;
use crate::report::stale::Staleness;
use crate::report::trust_root::TrustRootReport;
use crate::sources::client::{
    Client, ClientOptions, Connections, Mirror, MirrorTable, RetryPolicy, Round, Secret, Timeouts,
};
use crate::verify::openpgp::Keyring;
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
    /// Where a process that stays keeps what must outlast a restart; nowhere if there is no such folder.
    pub state_folder: Option<PathBuf>,
    /// How often and after what waits a request is repeated.
    pub retry: RetryPolicy,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// What this run shares with others of the process.
    pub shared: Shared,
}

/// What several runs of one process share, and what is in force for one of them.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    /// What upstream said in this round.
    pub round: Option<Round>,
    /// The connections.
    pub connections: Option<Connections>,
    /// The gate in front of what is published.
    pub gate: Gate,
    /// The configuration in force, whatever the repository's file says.
    pub config: Option<Config>,
    /// Where the files of `HEAD` lie as they are committed, if they are there already.
    pub files: Option<PathBuf>,
    /// What is wrong with a newer configuration, which is therefore not in force.
    pub config_error: Option<String>,
    /// What the webhook was told.
    pub memory: Memory,
}

/// The environment variables that pybump reads itself. Proxies and certificate authorities have theirs, read by the
/// HTTP client.
pub const VARIABLES: [&str; 10] = [
    GITHUB_TOKEN,
    PYBUMP_GITHUB_TOKEN,
    PYBUMP_OFFICIAL_IMAGES_TOKEN,
    PYBUMP_WEBHOOK,
    "GITHUB_API_URL",
    "GITHUB_SERVER_URL",
    "GITHUB_REPOSITORY",
    "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_OUTPUT",
];

/// What a workflow's job has by itself.
pub const GITHUB_TOKEN: &str = "GITHUB_TOKEN";
/// The token of an App or a person, for the image repository.
pub const PYBUMP_GITHUB_TOKEN: &str = "PYBUMP_GITHUB_TOKEN";
/// The token of a person, for official-images and the fork of it.
pub const PYBUMP_OFFICIAL_IMAGES_TOKEN: &str = "PYBUMP_OFFICIAL_IMAGES_TOKEN";

/// Where what is new is told, as Slack takes it. Who knows the address may write there: a secret.
pub const PYBUMP_WEBHOOK: &str = "PYBUMP_WEBHOOK";

/// The variables that hold secrets.
pub const SECRETS: [&str; 4] = [GITHUB_TOKEN, PYBUMP_GITHUB_TOKEN, PYBUMP_OFFICIAL_IMAGES_TOKEN, PYBUMP_WEBHOOK];

/// A token, and the environment variable that it came from.
#[derive(Debug, Clone)]
pub struct Token {
    /// The variable.
    pub variable: &'static str,
    /// The token.
    pub secret: Secret,
}

impl Process {
    /// The value of an environment variable, if it is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The first of `names` that is set.
    pub fn token(&self, names: &[&'static str]) -> Option<Token> {
        let token = |variable: &&'static str| Some(Token { variable, secret: Secret::new(self.variable(variable)?) });
        names.iter().find_map(token)
    }

    /// The token for the image repository, and for reading what is public.
    pub fn github_token(&self) -> Option<Token> {
        self.token(&[PYBUMP_GITHUB_TOKEN, GITHUB_TOKEN])
    }
}

/// Configuration, client, pinned signers, verifier.
pub struct Setup {
    /// `pybump.toml`, or the defaults.
    pub config: Config,
    /// What Sigstore evidence is judged by.
    pub trust_root: TrustRootReport,
    /// The outside world.
    pub outside: Outside,
}

impl Setup {
    /// Reads what `cli` and the environment name.
    pub fn new(cli: &Cli, trust: &TrustArguments, process: &Process) -> Result<Self> {
        Self::of(config(cli, process)?, cli, trust, process)
    }

    /// The same with a configuration that was read already.
    pub fn of(config: Config, cli: &Cli, trust: &TrustArguments, process: &Process) -> Result<Self> {
        let signers = signers(&config)?;
        let keys = keys(&config, &signers)?;
        let root = trust.trusted_root.as_ref().or(config.trusted_root.as_ref());
        let verifier = match root {
            None => SigstoreVerifier::embedded().context("the built-in Sigstore trust root")?,
            Some(path) => SigstoreVerifier::from_trusted_root(&read_named(path, "trusted-root")?)
                .map_err(|error| Misuse(format!("{}: {error}", path.display())))?,
        };
        let trust_root = TrustRootReport::of(root.map(PathBuf::as_path), verifier.newest(process.now));
        let client = client(cli, &config, process)?;
        let keeps_ledger = config.ledger.is_some();
        let (may_download, lookups, now) = (true, KeyLookups::default(), process.now);
        let outside = Outside { client, signers, keys, verifier, may_download, keeps_ledger, lookups, now };
        Ok(Self { config, trust_root, outside })
    }
}

impl Setup {
    /// What counts as a release that has been out for long.
    pub fn staleness(&self) -> Staleness {
        Staleness { now: self.outside.now, after: self.config.stale_after }
    }
}

/// The configuration in force.
pub fn config(cli: &Cli, process: &Process) -> Result<Config> {
    if let Some(config) = &process.shared.config {
        return Ok(config.clone());
    }
    let (config, file) = Config::load(cli.config.as_deref(), &cli.directory)?;
    if let Some(file) = file {
        tracing::info!(file = %file.display(), "configuration");
    }
    Ok(config)
}

/// The pinned signers: the file's that `config` names, or the built-in ones.
pub fn signers(config: &Config) -> Result<Signers> {
    let Some(path) = &config.signers else { return Ok(Signers::embedded()) };
    Ok(Signers::parse(&read_named(path, "signers")?).map_err(|error| Misuse(format!("{}: {error}", path.display())))?)
}

/// The keys at hand: the built-in ones, and those of pinned `signers` beside the signers file that `config` names.
pub fn keys(config: &Config, signers: &Signers) -> Result<Keyring> {
    let mut keys = Keyring::embedded();
    let Some(path) = &config.signers else { return Ok(keys) };
    for fingerprint in signers.openpgp_keys() {
        let file = beside(path).join(key_file(fingerprint));
        if file.exists() {
            let added = keys.add(fingerprint, &read(&file)?);
            added.map_err(|error| Misuse(format!("{}: {error}", file.display())))?;
        }
    }
    Ok(keys)
}

/// The folder that the signers file at `path` lies in.
pub fn beside(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where a key lies, from the folder of the signers file on.
pub fn key_file(fingerprint: &Fingerprint) -> PathBuf {
    Path::new("keys").join(format!("{fingerprint}.asc"))
}

/// A client as `cli`, `config` and the environment want it, for commands that verify nothing.
pub fn client(cli: &Cli, config: &Config, process: &Process) -> Result<Client> {
    client_with(cli, config, process, process.github_token())
}

/// The same with another token.
pub fn client_with(cli: &Cli, config: &Config, process: &Process, token: Option<Token>) -> Result<Client> {
    Ok(Client::new(options(cli, config, process, token)?)?)
}

/// Where people look at GitHub: as the environment says, else where its API is.
pub fn server(process: &Process, client: &Client) -> Result<Url> {
    if let Some(text) = process.variable("GITHUB_SERVER_URL") {
        let invalid = |error| Misuse(format!("GITHUB_SERVER_URL: expected a URL such as https://github.com: {error}"));
        return Ok(Url::parse(text).map_err(invalid)?);
    }
    let api = client.github_api();
    let text = match api.host_str() {
        Some("api.github.com") => "https://github.com/".to_owned(),
        _ => format!("{}/", api.origin().ascii_serialization()),
    };
    Url::parse(&text).context("the root of GitHub's API has an origin")
}

fn options(cli: &Cli, config: &Config, process: &Process, token: Option<Token>) -> Result<ClientOptions> {
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
        github_token: checked(token)?,
        retry: process.retry,
        timeouts: process.timeouts,
        round: process.shared.round.clone(),
        connections: process.shared.connections.clone(),
        ..ClientOptions::default()
    };
    if let Some(url) = process.variable("GITHUB_API_URL") {
        options.github_api = Url::parse(url).map_err(|error| {
            // Not quoted: it may hold credentials.
            Misuse(format!("GITHUB_API_URL: expected a URL such as https://api.github.com: {error}"))
        })?;
    }
    Ok(options)
}

/// The token, where it can be a header's value.
fn checked(token: Option<Token>) -> Result<Option<Secret>> {
    let Some(Token { variable, secret }) = token else { return Ok(None) };
    if secret.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Some(secret));
    }
    Err(Misuse(format!("{variable}: expected one line of visible characters")).into())
}

/// The text of a file that stands in place of a built-in one: `setting` names it.
fn read_named(path: &Path, setting: &str) -> Result<String> {
    read(path).map_err(|error| {
        Misuse(format!("{error}; {setting} names it: put it there, or leave {setting} out for what is built in")).into()
    })
}

/// The text of a file that arguments or configuration name.
pub fn read(path: &Path) -> Result<String> {
    Ok(std::fs::read_to_string(path).map_err(|error| Misuse(format!("cannot read {}: {error}", path.display())))?)
}
