//! `ken_base`: opening, closing, and the way into each of its calls.

use std::cell::UnsafeCell;
use std::sync::Arc;

use kenpoint::{Base, Result};

use crate::buf::{self, ken_buf};
use crate::error::ken_error;
use crate::fork;
use crate::gate::{self, Gate};
use crate::guard::{guard, guard_value, panic_if_asked};
use crate::handle::{self, Object};
use crate::options::{Settings, ken_options};
use crate::status::ken_status;
use crate::text::{self, ken_str};

/// A knowledge base. Owned by the caller, who destroys it with `ken_base_destroy`.
///
/// Every call that takes `const ken_base *` may be made from any number of threads at once. A base must
/// be opened in the process that uses it: in a child of a fork each call answers
/// `KEN_ERR_FORKED_HANDLE`. One process at a time owns a base on disk.
pub struct ken_base {
    _opaque: [u8; 0],
}

/// The body of the handle.
pub(crate) struct Body {
    /// Taken by the closing call, while no call is in flight.
    base: UnsafeCell<Option<Base>>,
    gate: Arc<Gate>,
}

impl Object for ken_base {
    type Body = Body;
    const TAG: &'static [u8; 8] = b"kenbase\0";
    const NAME: &'static str = "ken_base";
}

impl Body {
    /// A base behind an open gate.
    pub fn new(base: Base, gate: Arc<Gate>) -> Body {
        Body {
            base: UnsafeCell::new(Some(base)),
            gate,
        }
    }

    /// Leaves the base to the process that opened it, in a child of its fork. The parent's threads and locks are not
    /// there, so the memory is left alone; the one thing that outlives the parent is the inherited descriptor, which
    /// holds its lock. Closing the number does not unlock the file while the parent has it.
    fn leave_to_parent(&self) {
        // SAFETY: no thread of the parent runs here, and the caller found no closing begun.
        let base = unsafe { (*self.base.get()).as_ref() };
        if let Some(descriptor) = base.and_then(Base::lock_descriptor) {
            fork::close_inherited(descriptor);
        }
    }
}

/// A call in flight on a base. Gone, the call has left.
pub(crate) struct Call<'a> {
    object: *const ken_base,
    body: &'a Body,
    /// Held by something that outlives the function it began in.
    is_kept: bool,
}

/// Enters a base: each call on one begins here.
///
/// # Safety
/// `object` is NULL or a handle of this library that was not destroyed.
pub(crate) unsafe fn enter<'a>(object: *const ken_base) -> Result<Call<'a>> {
    // SAFETY: the same promise.
    let body = unsafe { handle::body("base", object) }?;
    let may_go_on = body.gate.enter()?;
    // From here on the call always leaves again, also on an error or a panic.
    let call = Call {
        object,
        body,
        is_kept: false,
    };
    panic_if_asked();
    may_go_on.map(|()| call)
}

impl Call<'_> {
    /// The base behind the handle.
    pub fn base(&self) -> Result<&Base> {
        // SAFETY: a closing call changes it only while no call is in flight, and this one is.
        unsafe { (*self.body.base.get()).as_ref() }.ok_or_else(gate::closed)
    }

    /// The base, with long calls that end when another thread interrupts them.
    pub fn interruptible(&self) -> Result<Base> {
        let gate = Arc::clone(self.gate());
        let since = gate.interrupts();
        let go_on = move || gate::flow(gate.interrupts() == since);
        Ok(self.base()?.with_cancellation(go_on))
    }

    /// The call as part of an object that outlives its function. It may be dropped while another base's call
    /// panics, which is no fault of this base.
    pub fn kept(mut self) -> Self {
        self.is_kept = true;
        self.body.gate.keep();
        self
    }

    pub fn gate(&self) -> &Arc<Gate> {
        &self.body.gate
    }

    /// Fails in a child of a fork, and after a panic: an object that keeps the call must not use the base then.
    pub fn may_go_on(&self) -> Result<()> {
        self.body.gate.may_go_on()
    }
}

