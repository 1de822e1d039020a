//! `pybump.toml`: parsed and validated once, at the edge.
//!
//! Owns the defaults, and errors that name file, line and the nearest known key. Refuses what it does not know.

/// Lets a table name a value by the text that it is parsed from.
macro_rules! read_from_text {
    ($($type:ty),+) => {$(
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

/// Spells a value as it is parsed: the defaults in the schema.
macro_rules! write_as_text {
    ($($type:ty),+) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

mod ledger;
mod library;
mod notify;
mod publish;
mod schema;
mod watch;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use jiff::SignedDuration;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

use crate::model::{ComponentVersion, InvalidValue, Series};

pub use ledger::LedgerFolder;
pub use library::{Alias, Exclusion, LibraryConfig, Maintainer, VariantGlob};
pub use notify::{Label, NotifyConfig};
pub use publish::{
    Author, BranchName, CommitMode, Group, LibraryPublishConfig, PublishConfig, RepositoryName, Reviewer,
};
pub use schema::schema;
pub use watch::{CloneUrl, Listen, WatchConfig, WatchedRepository};

/// The file looked for in the repository.
pub const FILE: &str = "pybump.toml";

/// Everything that a `pybump.toml` can say, with the defaults for what it does not say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Requests under way at once, 1 to 256.
    #[schemars(range(min = 1, max = 256))]
    pub concurrency: usize,
    /// How long a series with Windows variants waits for the installer, from the source's signing time on.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "String", regex(pattern = "[0-9]"), extend("default" = "24h"))]
    pub windows_grace: SignedDuration,
    /// How long a release may be out before it is told that it is not merged.
    #[serde(deserialize_with = "duration")]
    #[schemars(with = "String", regex(pattern = "[0-9]"), extend("default" = "24h"))]
    pub stale_after: SignedDuration,
    /// A signers file in place of the embedded one, relative to the configuration.
    pub signers: Option<PathBuf>,
    /// A Sigstore trusted root in place of the embedded public-good one, relative to the configuration.
    pub trusted_root: Option<PathBuf>,
    /// The folder of the repository that keeps the ledger; without it there is none.
    pub ledger: Option<LedgerFolder>,
    /// URL prefixes and what to ask instead.
    pub mirrors: BTreeMap<String, String>,
    /// The get-pip pin.
    pub get_pip: GetPipConfig,
    /// What is particular to the image in its library file.
    pub library: LibraryConfig,
    /// Commits and pull requests.
    pub publish: PublishConfig,
    /// Who is told of what needs a person.
    pub notify: NotifyConfig,
    /// What holds for one series.
    pub series: BTreeMap<Series, SeriesConfig>,
    /// The long-lived process.
    pub watch: WatchConfig,
}

/// When a get-pip pin moves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct GetPipConfig {
    /// Also without a CPython or pip change.
    pub alone: bool,
}

/// What holds for one series.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeriesConfig {
    /// setuptools, where the manifest entry has it.
    pub setuptools: SetuptoolsConfig,
}

/// How the setuptools version bundled by ensurepip is adjusted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetuptoolsConfig {
    /// Never below this.
    pub floor: Option<ComponentVersion>,
    /// Exactly this, until it expires.
    #[serde(rename = "override")]
    pub pinned: Option<Override>,
}

/// A person's decision for one component version, with why and until when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// The version to use.
    pub version: ComponentVersion,
    /// Why; shown wherever it applies.
    #[schemars(regex(pattern = "\\S"))]
    pub reason: String,
    /// The last day on which it applies, UTC.
    #[schemars(with = "String", extend("format" = "date"))]
    pub expires: Date,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            concurrency: 32,
            windows_grace: SignedDuration::from_hours(24),
            stale_after: SignedDuration::from_hours(24),
            signers: None,
            trusted_root: None,
            ledger: None,
            mirrors: BTreeMap::new(),
            get_pip: GetPipConfig::default(),
            library: LibraryConfig::default(),
            publish: PublishConfig::default(),
            notify: NotifyConfig::default(),
            series: BTreeMap::new(),
            watch: WatchConfig::default(),
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read the configuration {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file says something that is not known or not allowed.
    #[error("{}:{line}: {problem}{hint}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What was expected and found.
        problem: String,
        /// The nearest known key, if there is one.
        hint: String,
    },
}

