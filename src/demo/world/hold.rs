//! Requests that are made to wait, so that a test can kill whoever sent them.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::demo::github::Moment;

/// Which requests wait, and whether one does.
#[derive(Default)]
pub(super) struct Holds {
    state: Mutex<State>,
    changed: Condvar,
    released: Notify,
}

#[derive(Default)]
struct State {
    at: BTreeSet<(usize, Moment)>,
    /// True since one was held.
    reached: bool,
    /// How many are held now.
    held: usize,
}

/// A request that is held; gone when it goes on or its client does.
struct Held<'a>(&'a Holds);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.state().held -= 1;
        self.0.changed.notify_all();
    }
}

impl Holds {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, index: usize, moment: Moment) {
        let mut state = self.state();
        state.at.insert((index, moment));
        state.reached = false;
    }

    pub(super) fn release(&self) {
        self.state().at.clear();
        self.released.notify_waiters();
    }

    /// Waits until a request was held since the last was asked for.
    pub(super) fn wait_until_reached(&self, longest: Duration) -> bool {
        self.wait_while(longest, |state| !state.reached)
    }

    /// Waits until none is held any more.
    pub(super) fn wait_until_gone(&self, longest: Duration) -> bool {
        self.wait_while(longest, |state| state.held > 0)
    }

    fn wait_while(&self, longest: Duration, condition: impl Fn(&mut State) -> bool) -> bool {
        let outcome = self.changed.wait_timeout_while(self.state(), longest, condition);
        !outcome.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Returns at once, or when all are released; never, if the client goes away before.
    pub(super) async fn pass(&self, index: usize, moment: Moment) {
        let released = self.released.notified();
        {
            let mut state = self.state();
            if !state.at.contains(&(index, moment)) {
                return;
            }
            state.reached = true;
            state.held += 1;
        }
        let _held = Held(self);
        self.changed.notify_all();
        released.await;
    }
}
