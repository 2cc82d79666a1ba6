//! The gate of a base: it counts the calls in flight, and shuts on close, fork and panic.
//!
//! A base may be closed or destroyed by one thread, or by a callback, while calls run. So each call is
//! counted in and out with one atomic addition each. Closing turns new calls away and waits for those in flight; where
//! one of them waits for the closing in turn (a callback, a stream of rows) it is refused. A handle that is destroyed
//! meanwhile is freed by the last call. Nothing else here waits.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use kenpoint::{Error, ErrorCode, Result};

use crate::fork::Birthplace;

/// The calls in flight, in the low bits.
const CALLS: u64 = (1 << 32) - 1;
/// A child of a fork closed what it inherited.
const ABANDONED: u64 = 1 << 60;
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
    /// Threads in a call that may call back into the host.
    calling_back: Mutex<Vec<ThreadId>>,
    /// Calls in flight that outlive their function: streams of rows.
    n_kept: AtomicU32,
    /// Counts the interrupts. A long call stops if the number is another one than when it began.
    n_interrupts: AtomicU64,
}

/// Bounds of the time between two looks at the calls in flight while the base is closed. A leaving call does not wake
/// the closing one: that would cost each call more than the one subtraction.
const FIRST_PAUSE: Duration = Duration::from_micros(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(1);

impl Gate {
    /// An open gate, in the present process.
    pub fn open() -> Gate {
        Gate {
            born: Birthplace::here(),
            state: AtomicU64::new(0),
            n_within: AtomicU32::new(0),
            within: Mutex::default(),
            calling_back: Mutex::default(),
            n_kept: AtomicU32::new(0),
            n_interrupts: AtomicU64::new(0),
        }
    }

    /// Counts a call in, which must [`leave`](Gate::leave), unless it is in the wrong process or callback, or the base is
    /// shut: a closing waits until the count falls, and calls that are turned away must not hold it up.
    /// The inner result tells if it may continue: a call for which the gate shut at this moment leaves like any other,
    /// since the handle may be destroyed meanwhile and the last one to leave frees it.
    pub fn enter(&self) -> Result<Result<()>> {
        self.may_call()?;
        let state = self.state.load(Ordering::Acquire);
        if state & PANICKED != 0 {
            return Err(panicked());
        }
        if state & CLOSED != 0 {
            return Err(closed());
        }
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

    /// Shuts the gate for new calls, and counts the closing itself as one, which must [`leave`](Gate::leave): the handle
    /// may be destroyed meanwhile. `false` if it was shut already; then nothing is counted. Next comes
    /// [`drain`](Gate::drain).
    pub fn close(&self) -> Result<bool> {
        self.may_call()?;
        let me = thread::current().id();
        if lock(&self.calling_back).contains(&me) {
            return Err(busy(
                "this callback runs within a call on it, which cannot end before; close the base when that has returned",
            ));
        }
        self.kept_calls()?;
        let shut = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
                (state & (PANICKED | CLOSED) == 0).then_some((state | CLOSED) + 1)
            });
        match shut {
            Ok(_) => Ok(true),
            Err(state) if state & PANICKED != 0 => Err(panicked()),
            Err(state) if state & CALLS == 0 => Ok(false),
            Err(_) => Err(busy("another thread closes it; wait for that one")),
        }
    }

    /// Waits until no other call than the closing is in flight. Fails, and leaves the gate shut, if a call panicked or
    /// became a stream of rows meanwhile.
    pub fn drain(&self) -> Result<()> {
        let mut pause = FIRST_PAUSE;
        loop {
            let state = self.state.load(Ordering::Acquire);
            if state & PANICKED != 0 {
                return Err(panicked());
            }
            if state & CALLS <= 1 {
                return Ok(());
            }
            self.kept_calls()?;
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Stops the long calls that are in flight now. Nothing but an atomic addition, so that a signal handler may do it.
    pub fn interrupt(&self) {
        self.n_interrupts.fetch_add(1, Ordering::AcqRel);
    }

    /// The number of interrupts so far.
    pub fn interrupts(&self) -> u64 {
        self.n_interrupts.load(Ordering::Acquire)
    }

    /// Fails if calls in flight outlive their functions: nobody knows when they end.
    fn kept_calls(&self) -> Result<()> {
        match self.n_kept.load(Ordering::Acquire) {
            0 => Ok(()),
            n => Err(busy(&format!(
                "{n} streams of its rows are in use; release them, then close it"
            ))),
        }
    }

    /// Counts a call as one that outlives its function, until [`unkeep`](Gate::unkeep).
    pub fn keep(&self) {
        self.n_kept.fetch_add(1, Ordering::AcqRel);
    }

    /// Ends what [`keep`](Gate::keep) began.
    pub fn unkeep(&self) {
        self.n_kept.fetch_sub(1, Ordering::AcqRel);
    }

    /// Notes, until the note is dropped, that this thread is in a call that may call back: a closing below it would wait
    /// for itself.
    pub fn calling_back(&self) -> CallingBack<'_> {
        let thread = thread::current().id();
        lock(&self.calling_back).push(thread);
        CallingBack { gate: self, thread }
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

    /// Shuts it for good in a child of a fork. Returns true if the child is to close what it inherited: once, and never
    /// if the parent had closed the base or was closing it when it forked, since that may be half done here.
    pub fn abandon(&self) -> bool {
        let shut = ABANDONED | DOOMED | CLOSED;
        self.state.fetch_or(shut, Ordering::AcqRel) & shut == 0
    }

    /// The same for the last call on a handle that the parent destroyed.
    pub fn abandon_destroyed(&self) -> bool {
        self.state.fetch_or(ABANDONED, Ordering::AcqRel) & ABANDONED == 0
    }

    /// Tells if this is the process in which it was opened.
    pub fn is_here(&self) -> bool {
        self.born.is_here()
    }

    /// Tells if this thread runs a callback from which the base must not be called.
    pub fn is_within(&self) -> bool {
        self.n_within.load(Ordering::Acquire) > 0
            && lock(&self.within).contains(&thread::current().id())
    }

    /// Runs a callback from which the base must not be called.
    pub fn within<T>(&self, callback: impl FnOnce() -> T) -> T {
        let me = thread::current().id();
        lock(&self.within).push(me);
        self.n_within.fetch_add(1, Ordering::Release);
        let answer = callback();
        self.n_within.fetch_sub(1, Ordering::Release);
        remove(&self.within, me);
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

/// The answer of a cancel hook.
pub(crate) fn flow(goes_on: bool) -> ControlFlow<()> {
    if goes_on {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(())
    }
}

/// The note of [`Gate::calling_back`].
pub(crate) struct CallingBack<'a> {
    gate: &'a Gate,
    thread: ThreadId,
}

impl Drop for CallingBack<'_> {
    fn drop(&mut self) {
        remove(&self.gate.calling_back, self.thread);
    }
}

fn lock(threads: &Mutex<Vec<ThreadId>>) -> MutexGuard<'_, Vec<ThreadId>> {
    threads.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the last entry of a thread.
fn remove(threads: &Mutex<Vec<ThreadId>>, thread: ThreadId) {
    let mut list = lock(threads);
    if let Some(at) = list.iter().rposition(|id| *id == thread) {
        list.remove(at);
    }
}

/// The error of a base that cannot be closed now.
fn busy(why: &str) -> Error {
    Error::new(ErrorCode::Busy, format!("base: {why}"))
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
    fn closing_turns_new_calls_away_and_ends_with_those_in_flight() {
        let gate = Gate::open();
        gate.enter().unwrap().unwrap();
        assert!(gate.close().unwrap());
        let (sender, ended) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| sender.send(gate.drain()).unwrap());
            assert_eq!(gate.enter().unwrap_err().code(), ErrorCode::Closed);
            assert_eq!(gate.close().unwrap_err().code(), ErrorCode::Busy);
            assert!(ended.try_recv().is_err(), "it ended before the call");
            assert!(!gate.leave());
            ended.recv().unwrap().unwrap();
        });
        assert!(!gate.leave());
        assert!(!gate.close().unwrap());
        assert_eq!(gate.enter().unwrap_err().code(), ErrorCode::Closed);
    }

    #[test]
    fn a_closing_that_would_wait_for_itself_is_refused() {
        let gate = Gate::open();
        gate.enter().unwrap().unwrap();
        let below = gate.calling_back();
        assert_eq!(gate.close().unwrap_err().code(), ErrorCode::Busy);
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(gate.close().unwrap() && !gate.leave()));
        });
        gate.reopen();
        drop(below);
        gate.keep();
        assert_eq!(gate.close().unwrap_err().code(), ErrorCode::Busy);
        gate.unkeep();
        // The call in flight becomes a stream while another thread closes the base.
        assert!(gate.close().unwrap());
        gate.keep();
        assert_eq!(gate.drain().unwrap_err().code(), ErrorCode::Busy);
        gate.unkeep();
        gate.fault();
        assert_eq!(gate.drain().unwrap_err().code(), ErrorCode::Panicked);
    }

    #[test]
    fn the_last_call_frees_what_was_destroyed_meanwhile() {
        let gate = Gate::open();
        gate.enter().unwrap().unwrap();
        gate.enter().unwrap().unwrap();
        assert!(!gate.doom());
        assert!(!gate.leave());
        assert!(gate.leave());
        // So is a closing that runs while its handle is destroyed.
        let closing = Gate::open();
        assert!(closing.close().unwrap());
        assert!(!closing.doom() && closing.leave());
        let idle = Gate::open();
        assert!(idle.doom() && !idle.doom());
    }

    #[test]
    fn a_child_closes_what_it_inherited_once() {
        let open = Gate::open();
        assert!(open.abandon() && !open.abandon() && !open.abandon_destroyed());
        let closed = Gate::open();
        assert!(closed.close().unwrap() && !closed.leave());
        assert!(!closed.abandon());
        // The parent destroyed the handle while a stream of its rows was in use.
        let destroyed = Gate::open();
        destroyed.enter().unwrap().unwrap();
        assert!(!destroyed.doom() && destroyed.leave());
        assert!(destroyed.abandon_destroyed() && !destroyed.abandon_destroyed());
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