// SAFETY: a call is a count in the gate and pointers to a handle that any thread may use; whichever thread
// it leaves on may free the handle.
unsafe impl Send for Call<'_> {}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if self.is_kept {
            self.body.gate.unkeep();
        } else if std::thread::panicking() {
            self.body.gate.fault();
        }
        if !self.body.gate.leave() {
            return;
        }
        if !self.body.gate.is_here() {
            if self.body.gate.abandon_destroyed() {
                self.body.leave_to_parent();
            }
        } else {
            let mut object = self.object.cast_mut();
            // SAFETY: the handle was destroyed while this call ran, and left for the last call to free.
            drop(unsafe { handle::take(&mut object) });
        }
    }
}

/// Runs a call on a base.
///
/// # Safety
/// `object` is NULL or a handle of this library that was not destroyed; `err` is NULL or can be written.
pub(crate) unsafe fn call(
    object: *const ken_base,
    err: *mut *mut ken_error,
    work: impl FnOnce(&Base) -> Result<()>,
) -> ken_status {
    let work = || {
        // SAFETY: the same promise.
        let call = unsafe { enter(object) }?;
        work(call.base()?)
    };
    // SAFETY: the same promise.
    unsafe { guard(err, work) }
}

/// Runs a long call on a base, which may call back into the host: it can be interrupted, and nothing below it closes the
/// base.
///
/// # Safety
/// As for [`call`].
pub(crate) unsafe fn calling_back(
    object: *const ken_base,
    err: *mut *mut ken_error,
    work: impl FnOnce(&Base, &Arc<Gate>) -> Result<()>,
) -> ken_status {
    let work = || {
        // SAFETY: the same promise.
        let call = unsafe { enter(object) }?;
        let _below = call.gate().calling_back();
        work(&call.interruptible()?, call.gate())
    };
    // SAFETY: the same promise.
    unsafe { guard(err, work) }
}

/// Gives a base to the caller.
pub(crate) fn give(base: Base, gate: Arc<Gate>) -> *mut ken_base {
    handle::give(Body::new(base, gate))
}

/// A handle on a base of the core's: for benches, which compare the two on the same base. It is not in the
/// header.
#[doc(hidden)]
pub fn handle_of(base: Base) -> *mut ken_base {
    give(base, Arc::new(Gate::open()))
}

/// Lends a base to a callback. Its handle lives until the callback has returned, and longer only if a
/// stream of its rows does.
pub(crate) fn lend<T>(base: Base, callback: impl FnOnce(*const ken_base) -> T) -> Result<T> {
    let object = give(base, Arc::new(Gate::open()));
    // SAFETY: a handle just made. Since a call is in flight on it, nobody closes or frees it meanwhile.
    let held = unsafe { enter(object) }?;
    let _below = held.gate().calling_back();
    let answer = callback(object);
    held.gate().doom();
    Ok(answer)
}

