//! What a long-lived process says of itself in numbers, as Prometheus reads them.
//!
//! Owns the names, which stay. Labels are repositories, states and results: nothing that upstream writes.

use std::sync::atomic::{AtomicI64, AtomicU64};

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

type Time = Gauge<i64, AtomicI64>;
type Seconds = Gauge<f64, AtomicU64>;

/// The numbers.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Runs of repositories, by how they ended.
    pub runs: Family<ResultLabel, Counter>,
    /// When the last round began and the next one is due, in Unix time.
    pub last_round: Time,
    /// See `last_round`.
    pub next_round: Time,
    /// How long the last round took.
    pub round_duration: Seconds,
    /// How many repositories are watched.
    pub repositories: Gauge,
    /// By repository: how many runs have failed in a row.
    pub failures: Family<RepositoryLabel, Gauge>,
    /// By repository: when a run ended well last, in Unix time.
    pub last_success: Family<RepositoryLabel, Gauge>,
    /// By repository and state: how many series.
    pub series: Family<SeriesLabel, Gauge>,
    /// By repository: 1 if its configuration is in force, 0 if an older one is because it cannot be read.
    pub repository_config: Family<RepositoryLabel, Gauge>,
    /// The same of the process's own configuration.
    pub config: Gauge,
    /// Requests sent, to upstream and GitHub.
    pub requests: Counter,
    /// 1 if what must outlast a restart could be written.
    pub state: Gauge,
}

/// How a run ended: `done`, `alarm`, `failed`, `unusable`, `postponed` or `stopped`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct ResultLabel {
    /// The word.
    pub result: &'static str,
}

/// A repository, `OWNER/NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RepositoryLabel {
    /// The name.
    pub repository: String,
}

/// A repository and a state of series.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct SeriesLabel {
    /// The repository's name.
    pub repository: String,
    /// `current`, `update`, `waiting`, `held` or `alarm`.
    pub state: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut all = Self {
            registry: Registry::with_prefix("pybump"),
            runs: Family::default(),
            last_round: Gauge::default(),
            next_round: Gauge::default(),
            round_duration: Gauge::default(),
            repositories: Gauge::default(),
            failures: Family::default(),
            last_success: Family::default(),
            series: Family::default(),
            repository_config: Family::default(),
            config: Gauge::default(),
            requests: Counter::default(),
            state: Gauge::default(),
        };
        let registry = &mut all.registry;
        registry.register("runs", "Runs of repositories by how they ended", all.runs.clone());
        registry.register("last_round_timestamp_seconds", "When the last round began", all.last_round.clone());
        registry.register("next_round_timestamp_seconds", "When the next round is due", all.next_round.clone());
        let duration = all.round_duration.clone();
        registry.register_with_unit("round_duration", "How long the last round took", Unit::Seconds, duration);
        registry.register("repositories", "Repositories watched", all.repositories.clone());
        registry.register("consecutive_failures", "Runs that failed in a row", all.failures.clone());
        registry.register("last_success_timestamp_seconds", "When a run ended well last", all.last_success.clone());
        registry.register("series", "Tracked series by state", all.series.clone());
        let valid = all.repository_config.clone();
        registry.register(
            "repository_config_valid",
            "1 if the repository's configuration is in force, 0 if an older one is",
            valid,
        );
        registry.register(
            "config_valid",
            "1 if the process's configuration is in force, 0 if an older one is",
            all.config.clone(),
        );
        registry.register("requests", "Requests sent, to upstream and GitHub", all.requests.clone());
        registry.register("state_writable", "1 if what must outlast a restart could be written", all.state.clone());
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        let info = prometheus_client::metrics::info::Info::new(version);
        registry.register("build", "The program", info);
        all
    }
}

impl Metrics {
    /// All numbers as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing into memory does not fail");
        text
    }

    /// Forgets what is told of one repository.
    pub fn forget(&self, repository: &str) {
        let label = RepositoryLabel { repository: repository.to_owned() };
        self.failures.remove(&label);
        self.last_success.remove(&label);
        self.repository_config.remove(&label);
        for state in STATES {
            self.series.remove(&SeriesLabel { repository: repository.to_owned(), state });
        }
    }
}

/// The states of a series.
pub const STATES: [&str; 5] = ["current", "update", "waiting", "held", "alarm"];

/// A time as a gauge has it.
pub fn seconds(at: Timestamp) -> i64 {
    at.as_second()
}
