//! Callbacks: functions of the host, with data of the host's.

use std::ffi::{c_int, c_void};
use std::ops::ControlFlow;
use std::sync::Arc;

use kenpoint::Base;
use kenpoint::exchange::Progress;

use crate::gate::{self, Gate};
use crate::text::ken_str;

/// A callback's answer: continue.
pub const KEN_CONTINUE: c_int = 0;
/// A callback's answer: stop. Any number but `KEN_CONTINUE` stops.
pub const KEN_STOP: c_int = 1;

/// Frees the data of a callback. Called once, when the library no longer needs the callback, on any
/// thread. It must not call the library.
///
/// - `data`: the pointer that was given with the callback.
pub type ken_drop_fn = Option<unsafe extern "C" fn(data: *mut c_void)>;

/// Tells the present instant in milliseconds since 1970-01-01T00:00:00Z.
///
/// Called from any thread that uses the base, while no lock is held. It must not call the library: a call
/// that needs the present instant would call it again, without end. An instant outside the years -9999 to 9999 counts
/// as the nearest one inside.
///
/// - `data`: the pointer that was given with the callback.
pub type ken_clock_fn = Option<unsafe extern "C" fn(data: *mut c_void) -> i64>;

/// Receives log messages of a base.
///
/// Called from any thread that uses the base and from the base's own, possibly while a writer holds its
/// lock. It must not call its own base: such a call answers `KEN_ERR_NOT_ALLOWED_HERE`. Nor must it
/// release a stream of that base's rows.
///
/// - `data`: the pointer that was given with the callback.
/// - `level`: one of `KEN_LOG_*`.
/// - `topic`: `open`, `index`, `store`, ...; valid during the call.
/// - `message`: one sentence; valid during the call.
pub type ken_log_fn =
    Option<unsafe extern "C" fn(data: *mut c_void, level: c_int, topic: ken_str, message: ken_str)>;

/// A log level: something failed.
pub const KEN_LOG_ERROR: c_int = 1;
/// A log level: something is wrong, and the library continued.
pub const KEN_LOG_WARNING: c_int = 2;
/// A log level: a notable event.
pub const KEN_LOG_INFO: c_int = 3;
/// A log level: everything else.
pub const KEN_LOG_DEBUG: c_int = 4;

/// The progress of an import.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ken_progress {
    /// The file, or the table, being read; valid during the call.
    pub file: ken_str,
    /// Records read so far, those skipped included.
    pub records: u64,
    /// Records skipped so far.
    pub skipped: u64,
    /// Bytes read so far; for rows, those of their values.
    pub bytes: u64,
}

/// Receives the progress of a call, and continues or stops it.
///
/// Called on the thread of the call. It may call the library, this base too, but for `ken_base_close`,
/// which answers `KEN_ERR_BUSY`.
///
/// - `data`: the pointer that was given with the callback.
/// - `progress`: valid during the call.
///
/// Returns `KEN_CONTINUE` or `KEN_STOP`.
pub type ken_progress_fn =
    Option<unsafe extern "C" fn(data: *mut c_void, progress: *const ken_progress) -> c_int>;

/// Is called now and then during a long call, and continues or cancels it.
///
/// Called on the thread of the call. It may call the library, this base too, but for `ken_base_close`,
/// which answers `KEN_ERR_BUSY`. During `ken_base_verify` it must not call this base: such a call
/// answers `KEN_ERR_NOT_ALLOWED_HERE`.
///
/// - `data`: the pointer that was given with the callback.
///
/// Returns `KEN_CONTINUE` or `KEN_STOP`.
pub type ken_cancel_fn = Option<unsafe extern "C" fn(data: *mut c_void) -> c_int>;

/// Takes bytes that a call writes.
///
/// Called on the thread of the call. It may call the library, but for `ken_base_close`.
///
/// - `data`: the pointer that was given with the callback.
/// - `bytes`: `len` bytes, valid during the call.
/// - `len`: the number of bytes; more than 0.
///
/// Returns 0 if it took all of them; any other number ends the call with `KEN_ERR_CANCELLED`.
pub type ken_write_fn =
    Option<unsafe extern "C" fn(data: *mut c_void, bytes: *const u8, len: usize) -> c_int>;

/// Data of the host for a callback, with the function that frees it.
pub(crate) struct HostData {
    data: *mut c_void,
    free: ken_drop_fn,
}

// SAFETY: the header says that callbacks are called from any thread, which holds for their data too.
unsafe impl Send for HostData {}
// SAFETY: as above.
unsafe impl Sync for HostData {}

impl HostData {
    pub fn new(data: *mut c_void, free: ken_drop_fn) -> HostData {
        HostData { data, free }
    }

    pub fn get(&self) -> *mut c_void {
        self.data
    }
}

impl Drop for HostData {
    fn drop(&mut self) {
        if let Some(free) = self.free {
            // SAFETY: the host's function on the host's data, once.
            unsafe { free(self.data) };
        }
    }
}

fn flow(answer: c_int) -> ControlFlow<()> {
    gate::flow(answer == KEN_CONTINUE)
}

/// Calls the host's progress callback; without one, the call continues.
///
/// # Safety
/// `callback` may be called with `data`.
pub(crate) unsafe fn ask_progress(
    callback: ken_progress_fn,
    data: *mut c_void,
    progress: &Progress,
) -> ControlFlow<()> {
    let Some(callback) = callback else {
        return ControlFlow::Continue(());
    };
    let shown = ken_progress {
        file: ken_str::of(&progress.file),
        records: progress.records,
        skipped: progress.skipped,
        bytes: progress.bytes,
    };
    // SAFETY: the same promise.
    flow(unsafe { callback(data, &shown) })
}

/// A handle on a base whose long calls ask the host's cancel callback, and end by an interrupt of another thread.
///
/// `is_kept_out` says that the callback must not call the base of the gate.
pub(crate) fn with_cancellation(
    base: &Base,
    gate: &Arc<Gate>,
    cancel: ken_cancel_fn,
    data: *mut c_void,
    is_kept_out: bool,
) -> Base {
    let Some(cancel) = cancel else {
        return base.clone();
    };
    let data = HostData::new(data, None);
    let (gate, since) = (Arc::clone(gate), gate.interrupts());
    base.with_cancellation(move || {
        if gate.interrupts() != since {
            return ControlFlow::Break(());
        }
        // SAFETY: the host's function with the host's data, during the call that was given both.
        let ask = || flow(unsafe { cancel(data.get()) });
        if is_kept_out { gate.within(ask) } else { ask() }
    })
}