/// Opens a base in a folder, or makes it there. With the option `read_only` it makes nothing.
///
/// If the folder is removed, renamed or replaced while the base is open, each write fails with `KEN_ERR_IO`.
///
/// Cost: one read of the file, to compare it with its checksums, and memory for ranking.
///
/// - `path`: borrowed; the folder, in UTF-8. It is made if it is absent, with those above it.
/// - `options`: borrowed; may be NULL for the defaults.
/// - `out`: set to the base. Owned by the caller; destroy it with `ken_base_destroy`.
///
/// Errors: `KEN_ERR_BUSY` if another process, or another handle of this one, has it open; `KEN_ERR_IO`,
/// `KEN_ERR_DISK_FULL`, `KEN_ERR_NOT_A_BASE`, `KEN_ERR_FORMAT_TOO_NEW` and `KEN_ERR_CORRUPT` for the files
/// in the folder; `KEN_ERR_MEMORY_LIMIT`; `KEN_ERR_INVALID_VALUE` and `KEN_ERR_CONTRADICTION` for an option
/// out of its range; `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_INVALID_UTF8`, `KEN_ERR_TOO_LARGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_open(
    path: ken_str,
    options: *const ken_options,
    out: *mut *mut ken_base,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a readable view.
        let path = unsafe { text::text("path", path) }?;
        // SAFETY: the header requires a handle or NULL, and a writable pointer.
        unsafe { open(Base::on_disk(path), options, out) }
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Opens an empty base in memory. It is gone when it is closed.
///
/// - `options`: borrowed; may be NULL for the defaults.
/// - `out`: set to the base. Owned by the caller; destroy it with `ken_base_destroy`.
///
/// Errors: `KEN_ERR_INVALID_VALUE` and `KEN_ERR_CONTRADICTION` for an option out of its range,
/// `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_open_memory(
    options: *const ken_options,
    out: *mut *mut ken_base,
    err: *mut *mut ken_error,
) -> ken_status {
    // SAFETY: the header requires a handle or NULL, and a writable pointer.
    let work = || unsafe { open(Base::in_memory(), options, out) };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// # Safety
/// `options` is NULL or a handle of this library; `out` is NULL or can be written.
unsafe fn open(
    place: kenpoint::BaseOptions,
    options: *const ken_options,
    out: *mut *mut ken_base,
) -> Result<()> {
    handle::wanted("out", out)?;
    let gate = Arc::new(Gate::open());
    let base = if options.is_null() {
        Settings::default().apply(place, &gate).open()?
    } else {
        // SAFETY: the same promise.
        let settings = unsafe { handle::body("options", options) }?;
        settings.apply(place, &gate).open()?
    };
    // SAFETY: the same promise.
    unsafe { handle::put(out, give(base, gate)) };
    Ok(())
}

/// Makes events of reading (searched, shown, clicked, viewed and the like) durable. Everything else
/// is durable when the call that wrote it has returned.
///
/// - `base`: borrowed.
///
/// Errors: `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_POISONED`, and the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_flush(
    base: *const ken_base,
    err: *mut *mut ken_error,
) -> ken_status {
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, Base::flush) }
}