impl Config {
    /// Reads the configuration: `explicit` if given, else `pybump.toml` in `repository` if it is there, else the defaults.
    /// The second value is the file read.
    pub fn load(explicit: Option<&Path>, repository: &Path) -> Result<(Self, Option<PathBuf>), ConfigError> {
        let default = repository.join(FILE);
        let path = explicit.unwrap_or(&default);
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if explicit.is_none() && error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
                return Ok((Self::default(), None));
            }
            Err(source) => return Err(ConfigError::Read { path: path.to_path_buf(), source }),
        };
        Ok((Self::read(&text, path)?, Some(path.to_path_buf())))
    }

    /// The configuration that `text` is, as if it stood at `path`, whose folder is where its files are looked for.
    pub fn read(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let mut config = Self::parse(text, path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let watched = config.watch.repositories.iter_mut().map(|repository| &mut repository.path);
        let files = [&mut config.signers, &mut config.trusted_root, &mut config.watch.state].into_iter().chain(watched);
        for file in files.flatten() {
            *file = folder.join(&*file);
        }
        Ok(config)
    }

    /// The files that it names for whoever judges, with the keys that name them.
    pub fn judges(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let files = [("signers", &self.signers), ("trusted-root", &self.trusted_root)];
        files.into_iter().filter_map(|(key, file)| Some((key, file.as_deref()?)))
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let invalid = |offset: usize, problem: String| ConfigError::Invalid {
            path: path.to_path_buf(),
            line: text[..offset.min(text.len())].matches('\n').count() + 1,
            hint: nearest(&problem),
            problem,
        };
        let config: Self = toml::from_str(text)
            .map_err(|error| invalid(error.span().map_or(0, |span| span.start), error.message().replace('\n', ", ")))?;
        let line_of = |needle: &str| text.find(needle).unwrap_or(0);
        if !(1..=256).contains(&config.concurrency) {
            let problem = format!("concurrency: expected 1 to 256, found {}", config.concurrency);
            return Err(invalid(line_of("concurrency"), problem));
        }
        for pinned in config.series.values().filter_map(|series| series.setuptools.pinned.as_ref()) {
            if pinned.reason.trim().is_empty() {
                let problem = "override: the reason is empty; say why, for whoever meets it later".to_owned();
                return Err(invalid(line_of("reason"), problem));
            }
        }
        let mut names = std::collections::BTreeSet::new();
        if let Some(twice) = config.watch.repositories.iter().find(|watched| !names.insert(&watched.name)) {
            let problem = format!("watch.repositories: {} is there twice", twice.name);
            return Err(invalid(line_of("[[watch.repositories]]"), problem));
        }
        Ok(config)
    }
}

/// A duration such as `24h` or `2d`, a day being 24 hours.
fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SignedDuration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let span = text.parse::<jiff::Span>().and_then(|span| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()));
    let invalid = || de::Error::custom(InvalidValue::new("a duration such as 24h or 2d", &text));
    span.ok().filter(|span| !span.is_negative()).ok_or_else(invalid)
}

/// `; did you mean …?` for a message of the kind "unknown field `x`, expected one of `a`, `b`".
fn nearest(problem: &str) -> String {
    let mut names = problem.split('`').skip(1).step_by(2);
    if !problem.starts_with("unknown field") {
        return String::new();
    }
    let Some(found) = names.next() else { return String::new() };
    names
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| *distance <= name.len().max(3) / 2)
        .min()
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("pybump.toml"))
    }

    #[test]
    fn an_empty_configuration_is_the_default() {
        assert_eq!(parse("").unwrap(), Config::default());
    }

    #[test]
    fn every_key_is_read() {
        let config = parse(
            "concurrency = 4\nwindows-grace = \"2d\"\nstale-after = \"3d\"\nsigners = \"state/signers.toml\"\ntrusted-root = \"root.json\"\nledger = \"state/ledger\"\n\
             [mirrors]\n\"https://www.python.org/ftp/python/\" = \"https://mirror.example/python/\"\n[get-pip]\nalone = true\n\
             [series.\"3.11\".setuptools]\nfloor = \"65.5.1\"\n\
             override = { version = \"79.0.1\", reason = \"CVE-2024-6345\", expires = \"2027-10-31\" }\n",
        );
        let config = config.unwrap();
        assert_eq!(config.windows_grace, SignedDuration::from_hours(48));
        assert_eq!(config.stale_after, SignedDuration::from_hours(72));
        assert_eq!(config.ledger.as_ref().map(ToString::to_string), Some("state/ledger".to_owned()));
        let setuptools = &config.series[&Series::new(3, 11)].setuptools;
        assert_eq!(setuptools.floor.as_ref().unwrap().as_str(), "65.5.1");
        assert_eq!(setuptools.pinned.as_ref().unwrap().expires, jiff::civil::date(2027, 10, 31));
        assert!(config.get_pip.alone && config.concurrency == 4 && config.mirrors.len() == 1);
    }

    #[test]
    fn bad_configurations_name_the_line_and_the_near_key() {
        let error = |text: &str| parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(error("\nconcurency = 4\n"), @"pybump.toml:2: unknown field `concurency`, expected one of `concurrency`, `windows-grace`, `stale-after`, `signers`, `trusted-root`, `ledger`, `mirrors`, `get-pip`, `library`, `publish`, `notify`, `series`, `watch`; did you mean `concurrency`?");
        insta::assert_snapshot!(error("concurrency = 0"), @"pybump.toml:1: concurrency: expected 1 to 256, found 0");
        insta::assert_snapshot!(error("windows-grace = \"soon\""), @r#"pybump.toml:1: expected a duration such as 24h or 2d, found "soon""#);
        insta::assert_snapshot!(error("windows-grace = \"-1h\""), @r#"pybump.toml:1: expected a duration such as 24h or 2d, found "-1h""#);
        insta::assert_snapshot!(error("[series.\"3.x\"]"), @r#"pybump.toml:1: expected a CPython series such as 3.14, found "3.x""#);
        insta::assert_snapshot!(error("[series.\"3.11\".setuptools]\noverride = { version = \"1\", reason = \" \", expires = \"2027-10-31\" }"), @"pybump.toml:2: override: the reason is empty; say why, for whoever meets it later");
        insta::assert_snapshot!(error("ledger = \"../ledger\""), @r#"pybump.toml:1: expected a folder for the ledger, relative to the repository's root, such as state/ledger, found "../ledger""#);
        insta::assert_snapshot!(error("a = \n"), @"pybump.toml:1: string values must be quoted, expected literal string");
    }
}
