//! Counts of what a client did, for the run's summary and for tests of what is not transferred twice.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a client has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Requests sent, redirects and repeats included.
    pub requests: u64,
    /// Bodies transferred of pages and artifacts; what an error or a redirect says in its body does not count.
    pub bodies: u64,
    /// Bytes of those bodies.
    pub bytes: u64,
    /// Pages that the server confirmed to be unchanged (status 304), whose body was not transferred.
    pub revalidated: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    requests: AtomicU64,
    bodies: AtomicU64,
    bytes: AtomicU64,
    revalidated: AtomicU64,
}

impl Counters {
    pub(super) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn body(&self) {
        self.bodies.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn bytes(&self, count: u64) {
        self.bytes.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn revalidated(&self) {
        self.revalidated.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Statistics {
        Statistics {
            requests: self.requests.load(Ordering::Relaxed),
            bodies: self.bodies.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            revalidated: self.revalidated.load(Ordering::Relaxed),
        }
    }
}
