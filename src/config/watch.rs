//! `[watch]`: when the long-lived process runs, and over which repositories.
//!
//! Owns the value types of that table. A repository is named once, and its name is where it is on GitHub.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RepositoryName, duration};
use crate::model::{InvalidValue, Schedule, Zone};

/// `[watch]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct WatchConfig {
    /// When: a cron expression of five fields.
    #[schemars(extend("default" = "0 */6 * * *"))]
    pub schedule: Schedule,
    /// The time zone that the schedule is read in.
    #[schemars(extend("default" = "UTC"))]
    pub timezone: Zone,
    /// A run begins up to this much later than scheduled, so that not everybody asks upstream at the full hour.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "String", regex(pattern = "[0-9]"), extend("default" = "5m"))]
    pub jitter: SignedDuration,
    /// Where /healthz and /metrics are served, if anywhere.
    pub listen: Option<Listen>,
    /// Where what must outlast a restart is kept, relative to the configuration.
    pub state: Option<PathBuf>,
    /// Which repositories; none means the clone that the configuration lies in.
    pub repositories: Vec<WatchedRepository>,
}

impl Default for WatchConfig {
    fn default() -> Self {
        Self {
            schedule: "0 */6 * * *".parse().expect("a constant schedule"),
            timezone: Zone::default(),
            jitter: SignedDuration::from_mins(5),
            listen: None,
            state: None,
            repositories: Vec::new(),
        }
    }
}

/// `[[watch.repositories]]`: one image repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WatchedRepository {
    /// Its name on GitHub.
    pub name: RepositoryName,
    /// A clone of it, relative to the configuration, whose `origin` is fetched from; without one, pybump keeps a clone of its own.
    pub path: Option<PathBuf>,
    /// Where pybump's own clone fetches from; by default GitHub, under the name.
    pub url: Option<CloneUrl>,
}

/// A port of this machine's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen(SocketAddr);

impl Listen {
    /// The address and the port.
    pub fn address(self) -> SocketAddr {
        self.0
    }
}

impl FromStr for Listen {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let address = text.parse().ok().or_else(|| Some(SocketAddr::from(([127, 0, 0, 1], text.parse().ok()?))));
        let loopback = address.filter(|address: &SocketAddr| address.ip().is_loopback());
        loopback.map(Self).ok_or_else(|| InvalidValue::new("a loopback port such as 127.0.0.1:9464", text))
    }
}

/// Where git fetches from: an https or ssh URL, or an absolute path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneUrl(String);

impl CloneUrl {
    /// The text that git is given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CloneUrl {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let plain = !text.is_empty() && !text.contains(|c: char| c.is_control() || c.is_whitespace());
        let url = url::Url::parse(text).ok();
        // What a URL says of a password would stand in a process's arguments.
        let safe = |url: url::Url| matches!(url.scheme(), "https" | "ssh" | "file") && url.password().is_none();
        let known = PathBuf::from(text).is_absolute() || url.is_some_and(safe);
        if plain && known {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidValue::new("an https or ssh URL without a password, or an absolute path", text))
    }
}

read_from_text!(Schedule, Zone, Listen, CloneUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let config: WatchConfig = toml::from_str(
            "schedule = \"30 4 * * 1-5\"\ntimezone = \"Europe/Berlin\"\njitter = \"10m\"\nlisten = \"9464\"\nstate = \"state\"\n\
             [[repositories]]\nname = \"acme/python\"\npath = \"../python\"\n\
             [[repositories]]\nname = \"acme/other\"\nurl = \"https://git.example/acme/other.git\"\n",
        )
        .unwrap();
        assert_eq!(config.schedule.to_string(), "30 4 * * 1-5");
        assert_eq!(
            (config.timezone.to_string().as_str(), config.jitter),
            ("Europe/Berlin", SignedDuration::from_mins(10))
        );
        assert_eq!(config.listen.unwrap().address().to_string(), "127.0.0.1:9464");
        assert_eq!(config.repositories[0].path.as_deref(), Some(std::path::Path::new("../python")));
        assert_eq!(config.repositories[1].url.as_ref().unwrap().as_str(), "https://git.example/acme/other.git");
    }

    #[test]
    fn what_would_reach_others_or_run_something_is_refused() {
        for text in ["0.0.0.0:9464", "192.0.2.1:80", "", "localhost", "70000"] {
            assert!(text.parse::<Listen>().is_err(), "{text:?} was accepted");
        }
        assert!("[::1]:9464".parse::<Listen>().is_ok());
        for text in [
            "",
            "-u/x",
            "ext::sh -c x",
            "http://h.example/x",
            "https://u:word@h.example/x",
            "../x",
            "https://h.example/a b",
        ] {
            assert!(text.parse::<CloneUrl>().is_err(), "{text:?} was accepted");
        }
        for text in ["https://h.example/x.git", "ssh://git@h.example/x.git", "/srv/git/x.git"] {
            assert!(text.parse::<CloneUrl>().is_ok(), "{text:?} was refused");
        }
    }
}
