//! The gate in front of what is published, which closes when the process is to stop.
//!
//! Owns the promise that a stop falls between two pull requests: whoever is within is waited for, and nobody enters any
//! more. Refuses to interrupt.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// A gate. Cheap to clone; clones are the same gate, and the same way to it.
#[derive(Debug, Clone)]
pub struct Gate {
    within: Arc<watch::Sender<Within>>,
    refused: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Within {
    count: usize,
    closed: bool,
}

/// Somebody within. Leaves when dropped.
#[derive(Debug)]
pub struct Entered(Arc<watch::Sender<Within>>);

/// The gate is closed: the process stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("pybump was asked to stop; the next run goes on from here")]
pub struct Stopping;

impl Default for Gate {
    fn default() -> Self {
        Self { within: Arc::new(watch::Sender::new(Within::default())), refused: Arc::default() }
    }
}

impl Gate {
    /// Another way to the same gate, by which nobody was refused yet.
    pub fn way(&self) -> Self {
        Self { within: Arc::clone(&self.within), refused: Arc::default() }
    }

    /// True if somebody who came this way was not let in.
    pub fn has_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Enters, to publish something whole.
    pub fn enter(&self) -> Result<Entered, Stopping> {
        let entered = self.within.send_if_modified(|within| {
            within.count += usize::from(!within.closed);
            !within.closed
        });
        if entered {
            return Ok(Entered(Arc::clone(&self.within)));
        }
        self.refused.store(true, Ordering::Relaxed);
        Err(Stopping)
    }

    /// Lets nobody in any more.
    pub fn close(&self) {
        self.within.send_modify(|within| within.closed = true);
    }

    /// Returns once the gate is closed.
    pub async fn closed(&self) {
        self.wait(|within| within.closed).await;
    }

    /// Returns once nobody is within.
    pub async fn empty(&self) {
        self.wait(|within| within.count == 0).await;
    }

    async fn wait(&self, until: impl FnMut(&Within) -> bool) {
        // The sender is this gate's own, and lives as long.
        let _ = self.within.subscribe().wait_for(until).await;
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.send_modify(|within| within.count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn who_is_within_is_waited_for_and_nobody_enters_a_closed_gate() {
        let gate = Gate::default();
        let within = gate.enter().unwrap();
        assert!(gate.empty().now_or_never().is_none() && gate.closed().now_or_never().is_none());
        gate.close();
        let way = gate.way();
        assert_eq!(gate.clone().enter().unwrap_err(), Stopping);
        assert!(gate.has_refused() && !way.has_refused());
        assert!(gate.closed().now_or_never().is_some() && gate.empty().now_or_never().is_none());
        drop(within);
        assert!(gate.empty().now_or_never().is_some());
    }
}
