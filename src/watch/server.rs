//! The port: whether the process is well, and its numbers.
//!
//! Serves reads alone, on a loopback address. Owns what "well" means: the loop is alive, and the round under way, if one is,
//! has not taken longer than any should. A run that failed is no illness of the process.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::Timestamp;
use serde::Serialize;
use tokio::net::TcpListener;

use super::metrics::Metrics;

/// What the port tells of.
#[derive(Debug, Clone, Default)]
pub struct Vitals {
    /// The numbers.
    pub metrics: Arc<Metrics>,
    pulse: Arc<Mutex<Pulse>>,
}

#[derive(Debug, Clone, Default)]
struct Pulse {
    /// When the loop was last heard of.
    beat: Option<Instant>,
    /// Since when a round is under way.
    round: Option<Instant>,
    health: Health,
}

/// What /healthz says.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Health {
    /// `ok`, or what is wrong.
    pub status: String,
    /// When the last round began.
    pub last_round: Option<Timestamp>,
    /// When the next one is due.
    pub next_round: Option<Timestamp>,
    /// Repositories whose last run failed.
    pub failing: Vec<String>,
}

/// The loop beats at least this often while no round is under way.
const SILENCE: Duration = Duration::from_secs(60);

/// A round that takes longer hangs.
const LONGEST_ROUND: Duration = Duration::from_secs(4 * 3600);

impl Vitals {
    /// The loop is alive, and no round is under way.
    pub fn beat(&self) {
        self.change(|pulse| (pulse.beat, pulse.round) = (Some(Instant::now()), None));
    }

    /// A round begins.
    pub fn begin(&self) {
        self.change(|pulse| pulse.round = Some(Instant::now()));
    }

    /// What is told besides.
    pub fn tell(&self, health: Health) {
        self.change(|pulse| pulse.health = health);
    }

    fn change(&self, change: impl FnOnce(&mut Pulse)) {
        change(&mut self.pulse.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn health(&self, now: Instant) -> (StatusCode, Health) {
        let pulse = self.pulse.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let longer = |since: Option<Instant>, limit| since.is_some_and(|since| now.duration_since(since) > limit);
        let illness = if longer(pulse.round, LONGEST_ROUND) {
            Some("a round has been under way for more than 4 hours")
        } else if pulse.round.is_none() && longer(pulse.beat, SILENCE) {
            Some("nothing was heard of the loop for a minute")
        } else {
            None
        };
        let status = illness.map_or(StatusCode::OK, |_| StatusCode::SERVICE_UNAVAILABLE);
        (status, Health { status: illness.unwrap_or("ok").to_owned(), ..pulse.health })
    }
}

/// Serves `vitals` on `listener` for as long as the process lives.
pub async fn serve(listener: TcpListener, vitals: Vitals) -> std::io::Result<()> {
    let routes = Router::new().route("/healthz", get(healthz)).route("/metrics", get(metrics));
    axum::serve(listener, routes.with_state(vitals)).await
}

/// Takes the port.
pub async fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(address).await
}

async fn healthz(State(vitals): State<Vitals>) -> impl IntoResponse {
    let (status, health) = vitals.health(Instant::now());
    let body = serde_json::to_string(&health).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{body}\n"))
}

async fn metrics(State(vitals): State<Vitals>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], vitals.metrics.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_is_silent_or_a_round_that_hangs_is_not_well() {
        let vitals = Vitals::default();
        vitals.beat();
        let later = |seconds| vitals.health(Instant::now() + Duration::from_secs(seconds)).0.as_u16();
        assert_eq!((later(1), later(120)), (200, 503));
        vitals.begin();
        assert_eq!((later(120), later(5 * 3600)), (200, 503));
        vitals.beat();
        assert_eq!(later(1), 200);
    }

    #[test]
    fn the_numbers_are_there_from_the_start() {
        let text = Metrics::default().text();
        for name in ["pybump_next_round_timestamp_seconds 0", "pybump_config_valid 0", "pybump_build_info{version=\""] {
            assert!(text.contains(name), "{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
