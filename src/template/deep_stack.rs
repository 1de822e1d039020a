//! Threads with a stack deep enough for jq's recursion, and how much of it is left.
//!
//! The compiler and the interpreter recurse over the program: a template that goes deep must end in an error, not in an abort.

use std::cell::Cell;
use std::io;
use std::panic;
use std::thread;

/// The stack that a template is compiled and evaluated on, in bytes: address space, not memory, until it is used.
///
/// A template can nest a value as deep as it may take steps, and jaq prints, compares and drops values recursively, up to
/// 1.5 kB a level in an unoptimised build.
const SIZE: usize = 256 << 20;
/// What must be left for unwinding, and for printing and dropping what was built.
const RESERVE: usize = 192 << 20;

thread_local! {
    static TOP: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Runs `work` on a deep stack: on a thread of its own, or right here if this thread has one.
pub(super) fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    if TOP.get().is_some() {
        return Ok(work());
    }
    thread::scope(|scope| {
        let thread = spawn(scope, work)?;
        Ok(thread.join().unwrap_or_else(|payload| panic::resume_unwind(payload)))
    })
}

/// Starts a thread with a deep stack.
pub(super) fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<thread::ScopedJoinHandle<'scope, T>> {
    thread::Builder::new().name("template".to_owned()).stack_size(SIZE).spawn_scoped(scope, || {
        TOP.set(Some(here()));
        work()
    })
}

/// The address below which the stack of this thread must not grow; the highest address if it has no deep stack.
pub(super) fn floor() -> usize {
    TOP.get().map_or(usize::MAX, |top| top.saturating_sub(SIZE - RESERVE))
}

/// About where this thread's stack ends now.
#[inline]
pub(super) fn here() -> usize {
    let marker = 0_u8;
    std::ptr::from_ref(&marker).addr()
}