/// Closes a base: turns new calls away with `KEN_ERR_CLOSED`, waits for those in flight, flushes it, brings its index on
/// disk up to date, and frees its files and memory. The handle stays, to be destroyed. Closing a closed base does nothing.
///
/// Calls that other threads make below a callback are new calls. To end long calls early, let their callbacks stop them.
///
/// - `base`: borrowed.
///
/// Errors: `KEN_ERR_BUSY` below a callback of a call on this base, which could not end before; while a stream of its rows
/// is in use; and while another thread closes it. `KEN_ERR_DISK_FULL`, `KEN_ERR_IO`, `KEN_ERR_INDEX_FAILED` if it cannot be flushed; it
/// stays open then; `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`, `KEN_ERR_FORKED_HANDLE`,
/// `KEN_ERR_NOT_ALLOWED_HERE`, `KEN_ERR_PANICKED`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_close(
    base: *const ken_base,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        let body = unsafe { handle::body("base", base) }?;
        if !body.gate.close()? {
            return Ok(());
        }
        // Closing is a call in flight itself: it always leaves at the end.
        let _closing = Call {
            object: base,
            body,
            is_kept: false,
        };
        body.gate.drain().inspect_err(|_| body.gate.reopen())?;
        // SAFETY: the gate is shut and no other call is in flight, so nobody else reads or changes it.
        let held = unsafe { &mut *body.base.get() };
        let Some(base) = held.take() else {
            return Ok(());
        };
        let again = base.clone();
        let (gate, since) = (Arc::clone(&body.gate), body.gate.interrupts());
        let closing = base.with_cancellation(move || gate::flow(gate.interrupts() == since));
        drop(base);
        match closing.close() {
            Ok(()) => drop(again),
            Err(error) => {
                *held = Some(again);
                body.gate.reopen();
                return Err(error);
            }
        }
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// Destroys a base and sets the caller's pointer to NULL. A base that is not closed yet is flushed; if that
/// fails, unflushed events are lost as by a crash. Call `ken_base_close` before to learn of it.
///
/// Calls in flight, for example the one whose callback calls this, continue; the last of them frees the
/// base. In a child of a fork the memory is left alone and the inherited file descriptor is closed, so that the lock of
/// the folder ends with its owner. Inside the base's own log callback nothing happens, and the caller's pointer is kept.
///
/// - `base`: may be NULL, and may point to NULL: then nothing happens, so it may be called twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_destroy(base: *mut *mut ken_base) {
    let work = || {
        if base.is_null() || !base.is_aligned() {
            return Ok(());
        }
        // SAFETY: the header requires a pointer to a handle or to NULL.
        let object = unsafe { *base };
        // SAFETY: as above.
        let body = unsafe { handle::body("base", object) }?;
        // First of all, and before any lock: the parent's threads and locks are not in a child of a fork.
        let is_here = body.gate.is_here();
        if is_here && body.gate.is_within() {
            return Ok(());
        }
        if !is_here || !body.gate.doom() {
            if !is_here && body.gate.abandon() {
                body.leave_to_parent();
            }
            // The last call in flight frees it, and in a child nobody.
            // SAFETY: as above.
            unsafe { *base = std::ptr::null_mut() };
            return Ok(());
        }
        // SAFETY: as above, and no call is in flight.
        drop(unsafe { handle::take(base) });
        Ok(())
    };
    guard_value((), work);
}

/// Stops the long calls on a base that are in flight, on whatever thread: imports, exports, `ken_base_as_of`,
/// `ken_base_replay`, `ken_base_verify`, snapshots, batches, and the flush of a closing. They answer `KEN_ERR_CANCELLED`
/// soon, and leave nothing half written: an import keeps the records that it took, a batch has the answers so far. Short
/// calls, and calls that begin afterwards, are not affected. Nothing happens if no call is in flight.
///
/// This call takes no lock, so a signal handler may make it, unlike any other, with `err` NULL.
///
/// - `base`: borrowed.
///
/// Errors: `KEN_ERR_NULL_ARGUMENT`, `KEN_ERR_WRONG_HANDLE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_interrupt(
    base: *const ken_base,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = || {
        // SAFETY: the header requires a handle or NULL.
        unsafe { handle::body("base", base) }?.gate.interrupt();
        Ok(())
    };
    // SAFETY: the header requires a writable `err` or NULL.
    unsafe { guard(err, work) }
}

/// The present instant by the base's clock.
///
/// - `base`: borrowed.
/// - `out_ms`: set to milliseconds since 1970-01-01T00:00:00Z.
///
/// Errors: the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_now(
    base: *const ken_base,
    out_ms: *mut i64,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out_ms", out_ms)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { handle::put(out_ms, base.now().ms()) };
        Ok(())
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}

/// The contents and the use of a base: counts, bytes of memory by component, bytes of files, the limit. Bytes
/// of memory are estimates.
///
/// - `base`: borrowed.
/// - `out`: set to JSON, see docs/json.md. Owned by the caller; destroy it with `ken_buf_destroy`.
///
/// Errors: the common ones.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ken_base_stats(
    base: *const ken_base,
    out: *mut *mut ken_buf,
    err: *mut *mut ken_error,
) -> ken_status {
    let work = |base: &Base| {
        handle::wanted("out", out)?;
        // SAFETY: the header requires a writable pointer.
        unsafe { buf::give_json(out, &base.stats()?) }
    };
    // SAFETY: the header requires a handle or NULL, and a writable `err` or NULL.
    unsafe { call(base, err, work) }
}
