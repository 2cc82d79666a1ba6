//! The gate of a base: it counts the calls in flight, and shuts on close, fork and panic.
//!
//! A base may be closed or destroyed by one thread, or by a callback, while calls run. So each call is
//! counted in and out with one atomic addition each; closing is refused while calls run, and a handle
//! that is destroyed meanwhile is freed by the last of them. Nothing here waits.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use kenpoint::{Error, ErrorCode, Result};

use crate::fork::Birthplace;

/// The calls in flight, in the low bits.
const CALLS: u64 = (1 << 32) - 1;
/// A call panicked.
const PANICKED: u64 = 1 << 61;
/// The base is closed, or being closed.
const CLOSED: u64 = 1 << 62;
/// The handle is destroyed; the last call to leave frees it.
const DOOMED: u64 = 1 << 63;

/// The gate of one base.
pub(crate) struct Gate {
    born: Birthplace,
    state: AtomicU64,
    /// Threads that run a callback from which the base must not be called.
    n_within: AtomicU32,
    within: Mutex<Vec<ThreadId>>,
}

impl Gate {
    /// An open gate, in the present process.
    pub fn open() -> Gate {
        Gate {
            born: Birthplace::here(),
            state: AtomicU64::new(0),
            n_within: AtomicU32::new(0),
            within: Mutex::default(),
        }
    }

    /// Counts a call in, which must [`leave`](Gate::leave), unless it is in the wrong process or callback.
    /// The inner result tells if it may continue: a call that is turned away leaves like any other, since the
    /// handle may be destroyed meanwhile and the last one to leave frees it.
    pub fn enter(&self) -> Result<Result<()>> {
        self.may_call()?;
        let before = self.state.fetch_add(1, Ordering::Acquire);
        Ok(if before & PANICKED != 0 {
            Err(panicked())
        } else if before & CLOSED != 0 {
            Err(closed())
        } else {
            Ok(())
        })
    }

    /// Shuts it since a call panicked: only opening the base again helps.
    pub fn fault(&self) {
        self.state.fetch_or(PANICKED, Ordering::Release);
    }

    /// Lets a call out. Whether the handle is to be freed by it.
    pub fn leave(&self) -> bool {
        let before = self.state.fetch_sub(1, Ordering::AcqRel);
        before & DOOMED != 0 && before & CALLS == 1
    }

    /// Shuts the gate, if no call is in flight, and counts the closing itself as one, which must
    /// [`leave`](Gate::leave): the handle may be destroyed meanwhile. `false` if it was shut already; then
    /// nothing is counted.
    pub fn close(&self) -> Result<bool> {
        self.may_call()?;
        let shut = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
                (state & (PANICKED | CLOSED | CALLS) == 0).then_some((state | CLOSED) + 1)
            });
        match shut {
            Ok(_) => Ok(true),
            Err(state) if state & PANICKED != 0 => Err(panicked()),
            Err(state) if state & CLOSED != 0 && state & CALLS == 0 => Ok(false),
            Err(state) => Err(Error::new(
                ErrorCode::Busy,
                format!(
                    "base: {} calls are in flight, a callback's own among them; close the base when they have returned",
                    state & CALLS
                ),
            )),
        }
    }

    /// Fails if a call panicked: a call that began before must not touch the base again.
    pub fn may_go_on(&self) -> Result<()> {
        self.may_call()?;
        if self.state.load(Ordering::Acquire) & PANICKED != 0 {
            return Err(panicked());
        }
        Ok(())
    }

    /// Opens it again, since closing failed.
    pub fn reopen(&self) {
        self.state.fetch_and(!CLOSED, Ordering::Release);
    }

    /// Shuts it for good. Returns true if the caller frees the handle, false if the last call does.
    pub fn doom(&self) -> bool {
        let before = self.state.fetch_or(DOOMED | CLOSED, Ordering::AcqRel);
        before & DOOMED == 0 && before & CALLS == 0
    }

    /// Tells if this is the process in which it was opened.
    pub fn is_here(&self) -> bool {
        self.born.is_here()
    }

    /// Tells if this thread runs a callback from which the base must not be called.
    pub fn is_within(&self) -> bool {
        self.n_within.load(Ordering::Acquire) > 0
            && self
                .within
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&thread::current().id())
    }

    /// Runs a callback from which the base must not be called.
    pub fn within<T>(&self, callback: impl FnOnce() -> T) -> T {
        let me = thread::current().id();
        let list = || self.within.lock().unwrap_or_else(PoisonError::into_inner);
        list().push(me);
        self.n_within.fetch_add(1, Ordering::Release);
        let answer = callback();
        self.n_within.fetch_sub(1, Ordering::Release);
        let mut list = list();
        if let Some(at) = list.iter().rposition(|id| *id == me) {
            list.remove(at);
        }
        answer
    }

    /// Refuses a call in another process than the one that opened the base, and in a callback that is
    /// called in the middle of a change.
    pub fn may_call(&self) -> Result<()> {
        if !self.is_here() {
            return Err(Error::new(
                ErrorCode::ForkedHandle,
                "base: it was opened before a fork, in another process; open it in the process that uses it",
            ));
        }
        if self.is_within() {
            return Err(Error::new(
                ErrorCode::NotAllowedHere,
                "base: this callback is called in the middle of a change and must not call its base; do it after the callback has returned",
            ));
        }
        Ok(())
    }
}

/// The error of a base in which a call panicked.
fn panicked() -> Error {
    Error::new(
        ErrorCode::Panicked,
        "base: a fault inside the library was caught in an earlier call; destroy this handle and open the base again",
    )
}

/// The error of a closed base.
pub(crate) fn closed() -> Error {
    Error::new(
        ErrorCode::Closed,
        "base: it was closed; open it again with ken_base_open",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_waits_for_nobody() {
        let gate = Gate::open();
        gate.enter().unwrap().unwrap();
        assert_eq!(gate.close().unwrap_err().code(), ErrorCode::Busy);
        assert!(!gate.leave());
        assert!(gate.close().unwrap());
        assert_eq!(gate.close().unwrap_err().code(), ErrorCode::Busy);
        assert!(!gate.leave());
        assert!(!gate.close().unwrap());
        assert_eq!(gate.enter().unwrap().unwrap_err().code(), ErrorCode::Closed);
        assert!(!gate.leave());
    }

    #[test]
    fn the_last_call_frees_what_was_destroyed_meanwhile() {
        let gate = Gate::open();
        gate.enter().unwrap().unwrap();
        gate.enter().unwrap().unwrap();
        assert!(!gate.doom());
        assert!(!gate.leave());
        assert!(gate.leave());
        // One that is turned away, since the base was closed before, is the last one here.
        let closed = Gate::open();
        assert!(closed.close().unwrap() && !closed.leave());
        assert!(closed.enter().unwrap().is_err());
        assert!(!closed.doom() && closed.leave());
        // So is a closing that runs while its handle is destroyed.
        let closing = Gate::open();
        assert!(closing.close().unwrap());
        assert!(!closing.doom() && closing.leave());
        let idle = Gate::open();
        assert!(idle.doom() && !idle.doom());
    }

    #[test]
    fn a_callback_within_is_kept_out_and_others_are_not() {
        let gate = Gate::open();
        gate.within(|| {
            assert_eq!(gate.enter().unwrap_err().code(), ErrorCode::NotAllowedHere);
            std::thread::scope(|scope| {
                scope.spawn(|| gate.enter().unwrap().unwrap());
            });
        });
        gate.enter().unwrap().unwrap();
    }
}
