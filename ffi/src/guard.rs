//! The border: every function of the header runs inside [`guard`] or [`guard_value`]. What panics
//! inside becomes an error with the code Panicked, and the host lives.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kenpoint::{Error, ErrorCode, Result};

use crate::error::{self, ken_error};
use crate::status::{KEN_OK, ken_status};

/// Runs a call: its status, and its error in the caller's slot, which is set to NULL on success.
///
/// # Safety
/// `err` is NULL or can be written.
pub(crate) unsafe fn guard(
    err: *mut *mut ken_error,
    work: impl FnOnce() -> Result<()>,
) -> ken_status {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        panic_if_asked();
        work()
    }));
    let failure = match outcome {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error),
        Err(payload) => Some(panicked(&*payload)),
    };
    match failure {
        None => {
            // SAFETY: the same promise.
            unsafe { error::clear(err) };
            KEN_OK
        }
        Some(failure) => {
            let status = ken_status::from(failure.code().number());
            // SAFETY: the same promise.
            unsafe { error::write(err, &failure) };
            status
        }
    }
}

/// Runs an accessor that has no error slot: `otherwise` if its handle is none, or if it panics.
pub(crate) fn guard_value<T>(otherwise: T, work: impl FnOnce() -> Result<T>) -> T {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        panic_if_asked();
        work()
    }));
    match outcome {
        Ok(Ok(value)) => value,
        _ => otherwise,
    }
}

fn panicked(payload: &(dyn std::any::Any + Send)) -> Error {
    let words = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Error::new(
        ErrorCode::Panicked,
        format!(
            "a fault inside the library was caught: {words}; destroy the base, open it again, and please report this"
        ),
    )
}

#[cfg(not(feature = "testing"))]
#[inline(always)]
fn panic_if_asked() {}

#[cfg(feature = "testing")]
use testing::panic_if_asked;
#[cfg(feature = "testing")]
pub use testing::{ken_test_panic_at, ken_test_panic_off};

#[cfg(feature = "testing")]
mod testing {
    use std::cell::Cell;

    thread_local! {
        /// Calls of this thread until one panics; below 0 none does.
        static LEFT: Cell<i64> = const { Cell::new(-1) };
    }

    /// Makes a call of this thread panic: the next one if `calls` is 0. Only in builds for tests.
    #[unsafe(no_mangle)]
    pub extern "C" fn ken_test_panic_at(calls: i64) {
        LEFT.set(calls);
    }

    /// Lets calls of this thread be as they are. Only in builds for tests.
    #[unsafe(no_mangle)]
    pub extern "C" fn ken_test_panic_off() {
        LEFT.set(-1);
    }

    #[allow(clippy::panic, reason = "that is what it is for")]
    pub(super) fn panic_if_asked() {
        let left = LEFT.get();
        if left >= 0 {
            LEFT.set(left - 1);
        }
        if left == 0 {
            panic!("asked for by a test");
        }
    }
}
